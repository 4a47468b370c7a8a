"""How gunicorn serves the site, in the words of its own configuration."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # from Linux' sys/prctl.h

workers = 2
# So that a slow reader or a long PDF does not keep the others waiting.
threads = 4
timeout = 60
graceful_timeout = 10
# A worker that has made many PDFs holds much memory: renewed now and then, not all at once.
max_requests = 200
max_requests_jitter = 50
loglevel = "warning"
control_socket_disable = True


def on_starting(_: object) -> None:
    """End with `manage.py up`, even if that is killed: nobody would be left to free the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

"""Being told to stop, by Ctrl-C or SIGTERM, once or several times over (make passes it on too).

Told is only noted, and looked at between steps. An exception out of a signal handler may be
dropped by a finalizer, or leave a connection halfway through a word; and an Event may lock up,
since the handler runs in the midst of the very code that waits for it.
"""

import signal
from types import FrameType

# The signals that came since `listen`.
told: list[int] = []


def listen() -> None:
    """Note Ctrl-C and SIGTERM from here on, even where a shell made us ignore Ctrl-C."""
    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)


def note(number: int, _: FrameType | None) -> None:
    told.append(number)

"""Being told to stop, by Ctrl-C or SIGTERM, once or several times over."""

import signal
from collections.abc import Callable
from types import FrameType

# The signals that came. A list and no threading.Event: a handler runs in the midst of the very
# code that waits for the event, and would wait for ever for its lock.
told: list[int] = []


def interrupt(number: int, _: FrameType | None) -> None:
    """Raise KeyboardInterrupt, the first time only.

    make and the terminal may both tell us, and the second must break nothing. That we were told is
    remembered, since Python drops an exception that is raised inside a finalizer.
    """
    told.append(number)
    if len(told) == 1:
        raise KeyboardInterrupt


def remember(number: int, _: FrameType | None) -> None:
    """Only take note: for the stretch in which an exception would leave things half done."""
    told.append(number)


def when_told(handler: Callable[[int, FrameType | None], None]) -> None:
    """What Ctrl-C and SIGTERM do from here on.

    Ctrl-C has to be set too: a shell that starts us in the background makes us ignore it.
    """
    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)

"""What the ledger says of a payment. The day and the reference are read back, so the words stay."""

import re
from datetime import date

_RECEIVED = "Inbetalt {day} från {name}"
_REPAID = "Återbetalt {day} till {name}"
_REFERENCE = ", referens {reference}"
_TOLD = re.compile(
    r"(?:Inbetalt|Återbetalt) (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?:från|till) .+?"
    r"(?:, referens (?P<reference>.*))?",
    re.DOTALL,
)


def reason_of(name: str, day: date, reference: str, *, is_repaid: bool) -> str:
    """Why a payment is posted: whose it is, the day, and the bank's words about it if there are any."""
    form = (_REPAID if is_repaid else _RECEIVED) + (_REFERENCE if reference else "")
    return form.format(day=day.isoformat(), name=name, reference=reference)


def read_back(reason: str) -> tuple[date | None, str]:
    """The day and the reference of a payment; no day and the whole reason for one that says otherwise."""
    told = _TOLD.fullmatch(reason)
    try:
        return (date.fromisoformat(told["day"]), told["reference"] or "") if told else (None, reason)
    except ValueError:
        return None, reason


def without_reference(reason: str) -> str:
    """A posting's reason as a visitor reads it: the bank's words about who paid are not for everyone.

    >>> without_reference("Inbetalt 2027-01-29 från Storstad, referens 850101-1234")
    'Inbetalt 2027-01-29 från Storstad'
    """
    told = _TOLD.fullmatch(reason)
    if told is None or told["reference"] is None:
        return reason
    return reason.removesuffix(_REFERENCE.format(reference=told["reference"]))

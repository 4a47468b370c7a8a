"""The conclusions in plain Swedish: who capped the budget, what it cost, what one krona more would do.

The same sentence opens the page, names the chart and stands in the PDF. Amounts never break across lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from budgets.models import Posting
from budgets.rules import Party
from budgets.years import MemberRow, PartyRow, YearBudget, YearSummary
from finsam import money
from finsam.money import NO_BREAK_SPACE, Figure
from members.models import Member, Target


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its figures: as text for titles and descriptions, as HTML with the figures strong.

    ``note`` says which of its figures are derived; it stands after the sentence, in smaller type.
    """

    form: str
    figures: dict[str, str]
    words: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def text(self) -> str:
        """Plain text."""
        return _(self.form).format(**self.figures, **self.words)

    @property
    def html(self) -> SafeString:
        """HTML with the figures in bold, the words as they are."""
        shown = {name: format_html("<strong>{}</strong>", figure) for name, figure in self.figures.items()}
        shown |= {name: conditional_escape(word) for name, word in self.words.items()}
        return mark_safe(_(self.form).format(**shown))  # noqa: S308  # the form is ours, the rest is escaped


def genitive(name: str) -> str:
    """The Swedish genitive: Region Stockholms; Borås stays Borås.

    >>> genitive("Region Stockholm"), genitive("Borås")
    ('Region Stockholms', 'Borås')
    """
    return name if name[-1:].lower() in "sxz" else f"{name}s"


def listed(names: Iterable[str]) -> str:
    """Names as Swedish lists them: "staten, Region Stockholm och Stockholms stad"."""
    *first, last = names
    return f"{', '.join(first)} {_('och')} {last}" if first else last


def capital(text: str) -> str:
    """With a capital first letter, as at the beginning of a sentence; the rest as it is."""
    return text[:1].upper() + text[1:]


def in_sentence(party: PartyRow) -> str:
    """A party's name inside a sentence: staten and kommunerna are common nouns, Region Stockholm is not."""
    is_common = party.party == Party.STATE or len(party.members) > 1
    return party.name.lower() if is_common else party.name


def weight_name(party: PartyRow) -> str:
    """A party's share of the budget in words (5 § lag (2003:1210)): "hälften", "en fjärdedel"."""
    return {2: _("hälften"), 4: _("en fjärdedel")}[party.weight.denominator]


_FELL_SHORT = {
    True: gettext_noop(
        "{year} stannade budgeten på {total} av överenskomna {agreed}. "
        "{owner} {offer} satte taket: {lost} uteblev."
    ),
    False: gettext_noop(
        "{year} räcker åtagandena till {total} av överenskomna {agreed}. "
        "{owner} {offer} sätter taket: {lost} uteblir."
    ),
}
_FELL_SHORT_TOGETHER = {
    True: gettext_noop(
        "{year} stannade budgeten på {total} av överenskomna {agreed}. "
        "{parties} satte taket tillsammans: {lost} uteblev."
    ),
    False: gettext_noop(
        "{year} räcker åtagandena till {total} av överenskomna {agreed}. "
        "{parties} sätter taket tillsammans: {lost} uteblir."
    ),
}
_CAPPED = {
    True: gettext_noop("{year} blev budgeten {total}. {owner} {offer} satte taket."),
    False: gettext_noop("{year} räcker åtagandena till {total}. {owner} {offer} sätter taket."),
}
_CAPPED_TOGETHER = {
    True: gettext_noop("{year} blev budgeten {total}. {parties} satte taket tillsammans."),
    False: gettext_noop("{year} räcker åtagandena till {total}. {parties} sätter taket tillsammans."),
}
_ALL_ALIKE = {
    True: gettext_noop(
        "{year} blev budgeten {total}. Alla parter bidrog efter sin andel, ingen ensam satte taket."
    ),
    False: gettext_noop(
        "{year} räcker åtagandena till {total}. Alla parter bidrar efter sin andel, ingen ensam sätter taket."
    ),
}
_DECIDED_ONLY = gettext_noop("{year} blev budgeten {total}. Uppgift saknas om vem som satte taket.")
_UNKNOWN = gettext_noop("{year} saknas uppgift om budgeten.")


def conclusion(year: YearSummary) -> Sentence:
    """Say who capped the year and what it cost, in the past for a year that is decided.

    2020 stannade budgeten på 32,0 mnkr av överenskomna 48,0. Region Stockholms 8,0 mnkr satte taket:
    16,0 mnkr uteblev.
    """
    words = {"year": str(year.year)}
    if year.total.amount is None:
        return Sentence(_UNKNOWN, {}, words)
    figures = {"total": money.with_unit(year.total.amount)}
    if not year.limiting:
        return Sentence(_DECIDED_ONLY, figures, words)
    past, together = year.is_decided, len(year.limiting) > 1
    named, note = _causes(year)
    if year.agreed.amount is not None and (year.lost.amount or 0) > 0:
        figures |= named | _gap(year.total.amount, year.agreed.amount)
        return Sentence((_FELL_SHORT_TOGETHER if together else _FELL_SHORT)[past], figures, words, note)
    if year.all_limit:
        return Sentence(_ALL_ALIKE[past], figures, words, note)
    return Sentence((_CAPPED_TOGETHER if together else _CAPPED)[past], figures | named, words, note)


def _gap(total: int, agreed: int) -> dict[str, str]:
    """The total, the agreed level and what is between them, in kronor where millions would look alike."""
    if money.mnkr(total) == money.mnkr(agreed) or not money.suits_millions(total):
        return {
            "total": money.in_kronor(total),
            "agreed": money.kr(agreed),
            "lost": money.in_kronor(agreed - total),
        }
    return {"agreed": money.mnkr(agreed), "lost": money.with_unit(agreed - total)}


def cause(party: PartyRow) -> PartyRow | MemberRow:
    """Whose amount set the cap: the party's, or under a key that of its one member lowest against it."""
    capping = [row for row in party.members if row.caps]
    return capping[0] if len(capping) == 1 < len(party.members) else party


def sole_cause(year: YearSummary) -> PartyRow | MemberRow | None:
    """Whose amount alone set the cap; None in a tie, or where nobody is known to have."""
    return cause(year.limiting[0]) if len(year.limiting) == 1 else None


def _causes(year: YearSummary) -> tuple[dict[str, str], str]:
    """Who capped the year, for its sentence, and the note about derived figures and a key."""
    if len(year.limiting) > 1:
        parties = capital(listed(in_sentence(party) for party in year.limiting))
        return {"parties": parties}, _derived_note(year.total)
    (party,) = year.limiting
    lowest = cause(party)
    offer = money.with_unit(lowest.offered.amount or 0, None)
    notes = [_derived_note(lowest.offered, year.total)]
    if lowest is not party:
        keyed = _("%(party)s delar sin del efter en nyckel, och mot den ligger %(member)s lägst.")
        notes.insert(0, keyed % {"party": party.name, "member": lowest.name})
    return {"owner": genitive(lowest.name), "offer": offer}, " ".join(filter(None, notes))


def limiting(year: YearSummary) -> str:
    """Who capped the year, in a few words; empty when not known."""
    if year.all_limit:
        return _("Alla lika")
    return listed(party.name for party in year.limiting) if year.limiting else ""


def _derived_note(*figures: Figure) -> str:
    """Say which figures do not stand in the source but follow from it; nothing when all stand there."""
    derived = [money.with_unit(figure.amount or 0, None) for figure in figures if figure.is_derived]
    if not derived:
        return ""
    return ngettext(
        "%(amounts)s står inte i källan utan är härlett.",
        "%(amounts)s står inte i källan utan är härledda.",
        len(derived),
    ) % {"amounts": listed(derived)}


# By whether several parties limit next.
_LEVERAGE = {
    False: gettext_noop(
        "En krona till från {party} låser upp {times}, upp till {headroom} mer därifrån. "
        "Därefter sätter {then} taket."
    ),
    True: gettext_noop(
        "En krona till från {party} låser upp {times}, upp till {headroom} mer därifrån. "
        "Därefter sätter {then} taket tillsammans."
    ),
}
_LEVERAGE_KEYED = {
    False: gettext_noop(
        "En krona till från {party}, fördelad enligt nyckeln, låser upp {times}, upp till {headroom} mer. "
        "Därefter sätter {then} taket."
    ),
    True: gettext_noop(
        "En krona till från {party}, fördelad enligt nyckeln, låser upp {times}, upp till {headroom} mer. "
        "Därefter sätter {then} taket tillsammans."
    ),
}
_LEVERAGE_MEMBER = gettext_noop(
    "Lägst mot nyckeln ligger {member}: en krona till därifrån låser upp {times}, upp till {headroom} mer."
)
_TIED = gettext_noop("{parties} sätter taket tillsammans. Budgeten växer först när de höjer tillsammans.")
_ALL_TIED = gettext_noop("Alla parter sätter taket tillsammans. Budgeten växer först när alla höjer.")


def leverage(budget: YearBudget) -> list[Sentence]:
    """Say what one krona more from the limiting party would do, and for how long (5 § lag (2003:1210))."""
    share, tied = budget.share, budget.summary.limiting
    if share is None or not tied:
        return []
    if budget.summary.all_limit:
        return [Sentence(_ALL_TIED, {})]
    if len(tied) > 1:
        return [Sentence(_TIED, {"parties": capital(listed(in_sentence(party) for party in tied))})]
    (party,) = tied
    capping = [row for row in party.members if row.caps]
    then = [row for row in budget.summary.parties if row.party in share.next_limiting]
    first = Sentence(
        (_LEVERAGE_KEYED if capping else _LEVERAGE)[len(then) > 1],
        {
            "party": in_sentence(party),
            "times": _times(share.leverage),
            "headroom": money.in_kronor(share.headroom),
        },
        {"then": listed(in_sentence(row) for row in then)},
    )
    if len(capping) != 1 or not share.member_leverage:
        return [first]
    # Kronor are at most a few hundred here, so öre arithmetic writes the decimals.
    times = money.kr(round(share.member_leverage * money.ORE_PER_KRONA), 2)
    figures = {
        "member": capping[0].name,
        "times": f"{times}{NO_BREAK_SPACE}kr",
        "headroom": money.in_kronor(share.member_headroom),
    }
    return [first, Sentence(_LEVERAGE_MEMBER, figures)]


def _times(leverage: int) -> str:
    return {2: pgettext("kronor", "två"), 4: pgettext("kronor", "fyra")}[leverage]


def obstacle(year: YearSummary) -> str:
    """Say why no total can be worked out yet; empty when there is one."""
    if not year.total.is_missing:
        return ""
    if not year.missing_members:
        return _("Taket kan inte räknas ut än. Fördelningsnyckeln saknar vikt för någon medlem.")
    names = listed(member.organisation.name for member in year.missing_members)
    return _("Taket kan inte räknas ut än. Uppgift om åtagande saknas från %(names)s.") % {"names": names}


def story(years: list[YearSummary], most: int = 3) -> list[Sentence]:
    """The newest known year's conclusion, then those of earlier years in which agreed money did not come.

    ``years`` come newest first; at most ``most`` sentences, at least one.
    """
    known = [year for year in years if year.is_decided and not year.total.is_missing]
    newest = (known or [year for year in years if year.is_known] or years)[0]
    fell_short = [year for year in known if year is not newest and (year.lost.amount or 0) > 0]
    return [conclusion(year) for year in (newest, *fell_short)][:most]


def recorded(member: Member, before: YearBudget, after: YearBudget | None, posting: Posting | None) -> str:
    """Tell the secretary what saving did: the amount, the total before and after, the posting's number."""
    if posting is None or after is None:
        return _("Åtagandet var redan så stort. Inget nytt bokfördes.")
    said = _("Åtagandet från %(member)s är bokfört som verifikation %(number)s.") % {
        "member": member.organisation.name,
        "number": posting.number,
    }
    was, now = before.summary.total.amount, after.summary.total.amount
    if now is None:
        return f"{said} {obstacle(after.summary)}"
    if was is None:
        return f"{said} " + _("Åtagandena räcker till %(now)s.") % {"now": money.with_unit(now)}
    if was == now:
        return f"{said} " + _("Budgeten är oförändrad, %(now)s.") % {"now": money.with_unit(now)}
    totals = {"was": money.with_unit(was), "now": money.with_unit(now)}
    return f"{said} " + _("Budgeten enligt åtagandena går från %(was)s till %(now)s.") % totals


def administration(budget: YearBudget) -> Sentence | None:
    """The share of the costs that is not measures, against the association's own target."""
    share = budget.administration_share
    if share is None:
        return None
    target = budget.association.administration_target
    figures = {"share": share_against(share, target)}
    if target is None:
        return Sentence(_ADMINISTRATION, figures)
    return Sentence(_ADMINISTRATION_AGAINST[target.place(share)], figures | {"target": str(target)})


def share_against(share: Fraction, target: Target | None) -> str:
    """A share in whole per cent, with a decimal where rounding could put it across the target: "19,8 %"."""
    is_edge = target is not None and round(share * 100) in (target.low, target.high)
    return money.percent(share.numerator, share.denominator, None if is_edge else 0)


_ADMINISTRATION = gettext_noop("{share} av kostnaderna går till annat än insatser.")
# By where it is against the target.
_ADMINISTRATION_AGAINST = {
    -1: gettext_noop("{share} av kostnaderna går till annat än insatser, under förbundets mål {target}."),
    0: gettext_noop("{share} av kostnaderna går till annat än insatser, inom förbundets mål {target}."),
    1: gettext_noop("{share} av kostnaderna går till annat än insatser, över förbundets mål {target}."),
}

_FINANCED = {
    "income": gettext_noop(
        "Kostnaderna är budgeterade till {costs}: {called} i medlemsbidrag och {income} i övriga intäkter."
    ),
    "capital": gettext_noop(
        "Kostnaderna är budgeterade till {costs}: {called} i medlemsbidrag och {capital} ur eget kapital."
    ),
    "both": gettext_noop(
        "Kostnaderna är budgeterade till {costs}: {called} i medlemsbidrag, {income} i övriga intäkter "
        "och {capital} ur eget kapital."
    ),
}


def financing(budget: YearBudget) -> Sentence | None:
    """What pays the budgeted costs, where they are more than the contributions; None where they are not.

    2026: 13,6 mnkr of costs are 11,8 of contributions, 1,2 of other income and 0,6 of own capital.
    """
    planned, called = budget.result("allocated").amount, budget.summary.total.amount
    if planned is None or called is None or planned > 0:
        return None
    income = money.total(row.allocated for row in budget.incomes).amount or 0
    if not income and not planned:
        return None
    amounts = {"costs": called + income - planned, "called": called, "income": income, "capital": -planned}
    figures = {name: money.with_unit(amount) for name, amount in amounts.items()}
    return Sentence(_FINANCED["both" if income and planned else "income" if income else "capital"], figures)


def planned_deficit(budget: YearBudget) -> Sentence | None:
    """Say that the budget uses own capital, and how much (a warning, never a stop)."""
    planned = budget.result("allocated").amount
    if planned is None or planned >= 0:
        return None
    form = gettext_noop("Budgeten räknar med att {deficit} tas ur eget kapital.")
    return Sentence(form, {"deficit": money.in_kronor(-planned)})

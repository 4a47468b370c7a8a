"""Membership over the years: how long a notice runs, what an adopted budget binds, which party runs empty.

Nothing here is fetched or saved. Days are dates, years whole numbers; a member counts in every year that it
was a member some day of, the year it joins and the year it leaves included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member, Party

# Years without an end: what stands for "no day" when years are compared.
_NEVER = 9999


def years_after(day: date, years: int) -> date:
    """The same day some years later; 28 February where that year has no 29th.

    Source: 1 § lag (1930:173) om beräkning av lagstadgad tid.

    >>> years_after(date(2028, 2, 29), 3)
    datetime.date(2031, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True)
class AdoptedYears:
    """The years whose adopted budgets were reckoned with a member, and those reckoned without it."""

    included: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()

    def refusals(
        self, name: str, joined: date | None, left: date | None, *, before: date | None = None
    ) -> dict[str, str]:
        """Why the member ``name`` cannot be in from ``joined`` to ``left``: a sentence for each field.

        A paying member neither enters nor leaves a year whose budget is adopted; the database holds the same.
        ``before``: when it leaves as things stand, to tell who stays on from who comes too early.
        """
        first, last = (joined.year if joined else 0), (left.year if left else _NEVER)
        too_late = {year for year in self.included if year < first}
        too_early = {year for year in self.included if year > last}
        strange = {year for year in self.excluded if first <= year <= last}
        told = {}
        if too_late:
            year = min(too_late)
            told["joined"] = _(
                "Budgeten %(year)s är fastställd med %(name)s. Skriv ett inträde %(year)s eller tidigare."
            ) % {"year": year, "name": name}
        if too_early:
            year = max(too_early)
            told["left"] = _(
                "Budgeten %(year)s är fastställd med %(name)s. Skriv ett utträde %(year)s eller senare."
            ) % {"year": year, "name": name}
        if strange:
            told |= self._entered(name, strange, before)
        return told

    def _entered(self, name: str, strange: Iterable[int], before: date | None) -> dict[str, str]:
        """The sentence about years that were reckoned without the member, at the day that put it there."""
        last = max([*self.included, *([before.year] if before else [])], default=_NEVER)
        after = [year for year in strange if year > last]
        if after:
            year = min(after)
            sentence = _(
                "Budgeten %(year)s är fastställd utan %(name)s. Skriv ett utträde %(last)s eller tidigare."
            )
            return {"left": sentence % {"year": year, "name": name, "last": year - 1}}
        year = max(strange)
        sentence = _(
            "Budgeten %(year)s är fastställd utan %(name)s. Skriv ett inträde %(first)s eller senare."
        )
        return {"joined": sentence % {"year": year, "name": name, "first": year + 1}}


# How long a notice runs, by Association.notice_years.
NOTICES = {
    3: gettext_lazy("tre år"),
    2: gettext_lazy("två år"),
    1: gettext_lazy("ett år"),
    0: gettext_lazy("ingen uppsägningstid"),
}

_WILL_BE_EMPTY = {
    Party.STATE: gettext_lazy(
        "Från och med %(year)s har staten ingen betalande medlem kvar. Samordningen kräver att "
        "Försäkringskassan är med (3 § lag (2003:1210)), så förbundet träder då i likvidation enligt "
        "förbundsordningen."
    ),
    Party.REGIONS: gettext_lazy(
        "Från och med %(year)s är ingen region kvar som medlem. Samordningen kräver minst en region (3 § "
        "lag (2003:1210)), så förbundet träder då i likvidation enligt förbundsordningen. Undantaget är en "
        "kommun som inte ingår i någon region: då betalar staten och kommunen hälften var (5\u00a0a\u00a0§)."
    ),
    Party.MUNICIPALITIES: gettext_lazy(
        "Från och med %(year)s är ingen kommun kvar som medlem. Samordningen kräver minst en kommun (3 § lag "
        "(2003:1210)), så förbundet träder då i likvidation enligt förbundsordningen."
    ),
}
_MISSING = {
    Party.STATE: gettext_lazy(
        "Försäkringskassan är inte inlagd som medlem. Utan den kan budgeten inte räknas ut."
    ),
    Party.MUNICIPALITIES: gettext_lazy(
        "Ingen kommun är inlagd som medlem. Utan en kommun kan budgeten inte räknas ut."
    ),
}


def warnings(members: Iterable[Member]) -> list[str]:
    """Which party is without members, or will be from a year on (3 and 27 §§ lag (2003:1210)).

    They warn and never stop anything: what becomes of the förbund is for its members to settle.
    """
    told = []
    for party, paying in by_party(member for member in members if member.pays).items():
        if not paying:
            told.append(str(_MISSING.get(party, "")))
        elif empty_from := _empty_from(paying):
            told.append(str(_WILL_BE_EMPTY[party]) % {"year": empty_from})
    return [sentence for sentence in told if sentence]


def without_region(members: Iterable[Member]) -> str:
    """What it means that no region is a member (5 a § lag (2003:1210)); empty when one is or was."""
    if by_party(members)[Party.REGIONS]:
        return ""
    return _(
        "Ingen region är medlem. Staten och kommunen betalar då hälften var (5\u00a0a\u00a0§ lag "
        "(2003:1210)). Det gäller en kommun som inte ingår i någon region."
    )


def by_party(members: Iterable[Member]) -> dict[Party, list[Member]]:
    """The members of each party in the law's order; every party is there."""
    found: dict[Party, list[Member]] = {party: [] for party in Party}
    for member in members:
        found[Party(member.party)].append(member)
    return found


def joined(member: Member) -> str:
    """Tell that a member was added, and from when it counts."""
    words = {"name": member.organisation.name}
    if member.joined is None:
        return _("%(name)s är inlagd som medlem.") % words
    said = _("%(name)s är inlagd som medlem och räknas med i budgeten från och med %(year)s.")
    return said % (words | {"year": member.joined.year})


def removed(member: Member) -> str:
    """Tell that a member was removed."""
    return _("%(name)s är borttagen som medlem.") % {"name": member.organisation.name}


def changed(member: Member) -> str:
    """Tell what is to be known of a member's days when they have been saved."""
    words = {"name": member.organisation.name}
    if member.left is None:
        return _("Sparat. %(name)s är medlem tills vidare.") % words
    words |= {"left": date_format(member.left, "j F Y"), "year": str(member.left.year)}
    last = _("Medlemmen räknas med i budgeten till och med %(year)s.") % words
    if member.notice_given is None:
        return f"{_('Sparat. %(name)s är medlem till och med den %(left)s.') % words} {last}"
    said = _("Sparat. %(name)s har sagt upp sig och utträder den %(left)s.") % words
    runs_out = years_after(member.notice_given, member.association.notice_years)
    if member.left >= runs_out:
        return f"{said} {last}"
    early = _("Uppsägningstiden går ut först den %(day)s. Kontrollera att alla är överens om en kortare tid.")
    return f"{said} {last} {early % {'day': date_format(runs_out, 'j F Y')}}"


def _empty_from(paying: list[Member]) -> int | None:
    """The first year from which on none of them is a member, None when there is no such year."""
    last = max(member.left.year if member.left else _NEVER for member in paying)
    return None if last == _NEVER else last + 1

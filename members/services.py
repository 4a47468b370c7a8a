"""The writes about members: one joins, changes its years or is removed; and the association's own settings.

What an adopted budget or the ledger forbids is refused by the forms in a sentence, and by the database as
well: each function raises IntegrityError when something changed after its form was found in order, and then
nothing is saved.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from members.models import Association, Member, Organisation, Party

# Words of an address that would hide a member's own page.
_TAKEN_SLUGS = {"ny"}
_LONGEST_SLUG = 50
# What tells an organisation's second membership from its first (5 a § lag (2003:1210)).
_AS_PARTY = {Party.STATE: "staten", Party.REGIONS: "region", Party.MUNICIPALITIES: "kommun"}


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation that does not exist yet."""

    name: str
    kind: str
    county: str = ""


@transaction.atomic
def join(
    *,
    association: Association,
    organisation: Organisation | NewOrganisation,
    party: str,
    pays: bool,
    joined: date | None,
) -> Member:
    """Make an organisation a member of the association, last among its members."""
    # Two who add members at once get different slugs and places.
    Association.objects.select_for_update().only("pk").get(pk=association.pk)
    if isinstance(organisation, NewOrganisation):
        organisation = _made(organisation)
    members = association.members.all()
    taken = {*_TAKEN_SLUGS, *members.values_list("slug", flat=True)}
    last = members.aggregate(last=Max("position"))["last"]
    return Member.objects.create(
        association=association,
        organisation=organisation,
        party=party,
        slug=_free_slug(organisation.slug, taken, _AS_PARTY[Party(party)]),
        pays=pays,
        joined=joined,
        position=0 if last is None else last + 1,
    )


@transaction.atomic
def change_years(
    member: Member, *, joined: date | None, notice_given: date | None, left: date | None
) -> None:
    """Give a member its days."""
    member.joined, member.notice_given, member.left = joined, notice_given, left
    member.save(update_fields=["joined", "notice_given", "left"])


@transaction.atomic
def remove(member: Member) -> None:
    """Take away a member that was added by mistake; one with figures in the ledger is refused."""
    member.delete()


@transaction.atomic
def change_settings(
    association: Association, *, notice_years: int, administration: tuple[int | None, int | None]
) -> None:
    """Set the years of notice, and the target for administration: whole per cent from and to, or neither."""
    association.notice_years = notice_years
    association.administration_from, association.administration_to = administration
    association.save(update_fields=["notice_years", "administration_from", "administration_to"])


def _made(new: NewOrganisation) -> Organisation:
    """The organisation, saved under a slug of its own."""
    taken = set(Organisation.objects.values_list("slug", flat=True))
    slug = _free_slug(slugify(new.name) or "organisation", taken)
    return Organisation.objects.create(name=new.name, slug=slug, kind=new.kind, county=new.county)


def _free_slug(wanted: str, taken: Collection[str], other: str = "") -> str:
    """``wanted`` if it is free, else with ``other`` or the first free number after it."""
    endings = ["", *([f"-{other}"] if other else []), *(f"-{number}" for number in range(2, len(taken) + 3))]
    slugs = (f"{wanted[: _LONGEST_SLUG - len(ending)].rstrip('-')}{ending}" for ending in endings)
    return next(slug for slug in slugs if slug not in taken)

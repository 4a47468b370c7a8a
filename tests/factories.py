"""Plain makers of test data: each gives what its name says, with defaults for what does not matter."""

from collections.abc import Mapping

from budgets import services
from budgets.ledger import Cell, Decision, Source
from budgets.models import Account, BudgetLine, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Member, Organisation, Party, Role, User

PASSWORD = "fyra parter, en budget"

# Member slug, party and the organisation's kind in a förbund made for a test.
FOUR_MEMBERS = (
    ("fk", Party.STATE, Organisation.Kind.AGENCY),
    ("regionen", Party.REGIONS, Organisation.Kind.REGION),
    ("storstad", Party.MUNICIPALITIES, Organisation.Kind.MUNICIPALITY),
    ("lillstad", Party.MUNICIPALITIES, Organisation.Kind.MUNICIPALITY),
)


def make_user(username: str, kind: str = "", *slugs: str) -> User:
    """A user with the same role in each förbund named."""
    user = User.objects.create_user(username, password=PASSWORD, first_name=username.capitalize())
    for slug in slugs:
        Role.objects.create(user=user, association=Association.objects.get(slug=slug), kind=kind)
    return user


def make_association(slug: str = "provforbundet", *, af: bool = True) -> Association:
    """A förbund with a state, a region and two municipalities, and Arbetsförmedlingen that pays nothing."""
    association = Association.objects.create(name=f"Förbundet {slug}", short_name=slug, slug=slug)
    for position, (name, party, kind) in enumerate(FOUR_MEMBERS):
        make_member(association, name, party, kind=kind, position=position)
    if af:
        make_member(association, "af", Party.STATE, kind=Organisation.Kind.AGENCY, pays=False, position=9)
    return association


def make_member(
    association: Association,
    slug: str,
    party: str,
    *,
    kind: str = Organisation.Kind.MUNICIPALITY,
    pays: bool = True,
    position: int = 0,
) -> Member:
    """An organisation of its own, as a member."""
    organisation = Organisation.objects.create(
        name=f"{slug.capitalize()} ({association.slug})", slug=f"{association.slug}-{slug}", kind=kind
    )
    return Member.objects.create(
        association=association,
        organisation=organisation,
        party=party,
        slug=slug,
        pays=pays,
        position=position,
    )


def make_line(
    association: Association, slug: str = "insats", kind: str = BudgetLine.Kind.MEASURE
) -> BudgetLine:
    """A budget line."""
    return BudgetLine.objects.create(association=association, slug=slug, name=slug.capitalize(), kind=kind)


def member(association: Association, slug: str) -> Member:
    """The association's member by its slug."""
    return association.members.get(slug=slug)


def committed(association: Association, year: int, slug: str) -> Cell:
    """The cell of a member's commitment."""
    return Cell(Account.COMMITTED, year, member_id=member(association, slug).pk)


def commit(
    association: Association,
    year: int,
    amounts: Mapping[str, str],
    *,
    by: User | None = None,
    reason: str = "Brev från medlemmarna",
    is_derived: bool = False,
) -> Posting | None:
    """Record commitments written as people write them: ``commit(förbund, 2027, {"fk": "8,0 mnkr"})``."""
    return services.record(
        association=association,
        wishes={
            committed(association, year, slug): Figure(money.parse(amount), is_derived)
            for slug, amount in amounts.items()
        },
        reason=reason,
        by=by,
        author_name="" if by else "Ett test",
    )


def adopt(association: Association, year: int, *, by: User | None = None) -> Posting:
    """Adopt the year's budget on a board decision."""
    return services.adopt(
        association=association,
        year=year,
        reason=f"Budget {year} fastställd",
        by=by,
        author_name="" if by else "Ett test",
        decision=Decision("Styrelsen", None, "§ 45", "SF 2026/14"),
        source=Source("Protokoll"),
        financing="Ryms inom medlemsbidragen",
    )

"""Who is a member, and what the database refuses to believe about it."""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from budgets import ledger, services
from budgets.ledger import Cell, Change
from budgets.models import Account
from members.models import RESERVED_SLUGS, Association, Member, Organisation, Party, Role, User
from tests import factories
from tests.factories import make_association

pytestmark = pytest.mark.django_db


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with a state, a region and two municipalities."""
    return make_association()


def an_association(**fields) -> Association:
    return Association(**{"name": "Nya förbundet", "short_name": "Nya", "slug": "nya"} | fields)


def an_organisation(**fields) -> Organisation:
    return Organisation(**{"name": "Nya kommun", "slug": "nya", "kind": "municipality"} | fields)


def a_member(**fields) -> Member:
    """Storstad's organisation once more, as region."""
    known = Member.objects.get(association__slug="provforbundet", slug="storstad")
    row = {"party": "regions", "slug": "storstad-region"}
    return Member(association=known.association, organisation=known.organisation, **row | fields)


def a_role(**fields) -> Role:
    """Rut has one role already: she audits."""
    rut, lars = (User.objects.get_or_create(username=name)[0] for name in ("rut", "lars"))
    association = Association.objects.get(slug="provforbundet")
    Role.objects.get_or_create(user=rut, association=association, kind="auditor")
    return Role(association=association, **{"user": lars, "kind": "board"} | fields)


def rut_again() -> Role:
    a_role()
    return a_role(user=User.objects.get(username="rut"))


NEW_YEAR, LAST_DAY = dt.date(2019, 1, 1), dt.date(2018, 12, 31)

# The constraint, a row that it accepts, one that it refuses, and what a person is then told.
CONSTRAINTS = [
    (
        "association_dissolved_after_founded",
        lambda: an_association(founded=NEW_YEAR, dissolved=NEW_YEAR),
        lambda: an_association(founded=NEW_YEAR, dissolved=LAST_DAY),
        "Förbundet kan inte upplösas innan det bildades.",
    ),
    (
        "association_administration_target_in_order",
        lambda: an_association(administration_from=15, administration_to=15),
        lambda: an_association(administration_from=16, administration_to=15),
        "Ange administrationens mål från och till i hela procent, högst 100, eller inget av dem.",
    ),
    (
        "association_administration_target_in_order",
        lambda: an_association(administration_from=0, administration_to=100),
        lambda: an_association(administration_from=0, administration_to=101),
        "Ange administrationens mål från och till i hela procent, högst 100, eller inget av dem.",
    ),
    (
        "association_notice_at_most_three_years",
        lambda: an_association(notice_years=3),
        lambda: an_association(notice_years=4),
        "Uppsägningstiden är högst tre år (27 §).",
    ),
    (
        "association_notice_at_most_three_years",
        lambda: an_association(notice_years=0),
        lambda: an_association(notice_years=2019),
        "Uppsägningstiden är högst tre år (27 §).",
    ),
    (
        "organisation_kind_known",
        lambda: an_organisation(kind="region"),
        lambda: an_organisation(kind="county"),
        "En organisation är en myndighet, en region eller en kommun.",
    ),
    (
        "member_slug_once_per_association",
        lambda: a_member(slug="annan"),
        lambda: a_member(slug="fk"),
        "En medlem med det kortnamnet finns redan i förbundet.",
    ),
    (
        "member_once_per_party",
        lambda: a_member(party="regions"),
        lambda: a_member(party="municipalities"),
        "Organisationen är redan medlem i förbundet för den parten.",
    ),
    (
        "member_party_known",
        lambda: a_member(party="state"),
        lambda: a_member(party="unions"),
        "Parten är staten, regionen eller kommunerna.",
    ),
    (
        "member_left_after_joined",
        lambda: a_member(joined=NEW_YEAR, left=NEW_YEAR),
        lambda: a_member(joined=NEW_YEAR, left=LAST_DAY),
        "En medlem kan inte utträda innan den inträdde.",
    ),
    (
        "member_left_after_notice",
        lambda: a_member(notice_given=NEW_YEAR, left=NEW_YEAR),
        lambda: a_member(notice_given=NEW_YEAR, left=LAST_DAY),
        "En medlem som har sagt upp sig har en utträdesdag, tidigast samma dag.",
    ),
    (
        "member_left_after_notice",
        lambda: a_member(left=LAST_DAY),
        lambda: a_member(notice_given=LAST_DAY),
        "En medlem som har sagt upp sig har en utträdesdag, tidigast samma dag.",
    ),
    (
        "role_once_per_user_and_association",
        lambda: a_role(),
        lambda: rut_again(),
        "Personen har redan en roll i förbundet.",
    ),
    (
        "role_kind_known",
        lambda: a_role(kind="secretary"),
        lambda: a_role(kind="admin"),
        "Rollen är sekreterare, styrelseledamot eller revisor.",
    ),
]


@pytest.mark.parametrize(("name", "accepted", "refused", "sentence"), CONSTRAINTS)
def test_a_constraint_accepts_one_row_and_refuses_another(association, name, accepted, refused, sentence):
    with transaction.atomic():
        accepted().save()
        transaction.set_rollback(True)
    wrong = refused()

    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        wrong.save()

    assert fault.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize(("name", "accepted", "refused", "sentence"), CONSTRAINTS)
def test_a_person_is_told_in_swedish(association, name, accepted, refused, sentence):
    accepted().full_clean()

    with pytest.raises(ValidationError) as told:
        refused().validate_constraints()

    assert told.value.messages == [sentence]


def test_full_clean_tells_the_same_sentence_once(association):
    with pytest.raises(ValidationError) as told:
        a_member(joined=NEW_YEAR, left=LAST_DAY).full_clean()

    assert told.value.messages == ["En medlem kan inte utträda innan den inträdde."]


def test_every_constraint_is_tried():
    models = (Association, Organisation, Member, Role)
    named = {constraint.name for model in models for constraint in model._meta.constraints}

    assert {name for name, *_rest in CONSTRAINTS} == named


@pytest.mark.parametrize("ends", [(15, None), (None, 20), (150, None)])
def test_half_an_administration_target_is_refused(db, ends):
    low, high = ends

    with pytest.raises(IntegrityError), transaction.atomic():
        an_association(administration_from=low, administration_to=high).save()


# Association


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_a_slug_that_the_site_uses_itself_is_refused(db, slug):
    with pytest.raises(ValidationError) as told:
        an_association(slug=slug).full_clean()

    assert told.value.messages == [f"{slug} används av webbplatsen själv. Välj ett annat kortnamn."]


@pytest.mark.parametrize("number", ["222000-1234", ""])
def test_an_organisation_number_is_written_with_its_hyphen(db, number):
    an_association(org_number=number).full_clean()


@pytest.mark.parametrize("number", ["2220001234", "222000-123", "22200-12345", "222000-123x", " 222000-123"])
def test_another_organisation_number_is_refused(db, number):
    with pytest.raises(ValidationError) as told:
        an_association(org_number=number).full_clean()

    assert told.value.messages == ["Skriv organisationsnumret som 222000-1234."]


def test_the_period_of_notice_is_three_years_unless_the_association_says_less(association):
    """27 § lag (2003:1210)."""
    association.refresh_from_db()

    assert association.notice_years == 3


def test_an_association_is_called_by_its_name():
    assert str(an_association()) == "Nya förbundet"


# Membership over the years

DATES = [
    None,
    *(dt.date(year, month, day) for year in (2025, 2026, 2027) for month, day in ((1, 1), (12, 31))),
]


def test_the_database_and_the_program_agree_on_who_is_a_member_in_a_year(association):
    """Every pair of joining and leaving at the turns of three years, asked about five years."""
    member = factories.member(association, "lillstad")
    for joined, left in product(DATES, repeat=2):
        if joined and left and left < joined:
            continue
        member.joined, member.left = joined, left
        member.save()
        for year in range(2024, 2029):
            expected = (not joined or joined <= dt.date(year, 12, 31)) and (
                not left or left >= dt.date(year, 1, 1)
            )

            assert member.is_in(year) is expected, (joined, left, year)
            assert association.members.in_year(year).filter(pk=member.pk).exists() is expected, (joined, left)


# Years with an adopted budget


@pytest.fixture
def adopted(association: Association) -> Association:
    """The förbund with the budget of 2027 adopted, and 2028 proposed."""
    adopt(association)
    services.propose(association=association, year=2028, reason="Förslag", by=None, author_name="Ett test")
    return association


def adopt(association: Association) -> None:
    """Adopt 2027, with a commitment from whoever is a paying member then."""
    paying = association.members.in_year(2027).filter(pays=True)
    factories.commit(association, 2027, {member.slug: "8 mnkr" for member in paying})
    factories.adopt(association, 2027)


def moved(member: Member, **fields) -> None:
    """Save the member with other fields, or refuse."""
    for name, value in fields.items():
        setattr(member, name, value)
    with transaction.atomic():
        member.save()


def refused(slug: str, year: int = 2027) -> str:
    """What the database says when the member enters or leaves the year."""
    told = f"The budget of {year} is adopted; member {slug} can no longer enter or leave that year."
    return "^" + re.escape(told)


DAY = {
    "2025": dt.date(2025, 12, 31),
    "before": dt.date(2026, 12, 31),
    "first": dt.date(2027, 1, 1),
    "last": dt.date(2027, 12, 31),
    "after": dt.date(2028, 1, 1),
    "2029": dt.date(2029, 1, 1),
    "": None,
}
IN_2027 = [("", ""), ("", "first"), ("last", ""), ("first", "last"), ("first", "first"), ("before", "after")]
NOT_IN_2027 = [("", "before"), ("", "2025"), ("after", ""), ("2029", ""), ("before", "before")]


@pytest.mark.parametrize(("joined", "left"), IN_2027)
def test_a_paying_member_is_not_added_to_an_adopted_year(adopted, joined, left):
    with pytest.raises(IntegrityError, match=refused("storstad-region")), transaction.atomic():
        a_member(joined=DAY[joined], left=DAY[left]).save()

    assert adopted.members.count() == 5


@pytest.mark.parametrize(("joined", "left"), NOT_IN_2027)
def test_a_paying_member_is_added_to_the_years_not_adopted(adopted, joined, left):
    a_member(joined=DAY[joined], left=DAY[left]).save()

    assert adopted.members.count() == 6


@pytest.mark.parametrize(("joined", "left"), NOT_IN_2027)
def test_a_member_that_an_adopted_budget_calls_does_not_leave_its_year(adopted, joined, left):
    lillstad = factories.member(adopted, "lillstad")

    with pytest.raises(IntegrityError, match=refused("lillstad")):
        moved(lillstad, joined=DAY[joined], left=DAY[left])

    lillstad.refresh_from_db()
    assert (lillstad.joined, lillstad.left) == (None, None)


@pytest.mark.parametrize(("joined", "left"), IN_2027)
def test_a_member_that_an_adopted_budget_calls_enters_and_leaves_other_years(adopted, joined, left):
    lillstad = factories.member(adopted, "lillstad")

    moved(lillstad, joined=DAY[joined], left=DAY[left])

    lillstad.refresh_from_db()
    assert (lillstad.joined, lillstad.left) == (DAY[joined], DAY[left])


@pytest.mark.parametrize(("joined", "left"), IN_2027)
def test_a_member_that_an_adopted_budget_does_not_call_does_not_enter_its_year(adopted, joined, left):
    newcomer = a_member(joined=DAY["after"])
    newcomer.save()

    with pytest.raises(IntegrityError, match=refused("storstad-region")):
        moved(newcomer, joined=DAY[joined], left=DAY[left])

    newcomer.refresh_from_db()
    assert (newcomer.joined, newcomer.left) == (DAY["after"], None)


@pytest.mark.parametrize(("joined", "left"), NOT_IN_2027)
def test_a_member_that_an_adopted_budget_does_not_call_enters_other_years(adopted, joined, left):
    newcomer = a_member(joined=DAY["after"])
    newcomer.save()

    moved(newcomer, joined=DAY[joined], left=DAY[left])

    newcomer.refresh_from_db()
    assert (newcomer.joined, newcomer.left) == (DAY[joined], DAY[left])


def test_a_year_that_was_revised_is_as_closed(adopted):
    factories.commit(adopted, 2027, {"regionen": "4 mnkr"})
    factories.adopt(adopted, 2027)

    with pytest.raises(IntegrityError, match=refused("lillstad")):
        moved(factories.member(adopted, "lillstad"), left=DAY["before"])
    with pytest.raises(IntegrityError, match=refused("storstad-region")), transaction.atomic():
        a_member().save()

    assert list(adopted.versions.filter(year=2027).values_list("state", flat=True)) == ["adopted", "revised"]


def test_the_first_of_several_adopted_years_is_named(adopted):
    paying = adopted.members.filter(pays=True)
    factories.commit(adopted, 2026, {member.slug: "8 mnkr" for member in paying})
    factories.adopt(adopted, 2026)

    with pytest.raises(IntegrityError, match=refused("lillstad", 2026)):
        moved(factories.member(adopted, "lillstad"), joined=DAY["after"])
    with pytest.raises(IntegrityError, match=refused("lillstad", 2027)):
        moved(factories.member(adopted, "lillstad"), left=DAY["before"])


def test_a_member_called_for_nothing_is_as_bound(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4", "lillstad": "0"})
    factories.adopt(association, 2027)

    with pytest.raises(IntegrityError, match=refused("lillstad")):
        moved(factories.member(association, "lillstad"), left=DAY["before"])


def test_a_member_that_pays_nothing_comes_and_goes(adopted):
    moved(factories.member(adopted, "af"), left=DAY["before"])

    a_member(pays=False).save()

    assert set(adopted.members.in_year(2027).filter(pays=False).values_list("slug", flat=True)) == {
        "storstad-region"
    }


def test_a_member_does_not_begin_to_pay_in_an_adopted_year(adopted):
    af = factories.member(adopted, "af")

    with pytest.raises(IntegrityError, match=refused("af")):
        moved(af, pays=True)
    moved(af, pays=True, joined=DAY["after"])

    assert factories.member(adopted, "af").pays


def test_another_associations_adopted_year_binds_nobody_here(adopted):
    other = make_association("grannforbundet")

    moved(factories.member(other, "lillstad"), left=DAY["before"])

    assert factories.member(other, "lillstad").left == DAY["before"]


def test_a_member_does_not_move_into_an_association_with_an_adopted_year(adopted):
    other = factories.make_member(make_association("grannforbundet"), "byn", Party.MUNICIPALITIES)

    with pytest.raises(IntegrityError, match=refused("byn")):
        moved(other, association=adopted)


def test_notice_and_place_in_the_order_are_free_in_an_adopted_year(adopted):
    moved(factories.member(adopted, "lillstad"), notice_given=DAY["2025"], left=DAY["last"], position=3)

    lillstad = factories.member(adopted, "lillstad")
    assert (lillstad.notice_given, lillstad.position) == (DAY["2025"], 3)


def test_a_called_amount_that_was_taken_back_binds_nobody(association):
    """Recorded by mistake on a member that had left, and reversed; the adopted budget does not call it."""
    lillstad = factories.member(association, "lillstad")
    moved(lillstad, left=DAY["before"])
    mistake = ledger.post(
        association=association,
        changes=[Change(Cell(Account.CALLED, 2027, member_id=lillstad.pk), 1_00)],
        reason="Fel medlem",
        by=None,
        author_name="Ett test",
    )
    ledger.reverse(mistake, reason="Fel medlem", by=factories.make_user("sara"))
    adopt(association)

    moved(lillstad, left=DAY["2025"])
    with pytest.raises(IntegrityError, match=refused("lillstad")):
        moved(lillstad, left=DAY["first"])

    assert factories.member(association, "lillstad").left == DAY["2025"]


def test_a_member_whose_years_stay_as_they_are_is_saved_whatever_they_are(adopted):
    """It left before the database minded, after the budget that calls it."""
    lillstad = factories.member(adopted, "lillstad")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE members_member DISABLE TRIGGER keep_member_years")
        moved(lillstad, left=DAY["before"])
        cursor.execute("ALTER TABLE members_member ENABLE ALWAYS TRIGGER keep_member_years")

    moved(lillstad, position=3)

    assert factories.member(adopted, "lillstad").position == 3


# Adopting and leaving at once

LEAVE = "UPDATE members_member SET \"left\" = '2026-12-31' WHERE slug = 'lillstad'"


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[CursorWrapper]:
    """Another connection, which does not wait long for a lock."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        yield cursor
    other.close()


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_a_budget_is_adopted_waits_and_is_refused(association, elsewhere):
    with transaction.atomic():
        adopt(association)

        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere.execute(LEAVE)

    with pytest.raises(IntegrityError, match=refused("lillstad")):
        elsewhere.execute(LEAVE)


@pytest.mark.django_db(transaction=True)
def test_who_writes_in_the_ledger_waits_for_who_leaves(association, elsewhere):
    lock = "SELECT FROM members_association WHERE id = %s FOR UPDATE"
    with transaction.atomic():
        moved(factories.member(association, "lillstad"), left=DAY["before"])

        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere.execute(lock, [association.pk])

    elsewhere.execute(lock, [association.pk])
    assert elsewhere.rowcount == 1


# Who is a member where


def test_a_municipality_outside_any_region_can_be_two_members(association):
    """5 a § lag (2003:1210)."""
    a_member(party="regions", slug="storstad-region").save()

    organisation = Organisation.objects.get(slug="provforbundet-storstad")
    assert set(organisation.memberships.values_list("party", flat=True)) == {"municipalities", "regions"}


def test_an_organisation_stands_once_however_many_associations_it_is_in(seeds):
    slugs = Organisation.objects.get(slug="forsakringskassan").memberships.values_list(
        "association__slug", flat=True
    )

    assert sorted(slugs) == ["exempel", "sodra-dalarna", "stockholm"]


def test_members_come_in_the_associations_own_order(stockholm):
    assert [str(member) for member in stockholm.members.all()] == [
        "forsakringskassan",
        "arbetsformedlingen",
        "region-stockholm",
        "stockholms-stad",
    ]


def test_arbetsformedlingen_does_not_pay(seeds):
    unpaying = Member.objects.filter(pays=False)

    assert set(unpaying.values_list("slug", "party")) == {("arbetsformedlingen", Party.STATE)}
    assert unpaying.count() == 3


def test_a_person_with_a_role_can_be_removed_and_an_association_with_members_cannot(association):
    user = User.objects.create_user("sara")
    Role.objects.create(user=user, association=association, kind="secretary")

    user.delete()

    assert association.roles.count() == 0
    with pytest.raises(IntegrityError):
        association.delete()

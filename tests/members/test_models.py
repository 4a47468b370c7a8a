"""Who is a member, and what the database refuses to believe about it."""

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

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

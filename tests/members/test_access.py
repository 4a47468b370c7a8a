"""Anyone reads what is public, a role reads drafts, the secretary writes."""

import pytest
from django.contrib.auth.models import AnonymousUser

from members.access import VISITOR, Access, access_to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "reads_drafts", "writes", "role_name"),
    [
        ("", False, False, ""),
        ("auditor", True, False, "revisor"),
        ("board", True, False, "styrelseledamot"),
        ("secretary", True, True, "sekreterare"),
    ],
)
def test_what_each_role_may_do(role, reads_drafts, writes, role_name):
    access = Access(role)

    assert (access.reads_drafts, access.writes, access.role_name) == (reads_drafts, writes, role_name)


def test_a_visitor_costs_no_query(stockholm, django_assert_num_queries):
    with django_assert_num_queries(0):
        access = access_to(stockholm, AnonymousUser())

    assert access == VISITOR


@pytest.mark.parametrize(
    ("who", "role"), [("secretary", "secretary"), ("board_member", "board"), ("auditor", "auditor")]
)
def test_a_role_is_known_by_one_query(stockholm, request, django_assert_num_queries, who, role):
    user = request.getfixturevalue(who)

    with django_assert_num_queries(1):
        access = access_to(stockholm, user)

    assert access == Access(role)


def test_the_secretary_of_another_association_is_a_visitor(stockholm, outsider, django_assert_num_queries):
    with django_assert_num_queries(1):
        access = access_to(stockholm, outsider)

    assert access == VISITOR


def test_a_superuser_without_a_role_is_a_visitor(stockholm, django_user_model):
    technician = django_user_model.objects.create_superuser("teknikern")

    assert access_to(stockholm, technician) == VISITOR


def test_a_role_in_one_association_says_nothing_about_the_next(seeds, outsider, secretary):
    slugs = [role.association.slug for role in secretary.roles.select_related("association")]

    assert sorted(slugs) == ["exempel", "stockholm"]
    (home,) = (role.association for role in outsider.roles.all())
    assert (access_to(home, outsider), access_to(home, secretary)) == (Access("secretary"), VISITOR)

"""The year's own arrangements: meeting, deadlines, instalments, equity steps, columns. Changed at will."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from budgets.models import BoardMeeting, ColumnMapping, EquityStep, Instalment, LeadTime
from members.models import Association
from tests import factories
from tests.factories import make_association

pytestmark = pytest.mark.django_db

MEETING_DAY = dt.date(2026, 11, 26)
JANUARY, JULY = dt.date(2027, 1, 31), dt.date(2027, 7, 31)
NEW_YEAR = dt.date(2026, 1, 1)


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with one arrangement of each kind."""
    association = make_association()
    BoardMeeting.objects.create(association=association, year=2027, held_on=MEETING_DAY)
    LeadTime.objects.create(association=association, name="Kallelse", days=14)
    Instalment.objects.create(association=association, year=2027, due=JANUARY)
    EquityStep.objects.create(
        association=association, valid_from=NEW_YEAR, max_share=20_00, source="Rekommendation 2025"
    )
    ColumnMapping.objects.create(association=association)
    return association


def known() -> Association:
    return Association.objects.get(slug="provforbundet")


def a_meeting(**fields) -> BoardMeeting:
    return BoardMeeting(association=known(), **{"year": 2028, "held_on": MEETING_DAY} | fields)


def a_lead_time(**fields) -> LeadTime:
    return LeadTime(association=known(), **{"name": "Samråd", "months": 3} | fields)


def an_instalment(**fields) -> Instalment:
    return Instalment(association=known(), **{"year": 2027, "due": JULY} | fields)


def a_step(**fields) -> EquityStep:
    """A step from 5 mnkr, at 20 %, or at an amount when ``fields`` has one."""
    row = {"valid_from": NEW_YEAR, "contributions_from": 5_000_000_00, "source": "Rekommendation 2025"}
    share = {} if {"max_share", "max_amount"} & fields.keys() else {"max_share": 20_00}
    return EquityStep(association=known(), **row | share | fields)


IN_ORDER = "Bidragen till måste vara mer än bidragen från."
EITHER = "Ange antingen högsta andel eller högsta belopp."

# The constraint, a row that it accepts, one that it refuses, and what a person is then told.
CONSTRAINTS = [
    (
        "board_meeting_year_plausible",
        lambda: a_meeting(year=2004),
        lambda: a_meeting(year=2003),
        "Kontrollera budgetåret.",
    ),
    (
        "board_meeting_year_plausible",
        lambda: a_meeting(year=2099),
        lambda: a_meeting(year=2100),
        "Kontrollera budgetåret.",
    ),
    (
        "lead_time_within_two_years",
        lambda: a_lead_time(months=24, days=366),
        lambda: a_lead_time(months=25, days=0),
        "Ange högst 24 månader och högst 366 dagar före.",
    ),
    (
        "lead_time_within_two_years",
        lambda: a_lead_time(months=0, days=0),
        lambda: a_lead_time(months=0, days=367),
        "Ange högst 24 månader och högst 366 dagar före.",
    ),
    (
        "instalment_once_per_day",
        lambda: an_instalment(due=JULY),
        lambda: an_instalment(due=JANUARY, weight=3),
        "Två delbetalningar har samma förfallodag.",
    ),
    (
        "instalment_once_per_day",
        lambda: an_instalment(due=JANUARY, year=2026),
        lambda: an_instalment(due=JANUARY),
        "Två delbetalningar har samma förfallodag.",
    ),
    (
        "instalment_weight_from_one",
        lambda: an_instalment(weight=1),
        lambda: an_instalment(weight=0),
        "Andelen är ett helt tal, 1 eller mer.",
    ),
    (
        "instalment_weight_from_one",
        lambda: an_instalment(weight=1_000_000),
        lambda: an_instalment(weight=1_000_001),
        "Andelen är ett helt tal, 1 eller mer.",
    ),
    (
        "instalment_year_plausible",
        lambda: an_instalment(year=2004),
        lambda: an_instalment(year=2003),
        "Kontrollera budgetåret.",
    ),
    (
        "instalment_year_plausible",
        lambda: an_instalment(year=2099),
        lambda: an_instalment(year=2100),
        "Kontrollera budgetåret.",
    ),
    (
        "equity_step_once",
        lambda: a_step(contributions_from=1),
        lambda: a_step(contributions_from=0),
        "Trappsteget finns redan för den dagen och nivån.",
    ),
    (
        "equity_step_once",
        lambda: a_step(contributions_from=0, valid_from=JANUARY),
        lambda: a_step(contributions_from=0, max_amount=1),
        "Trappsteget finns redan för den dagen och nivån.",
    ),
    (
        "equity_step_band_in_order",
        lambda: a_step(contributions_to=5_000_000_01),
        lambda: a_step(contributions_to=5_000_000_00),
        IN_ORDER,
    ),
    (
        "equity_step_band_in_order",
        lambda: a_step(contributions_to=None),
        lambda: a_step(contributions_from=-1),
        IN_ORDER,
    ),
    (
        "equity_step_share_or_amount",
        lambda: a_step(max_share=22_50),
        lambda: a_step(max_share=None, max_amount=None),
        EITHER,
    ),
    (
        "equity_step_share_or_amount",
        lambda: a_step(max_amount=1_000_000_00),
        lambda: a_step(max_share=22_50, max_amount=1_000_000_00),
        EITHER,
    ),
    (
        "equity_step_share_or_amount",
        lambda: a_step(max_share=100_000),
        lambda: a_step(max_share=100_001),
        EITHER,
    ),
    (
        "equity_step_share_or_amount",
        lambda: a_step(max_amount=0),
        lambda: a_step(max_amount=-1),
        EITHER,
    ),
    (
        "equity_step_says_source",
        lambda: a_step(source="Protokoll § 4"),
        lambda: a_step(source=""),
        "Ange var siffran står.",
    ),
]
# Without a sentence of its own.
UNSPOKEN = ("board_meeting_once_per_year", lambda: a_meeting(year=2028), lambda: a_meeting(year=2027))


@pytest.mark.parametrize(("name", "accepted", "refused"), [row[:3] for row in [*CONSTRAINTS, UNSPOKEN]])
def test_a_constraint_accepts_one_row_and_refuses_another(association, name, accepted, refused):
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


def test_every_constraint_is_tried():
    models = (BoardMeeting, LeadTime, Instalment, EquityStep, ColumnMapping)
    named = {constraint.name for model in models for constraint in model._meta.constraints}

    assert {name for name, *_rest in [*CONSTRAINTS, UNSPOKEN]} == named


def test_an_association_has_one_mapping_of_columns(association):
    with pytest.raises(IntegrityError, match="association_id"), transaction.atomic():
        ColumnMapping.objects.create(association=association)

    mapping = association.column_mapping
    assert (mapping.columns, mapping.lines) == ({}, {})


def test_a_mapping_remembers_what_the_files_call_things(association):
    mapping = association.column_mapping
    mapping.columns = {"line": "Konto", "month": "Period", "amount": "Belopp"}
    mapping.lines = {"Unga i Söderort": "insats"}
    mapping.save()

    mapping.refresh_from_db()

    assert mapping.columns == {"line": "Konto", "month": "Period", "amount": "Belopp"}
    assert mapping.lines == {"Unga i Söderort": "insats"}


def test_two_associations_have_the_same_arrangements(association):
    other = make_association("grannforbundet")

    for arranged in (BoardMeeting, LeadTime, Instalment, EquityStep, ColumnMapping):
        row = arranged.objects.get(association=association)
        row.pk, row.association = None, other
        row.save(force_insert=True)

        assert arranged.objects.count() == 2


def test_arrangements_are_changed_and_removed_after_the_budget_is_adopted(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})
    factories.adopt(association, 2027)

    association.board_meetings.update(held_on=JANUARY)
    association.instalments.all().delete()

    assert association.board_meetings.get().held_on == JANUARY
    assert association.instalments.count() == 0


def test_arrangements_go_with_their_association():
    association = Association.objects.create(name="Nya förbundet", short_name="Nya", slug="nya")
    BoardMeeting.objects.create(association=association, year=2027, held_on=MEETING_DAY)
    LeadTime.objects.create(association=association, name="Kallelse", days=14)
    Instalment.objects.create(association=association, year=2027, due=JANUARY)
    EquityStep.objects.create(association=association, valid_from=NEW_YEAR, max_amount=0, source="§ 4")
    ColumnMapping.objects.create(association=association)

    _count, removed = association.delete()

    assert removed == {
        "members.Association": 1,
        "budgets.BoardMeeting": 1,
        "budgets.LeadTime": 1,
        "budgets.Instalment": 1,
        "budgets.EquityStep": 1,
        "budgets.ColumnMapping": 1,
    }


def test_the_earliest_deadline_comes_first(association):
    for name, months, days in (("Samråd", 3, 0), ("Underlag", 3, 10), ("Utskick", 0, 7)):
        a_lead_time(name=name, months=months, days=days).save()

    assert [str(lead_time) for lead_time in association.lead_times.all()] == [
        "Underlag",
        "Samråd",
        "Kallelse",
        "Utskick",
    ]


def test_instalments_come_by_year_and_day(association):
    an_instalment(due=JULY).save()
    an_instalment(due=dt.date(2026, 1, 31), year=2026).save()

    assert [str(instalment) for instalment in association.instalments.all()] == [
        "2026: 2026-01-31",
        "2027: 2027-01-31",
        "2027: 2027-07-31",
    ]


def test_equity_steps_come_by_day_and_level(association):
    a_step(valid_from=dt.date(2025, 1, 1)).save()
    a_step().save()

    assert [str(step) for step in association.equity_steps.all()] == [
        "2025-01-01: 500000000",
        "2026-01-01: 0",
        "2026-01-01: 500000000",
    ]


def test_meetings_come_by_year_and_an_instalment_is_one_part_unless_said(association):
    a_meeting(year=2026, held_on=dt.date(2025, 11, 27)).save()

    assert [str(meeting) for meeting in association.board_meetings.all()] == [
        "2026: 2025-11-27",
        "2027: 2026-11-26",
    ]
    assert association.instalments.get().weight == 1
    assert str(association.column_mapping) == "Förbundet provforbundet"

"""Notes to amounts in the budget report: a number by the figure, the words under the same table."""

from budgets import queries, services
from budgets.ledger import Remark
from budgets.models import Account
from tests import factories
from tests.pdf import reading
from tests.pdf.conftest import AUDITOR
from tests.pdf.structure import faults


def note(association, by, text: str, account: str, **whose: int) -> None:
    services.note(association=association, remark=Remark(2027, text, account, **whose), by=by)


def test_notes_stand_numbered_under_their_own_table(make_report, exempel, secretary):
    line = {each.slug: each.pk for each in exempel.lines.all()}
    note(
        exempel, secretary, "Två nya vägledare från augusti", Account.ALLOCATED, line_id=line["steget-vidare"]
    )
    note(exempel, secretary, "Upphandlas på nytt", Account.ALLOCATED, line_id=line["revision"])
    region = factories.member(exempel, "region-exempel").pk
    note(exempel, secretary, "Muntligt besked, beslut väntas i juni", Account.COMMITTED, member_id=region)

    report = make_report(exempel, 2027)

    read = reading.reading_order(report.path)
    noted = [text for text in read if "not 1" in text.lower() or "not 2" in text.lower()]
    assert noted == [
        "TR Region Exempel sätter taket | 25 % | not 1 3 200 000,00 | 3 200 000,00 | 0,00",
        "LI Not 1: Muntligt besked, beslut väntas i juni",
        "TR Revision | revision | not 1 105 000",
        "TR Steget vidare | individinriktad | not 2 3 060 000",
        "LI Not 1: Upphandlas på nytt",
        "LI Not 2: Två nya vägledare från augusti",
    ]
    assert (faults(report.path), report.complaints) == ([], [])


def test_a_version_has_only_the_notes_of_its_time(exempel, secretary):
    region = factories.member(exempel, "region-exempel").pk
    note(exempel, secretary, "Skrivet efter förslaget", Account.COMMITTED, member_id=region)

    now, proposed = (queries.year_budget(exempel, 2027, AUDITOR, version) for version in (None, 1))

    assert (now.is_working, [each.text for each in now.notes]) == (True, ["Skrivet efter förslaget"])
    assert (proposed.is_working, proposed.notes) == (False, ())

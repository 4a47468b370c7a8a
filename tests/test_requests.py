"""Requests that no page sends: each gets an answer, and none a 500."""

import gzip

import pytest
from django.test import Client

from tests import factories
from tests.pages import read


def test_a_session_that_nobody_made_is_forgotten(db):
    client = Client()
    client.cookies["sessionid"] = "\x00" + "a" * 31

    assert client.get("/").status_code == 200


def test_a_body_in_an_unreadable_encoding_is_refused_in_swedish(db):
    response = Client().post(
        "/logga-in/", data=b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-16"
    )

    assert response.status_code == 400
    assert read(response).one("h1").shown == "Förfrågan gick inte att läsa"


@pytest.mark.parametrize("onwards", ["/logga-in/", "/logga-in/?next=/logga-in/", "/logga-ut/"])
def test_logging_in_never_leads_back_to_itself(as_secretary, onwards):
    response = as_secretary.get("/logga-in/", {"next": onwards})

    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_log_in_page_does_not_ask_to_come_back_to_itself(visitor, db):
    (link,) = [each for each in read(visitor.get("/logga-in/")).all("a") if each.shown == "Logga in"]

    assert link.attributes["href"] == "/logga-in/"


@pytest.mark.parametrize("year", [2000, 2003, 2050, 2099])
def test_a_new_forbund_begins_with_a_year_near_today(db, year):
    made = factories.make_association()
    secretary = factories.make_user("siri", "secretary", made.slug)
    client = Client()
    client.force_login(secretary)

    assert client.get(f"/{made.slug}/{year}/").status_code == 404


def test_a_long_name_does_not_stop_a_posting(as_secretary, secretary, stockholm):
    secretary.first_name = secretary.last_name = "å" * 150
    secretary.save()

    posting = factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    assert len(posting.author_name) == 200


def test_a_region_that_does_not_pay_leaves_the_pages_readable(visitor, db):
    made = factories.make_association(af=False)
    made.members.filter(slug="regionen").update(pays=False)
    factories.commit(made, 2027, {"fk": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"})
    factories.adopt(made, 2027)

    page = read(visitor.get(f"/{made.slug}/2027/"))

    assert page.one("h1").shown == "Budget 2027"


def test_what_is_posted_while_a_form_is_made_counts_as_not_seen(as_secretary, stockholm, monkeypatch):
    """The number of the newest posting is read before the amount that the form shows."""
    from budgets import queries

    standing = queries.standing

    def standing_after_another_posting(association, cell):
        shown = standing(association, cell)
        factories.commit(stockholm, 2021, {"region-stockholm": "9 mnkr"})
        return shown

    monkeypatch.setattr(queries, "standing", standing_after_another_posting)
    page = read(as_secretary.get("/stockholm/2021/atagande/region-stockholm/"))

    (seen,) = [each for each in page.all("input") if each.attributes.get("name") == "seen"]
    assert seen.attributes["value"] == "16"


def test_a_page_is_pressed_together_for_the_journey_and_not_sent_again_unchanged(visitor, seeds):
    whole = visitor.get("/stockholm/2021/")

    sent = visitor.get("/stockholm/2021/", headers={"accept-encoding": "gzip"})
    again = visitor.get(
        "/stockholm/2021/", headers={"accept-encoding": "gzip", "if-none-match": sent["ETag"]}
    )

    assert gzip.decompress(sent.content) == whole.content
    assert len(sent.content) < len(whole.content) / 3
    assert (sent["Content-Encoding"], again.status_code, again.content) == ("gzip", 304, b"")


@pytest.mark.parametrize(("role", "said"), [("visitor", None), ("as_secretary", "private, no-cache")])
def test_what_somebody_logged_in_reads_is_kept_by_no_cache_on_the_way(request, stockholm, role, said):
    response = request.getfixturevalue(role).get("/stockholm/2021/")

    assert response.get("Cache-Control") == said

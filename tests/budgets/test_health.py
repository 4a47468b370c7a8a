"""GET /health/: whether the site can reach its database, in one word."""

import pytest
from django.db import DatabaseError


def test_health_says_ok_in_one_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/health/")

    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok", "text/plain")
    assert dict(response.cookies) == {}


def test_health_fails_when_the_database_does_not_answer(client, db, monkeypatch):
    class Broken:
        def cursor(self):
            raise DatabaseError("no answer")

    monkeypatch.setattr("budgets.views.reading.connection", Broken())

    with pytest.raises(DatabaseError):
        client.get("/health/")

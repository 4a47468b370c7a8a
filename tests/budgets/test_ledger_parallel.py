"""Several at once, and the plug pulled: real connections, real commits, a real SIGKILL."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from budgets import ledger, services
from budgets.ledger import Cell
from budgets.models import Account, Entry, Posting
from budgets.services import ConflictError
from finsam.money import ORE_PER_MNKR, Figure
from members.models import Association
from tests import factories
from tests.factories import committed, make_association, make_line

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 20


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run each job in a thread with a database connection of its own; what each gives or raises."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            return job()
        except (ledger.LedgerError, ConflictError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(PATIENCE_SECONDS) for future in [pool.submit(run, job) for job in jobs]]


def record(association: Association, cell: Cell, amount: int, seen: int | None = None) -> Posting | None:
    return services.record(
        association=association,
        wishes={cell: Figure(amount)},
        reason="Samtidigt",
        by=None,
        author_name="Ett test",
        seen=seen,
    )


def numbers(association: Association) -> list[int]:
    return list(association.postings.values_list("number", flat=True))


def test_twenty_writers_of_different_cells_are_numbered_without_gaps():
    association = make_association()
    cells = [
        Cell(Account.ALLOCATED, 2027, line_id=make_line(association, f"insats-{place}").pk)
        for place in range(20)
    ]

    at_once(
        [
            lambda cell=cell, place=place: record(association, cell, 1_000_00 + place, seen=0)
            for place, cell in enumerate(cells)
        ]
    )

    assert numbers(association) == list(range(1, 21))
    found = ledger.balances(association)
    assert {cell: balance.amount for cell, balance in found.items()} == {
        cell: 1_000_00 + place for place, cell in enumerate(cells)
    }
    assert ledger.verify(association) is None


def test_twenty_writers_of_one_cell_leave_what_one_of_them_wished():
    association = make_association()
    cell = committed(association, 2027, "regionen")

    postings = at_once([lambda place=place: record(association, cell, place) for place in range(20)])

    assert sorted(posting.number for posting in postings) == list(range(1, 21))
    (last,) = (place for place, posting in enumerate(postings) if posting.number == 20)
    assert ledger.balances(association)[cell].amount == last
    assert ledger.verify(association) is None


def test_of_two_who_saw_the_same_cell_one_wins_and_the_other_is_told_both_values():
    association = make_association()
    cell = committed(association, 2027, "regionen")
    seen = record(association, cell, 8 * ORE_PER_MNKR).number
    wishes = [9 * ORE_PER_MNKR, 12 * ORE_PER_MNKR]

    outcomes = at_once([lambda wish=wish: record(association, cell, wish, seen=seen) for wish in wishes])

    (winner,) = (place for place, outcome in enumerate(outcomes) if isinstance(outcome, Posting))
    loser = 1 - winner
    (conflict,) = outcomes[loser].conflicts
    assert (conflict.shown, conflict.stands.amount, conflict.wished) == (
        8 * ORE_PER_MNKR,
        wishes[winner],
        wishes[loser],
    )
    assert conflict.posting == outcomes[winner]
    assert ledger.balances(association)[cell].amount == wishes[winner]
    assert numbers(association) == [1, 2]


def test_of_two_who_adopt_at_once_one_adopts_and_the_other_revises():
    association = make_association()
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})

    at_once([lambda: factories.adopt(association, 2027)] * 2)

    assert list(association.versions.values_list("ordinal", "state")) == [(1, "adopted"), (2, "revised")]
    called = Entry.objects.filter(association=association, account=Account.CALLED)
    assert sorted(called.values_list("amount", flat=True)) == [0, 0, 0, 0, 2_00, 2_00, 4_00, 8_00]


def test_of_two_who_reverse_the_same_posting_one_does():
    association = make_association()
    mistake = factories.commit(association, 2027, {"fk": "8"})
    user = factories.make_user("sara")

    outcomes = at_once([lambda: ledger.reverse(mistake, reason="Fel", by=user)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyReversed", "Posting"]
    assert ledger.balances(association) == {}
    assert ledger.verify(association) is None


def test_a_writer_waits_for_its_own_association_and_not_for_another():
    busy, free = make_association(), make_association("grannforbundet")

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            ledger.lock(busy)
            waiting = pool.submit(closing, lambda: factories.commit(busy, 2027, {"fk": "8"}))
            passing = pool.submit(closing, lambda: factories.commit(free, 2027, {"fk": "8"}))

            assert passing.result(PATIENCE_SECONDS).number == 1
            wait_until(somebody_waits_for_a_lock)
            assert not waiting.done()
        assert waiting.result(PATIENCE_SECONDS).number == 1


def closing(job: Callable[[], Any]) -> Any:
    """Run a job on a connection of the thread's own, and close it."""
    try:
        return job()
    finally:
        connection.close()


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0] == 1


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# The plug pulled

PREAMBLE = """
import sys, django
django.setup()
from django.db import transaction
from members.models import Association
from tests import factories
association = Association.objects.get(slug="provforbundet")
"""
HALFWAY = """
with transaction.atomic():
    posting = factories.commit(association, 2027, {"fk": "9,0 mnkr", "regionen": "4,5 mnkr"})
    print(posting.number, flush=True)
    sys.stdin.read()
"""
ONE_AFTER_ANOTHER = """
for kronor in range(1, 100_000):
    print(factories.commit(association, 2027, {"fk": str(kronor)}).number, flush=True)
"""


@contextmanager
def another_process(work: str) -> Iterator[subprocess.Popen]:
    """The same program on the same database, in a process that can be killed."""
    where = connection.settings_dict
    password = f":{where['PASSWORD']}" if where["PASSWORD"] else ""
    address = f"postgresql://{where['USER']}{password}@/{where['NAME']}?host={where['HOST']}"
    address += f"&port={where['PORT'] or 5432}"
    process = subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + work],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "finsam.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_a_process_killed_before_it_commits_leaves_nothing_half():
    association = make_association()
    factories.commit(association, 2027, {"fk": "8,0 mnkr"})

    with another_process(HALFWAY) as process:
        assert process.stdout.readline() == "2\n"
        process.kill()

    following = factories.commit(association, 2027, {"regionen": "4,0 mnkr"})
    assert following.number == 2
    found = ledger.balances(association)
    assert {cell: balance.amount for cell, balance in found.items()} == {
        committed(association, 2027, "fk"): 8 * ORE_PER_MNKR,
        committed(association, 2027, "regionen"): 4 * ORE_PER_MNKR,
    }
    assert Entry.objects.filter(association=association).count() == 2
    assert ledger.verify(association) is None


def test_what_a_killed_process_had_acknowledged_is_there():
    """Each posting says one krona more; the last acknowledged, or the one under way, is what stands."""
    association = make_association()

    with another_process(ONE_AFTER_ANOTHER) as process:
        acknowledged = [int(process.stdout.readline()) for _posting in range(25)]
        process.kill()
        acknowledged += [int(line) for line in process.stdout]

    with transaction.atomic():
        ledger.lock(association)  # whatever the server still had to undo or finish, it has
        head = ledger.head_number(association)
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    assert head - len(acknowledged) in (0, 1)
    assert numbers(association) == list(range(1, head + 1))
    assert ledger.balances(association)[committed(association, 2027, "fk")].amount == head * 100
    assert ledger.verify(association) is None

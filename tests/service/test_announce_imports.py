"""What webhooks hear of an import: each case once, by the event with which it began."""

from collections import Counter

from engine.service.hooks import NewHook, add_hook, body_of
from engine.service.imports import run_import
from engine.service.principals import principal_of
from engine.store import jobs
from engine.store.database import Database
from tests.people import SHEN
from tests.service.import_office import build, ledger, office, sample, writing

PAST = {"登记时间": "2024-09-20 09:00", "交办时间": "2024-09-21"}


def heard(database: Database, kinds: tuple[str, ...], given: str) -> Counter[str]:
    """Import with a webhook there; count what it will hear, by kind."""
    build(database)
    rows = [PAST | {"任务": f"任务{number}"} for number in range(3)]
    with writing(database) as desk:
        add_hook(desk, principal_of(desk, SHEN.login), NewHook("https://hook.office.test/", kinds))
        order = ledger(*rows) if given == "ledger" else sample()
        run_import(desk, office(desk), order)
        waiting = [job.payload for job in jobs.waiting(desk.conn) if job.kind == "webhook"]
        bodies = [body_of(desk, one["stream"], one["seq"]) for one in waiting]
    assert len({one["id"] for one in bodies if one}) == len(bodies)
    return Counter(one["kind"] for one in bodies if one)


def test_each_matter_of_a_ledger_is_announced_once(database: Database) -> None:
    told = heard(database, (), "ledger")
    assert (told["case.imported"], told["import.confirmed"]) == (3, 1)
    assert told["case.stepped"] == 0


def test_each_task_of_a_decomposition_table_is_announced_as_registered(database: Database) -> None:
    told = heard(database, ("case.registered",), "decomposition")
    assert set(told) == {"case.registered"}
    assert told["case.registered"] > 1


def test_who_asks_for_other_kinds_hears_nothing_of_it(database: Database) -> None:
    assert heard(database, ("case.stepped",), "ledger") == Counter()

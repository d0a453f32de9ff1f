"""A key is put once and claimed by the first who asks, on both databases."""

from datetime import UTC, datetime

from engine.store import jobs
from engine.store.database import Database

NOW = datetime(2026, 3, 3, 7, tzinfo=UTC)


def test_the_first_who_asks_with_a_key_is_told_so_and_no_other(database: Database) -> None:
    with database.transaction() as conn:
        assert [jobs.once(conn, key, NOW) for key in ("a", "a", "b")] == [True, False, True]
    with database.transaction() as conn:
        assert jobs.once(conn, "a", NOW) is False


def test_a_job_is_put_once(database: Database) -> None:
    with database.transaction() as conn:
        assert jobs.put(conn, "a", "digest", NOW, {"account": 1}) is True
        assert jobs.put(conn, "a", "digest", NOW, {"account": 2}) is False
        assert [job.payload for job in jobs.waiting(conn)] == [{"account": 1}]

"""Figures are counted from indexes that hold all that is asked, on both databases."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text, true

from engine.domain.access import Principal
from engine.service.calendar import load_shipped
from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.store import figures, late, sight, stays, trends
from engine.store.database import Database
from engine.store.scope import Scope
from engine.store.trends import Span
from tests.service.people_office import ZONE

NOW = datetime(2026, 4, 23, 6, 30, tzinfo=UTC)
EDGES = [NOW + timedelta(days=3), NOW, *(NOW - timedelta(days=days) for days in (3, 10, 20))]
WEEK = [Span(NOW - timedelta(days=7), NOW, None)]
OFFICER = Principal(5, "sunba", "孙八", None, frozenset({"unit"}), 2, frozenset({2}))
CLERK = Principal(6, "zhaoliu", "赵六", None, frozenset({"office"}), 1, frozenset({1}))
ASKED: dict[str, tuple[Callable[[Connection], Any], Collection[str]]] = {
    "figures": (
        lambda connection: figures.figures(connection, CLERK, NOW, EDGES),
        ("ix_case_limit_due_at", "ix_case_lead_unit_id_open"),
    ),
    "stays that last": (
        lambda connection: stays.lasting(connection, true(), ["assigned"]),
        ("ix_stage_lasting",),
    ),
    "what came and went": (
        lambda connection: trends.course(connection, true(), WEEK, ["assigned"], ["closed"]),
        ("ix_stage_lasting", "ix_stage_ended", "ix_case_registered_at"),
    ),
    "what an officer sees": (
        lambda connection: sight.listed(connection, OFFICER, NOW),
        ("ix_tenure_unit_id", "ix_tenure_account_id", "ix_case_closed_at"),
    ),
    "a week before": (
        lambda connection: late.count(connection, Scope(NOW, past=True, seen=true()), NOW),
        ("ix_clock_due_at_running", "ix_clock_ended_at_late"),
    ),
}


def plans(connection: Connection, ask: Callable[[Connection], Any]) -> str:
    """Ask, and give the plans of all statements that ran."""
    ran: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401  # whatever it takes
        ran.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask(connection)
    event.remove(connection, "before_cursor_execute", note)
    words = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    found = [
        connection.exec_driver_sql(words + statement, parameters) for statement, parameters in ran
    ]
    return "\n".join(str(row[-1]) for result in found for row in result)


@pytest.mark.parametrize("name", ASKED)
def test_it_is_read_from_its_indexes(database: Database, name: str) -> None:
    ask, indexes = ASKED[name]
    with database.transaction() as connection:
        desk = Desk(connection, NOW, "zh", "cli", ZONE)
        publish_shipped(desk)
        load_shipped(desk)
        if connection.dialect.name == "postgresql":  # of empty tables a scan is always cheapest
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        told = plans(connection, ask)
    assert [index for index in indexes if index not in told] == [], told

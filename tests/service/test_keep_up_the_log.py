"""Beside its requests a server gives events their places and signs what grew."""

from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.errors import BusyError, ConflictError
from engine.failpoints import FailpointError, arm, read_failpoints
from engine.service import audit, upkeep
from engine.service.operator import READER
from engine.service.units import add_unit
from engine.service.upkeep import Upkeep, place, sign_if_grown
from engine.settings import load_settings
from engine.store import checkpoints, ledger
from engine.store.database import Database
from tests.service.audit_office import SIGNER


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Application:
    """Give an office in whose log one event stands."""
    office = Application(load_settings({}, tmp_path), database)
    with office.writing("cli") as desk:
        add_unit(desk, OPERATOR, "甲镇")
    return office


def signed(office: Application) -> int:
    """Give the size of the newest checkpoint."""
    with office.reading("cli") as desk:
        newest = checkpoints.newest(desk.conn)
    return newest.size if newest else 0


def test_events_get_their_place(office: Application) -> None:
    given = place(office)
    assert given == (0 if office.database.is_sqlite else 1)
    assert place(office) == 0
    with office.reading("cli") as desk:
        assert ledger.head(desk.conn) == 1


def test_a_checkpoint_is_signed_only_when_the_log_grew(office: Application) -> None:
    assert sign_if_grown(office, SIGNER)
    assert signed(office) == 1
    assert not sign_if_grown(office, SIGNER)
    with office.writing("cli") as desk:
        add_unit(desk, OPERATOR, "乙镇")
    place(office)
    assert sign_if_grown(office, SIGNER)
    assert signed(office) == 2


def test_a_crash_before_a_checkpoint_is_shown_leaves_none_behind(office: Application) -> None:
    arm(read_failpoints("checkpoint.before-publish:error"))
    try:
        with pytest.raises(FailpointError):
            sign_if_grown(office, SIGNER)
    finally:
        arm(())
    assert signed(office) == 0
    assert sign_if_grown(office, SIGNER)


def test_the_thread_places_signs_and_ends_when_it_is_told(
    office: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "TICK_SECONDS", 0.01)
    running = Upkeep(office, SIGNER, places=True)
    running.start()
    with office.writing("cli") as desk:
        add_unit(desk, OPERATOR, "乙镇")
    running.stop()
    assert not running.is_alive()
    assert signed(office) == 2


@pytest.mark.parametrize(
    "fault", [BusyError("database-busy"), ConflictError("conflict"), OSError()]
)
def test_no_fault_ends_it(
    office: Application, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    calls: list[int] = []

    def faulty(*_: Any) -> int:  # noqa: ANN401  # whatever it is called with
        calls.append(1)
        if len(calls) < 3:
            raise fault
        return 0

    monkeypatch.setattr(upkeep, "TICK_SECONDS", 0.001)
    monkeypatch.setattr(upkeep, "place", faulty)
    running = Upkeep(office, SIGNER, places=True)
    running.start()
    while len(calls) < 5:
        assert running.is_alive()
        running.join(0.001)
    running.stop()
    assert signed(office) >= (1 if office.database.is_sqlite else 0)


def test_the_reader_of_the_machine_may_not_write(office: Application) -> None:
    with office.reading("cli") as desk:
        assert audit.newest_checkpoint(desk, READER) is None
    assert READER.account_id is None
    assert READER.roles == {"auditor"}

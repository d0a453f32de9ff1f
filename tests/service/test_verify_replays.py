"""Verify folds events into rows: what no verb would have written is found, though well told."""

from typing import Any

from sqlalchemy import insert

from engine.domain.events import Delta, Doer, Happening, Kind
from engine.service.findings import MOST
from engine.service.verify import examine, verify
from engine.store import checkpoints, ledger, rows
from engine.store.database import Database
from engine.store.tables import table
from tests.service.audit_office import (
    DIGEST,
    KEYS,
    NOW,
    in_case,
    stepped,
    tell,
)
from tests.service.tampering import kinds


def forged(database: Database, happening: Happening, *, apply: bool = True) -> set[str]:
    """Append an event that no verb would write; name what is found."""
    with database.transaction() as connection:
        if apply:
            rows.apply(connection, happening.deltas)
        ledger.append(connection, happening)
    with database.reading() as connection:
        return kinds(examine(connection, KEYS))


def _step(deltas: list[Delta], **said: Any) -> Happening:  # noqa: ANN401  # parts of the happening
    told = stepped(1, "acknowledge", "assigned", "assigned") | said
    return Happening(Kind.CASE_STEPPED, NOW, NOW, Doer(1), deltas, **told)


def _delta(new: dict[str, Any], old: dict[str, Any] | None, key: int = 1) -> Delta:
    return Delta("case", (key,), new, old)


def test_a_step_of_the_definition_is_no_damage(database: Database, note: str) -> None:
    assert note
    assert forged(database, _step([_delta({"version": 3}, {"version": 2})])) == set()


def test_a_step_that_the_definition_does_not_have_is_found(database: Database, note: str) -> None:
    assert note
    assert forged(database, _step([], trigger="close")) == {"step-unknown"}


def test_a_step_by_another_definition_is_found(database: Database, note: str) -> None:
    assert note
    assert DIGEST
    assert forged(database, _step([], workflow_digest="0" * 64)) == {"step-definition"}


def test_a_step_from_another_state_is_found(database: Database, note: str) -> None:
    assert note
    step = _step([], trigger="assign", from_state="registered", to_state="assigned")
    assert forged(database, step) == {"step-state"}


def test_a_former_value_that_never_was_is_found(database: Database, note: str) -> None:
    assert note
    deltas = [_delta({"declines": 4}, {"declines": 3})]
    told = Happening(Kind.CLAIM_CHANGED, NOW, NOW, Doer(1), deltas, **in_case(1))
    assert forged(database, told) == {"replay-former"}


def test_a_row_made_twice_or_changed_before_it_was_made_is_found(
    database: Database, note: str
) -> None:
    assert note
    twice = Happening(Kind.CLAIM_CHANGED, NOW, NOW, Doer(1), [_delta({}, None)], **in_case(1))
    assert "replay-twice" in forged(database, twice, apply=False)
    nothing = Delta("note", (1, 77), {"by_id": 1}, {"by_id": 2})
    told = Happening(Kind.CLAIM_CHANGED, NOW, NOW, Doer(1), [nothing], **in_case(1))
    assert {"replay-nothing", "row-missing"} <= forged(database, told, apply=False)


def test_an_event_about_another_case_is_found(database: Database, note: str) -> None:
    assert note
    told = Happening(
        Kind.CLAIM_CHANGED, NOW, NOW, Doer(1), [_delta({"version": 9}, {"version": 2}, 2)],
        **in_case(1),
    )  # fmt: skip
    assert "event-astray" in forged(database, told, apply=False)


def test_a_record_of_the_office_may_be_told_of_in_any_stream(database: Database, note: str) -> None:
    changed = Delta("issue", (1,), {"people_affected": 9}, {"people_affected": 1})
    with database.transaction() as connection:
        tell(connection, Kind.CLAIM_CHANGED, [changed], **in_case(1))
    assert verify(database, KEYS, [note])["intact"]


def test_findings_beyond_a_thousand_are_counted(database: Database, note: str) -> None:
    with database.transaction() as connection:
        again = {"salt": bytes(32), "value": "x", "stream": 9}
        values = [again | {"seq": n, "field": "x"} for n in range(1, MOST + 6)]
        connection.execute(insert(table("vault")), values)
    answer = verify(database, KEYS, [note], "en")
    assert len(answer["findings"]) == MOST + 1
    assert answer["findings"][-1]["detail"] == "5 further findings are not listed."


def test_the_newest_checkpoint_is_kept(database: Database, note: str) -> None:
    with database.reading() as connection:
        kept = checkpoints.newest(connection)
    assert kept is not None
    assert kept.note == note

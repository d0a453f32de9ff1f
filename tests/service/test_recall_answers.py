import pytest

from engine.domain.access import OPERATOR
from engine.errors import InvalidError
from engine.service.idempotency import Asked, Remembered, digest, recall, remember, sweep
from engine.store.database import Database
from tests.people import ZHANG, ZHAO
from tests.service.people_office import build, who

ASKED = Asked("POST /cases", "key-1", digest(b"{}"))
ANSWER = Remembered(201, '{"code": "DB-2026-0001"}')


def test_a_repeated_request_gets_the_first_answer(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) is None
        remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
    with office.writing() as desk:
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) == ANSWER


def test_another_account_and_another_route_have_keys_of_their_own(database: Database) -> None:
    office = build(database)
    elsewhere = Asked("POST /issues", ASKED.key, ASKED.body_digest)
    with office.writing() as desk:
        remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
        assert recall(desk, who(desk, ZHANG), ASKED, clock=office.clock) is None
        assert recall(desk, who(desk, ZHAO), elsewhere, clock=office.clock) is None


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
        other = Asked(ASKED.route, ASKED.key, digest(b"[]"))
        with pytest.raises(InvalidError, match="another body"):
            recall(desk, who(desk, ZHAO), other, clock=office.clock)


def test_a_key_is_kept_for_a_day(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
        office.clock.passes(hours=24, seconds=-1)
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) == ANSWER
        assert sweep(desk, clock=office.clock) == 0
        office.clock.passes(seconds=1)
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) is None
        remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) == ANSWER
        office.clock.passes(hours=24)
        assert sweep(desk, clock=office.clock) == 1


def test_an_answer_is_kept_only_with_its_work(database: Database) -> None:
    office = build(database)

    def failing() -> None:
        with office.writing() as desk:
            remember(desk, who(desk, ZHAO), ASKED, ANSWER, clock=office.clock)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with office.writing() as desk:
        assert recall(desk, who(desk, ZHAO), ASKED, clock=office.clock) is None


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "密"])
def test_an_unfit_key_is_refused(database: Database, key: str) -> None:
    with build(database).writing() as desk, pytest.raises(InvalidError):
        recall(desk, who(desk, ZHAO), Asked("r", key, ""))


def test_the_operator_has_no_keys(database: Database) -> None:
    with build(database).writing() as desk, pytest.raises(ValueError, match="account"):
        recall(desk, OPERATOR, ASKED)

from datetime import date

import pytest

from engine.domain.access import OPERATOR, may
from engine.errors import ForbiddenError, InvalidError, NotFoundError, UnauthenticatedError
from engine.service.accounts import change_roles, disable_account
from engine.service.tokens import NewToken, bearer, create_token, list_tokens, revoke_token
from engine.store.database import Database
from tests.people import SHEN, ZHANG, ZHAO
from tests.service.people_office import Desk, Office, build, everything, told, who

READ = NewToken(ZHAO.login)
WRITE = NewToken(ZHAO.login, "write")


def is_good(office: Office, token: str, *, feed: bool = False) -> bool:
    with office.reading() as desk:
        try:
            return bearer(desk, token, feed=feed, clock=office.clock).login == ZHAO.login
        except UnauthenticatedError:
            return False


def made(office: Office, order: NewToken) -> str:
    with office.writing() as desk:
        return create_token(desk, OPERATOR, order, clock=office.clock)["token"]


def test_a_token_is_shown_once_and_kept_nowhere(database: Database) -> None:
    office = build(database)
    token = made(office, READ)
    with office.reading() as desk:
        assert token.removeprefix("duban_") not in everything(desk, "token", "event", "vault")
        listed = list_tokens(desk, who(desk, ZHAO))
        assert [t["expires"] for t in listed] == ["2026-06-01"]
        assert "token" not in listed[0]
        assert told(desk)[-1][0] == "token.created"
    assert is_good(office, token)


@pytest.mark.parametrize("token", ["", "duban_", "duban_x", "Bearer", "duban_\ud800", "密"])
def test_what_is_no_token_opens_nothing(database: Database, token: str) -> None:
    office = build(database)
    made(office, READ)
    assert not is_good(office, token)


def test_only_a_writing_token_writes(database: Database) -> None:
    office = build(database)
    reading, writing = made(office, READ), made(office, WRITE)
    with office.reading() as desk:
        assert not may(bearer(desk, reading, clock=office.clock), "case.register").allowed
        assert may(bearer(desk, reading, clock=office.clock), "case.read").allowed
        assert may(bearer(desk, writing, clock=office.clock), "case.register").allowed


def test_a_token_of_the_feed_is_good_for_the_feed_alone(database: Database) -> None:
    office = build(database)
    feed, reading = made(office, NewToken(ZHAO.login, "feed")), made(office, READ)
    assert is_good(office, feed, feed=True)
    assert not is_good(office, feed)
    assert not is_good(office, reading, feed=True)


def test_a_token_may_never_more_than_its_owner_today(database: Database) -> None:
    office = build(database)
    token = made(office, WRITE)
    with office.writing() as desk:
        change_roles(desk, OPERATOR, ZHAO.login, add=["auditor"], remove=["office"])
        found = bearer(desk, token, clock=office.clock)
        assert found.roles == {"auditor"}
        assert not may(found, "case.register").allowed
        disable_account(desk, OPERATOR, ZHAO.login)
    assert not is_good(office, token)


def test_a_token_is_good_to_the_end_of_its_last_day_in_the_office(database: Database) -> None:
    office = build(database)
    token = made(office, NewToken(ZHAO.login, expires=date(2026, 3, 3)))
    office.clock.passes(hours=9, seconds=-1)
    assert is_good(office, token)
    office.clock.passes(seconds=1)
    assert not is_good(office, token)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (NewToken(ZHAO.login, "everything"), "scope"),
        (NewToken(ZHAO.login, expires=date(2026, 3, 2)), "expires"),
        (NewToken(ZHAO.login, expires=date(2027, 3, 5)), "expires"),
        (NewToken(ZHAO.login, label=""), "label"),
    ],
)
def test_an_unfit_token_is_refused(database: Database, order: NewToken, field: str) -> None:
    office = build(database)
    with office.writing() as desk, pytest.raises(InvalidError) as refused:
        create_token(desk, OPERATOR, order, clock=office.clock)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_year_and_a_day_is_the_longest_life(database: Database) -> None:
    token = NewToken(ZHAO.login, expires=date(2027, 3, 4))
    office = build(database)
    with office.writing() as desk:
        answer = create_token(desk, who(desk, ZHAO), token, clock=office.clock)
    assert answer["expires"] == "2027-03-04"


def test_not_even_an_administrator_makes_a_token_for_somebody_else(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        for other in (SHEN, ZHANG):
            with pytest.raises(ForbiddenError, match="owner"):
                create_token(desk, who(desk, other), READ, clock=office.clock)


def test_a_revoked_token_is_no_good_and_the_revocation_is_told_once(database: Database) -> None:
    office = build(database)
    token = made(office, READ)
    with office.writing() as desk:
        number = list_tokens(desk, OPERATOR)[0]["id"]
        with pytest.raises(NotFoundError):
            revoke_token(desk, who(desk, ZHANG), number)
        revoke_token(desk, who(desk, ZHAO), number)
        revoke_token(desk, who(desk, SHEN), number)
        assert [kind for kind, _ in told(desk)].count("token.revoked") == 1
    assert not is_good(office, token)


def test_everybody_lists_their_own_tokens_and_an_administrator_all(database: Database) -> None:
    office = build(database)
    made(office, READ)
    made(office, NewToken(ZHANG.login))

    def owners(desk: Desk, *asked: str) -> list[str]:
        return [t["login"] for t in list_tokens(desk, who(desk, ZHANG), *asked)]

    with office.reading() as desk:
        assert owners(desk) == [ZHANG.login]
        with pytest.raises(ForbiddenError):
            owners(desk, ZHAO.login)
        found = list_tokens(desk, who(desk, SHEN))
    assert [t["login"] for t in found] == [ZHAO.login, ZHANG.login]

from contextlib import suppress
from datetime import timedelta

import pytest

from engine.domain.access import OPERATOR
from engine.errors import InvalidError, ThrottledError, UnauthenticatedError
from engine.service import sessions
from engine.service.accounts import change_password, change_roles, disable_account, set_password
from engine.service.sessions import Given, session, sign_in, sign_out, sweep, touch
from engine.store.database import Database
from tests.people import PASSWORD, QIAN, ZHAO
from tests.service.people_office import Office, build, everything, who

RIGHT = Given(ZHAO.login, PASSWORD, "10.0.0.7")
WRONG = Given(ZHAO.login, "not the right password", "10.0.0.7")


def enter(office: Office, given: Given = RIGHT) -> str:
    return sign_in(office, given, clock=office.clock)


def is_in(office: Office, secret: str) -> bool:
    with office.reading() as desk:
        try:
            return session(desk, secret, clock=office.clock).who.login == ZHAO.login
        except UnauthenticatedError:
            return False


def fail(office: Office, given: Given = WRONG) -> int:
    """Try once; give the seconds to wait, 0 where the try was heard."""
    try:
        enter(office, given)
    except ThrottledError as refused:
        return refused.retry_after
    except UnauthenticatedError:
        return 0
    raise AssertionError("that should not have opened")


def test_the_right_password_opens_a_session_with_the_rights_of_the_account(
    database: Database,
) -> None:
    office = build(database, ZHAO)
    secret = enter(office, Given(f" {ZHAO.login.upper()} ", PASSWORD, "10.0.0.7"))
    with office.reading() as desk:
        found = session(desk, secret, clock=office.clock)
        assert found.who == who(desk, ZHAO)
        assert secret not in everything(desk, "session")
    assert found.is_own_form(found.csrf_token)
    assert not found.is_own_form("")
    assert not found.is_own_form("密")


@pytest.mark.parametrize(
    "given",
    [WRONG, Given("nobody", PASSWORD), Given(QIAN.login, PASSWORD), Given("\ud800", "\ud800\x00")],
)
def test_a_wrong_password_and_no_account_are_told_alike(database: Database, given: Given) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        enter(build(database, ZHAO), given)
    assert refused.value.message.code == "sign-in-wrong"


def test_after_five_failures_each_try_costs_a_wait_that_doubles_to_a_quarter_of_an_hour(
    database: Database,
) -> None:
    office = build(database, ZHAO)
    assert [fail(office) for _ in range(6)] == [0, 0, 0, 0, 0, 30]
    waits = []
    for _ in range(7):
        waits.append(fail(office))
        office.clock.passes(seconds=waits[-1])
        assert fail(office) == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_during_the_wait_even_the_right_password_is_not_heard(database: Database) -> None:
    office = build(database, ZHAO)
    for _ in range(5):
        fail(office)
    with pytest.raises(ThrottledError, match="30 seconds"):
        enter(office)
    office.clock.passes(seconds=30)
    assert is_in(office, enter(office))
    assert [fail(office) for _ in range(5)] == [0] * 5


def test_another_network_and_another_login_are_heard_meanwhile(database: Database) -> None:
    office = build(database, ZHAO)
    for _ in range(5):
        fail(office)
    assert fail(office, Given(QIAN.login, "some other password", "10.0.0.7")) == 0
    assert is_in(office, enter(office, Given(ZHAO.login, PASSWORD, "10.0.0.8")))


def test_addresses_of_one_ipv6_subscriber_count_as_one(database: Database) -> None:
    office = build(database, ZHAO)
    for n in range(5):
        fail(office, Given(ZHAO.login, "not the right password", f"2001:db8::{n:x}"))
    assert fail(office, Given(ZHAO.login, "again a wrong one", "2001:db8::ffff")) == 30
    assert fail(office, Given(ZHAO.login, "again a wrong one", "2001:db8:0:1::1")) == 0


def test_what_was_typed_stands_nowhere(database: Database) -> None:
    office = build(database, ZHAO)
    fail(office, Given("my secret in the wrong field", "typed-password-x", "10.0.0.7"))
    with office.reading() as desk:
        kept = everything(desk, "attempt", "session", "credential")
    assert "my secret" not in kept
    assert "typed-password" not in kept


def test_a_session_ends_when_it_is_not_used_for_half_an_hour(database: Database) -> None:
    office = build(database, ZHAO)
    secret = enter(office)
    office.clock.passes(minutes=29, seconds=59)
    assert is_in(office, secret)
    with office.writing() as desk:
        assert session(desk, secret, clock=office.clock).unseen
        touch(desk, secret, clock=office.clock)
        assert not session(desk, secret, clock=office.clock).unseen
    office.clock.passes(minutes=29)
    assert is_in(office, secret)
    office.clock.passes(minutes=1)
    assert not is_in(office, secret)


def test_a_session_ends_after_twelve_hours_however_busy(database: Database) -> None:
    office = build(database, ZHAO)
    secret, steps = enter(office), int(sessions.LONGEST / timedelta(minutes=20))
    for _ in range(steps - 1):
        office.clock.passes(minutes=20)
        with office.writing() as desk:
            touch(desk, secret, clock=office.clock)
    assert is_in(office, secret)
    office.clock.passes(minutes=20)
    assert not is_in(office, secret)
    with office.writing() as desk:
        assert sweep(desk, clock=office.clock) == 1


def test_signing_in_again_gives_a_new_secret_and_ends_the_former(database: Database) -> None:
    office = build(database, ZHAO)
    first = enter(office)
    second = enter(office, Given(ZHAO.login, PASSWORD, "10.0.0.7", former=first))
    assert first != second
    assert not is_in(office, first)
    assert is_in(office, second)


def test_the_sixth_session_ends_the_oldest(database: Database) -> None:
    office = build(database, ZHAO)
    secrets = []
    for _ in range(6):
        secrets.append(enter(office))
        office.clock.passes(seconds=1)
    assert [is_in(office, secret) for secret in secrets] == [False, *[True] * 5]


def test_signing_out_a_new_password_and_disabling_end_sessions(database: Database) -> None:
    office = build(database, ZHAO)
    secret = enter(office)
    with office.writing() as desk:
        sign_out(desk, secret)
        sign_out(desk, "not one at all")
    assert not is_in(office, secret)
    secret = enter(office)
    with office.writing() as desk:
        set_password(desk, OPERATOR, ZHAO.login, "another fit password")
    assert not is_in(office, secret)
    given = Given(ZHAO.login, "another fit password")
    secret = enter(office, given)
    with office.writing() as desk:
        disable_account(desk, OPERATOR, ZHAO.login)
    assert not is_in(office, secret)
    with pytest.raises(UnauthenticatedError):
        enter(office, given)


def test_a_changed_right_holds_at_the_next_request(database: Database) -> None:
    office = build(database, ZHAO)
    secret = enter(office)
    with office.writing() as desk:
        change_roles(desk, OPERATOR, ZHAO.login, add=["duty"], remove=["office"])
        found = session(desk, secret, clock=office.clock).who
    assert found.roles == {"duty"}


def test_changing_ones_own_password_needs_the_present_one(database: Database) -> None:
    office = build(database, ZHAO)
    with office.writing() as desk:
        with pytest.raises(InvalidError) as refused:
            change_password(desk, who(desk, ZHAO), "a guess at it", "another fit password")
        assert [fault.field for fault in refused.value.faults] == ["current"]
        change_password(desk, who(desk, ZHAO), PASSWORD, "another fit password")
    with suppress(UnauthenticatedError):
        enter(office)
        raise AssertionError("the former password still opens")
    assert is_in(office, enter(office, Given(ZHAO.login, "another fit password")))

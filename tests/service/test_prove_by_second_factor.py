"""The second factor: set up, asked for, good once, lost and given up."""

import base64
import hmac
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.access import OPERATOR
from engine.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    SettingsError,
    ThrottledError,
    UnauthenticatedError,
)
from engine.service import own_sessions, second_factor
from engine.service.seal import Seal
from engine.service.sessions import Given, prove_again, session, sign_in
from engine.store import factors
from engine.store.database import Database
from tests.people import PASSWORD, QIAN, SHEN, ZHAO
from tests.service.people_office import Office, build, everything, who

RFC_SECRET = b"12345678901234567890"
RFC_VECTORS = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip
"""RFC 6238 appendix B, SHA-1, of whose eight digits these are the last six."""


def code_of(secret: bytes, at: datetime) -> str:
    """Compute a code by the letter of RFC 4226 section 5.3, as a second opinion."""
    mac = hmac.digest(secret, struct.pack(">Q", int(at.timestamp()) // 30), "sha1")
    start = mac[-1] & 15
    number: int = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrolled(office: Office) -> tuple[bytes, list[str]]:
    """Set Zhao's factor up; give its secret and the recovery codes. The code is of this step."""
    with office.writing() as desk:
        begun = second_factor.enrol(desk, who(desk, ZHAO), office.seal)
        secret = base64.b32decode(begun.secret)
        codes = second_factor.confirm(
            desk, who(desk, ZHAO), office.seal, code_of(secret, office.clock()), clock=office.clock
        )
    return secret, codes


def enter(office: Office, code: str = "", network: str = "10.0.0.7") -> str:
    given = Given(ZHAO.login, PASSWORD, network, code=code)
    return sign_in(office, given, clock=office.clock)


def opens(office: Office, code: str, network: str = "10.0.0.7") -> bool:
    with suppress(UnauthenticatedError):
        return bool(enter(office, code, network))
    return False


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_the_codes_are_those_of_the_rfc(database: Database, seconds: int, code: str) -> None:
    office, at = build(database, ZHAO), datetime.fromtimestamp(seconds, UTC)
    sealed = office.seal.close(RFC_SECRET, f"account {id_of(office)}")
    assert code_of(RFC_SECRET, at) == code
    with office.writing() as desk:
        factors.keep(desk.conn, factors.Factor(id_of(office), sealed, office.clock(), -1))
        assert second_factor.prove(desk, id_of(office), office.seal, code, at)


def id_of(office: Office) -> int:
    """Give Zhao's account."""
    with office.reading() as desk:
        return who(desk, ZHAO).account_id or 0


def test_once_set_up_the_password_alone_opens_nothing(database: Database) -> None:
    office = build(database, ZHAO)
    assert opens(office, "")
    secret, _ = enrolled(office)
    with pytest.raises(UnauthenticatedError) as refused:
        enter(office)
    assert refused.value.message.code == "sign-in-code-missing"
    office.clock.passes(seconds=30)
    assert opens(office, code_of(secret, office.clock()))


def test_the_sessions_from_before_it_are_over(database: Database) -> None:
    office = build(database, ZHAO)
    before = enter(office)
    enrolled(office)
    with office.reading() as desk, pytest.raises(UnauthenticatedError):
        session(desk, before, clock=office.clock)


@pytest.mark.parametrize("shape", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_a_code_opens_once_however_it_is_spelt(database: Database, shape: str) -> None:
    office = build(database, ZHAO)
    secret, _ = enrolled(office)
    office.clock.passes(seconds=30)
    code = code_of(secret, office.clock())
    assert opens(office, code)
    assert not opens(office, shape.format(code))


def test_of_fifty_who_send_one_code_at_once_one_is_let_in(database: Database) -> None:
    office = build(database, ZHAO)
    secret, _ = enrolled(office)
    office.clock.passes(seconds=30)
    code = code_of(secret, office.clock())

    def prove(_: int) -> bool:
        with office.writing() as desk:
            return second_factor.prove(desk, id_of(office), office.seal, code, office.clock())

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(prove, range(50))) == 1


def test_the_step_before_counts_and_no_other(database: Database) -> None:
    office = build(database, ZHAO)
    secret, _ = enrolled(office)
    office.clock.passes(minutes=10)
    now = office.clock()
    steps = {n: code_of(secret, now + timedelta(seconds=30 * n)) for n in (-3, -2, 1, 2, -1)}
    assert [n for n, code in steps.items() if opens(office, code, f"10.0.1.{n + 9}")] == [-1]


@pytest.mark.parametrize("code", ["１２３４５６", "12345", "1234567", "abcdef", "\x00", "۱۲۳۴۵۶"])
def test_what_is_no_code_is_told_as_a_wrong_one(database: Database, code: str) -> None:
    office = build(database, ZHAO)
    enrolled(office)
    with pytest.raises(UnauthenticatedError) as refused:
        enter(office, code)
    assert refused.value.message.code == "sign-in-code-wrong"


def test_full_width_digits_of_the_right_code_do_not_open(database: Database) -> None:
    office = build(database, ZHAO)
    secret, _ = enrolled(office)
    office.clock.passes(seconds=30)
    right = code_of(secret, office.clock())
    assert not opens(office, "".join(chr(ord(digit) + 0xFEE0) for digit in right))
    assert opens(office, right)


def test_wrong_codes_count_as_tries_of_the_door(database: Database) -> None:
    office = build(database, ZHAO)
    enrolled(office)
    tries = [opens(office, "000000") for _ in range(5)]
    assert tries == [False] * 5
    with pytest.raises(ThrottledError):
        enter(office, "000000")


def test_each_recovery_code_opens_once(database: Database) -> None:
    office = build(database, ZHAO)
    _, codes = enrolled(office)
    assert len(set(codes)) == 10
    assert opens(office, codes[0].upper())
    assert not opens(office, codes[0])
    assert opens(office, codes[1].replace("-", " "))
    with office.reading() as desk:
        assert factors.codes_left(desk.conn, id_of(office)) == 8


def test_neither_the_secret_nor_a_recovery_code_is_kept_readable(database: Database) -> None:
    office = build(database, ZHAO)
    secret, codes = enrolled(office)
    with office.reading() as desk:
        kept = everything(desk, "factor", "recovery_code", "event")
    for spelt in (secret.hex(), base64.b32encode(secret).decode(), repr(secret), *codes):
        assert spelt not in kept


def test_begun_but_not_confirmed_it_asks_nobody(database: Database) -> None:
    office = build(database, ZHAO)
    with office.writing() as desk:
        first = second_factor.enrol(desk, who(desk, ZHAO), office.seal)
        assert second_factor.enrol(desk, who(desk, ZHAO), office.seal) == first
        with pytest.raises(InvalidError):
            second_factor.confirm(desk, who(desk, ZHAO), office.seal, "000000", clock=office.clock)
    assert opens(office, "")


def test_a_second_one_is_not_set_up_over_the_first(database: Database) -> None:
    office = build(database, ZHAO)
    enrolled(office)
    with office.writing() as desk, pytest.raises(ConflictError):
        second_factor.enrol(desk, who(desk, ZHAO), office.seal)


def test_its_owner_gives_it_up_with_password_and_code(database: Database) -> None:
    office = build(database, ZHAO)
    secret, codes = enrolled(office)
    office.clock.passes(seconds=30)
    code = code_of(secret, office.clock())
    for password, given in (("not it at all", code), (PASSWORD, "000000")):
        with office.writing() as desk, pytest.raises(InvalidError):
            second_factor.drop(
                desk, who(desk, ZHAO), office.seal, password, given, clock=office.clock
            )
    with office.writing() as desk:
        second_factor.drop(
            desk, who(desk, ZHAO), office.seal, PASSWORD, codes[3], clock=office.clock
        )
    assert opens(office, "")


def test_an_administrator_does_not_take_it_and_the_person_at_the_machine_does(
    database: Database,
) -> None:
    office = build(database, ZHAO, SHEN)
    enrolled(office)
    with office.writing() as desk, pytest.raises(ForbiddenError, match="at the machine"):
        second_factor.remove(desk, who(desk, SHEN), ZHAO.login)
    with office.writing() as desk:
        second_factor.remove(desk, OPERATOR, ZHAO.login)
        with pytest.raises(ConflictError):
            second_factor.remove(desk, OPERATOR, QIAN.login)
    assert opens(office, "")


def test_another_key_file_opens_no_secret_but_recovery_codes_still_do(
    database: Database, tmp_path: Path
) -> None:
    office = build(database, ZHAO)
    _, codes = enrolled(office)
    office.seal = Seal(tmp_path)
    with pytest.raises(SettingsError, match="Put the former file back"):
        enter(office, "123456")
    assert opens(office, codes[0])


def test_a_key_file_that_others_read_is_refused(tmp_path: Path) -> None:
    Seal(tmp_path).close(b"secret", "account 1")
    (tmp_path / "factor.key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        Seal(tmp_path).close(b"secret", "account 1")


def test_what_is_sealed_for_one_account_opens_for_no_other(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    sealed = seal.close(b"secret", "account 1")
    assert Seal(tmp_path).open(sealed, "account 1") == b"secret"
    with pytest.raises(SettingsError):
        seal.open(sealed, "account 2")


def test_proving_again_makes_the_session_fresh_under_a_new_secret(database: Database) -> None:
    office = build(database, ZHAO)
    first = enter(office)
    office.clock.passes(minutes=10)
    with office.writing() as desk:
        assert not session(desk, first, clock=office.clock).fresh
    with pytest.raises(InvalidError):
        prove_again(office, first, "not it at all", "", "10.0.0.7", clock=office.clock)
    second = prove_again(office, first, PASSWORD, "", "10.0.0.7", clock=office.clock)
    with office.reading() as desk:
        assert session(desk, second, clock=office.clock).fresh
        with pytest.raises(UnauthenticatedError):
            session(desk, first, clock=office.clock)


def test_with_a_factor_proving_again_asks_for_its_code(database: Database) -> None:
    office = build(database, ZHAO)
    secret, _ = enrolled(office)
    office.clock.passes(seconds=30)
    held = enter(office, code_of(secret, office.clock()))
    office.clock.passes(minutes=11)
    with pytest.raises(InvalidError):
        prove_again(office, held, PASSWORD, "", "10.0.0.7", clock=office.clock)
    code = code_of(secret, office.clock())
    assert prove_again(office, held, PASSWORD, code, "10.0.0.7", clock=office.clock) != held


def test_one_ends_ones_own_sessions_from_elsewhere_and_nobody_elses(database: Database) -> None:
    office = build(database, ZHAO, QIAN)
    here, there = enter(office), enter(office, network="10.0.0.8")
    other = sign_in(office, Given(QIAN.login, PASSWORD), clock=office.clock)
    with office.writing() as desk:
        listed = own_sessions.own_sessions(desk, who(desk, ZHAO), here)
        assert {(s["network"], s["this"]) for s in listed} == {
            ("10.0.0.7", True), ("10.0.0.8", False),
        }  # fmt: skip
        foreign = own_sessions.own_sessions(desk, who(desk, QIAN), other)[0]["id"]
        with pytest.raises(NotFoundError):
            own_sessions.end_one(desk, who(desk, ZHAO), foreign)
        assert own_sessions.end_others(desk, who(desk, ZHAO), here) == 1
    with office.reading() as desk:
        assert session(desk, here, clock=office.clock).who.login == ZHAO.login
        assert session(desk, other, clock=office.clock).who.login == QIAN.login
        with pytest.raises(UnauthenticatedError):
            session(desk, there, clock=office.clock)

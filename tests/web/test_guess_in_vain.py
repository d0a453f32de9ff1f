"""Who guesses at the sign-in page learns nothing of who is there, and keeps nobody out.

`DUBAN_TEST_TIMINGS` is how often each kind of login is tried (2,000 at full size), and from 200 on
the processor time of each is compared; `DUBAN_TEST_GUESSES` is how often a stranger guesses (at
full size 10,000). Both print what they found with `-s`.

Time is processor time of this process, and the kinds take turns in an order drawn anew each round,
so that what else the machine does falls on all alike.
"""

import os
import random
import re
import statistics
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import Any

import pytest

from engine.domain.access import OPERATOR
from engine.service import passwords, sessions, tries
from engine.service.accounts import NewAccount, add_account, disable_account
from engine.settings import real_now
from tests.people import PASSWORD, QIAN, ZHAO
from tests.web import desk
from tests.web.desk import Browser, Form

TIMINGS = int(os.environ.get("DUBAN_TEST_TIMINGS", "3"))
GUESSES = int(os.environ.get("DUBAN_TEST_GUESSES", "40"))
ENOUGH = 200
"""Fewer timings than these say nothing about the time that a try takes."""
KINDS = {"known": ZHAO.login, "shut": QIAN.login, "without": "silent-one", "unknown": "nobody-here"}
MOST_APART, SHARE_APART = 0.005, 0.05
"""Medians may be so many seconds apart, or such a share of them (docs/explanation/security.md)."""
PROXY = {"DUBAN_TRUSTED_PROXIES": "127.0.0.1"}


def guess(browser: Browser, form: Form, login: str, network: str) -> tuple[Any, float]:
    """Try a wrong password from somewhere; give the answer and the processor time it took."""
    sent = form.filled({"login": login, "password": "not the password"})
    begun = time.process_time()
    answer = browser.post(form.action, sent, headers={"X-Forwarded-For": network})
    return answer, time.process_time() - begun


def told(answer: Any, login: str) -> tuple[object, ...]:  # noqa: ANN401  # httpx's answer
    """Give all that an answer tells, but for the secrets of the form and the login typed."""
    page = re.sub(r"[0-9a-f]{64}", "TOKEN", answer.text.replace(login, "LOGIN"))
    headers = {k: v for k, v in answer.headers.items() if k not in {"set-cookie", "content-length"}}
    return answer.status_code, page, tuple(sorted(headers.items()))


def longer(ones: Sequence[float], others: Sequence[float]) -> float:
    """Give how often one of the first takes longer than one of the others (Mann and Whitney).

    A half says that the time tells nothing; ties count half.
    """
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ones)
    return wins / (2 * len(ones) * len(others))


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note of each password that is compared whether there was one to compare it with."""
    noted: list[bool] = []

    def noting(password: str, hashed: str | None) -> tuple[bool, str | None]:
        noted.append(hashed is not None)
        return passwords.check_password(password, hashed)

    monkeypatch.setattr(sessions, "check_password", noting)
    return noted


def test_no_answer_and_no_time_tells_whether_a_login_is_there(
    home: Path, hashes: list[bool], rng: random.Random
) -> None:
    application = desk.new_office(home, **PROXY)
    with application.writing("cli") as at:
        disable_account(at, OPERATOR, QIAN.login)
        add_account(at, OPERATOR, NewAccount(KINDS["without"], "无密码", "甲镇", ["unit"]))
    browser, took = desk.browser(application), {kind: list[float]() for kind in KINDS}
    form = browser.form("/login")
    answers: Counter[tuple[object, ...]] = Counter()
    guess(browser, form, "warm-up", "198.51.100.1")
    hashes.clear()
    for n in range(TIMINGS):
        for kind in rng.sample(list(KINDS), len(KINDS)):
            network = f"10.{n >> 14}.{n >> 7 & 127}.{n & 127}"
            answer, seconds = guess(browser, form, KINDS[kind], network)
            answers[told(answer, KINDS[kind])] += 1
            took[kind].append(seconds)
    application.close()
    assert [status for status, *_ in answers] == [401]
    assert Counter(hashes) == {True: TIMINGS, False: 3 * TIMINGS}
    if TIMINGS >= ENOUGH:
        _compare(took)


def _compare(took: dict[str, list[float]]) -> None:
    usual = statistics.median(took["known"])
    bound = 4 * ((2 * TIMINGS + 1) / (12 * TIMINGS**2)) ** 0.5
    for kind, seconds in took.items():
        median = statistics.median(seconds)
        odds = longer(seconds, took["known"])
        print(f"{kind}: n={TIMINGS} median={median * 1000:.2f} ms longer than known {odds:.4f}")  # noqa: T201
        assert abs(median - usual) <= max(MOST_APART, usual * SHARE_APART), kind
        assert abs(odds - 0.5) <= max(0.05, bound), kind


def test_what_compares_times_sees_a_login_that_costs_a_little_more(rng: random.Random) -> None:
    """Four milliseconds more of sixty pass as medians; the comparison of ranks sees them."""
    usual = [rng.gauss(0.060, 0.004) for _ in range(ENOUGH)]
    more = [rng.gauss(0.064, 0.004) for _ in range(ENOUGH)]
    assert 0.45 < longer(usual, [rng.gauss(0.060, 0.004) for _ in range(ENOUGH)]) < 0.55
    assert longer(more, usual) > 0.65


def test_a_stranger_who_guesses_all_day_keeps_no_official_out(
    home: Path, hashes: list[bool]
) -> None:
    application = desk.new_office(home, **PROXY)
    stranger = desk.browser(application)
    form, heard, begun = stranger.form("/login"), Counter[int](), real_now()
    owners = 0
    for n in range(GUESSES):
        answer, _ = guess(stranger, form, ZHAO.login, "203.0.113.9")
        heard[answer.status_code] += 1
        if answer.status_code == 429:
            assert 0 < int(answer.headers["retry-after"]) <= 900
        if n % max(1, GUESSES // 4) == 0:
            owner = desk.browser(application)
            own = owner.form("/login").filled({"login": ZHAO.login, "password": PASSWORD})
            where = {"X-Forwarded-For": "198.51.100.7"}
            assert owner.post("/login", own, headers=where).status_code == 303, n
            owners += 1
    application.close()
    print(f"guesses={GUESSES} heard={dict(heard)} passwords compared={len(hashes)}")  # noqa: T201
    waits = log2((real_now() - begun) / tries.FIRST_WAIT + 1)  # each lasts twice as long
    assert heard[401] + heard[429] == GUESSES
    assert tries.FREE_TRIES <= heard[401] <= tries.FREE_TRIES + waits
    assert len(hashes) == heard[401] + owners

"""A refusal is no dead end: it says what happened, that nothing was saved, and what would help."""

import re
from typing import NoReturn

import pytest

from engine.errors import (
    BusyError,
    ConflictError,
    DubanError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotFromHereError,
    StaleError,
    ThrottledError,
    TooLargeError,
    UnsupportedError,
)
from engine.service import cases
from tests.people import SHEN, ZHAO
from tests.web import desk
from tests.web.story import Story
from web.refusals import STATUS
from web.wording import web_catalogue

REFUSALS: list[tuple[DubanError, int, str]] = [
    (ForbiddenError("forbidden"), 403, "/roles"),
    (NotFoundError("not-found"), 404, "/search"),
    (StaleError("stale"), 409, "/cases/DB-2026-0001"),
    (NotFromHereError("stale"), 409, "/cases/DB-2026-0001"),
    (ConflictError("stale"), 409, "/cases/DB-2026-0001"),
    (TooLargeError("too-large-plain"), 413, "/cases"),
    (UnsupportedError("forbidden"), 415, "/cases"),
    (InvalidError("body-unreadable"), 422, "/cases"),
    (ThrottledError("throttled-writes", 7, most=1, seconds=7), 429, "/cases/DB-2026-0001"),
    (BusyError("busy"), 503, "/cases/DB-2026-0001"),
]


@pytest.mark.parametrize(("error", "status", "way"), REFUSALS, ids=lambda one: type(one).__name__)
def test_a_refusal_keeps_the_frame_and_shows_a_way_on(
    story: Story, monkeypatch: pytest.MonkeyPatch, error: DubanError, status: int, way: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise error

    there = desk.enter(story.application, ZHAO)
    monkeypatch.setattr(cases, "show_case", refuse)
    answer = there.get(f"/cases/{story.code}")
    assert answer.status_code == status
    shown = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    assert f'<p class="fault__no">{status}</p>' in shown
    assert web_catalogue()[f"refused-help-{status}"].zh in shown
    assert f'href="{way}"' in shown
    assert 'href="/help"' in shown
    assert 'class="topnav"' in answer.text
    assert "没有保存" not in shown or "没有保存" in error.say("zh")


def test_what_was_sent_is_told_to_be_unsaved(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    answer = there.post("/units", {"csrf": "wrong", "name": "x"})
    assert answer.status_code == 403
    assert "没有保存" in answer.text


def test_a_door_that_is_not_ones_own_names_whose_it_is(story: Story) -> None:
    answer = desk.enter(story.application, SHEN).get(f"/cases/{story.code}")
    assert answer.status_code == 403
    assert 'href="/roles"' in answer.text
    assert 'href="/search"' not in answer.text


def test_every_status_has_its_help_in_both_languages() -> None:
    for status in {*STATUS.values(), 405}:
        text = web_catalogue()[f"refused-help-{status}"]
        assert re.search("[一-鿿]", text.zh)
        assert text.en

"""Rows of lists are rendered once for the same content, and never for another."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from web.once import once
from web.render import environment
from web.wording import VOICE, Voice

TODAY = date(2026, 4, 23)


@contextmanager
def speaking(voice: Voice) -> Iterator[None]:
    """Render as one voice."""
    token = VOICE.set(voice)
    try:
        yield
    finally:
        VOICE.reset(token)


@pytest.mark.parametrize(
    ("voice", "value"),
    [
        (Voice("en", TODAY), "停工"),
        (Voice("zh", date(2026, 4, 24)), "停工"),
        (Voice("zh", TODAY, ZoneInfo("Asia/Urumqi")), "停工"),
        (Voice("zh", TODAY, words={"states": {"assigned": {"title": "已交办"}}}), "停工"),
        (Voice("zh", TODAY), "欠薪"),
    ],
)
def test_whatever_differs_is_rendered_anew(voice: Voice, value: str) -> None:
    told: list[str] = []

    def macro(text: str) -> Markup:
        told.append(text)
        return Markup("<td>%s</td>") % text

    name = f"test-{voice}-{value}"
    with speaking(Voice("zh", TODAY)):
        first = once(name, macro, "停工")
        assert once(name, macro, "停工") is first
    with speaking(voice):
        assert once(name, macro, value) == f"<td>{value}</td>"
    assert told == ["停工", value]


def test_a_row_that_lacks_a_value_fails_the_page_every_time() -> None:
    source = '{% macro row(c) %}{{ c.title }}{% endmacro %}{{ once("test-lacks", row, c) }}'
    template = environment().from_string(source)
    with speaking(Voice("zh", TODAY)):
        for _ in range(2):
            with pytest.raises(UndefinedError):
                template.render(c={})


def test_of_more_rows_than_are_kept_the_oldest_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.once._KEPT", {})
    monkeypatch.setattr("web.once.MOST", 3)
    told: list[int] = []

    def macro(number: int) -> Markup:
        told.append(number)
        return escape(number)

    with speaking(Voice("zh", TODAY)):
        for number in (1, 2, 3, 4, 2, 3, 4, 1):
            once("test-many", macro, number)
    assert told == [1, 2, 3, 4, 1]

"""The catalogues: read whole or entry by entry, they say the same."""

from collections.abc import Iterator
from string import Formatter

import pytest

from engine.words import LOCALES, Text, catalogue, entries, message, say, wording
from web.wording import say_in

PACKAGES = ("engine", "engine.cli", "web")


@pytest.mark.parametrize("package", PACKAGES)
def test_an_entry_by_itself_reads_as_it_does_in_its_file(package: str) -> None:
    whole = catalogue(package)
    assert list(entries(package)) == list(whole)
    assert {code: wording(code, package) for code in whole} == whole


def test_no_code_has_two_meanings() -> None:
    engine, commands = catalogue("engine"), catalogue("engine.cli")
    assert engine.keys() & commands.keys() == set()


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        say(message("no-such-code"), "zh")
    with pytest.raises(KeyError):
        say(message("unit-unknown"), "en")


def placeholders(words: Text) -> Iterator[tuple[str, str]]:
    """Give name and form of every placeholder, in both languages."""
    for text in (words.zh, words.en):
        for _, name, form, _ in Formatter().parse(text):
            if name is not None:
                yield name, form or ""


def values(words: Text, number: int) -> dict[str, int | str]:
    """Give a number wherever a noun is picked by one, and a word elsewhere."""
    found: dict[str, int | str] = {name: "×" for name, _ in placeholders(words)}
    return found | {name: number for name, form in placeholders(words) if form}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_entry_can_be_said_in_both_languages(number: int) -> None:
    for code, words in catalogue("engine").items():
        for locale in LOCALES:
            assert say(message(code, **values(words, number)), locale) or not words.in_(locale)
    for code, words in (catalogue("engine") | catalogue("web")).items():
        for locale in LOCALES:
            assert say_in(locale, code, **values(words, number)) or not words.in_(locale)


def test_a_number_picks_its_noun() -> None:
    said = [say(message("notice-rungs", rung="R", clock="C", n=n), "en") for n in (1, 1200)]
    assert said == ["[R] 1 case: C", "[R] 1200 cases: C"]

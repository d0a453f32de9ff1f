"""The catalogues: read whole or entry by entry, they say the same."""

import pytest

from engine.words import catalogue, entries, message, say, wording

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

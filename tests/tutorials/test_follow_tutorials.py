"""Tutorials hold: what they tell to do can be done, and what they quote stands on the pages."""

import re
from pathlib import Path

import pytest

from tests.tutorials import office
from tests.tutorials.reader import Reader
from tests.tutorials.script import FOLDER, LOCALES, ROLES, Tutorial, follow, tutorials

MOST_BYTES = 3_000_000


@pytest.mark.parametrize("tutorial", tutorials(), ids=lambda one: f"{one.role}-{one.locale}")
def test_a_tutorial_can_be_followed_and_quotes_what_is_there(
    tutorial: Tutorial, tmp_path: Path
) -> None:
    application = office.copy_of(tmp_path / "office")
    try:
        assert follow(tutorial, Reader(application, tutorial.locale)) == []
    finally:
        application.close()


@pytest.mark.parametrize("role", ROLES)
def test_both_languages_go_the_same_way(role: str) -> None:
    ways = [
        [[(deed.verb, deed.what if deed.verb in {"as", "fill", "file"} else "")
          for deed in step.deeds] for step in Tutorial(role, locale).steps()]
        for locale in LOCALES
    ]  # fmt: skip
    assert ways[0] == ways[1]


@pytest.mark.parametrize("tutorial", tutorials(), ids=lambda one: f"{one.role}-{one.locale}")
def test_every_picture_is_taken_shown_and_there(tutorial: Tutorial) -> None:
    for step in tutorial.steps():
        taken = [f"pictures/{tutorial.locale}/{deed.what.split()[0]}.png"
                 for deed in step.deeds if deed.verb == "picture"]  # fmt: skip
        assert step.shown == taken, step.heading
        assert [place for place in taken if not (FOLDER / place).is_file()] == []


def test_pictures_are_small_and_none_is_left_over() -> None:
    kept = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.png")}
    shown = {place for one in tutorials() for step in one.steps() for place in step.shown}
    assert set(kept) == shown
    assert sum(path.stat().st_size for path in kept.values()) <= MOST_BYTES


def test_every_tutorial_is_linked() -> None:
    index = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for one in tutorials():
        assert f"](tutorials/{one.path.name})" in index, one.path.name
    readme = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\]\(docs/README\.md#tutorials\)", readme)

"""The documentation names what exists, and all of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup

from engine.domain.events import Kind
from engine.errors import DubanError
from tests.house import pages, purpose
from tests.house.tree import ROOT, kept
from web.refusals import status_of

PAGES = pages.pages()
PROJECT = tomllib.loads(pages.text("pyproject.toml"))
HERE = re.compile(r"(?<![\w./])/(?:work|root|home)/[a-z]")
"""The beginning of a path that exists on one machine only."""
SPOKEN = re.compile(r"(?:`|^\$ )duban ([a-z]+)(?: ([a-z][a-z-]+))?", re.MULTILINE)
"""A command as prose and console blocks name it, with the word after it."""
TEXT = {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yml", ""}


def names(page: Path) -> str:
    """Name a page in the report of a test."""
    return page.relative_to(ROOT).as_posix()


def errors(kind: type[DubanError] = DubanError) -> Iterator[type[DubanError]]:
    """Give every class of refusal."""
    yield kind
    for narrower in kind.__subclasses__():
        yield from errors(narrower)


def distribution(requirement: str) -> str:
    """Give the name in a requirement, without its range and extras."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


# --- pages among each other -----------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in pages.links(page):
        file, _, anchor = link.partition("#")
        to = (page.parent / file).resolve() if file else page
        fits = to.exists() and (not anchor or anchor in pages.anchors(to))
        broken += [] if fits else [link]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_page_begins_with_its_one_title(page: Path) -> None:
    titles = re.findall(r"^# .+$", pages.prose(page), re.MULTILINE)
    assert len(titles) == 1
    assert page.read_text(encoding="utf-8").startswith(titles[0])


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / link.split("#")[0]).resolve() for link in pages.links(index)}
    unlisted = [p for p in PAGES if p != index and p.parent.name != "adr" and p not in named]
    assert [names(page) for page in unlisted] == []


def test_every_decision_is_numbered_argued_and_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    files = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [int(file[:4]) for file in files] == list(range(1, len(files) + 1))
    assert sorted(pages.links(folder / "README.md")) == files
    for file in files:
        words = (folder / file).read_text(encoding="utf-8")
        assert words.startswith(f"# {file[:4]} "), file
        assert "**Decision.**" in words, file
        assert "**Why.**" in words, file


# --- pages and code -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    assert [path for path in sorted(pages.paths(page)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_name_stands_in_the_file_that_a_page_says(page: Path) -> None:
    missing = [
        f"{name} in {file}" for name, file in pages.placed(page) if name not in pages.defined(file)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    known = dict(purpose.commands())
    missing = []
    for first, second in SPOKEN.findall(page.read_text(encoding="utf-8")):
        group = isinstance(known.get(f"duban {first}"), TyperGroup)
        path = f"duban {first} {second}" if second and group else f"duban {first}"
        missing += [] if path in known else [path]
    assert missing == []


def test_the_life_of_a_step_places_each_of_its_ten_things() -> None:
    page = ROOT / "docs" / "explanation" / "life-of-a-step.md"
    rows = pages.cells(page.read_text(encoding="utf-8"))
    assert [row[0] for row in rows] == [str(number) for number in range(1, 11)]
    assert len({file for _, file in pages.placed(page)}) >= 8
    assert [row for row in rows if not pages._PATH.findall(row[2])] == []  # noqa: SLF001  # one pattern


def test_every_kind_of_event_is_listed() -> None:
    assert pages.first_words(pages.text("docs/reference/events.md")) == [k.value for k in Kind]


def test_every_code_of_a_refusal_is_listed_with_its_status() -> None:
    rows = pages.cells(pages.text("docs/reference/problems.md"))
    listed = {row[0].strip("`"): row[1] for row in rows}
    assert len(listed) == len(rows)
    ours = {kind.code: str(status_of(kind.__new__(kind))) for kind in errors()}
    assert listed == ours | {"method-not-allowed": "405", "broken": "500"}


def test_every_dependency_has_its_reason() -> None:
    page = "docs/adr/0002-dependencies.md"
    product = {distribution(item) for item in PROJECT["project"]["dependencies"]}
    assert set(pages.first_words(pages.part(page, "The product"))) == product
    extras = {
        distribution(i) for e in PROJECT["project"]["optional-dependencies"].values() for i in e
    }
    assert set(pages.first_words(pages.part(page, "Extras"))) == extras
    groups = PROJECT["dependency-groups"]
    others = {distribution(i) for group in groups.values() for i in group if isinstance(i, str)}
    assert set(pages.first_words(pages.part(page, "Building and testing"))) == others
    assert all(reason for _, reason in pages.cells(pages.text(page)))


def test_the_changelog_tells_of_this_version() -> None:
    assert f"\n## {PROJECT['project']['version']} " in pages.text("CHANGELOG.md")


# --- the tree as a whole --------------------------------------------------------------------------


def test_nothing_kept_names_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in kept()
        if path.suffix in TEXT
        for match in HERE.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_a_path_of_one_machine_would_be_found() -> None:
    assert HERE.search('open("/' + 'home/anna/x")')
    assert not HERE.search("docs/home/index")

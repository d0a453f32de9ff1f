"""One word for one thing: the words that the glossary rejects stand nowhere in the product.

The list of them is a table of the glossary, "Words that are not used", the only place to change.
"""

import re
import tomllib
from pathlib import Path

from tests.house import pages
from tests.house.tree import ROOT, files

GLOSSARY = ROOT / "docs" / "glossary.md"
HEADERS = ROOT / "engine" / "intake" / "columns.py"
IMPORT = ROOT / "docs" / "reference" / "import.md"
KNOWN_BY_TABLES = (HEADERS, IMPORT)
"""Where headers of imported tables stand: offices write them as they like."""
STAGE = re.compile(r"(?<!\()\bstages?\b(?!\))", re.IGNORECASE)
"""What a state is not called in English, but for `--by stage`, an interface."""


def rejected() -> dict[str, set[str]]:
    """Read the rejected words, each with the phrases in which it may stand all the same."""
    rows = pages.cells(pages.part("docs/glossary.md", "Words that are not used"))
    return {word: set(re.findall(r"`([^`]+)`", but)) for word, _, but in rows}


def read() -> list[Path]:
    """List what people read: catalogues, templates, definitions, code with headers, documents."""
    code = files(".toml", ".html", ".txt", ".py", ".ics", ".svg")
    return [*code, *(page for page in pages.pages() if page != GLOSSARY)]


def left(text: str, word: str, allowed: set[str]) -> bool:
    """Tell whether a word stands in a text outside of the phrases that may hold it."""
    for phrase in allowed:
        text = text.replace(phrase, "")
    return word in text


def test_no_rejected_word_stands_anywhere() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in read()
        for text in [path.read_text(encoding="utf-8")]
        for word, allowed in rejected().items()
        if word in text and path not in KNOWN_BY_TABLES and left(text, word, allowed)
    ]
    assert not found, found


def test_the_list_is_read_and_bites() -> None:
    known = rejected()
    assert len(known) > 15
    assert left("列出逾期的时限", "逾期", known["逾期"])
    assert not left("逾期交付问题", "逾期", known["逾期"])
    assert left("逾期交付问题逾期", "逾期", known["逾期"])


def test_headers_of_imported_tables_alone_may_be_other_words() -> None:
    text = HEADERS.read_text(encoding="utf-8")
    stand = {word for word in rejected() if word in text}
    assert stand == {"包案", "办结时限"}


def test_a_state_is_a_state_in_english_too() -> None:
    found = [
        f"{path.name}: {code}"
        for path in files(".toml")
        if "locale" in path.parts
        for code, words in tomllib.loads(path.read_text(encoding="utf-8")).items()
        if STAGE.search(words["en"])
    ]
    assert not found, found

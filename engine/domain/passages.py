"""The texts in which words are looked for, and when a word stands in a text.

A word stands in a text if it does so once both are folded: character by character, without regard
to capitals and to the width in which a character is written. What is folded apart is folded alike
together, so a word that stands in a text as it is written always stands in it.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

KINDS = (
    "issue",
    "issue-summary",
    "head",
    "summary",
    "note",
    "letter",
    "letter-answer",
    "letter-verdict",
)
"""What a passage is of; `head` is the code and the title of a case, `issue` those of an issue."""
NO_BITS, SUBJECT_BITS = 28, 32
NO_MASK, SUBJECT_MASK = (1 << NO_BITS) - 1, (1 << SUBJECT_BITS) - 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of one row, folded, and its place: what it is, of which issue or case, under which no.

    A place is one whole number, so that an index can give it back; those of one kind lie together.
    """

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """From which columns a passage is put together; from when `since` is set on, if it names one.

    Unsent drafts of letters are nobody's to find.
    """

    kind: str
    columns: tuple[str, ...]
    since: str | None = None


WITHIN: Mapping[str, tuple[str, ...]] = {
    "title": ("head",),
    "summary": ("summary",),
    "issue": ("issue", "issue-summary"),
    "note": ("note",),
    "letter": ("letter", "letter-answer", "letter-verdict"),
}
"""Among what words may be looked for alone: neighbours in the order of kinds."""


SOURCES: Mapping[str, tuple[Source, ...]] = {
    "issue": (Source("issue", ("code", "title")), Source("issue-summary", ("summary",))),
    "case": (Source("head", ("code", "title")), Source("summary", ("summary",))),
    "note": (Source("note", ("body",)),),
    "letter": (
        Source("letter", ("number", "basis", "demands"), "issued_at"),
        Source("letter-answer", ("answer",), "answered_at"),
        Source("letter-verdict", ("verdict",), "decided_at"),
    ),
}
"""The passages of each kind of record. Nothing else is ever looked through."""
TOUCHING: Mapping[str, frozenset[str]] = {
    record: frozenset(
        name for one in sources for name in (*one.columns, one.since) if name is not None
    )
    for record, sources in SOURCES.items()
}
"""The columns whose change changes a passage."""


def passages_of(record: str, row: Mapping[str, Any]) -> Iterator[Passage]:
    """Give the passages of one row."""
    for source in SOURCES[record]:
        found = passage_of(source, row)
        if found is not None:
            yield found


def passage_of(source: Source, row: Mapping[str, Any]) -> Passage | None:
    """Give the passage of a row that comes from one source; None where it has none."""
    if source.since is not None and row[source.since] is None:
        return None
    text = "\n".join(row[name] for name in source.columns if row[name])
    subject, no = (row["id"], 0) if "id" in row else (row["case_id"], row["no"])
    return Passage(place_of(source.kind, subject, no), folded(text)) if text else None


def place_of(kind: str, subject: int, no: int = 0) -> int:
    """Name the place of a passage."""
    return (KINDS.index(kind) << SUBJECT_BITS | subject) << NO_BITS | no


def parts_of(place: int) -> tuple[str, int, int]:
    """Take a place apart: the kind, the id of the issue or the case, the number of the part."""
    kind = KINDS[place >> NO_BITS + SUBJECT_BITS]
    return kind, place >> NO_BITS & SUBJECT_MASK, place & NO_MASK


def places_of(kind: str) -> tuple[int, int]:
    """Give the first place of a kind and the last."""
    first = place_of(kind, 0)
    return first, first | SUBJECT_MASK << NO_BITS | NO_MASK


# --- folding -----------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Fold a text. Of ASCII it then has the characters from the space to the tilde alone."""
    return text.translate(_FOLDED)


def pairs(text: str) -> list[str]:
    """Cut a folded text into pairs of neighbours; its last character stands alone."""
    return [*map("".join, pairwise(text)), text[-1:]] if text else []


def stands(word: str, text: str) -> bool:
    """Say that a word stands in a text."""
    return folded(word) in folded(text)


def standing(words: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Give the stretches of a text in which any of the words stands, in order, none in another."""
    whole, at = _with_places(text)
    found = list[tuple[int, int]]()
    sought = sorted({folded(word) for word in words if word}, key=len, reverse=True)
    start = 0
    while start < len(whole):
        hit = next((word for word in sought if whole.startswith(word, start)), None)
        if hit is None:
            start += 1
            continue
        if not found or found[-1][1] <= at[start]:  # else: both within one character
            found.append((at[start], at[start + len(hit) - 1] + 1))
        start += len(hit)
    return found


def _with_places(text: str) -> tuple[str, list[int]]:
    """Fold a text; say of every character of it from which one it comes."""
    cut = [folded(character) for character in text]
    return "".join(cut), [n for n, piece in enumerate(cut) for _ in piece]


class _Folding(dict[int, str]):
    """Every character as it is folded; each is folded once."""

    def __missing__(self, code: int) -> str:
        """Fold a character."""
        self[code] = found = _fold(chr(code))
        return found


_FOLDED = _Folding()


def _fold(character: str) -> str:
    if character.isspace():
        return " "
    if character < " " or character == "\x7f":
        return "\N{REPLACEMENT CHARACTER}"  # no text that is kept has one
    plain = unicodedata.normalize("NFKC", character).casefold()
    return unicodedata.normalize("NFKC", plain)

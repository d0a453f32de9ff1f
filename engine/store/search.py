"""Find cases by words: in their codes, titles and summaries, their issues, notes and letters.

A word is looked for as it stands, so two characters of Chinese are found within any sentence; the
index of passages says in which texts (`engine.store.passages`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from engine.domain.passages import (
    KINDS,
    NO_BITS,
    NO_MASK,
    SUBJECT_MASK,
    folded,
    pairs,
    places_of,
)
from engine.store.among import gathered, these
from engine.store.passages import tokens
from engine.store.tables import table
from engine.store.tables.passages import PASSAGES

_CASE, _ISSUE = table("case"), table("issue")
_NOTE, _LETTER = table("note"), table("letter")
_PLACE = PASSAGES.c.rowid
_SUBJECT = _PLACE.op(">>")(literal_column(str(NO_BITS))).op("&")(SUBJECT_MASK)
_NO = _PLACE.op("&")(NO_MASK)
_PAIR = 2
_OF_ISSUES = ("issue", "issue-summary")
_OF_CASES = tuple(kind for kind in KINDS if kind not in _OF_ISSUES)


@dataclass(frozen=True, slots=True)
class Said:
    """The cases in which each of some words stands: in any of their texts, and in their heads.

    Code and title, the head, are what a summary tells. They are ids, found beforehand: both
    databases guess badly how many texts a word stands in, and choose their ways by it.
    """

    whole: frozenset[int]
    heads: frozenset[int]

    def holds(
        self, connection: Connection, in_full: ColumnElement[bool] | None
    ) -> ColumnElement[bool]:
        """Say of a case that the words stand in what the caller may read of it.

        `in_full` says of which cases all may be read, None that it is of all that are asked for.
        """
        whole = _CASE.c.id.in_(these(connection, sorted(self.whole)))
        if in_full is None:
            return whole
        return and_(whole, or_(in_full, _CASE.c.id.in_(these(connection, sorted(self.heads)))))


def said(
    connection: Connection,
    words: Sequence[str],
    kinds: Collection[str] = KINDS,
    then: datetime | None = None,
    *,
    heads: bool = True,
) -> Said:
    """Find where each of some words stands, in texts of these kinds, whoever may see it.

    As of a past instant `then`, notes, letters and their answers count that were there by then.
    Without `heads` nobody asks which cases have the words there.
    """

    def everywhere(kinds: Collection[str]) -> frozenset[int]:
        each = (_ids(connection, _everywhere(word, then, kinds)) for word in words)
        return reduce(frozenset.intersection, each)

    return Said(everywhere(kinds), everywhere({"head"} & {*kinds} if heads else ()))


def _ids(connection: Connection, asked: Iterable[Select[Any]]) -> frozenset[int]:
    return frozenset(chain.from_iterable(gathered(connection, one) for one in asked))


def _everywhere(word: str, then: datetime | None, kinds: Collection[str]) -> Iterator[Select[Any]]:
    """Select the cases in whose passages of these kinds a word stands, some of them repeatedly."""
    of_issues = _among(_OF_ISSUES, kinds)
    if of_issues:
        yield select(_CASE.c.id).where(_CASE.c.issue_id.in_(subjects(word, *of_issues)))
    of_cases = _among(_OF_CASES, kinds)
    dated = [] if then is None else _among(_PARTS, of_cases)
    always = of_cases[: len(of_cases) - len(dated)]
    if always:
        yield subjects(word, *always)
    for kind in dated:
        part, at = _PARTS[kind]
        here = and_(part.c.case_id == _SUBJECT, part.c.no == _NO, at <= then)
        yield subjects(word, kind).join(part, here)


def _among(some: Iterable[str], kinds: Collection[str]) -> list[str]:
    return [kind for kind in some if kind in kinds]


_PARTS = {
    "note": (_NOTE, _NOTE.c.at),
    "letter": (_LETTER, _LETTER.c.issued_at),
    "letter-answer": (_LETTER, _LETTER.c.answered_at),
    "letter-verdict": (_LETTER, _LETTER.c.decided_at),
}
"""Parts of cases that have passages, and since when each is there; their kinds come last."""


def subjects(word: str, *kinds: str) -> Select[Any]:
    """Select the issues or cases in whose passages of these kinds a word stands."""
    return places(word, *kinds).with_only_columns(_SUBJECT)


def places(word: str, *kinds: str) -> Select[Any]:
    """Select the places of the passages of these kinds, neighbours all, in which a word stands."""
    spans = [places_of(kind) for kind in kinds]
    within = _PLACE.between(min(spans)[0], max(spans)[1])
    return select(_PLACE).where(_Stands.of(folded(word)), within)


class _Stands(FunctionElement[Any]):
    """The condition that a folded word stands in a passage, as each database is asked for it."""

    type = NullType()  # SQLite would be asked whether it equals 1, where MATCH is no operator
    in_a_row = False
    inherit_cache = True

    @classmethod
    def of(cls, word: str) -> "_Stands":
        """Say it of a word."""
        return (cls if len(word) <= _PAIR else _InARow)(
            bindparam(None, _phrase(word), type_=Text()),
            bindparam(None, pairs(word)[:-1] or [word], type_=ARRAY(Text())),
            bindparam(None, word, type_=Text()),
        )


class _InARow(_Stands):
    """The same of a word of several pairs."""

    in_a_row = True
    inherit_cache = True


@compiles(_Stands, "sqlite")
def _on_sqlite(stands: _Stands, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401  # the compiler's
    phrase, _, _ = stands.clauses
    return f"passage MATCH {compiler.process(phrase, **given)}"


@compiles(_Stands, "postgresql")
def _on_postgresql(stands: _Stands, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401  # the compiler's
    """Find by the pairs in the index; that several follow each other is seen in the text."""
    _, cut, word = stands.clauses
    found = f"duban_pairs(passage.text) @> {compiler.process(cut, **given)}"
    if not stands.in_a_row:
        return found
    return f"({found} AND strpos(passage.text, {compiler.process(word, **given)}) > 0)"


def _phrase(word: str) -> str:
    """Ask FTS5 for the pairs of a word in a row; for one character, for all that begin with it."""
    cut = tokens(word)
    return f'"{cut}" *' if len(word) == 1 else f'"{cut.rpartition(" ")[0]}"'


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a case: what it is of, its number where there are several, and the text."""

    case_id: int
    kind: str
    no: int | None
    text: str


def texts(connection: Connection, case_ids: Collection[int], at: datetime) -> list[Words]:
    """Read the texts of a few cases in which words are looked for, in the order of a case's page.

    Letters count from their issue on, answers and verdicts from when they were given.
    """
    case, issue, note, letter = _CASE.c, _ISSUE.c, _NOTE.c, _LETTER.c
    head = (
        select(case.id, null(), case.summary, issue.code, issue.title, issue.summary)
        .select_from(_CASE.join(_ISSUE, issue.id == case.issue_id))
        .where(case.id.in_(case_ids))
    )
    notes = select(note.case_id, note.no, note.body)
    letters = select(
        letter.case_id, letter.no, letter.number, letter.basis, letter.demands,
        sql_case((letter.answered_at <= at, letter.answer)),
        sql_case((letter.decided_at <= at, letter.verdict)),
    )  # fmt: skip
    return [
        *_read(connection, head, _HEAD),
        *_read(connection, notes.where(note.case_id.in_(case_ids), note.at <= at), _NOTES),
        *_read(
            connection,
            letters.where(letter.case_id.in_(case_ids), letter.issued_at <= at),
            _LETTERS,
        ),
    ]


_HEAD = ("summary", "issue-code", "issue", "issue-summary")
_NOTES = ("note",)
_LETTERS = ("letter-number", "letter-basis", "letter", "letter-answer", "letter-verdict")


def _read(connection: Connection, asked: Select[Any], kinds: Sequence[str]) -> Iterator[Words]:
    """Read rows of a case, a number and texts of these kinds."""
    for case_id, no, *found in connection.execute(asked):
        for kind, text in zip(kinds, found, strict=True):
            if text:
                yield Words(case_id, kind, no, text)

"""Find cases by words: in their codes, titles and summaries, their issues, notes and letters.

A word is looked for as it stands, so two characters of Chinese are found within any sentence; the
index of passages says in which texts (`engine.store.passages`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
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
from engine.store.passages import tokens
from engine.store.tables import table
from engine.store.tables.passages import PASSAGES

_CASE, _ISSUE = table("case"), table("issue")
_NOTE, _LETTER = table("note"), table("letter")
_PLACE = PASSAGES.c.rowid
_SUBJECT = _PLACE.op(">>")(literal_column(str(NO_BITS))).op("&")(SUBJECT_MASK)
_NO = _PLACE.op("&")(NO_MASK)
_OF_ISSUES = ("issue", "issue-summary")
_OF_CASES = tuple(kind for kind in KINDS if kind not in _OF_ISSUES)


def mentions(
    word: str, in_full: ColumnElement[bool] | None, then: datetime | None
) -> ColumnElement[bool]:
    """Give the condition on `case` that a word stands in what the caller may read of it.

    Code and title are seen in summary too; `in_full` says of which cases the rest may be read, None
    that it is of all that are asked for. As of a past instant `then`, notes, letters and their
    answers count that were there by then.
    """
    case = _CASE.c
    whole = union_all(*_everywhere(word, then))
    if in_full is None:
        return case.id.in_(whole)
    return and_(case.id.in_(whole), or_(in_full, case.id.in_(subjects(word, "head"))))


def cases_with(connection: Connection, words: Sequence[str]) -> set[int]:
    """Give the cases in which each word stands anywhere, now, whoever may see them."""
    found: set[int] | None = None
    for word in words:
        ids = set[int]()
        for some in _ids_with(connection, word):
            ids.update(some)
        found = ids if found is None else found & ids
    return found or set()


def _ids_with(connection: Connection, word: str) -> Iterator[Iterable[int]]:
    """Read ids as one text: a row for each of half of all cases would take twice as long."""
    for ids in _everywhere(word, None):
        each = ids.subquery()
        told = connection.scalar(select(func.aggregate_strings(cast(each.c[0], Text), ",")))
        yield map(int, told.split(",")) if told else ()


def _everywhere(word: str, then: datetime | None) -> Iterator[Select[Any]]:
    """Select the cases in which a word stands anywhere, some of them repeatedly."""
    issues = subjects(word, "issue", "issue-summary")
    yield select(_CASE.c.id).where(_CASE.c.issue_id.in_(issues))
    if then is None:
        yield subjects(word, *_OF_CASES)
        return
    yield subjects(word, "head", "summary")
    for kind, part, at in _PARTS:
        here = and_(part.c.case_id == _SUBJECT, part.c.no == _NO, at <= then)
        yield subjects(word, kind).join(part, here)


_PARTS = (
    ("note", _NOTE, _NOTE.c.at),
    ("letter", _LETTER, _LETTER.c.issued_at),
    ("letter-answer", _LETTER, _LETTER.c.answered_at),
    ("letter-verdict", _LETTER, _LETTER.c.decided_at),
)
"""Parts of cases that have passages, and since when each of them is there."""


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
    inherit_cache = True

    @classmethod
    def of(cls, word: str) -> "_Stands":
        """Say it of a word."""
        return cls(
            bindparam(None, _phrase(word), type_=Text()),
            bindparam(None, pairs(word)[:-1] or [word], type_=ARRAY(Text())),
            bindparam(None, word, type_=Text()),
        )


@compiles(_Stands, "sqlite")
def _on_sqlite(stands: _Stands, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401  # the compiler's
    phrase, _, _ = stands.clauses
    return f"passage MATCH {compiler.process(phrase, **given)}"


@compiles(_Stands, "postgresql")
def _on_postgresql(stands: _Stands, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401  # the compiler's
    """Find by the pairs in the index; that they follow each other is seen in the text."""
    _, cut, word = (compiler.process(one, **given) for one in stands.clauses)
    return f"(duban_pairs(passage.text) @> {cut} AND strpos(passage.text, {word}) > 0)"


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

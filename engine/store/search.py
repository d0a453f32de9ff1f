"""Find cases by words: in their codes, titles and summaries, their issues, notes and letters.

A word is looked for as it stands, so two characters of Chinese are found within any sentence. Plain
`LIKE` is what both databases do alike: it reads the texts of 100,000 cases in about a tenth of a
second, needs no second copy of free text that erasing would have to reach, and costs no step
anything.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, null, or_, select
from sqlalchemy import case as sql_case

from engine.store.tables import table

_CASE, _ISSUE = table("case"), table("issue")
_NOTE, _LETTER = table("note"), table("letter")


def mentions(word: str, in_full: ColumnElement[bool], at: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a word stands in what the caller may read of it.

    Code and title are seen in summary too; `in_full` says of which cases the rest may be read.
    Notes, letters and their answers count that were there at the instant.
    """
    case, issue, note, letter = _CASE.c, _ISSUE.c, _NOTE.c, _LETTER.c
    issues = select(issue.id).where(said(word, issue.code, issue.title, issue.summary))
    notes = select(note.case_id).where(note.at <= at, said(word, note.body))
    issued = select(letter.case_id).where(letter.issued_at <= at)
    answered = and_(letter.answered_at <= at, said(word, letter.answer))
    judged = and_(letter.decided_at <= at, said(word, letter.verdict))
    written = said(word, letter.number, letter.basis, letter.demands)
    letters = issued.where(or_(written, answered, judged))
    rest = or_(
        said(word, case.summary),
        case.issue_id.in_(issues),
        case.id.in_(notes),
        case.id.in_(letters),
    )
    return or_(said(word, case.code, case.title), and_(in_full, rest))


def said(word: str, *columns: Column[Any]) -> ColumnElement[bool]:
    """Say that a word stands in one of these texts; capital letters are those of others too."""
    if word.lower() == word.upper():
        return or_(*(column.contains(word, autoescape=True) for column in columns))
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


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

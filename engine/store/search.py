"""Find cases by words: in their codes, titles and summaries, their issues, notes and letters.

A word is looked for as it stands, so two characters of Chinese are found within any sentence. Plain
`LIKE` is what both databases do alike: it reads the texts of 100,000 cases in about a tenth of a
second, needs no second copy of free text that erasing would have to reach, and costs no step
anything.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, or_, select

from engine.store.tables import table

_CASE, _ISSUE = table("case"), table("issue")
_NOTE, _LETTER = table("note"), table("letter")


def mentions(word: str, in_full: ColumnElement[bool], at: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a word stands in what the caller may read of it.

    Code and title are seen in summary too; `in_full` says of which cases the rest may be read.
    Notes and letters count that were there at the instant.
    """
    case, issue, note, letter = _CASE.c, _ISSUE.c, _NOTE.c, _LETTER.c
    issues = select(issue.id).where(_any(word, issue.code, issue.title, issue.summary))
    notes = select(note.case_id).where(note.at <= at, _any(word, note.body))
    issued = select(letter.case_id).where(letter.issued_at <= at)
    letters = issued.where(_any(word, letter.number, letter.basis, letter.demands))
    rest = or_(
        _any(word, case.summary),
        case.issue_id.in_(issues),
        case.id.in_(notes),
        case.id.in_(letters),
    )
    return or_(_any(word, case.code, case.title), and_(in_full, rest))


def _any(word: str, *columns: Column[Any]) -> ColumnElement[bool]:
    """Say that a word stands in one of these texts; capital letters are those of others too."""
    if word.lower() == word.upper():
        return or_(*(column.contains(word, autoescape=True) for column in columns))
    return or_(*(column.icontains(word, autoescape=True) for column in columns))

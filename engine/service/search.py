"""Look for words in issues, cases, notes and letters, and show the place where they stand.

What is found is what the list of cases finds for the same words; the places are read afterwards, of
the cases of one page, and of none that the reader sees in summary only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.passages import standing, stands
from engine.service.case_answers import IssueRef, SummaryAnswer
from engine.service.case_items import CaseItem
from engine.service.case_lists import CaseQuery, list_cases, words_of
from engine.service.desk import Desk
from engine.store import issues as stored_issues
from engine.store import rows, search
from engine.store.search import Words

PAGE = 20
MOST_ISSUES = 10
AROUND = 24
MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place where words stand: of what kind, its number where there are several, and the text.

    `pieces` are the text around, the words themselves marked.
    """

    kind: str
    no: int | None
    pieces: list[tuple[str, bool]]


class FoundCase(TypedDict):
    """A case in which all words stand, with its title in pieces, and where else they stand."""

    case: CaseItem | SummaryAnswer
    title: list[tuple[str, bool]]
    places: list[Place]


class FoundIssue(TypedDict):
    """A key issue in which all words stand, with its title in pieces."""

    issue: IssueRef
    title: list[tuple[str, bool]]
    places: list[Place]


class SearchAnswer(TypedDict):
    """What was found; `total` counts all the cases, `next` leads on to further ones."""

    issues: list[FoundIssue]
    cases: list[FoundCase]
    total: int
    next: str | None


def look_for(
    desk: Desk, who: Principal, q: str, cursor: str | None = None, within: str | None = None
) -> SearchAnswer:
    """Look for words, in all that one may read or `within` one kind of it (`passages.WITHIN`).

    Raises ForbiddenError, or InvalidError for too many or too long words, for what they are looked
    for among, or for a cursor.
    """
    require(who, "case.read")
    wanted = words_of(q)
    if not wanted:
        return {"issues": [], "cases": [], "total": 0, "next": None}
    asked = CaseQuery(q=q, within=within, limit=PAGE, cursor=cursor)
    listed = list_cases(desk, who, asked)
    of_issues = within in {None, "issue"} and not cursor
    return {
        "issues": _issues(desk, who, wanted) if of_issues else [],
        "cases": _cases(desk, listed["items"], wanted, within),
        "total": listed["total"],
        "next": listed["next"],
    }


def _issues(desk: Desk, who: Principal, words: Sequence[str]) -> list[FoundIssue]:
    found = stored_issues.mentioning(desk.conn, who, desk.now, words, MOST_ISSUES)
    return [
        {
            "issue": {"code": issue.code, "title": issue.title},
            "title": pieces(issue.title, words),
            "places": [],
        }
        for issue in found
    ]


def _cases(
    desk: Desk,
    items: Sequence[CaseItem | SummaryAnswer],
    words: Sequence[str],
    within: str | None,
) -> list[FoundCase]:
    full = [item["code"] for item in items if "issue" in item]
    codes = {row.id: row.code for row in rows.fetch(desk.conn, "case", code=set(full))}
    of_case: dict[str, list[Words]] = {}
    for text in search.texts(desk.conn, list(codes), desk.now):
        if within in {None, text.kind.partition("-")[0]}:
            of_case.setdefault(codes[text.case_id], []).append(text)
    return [
        {
            "case": item,
            "title": pieces(item["title"], words),
            "places": _places(of_case.get(item["code"], ()), words),
        }
        for item in items
    ]


def _places(texts: Sequence[Words], words: Sequence[str]) -> list[Place]:
    """Give the first places in which any of the words stands."""
    found = (text for text in texts if any(stands(word, text.text) for word in words))
    return [
        Place(one.kind, one.no, _excerpt(one.text, words)) for one in islice(found, MOST_PLACES)
    ]


def _excerpt(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Give what stands around the first of the words, in one line."""
    line = " ".join(text.split())
    start, end = next(iter(standing(words, line)), (0, 0))
    start, end = max(0, start - AROUND), min(len(line), end + 2 * AROUND)
    cut = pieces(line[start:end], words)
    return [*([("…", False)] if start else []), *cut, *([("…", False)] if end < len(line) else [])]


def pieces(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Take a text apart into what is one of the words and what is not."""
    hits = standing(words, text)
    ends = [0, *(place for hit in hits for place in hit), len(text)]
    cut = [text[a:b] for a, b in pairwise(ends)]
    return [(piece, n % 2 == 1) for n, piece in enumerate(cut) if piece]

"""What a cursor opens that was somebody else's, or another list's: nothing more than one sees."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from engine.domain.access import Principal
from engine.errors import DubanError, ForbiddenError, InvalidError
from engine.service import case_lists, issues, letter_lists, notices, search
from engine.service.case_lists import CaseQuery
from engine.service.desk import Desk
from engine.service.paging import PageQuery
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS, Report
from tests.service.sight.asking import Reader, Told
from tests.service.sight.marks import cases, marks
from tests.store.sight import NOW

Ask = Callable[[Desk, Principal, str | None], Any]


def _page(report: Report, desk: Desk, who: Principal, cursor: str | None) -> Any:  # noqa: ANN401  # any answer
    return report.page(desk, who, ReportQuery(limit=1, cursor=cursor))


_LISTS: Mapping[str, Ask] = {
    "cases": lambda d, w, c: case_lists.list_cases(d, w, CaseQuery(limit=1, cursor=c)),
    "cases by code": lambda d, w, c: case_lists.list_cases(
        d, w, CaseQuery(limit=1, cursor=c, sort="-code")
    ),
    "search": lambda d, w, c: search.look_for(d, w, "某某小区", c),
    "issues": lambda d, w, c: issues.list_issues(d, w, PageQuery(1, c)),
    "letters": lambda d, w, c: letter_lists.list_letters(d, w, None, PageQuery(1, c)),
    "inbox": lambda d, w, c: notices.show_inbox(d, w, PageQuery(1, c)),
    **{name: partial(_page, report) for name, report in REPORTS.items()},
}


def of_cursors(reader: Reader) -> Iterator[Told]:
    """Give what cursors of others open, and whether those of other lists are refused."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    owner = next((row["account_id"] for row in sight.full.messages), None)
    everything = replace(who, roles=frozenset({"office"}), account_id=owner or who.account_id)
    taken = sight.full.cursors
    if not taken:
        taken |= {name: ask(desk, everything, None)["next"] for name, ask in _LISTS.items()}
    for name, before in zip(_LISTS, [*list(_LISTS)[-1:], *_LISTS], strict=False):
        ask = _LISTS[name]
        for other in (name, before):
            cursor = taken[other]
            found = _opened(partial(ask, desk, who, cursor)) if cursor else None
            if found is not None:
                yield f"cursor of {other} in {name}", other, name
                hidden = {mark for mark in marks(found) if not sight.may(mark)}
                yield f"another's cursor in {name} writes of no other", hidden, set()
                seen = sight.known if name.startswith(("cases", "search")) else sight.read
                yield f"another's cursor in {name} shows no other", cases(found) - seen, set()
    for row in sight.full.rows["issue"]:
        if row["id"] not in sight.issues and sight.works:
            told = [
                _refusal(partial(_of_issue, desk, who, c)) for c in (row["code"], "ZD-2026-099")
            ]
            yield "filter by a hidden issue", told[0].replace(row["code"], "ZD-2026-099"), told[1]


def _opened(ask: Callable[[], Any]) -> Any:  # noqa: ANN401  # any answer
    """Ask; None where the cursor is refused, or the list is not the reader's."""
    with suppress(InvalidError, ForbiddenError):
        return ask()
    return None


def _of_issue(desk: Desk, who: Principal, code: str) -> object:
    query = CaseQuery(issue=code, as_of=NOW)
    return case_lists.list_cases(desk, who, query)


def _refusal(ask: Callable[[], object]) -> str:
    try:
        ask()
    except DubanError as error:
        return error.say("zh")
    return "not refused"


FACES = (of_cursors,)

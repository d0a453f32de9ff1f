"""`duban issue`: key issues."""

from engine.cli import face, show
from engine.cli.params import As, Format, Limit
from engine.cli.tree import Command, group
from engine.service import case_lists, issues
from engine.service.operator import READER
from engine.service.paging import PageQuery

COLUMNS = ("code", "title", "origin", "counts.all", "counts.open", "counts.overdue", "received_at")
PARTS = (
    "code", "title", "origin", "document_no", "category", "received_at", "people_affected",
    "summary", "counts.all", "counts.open", "counts.overdue",
)  # fmt: skip
CASES = ("code", "title", "state", "lead_leader", "lead_unit", "due")
app = group()


@app.command("list", cls=Command)
def listed(limit: Limit = None, actor: As = None, shape: Format = None) -> None:
    """List the issues, the newest first."""
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        answer = face.every(
            lambda size, cursor: issues.list_issues(desk, who, PageQuery(size, cursor)), limit
        )
    show.listing(answer["items"], COLUMNS, shape, whole=answer)


@app.command("show", cls=Command)
def shown(code: str, actor: As = None, shape: Format = None) -> None:
    """Show an issue with its cases."""
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        answer = dict(issues.show_issue(desk, who, code))
        found = face.every(
            lambda size, cursor: case_lists.list_cases(
                desk, who, case_lists.CaseQuery(issue=code, limit=size, cursor=cursor)
            ),
            None,
        )
        titles = face.titles(desk)
    answer["cases"] = found["items"]
    show.record(answer, PARTS, shape)
    if show.shape_of(shape) == "table":
        show.line("")
        show.listing([titles.put_in(item) for item in found["items"]], CASES, "table")

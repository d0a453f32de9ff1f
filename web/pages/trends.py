"""The flow of cases week by week, and how long they have been in their states."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from engine.service.trends import TrendsAnswer, trends
from engine.service.workflows import list_workflows
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
HEIGHT, SLOT, WIDE = 120, 60, 22
"""Of the drawing, in its own units: its height, the room of a week, the width of a column."""


@ROUTES.get("/trends", permission="case.read", object="dashboard")
def show(visit: Visiting) -> Response:
    """Show what came, went and was left week by week, and where cases stay how long."""
    with visit.reading() as (desk, who):
        told = trends(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
    return page(
        visit, "pages/trends.html", words=words, told=told, moved=_moved(told), left=_left(told),
        longest=max((stay["median_seconds"] or 0 for stay in told["stays"]), default=0),
    )  # fmt: skip


def _moved(told: TrendsAnswer) -> Mapping[str, Any]:
    """Draw two columns a week on one scale: registered and come to rest."""
    weeks = told["weeks"]
    most = max([1, *(max(week["opened"], week["rested"]) for week in weeks)])
    came = [_column(n, 6, week["opened"], most, "flow__in") for n, week in enumerate(weeks)]
    went = [_column(n, 32, week["rested"], most, "flow__out") for n, week in enumerate(weeks)]
    return _drawing([*came, *went])


def _left(told: TrendsAnswer) -> Mapping[str, Any]:
    """Draw a column a week: open at its end."""
    most = max([1, *(week["left"] for week in told["weeks"])])
    columns = [_column(n, 19, w["left"], most, "flow__left") for n, w in enumerate(told["weeks"])]
    return _drawing(columns)


def _column(n: int, place: int, count: int, most: int, step: str) -> dict[str, Any]:
    tall = round(HEIGHT * count / most, 1)
    return {"x": n * SLOT + place, "y": HEIGHT - tall, "height": tall, "step": step}


def _drawing(columns: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    slots = 1 + max((column["x"] for column in columns), default=0) // SLOT
    return {"columns": columns, "width": slots * SLOT, "height": HEIGHT, "wide": WIDE}

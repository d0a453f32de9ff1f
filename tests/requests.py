"""An independent ledger: the service requests of one day in New York, and what was overdue then.

The house holds an extract with figures of its own; the whole day runs where DUBAN_TEST_SHARED names
the folder of shared data. The figures were counted from the source by nothing of Duban.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.conftest import shared
from tests.intake.files import csv_file
from tests.model.days import shipped

NAME = "nyc311_2013"
ZONE = ZoneInfo("America/New_York")
IMPOSSIBLE = "26984786"
"""The request that was closed before it was opened."""
_HEADS = (
    "重点问题", "任务", "责任领导", "牵头单位", "办结时限", "登记时间", "交办时间", "化解时间",
    "办结时间",
)  # fmt: skip
_NOTICES = shipped()
_HERE = Path(__file__).parent / "data" / NAME


@dataclass(frozen=True)
class Requests:
    """Requests as their source gives them, with the figures of their README's instants."""

    rows: list[dict[str, str]]
    figures: dict[str, dict[str, Any]]

    @property
    def instants(self) -> Iterator[tuple[datetime, dict[str, Any]]]:
        """Give each instant that was counted, in New York, with its figures."""
        for text, figures in self.figures.items():
            yield datetime.fromisoformat(text).replace(tzinfo=ZONE), figures

    def ledger(self, *, whole: bool = False) -> bytes:
        """Write them as a ledger, the impossible one only if it is the `whole`."""
        kept = (row for row in self.rows if whole or row["Unique Key"] != IMPOSSIBLE)
        return csv_file([_HEADS, *map(_cells, kept)])

    def late(self, at: datetime) -> dict[str, dict[str, Any]]:
        """Give what was overdue by its key: the agency, and its days counted one by one."""
        wall = at.replace(tzinfo=None)
        found = {}
        for row in self.rows:
            due, closed = _moment(row["Due Date"]), _moment(row["Closed Date"])
            if due and due < wall and not (closed and closed <= wall):
                found[row["Unique Key"]] = {"unit": row["Agency"], **_days(due, wall)}
        return found


def _days(due: datetime, until: datetime) -> dict[str, Any]:
    """Count days; no notice of those years ships, so the working ones are Monday to Friday."""
    days = {"calendar": (until.date() - due.date()).days}
    return {"due": due, **days, "working": _NOTICES.working(due.date(), until.date())}


def _moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None  # noqa: DTZ007  # wall time


def _cells(row: dict[str, str]) -> list[str]:
    opened, due, closed = (
        "" if (at := _moment(row[f"{name} Date"])) is None else at.isoformat(sep=" ")
        for name in ("Created", "Due", "Closed")
    )
    who = (row["Agency"], row["Unique Key"], f"Head of {row['Agency']}", row["Agency"])
    return [*who, due, opened, opened, opened, closed]


def extract() -> Requests:
    """Read the extract that is in the house."""
    return _read(_HERE, "figures.json")


def whole() -> Requests:
    """Read the whole day, where the shared data is."""
    return _read(shared(NAME), "summary.json")


READERS = {"extract": extract, "whole": whole}


def _read(folder: Path, figures: str) -> Requests:
    with (folder / "requests.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    told = json.loads((folder / figures).read_text(encoding="utf-8"))
    return Requests(rows, told["as_of"])

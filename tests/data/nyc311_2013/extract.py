"""Take the extract from the whole day, and count it.

usage: python extract.py FOLDER, the folder with the whole requests.csv and its summary.json
"""

import csv
import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COLUMNS = ("Unique Key", "Created Date", "Closed Date", "Agency", "Due Date")
EVERY = 10
"""Of the requests without a due date, every tenth is kept, in source order."""
Row = dict[str, str]


def read(file: Path) -> list[Row]:
    """Read requests."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def moment(text: str) -> datetime | None:
    """Read an instant: New York's wall time, without a zone."""
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None  # noqa: DTZ007  # see above


def is_open(row: Row, at: datetime) -> bool:
    """Tell whether a request was open: opened at or before, not closed at or before."""
    opened, closed = moment(row["Created Date"]), moment(row["Closed Date"])
    return opened is not None and opened <= at and not (closed is not None and closed <= at)


def is_late(row: Row, at: datetime) -> bool:
    """Tell whether a request was open with a due time strictly before."""
    due = moment(row["Due Date"])
    return is_open(row, at) and due is not None and due < at


def figures(rows: list[Row], at: datetime) -> dict[str, Any]:
    """Count an instant, as the summary of the whole does."""
    late = [row for row in rows if is_late(row, at)]
    return {
        "open": sum(is_open(row, at) for row in rows),
        "open_overdue": len(late),
        "overdue_by_agency": dict(sorted(Counter(row["Agency"] for row in late).items())),
        "overdue": sorted(row["Unique Key"] for row in late),
    }


def main(folder: Path) -> None:
    """Write requests.csv and figures.json beside this file."""
    rows = read(folder / "requests.csv")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["as_of"]
    without = [row for row in rows if not row["Due Date"]][::EVERY]
    kept = [row for row in rows if row["Due Date"] or row in without]
    told = {at: figures(kept, datetime.fromisoformat(at)) for at in summary}
    for at, found in told.items():
        for name in ("open_overdue", "overdue_by_agency"):
            assert found[name] == summary[at][name], at
    with (HERE / "requests.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    text = json.dumps({"rows": len(kept), "as_of": told}, indent=1)
    (HERE / "figures.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A ledger of somebody else's, imported and reported on at the command line, by their figures."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.requests import IMPOSSIBLE, READERS, ZONE


@pytest.mark.parametrize("which", READERS)
def test_the_overdue_of_every_instant_are_those_of_the_source(
    duban: Terminal, tmp_path: Path, which: str
) -> None:
    requests = READERS[which]()
    (tmp_path / "requests.csv").write_bytes(requests.ledger())
    duban.set("DUBAN_TIME_ZONE", ZONE.key)
    made = duban.done("import", "requests.csv", "--kind", "ledger", "--create-missing").json()
    assert made["imported"] == len(requests.rows) - 1
    for at, figures in requests.instants:
        spelt = at.replace(tzinfo=None).isoformat()
        told = duban.done("report", "overdue", "--as-of", spelt, "--by", "unit").json()
        assert told["as_of"] == at.isoformat()
        assert told["total"] == len(told["items"]) == figures["open_overdue"]
        late = requests.late(at)
        assert {item["title"]: said(item) for item in told["items"]} == late
        groups = {group["key"]: group["count"] for group in told["groups"]}
        assert groups == figures["overdue_by_agency"]
        sums = Counter[str]()
        for one in late.values():
            sums[one["unit"]] += one["working"]
        assert {group["key"]: group["days"]["working"] for group in told["groups"]} == sums


def said(item: dict[str, object]) -> dict[str, object]:
    """Give what a line of the report says of a request."""
    days, unit = item["days"], item["unit"]
    assert isinstance(days, dict)
    assert isinstance(unit, dict)
    due = datetime.fromisoformat(str(item["due_at"])).replace(tzinfo=None)
    return {"unit": unit["name"], "due": due, **days}


def test_what_was_closed_before_it_was_opened_is_named_and_nothing_comes_in(
    duban: Terminal, tmp_path: Path
) -> None:
    requests = READERS["extract"]()
    (tmp_path / "requests.csv").write_bytes(requests.ledger(whole=True))
    duban.set("DUBAN_TIME_ZONE", ZONE.key)
    ran = duban("import", "requests.csv", "--kind", "ledger", "--create-missing")
    place = [row["Unique Key"] for row in requests.rows].index(IMPOSSIBLE)
    assert ran.code == 2
    faults = ran.json()["errors"]
    assert [fault["field"] for fault in faults] == [f"rows.{place + 2}.closed_at"]
    assert duban.done("case", "list").json()["total"] == 0

"""A ledger of somebody else's, uploaded and reported on over HTTP, by their figures."""

from pathlib import Path

import pytest

from tests.people import WEI, ZHAO
from tests.requests import READERS, ZONE
from tests.web.api.api_office import opened


@pytest.mark.parametrize("which", READERS)
def test_the_overdue_of_every_instant_are_those_of_the_source(
    database_url: str, tmp_path: Path, which: str
) -> None:
    requests = READERS[which]()
    with opened(database_url, tmp_path, time_zone=ZONE.key) as api:
        files = {"file": ("requests.csv", requests.ledger(), "text/csv")}
        fields = {"kind": "ledger", "create_missing": "true"}
        shown = api.ask(ZHAO, "POST", "/imports", files=files, data=fields).json()
        body = {"sha256": shown["sha256"]}
        made = api.post(ZHAO, f"/imports/{shown['id']}/confirm", body, 200)
        assert made["imported"] == len(requests.rows) - 1
        for at, figures in requests.instants:
            asked = {"as_of": at.isoformat(), "limit": 200}
            told = api.get(WEI, "/reports/overdue", params=asked | {"by": "unit"})
            assert told["total"] == figures["open_overdue"]
            late = requests.late(at)
            assert {item["title"]: item["days"] for item in told["items"]} == {
                key: {name: one[name] for name in ("calendar", "working")}
                for key, one in late.items()
            }
            groups = {group["key"]: group["count"] for group in told["groups"]}
            assert groups == figures["overdue_by_agency"]
            listed = api.get(WEI, "/cases", params=asked | {"overdue": "true"})
            assert {item["title"] for item in listed["items"]} == set(late)
            there = api.get(WEI, "/cases", params=asked)["total"]
            closed = api.get(WEI, "/cases", params=asked | {"state": "closed"})["total"]
            assert there - closed == figures["open"]

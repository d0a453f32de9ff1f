import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from engine.output import json_lines, ocel, xes
from engine.output.eventlog import LoggedEvent, Trace
from tests.eventlogs import read_ocel, read_xes

AT = datetime(2026, 3, 3, 7, 0, 0, 123456, tzinfo=UTC)
NASTY = """<a href="x">'&amp;]]>\x00\x1b\ufffe二\U0001f600"""


def trace(number: int = 1, name: str = "zhangsan", unit: str = "乙建设办") -> Trace:
    events = [
        LoggedEvent(1, "register", "case.registered", AT, AT, "api", "zhaoliu", "甲镇"),
        LoggedEvent(2, "assign", "case.stepped", AT + timedelta(days=1), AT + timedelta(days=9),
                    "import", name, unit, "lisi", "registered", "assigned", imported=True),
        LoggedEvent(3, "escalation.remind", "escalation.remind", AT, AT, "timer"),
    ]  # fmt: skip
    return Trace(
        f"DB-2026-{number:04}", "ZD-2026-001", "key-issue", 1, "assigned", None, AT, events,
        [(AT, "registered"), (AT + timedelta(days=1), "assigned")],
        [(unit, "lead-unit")], [(name, "lead"), ("wangwu", "member")],
    )  # fmt: skip


def test_what_is_written_is_read_back_from_xes_by_the_standard_alone() -> None:
    log = read_xes("".join(xes.write([trace(1), trace(2)])))
    assert log.values["lifecycle:model"] == "standard"
    assert [values["concept:name"] for values, _ in log.traces] == ["DB-2026-0001", "DB-2026-0002"]
    first, second, third = log.of("DB-2026-0002")
    assert (first["concept:name"], first["time:timestamp"]) == ("register", AT)
    assert (second["org:resource"], second["org:group"]) == ("zhangsan", "乙建设办")
    assert (second["from"], second["to"], second["imported"]) == ("registered", "assigned", True)
    assert second["recorded"] - second["time:timestamp"] == timedelta(days=8)
    assert (second["on_behalf_of"], second["via"]) == ("lisi", "import")
    assert "org:resource" not in third
    assert {event["lifecycle:transition"] for event in (first, second, third)} == {"complete"}


def test_an_empty_log_is_one() -> None:
    assert read_xes("".join(xes.write([]))).traces == []
    assert read_ocel(json.loads("".join(ocel.write(list)))).events == []
    assert list(json_lines.write([])) == []


def test_signs_that_xml_cannot_hold_do_no_harm() -> None:
    log = read_xes("".join(xes.write([trace(name=NASTY)])))
    shown = log.of("DB-2026-0001")[1]["org:resource"]
    assert shown == NASTY.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").replace(
        "\ufffe", "\ufffd"
    )


def test_the_schema_of_the_tests_refuses_another_order() -> None:
    text = "".join(xes.write([trace()]))
    classifier = next(line for line in text.splitlines() if line.startswith("<classifier"))
    moved = text.replace(classifier, "").replace("</log>", classifier + "</log>")
    with pytest.raises(etree.DocumentInvalid):
        read_xes(moved)


def test_what_is_written_is_read_back_from_ocel_with_every_reference() -> None:
    found = read_ocel(json.loads("".join(ocel.write(lambda: [trace(1), trace(2)]))))
    assert found.objects == {
        "DB-2026-0001": "case", "DB-2026-0002": "case", "ZD-2026-001": "issue",
        "unit:乙建设办": "unit", "unit:甲镇": "unit", "official:zhaoliu": "official",
        "official:zhangsan": "official", "official:lisi": "official", "official:wangwu": "official",
    }  # fmt: skip
    assert len(found.events) == 6
    assert [e["type"] for e in found.of("DB-2026-0001")] == [
        "register", "assign", "escalation.remind",
    ]  # fmt: skip
    assert len(found.of("ZD-2026-001", "issue")) == 6
    assert len(found.of("official:lisi", "on behalf of")) == 2
    assert found.of("DB-2026-0001")[0]["time"] == AT.isoformat()


def test_json_has_one_event_a_line() -> None:
    rows = [json.loads(line) for line in json_lines.write([trace(1), trace(2)])]
    assert [(row["case"], row["seq"]) for row in rows] == [
        (code, seq) for code in ("DB-2026-0001", "DB-2026-0002") for seq in (1, 2, 3)
    ]
    assert rows[1]["at"] == (AT + timedelta(days=1)).isoformat()
    assert (rows[1]["activity"], rows[1]["resource"], rows[2]["resource"]) == (
        "assign", "zhangsan", None,
    )  # fmt: skip


def many(count: int) -> Iterator[Trace]:
    return (trace(number) for number in range(count))


WRITERS: dict[str, Callable[[int], Iterator[str]]] = {
    "xes": lambda count: xes.write(many(count)),
    "ocel": lambda count: ocel.write(lambda: many(count)),
    "json": lambda count: json_lines.write(many(count)),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_memory_does_not_grow_with_the_number_of_cases(kind: str) -> None:
    peaks = []
    for count in (20, 1000):
        tracemalloc.start()
        written = sum(map(len, WRITERS[kind](count)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert written > count * 300
    assert peaks[1] < peaks[0] + 100_000

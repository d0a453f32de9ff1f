"""Whole processes: starts of the command line, the import of a large ledger, several writers."""

import csv
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from bench.lines import Line, show
from bench.place import Place
from bench.steps import register
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.principals import principal_of
from tests.people import UNHURRIED, ZHAO
from tests.service.import_office import GOOD, LEDGER

_DUBAN = str(Path(sys.executable).with_name("duban"))
_REPEATS = 5
_ENDED = {
    "登记时间": "2024-09-20 09:00", "交办时间": "2024-09-21", "化解时间": "2024-09-25",
    "稳定时间": "2024-11-01", "办结时间": "2024-12-01", "结果": "已化解", "办结时限": "2024-10-15",
}  # fmt: skip
_PROCESSES, _EACH = 8, 25


def environment(place: Place) -> dict[str, str]:
    """Give the settings under which commands find the installation."""
    home = {"DUBAN_HOME": str(place.folder), "DUBAN_DATABASE_URL": place.url, "DUBAN_ENV": "test"}
    return {**os.environ, **home, **UNHURRIED}


def starts(place: Place) -> None:
    """Measure how long commands take from start to end."""
    code = register(place, 1)[0]
    asked = {
        ("--help",): "≤ 0.35 s",
        ("case", "show", code, "--as", ZHAO.login): "≤ 0.6 s",
    }
    for words, goal in asked.items():
        taken = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            _run([_DUBAN, *words], place)
            taken.append(time.perf_counter() - began)
        show(Line(f"duban {' '.join(words[:2])}", "s", taken, goal))


def ledger(place: Place, count: int) -> None:
    """Measure the import of a ledger of so many rows, a third still open, and its memory."""
    file = place.folder / "ledger.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, LEDGER)
        writer.writeheader()
        for number in range(count):
            row = {**GOOD, "任务": f"任务{number}", "重点问题": f"小区{number % 500}停工"}
            writer.writerow(row | (_ENDED if number % 3 else {"登记时间": "2025-09-20 09:00"}))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.perf_counter()
    _run([_DUBAN, "import", str(file), "--kind", "ledger", "--as", ZHAO.login], place)
    taken = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    show(Line(f"import of a ledger of {count:,} rows", "s", [taken], "≤ 60 s (of 100,000)"))
    show(Line("its rows", "rows/s", [count / taken], "≥ 1,667 rows/s"))
    if peak > before:
        show(Line("its largest process", "MB", [peak / 1024], "≤ 600 MB (of 100,000)"))
    with place.application.reading("cli") as desk:
        found = list_cases(desk, principal_of(desk, ZHAO.login), CaseQuery(limit=1))
        assert found["total"] >= count


def papers(place: Place, count: int) -> None:
    """Measure the ledger of so many cases as a workbook, and the memory of what writes it."""
    file = place.folder / "ledger.xlsx"
    command = [_DUBAN, "report", "ledger", "--out", str(file)]
    began = time.perf_counter()
    running = subprocess.Popen(command, env=environment(place), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    taken = time.perf_counter() - began
    assert status == 0, "the report could not be written"
    running.returncode = status
    show(Line(f"report of {count:,} cases as .xlsx", "s", [taken], "≤ 15 s (of 100,000)"))
    spent = used.ru_utime + used.ru_stime
    show(Line("its processor time", "s", [spent], "≤ 15 s (of 100,000)"))
    largest = used.ru_maxrss / 1024
    show(Line("its process", "MB", [largest], "≤ 300 MB (of 100,000)"))
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        assert sum(part.count(b"<row ") for part in sheet) >= count


def writers(place: Place) -> None:
    """Measure several processes that write one SQLite file at once."""
    command = [sys.executable, "-m", "tests.faults.beside", str(_EACH)]
    running = [
        subprocess.Popen(
            command, env=environment(place), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(_PROCESSES)
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    taken = [second for one in running for second in json.loads(one.communicate()[0])]
    refused = [code for code in taken if isinstance(code, str)]
    times = sorted(second * 1e3 for second in taken if not isinstance(second, str))
    what = f"{_PROCESSES} processes on one SQLite file"
    show(Line(f"{what}: refused", f"of {len(taken)}", [len(refused)], "0"))
    show(Line(f"{what}: p99", "ms", [times[int(len(times) * 0.99)]], "≤ 1/4 of SQLite's own wait"))


def _run(command: list[str], place: Place) -> None:
    done = subprocess.run(command, env=environment(place), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()

"""The tour of the README, run as it stands.

`python -m tests.house.tour` runs it and writes what it printed into the README.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.house.tree import ROOT

README = ROOT / "README.md"
BEGINS = datetime.fromisoformat("2026-11-27T09:00:00+08:00")
MINUTE = timedelta(minutes=1)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HERE = re.compile(r"<<'(\w+)'")
_END = "== the command is over =="
_VARIES = (
    (re.compile(r"[A-Za-z0-9+/]{30,}={0,2}"), "(base64)"),
    (re.compile(r"duban\.local/[0-9a-f]{8}"), "(origin)"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "(day)"),
)
"""What differs from run to run: keys, hashes, and days that are counted from the real today."""


@dataclass(frozen=True)
class Said:
    """A command of the tour, and what it printed."""

    command: str
    output: str

    def masked(self) -> "Said":
        """Give it without what differs from run to run."""
        output = self.output
        for varies, name in _VARIES:
            output = varies.sub(name, output)
        return Said(self.command, output)


def told(page: Path = README) -> list[Said]:
    """Read the commands of a page, each with the output that the page shows."""
    return [said for block in _BLOCK.findall(page.read_text("utf-8")) for said in _read(block)]


def run(commands: list[str], folder: Path) -> list[Said]:
    """Run commands in one shell, a minute of the office's clock apart."""
    clock = folder / "clock"
    script = ["exec 2>&1"]
    for number, command in enumerate(commands):
        instant = (BEGINS + number * MINUTE).isoformat()
        script += [f"printf %s {instant} > '{clock}'", command, f"echo '{_END}'"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DUBAN_ENV": "test",
        "DUBAN_CLOCK": f"file:{clock}",
    }
    work = folder / "work"
    work.mkdir()
    done = subprocess.run(
        ["bash"],  # noqa: S607  # whichever bash the reader has
        input="\n".join(script), cwd=work, env=environment,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    outputs = done.stdout.split(_END + "\n")[:-1]
    return [Said(c, o) for c, o in zip(commands, outputs, strict=True)]


def _read(block: str) -> list[Said]:
    """Take a block apart; a here-document belongs to its command."""
    found: list[list[list[str]]] = []
    until: str | None = None
    for line in block.splitlines(keepends=True):
        if until is not None:
            found[-1][0].append(line)
            until = None if line.strip() == until else until
        elif line.startswith("$ "):
            found.append([[line[2:]], []])
            here = _HERE.search(line)
            until = here.group(1) if here else None
        else:
            found[-1][1].append(line)
    return [Said("".join(command).rstrip("\n"), "".join(output)) for command, output in found]


def written(page: str, said: list[Said]) -> str:
    """Give a page with what its commands really printed."""
    waiting = iter(said)

    def block(match: re.Match[str]) -> str:
        now = [next(waiting) for _ in _read(match.group(1))]
        lines = "".join(f"$ {one.command}\n{one.output}" for one in now)
        return f"```console\n{lines}```"

    return _BLOCK.sub(block, page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        really = run([said.command for said in told()], Path(made))
    README.write_text(written(README.read_text("utf-8"), really), "utf-8")

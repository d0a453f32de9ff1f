"""Have a Word or Excel file read by a process apart, and doubt what it answers."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from typing import IO

import orjson

from engine.errors import DubanError, InvalidError, TooLargeError, UnsupportedError
from engine.intake.table import Numbered
from engine.words import Message

WAIT_SECONDS = 60
"""How long a file may take by the clock on the wall; its processor time is bounded by itself."""
_REFUSALS: dict[str, type[DubanError]] = {
    kind.code: kind for kind in (InvalidError, TooLargeError, UnsupportedError)
}
_HOME = Path(__file__).parents[2]


def read_apart(content: bytes, sheet: str | None, mapping: Mapping[str, str]) -> Iterator[Numbered]:
    """Read the rows of the table that is asked for, or of the first that has the columns.

    Raises what the reader refuses; TooLargeError where it ran out of its memory or time.
    """
    order = orjson.dumps({"sheet": sheet, "mapping": dict(mapping)}) + b"\n"
    with subprocess.Popen(  # our own module, by our own interpreter
        [sys.executable, "-P", "-m", "engine.intake.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join([str(_HOME), *sys.path])},
    ) as process:  # fmt: skip
        assert process.stdin is not None  # noqa: S101  # pipes were asked for
        assert process.stdout is not None  # noqa: S101
        alarm = Timer(WAIT_SECONDS, process.kill)
        feeder = Thread(target=_feed, args=(process.stdin, order, content), daemon=True)
        alarm.start()
        feeder.start()
        try:
            yield from _answered(process.stdout)
            if process.wait() != 0:
                raise TooLargeError("import-too-heavy")
        finally:
            alarm.cancel()
            process.kill()
            feeder.join()


def _feed(pipe: IO[bytes], order: bytes, content: bytes) -> None:
    """Hand the file over beside reading the answer: both pipes are short."""
    with suppress(OSError), pipe:
        pipe.write(order)
        pipe.write(content)


def _answered(pipe: IO[bytes]) -> Iterator[Numbered]:
    begun = False
    for line in pipe:
        said = orjson.loads(line)
        if isinstance(said, list):
            yield said[0], said[1]
        elif "refused" in said:
            kind = _REFUSALS.get(said["refused"], InvalidError)
            raise kind(Message(said["code"], said["params"]))
        else:
            begun = True
    if not begun:
        raise TooLargeError("import-too-heavy")

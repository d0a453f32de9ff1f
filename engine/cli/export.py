"""`duban export`: the event log, for tools that look at processes."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

from engine.cli import face, show
from engine.cli.params import As, one_of, option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.errors import InvalidError, reason_of
from engine.service.export import KINDS, export
from engine.service.operator import READER

app = group()


@app.command(cls=Command)
def run(
    *,
    kind: Annotated[str, one_of("--kind", KINDS)],
    out: Annotated[str, option("--out", "FILE")],
    actor: As = None,
) -> None:
    """Write the event log to a file; where it fails, the file that was there stays."""
    beside = Path(f"{out}.part")
    try:
        with face.reading() as desk, beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(export(desk, face.acting(desk, actor, READER), kind))
        beside.replace(out)
    except OSError as error:
        raise InvalidError("cli-file", file=out, detail=reason_of(error)) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    show.line(told("cli-written", file=out))

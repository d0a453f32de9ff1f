"""`duban audit`: what the log hands out."""

from pathlib import Path

from engine.bootstrap import log_signer
from engine.cli import face, show
from engine.cli.params import Out
from engine.cli.tree import Command, group
from engine.cli.values import STANDARD
from engine.cli.voice import told
from engine.service import audit
from engine.service.operator import READER
from engine.settings import load_settings

app = group()


@app.command("checkpoint", cls=Command)
def checkpoint(out: Out = None) -> None:
    """Sign what is in the log now."""
    signer = log_signer(load_settings())
    with face.writing() as desk:
        note = audit.checkpoint(desk, READER, signer)
    if out in {None, STANDARD}:
        show.line(note.removesuffix("\n"))
    else:
        Path(out).write_text(note, encoding="utf-8")
        show.line(told("cli-written", file=out))


@app.command("key", cls=Command)
def key() -> None:
    """Print the key by which signatures of the log are checked."""
    show.line(audit.key(READER, log_signer(load_settings())))

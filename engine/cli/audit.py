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

app = group()


@app.command("checkpoint", cls=Command)
def checkpoint(out: Out = None) -> None:
    """Sign what is in the log now."""
    with face.opened() as application, application.writing(face.VIA) as desk:
        signer = log_signer(application.settings)
        note = audit.checkpoint(desk, READER, signer)
    if out in {None, STANDARD}:
        show.line(note.removesuffix("\n"))
    else:
        Path(out).write_text(note, encoding="utf-8")
        show.line(told("cli-written", file=out))


@app.command("key", cls=Command)
def key() -> None:
    """Print the key by which signatures of the log are checked."""
    with face.opened() as application:
        show.line(audit.key(READER, log_signer(application.settings)))

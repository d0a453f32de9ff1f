"""`duban verify`: whether the log holds, and the tables say what it implies."""

from typing import Annotated

import typer

from engine.bootstrap import log_signer
from engine.cli import face, show
from engine.cli.params import Format, option
from engine.cli.tree import Command, group
from engine.cli.values import read_text
from engine.cli.voice import locale, told
from engine.service.verify import VerifyAnswer, verify

COLUMNS = ("kind", "case", "seq", "table", "column", "detail")
app = group()


@app.command(cls=Command)
def run(
    against: Annotated[list[str] | None, option("--against", "NOTE")] = None,
    shape: Format = None,
) -> None:
    """Recompute everything; exit code 0 only if all of it holds."""
    notes = [read_text(file) for file in against or ()]
    with face.opened() as application:
        verifier = log_signer(application.settings).verifier()
        answer = verify(application.database, [verifier], notes, locale())
    if shape in {None, "table"}:
        _say(answer)
    else:
        show.listing(answer["findings"], COLUMNS, shape, whole=answer)
    raise typer.Exit(0 if answer["intact"] else 1)


def _say(answer: VerifyAnswer) -> None:
    for finding in answer["findings"]:
        show.line(show.printable(_place(finding) + finding["detail"]))
    code = "cli-verify-intact" if answer["intact"] else "cli-verify-broken"
    show.line(told(code, size=answer["size"], count=len(answer["findings"])))
    show.line(told("cli-verify-root", root=answer["root"]))
    if answer["unprovable_after"] < answer["size"]:
        newer = answer["size"] - answer["unprovable_after"]
        show.line(told("cli-verify-newer", count=newer))


def _place(finding: object) -> str:
    parts = [show.part(finding, name) for name in ("case", "table", "column")]
    return "".join(f"[{part}] " for part in parts if part)

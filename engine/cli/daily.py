"""`duban report daily`: the report of a day, on the screen or in a file."""

from pathlib import Path

from engine.cli import face, show
from engine.cli.params import As, AsOf, Format, Out
from engine.cli.tree import Command, group
from engine.cli.values import moment
from engine.cli.voice import locale, told
from engine.errors import InvalidError
from engine.output.paper import ENDINGS, TEMPLATES
from engine.service.daily import show_daily
from engine.service.daily_paper import daily_bytes
from engine.service.operator import READER
from engine.settings import load_settings

UNITS = ("unit", "at", "by", "text")
app = group()


@app.command("daily", cls=Command)
def daily(*, as_of: AsOf = None, out: Out = None, actor: As = None, shape: Format = None) -> None:
    """Show the report of a day: the draft, or the copy as it was handed in."""
    ending = "" if out is None else Path(out).suffix.lower()
    if out is not None and ending not in ENDINGS:
        raise InvalidError("cli-ending", file=out, known=", ".join(ENDINGS))
    with face.reading() as desk:
        at = moment("--as-of", as_of, desk.zone) or desk.now
        on = at.astimezone(desk.zone).date()
        answer = show_daily(desk, face.acting(desk, actor, READER), on)
        zone = desk.zone
    if out is not None:
        kept = load_settings().home / TEMPLATES
        Path(out).write_bytes(daily_bytes(answer, ending, locale(), zone, kept))
        show.line(told("cli-daily-written", file=out, day=answer["date"]))
    elif show.shape_of(shape) == "table":
        show.line(answer["text"])
        if answer["units"]:
            show.line("")
            show.listing(answer["units"], UNITS, "table")
    else:
        show.listing(answer["units"], UNITS, shape, whole=answer)

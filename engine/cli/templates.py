"""`duban report template`: the Word template of a report, to be changed in Word."""

from pathlib import Path
from typing import Annotated

from engine.cli import show
from engine.cli.params import argument, option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.errors import InvalidError, NotFoundError
from engine.output.paper import TEMPLATES
from engine.service import daily_paper
from engine.service.reports.catalogue import REPORTS, Report
from engine.service.reports.papers import shipped_template
from engine.settings import load_settings

ENDING = ".docx"
app = group()


@app.command("template", cls=Command)
def template(
    name: Annotated[str, argument("REPORT")],
    out: Annotated[str, option("--out", "FILE")],
) -> None:
    """Write the Word template that ships for a report."""
    report = None if name == daily_paper.NAME else _report(name)
    if Path(out).suffix.lower() != ENDING:
        raise InvalidError("cli-ending", file=out, known=ENDING)
    shipped = shipped_template(report) if report else daily_paper.shipped_template()
    Path(out).write_bytes(shipped)
    kept = load_settings().home / TEMPLATES / f"{name}{ENDING}"
    show.line(told("cli-template-written", file=out, kept=str(kept)))


def _report(name: str) -> Report:
    """Give a report of the catalogue; of the names there are, the daily report is one too."""
    if name not in REPORTS:
        known = "、".join((*REPORTS, daily_paper.NAME))
        raise NotFoundError("report-unknown", name=name[:40], known=known)
    return REPORTS[name]

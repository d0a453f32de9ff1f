"""`duban workflow`: definitions, and whether a file of one can be used."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli import face, show
from engine.cli.params import As, Format, Out, Version, a_number, option
from engine.cli.tree import Command, group
from engine.cli.values import read_text
from engine.cli.voice import locale, told
from engine.domain.loader import load
from engine.domain.reading import WrongDefinitionError
from engine.domain.workflow import Workflow
from engine.errors import DefinitionError, InvalidError, NotFoundError, SettingsError
from engine.output import diagram
from engine.service.migrate import (
    FateAnswer,
    MigrationAnswer,
    MigrationOrder,
    migrate_cases,
    preview_migration,
)
from engine.service.publishing import publish_workflow
from engine.service.workflow_changes import DifferenceAnswer, differences_of, since_former
from engine.service.workflows import list_workflows, workflow_of
from engine.words import say
from workflows.needs import VOCABULARY

PICTURES = (".svg", ".mmd")
COLUMNS = ("name", "version", "title", "states", "steps", "digest")
FATES = ("code", "state", "fate", "gains", "loses")
Reason = Annotated[str | None, option("--reason", "REASON")]
app = group()


@app.command("list", cls=Command)
def listed(actor: As = None, shape: Format = None) -> None:
    """List every workflow in all its versions, the newest of each first."""
    with face.reading() as desk:
        answer = list_workflows(desk, face.acting(desk, actor))
    shown = [
        {
            "name": found["name"],
            "version": found["version"],
            "title": found["title"][locale()],
            "states": len(found["states"]),
            "steps": len({arc["trigger"] for arc in found["transitions"]}),
            "digest": found["digest"],
        }
        for found in answer
    ]
    show.listing(shown, COLUMNS, shape, whole=answer)


@app.command("check", cls=Command)
def check(files: list[str]) -> None:
    """Read definitions; exit code 1 where one of them cannot be used."""
    texts = [(file, read_text(file)) for file in files]
    sound = [_check(Path(file).name, text) for file, text in texts]
    raise typer.Exit(0 if all(sound) else 1)


@app.command("diagram", cls=Command)
def picture(
    name: str,
    version: Version = None,
    out: Out = None,
) -> None:
    """Draw a workflow: SVG or Mermaid by the ending of the file, else Mermaid is printed."""
    ending = Path(out or PICTURES[1]).suffix or out
    if out is not None and ending not in PICTURES:
        raise InvalidError("cli-ending", file=out, known=", ".join(PICTURES))
    with face.reading() as desk:
        workflow = workflow_of(desk.conn, name, version)
    draw = diagram.svg if ending == PICTURES[0] else diagram.mermaid
    text = draw(workflow, locale())
    if out is None:
        show.line(text.removesuffix("\n"))
    else:
        Path(out).write_text(text, encoding="utf-8")
        show.line(told("cli-written", file=out))


@app.command("publish", cls=Command)
def publish(file: str, reason: Reason = None, actor: As = None, shape: Format = None) -> None:
    """Publish a definition: new cases take it from now on."""
    source = read_text(file)
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = publish_workflow(desk, who, Path(file).name, source, reason)
        found = since_former(desk, answer["name"], answer["version"])
    if show.shape_of(shape) == "table":
        label = f"{answer['name']}@{answer['version']}"
        show.line(told("cli-workflow-published", label=label, title=answer["title"][locale()]))
        changed(found)
    else:
        show.record(answer, ("name", "version", "digest"), shape)


@app.command("migrate", cls=Command)
def migrate(  # noqa: PLR0913  # from where, to where, why, as whom
    name: str,
    *,
    before: Annotated[int, a_number("--from", 1)],
    after: Annotated[int, a_number("--to", 1)],
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    reason: Reason = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Take running cases over to another version, or say what would become of each."""
    order = MigrationOrder(name, before, after, reason)
    if dry_run:
        with face.reading() as desk:
            answer = preview_migration(desk, face.acting(desk, actor), order)
            titles = face.titles(desk)
    else:
        with face.writing() as desk:
            answer = migrate_cases(desk, face.acting(desk, actor), order)
            titles = face.titles(desk)
    shown = [{**fate, "fate": _fate(fate)} for fate in answer["cases"]]
    if show.shape_of(shape) != "table":
        show.listing(shown, FATES, shape, whole=answer)
    else:
        show.listing([_titled(fate, titles) for fate in shown], FATES, shape)
        _sum_up(f"{name}@{after}", answer)
    if answer["blocked"]:
        raise InvalidError("cli-migrate-cannot", blocked=answer["blocked"], total=answer["total"])


def _sum_up(label: str, answer: MigrationAnswer) -> None:
    """Say how many cases go over, or would, and what keeps those that cannot."""
    code = "cli-migrated" if answer["done"] else "cli-migrate-preview"
    total, blocked, closed = answer["total"], answer["blocked"], answer["closed"]
    show.line(told(code, label=label, total=total, blocked=blocked, closed=closed))
    changed(answer["changes"])
    for kept in answer["obstacles"] if not answer["cases"] else ():
        show.line(told("cli-migrate-kept", count=kept["count"], why=kept["message"]))


def changed(found: Sequence[DifferenceAnswer]) -> None:
    """List what two versions hold otherwise, what is looser first and marked."""
    for one in found:
        code = "cli-workflow-looser" if one["looser"] else "cli-workflow-change"
        show.line(show.printable(told(code, change=one["message"])))


def _titled(fate: dict[str, Any], titles: face.Titles) -> dict[str, Any]:
    """Put the words of the workflow in the place of its names, for people."""
    steps = {
        name: [titles.step(trigger, fate["state"], None) or trigger for trigger in fate[name]]
        for name in ("gains", "loses")
    }
    return {**titles.put_in(fate), **steps}


def _fate(fate: FateAnswer) -> str:
    """Say what becomes of a case: that it goes over, or all that keeps it."""
    if fate["moves"]:
        return told("cli-migrate-moves")
    return " ".join(found["message"] for found in fate["obstacles"])


def _check(file: str, text: str) -> bool:
    try:
        found = load(text, file, VOCABULARY)
    except WrongDefinitionError as error:
        for fault in error.faults:
            show.line(show.printable(f"{file}: {say(fault, locale())}"))
        return False
    except DefinitionError as error:
        show.line(show.printable(error.say(locale())))
        return False
    show.line(told("cli-workflow-sound", file=file, label=found.label, title=found.title))
    _compare(found)
    return True


def _compare(found: Workflow) -> None:
    """Say what a sound definition holds otherwise than the published version that it would follow.

    Where there is no installation, or the name is new in it, there is nothing to compare with.
    """
    try:
        with face.reading() as desk:
            former = workflow_of(desk.conn, found.name)
    except (SettingsError, NotFoundError):
        return
    if former.digest == found.digest:
        return
    differ = differences_of(former, found, locale())
    looser = any(one["looser"] for one in differ)
    code = "looser" if looser else "otherwise" if differ else "same"
    show.line(told(f"cli-workflow-compared-{code}", label=former.label))
    changed(differ)

"""Checkpoints, kept here or by somebody outside, against the rebuilt tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.note import Checkpoint, Note, Verifier, verified
from engine.errors import InvalidError
from engine.service.findings import Findings
from engine.service.verify_tree import Tree
from engine.store import checkpoints


@dataclass(frozen=True, slots=True)
class Mark:
    """A signed checkpoint, and the table that it stands in (`against` for one from outside)."""

    note: Note
    point: Checkpoint
    table: str


def given(text: str) -> Mark:
    """Read a note that was handed in. Raises InvalidError when it is no signed checkpoint."""
    note = Note.parse(text)
    return Mark(note, Checkpoint.parse(note.text), "against")


def kept(connection: Connection, findings: Findings) -> list[Mark]:
    """Read the checkpoints of the table; one that says other than its columns is a finding."""
    found = []
    for row in checkpoints.every(connection):
        try:
            note = Note.parse(row.note)
            mark = Mark(note, Checkpoint.parse(note.text), "checkpoint")
        except InvalidError as error:
            findings.note("checkpoint-form", "checkpoint", "note", size=row.size, why=error.message)
            continue
        for column, value in (("size", mark.point.size), ("root", mark.point.root)):
            if getattr(row, column) != value:
                findings.note("checkpoint-column", "checkpoint", column, size=row.size)
        found.append(mark)
    return found


def check(
    marks: Sequence[Mark], tree: Tree, verifiers: Sequence[Verifier], findings: Findings
) -> int:
    """Compare checkpoints with the tree; give the size up to which those that hold prove it."""
    return max((m.point.size for m in marks if _holds(m, tree, verifiers, findings)), default=0)


def _holds(mark: Mark, tree: Tree, verifiers: Sequence[Verifier], findings: Findings) -> bool:
    size, before = mark.point.size, len(findings.listed)
    try:
        verified(mark.note, verifiers)
    except InvalidError as error:
        findings.note("checkpoint-signature", mark.table, "note", size=size, why=error.message)
    if all(mark.point.origin != verifier.name for verifier in verifiers):
        findings.note("checkpoint-origin", mark.table, "note", size=size, origin=mark.point.origin)
    if size > tree.size:
        findings.note("checkpoint-beyond", mark.table, "size", size=size, have=tree.size)
    elif tree.roots[size] != mark.point.root:
        findings.note("checkpoint-root", mark.table, "root", size=size)
    return len(findings.listed) == before

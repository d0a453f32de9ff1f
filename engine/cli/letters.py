"""`duban letter`: urging letters, from draft to verdict, and as documents of Word.

Each command does what the call of the same name over HTTP does.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

from engine.cli import face, show
from engine.cli.params import As, Doer, Format, Limit, Out, a_day, one_of, option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.errors import InvalidError
from engine.output.paper import TEMPLATES
from engine.service import letters
from engine.service.letter_lists import WAITING, list_letters
from engine.service.letter_paper import write_letter
from engine.service.letters import LetterOrder
from engine.service.operator import READER
from engine.service.paging import PageQuery
from engine.settings import load_settings

LETTER = ("no", "number", "status", "colour", "case", "addressee", "demands", "answer_by")
LISTED = ("no", "number", "status", "colour", "case", "addressee", "answer_by", "overdue")
VERDICTS = ("accepted", "returned")
ENDING = ".docx"
Answer = Annotated[date, a_day("--answer-by")]
Demands = Annotated[str, option("--demands", "TEXT")]
Basis = Annotated[str | None, option("--basis", "TEXT")]
Words = Annotated[str, option("--text", "TEXT")]
app = group()


@app.command("list", cls=Command)
def list_(
    *,
    waits_for: Annotated[str | None, one_of("--waits-for", tuple(WAITING))] = None,
    limit: Limit = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """List letters, all or by what they wait for."""
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        answer = face.every(
            lambda size, cursor: list_letters(desk, who, waits_for, PageQuery(size, cursor)), limit
        )
    show.listing(answer["items"], LISTED, shape, whole=answer)


@app.command("show", cls=Command)
def show_(no: str, *, out: Out = None, actor: As = None, shape: Format = None) -> None:
    """Show a letter, or write it as a document."""
    ending = None if out is None else _docx(out)
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        answer, words = letters.show_letter(desk, who, no), write_letter(desk, who, no)
    if ending is None:
        show.record(answer, LETTER, shape)
        return
    from engine.output.letter import letter_document  # noqa: PLC0415  # what is slow to load

    content = letter_document(words, load_settings().home / TEMPLATES)
    Path(str(out)).write_bytes(content)
    show.line(told("cli-letter-written", file=out))


@app.command("draft", cls=Command)
def draft(  # noqa: PLR0913  # a letter says so much
    code: str,
    *,
    demands: Demands,
    answer_by: Answer,
    actor: Doer,
    basis: Basis = None,
    shape: Format = None,
) -> None:
    """Draft a letter on a case."""
    order = LetterOrder(demands, answer_by, basis)
    with face.writing() as desk:
        answer = letters.draft_letter(desk, face.acting(desk, actor), code, order)
    show.record(answer, LETTER, shape)


@app.command("revise", cls=Command)
def revise(  # noqa: PLR0913  # a letter says so much
    no: str,
    *,
    demands: Demands,
    answer_by: Answer,
    actor: Doer,
    basis: Basis = None,
    shape: Format = None,
) -> None:
    """Say a draft in other words."""
    order = LetterOrder(demands, answer_by, basis)
    with face.writing() as desk:
        answer = letters.revise_letter(desk, face.acting(desk, actor), no, order)
    show.record(answer, LETTER, shape)


@app.command("issue", cls=Command)
def issue(no: str, *, actor: Doer, shape: Format = None) -> None:
    """Issue a letter."""
    with face.writing() as desk:
        answer = letters.issue_letter(desk, face.acting(desk, actor), no)
    show.record(answer, LETTER, shape)


@app.command("sign", cls=Command)
def sign(no: str, *, actor: Doer, shape: Format = None) -> None:
    """Sign for a letter."""
    with face.writing() as desk:
        answer = letters.sign_letter(desk, face.acting(desk, actor), no)
    show.record(answer, LETTER, shape)


@app.command("answer", cls=Command)
def answer_(no: str, *, text: Words, actor: Doer, shape: Format = None) -> None:
    """Answer a letter."""
    with face.writing() as desk:
        answer = letters.answer_letter(desk, face.acting(desk, actor), no, text)
    show.record(answer, (*LETTER, "answer"), shape)


@app.command("verdict", cls=Command)
def verdict(
    no: str,
    *,
    found: Annotated[str, one_of("--verdict", VERDICTS)],
    text: Words,
    actor: Doer,
    shape: Format = None,
) -> None:
    """Accept the answer to a letter, or return it."""
    accepted = found == VERDICTS[0]
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = letters.judge_letter(desk, who, no, text, accepted=accepted)
    show.record(answer, (*LETTER, "answer", "verdict"), shape)


@app.command("template", cls=Command)
def template(*, out: Annotated[str, option("--out", "FILE")]) -> None:
    """Write the Word template that ships for letters."""
    _docx(out)
    from engine.output.letter import NAME, blank_letter  # noqa: PLC0415  # what is slow to load

    Path(out).write_bytes(blank_letter())
    kept = load_settings().home / TEMPLATES / f"{NAME}{ENDING}"
    show.line(told("cli-letter-template-written", file=out, kept=str(kept)))


def _docx(out: str) -> str:
    if Path(out).suffix.lower() != ENDING:
        raise InvalidError("cli-ending", file=out, known=ENDING)
    return ENDING

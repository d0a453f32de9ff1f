"""Forms as plain specs: what a page asks for, what was typed, and what was wrong with it.

A spec is what `macros/form.html` draws. Nothing is checked here: what was typed goes to the verb,
and the sentences of its refusal come back to the fields that they name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired

from typing_extensions import TypedDict

from engine.errors import DubanError, InvalidError, UnmetError
from engine.service.office import wrong
from engine.words import Locale, Message, listed, say
from web.visit import Visit
from web.wording import labelled_in, say_in


class Option(TypedDict):
    """One of the values that a control offers."""

    value: str
    label: str
    hint: NotRequired[str]


class Row(TypedDict):
    """One of several groups of the same fields."""

    label: str
    cells: "list[Field]"


class Field(TypedDict):
    """A field: `name` in the form, `path` as refusals name it where that differs."""

    name: str
    label: str
    kind: str
    required: NotRequired[bool]
    hint: NotRequired[str]
    value: NotRequired[Any]
    error: NotRequired[str]
    options: NotRequired[Sequence[Option]]
    empty: NotRequired[str]
    max: NotRequired[int | str]
    min: NotRequired[int | str]
    many: NotRequired[bool]
    again: NotRequired[list[str]]
    wide: NotRequired[bool]
    accept: NotRequired[str]
    autocomplete: NotRequired[str]
    rows: NotRequired[list[Row]]
    add: NotRequired[str]
    path: NotRequired[str]


MANY = frozenset({"units", "files"})
"""Kinds whose value is a list."""
_CHOICES = frozenset({"known", "outcomes"})
"""The parameters of refusals that list what may be chosen."""


def field(locale: Locale, name: str, kind: str, **more: Any) -> Field:  # noqa: ANN401  # of a Field
    """Make a field; its label is `label-<name>` unless another code is given as `label`."""
    label = say_in(locale, more.pop("label", f"label-{name.rpartition('.')[2]}"))
    hint = more.pop("hint", None)
    spec: Field = {"name": name, "label": label, "kind": kind, **more}  # type: ignore[typeddict-item]
    if hint is not None:
        spec["hint"] = say_in(locale, hint)
    return spec


def options(values: Iterable[tuple[str, str]]) -> list[Option]:
    """Make options of values and labels."""
    return [{"value": value, "label": label} for value, label in values]


def worded(locale: Locale, prefix: str, values: Iterable[str]) -> list[Option]:
    """Make options of words of the catalogue, `<prefix>-<value>`."""
    return options((value, say_in(locale, f"{prefix}-{value}")) for value in values)


def fill(fields: Iterable[Field], visit: Visit) -> None:
    """Put what was typed into the fields, so that nothing of it is lost.

    Files a browser sends only once: the field names those that must be chosen again.
    """
    for one in flat(fields) if visit.form else ():
        if one["kind"] == "file" and (sent := visit.files(one["name"])):
            one["again"] = [file.filename or "" for file in sent]
        if one["kind"] in MANY:
            one["value"] = visit.texts(one["name"])
        elif one["name"] in visit.form:
            one["value"] = visit.text(one["name"])


def blame(fields: Iterable[Field], error: DubanError, locale: Locale) -> list[str]:
    """Write a refusal's sentences to the fields that it names; give those that name none."""
    loose: list[str] = []
    if not isinstance(error, InvalidError) or not error.faults:
        return unmet_sentences(error, locale) or [error.say(locale)]
    known = {one.get("path", one["name"]): one for one in flat(fields)}
    for fault in error.faults:
        one = known.get(fault.field) or known.get(fault.field.removeprefix("data."))
        words = say(
            fault.message if one is None else as_offered(one.get("options", ()), fault.message),
            locale,
        )
        if one is None:
            loose.append(words)
        else:
            one.setdefault("error", labelled_in(locale, one["label"], words))
    return loose


def blame_at(
    fields: Iterable[Field], error: DubanError, locale: Locale, places: Mapping[str, str]
) -> list[str]:
    """Do as `blame`; a refusal that names no field but is about one goes there, by its code."""
    known, place = list(fields), places.get(error.message.code)
    for one in known:
        if one["name"] == place:
            one["error"] = error.say(locale)
            return []
    return blame(known, error, locale)


def as_offered(options_: Iterable[Option], words: Message) -> Message:
    """Name what may be chosen as the page offers it, not as data have it."""
    offered = [o["label"].strip("　") for o in options_ if o["value"]]
    codes = _CHOICES & words.params.keys()
    if not offered or not codes:
        return words
    return Message(words.code, {**words.params, **dict.fromkeys(codes, listed(offered))})


def unmet_sentences(error: DubanError, locale: Locale) -> list[str]:
    """Say each unmet need with who can meet it; the sentence alone where nobody can."""
    if not isinstance(error, UnmetError):
        return []
    return [lacking(locale, say(u.message, locale), say(u.who, locale)) for u in error.unmet]


def lacking(locale: Locale, what: str, who: str) -> str:
    """Say what is missing with who can supply it; the sentence alone where nobody can."""
    return say_in(locale, "refused-unmet", what=what, who=who) if who else what


def flat(fields: Iterable[Field]) -> Iterable[Field]:
    """Give every field, those in rows after their group."""
    for one in fields:
        yield one
        for row in one.get("rows", ()):
            yield from flat(row["cells"])


def labels_of(one: Field) -> list[str]:
    """Give what was chosen in a field, in words."""
    chosen = one.get("value") or []
    values = chosen if isinstance(chosen, list) else [chosen]
    named: dict[str, Option] = {option["value"]: option for option in one.get("options", ())}
    return [named[v]["label"].strip("　") if v in named else str(v) for v in values]


# --- from what was typed to what verbs take -------------------------------------------------------


def or_none(text: str) -> str | None:
    """Give a text, None where nothing was typed."""
    return text.strip() or None


def whole(text: str) -> Any:  # noqa: ANN401  # a number, or what the verb will refuse
    """Read a whole number; anything else is handed on as it is, for the verb to refuse."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _DIGITS else typed


def number(text: str) -> int:
    """Read the number that a page put into its own form; -1 is none of any case."""
    found = whole(text)
    return found if isinstance(found, int) else -1


def data_of(fields: Iterable[Field], visit: Visit) -> Mapping[str, Any]:
    """Give the fields of a step as its data; what was left empty is not sent.

    A list of which nothing was ticked is sent: it says that there shall be none.
    """
    data: dict[str, Any] = {}
    for one in fields:
        name = one["name"]
        value: Any = visit.texts(name) if one["kind"] in MANY else or_none(visit.text(name))
        if value is not None:
            data[name] = value
    return data


def fen_of(path: str, text: str) -> int | None:
    """Read an amount of yuan as fen; None where nothing was typed. Raises InvalidError."""
    typed = re.sub(r"[,，\s]", "", text)
    found = _YUAN.fullmatch(typed)
    if not typed:
        return None
    if found is None:
        raise wrong(path, "field-money")
    return int(found[1]) * FEN + int((found[2] or "0").ljust(2, "0"))


def yuan_of(fen: int | None) -> str:
    """Write fen as the yuan that a form takes."""
    if fen is None:
        return ""
    whole_yuan, cents = divmod(fen, FEN)
    return f"{whole_yuan}.{cents:02d}" if cents else str(whole_yuan)


_DIGITS = 16
FEN = 100
_YUAN = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")

"""The kinds of fields that forms are made of; each says in words what it takes.

A form only looks at shape: is it there, is it text, is it a date. Who may, and whether it fits the
case, is decided by the verb. Refusals carry codes of the catalogue, as everywhere.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine.domain import fields
from engine.words import listed
from web.api.reading import MOST

LONGEST_LINE = 200
LONGEST_TEXT = fields.LONGEST
LONGEST_NAME = 100
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)"
    r"([Zz]|[ +-][0-9]{2}:[0-9]{2})"
)  # RFC 3339 section 5.6; a plus sign that was not escaped in an address arrives as a space
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"0|-?[1-9][0-9]{0,15}")


class Form(BaseModel):
    """A form: what it does not name, it refuses."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


def wrong(code: str, **params: Any) -> PydanticCustomError:  # noqa: ANN401  # of the sentence
    """Give the refusal of one field: a code of the catalogue and what its sentence names."""
    return PydanticCustomError(code, "{code}", {"code": code, **params})


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the domain says of a field into what the form says of it."""
    try:
        yield
    except fields.WrongField as error:
        raise wrong(error.words.code, **error.words.params) from None


# --- how each kind is read ----------------------------------------------------------------------


def text_of(raw: object, longest: int) -> str:
    """Read a text that is not blank."""
    with _in_words():
        return fields.text(raw, longest=longest)


def remark_of(raw: object, longest: int) -> str:
    """Read a text that may be blank; whether it may be, the verb says."""
    blank = isinstance(raw, str) and len(raw) <= longest and not raw.strip()
    return "" if blank else text_of(raw, longest)


def line_of(raw: object, longest: int) -> str:
    """Read a text of one line."""
    text = text_of(raw, longest)
    if not text.isprintable():
        raise wrong("text-line", longest=longest)
    return text


def day_of(raw: object) -> date:
    """Read a calendar date."""
    with _in_words():
        return fields.day(raw)


def instant_of(raw: object) -> datetime:
    """Read an instant with its offset from UTC."""
    found = _INSTANT.fullmatch(raw) if isinstance(raw, str) else None
    if not found:
        raise wrong("field-instant")
    day, clock, offset = found.groups()
    try:
        instant = datetime.fromisoformat(f"{day}T{clock}{offset.upper().replace(' ', '+')}")
        is_near = fields.FIRST_DAY < instant.date() < fields.LAST_DAY
    except ValueError:
        raise wrong("field-instant") from None
    if not is_near:
        raise wrong("field-date-range")
    return instant


def moment_of(raw: object) -> datetime | date:
    """Read an instant with its offset from UTC, or a day, which is meant to its end."""
    return day_of(raw) if isinstance(raw, str) and _DAY.fullmatch(raw) else instant_of(raw)


def number_of(raw: object, least: int, most: int) -> int:
    """Read a whole number; `True` is none, nor is `1.0`."""
    if type(raw) is not int or not least <= raw <= most:
        raise wrong("field-number", least=least, most=most)
    return raw


def digits_of(raw: object, least: int, most: int) -> int:
    """Read a whole number of an address."""
    return number_of(int(raw) if isinstance(raw, str) and is_number(raw) else raw, least, most)


def is_number(text: str) -> bool:
    """Tell whether a part of an address is a whole number that every reader keeps."""
    return bool(_DIGITS.fullmatch(text)) and abs(int(text)) <= MOST


def choice_of(raw: object, known: tuple[str, ...]) -> str:
    """Read one word out of a few."""
    if not isinstance(raw, str) or raw not in known:
        raise wrong("field-choice", known=listed(known))
    return raw


def flag_of(raw: object) -> bool:
    """Read yes or no of an address."""
    if raw not in {"true", "false"}:
        raise wrong("field-choice", known=listed(("true", "false")))
    return raw == "true"


# --- the kinds ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """What stands in `Annotated[…]`: how a field is read, and how the description shows it."""

    read: Callable[[Any], Any]
    shown: dict[str, Any] = field(hash=False)

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        """Let pydantic read the field with `read` alone."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _schema: object, _handler: object) -> dict[str, Any]:
        """Let the description show it."""
        return dict(self.shown)


def text(longest: int = LONGEST_TEXT) -> Kind:
    """Free text; it may have several lines."""
    shown = {"type": "string", "minLength": 1, "maxLength": longest}
    return Kind(lambda raw: text_of(raw, longest), shown)


def remark(longest: int = LONGEST_TEXT) -> Kind:
    """Free text that may be blank."""
    return Kind(lambda raw: remark_of(raw, longest), {"type": "string", "maxLength": longest})


def line(longest: int = LONGEST_LINE) -> Kind:
    """One line of text."""
    shown = {"type": "string", "minLength": 1, "maxLength": longest}
    return Kind(lambda raw: line_of(raw, longest), shown)


def number(least: int = 0, most: int = MOST) -> Kind:
    """A whole number in a body."""
    shown = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(lambda raw: number_of(raw, least, most), shown)


def digits(least: int = 0, most: int = MOST) -> Kind:
    """A whole number in an address."""
    shown = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(lambda raw: digits_of(raw, least, most), shown)


def choice(*known: str) -> Kind:
    """One word out of a few."""
    return Kind(lambda raw: choice_of(raw, known), {"type": "string", "enum": list(known)})


def single(kind: Kind) -> Kind:
    """A field of an uploaded form that stands once."""

    def read(raw: object) -> Any:  # noqa: ANN401  # whatever the kind makes of it
        if not isinstance(raw, list) or len(raw) != 1:
            raise wrong("query-twice")
        return kind.read(raw[0])

    return Kind(read, kind.shown)


def many(kind: Kind, most: int) -> Kind:
    """A field of an uploaded form that may stand several times."""

    def read(raw: object) -> list[Any]:
        if not isinstance(raw, list) or len(raw) > most:
            raise wrong("field-many", most=most)
        return [kind.read(one) for one in raw]

    return Kind(read, {"type": "array", "items": kind.shown, "maxItems": most})


Day = Annotated[date, Kind(day_of, {"type": "string", "format": "date"})]
Instant = Annotated[datetime, Kind(instant_of, {"type": "string", "format": "date-time"})]
_MOMENTS = [{"type": "string", "format": of} for of in ("date-time", "date")]
Moment = Annotated[datetime | date, Kind(moment_of, {"anyOf": _MOMENTS})]
Flag = Annotated[bool, Kind(flag_of, {"type": "boolean"})]
Login = Annotated[str, line(64)]
UnitName = Annotated[str, line(LONGEST_NAME)]
Version = Annotated[int, number(1)]


class Nothing(Form):
    """The form of a request that says all it has to say in its address."""

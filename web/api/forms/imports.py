"""Forms of imports: how an uploaded table is to be read, and which bytes are confirmed."""

from typing import Annotated

from pydantic import Field

from engine.intake.columns import KINDS
from engine.service.imports import ImportOrder
from web.api.forms.kinds import (
    Form,
    Kind,
    choice,
    flag_of,
    line,
    many,
    single,
    wrong,
)

MOST_HEADERS = 100
HASH_DIGITS = 64


def _pair(raw: object) -> tuple[str, str]:
    """Read HEADER=FIELD."""
    header, sign, field = raw.rpartition("=") if isinstance(raw, str) else ("", "", "")
    if not sign or not header.strip() or not field.strip():
        raise wrong("field-map")
    return header.strip(), field.strip()


_PAIR = Kind(_pair, {"type": "string", "pattern": "^.+=.+$"})


class ImportForm(Form):
    """How a table is to be read; what is left out, the file tells by itself."""

    kind: Annotated[str, single(choice(*KINDS))] | None = None
    sheet: Annotated[str, single(line())] | None = None
    map: Annotated[list[tuple[str, str]], many(_PAIR, MOST_HEADERS)] = Field(default=[])
    create_missing: Annotated[bool, single(Kind(flag_of, {"type": "boolean"}))] = False

    def order(self, name: str, content: bytes) -> ImportOrder:
        """Give it as the verb takes it."""
        return ImportOrder(
            name, content, self.kind, self.sheet, dict(self.map), self.create_missing
        )


class ConfirmForm(Form):
    """The SHA-256 of the upload, as its preview gave it."""

    sha256: Annotated[str, line(HASH_DIGITS)]

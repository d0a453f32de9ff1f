"""The mark for columns that the log holds only as commitments."""

from dataclasses import fields
from typing import Annotated, get_args

_MARK = "free-text"
FreeText = Annotated[str, _MARK]
"""Free text or something personal: events carry only a salted commitment of it."""


def marked(record: type) -> frozenset[str]:
    """Name the columns of a record class that are marked `FreeText`, optional ones included."""
    return frozenset(
        f.name for f in fields(record) if any(t == FreeText for t in (f.type, *get_args(f.type)))
    )

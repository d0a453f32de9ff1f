"""Forms of proofs: which event, and which sizes of the log."""

from typing import Annotated

from web.api.forms.kinds import Form, digits

Size = Annotated[int, digits()]


class InclusionForm(Form):
    """The place of an event in the log, from 0, and the size of the log that holds it."""

    index: Size
    size: Size


class ConsistencyForm(Form):
    """Two sizes of the log."""

    old: Size
    new: Size

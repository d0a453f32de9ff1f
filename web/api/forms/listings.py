"""Forms of listings: which page, in which order, as things stood or stand when."""

from typing import Annotated

from engine.service.paging import LONGEST_CURSOR, MOST, USUAL, PageQuery
from web.api.forms.kinds import LONGEST_NAME, Form, digits, line

Cursor = Annotated[str, line(LONGEST_CURSOR)]
Limit = Annotated[int, digits(1, MOST)]
Word = Annotated[str, line(LONGEST_NAME)]


class PageForm(Form):
    """Which page of a listing."""

    limit: Limit = USUAL
    cursor: Cursor | None = None

    def order(self) -> PageQuery:
        """Give it as the verb takes it."""
        return PageQuery(self.limit, self.cursor)


class HistoryForm(Form):
    """Which part of a history; all of it where nothing is said."""

    limit: Limit | None = None
    cursor: Cursor | None = None

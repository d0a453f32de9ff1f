"""The pages that officials see; one noun a file."""

from collections.abc import Sequence

from web.pages import (
    account,
    cases,
    home,
    imports,
    issues,
    letters,
    lists,
    parts,
    plans,
    reports,
    signing,
    steps,
)
from web.routing import Routes

ROUTES: Sequence[Routes] = tuple(
    noun.ROUTES
    for noun in (
        signing, account, home, lists, cases, steps, plans, parts, issues, letters, imports,
        reports,
    )
)  # fmt: skip
"""The routes of every page."""

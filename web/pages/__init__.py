"""The pages that officials see; one noun a file."""

from collections.abc import Sequence

from web.pages import (
    account,
    accounts,
    annex,
    bulk,
    calendar,
    cases,
    daily,
    daily_units,
    factor,
    home,
    imports,
    inbox,
    issues,
    letters,
    lists,
    parts,
    plans,
    reports,
    roles,
    roster,
    signing,
    steps,
    supervision,
    trends,
    units,
    workflows,
)
from web.routing import Routes

NOUNS = (
    signing,
    account,
    accounts,
    annex,
    factor,
    home,
    trends,
    lists,
    bulk,
    cases,
    steps,
    units,
    plans,
    parts,
    issues,
    letters,
    imports,
    reports,
    roles,
    supervision,
    daily,
    daily_units,
    roster,
    inbox,
    calendar,
    workflows,
)
ROUTES: Sequence[Routes] = tuple(noun.ROUTES for noun in NOUNS)
"""The routes of every page."""

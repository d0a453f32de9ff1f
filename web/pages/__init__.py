"""The pages that officials see; one noun a file."""

from collections.abc import Sequence

from web.pages import account, cases, parts, plans, signing, steps
from web.routing import Routes

ROUTES: Sequence[Routes] = (
    signing.ROUTES, account.ROUTES, cases.ROUTES, steps.ROUTES, plans.ROUTES, parts.ROUTES,
)  # fmt: skip
"""The routes of every page."""

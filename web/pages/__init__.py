"""The pages that officials see; one noun a file."""

from collections.abc import Sequence

from web.pages import account, signing
from web.routing import Routes

ROUTES: Sequence[Routes] = (signing.ROUTES, account.ROUTES)
"""The routes of every page."""

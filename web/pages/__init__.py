"""The pages that officials see; one noun a file."""

from collections.abc import Sequence

from web.routing import Routes

ROUTES: Sequence[Routes] = ()
"""The routes of every page."""

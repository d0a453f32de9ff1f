"""The HTTP API under `/api/v1`; one noun a file."""

from collections.abc import Sequence

from web.routing import Routes

ROUTES: Sequence[Routes] = ()
"""The routes of the API."""

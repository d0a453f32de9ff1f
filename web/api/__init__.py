"""The HTTP API under /api/v1: one noun a file; how a request is taken stands in `turn.py`."""

from web.api.everything import ROUTES

__all__ = ["ROUTES"]

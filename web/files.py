"""Files that go out, on whichever surface: saved, never shown or run on our pages."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.responses import Response

SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    name: str
    media: str
    content: bytes = field(repr=False)


def hand_out(file: Download) -> Response:
    """Hand a file out so that no browser shows or runs it on our pages (CSP sandbox, nosniff)."""
    return Response(
        file.content,
        media_type=file.media,
        headers={
            "Content-Disposition": disposition(file.name),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )


def disposition(name: str) -> str:
    """Say under which name to save: in UTF-8, and in ASCII for what does not read that (RFC 6266).

    What stands in the name can end neither the value nor the line (RFC 8187).
    """
    ascii_name = re.sub(r"[^0-9A-Za-z. _-]", "_", name)
    spelt = quote(name, safe="", errors="replace")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{spelt}"

"""Files that go out, on whichever surface: saved, never shown or run on our pages."""

from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    name: str
    media: str
    content: bytes = field(repr=False)


def hand_out(file: Download) -> Response:
    """Hand a file out so that no browser shows or runs it on our pages (RFC 6266, CSP sandbox)."""
    return Response(
        file.content,
        media_type=file.media,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )

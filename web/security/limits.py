"""How much a request may bring; what is too much is refused before it is read."""

from starlette.requests import Request
from starlette.types import Message

from engine.errors import TooLargeError

_KIB = 1024
_DIGITS = 18
MOST_FIELDS, MOST_FILES = 2000, 20


class Measured:
    """Hands a body along and stops where it grows over the limit."""

    def __init__(self, request: Request, most: int) -> None:
        self._receive = request.receive
        self._most = most
        self._read = 0
        self.is_over = False
        self._check(_announced(request))

    async def __call__(self) -> Message:
        """Receive the next part. Raises TooLargeError instead of giving one part too many."""
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._check(self._read)
        return message

    def _check(self, size: int) -> None:
        if size > self._most:
            self.is_over = True
            raise self.refusal()

    def refusal(self) -> TooLargeError:
        """Give the refusal, with the limit as people write it."""
        return TooLargeError("too-large", limit=told(self._most))


def _announced(request: Request) -> int:
    """Read `Content-Length`; what is no number announces nothing and is measured as it comes."""
    text = request.headers.get("content-length", "0")
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else 0


def told(size: int) -> str:
    """Write a limit as people do."""
    whole = size // (_KIB * _KIB)
    return f"{whole} MB" if whole else f"{max(1, size // _KIB)} KB"

"""Every kind of refusal, in one tree; the words stand in `engine/locale/errors.toml`.

An error carries a `Message` (what was asked, what stands, what would help) and the facts of the
refusal as attributes. No error knows an HTTP status or an exit code: the faces map kinds to those.
"""

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.words import Locale, Message, Param, Text, message, say


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field of a request that is missing or wrong. `field` is its dotted path."""

    field: str
    message: Message


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that is not met: its stable name, what is missing, and who can supply it."""

    need: str
    message: Message
    who: Message


class DubanError(Exception):
    """Root of all refusals. `code` is stable and public; `message` renders in both languages."""

    code = "refused"

    def __init__(self, words: str | Message, **params: Param | Text | Message) -> None:
        self.message = words if isinstance(words, Message) else message(words, **params)
        super().__init__(self.message.code)

    def say(self, locale: Locale) -> str:
        """Give the sentence in one language."""
        return say(self.message, locale)

    def __str__(self) -> str:
        return self.say("en")


class UnauthenticatedError(DubanError):
    """Whoever asks has not signed in: the credentials are absent, wrong or over."""

    code = "unauthenticated"


class ThrottledError(DubanError):
    """Too many tries; `retry_after` are the seconds until the next one is heard."""

    code = "throttled"

    def __init__(
        self, words: str | Message, retry_after: int, **params: Param | Text | Message
    ) -> None:
        super().__init__(words, **params)
        self.retry_after = retry_after


class NotFoundError(DubanError):
    """There is no such thing, or it is not the caller's to see: the two look alike."""

    code = "not-found"


class StaleError(DubanError):
    """Somebody else changed the thing since the caller read it."""

    code = "stale"


class NotFromHereError(DubanError):
    """The trigger does not exist, or not in the state in which the case is.

    `steps` are the triggers that the state has, where they are known, each with its title.
    """

    code = "not-from-here"

    def __init__(
        self,
        words: str | Message,
        steps: Sequence[tuple[str, Text]] = (),
        **params: Param | Text | Message,
    ) -> None:
        super().__init__(words, **params)
        self.steps = tuple(steps)


class ForbiddenError(DubanError):
    """The caller may see the thing, but this act is somebody else's."""

    code = "forbidden"


class InvalidError(DubanError):
    """What was sent lacks or misstates something; `faults` names each field."""

    code = "invalid"

    def __init__(
        self,
        words: str | Message,
        faults: Sequence[FieldFault] = (),
        **params: Param | Text | Message,
    ) -> None:
        super().__init__(words, **params)
        self.faults = tuple(faults)


class UnmetError(DubanError):
    """The step is the caller's and well asked, but needs of the workflow are not met."""

    code = "unmet"

    def __init__(self, words: str | Message, unmet: Sequence[Unmet], **params: Param) -> None:
        super().__init__(words, **params)
        self.unmet = tuple(unmet)


class ConflictError(DubanError):
    """The thing exists already, or stands in a state that does not allow this."""

    code = "conflict"


class TooLargeError(DubanError):
    """What was sent is larger than the limit."""

    code = "too-large"


class UnsupportedError(DubanError):
    """The kind of file or content is not one that Duban reads."""

    code = "unsupported"


class BusyError(DubanError):
    """The database is busy or away; nothing was changed and trying again is safe."""

    code = "busy"


class DefinitionError(DubanError):
    """A workflow or calendar file cannot be loaded; the message names file, key and what helps."""

    code = "definition"


class SettingsError(DubanError):
    """A setting is unknown, missing or unsafe; the message names it."""

    code = "settings"


_AT = re.compile(r"line (\d+),? column (\d+)")
_SAID = ("ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "ENOSPC", "EROFS", "ENAMETOOLONG",
         "EADDRINUSE", "EADDRNOTAVAIL", "EEXIST")  # fmt: skip


def reason_of(error: Exception) -> Message | Text:
    """Say why a file cannot be used, or where its text is wrong, in the words of both languages.

    English keeps what the system or the parser said; it knows more.
    """
    told = str(error)[:200] or type(error).__name__
    if isinstance(error, OSError):
        name = errno.errorcode.get(error.errno or 0, "")
        return message(f"os-{name}") if name in _SAID else _both("os-other", error.strerror or told)
    if isinstance(error, UnicodeError):
        return _both("syntax-encoding", told)
    place = _AT.search(told)
    if place is None:
        return _both("syntax-deep" if isinstance(error, RecursionError) else "syntax-end", told)
    return _both("syntax-at", told, line=int(place[1]), column=int(place[2]))


def _both(code: str, told: str, **params: Param) -> Text:
    return Text(say(message(code, **params), "zh"), told)

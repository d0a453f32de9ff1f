"""What a need is: a named pure predicate over an attempt, with who could meet it.

A need never refuses by itself and is never short-circuited: the machine asks all of them, so that
a refusal, or a closed door on a page, lists everything that is missing. The words of a need stand
in the catalogue under `need-<name>`; a check gives the parameters of that sentence, None when met.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.words import Message, Param, Text

if TYPE_CHECKING:
    from engine.domain.attempt import Attempt

Missing = Mapping[str, Param | Text | Message]
"""The parameters of the sentence that says what is missing."""

Check = Callable[["Attempt"], Missing | None]


@dataclass(frozen=True, slots=True)
class Need:
    """A word of the vocabulary: its name, its check, and the parties who could meet it.

    `suppliers` are names of parties; time itself is the party `time`, and `no-one` stands where a
    need that is unmet stays so, of which its sentence says what remains to do.
    """

    name: str
    check: Check
    suppliers: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The catalogue code of what is said when the need is not met."""
        return f"need-{self.name}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed set of words that a workflow definition may use.

    `happenings` are clock events that are not triggers; `fields` are names of step data.
    """

    needs: Mapping[str, Need]
    parties: Sequence[str]
    fields: Sequence[str]
    effects: Sequence[str]
    happenings: Sequence[str]
    date_sources: Sequence[str]
    duties: Sequence[str]
    settings: Sequence[str]

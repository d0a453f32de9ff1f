"""What whoever makes an installation has to say, apart from the verbs that make it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """With what login and password the first administrator signs in."""

    login: str
    password: str

"""Numbers under which the log has what nobody foresaw, and which a reader can quote."""

import secrets
from zoneinfo import ZoneInfo

from engine.settings import real_now


def incident(zone: ZoneInfo) -> str:
    """Give a fresh one: day and minute by the machine's clock, and signs that tell them apart."""
    return f"E-{real_now().astimezone(zone):%m%d-%H%M}-{secrets.token_hex(2)}"

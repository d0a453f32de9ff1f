"""The outside world: mail, chat robots, webhooks. Each is told one thing and says if it took it."""

from engine.channels.outbound import ChannelError

__all__ = ["ChannelError"]

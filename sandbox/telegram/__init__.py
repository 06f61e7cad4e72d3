"""A local Telegram: the Bot API as a bot meets it, and a side door through which people act."""

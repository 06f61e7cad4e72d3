"""A local Telegram and an offline model: to try the bot, and to test it against."""

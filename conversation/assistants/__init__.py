"""Assistants: those that come with the bot and those that people make."""

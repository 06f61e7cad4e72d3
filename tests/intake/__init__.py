"""Telegram in: real inbox files, real HTTP."""

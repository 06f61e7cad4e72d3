"""Tests of what the bot does when others fail: the model, Telegram, people, the clock."""

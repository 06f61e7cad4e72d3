"""The local Telegram refuses what Telegram refuses, and shows what Telegram shows."""

"""Telegram out: gateway, flood governor, streaming, rendering, splitting."""

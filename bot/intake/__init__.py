"""Telegram in: durable inbox, poller, webhook, order, express lane."""

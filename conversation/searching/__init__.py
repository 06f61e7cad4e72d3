"""Searching: what was said, drawn and read in a chat is found again."""

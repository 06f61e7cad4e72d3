"""Assistants and threads, as people use them."""

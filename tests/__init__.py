"""The bot as its users meet it, over real HTTP against the sandbox."""

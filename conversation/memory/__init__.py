"""What the bot remembers about people, because they want it to."""

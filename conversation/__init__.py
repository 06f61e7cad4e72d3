"""The heart: access, history, the turn and its checkpoints. No Telegram, no OpenAI."""

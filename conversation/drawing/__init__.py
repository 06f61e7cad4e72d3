"""Drawing: orders understood, pictures made beside the conversation, and what can be done with them next."""

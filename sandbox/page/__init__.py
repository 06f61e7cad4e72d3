"""The chat page's side of the server: its files, its WebSocket, and what one browser tab sees."""

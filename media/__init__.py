"""Pictures, sound, video and documents: read, measured and converted, never on the event loop."""

"""Knowledge: documents that are too long for a prompt, looked up passage by passage."""

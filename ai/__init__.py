"""OpenAI out: one text engine per wire protocol, and the catalogue of models."""

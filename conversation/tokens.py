"""How many tokens a text is, roughly, without a tokenizer."""

_BYTES_PER_TOKEN = 4  # English has about 4 characters to a token, Chinese (3 bytes each) about 1.3
_PER_MESSAGE = 4  # role and separators


def estimate_tokens(text: str) -> int:
    """An estimate within about a third for the languages we tried; good enough for a window, not for a bill."""
    # Python knows of each text whether it is ASCII, and as many characters are as many bytes then.
    return (len(text) if text.isascii() else len(text.encode())) // _BYTES_PER_TOKEN + _PER_MESSAGE

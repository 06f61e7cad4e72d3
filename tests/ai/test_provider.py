"""Which protocol and which parameters a provider gets, by its host or as set."""

import pytest

from ai.provider import Provider


@pytest.mark.parametrize(
    ("url", "protocol", "speaks_openai", "lists"),
    [
        ("https://api.openai.com/v1", "responses", True, True),
        ("https://me.openai.azure.com/openai/v1/", "responses", True, False),
        ("https://me.services.ai.azure.com/openai/v1", "responses", True, False),
        ("https://openrouter.ai/api/v1", "responses", False, True),
        ("http://localhost:11434/v1", "chat", False, True),
        ("https://api.openai.com.example.org/v1", "chat", False, True),
        ("http://[::1]:8000/v1", "chat", False, True),
    ],
)
def test_the_host_decides(url: str, protocol: str, speaks_openai: bool, lists: bool) -> None:
    provider = Provider(url, "key")

    assert provider.protocol == protocol
    assert provider.speaks_openai is speaks_openai
    assert provider.lists_what_it_serves is lists


def test_what_is_set_wins() -> None:
    provider = Provider("https://api.openai.com/v1", "key", api="chat", dialect="plain")

    assert provider.protocol == "chat"
    assert not provider.speaks_openai

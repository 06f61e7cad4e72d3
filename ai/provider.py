"""A provider: where a capability comes from, and which words it understands."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Protocol = Literal["responses", "chat"]

_OPENAI = ("api.openai.com",)
_AZURE = ("openai.azure.com", "services.ai.azure.com")
_SPEAKS_RESPONSES = (*_OPENAI, *_AZURE, "openrouter.ai")


@dataclass(frozen=True, slots=True)
class Provider:
    """Address and key of a provider, and what is known about it; "auto" goes by the host.

    `dialect`: "openai" knows every parameter of OpenAI; "plain" is any compatible server and gets only what all
    of them understand. `connections` bounds how many answers run at once; `silence_seconds` is how long the
    provider may say nothing before and in an answer, because a model may think for long.
    """

    base_url: str
    api_key: str
    api: Literal["auto", "responses", "chat"] = "auto"
    dialect: Literal["auto", "openai", "plain"] = "auto"
    connections: int = 2_000
    silence_seconds: float = 120.0

    @property
    def protocol(self) -> Protocol:
        if self.api != "auto":
            return self.api
        return "responses" if self._is_at(_SPEAKS_RESPONSES) else "chat"

    @property
    def speaks_openai(self) -> bool:
        """Whether it gets OpenAI's full set of parameters."""
        if self.dialect != "auto":
            return self.dialect == "openai"
        return self._is_at((*_OPENAI, *_AZURE))

    @property
    def lists_what_it_serves(self) -> bool:
        """Azure lists the models one could deploy, not the deployments one has."""
        return not self._is_at(_AZURE)

    def _is_at(self, hosts: tuple[str, ...]) -> bool:
        host = urlsplit(self.base_url).hostname or ""
        return any(host == known or host.endswith(f".{known}") for known in hosts)

"""The providers and default models that the settings name, for each capability."""

from collections.abc import Mapping
from typing import Final

from pydantic import SecretStr

from ai.provider import Provider
from bot.settings import Settings
from domain.catalogue import Capability

_OWN: Final[tuple[Capability, ...]] = ("image", "speech", "transcription", "embedding")


def main_provider(settings: Settings) -> Provider:
    """The one that answers, and does all that no other is named for."""
    return Provider(
        settings.openai_base_url,
        _key(settings.openai_api_key),
        api=settings.openai_api,
        dialect=settings.openai_dialect,
        connections=max(100, settings.answers_at_once),
    )


def own_providers(settings: Settings) -> Mapping[Capability, Provider]:
    """Those of capabilities with an address or a key of their own.

    The main key never goes to another address: whoever runs that server could use it.
    """
    found: dict[Capability, Provider] = {}
    for capability in _OWN:
        address: str | None = getattr(settings, f"{capability}_base_url")
        key: SecretStr | None = getattr(settings, f"{capability}_api_key")
        if address is not None:
            found[capability] = Provider(address, _key(key))
        elif key is not None:
            found[capability] = Provider(
                settings.openai_base_url, _key(key), api=settings.openai_api, dialect=settings.openai_dialect
            )
    return found


def named_models(settings: Settings) -> Mapping[Capability, str]:
    """The model that the settings name for each capability, "" where they name none."""
    return {
        "chat": settings.chat_model,
        "image": settings.image_model,
        "speech": settings.speech_model,
        "transcription": settings.transcription_model,
        "embedding": settings.embedding_model,
    }


def _key(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""

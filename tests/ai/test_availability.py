"""What is offered of each capability, by what the provider lists."""

from datetime import date

import pytest

from ai.availability import Availability
from domain.catalogue import Capability, Catalogue, Drawing, Model
from tests.ai.asking import OURS


def _today() -> date:
    return date(2026, 11, 24)


def _offered(listing: list[str], capability: Capability) -> list[str]:
    availability = Availability(OURS, today=_today)
    availability.learn(dict.fromkeys(listing))
    return [model.id for model in availability.catalogue.of(capability)]


@pytest.mark.parametrize(
    ("capability", "listing", "offered"),
    [
        ("transcription", ["gpt-6-luna", "gpt-transcribe", "whisper-1"], ["gpt-transcribe"]),
        ("transcription", ["gpt-6-luna", "whisper-1"], ["whisper-1"]),
        ("transcription", ["llama4", "Systran/faster-whisper-small"], ["Systran/faster-whisper-small"]),
        ("transcription", ["gpt-6-luna"], []),
        ("speech", ["gpt-6-luna", "tts-1", "gpt-audio-1.5"], ["gpt-audio-1.5"]),
        ("speech", ["llama4", "tts-1"], ["tts-1"]),
        ("speech", ["llama4", "kokoro"], ["kokoro"]),
        ("image", ["llama4", "flux.1-dev"], ["flux.1-dev"]),
        ("embedding", ["llama4", "nomic-embed-text"], ["nomic-embed-text"]),
        ("chat", ["llama4", "kokoro", "whisper-1", "bge-rerank", "gpt-realtime-3"], ["llama4"]),
    ],
)
def test_each_capability_is_offered_by_itself(
    capability: Capability, listing: list[str], offered: list[str]
) -> None:
    assert _offered(listing, capability) == offered


def test_before_anything_is_listed_the_catalogue_is_offered() -> None:
    assert Availability(OURS, today=_today).catalogue == OURS


def test_a_line_holds_one_capability_only() -> None:
    availability = Availability(OURS, today=_today)

    assert {model.capability for model in availability.line("whisper-1", "transcription")} == {"transcription"}
    assert {model.capability for model in availability.line("gpt-6-luna", "speech")} == {"speech"}


def test_a_chosen_model_comes_first_even_if_nobody_lists_it() -> None:
    availability = Availability(OURS, today=_today)
    availability.learn({"gpt-6-luna": None, "gpt-transcribe": None})

    assert [model.id for model in availability.line("my-ears", "transcription")] == [
        "my-ears",
        "gpt-transcribe",
    ]


def test_a_blind_model_is_told_as_such_until_the_end() -> None:
    availability = Availability(OURS, today=_today)
    availability.blind("gpt-6-luna")
    availability.illiterate("gpt-6.1-terra")
    availability.learn({"gpt-6-luna": None, "gpt-6.1-terra": None})

    models = availability.catalogue.models
    assert (models["gpt-6-luna"].vision, models["gpt-6-luna"].reads_files) == (None, True)
    assert models["gpt-6.1-terra"].vision is not None
    assert not models["gpt-6.1-terra"].reads_files


def test_without_dates_of_its_own_nothing_ends() -> None:
    availability = Availability(OURS, today=lambda: date(2030, 1, 1), is_openai=False)
    availability.learn({"whisper-1": None, "tts-1": date(2029, 1, 1), "gpt-6-luna": None})

    assert [model.id for model in availability.catalogue.of("transcription")] == ["whisper-1"]
    assert availability.is_gone("tts-1")


def test_a_plain_server_is_not_taken_to_draw_before_it_says_so() -> None:
    availability = Availability(OURS, today=_today, is_openai=False)

    assert availability.catalogue.of("image") == ()
    assert list(availability.line("", "image")) == []
    assert availability.catalogue.of("chat") == OURS.of("chat")


def test_a_model_the_operator_described_is_taken_to_be_there() -> None:
    mine = Model("mine", "image", "Mine", drawing=Drawing("plain"), is_own=True)
    availability = Availability(Catalogue({mine.id: mine}), today=_today, is_openai=False)

    assert availability.catalogue.of("image") == (mine,)


def test_a_preferred_model_is_the_default_known_or_not() -> None:
    availability = Availability(OURS, today=_today)
    availability.prefer("chat", "gpt-6.1-terra")
    availability.prefer("image", "my-painter")
    availability.learn({"gpt-6.1-terra": None, "gpt-image-2": None})

    catalogue = availability.catalogue
    assert (catalogue.default("chat").id, catalogue.default("image").id) == ("gpt-6.1-terra", "my-painter")
    assert next(availability.line("", "image")).id == "my-painter"


def test_a_preferred_model_that_is_gone_gives_way() -> None:
    availability = Availability(OURS, today=_today)
    availability.prefer("chat", "gpt-6.1-terra")
    availability.bury("gpt-6.1-terra")

    assert availability.catalogue.default("chat").id == "gpt-6-luna"
    assert next(availability.line("")).id == "gpt-6.2-sol"


def test_without_a_preference_the_catalogue_decides() -> None:
    availability = Availability(OURS, today=_today)
    availability.prefer("chat", "gpt-6.1-terra")
    availability.prefer("chat", "")

    assert availability.catalogue == OURS

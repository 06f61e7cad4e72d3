"""The catalogue: ours is sound, an operator's file wins key by key, and its mistakes are told in one line."""

from datetime import date
from pathlib import Path

import pytest

from ai.catalogue import load
from domain.catalogue import Capability, Hearing, Speaking, Vision
from sandbox.model.models import of_openai

OURS = load()


def _file(folder: Path, text: str) -> Path:
    path = folder / "models.toml"
    path.write_text(text, "utf-8")
    return path


def test_ours_has_one_default_for_each_capability_and_one_that_summarises() -> None:
    capabilities: set[Capability] = {model.capability for model in OURS.models.values()}
    defaults = [model for model in OURS.models.values() if model.is_default]

    assert {model.id for model in defaults} == {OURS.default(capability).id for capability in capabilities}
    assert all(model.is_offered for model in defaults)
    assert sum(model.summarises for model in OURS.models.values()) == 1


def test_every_replacement_of_ours_is_known_and_no_model_replaces_itself() -> None:
    for model in OURS.models.values():
        assert set(model.replacements) <= OURS.models.keys() - {model.id}


def test_every_model_that_ends_has_a_replacement() -> None:
    assert [model.id for model in OURS.models.values() if model.shutdown and not model.replacements] == []


def test_prices_are_in_microdollars() -> None:
    luna = OURS.models["gpt-6-luna"]

    assert (luna.input_price, luna.cached_input_price, luna.output_price) == (100_000, 10_000, 500_000)


def test_when_a_model_of_ours_takes_a_temperature_is_what_the_stand_in_says() -> None:
    served = {model.id: model.sampling for model in of_openai()}
    chat = {model.id: model.sampling for model in OURS.models.values() if model.capability == "chat"}
    reasoning = {model_id for model_id, sampling in served.items() if sampling != "always"} & chat.keys()

    assert {model_id: chat[model_id] for model_id in reasoning - {"gpt-5.1"}} == {
        model_id: served[model_id] for model_id in reasoning - {"gpt-5.1"}
    }


def test_the_stand_in_serves_what_ours_offers() -> None:
    served = {model.id for model in of_openai()}

    assert {model.id for model in OURS.of("chat")} <= served


def test_a_file_changes_a_model_key_by_key(tmp_path: Path) -> None:
    path = _file(tmp_path, '[models."gpt-6-luna"]\ntitle = "Moon"\noutput = 0.75')

    luna = load(path).models["gpt-6-luna"]

    assert (luna.title, luna.output_price, luna.input_price) == ("Moon", 750_000, 100_000)


def test_a_file_adds_models_that_are_offered(tmp_path: Path) -> None:
    path = _file(tmp_path, '[models."llama4:8b"]\nshutdown = 2999-01-01\nefforts = ["low"]\neffort = "low"')

    llama = load(path).models["llama4:8b"]

    assert llama in load(path).of("chat")
    assert (llama.title, llama.output_price, llama.shutdown) == ("llama4:8b", None, date(2999, 1, 1))


def test_another_default_takes_the_place_of_ours(tmp_path: Path) -> None:
    path = _file(tmp_path, '[models."llama4:8b"]\ndefault = true')

    catalogue = load(path)

    assert catalogue.default("chat").id == "llama4:8b"
    assert [model.id for model in catalogue.of("chat") if model.is_default] == ["llama4:8b"]
    assert catalogue.default("speech") == OURS.default("speech")
    assert catalogue.models["gpt-6-luna"].summarises


def test_a_file_describes_models_of_every_capability(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """
        [models."blind"]
        sees = false
        [models."tiles"]
        vision = { patch = 512, multiplier = 170, base_tokens = 85 }
        reads_files = true
        [models."ears"]
        capability = "transcription"
        minute = 0.001
        hearing = { languages = "none", times = true }
        [models."mouth"]
        capability = "speech"
        speaking = { voices = ["af_sky"], formats = ["mp3"] }
        """,
    )

    models = load(path).models

    assert (models["blind"].vision, models["blind"].hearing) == (None, None)
    assert models["tiles"].vision == Vision(patch=512, multiplier=170, base_tokens=85)
    assert models["tiles"].reads_files
    assert (models["ears"].hearing, models["ears"].minute_price) == (Hearing("none", times=True), 1_000)
    assert models["mouth"].speaking == Speaking(voices=("af_sky",), formats=("mp3",))


def test_a_file_hides_a_model(tmp_path: Path) -> None:
    path = _file(tmp_path, '[models."gpt-6.2-astra"]\noffered = false')

    assert "gpt-6.2-astra" not in [model.id for model in load(path).of("chat")]


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert load(_file(tmp_path, "")) == OURS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[models."x"]\nprice = 1', "models.x.price: "),
        ('[models."x"]\ninput = "cheap"', "models.x.input: "),
        ('[models."x"]\ninput = -1', "models.x.input: "),
        ('[models."x"]\ninput = nan', "models.x.input: "),
        ('[models."x"]\nshutdown = "soon"', "models.x.shutdown: "),
        ('[models."x"]\ncontext_tokens = 0', "models.x.context_tokens: "),
        ('[models."x"]\nefforts = ["huge"]', "models.x.efforts.0: "),
        ('[models."x"]\neffort = "low"', "models.x: `effort` must be one of `efforts`"),
        ('[models."x"]\nreplacements = "y"', "models.x.replacements: "),
        ('[models."x"]\nreplacements = ["y"]', "line 2: models.x.replacements: no model known"),
        ('[models."x"]\nreplacements = [""]', "x.replacements: no model known here is called ''"),
        ('[models."x"]\nreplacements = ["x"]', "line 2: models.x.replacements: a model cannot replace itself"),
        ('[models."x"]\n[models.""]\ninput = 1', 'line 2: models."": a model needs an id'),
        ('[models." "]\ninput = 1', "line 1: models. : a model needs an id"),
        ('[models."x"]\ncapability = "dance"', "models.x.capability: "),
        ('[models."x"]\nvision = { patches = 5 }', "models.x.vision.patches: "),
        ('[models."x"]\nspeaking = { voices = [] }', "models.x.speaking.voices: "),
        ('[models."x"]\nspeaking = { formats = ["ogg"] }', "models.x.speaking.formats.0: "),
        ('[models]\nx = 5', "x: allowed are tables"),
        ("models = 5", "models: allowed are tables"),
        ("models = [1]", "models: allowed are tables"),
        ("[[models]]\nid = 1", "models: allowed are tables"),
        ('[model."x"]\ninput = 1', "model: allowed are tables"),
        ("[models", "expected ']'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = _file(tmp_path, text)

    with pytest.raises(ValueError, match=r"models\.toml") as raised:
        load(path)

    line = str(raised.value)
    assert line.startswith(f"{path}: ")
    assert told in line.replace("Expected", "expected")
    assert "\n" not in line


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ValueError, match=r"binary\.toml"):
        load(tmp_path / "binary.toml")


def test_every_model_of_ours_that_hears_or_speaks_says_how() -> None:
    for model in OURS.models.values():
        assert (model.hearing is not None) == (model.capability == "transcription")
        assert (model.speaking is not None) == (model.capability == "speech")


def test_what_replaces_a_model_of_ours_does_the_same() -> None:
    for model in OURS.models.values():
        assert {OURS.models[one].capability for one in model.replacements} <= {model.capability}


def test_the_stand_in_ends_models_when_ours_do() -> None:
    served = {model.id: model.shutdown for model in of_openai()}
    ours = {model.id: model.shutdown for model in OURS.models.values()}

    assert {model_id for model_id in served.keys() & ours.keys() if served[model_id] != ours[model_id]} == set()

"""Health: counted from calls that are made anyway, without blaming models for what they were asked."""

import pytest

from ai.engine import TextEngine
from ai.errors import ParameterRefused
from ai.health import MOST_CALLS, Pulse
from domain.errors import ProviderUnreachable
from sandbox.model.client import ModelClient
from tests.ai.asking import LUNA, told


def _fail(pulse: Pulse, error: Exception) -> None:
    with pytest.raises(type(error)), pulse.measured("m"):
        raise error


def test_calls_are_counted_with_their_last_problem() -> None:
    pulse = Pulse()
    with pulse.measured("m"):
        pass
    _fail(pulse, ProviderUnreachable("status 503"))

    health = pulse.of("m")

    assert (health.well, health.failed, health.problem) == (1, 1, "ProviderUnreachable")
    assert health.begin_seconds is not None
    assert health.failed_at is not None


def test_what_was_wrong_with_the_request_is_not_the_models_fault() -> None:
    pulse = Pulse()
    _fail(pulse, ParameterRefused("no", parameter="seed", hint=""))

    assert pulse.of("m").failed == 0


def test_only_the_last_calls_count() -> None:
    pulse = Pulse()
    _fail(pulse, ProviderUnreachable("status 503"))
    for _ in range(MOST_CALLS):
        with pulse.measured("m"):
            pass

    assert (pulse.of("m").well, pulse.of("m").failed) == (MOST_CALLS, 0)


def test_a_model_that_was_never_asked_has_no_health() -> None:
    assert Pulse().of("m").begin_seconds is None


async def test_the_time_to_the_first_word_is_measured(engine: TextEngine, model: ModelClient) -> None:
    await model.pace(0.2, 0.0)

    await told(engine, "hi")

    begin = engine.source.pulse.of(LUNA).begin_seconds
    assert begin is not None
    assert begin >= 0.2

"""Usage: tokens that add up, a cache that knows prefixes, thought that is paid."""

from tests.sandbox.model.asker import Asker, Json

_LONG = "An old story, told again and again. " * 200


def _usage(reply_last: Json) -> Json:
    return reply_last["response"]["usage"]


async def test_tokens_add_up(ask: Asker) -> None:
    usage = _usage((await ask.responses("{{words: 20}}", reasoning={"effort": "low"})).last)

    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["output_tokens_details"]["reasoning_tokens"] == 64
    assert usage["output_tokens"] > 64


async def test_more_effort_is_more_thought(ask: Asker) -> None:
    efforts = ["none", "low", "medium", "high", "xhigh", "max"]

    thoughts = [
        _usage((await ask.responses("hi", reasoning={"effort": effort})).last)["output_tokens_details"][
            "reasoning_tokens"
        ]
        for effort in efforts
    ]

    assert thoughts == sorted(set(thoughts))


async def test_a_long_prefix_is_read_from_the_cache_the_second_time(ask: Asker) -> None:
    begun: list[Json] = [{"role": "user", "content": _LONG}, {"role": "assistant", "content": "I see."}]

    first = _usage((await ask.responses([*begun, {"role": "user", "content": "and?"}])).last)
    second = _usage((await ask.responses([*begun, {"role": "user", "content": "so?"}])).last)

    assert first["input_tokens_details"]["cached_tokens"] == 0
    assert first["input_tokens_details"]["cache_write_tokens"] == first["input_tokens"]
    assert second["input_tokens_details"]["cached_tokens"] >= 1_024
    assert second["input_tokens_details"]["cached_tokens"] % 128 == 0


async def test_another_key_or_another_beginning_shares_no_cache(ask: Asker) -> None:
    await ask.responses(_LONG, prompt_cache_key="one")

    other_key = _usage((await ask.responses(_LONG, prompt_cache_key="two")).last)
    other_start = _usage((await ask.responses(_LONG, prompt_cache_key="one", instructions="Be brief.")).last)

    assert other_key["input_tokens_details"]["cached_tokens"] == 0
    assert other_start["input_tokens_details"]["cached_tokens"] == 0


async def test_the_output_limit_cuts_text_and_thought(ask: Asker) -> None:
    cut = await ask.responses("{{words: 200}}", max_output_tokens=20)
    all_thought = await ask.responses("{{words: 200}}", max_output_tokens=20, reasoning={"effort": "high"})

    assert _usage(cut.last)["output_tokens"] == 20
    assert all_thought.said == ""
    assert all_thought.last["response"]["incomplete_details"]["reason"] == "max_output_tokens"


async def test_both_protocols_count_the_same(ask: Asker) -> None:
    response = _usage((await ask.responses("{{words: 20}}")).last)
    chat = (await ask.chat("{{words: 20}}", stream_options={"include_usage": True})).last["usage"]

    assert (chat["prompt_tokens"], chat["completion_tokens"]) == (
        response["input_tokens"],
        response["output_tokens"],
    )

"""Scripts in double braces: what the model says, and how, exactly as the message asks."""

import json

import pytest

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import Asker


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("{{say: hello}}", "hello"),
        ("before {{say: two\n\nparts}} after", "two\n\nparts"),
        ("{{say: one}} {{say: two}}", "one\n\ntwo"),
        ('{{say: {"a": {"b": 1}}}}', '{"a": {"b": 1}}'),
        ("{{say: a } alone}}", "a } alone"),
        ("{{say:no space}}", "no space"),
        ("{{ say : spaced}}", "spaced"),
        ("{{say: }}", ""),
        ("{{silent}}", ""),
    ],
)
async def test_say_says_it_word_for_word(ask: Asker, message: str, answer: str) -> None:
    assert (await ask.responses(message)).said == answer


async def test_braces_that_are_no_script_stay_text(ask: Asker) -> None:
    said = (await ask.responses("what does {{name}} mean, or {{say: open")).said

    assert "{{name}}" in said
    assert "{{say: open" in said


@pytest.mark.parametrize("number", [1, 2, 299, 300, 301, 4_096, 100_000])
async def test_chars_are_exactly_as_many_and_end_visibly(ask: Asker, number: int) -> None:
    said = (await ask.responses(f"{{{{chars: {number}}}}}")).said

    assert len(said) == number
    assert said == said.strip()


async def test_words_are_exactly_as_many(ask: Asker) -> None:
    assert len((await ask.responses("{{words: 123}}")).said.split()) == 123


async def test_prose_never_repeats_a_sentence(ask: Asker) -> None:
    sentences = (await ask.responses("{{chars: 20000}}")).said.split(". ")

    assert len(set(sentences)) == len(sentences)


async def test_history_tells_what_was_sent(ask: Asker) -> None:
    said = (
        await ask.responses(
            [
                {"role": "user", "content": "my cat is Mia"},
                {"role": "assistant", "content": "nice", "phase": "final_answer"},
                {"role": "user", "content": "{{history}}"},
            ]
        )
    ).said

    assert said.splitlines() == [
        "3 messages",
        "",
        "- user: my cat is Mia",
        "- assistant: nice",
        "- user: {{history}}",
    ]


async def test_sent_shows_the_request_without_the_key(ask: Asker) -> None:
    said = (await ask.responses("{{sent}}", store=False)).said

    sent = json.loads(said.removeprefix("```json\n").removesuffix("\n```"))
    assert sent["store"] is False
    assert sent["input"] == "{{sent}}"
    assert ask.sandbox.api_key not in said


async def test_only_the_last_message_is_a_script(ask: Asker) -> None:
    said = (
        await ask.responses(
            [
                {"role": "user", "content": "{{fail: 500}}"},
                {"role": "assistant", "content": "oh"},
                {"role": "user", "content": "{{say: fine}}"},
            ]
        )
    ).said

    assert said == "fine"


async def test_refuse_refuses_in_both_protocols(ask: Asker) -> None:
    response, chat = await ask.responses("{{refuse}}"), await ask.chat("{{refuse}}")

    assert "response.refusal.delta" in response.names
    assert response.said == chat.said != ""


async def test_incomplete_ends_half_way(ask: Asker) -> None:
    response, chat = (
        await ask.responses("{{words: 9}} {{incomplete}}"),
        await ask.chat("{{words: 9}} {{incomplete}}"),
    )

    assert response.names[-1] == "response.incomplete"
    assert response.last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    assert chat.last["choices"][0]["finish_reason"] == "length"


async def test_showpieces_are_markdown(ask: Asker) -> None:
    long = (await ask.responses("{{long}}")).said

    assert 8_000 < len(long) < 10_000
    assert "|---|" in (await ask.responses("{{table}}")).said
    assert "$$" in (await ask.responses("{{math}}")).said
    assert (await ask.responses("{{code: sql}}")).said.startswith("```sql\n")
    assert "\u200d" in (await ask.responses("{{emoji}}")).said


async def test_fail_fails_as_often_as_it_says(ask: Asker) -> None:
    message = "{{fail: 429 rate_limit_exceeded retry_after=3 times=2}} {{say: fine}}"

    replies = [await ask.responses(message) for _ in range(3)]

    assert [reply.status for reply in replies] == [429, 429, 200]
    assert replies[0].error["code"] == "rate_limit_exceeded"
    assert replies[0].headers["Retry-After"] == "3"
    assert replies[2].said == "fine"


async def test_fail_without_times_always_fails(ask: Asker) -> None:
    assert [(await ask.chat("{{fail: 503}}")).status for _ in range(3)] == [503, 503, 503]


@pytest.mark.parametrize(
    ("script", "last"),
    [("{{stream_error: boom}}", "error"), ("{{stream_error: boom failed}}", "response.failed")],
)
async def test_a_stream_error_comes_half_way(ask: Asker, script: str, last: str) -> None:
    reply = await ask.responses(f"{{{{words: 9}}}} {script}")

    assert reply.names[-1] == last
    assert "response.output_text.delta" in reply.names
    assert '"boom"' in reply.text.splitlines()[-2]
    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))


async def test_a_stream_error_in_chat_is_an_error_object(ask: Asker) -> None:
    assert (await ask.chat("{{words: 9}} {{stream_error: boom}}")).last["error"]["code"] == "boom"


@pytest.mark.parametrize(
    "script", ["{{pace: fast}}", "{{cut: soon}}", "{{fail: often}}", "{{fail: 500 times=many}}"]
)
async def test_a_script_that_makes_no_sense_is_refused(ask: Asker, script: str) -> None:
    reply = await ask.responses(script)

    assert reply.status == 400
    assert "cannot be understood" in reply.error["message"]


async def test_pace_decides_when_tokens_come(ask: Asker, control: ModelClient) -> None:
    await ask.responses("{{pace: 30 5}} {{words: 5}}")

    request = (await control.requests())[0]
    assert request["first_token_at"] - request["at"] >= 0.03
    assert request["finished_at"] - request["first_token_at"] >= 0.02

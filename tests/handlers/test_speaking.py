"""Speaking: answers that are heard, voices to choose, and anything read aloud."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from bot.service import Parley
from domain.speech import Hints
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.ai.recordings import hearing_at
from tests.assistants.taps import made, through
from tests.sandbox.model.samples import voice_note
from tests.town import Town, answered, button, forged_tap, settled, texts

SPEECH = "/v1/audio/speech"


async def _voice(telegram: TelegramClient, chat: int, *, after: int, form: str = "voice") -> dict[str, Any]:
    """The next message of the bot that holds sound."""
    found = await telegram.wait_for(
        chat, lambda messages: any(one["message_id"] > after and form in one for one in messages)
    )
    return next(one for one in found if one["message_id"] > after and form in one)


async def _heard(town: Town, message: dict[str, Any], folder: Path) -> str:
    """What the stand-in understands of a message of the bot."""
    path = folder / f"{message['message_id']}.ogg"
    content = await town.telegram.file(message)
    await asyncio.to_thread(path.write_bytes, content)
    async with hearing_at(town.model_server) as ears:
        return (await ears.transcribe(path, Hints(), safety_key="x")).text


def _measured(content: bytes) -> tuple[str, str, float]:
    """Container, codec and seconds."""
    with av.open(io.BytesIO(content), "r") as opened:
        stream = opened.streams.audio[0]
        frames = [frame.samples for frame in opened.decode(stream)]
        return opened.format.name, stream.codec_context.name, sum(frames) / stream.codec_context.sample_rate


async def _spoken_texts(model: ModelClient) -> list[str]:
    return [request["body"]["input"] for request in await model.requests() if request["path"] == SPEECH]


async def _always(telegram: TelegramClient, chat: int, what: str = "voice:when:always") -> None:
    menu = await answered(telegram, chat, "/voice")
    await telegram.tap(chat, menu["message_id"], what)


async def test_a_voice_note_is_answered_in_text_and_then_by_voice(
    town: Town, telegram: TelegramClient, tmp_path: Path
) -> None:
    ada = await telegram.user()

    asked = await telegram.send_voice(ada, voice_note("{{say: Paris is the capital. It lies on the Seine.}}"))
    voice = await _voice(telegram, ada, after=asked)

    text = (await telegram.messages(ada))[-2]
    assert "Paris is the capital." in text["text"]
    assert await _heard(town, voice, tmp_path) == "Paris is the capital. It lies on the Seine."
    container, codec, seconds = await asyncio.to_thread(_measured, await telegram.file(voice))
    assert (container, codec) == ("ogg", "opus")
    assert voice["voice"]["duration"] == pytest.approx(seconds, abs=1)


async def test_a_typed_question_is_not_answered_by_voice(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    await answered(telegram, ada, "Hello")
    await settled(bot, telegram)

    assert await _spoken_texts(model) == []


async def test_with_always_a_typed_question_is_answered_by_voice_too(
    town: Town, telegram: TelegramClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)

    asked = await telegram.say(ada, "{{say: **Yes**, it is so.}}")

    assert await _heard(town, await _voice(telegram, ada, after=asked), tmp_path) == "Yes, it is so."


async def test_with_never_a_voice_note_is_answered_in_text_only(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada, "voice:when:never")

    await telegram.next_reply(ada, after=await telegram.send_voice(ada, voice_note("Hello there")))
    await settled(bot, telegram)

    assert await _spoken_texts(model) == []


async def test_a_voice_comes_alone_for_those_who_want_no_text(
    town: Town, bot: Parley, telegram: TelegramClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    await _always(telegram, ada, "voice:text:alone")

    asked = await telegram.say(ada, "{{say: Nothing to be seen here.}}")
    voice = await _voice(telegram, ada, after=asked)
    await settled(bot, telegram)

    assert await _heard(town, voice, tmp_path) == "Nothing to be seen here."
    assert [one["message_id"] for one in await telegram.messages(ada) if one["message_id"] > asked] == [
        voice["message_id"]
    ]


async def test_what_cannot_be_heard_is_written_even_for_those_who_want_no_text(
    telegram: TelegramClient,
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    await _always(telegram, ada, "voice:text:alone")

    asked = await telegram.say(ada, "{{say: Look:\n\n```python\nx = 1\n```}}")
    await _voice(telegram, ada, after=asked)

    assert any("x = 1" in text for text in texts(await telegram.messages(ada)))


async def test_speech_begins_while_the_answer_is_still_written(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    sentence = "This is a sentence that takes a good while to be written down."

    asked = await telegram.say(ada, f"{{{{pace: 10 30}}}} {{{{say: {sentence} {sentence} {sentence}}}}}")
    await _voice(telegram, ada, after=asked)

    requests = await model.requests()
    answer = next(request for request in requests if request["path"] != SPEECH)
    first = next(request for request in requests if request["path"] == SPEECH)
    assert first["at"] < answer["finished_at"]


async def test_the_sentences_of_a_long_answer_stay_in_order(
    town: Town, telegram: TelegramClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    text = " ".join(
        f"Sentence number {number} has some more words in it so that it is long." for number in range(8)
    )

    asked = await telegram.say(ada, f"{{{{say: {text}}}}}")

    heard = await _heard(town, await _voice(telegram, ada, after=asked), tmp_path)
    assert "".join(heard.split()) == "".join(text.split())  # a pause is heard as no space


async def test_the_button_reads_an_answer_aloud_once(
    town: Town, bot: Parley, telegram: TelegramClient, model: ModelClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    answer = await answered(telegram, ada, "{{say: Read me, please.}}")
    data = button(answer, "🔊")

    await asyncio.gather(
        telegram.tap(ada, answer["message_id"], data), telegram.tap(ada, answer["message_id"], data)
    )
    voice = await _voice(telegram, ada, after=answer["message_id"])
    await settled(bot, telegram)

    assert await _heard(town, voice, tmp_path) == "Read me, please."
    assert await _spoken_texts(model) == ["Read me, please."]
    assert sum("voice" in one for one in await telegram.messages(ada)) == 1


async def test_a_forged_number_beyond_any_turn_is_of_no_button(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    answer = await answered(telegram, ada, "{{say: Read me, please.}}")

    told = await forged_tap(telegram, answer, f"ask:speak:{'9' * 30}", user=ada)

    assert "no longer" in told


async def test_a_forged_number_of_an_answer_elsewhere_reads_nothing(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada, ben = await telegram.user(), await telegram.user("Ben")
    secret = await answered(telegram, ada, "{{say: For Ada only.}}")
    own = await answered(telegram, ben, "{{say: For Ben.}}")

    await forged_tap(telegram, own, button(secret, "🔊"), user=ben)
    await settled(bot, telegram)

    assert await _spoken_texts(model) == []
    assert not any("voice" in one for one in await telegram.messages(ben))


async def test_say_reads_what_stands_behind_it(town: Town, telegram: TelegramClient, tmp_path: Path) -> None:
    ada = await telegram.user()

    voice = await _voice(telegram, ada, after=await telegram.say(ada, "/say Good morning to you"))

    assert await _heard(town, voice, tmp_path) == "Good morning to you."


async def test_say_reads_the_message_it_answers(town: Town, telegram: TelegramClient, tmp_path: Path) -> None:
    ada = await telegram.user()
    first = await answered(telegram, ada, "{{say: An older answer.}}")

    asked = await telegram.say(ada, "/say", reply_to=first["message_id"])

    assert await _heard(town, await _voice(telegram, ada, after=asked), tmp_path) == "An older answer."


@pytest.mark.parametrize(
    ("wanted", "form", "codec"),
    [("mp3", "audio", "mp3float"), ("aac", "audio", "aac"), ("flac", "document", "flac")],
)
async def test_say_makes_a_file_of_the_format_asked_for(
    telegram: TelegramClient, wanted: str, form: str, codec: str
) -> None:
    ada = await telegram.user()

    asked = await telegram.say(ada, f"/say {wanted} Good morning")
    message = await _voice(telegram, ada, after=asked, form=form)

    _, found, seconds = await asyncio.to_thread(_measured, await telegram.file(message))
    assert found.removesuffix("float") == codec.removesuffix("float")
    assert seconds > 0.5


async def test_say_without_words_says_how(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    assert "/say good morning" in (await answered(telegram, ada, "/say"))["text"]


async def test_say_refuses_what_has_nothing_to_be_heard(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    assert "nothing in that which could be read aloud" in (await answered(telegram, ada, "/say ---"))["text"]


async def test_say_refuses_more_than_is_allowed_before_it_pays(
    town: Town,
) -> None:
    async with town.bot(longest_speech_characters=100):
        ada = await town.telegram.user()

        told = await answered(town.telegram, ada, f"/say {'word ' * 100}")

    assert "too long to be read aloud" in told["text"]
    assert await _spoken_texts(town.model) == []


async def test_voice_speed_and_style_are_what_was_chosen(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await _always(telegram, ada, "voice:is:cedar")
    await _always(telegram, ada, "voice:speed:1.5")
    await answered(telegram, ada, "/voice style warm, slow")

    await _voice(telegram, ada, after=await telegram.say(ada, "/say Good morning"))

    body = next(request["body"] for request in await model.requests() if request["path"] == SPEECH)
    assert body["voice"] == "cedar"
    assert body["instructions"] == "warm, slow"
    assert body.get("speed", 1.5) == 1.5


async def test_an_assistants_own_voice_is_spoken_and_the_chats_where_it_has_none(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    await _always(telegram, ada, "voice:is:cedar")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Use it here")

    await _voice(telegram, ada, after=await telegram.say(ada, "{{say: In the voice of the chat.}}"))
    await through(telegram, ada, card, "Edit", "Voice", "Marin")
    await _voice(telegram, ada, after=await telegram.say(ada, "{{say: In a voice of its own.}}"))

    spoken = [request["body"] for request in await model.requests() if request["path"] == SPEECH]
    assert [(body["input"], body["voice"]) for body in spoken] == [
        ("In the voice of the chat.", "cedar"),
        ("In a voice of its own.", "marin"),
    ]


async def test_the_menu_ticks_what_was_chosen(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    menu = await answered(telegram, ada, "/voice")

    await telegram.tap(ada, menu["message_id"], "voice:is:cedar")

    def ticked(messages: Sequence[dict[str, Any]]) -> bool:
        rows = messages[-1]["reply_markup"]["inline_keyboard"]
        return any(tap["text"] == "✓ Cedar" for row in rows for tap in row)

    await telegram.wait_for(ada, ticked)


async def test_a_sample_is_heard_at_one_tap_and_paid_once(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada, ben = await telegram.user(), await telegram.user("Ben")
    for person in (ada, ben):
        menu = await answered(telegram, person, "/voice")
        await telegram.tap(person, menu["message_id"], "ask:sample:coral")
        assert (await _voice(telegram, person, after=menu["message_id"]))["caption"] == "Coral"
    await settled(bot, telegram)

    assert len(await _spoken_texts(model)) == 1


async def test_in_a_group_only_its_admins_choose_when_it_is_spoken_to(telegram: TelegramClient) -> None:
    ada, ben = await telegram.user(), await telegram.user("Ben")
    group = await telegram.group("Team", [ada, ben])
    menu = await answered(telegram, group, "/voice", user=ben)

    told = await telegram.callback_answer(
        await telegram.tap(group, menu["message_id"], "voice:when:always", user=ben)
    )

    assert "admins" in told["text"]


async def test_a_person_who_forbids_voice_messages_gets_a_sound_file(
    town: Town, telegram: TelegramClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    await telegram.forbid_voice(ada)

    audio = await _voice(telegram, ada, after=await telegram.say(ada, "/say Good morning"), form="audio")

    assert await _heard(town, audio, tmp_path) == "Good morning."


async def test_without_speech_the_text_stands_and_one_line_says_why(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    await model.fault(path=SPEECH, times=99, status=500)
    await model.fault(path="/v1/realtime", times=99, status=500)

    await telegram.say(ada, "{{say: The text of it.}}")
    await settled(bot, telegram)

    text, why = texts(await telegram.messages(ada))[-2:]
    assert "The text of it." in text
    assert "No voice message this time" in why


@pytest.mark.parametrize(
    ("way", "path"),
    [
        ("gpt-4o-mini-tts", SPEECH),
        ("gpt-audio-1.5", "/v1/chat/completions"),
        ("gpt-realtime-2.1-mini", "/v1/realtime"),
    ],
)
async def test_each_way_of_speaking_reads_what_was_written_and_its_failure_costs_no_text(
    town: Town, tmp_path: Path, way: str, path: str
) -> None:
    async with town.bot(speech_model=way) as bot:
        ada = await town.telegram.user()
        await _always(town.telegram, ada)
        asked = await town.telegram.say(ada, "{{say: It works in every way.}}")
        voice = await _voice(town.telegram, ada, after=asked)

        for one in (SPEECH, "/v1/chat/completions", "/v1/realtime"):
            await town.model.fault(path=one, times=99, status=401)
        await town.telegram.say(ada, "{{say: The text stands.}}")
        await settled(bot, town.telegram)

    assert await _heard(town, voice, tmp_path) == "It works in every way."
    assert path in [request["path"] for request in await town.model.requests()]
    text, why = texts(await town.telegram.messages(ada))[-2:]
    assert "The text stands." in text
    assert "No voice message this time" in why


async def test_other_words_than_the_given_are_sent_with_a_warning(town: Town) -> None:
    async with town.bot(speech_model="gpt-audio-1.5"):
        ada = await town.telegram.user()

        asked = await town.telegram.say(ada, "/say Read this. {{reword}}")
        voice = await _voice(town.telegram, ada, after=asked)

    assert "word for word" in voice["caption"]


async def test_ten_voice_turns_are_one_conversation_across_a_restart(town: Town, tmp_path: Path) -> None:
    telegram, heard = town.telegram, list[str]()
    ada = await telegram.user()

    async def talk(number: int) -> None:
        words = f"Question number {number} {{{{say: Answer number {number}.}}}}"
        asked = await telegram.send_voice(ada, voice_note(words))
        heard.append(await _heard(town, await _voice(telegram, ada, after=asked), tmp_path))

    for half in (range(5), range(5, 10)):
        async with town.bot():
            for number in half:
                await talk(number)

    assert heard == [f"Answer number {number}." for number in range(10)]
    asked = [request for request in await town.model.requests() if request["path"] == "/v1/responses"]
    assert "Question number 0" in str(asked[-1]["body"]["input"])


async def test_what_was_spoken_before_a_restart_is_not_paid_again(town: Town) -> None:
    telegram, model = town.telegram, town.model
    ada = await telegram.user()
    first, last = "This is the first sentence, and it is long enough.", "Here is another one, it is long, too."
    async with town.bot():
        await _always(telegram, ada)
        await telegram.say(ada, f"{{{{pace: 10 400}}}} {{{{say: {first} {last}}}}}")
        await model.wait_for_requests(
            lambda requests: any(one["path"] == SPEECH and one["finished"] for one in requests)
        )
        await model.fault(path=SPEECH, times=1, kind="hang")
        await model.wait_for_requests(lambda requests: sum(one["path"] == SPEECH for one in requests) > 1)

    async with town.bot():
        await _voice(telegram, ada, after=0)

    assert [text for text in await _spoken_texts(model) if text.startswith(first)] == [first]


async def test_stop_ends_the_speaking(bot: Parley, telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await _always(telegram, ada)
    await model.fault(path=SPEECH, times=9, kind="hang")

    asked = await telegram.say(ada, "{{say: The text of it.}}")
    await telegram.next_reply(ada, after=asked)
    await telegram.wait_for_calls(
        lambda calls: any(call["params"]["action"] == "record_voice" for call in calls), method="sendChatAction"
    )
    await telegram.say(ada, "/stop")
    await settled(bot, telegram)

    assert not any("voice" in one for one in await telegram.messages(ada))

"""Listening: what is said to the bot is asked like typed text; what cannot be heard is explained."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.media.made import Part, Scene, noise, parts, recording, tone, video
from tests.sandbox.model.samples import tones, voice_note
from tests.town import BOT_NAME, Town, answered, last_question

HEARD = "/v1/audio/transcriptions"
NOTHING = "I could not hear any words in that recording."
RATE = 8_000


async def reply(telegram: TelegramClient, chat: int, message_id: int) -> dict[str, Any]:
    return await telegram.next_reply(chat, after=message_id)


async def listened(model: ModelClient) -> list[dict[str, Any]]:
    """The requests for transcription, in their order."""
    return [request for request in await model.requests() if request["path"] == HEARD]


def quotes(message: dict[str, Any]) -> list[str]:
    return [entity["type"] for entity in message.get("entities", [])]


async def test_a_voice_note_is_answered_like_text(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    answer = await reply(telegram, ada, await telegram.send_voice(ada, voice_note("Why is the sky blue?")))

    assert answer["text"].startswith("Why is the sky blue?")
    assert quotes(answer)[0] == "expandable_blockquote"
    assert await last_question(model) == "Why is the sky blue?"


async def test_it_goes_to_transcription_as_it_is(telegram: TelegramClient, model: ModelClient) -> None:
    ada, note = await telegram.user(), voice_note("Hello")

    await reply(telegram, ada, await telegram.send_voice(ada, note))

    assert await model.content((await listened(model))[0]) == note


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "wav"])
async def test_an_audio_file_is_heard(telegram: TelegramClient, model: ModelClient, kind: str) -> None:
    ada = await telegram.user()

    sound = tones(450, kind=kind)
    sent = await telegram.send_audio(ada, sound, name=f"song.{kind}", caption="What is it?")

    await reply(telegram, ada, sent)
    assert "a tone of 450 Hz" in await last_question(model)


async def test_a_video_note_is_heard_as_a_question(
    telegram: TelegramClient, model: ModelClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    scenes = [Scene(seconds=2, colour="red")]
    film = await asyncio.to_thread(video, tmp_path / "note.mp4", scenes, pcm=tone(2, hertz=450))

    answer = await reply(telegram, ada, await telegram.send_video_note(ada, film.read_bytes()))

    assert answer["text"].startswith("a tone of 450 Hz lasting 2 seconds")


async def test_several_recordings_of_one_message_are_heard_at_the_same_time(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.fault(path=HEARD, times=2, kind="delay", seconds=0.5)
    notes = [tones(450, kind="mp3"), tones(550, kind="mp3")]

    sent = await town.telegram.send_album(ada, notes, kind="audio", caption="Compare")
    async with town.bot():
        await reply(town.telegram, ada, sent[-1])

    first, second = await listened(town.model)
    assert second["at"] < first["finished_at"]


async def test_in_a_group_a_voice_note_counts_when_its_caption_mentions_the_bot(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    club = await telegram.group("Club", [ada])

    sent = await telegram.send_voice(club, voice_note("How late is it?"), user=ada, caption=f"@{BOT_NAME}")

    assert "How late is it?" in (await reply(telegram, club, sent))["text"]


async def test_in_a_group_a_voice_note_counts_as_a_reply_to_the_bot(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    club = await telegram.group("Club", [ada])
    said = await answered(telegram, club, f"@{BOT_NAME} hello", user=ada)

    note = voice_note("How late is it?")
    sent = await telegram.send_voice(club, note, user=ada, reply_to=said["message_id"])

    assert "How late is it?" in (await reply(telegram, club, sent))["text"]


async def test_in_a_group_other_voice_notes_are_neither_heard_nor_answered(
    telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(privacy=False)
    ada = await telegram.user()
    club = await telegram.group("Club", [ada])

    await telegram.send_voice(club, voice_note("Between us"), user=ada)
    await answered(telegram, club, f"@{BOT_NAME} hello", user=ada)

    assert await listened(model) == []


async def test_in_a_group_that_is_listened_to_every_voice_note_counts(town: Town) -> None:
    await town.telegram.configure(privacy=False)
    ada = await town.telegram.user()
    club = await town.telegram.group("Club", [ada])
    async with town.bot(admin_user_ids=str(ada)):
        menu = await answered(town.telegram, club, "/listen", user=ada)
        await town.telegram.tap(club, menu["message_id"], "listen:always", user=ada)

        sent = await town.telegram.send_voice(club, voice_note("Who knows?"), user=ada)

        assert "Who knows?" in (await reply(town.telegram, club, sent))["text"]


async def test_anothers_voice_note_is_heard_when_it_is_asked_about(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user(), await telegram.user("Bob")
    club = await telegram.group("Club", [ada, bob])
    note = await telegram.send_voice(club, voice_note("See you at nine"), user=bob)

    await answered(telegram, club, f"@{BOT_NAME} when?", user=ada, reply_to=note)

    assert "See you at nine" in await last_question(model)


async def test_silence_is_explained_and_nothing_is_paid(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    answer = await reply(telegram, ada, await telegram.send_voice(ada, tones(0, seconds=3)))

    assert answer["text"].startswith(NOTHING)
    assert await model.requests() == []


async def test_noise_in_which_the_model_hears_nothing_is_explained(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    answer = await reply(telegram, ada, await telegram.send_voice(ada, voice_note("")))

    assert answer["text"].startswith(NOTHING)
    assert len(await model.requests()) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"OggS" + bytes(500), "damaged"), (b"\x00\x01nothing", "damaged")],
)
async def test_a_broken_recording_is_explained(
    telegram: TelegramClient, model: ModelClient, content: bytes, says: str
) -> None:
    ada = await telegram.user()

    answer = await reply(telegram, ada, await telegram.send_voice(ada, content, duration=2))

    assert says in answer["text"]
    assert await model.requests() == []


async def test_a_video_without_sound_is_only_seen(
    telegram: TelegramClient, model: ModelClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    film = await asyncio.to_thread(video, tmp_path / "mute.mp4", [Scene(seconds=2, colour="red")])

    answer = await reply(telegram, ada, await telegram.send_video(ada, film.read_bytes(), caption="Colour?"))

    assert "red" in answer["text"]
    assert await listened(model) == []


async def test_a_recording_longer_than_the_limit_is_refused_with_its_price(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user()
    talk = await asyncio.to_thread(
        recording, tmp_path / "talk.ogg", parts(Part(150), rate=RATE), rate=RATE, bitrate=16_000
    )
    async with town.bot(longest_recording_minutes=2):
        answer = await reply(town.telegram, ada, await town.telegram.send_voice(ada, talk.read_bytes()))

    assert "0:02:30 of recordings, which would cost $0.01; I listen to 0:02:00 at once" in answer["text"]
    assert await town.model.requests() == []


async def test_a_failing_transcription_is_told_and_can_be_tried_again(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await model.fault(path=HEARD, times=1, status=400, code="invalid_request_error", message="No.")
    broken = await reply(telegram, ada, await telegram.send_voice(ada, voice_note("Hello there")))

    again = await answered(telegram, ada, "/retry")

    assert "Error" in broken["text"]
    assert again["text"].startswith("Hello there")


async def test_a_busy_provider_is_waited_for(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await model.fault(path=HEARD, times=5, status=429, code="rate_limit_exceeded", retry_after=0.05)

    answer = await reply(telegram, ada, await telegram.send_voice(ada, voice_note("Hello there")))

    assert answer["text"].startswith("Hello there")


async def test_what_cannot_be_heard_does_not_stop_what_is_written(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    sent = await telegram.send_voice(ada, tones(0, seconds=2), caption="What do you think?")

    answer = await reply(telegram, ada, sent)
    assert NOTHING in answer["text"]
    assert await last_question(model) == "What do you think?"


async def test_noise_is_not_taken_for_silence(
    telegram: TelegramClient, model: ModelClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    hiss = await asyncio.to_thread(recording, tmp_path / "hiss.ogg", noise(2))

    await reply(telegram, ada, await telegram.send_voice(ada, hiss.read_bytes()))

    assert len(await listened(model)) == 1


async def test_what_a_person_said_about_their_recordings_helps(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    told = await answered(telegram, ada, "/hear Italian, en: Parley, Ada")

    await reply(telegram, ada, await telegram.send_voice(ada, voice_note("ciao")))

    body = (await listened(model))[0]["body"]
    assert (body["languages"], body["keywords"]) == (["it", "en"], ["Parley", "Ada"])
    assert "italiano, English" in told["text"]


async def test_an_unknown_language_is_told_and_nothing_is_changed(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "/hear it: Ada")

    told = await answered(telegram, ada, "/hear Martian")

    assert told["text"].startswith("I do not know one of these languages")
    assert "italiano" in (await answered(telegram, ada, "/hear"))["text"]


async def test_what_was_said_about_recordings_can_be_forgotten(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "/hear it: Ada")

    await answered(telegram, ada, "/hear -")

    await reply(telegram, ada, await telegram.send_voice(ada, voice_note("ciao")))
    assert "keywords" not in (await listened(model))[0]["body"]


@pytest.mark.timeout(180)
async def test_a_long_recording_shows_how_far_it_is(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user()
    pcm = b"".join(parts(Part(2, 0.3, hertz), Part(202, 0), rate=RATE) for hertz in (450, 550, 650))
    talk = await asyncio.to_thread(recording, tmp_path / "talk.ogg", pcm, rate=RATE, bitrate=16_000)
    await town.model.fault(path=HEARD, times=3, kind="delay", seconds=0.5)
    async with town.bot():
        sent = await town.telegram.send_voice(ada, talk.read_bytes())
        await town.telegram.wait_for_draft(ada, lambda draft: "Listening: 1 of 3…" in str(draft), timeout=60)

        answer = await town.telegram.next_reply(ada, after=sent, timeout=80)

    order = [answer["text"].index(f"tone of {hertz} Hz") for hertz in (450, 550, 650)]
    assert order == sorted(order)

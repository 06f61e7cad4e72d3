"""Files stand: each in the best form that Telegram takes, with its words and buttons, once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.errors import FileGone, FileRefused, ReaderGone
from domain.reply import Button, Keyboard, MediaForm, Outgoing, SentMedia
from domain.turn import ConversationKey
from replies.media_content import MediaContent, caption
from replies.uploads import Upload
from tests.replies.house import House, MemorySteps, group, private
from tests.sandbox.telegram import samples

AGAIN: Keyboard = ((Button("Again", "draw:again:1"),),)
PICTURE = samples.picture(320, 200)


def outgoing(path: Path, form: MediaForm, content: bytes, name: str = "file.bin", **said: Any) -> Outgoing:
    """A file on our disk, to be sent."""
    file = path / f"{len(list(path.iterdir()))}-{form}"
    file.write_bytes(content)
    return Outgoing(form, file, name, said.pop("media_type", "application/octet-stream"), **said)


def photo(path: Path, **said: Any) -> Outgoing:
    return outgoing(path, "photo", PICTURE, "picture.png", media_type="image/png", **said)


async def sent(house: House, user: int, *media: Outgoing, **wanted: Any) -> tuple[SentMedia, ...]:
    wanted = {"steps": house.steps, "step": "draw"} | wanted
    return await house.presenter.send_media(private(user), media, **wanted)


async def from_bot(house: House, chat_id: int) -> list[dict[str, Any]]:
    return [message for message in await house.people.messages(chat_id) if message["from"]["is_bot"]]


async def test_a_photo_has_its_caption_and_buttons(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")

    (shown,) = await sent(house, user, photo(tmp_path, caption="A **red** field"), keyboard=AGAIN)

    (message,) = await from_bot(house, user)
    assert message["caption"] == "A red field"
    assert message["caption_entities"] == [{"type": "bold", "offset": 2, "length": 3}]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Again"
    assert message["photo"][-1]["width"] == 320
    file_id = message["photo"][-1]["file_id"]
    assert shown == SentMedia(message["message_id"], file_id, "photo", has_buttons=True)


@pytest.mark.parametrize(
    ("form", "content", "name"),
    [
        ("document", b"%PDF-1.7", "report.pdf"),
        ("document", samples.gif(), "moving.gif"),
        ("document", samples.mp3(), "song.mp3"),
        ("audio", samples.mp3(), "song.mp3"),
        ("voice", samples.voice(), "voice.ogg"),
        ("video", samples.film(), "film.mp4"),
        ("animation", samples.gif(), "moving.gif"),
    ],
)
async def test_a_file_stands_in_the_form_it_is_meant_in(
    house: House, tmp_path: Path, form: MediaForm, content: bytes, name: str
) -> None:
    user = await house.people.user("Ada")

    (shown,) = await sent(house, user, outgoing(tmp_path, form, content, name, caption="Here"))

    (message,) = await from_bot(house, user)
    assert shown.form == form
    assert message[form]["file_id"] == shown.file_id
    assert message["caption"] == "Here"
    assert [call["status"] for call in await house.people.calls(chat_id=user)] == [200]


async def test_a_document_keeps_its_bytes_and_its_name(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    content = bytes(range(256)) * 1_000

    await sent(house, user, outgoing(tmp_path, "document", content, 'Grüße "世界"/final.bin'))

    (message,) = await from_bot(house, user)
    assert message["document"]["file_name"] == "Grüße _世界_final.bin"
    assert await house.people.file(message) == content


async def test_title_duration_and_spoiler_are_told(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    song = outgoing(tmp_path, "audio", samples.mp3(), "song.mp3", title="Ode", duration_seconds=7)

    await sent(house, user, song, photo(tmp_path, has_spoiler=True))

    heard, seen = await from_bot(house, user)
    assert (heard["audio"]["title"], heard["audio"]["duration"]) == ("Ode", 7)
    assert seen["has_media_spoiler"]


async def test_a_file_answers_in_its_topic(house: House, tmp_path: Path) -> None:
    ada = await house.people.user("Ada")
    club = await house.people.group("Club", [ada], is_forum=True)
    topic = await house.people.topic(club, "Art")
    question = await house.people.say(club, "/imagine red", user=ada, topic=topic)
    to = group(club, topic_id=topic, reply_to=question)

    await house.presenter.send_media(
        to, [photo(tmp_path), outgoing(tmp_path, "voice", samples.voice())], steps=house.steps, step="draw"
    )

    first, second = await from_bot(house, club)
    assert first["reply_to_message"]["message_id"] == question
    assert {first["message_thread_id"], second["message_thread_id"]} == {topic}
    assert second.get("reply_to_message", {}).get("message_id") != question


# What Telegram does not take


@pytest.mark.parametrize(
    "content",
    [samples.picture(30, 700), samples.picture(9_990, 20), b"no picture at all"],
    ids=["narrow", "wide", "broken"],
)
async def test_what_is_no_photo_for_telegram_is_sent_as_a_file(
    house: House, tmp_path: Path, content: bytes
) -> None:
    user = await house.people.user("Ada")
    picture = outgoing(tmp_path, "photo", content, "picture.png", caption="*Red*")

    (shown,) = await sent(house, user, picture, keyboard=AGAIN)

    (message,) = await from_bot(house, user)
    assert shown.form == "document"
    assert message["caption"] == "Red"
    assert "reply_markup" in message
    assert await house.people.file(message) == content


async def test_a_photo_of_many_bytes_is_sent_as_a_file_at_once(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")

    (shown,) = await sent(house, user, outgoing(tmp_path, "photo", PICTURE + bytes(10_000_000), "big.png"))

    assert shown.form == "document"
    assert await house.counted("sendPhoto") == 0


async def test_who_takes_no_voice_messages_gets_music(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    await house.people.forbid_voice(user)

    (shown,) = await sent(house, user, outgoing(tmp_path, "voice", samples.voice(), "answer.ogg", caption="Hi"))

    (message,) = await from_bot(house, user)
    assert shown.form != "voice"
    assert message["caption"] == "Hi"


async def test_the_form_is_told_that_telegram_made_of_it(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")

    (shown,) = await sent(house, user, outgoing(tmp_path, "voice", samples.wav(), "answer.wav"))

    (message,) = await from_bot(house, user)
    assert message[shown.form]["file_id"] == shown.file_id
    assert shown.form in ("audio", "document")


@pytest.mark.parametrize(
    "description", ["Bad Request: can't parse caption entities", "Bad Request: BUTTON_DATA_INVALID"]
)
async def test_a_caption_or_button_that_is_refused_does_not_cost_the_form(
    house: House, tmp_path: Path, description: str
) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendPhoto", kind="status", status=400, description=description)

    (shown,) = await sent(house, user, photo(tmp_path, caption="A **red** field"), keyboard=AGAIN)

    (message,) = await from_bot(house, user)
    assert shown.form == "photo"
    assert message["caption"] == "A red field"
    assert not {"reply_markup", "caption_entities"} & message.keys()


async def test_what_is_too_large_is_told(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    large = outgoing(tmp_path, "video", samples.film() + bytes(50 * 1024 * 1024), "long.mp4")

    with pytest.raises(FileRefused) as caught:
        await sent(house, user, large)

    assert "too large" in str(caught.value.text)
    assert await from_bot(house, user) == []


@pytest.mark.parametrize("content", [b"", None], ids=["empty", "missing"])
async def test_nothing_cannot_be_sent_and_holds_nothing_up(
    house: House, tmp_path: Path, content: bytes | None
) -> None:
    user = await house.people.user("Ada")
    nothing = outgoing(tmp_path, "photo", content or b"")
    nothing = nothing if content is not None else replace(nothing, path=tmp_path / "gone")

    with pytest.raises(FileRefused):
        await sent(house, user, nothing, photo(tmp_path, caption="red"))

    assert [message["caption"] for message in await from_bot(house, user)] == ["red"]


@pytest.mark.parametrize(
    "description",
    ["Bad Request: not enough rights to send photos to the chat", "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN"],
)
async def test_a_group_without_files_is_still_a_group_to_talk_to(
    fast: House, tmp_path: Path, description: str
) -> None:
    club = await fast.people.group("Club", [await fast.people.user("Ada")])
    for method in ("sendPhoto", "sendDocument"):
        await fast.people.fault(method=method, kind="status", status=400, description=description)

    with pytest.raises(FileRefused) as caught:
        await fast.presenter.send_media(group(club), [photo(tmp_path)], steps=fast.steps, step="draw")

    assert "not allowed" in str(caught.value.text)


async def test_nobody_is_left_to_see_it(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    await house.people.block(user)

    with pytest.raises(ReaderGone):
        await sent(house, user, photo(tmp_path))


# Albums


async def test_several_of_a_kind_are_an_album_each_with_its_words(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    film = outgoing(tmp_path, "video", samples.film(), "film.mp4")

    shown = await sent(house, user, photo(tmp_path, caption="**One**"), photo(tmp_path), film)

    messages = await from_bot(house, user)
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [one.form for one in shown] == ["photo", "photo", "video"]
    assert [one.message_id for one in shown] == [message["message_id"] for message in messages]
    assert messages[0]["caption_entities"][0]["type"] == "bold"
    assert [call["method"] for call in await house.people.calls(chat_id=user)] == ["sendMediaGroup"]


async def test_many_are_albums_of_like_size(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")

    shown = await sent(fast, user, *(photo(tmp_path, caption=f"{number}") for number in range(11)))

    messages = await from_bot(fast, user)
    groups = [message["media_group_id"] for message in messages]
    assert [groups.count(one) for one in dict.fromkeys(groups)] == [5, 6]
    assert [message["caption"] for message in messages] == [f"{number}" for number in range(11)]
    assert [one.message_id for one in shown] == [message["message_id"] for message in messages]


async def test_each_kind_keeps_to_itself_and_the_last_alone_has_the_buttons(
    fast: House, tmp_path: Path
) -> None:
    user = await fast.people.user("Ada")
    files = [outgoing(tmp_path, "document", b"text", f"{number}.txt") for number in range(2)]
    voices = [outgoing(tmp_path, "voice", samples.voice()) for _ in range(2)]

    shown = await sent(fast, user, photo(tmp_path), photo(tmp_path), *files, *voices, keyboard=AGAIN)

    messages = await from_bot(fast, user)
    calls = [call["method"] for call in await fast.people.calls(chat_id=user)]
    assert calls == ["sendMediaGroup", "sendMediaGroup", "sendVoice", "sendVoice"]
    assert ["reply_markup" in message for message in messages] == [False] * 5 + [True]
    assert [one.has_buttons for one in shown] == [False] * 5 + [True]


async def test_an_album_has_no_buttons_and_says_so(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")

    shown = await sent(house, user, photo(tmp_path), photo(tmp_path), keyboard=AGAIN)

    assert not any(one.has_buttons for one in shown)


async def test_one_that_telegram_does_not_take_leaves_the_album(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    wide = outgoing(tmp_path, "photo", samples.picture(9_990, 20), "wide.png")

    shown = await sent(fast, user, photo(tmp_path), wide, photo(tmp_path))

    messages = await from_bot(fast, user)
    assert [one.form for one in shown] == ["photo", "document", "photo"]
    assert ["media_group_id" in message for message in messages] == [True, True, False]
    assert len(fast.steps.recorded) == 3


async def test_a_broken_one_does_not_cost_the_others(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")

    with pytest.raises(FileRefused):
        await sent(fast, user, photo(tmp_path), outgoing(tmp_path, "photo", b""), photo(tmp_path))

    assert len({message["media_group_id"] for message in await from_bot(fast, user)}) == 1
    assert fast.steps.recorded.keys() == {"draw:0", "draw:2"}


async def test_an_album_that_is_refused_as_such_comes_one_by_one(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendMediaGroup", kind="status", status=400, description="no albums today")

    shown = await sent(fast, user, photo(tmp_path), photo(tmp_path), keyboard=AGAIN)

    assert [one.form for one in shown] == ["photo", "photo"]
    assert [one.has_buttons for one in shown] == [False, True]
    assert len(await from_bot(fast, user)) == 2


# What stands already


async def test_what_is_recorded_is_not_sent_again(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    media = photo(tmp_path), photo(tmp_path), outgoing(tmp_path, "document", b"text")
    first = await sent(house, user, *media, keyboard=AGAIN)

    second = await sent(house, user, *media, keyboard=AGAIN)

    assert first == second
    assert len(await from_bot(house, user)) == 3
    assert house.steps.recorded["draw:2"] == {
        "message_id": first[2].message_id,
        "file_id": first[2].file_id,
        "form": "document",
        "has_buttons": True,
    }


async def test_after_a_crash_the_missing_ones_are_sent(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    media = photo(tmp_path), outgoing(tmp_path, "voice", samples.voice()), outgoing(tmp_path, "document", b"x")
    (voice,) = await sent(fast, user, media[1], steps=MemorySteps())
    await fast.steps.record(
        "draw:1", {"message_id": voice.message_id, "file_id": voice.file_id, "form": "voice"}
    )

    shown = await sent(fast, user, *media)

    assert shown[1] == voice
    assert [one.form for one in shown] == ["photo", "voice", "document"]
    assert len(await from_bot(fast, user)) == 3


async def test_an_album_is_recorded_as_a_whole_with_its_first(house: House, tmp_path: Path) -> None:
    """A process killed between the records of an album has recorded it."""
    user = await house.people.user("Ada")
    media = photo(tmp_path), photo(tmp_path), photo(tmp_path)
    first = await sent(house, user, *media)
    for lost in ("draw:1", "draw:2"):
        del house.steps.recorded[lost]

    assert await sent(house, user, *media) == first
    assert len(await from_bot(house, user)) == 3


async def test_a_file_that_telegram_has_is_sent_without_an_upload(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    (known,) = await sent(house, user, photo(tmp_path))
    again = Outgoing("photo", tmp_path / "gone", "picture.png", "image/png", "Again", file_id=known.file_id)

    (shown,) = await sent(house, user, again, step="gallery")

    messages = await from_bot(house, user)
    assert shown == SentMedia(messages[1]["message_id"], known.file_id, "photo")
    assert messages[1]["caption"] == "Again"
    call = (await house.people.calls("sendPhoto"))[-1]
    assert call["params"]["photo"] == known.file_id


async def test_a_file_that_telegram_has_lost_is_uploaded_again(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    (known,) = await sent(fast, user, photo(tmp_path))
    await fast.people.lose_file(known.file_id)

    again = await sent(fast, user, photo(tmp_path, file_id=known.file_id), step="gallery")

    assert again[0].file_id != known.file_id
    with pytest.raises(FileGone):
        await sent(fast, user, Outgoing("photo", tmp_path / "no", "", "", file_id=known.file_id), step="other")


async def test_albums_are_sent_by_their_ids_too(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    known = await sent(fast, user, photo(tmp_path), photo(tmp_path))

    shown = await sent(fast, user, *(photo(tmp_path, file_id=one.file_id) for one in known), step="gallery")

    assert [one.file_id for one in shown] == [one.file_id for one in known]
    assert await fast.counted("sendMediaGroup") == 2


# Changing what stands


def _content(path: Path, colour: str, words: str = "") -> MediaContent:
    content = samples.picture(colour=colour)
    file = path / f"{colour}.png"
    file.write_bytes(content)
    return MediaContent("photo", Upload(file, file.name, "image/png", len(content)), caption(words))


async def test_a_picture_sharpens_in_one_message(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    key = ConversationKey(user)
    first = await house.gateway.send_media(key, _content(tmp_path, "gray"))

    await house.gateway.edit_media(key, first.message_id, _content(tmp_path, "pink"), is_preview=True)
    last = await house.gateway.edit_media(
        key, first.message_id, _content(tmp_path, "red", "*Red*"), keyboard=AGAIN
    )

    (message,) = await from_bot(house, user)
    file_id = message["photo"][-1]["file_id"]
    assert last == SentMedia(first.message_id, file_id, "photo", has_buttons=True)
    assert last.file_id != first.file_id
    assert message["caption"] == "Red"
    assert "reply_markup" in message


async def test_the_same_file_again_is_no_trouble(house: House, tmp_path: Path) -> None:
    key = ConversationKey(await house.people.user("Ada"))
    first = await house.gateway.send_media(key, _content(tmp_path, "gray"))
    same = MediaContent("photo", first.file_id, caption(""))

    assert await house.gateway.edit_media(key, first.message_id, same) == first

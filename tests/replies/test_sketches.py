"""A picture sharpens in the message in which the finished one stands."""

from pathlib import Path

import pytest

from domain.errors import FileRefused
from domain.reply import Outgoing
from domain.turn import ConversationKey
from tests.replies.house import House, group, private
from tests.replies.test_media import AGAIN, from_bot, outgoing, photo, sent
from tests.sandbox.telegram import samples


def _picture(path: Path, colour: str) -> Outgoing:
    return outgoing(path, "photo", samples.picture(colour=colour), f"{colour}.png", caption=colour)


async def _sketch(house: House, user: int, picture: Outgoing) -> None:
    await house.presenter.sketch(private(user), picture, steps=house.steps, step="draw")


async def test_the_finished_picture_takes_the_place_of_its_sketches(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    for colour in ("gray", "pink"):
        await _sketch(fast, user, _picture(tmp_path, colour))

    (shown,) = await sent(fast, user, _picture(tmp_path, "red"), keyboard=AGAIN)

    (message,) = await from_bot(fast, user)
    assert message["message_id"] == shown.message_id
    assert message["caption"] == "red"
    assert "reply_markup" in message
    assert await fast.counted("editMessageMedia") == 2


async def test_a_sketch_replies_in_a_group(fast: House, tmp_path: Path) -> None:
    ada = await fast.people.user("Ada")
    club = await fast.people.group("Club", [ada])
    question = await fast.people.say(club, "/imagine red", user=ada)
    to = group(club, reply_to=question)

    await fast.presenter.sketch(to, _picture(tmp_path, "gray"), steps=fast.steps, step="draw")
    await fast.presenter.send_media(to, [_picture(tmp_path, "red")], steps=fast.steps, step="draw")

    (message,) = await from_bot(fast, club)
    assert message["caption"] == "red"
    assert message["reply_to_message"]["message_id"] == question


async def test_an_album_stands_instead_of_the_sketch(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await _sketch(fast, user, _picture(tmp_path, "gray"))
    media = photo(tmp_path), photo(tmp_path)

    first = await sent(fast, user, *media)
    second = await sent(fast, user, *media)

    assert first == second
    assert [message["message_id"] for message in await from_bot(fast, user)] == [
        one.message_id for one in first
    ]


async def test_a_sketch_that_is_deleted_does_not_lose_the_picture(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await _sketch(fast, user, _picture(tmp_path, "gray"))
    (message,) = await from_bot(fast, user)
    await fast.gateway.delete(ConversationKey(user), message["message_id"])

    await _sketch(fast, user, _picture(tmp_path, "pink"))
    await sent(fast, user, _picture(tmp_path, "red"))

    assert [message.get("caption") for message in await from_bot(fast, user)] == ["red"]


async def test_a_sketch_of_unknown_outcome_is_the_last(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendPhoto", kind="reset_after")
    for colour in ("gray", "pink", "salmon"):
        await _sketch(fast, user, _picture(tmp_path, colour))

    await sent(fast, user, _picture(tmp_path, "red"))

    assert [message["caption"] for message in await from_bot(fast, user)] == ["gray", "red"]


async def test_a_refused_sketch_is_nobodys_trouble(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")

    await _sketch(fast, user, outgoing(tmp_path, "photo", b"no picture"))
    await _sketch(fast, user, outgoing(tmp_path, "photo", b""))
    await sent(fast, user, _picture(tmp_path, "red"))

    assert [message["caption"] for message in await from_bot(fast, user)] == ["red"]


async def test_without_a_finished_picture_no_sketch_stays(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await _sketch(fast, user, _picture(tmp_path, "gray"))

    with pytest.raises(FileRefused):
        await sent(fast, user, outgoing(tmp_path, "photo", b""))

    assert await from_bot(fast, user) == []


async def test_a_picture_that_is_no_photo_takes_the_place_as_a_file(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await _sketch(fast, user, _picture(tmp_path, "gray"))
    wide = outgoing(tmp_path, "photo", samples.picture(9_990, 20), "wide.png")

    (shown,) = await sent(fast, user, wide)

    (message,) = await from_bot(fast, user)
    assert (shown.form, shown.message_id) == ("document", message["message_id"])
    assert "photo" not in message

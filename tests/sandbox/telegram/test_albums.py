"""Albums: several messages of one group, of kinds that go together, all of them or none."""

from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, Json
from tests.sandbox.telegram.test_bot_media import Parts, photo, posted, refused


def items(*kinds: str, **fields: Any) -> list[Json]:
    return [{"type": kind, "media": f"attach://{number}"} | fields for number, kind in enumerate(kinds)]


def parts(*kinds: str) -> Parts:
    made = {
        "photo": photo(),
        "video": ("a.mp4", samples.film()),
        "document": ("a.txt", b"words"),
        "audio": ("a.mp3", samples.mp3()),
        "live_photo": ("a.mp4", samples.film()),
    }
    return {str(number): made[kind] for number, kind in enumerate(kinds)}


async def sent_album(bot: Bot, files: Parts, **params: Any) -> list[Json]:
    status, answer = await posted(bot, "sendMediaGroup", files, **params)
    assert status == 200, answer
    return answer["result"]


@pytest.mark.parametrize(
    "kinds", [("photo", "video", "photo"), ("document", "document"), ("audio", "audio"), ("photo",) * 10]
)
async def test_what_goes_together_is_one_group(
    bot: Bot, people: TelegramClient, ada: int, kinds: tuple[str, ...]
) -> None:
    album = await sent_album(bot, parts(*kinds), chat_id=ada, media=items(*kinds))

    assert [next(kind for kind in kinds if kind in one) for one in album] == list(kinds)
    assert len({one["media_group_id"] for one in album}) == 1
    assert await people.messages(ada) == album


async def test_each_item_has_its_own_caption_and_all_answer_the_same(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    said = await people.say(ada, "hello")
    media = [one | {"caption": name} for one, name in zip(items("photo", "photo"), "ab", strict=True)]

    album = await sent_album(
        bot,
        parts("photo", "photo"),
        chat_id=ada,
        media=media,
        reply_parameters={"message_id": said},
    )

    assert [one["caption"] for one in album] == ["a", "b"]
    assert [one["reply_to_message"]["message_id"] for one in album] == [said, said]


async def test_files_the_server_has_can_be_in_an_album(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.picture())
    [message] = await people.messages(ada)
    item = {"type": "photo", "media": message["photo"][-1]["file_id"]}

    album = await bot("sendMediaGroup", chat_id=ada, media=[item, item])

    assert [one["photo"] for one in album] == [message["photo"]] * 2


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        ((), "there are no messages to send"),
        (("photo",), "an album has 2 to 10 items"),
        (("photo",) * 11, "too many messages to send as an album"),
        (("photo", "document"), "document can't be mixed with other media types"),
        (("audio", "video"), "audio can't be mixed with other media types"),
    ],
)
async def test_what_does_not_go_together_is_refused(
    bot: Bot, people: TelegramClient, ada: int, kinds: tuple[str, ...], refusal: str
) -> None:
    media = items(*kinds)

    assert await refused(bot, "sendMediaGroup", parts(*kinds), chat_id=ada, media=media) == refusal
    assert await people.messages(ada) == []


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"type": "animation"}, '"media[0].type" must be one of'),
        ({"type": "voice_note"}, '"media[0].type" must be one of'),
        ({"emoji": "x"}, '"media[0].emoji" is not known'),
        ({"media": "attach://9"}, "can't parse InputMedia: media not found"),
        ({"caption": "x" * 1025}, "message caption is too long"),
    ],
)
async def test_unfit_items_are_refused(bot: Bot, ada: int, fields: Json, refusal: str) -> None:
    media = [items("photo")[0] | fields, {"type": "photo", "media": "attach://0"}]

    assert refusal in await refused(bot, "sendMediaGroup", parts("photo"), chat_id=ada, media=media)


async def test_captions_stand_above_everywhere_or_nowhere(bot: Bot, ada: int) -> None:
    media = items("photo", "photo")
    media[0]["show_caption_above_media"] = True

    refusal = await refused(bot, "sendMediaGroup", parts("photo", "photo"), chat_id=ada, media=media)

    assert refusal == "parameter show_caption_above_media must be the same for all messages"


async def test_one_unfit_picture_spoils_the_album(bot: Bot, people: TelegramClient, ada: int) -> None:
    broken = parts("photo", "photo") | {"1": ("b.png", b"words")}

    refusal = await refused(bot, "sendMediaGroup", broken, chat_id=ada, media=items("photo", "photo"))

    assert refusal == 'failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    assert await people.messages(ada) == []


async def test_an_album_has_no_buttons(bot: Bot, ada: int) -> None:
    refusal = await refused(
        bot,
        "sendMediaGroup",
        parts("photo", "photo"),
        chat_id=ada,
        media=items("photo", "photo"),
        reply_markup={"inline_keyboard": []},
    )

    assert refusal == 'sendMediaGroup has no parameter "reply_markup"'


async def test_an_album_counts_as_many_messages_in_a_group(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada])
    await people.configure(budgets=True, chat_burst=10)
    await people.send_photo(club, samples.picture(), user=ada)
    item = {"type": "photo", "media": (await people.messages(club))[0]["photo"][-1]["file_id"]}

    statuses = await bot.statuses(3, "sendMediaGroup", chat_id=club, media=[item] * 10)

    assert statuses == [200, 200, 429]

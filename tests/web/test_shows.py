"""What a message can hold, as a reader sees it."""

from playwright.async_api import FilePayload, expect

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.web.visit import Visit

_PIXEL = samples.picture(40, 30)


async def test_tables_and_formulas_are_set(visit: Visit) -> None:
    await visit.say("{{table}} {{math}}")

    await expect(visit.theirs.last.locator("th").first).to_have_text("Planet")
    await expect(visit.theirs.last.locator(".formula.display .katex").first).to_be_visible()


async def test_code_is_coloured_and_copied(visit: Visit) -> None:
    await visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visit.say("{{code: python}}")

    await expect(visit.theirs.last.locator(".tok-keyword").first).to_have_text("def")
    await visit.press("Copy the code")
    await expect(visit.page.get_by_text("Copied")).to_be_visible()
    assert "def greet" in await visit.page.evaluate("navigator.clipboard.readText()")


async def test_every_kind_of_entity(visit: Visit, telegram: TelegramClient) -> None:
    await visit.open_chat("Book club")
    await visit.reads("Mention me")
    text = "bold italic 😀 quoted hidden link"
    kinds = {"bold": "strong", "italic": "em", "spoiler": ".spoiler", "text_link": "a"}
    words = {"bold": "bold", "italic": "italic", "spoiler": "hidden", "text_link": "link"}
    entities = [
        {
            "type": kind,
            "offset": len(text[: text.index(words[kind])].encode("utf-16-le")) // 2,
            "length": len(words[kind]),
        }
        | ({"url": "https://example.org"} if kind == "text_link" else {})
        for kind in kinds
    ]
    chat_id, grace = await _club(visit)

    await telegram.say(chat_id, text, user=grace, entities=entities)

    await visit.reads("bold italic 😀")
    for kind, selector in kinds.items():
        await expect(visit.theirs.last.locator(".text").locator(selector)).to_have_text(words[kind])


async def test_every_rich_block(visit: Visit, telegram: TelegramClient) -> None:
    await visit.open_chat("Book club")
    chat_id, grace = await _club(visit)
    blocks = [
        {"type": "heading", "size": 1, "text": "Everything"},
        {"type": "list", "items": [{"blocks": [_paragraph("done")], "has_checkbox": True, "is_checked": True}]},
        {"type": "list", "items": [{"blocks": [_paragraph("third")], "value": 3, "type": "1"}]},
        {"type": "details", "summary": "More", "blocks": [_paragraph("inside")]},
        {"type": "blockquote", "blocks": [_paragraph("said")], "credit": "Ada"},
        {"type": "divider"},
    ]

    await telegram.say(chat_id, "", user=grace, rich_message={"blocks": blocks})

    message = visit.theirs.last
    await expect(message.get_by_role("heading", name="Everything")).to_be_visible()
    await expect(message.get_by_role("img", name="Done")).to_be_visible()
    await expect(message.locator("ol li")).to_have_attribute("value", "3")
    await expect(message.get_by_text("inside")).to_be_hidden()
    await message.get_by_text("More", exact=True).click()
    await expect(message.get_by_text("inside")).to_be_visible()
    await expect(message.locator("blockquote cite")).to_have_text("Ada")


async def test_a_photo_is_shown_and_opened(visit: Visit) -> None:
    await visit.send_files({"name": "dot.png", "mimeType": "image/png", "buffer": _PIXEL}, caption="A dot")

    await expect(visit.mine.last).to_contain_text("A dot")
    await visit.reads("Picture 1")  # from now on nothing moves under the pointer
    await visit.press("Open Photo: A dot")
    shown = visit.page.get_by_role("dialog", name="Photo").get_by_role("img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40


async def test_photos_sent_together_are_one_album(visit: Visit) -> None:
    photos = [FilePayload(name=f"{n}.png", mimeType="image/png", buffer=_PIXEL) for n in range(3)]
    await visit.send_files(*photos, caption="Three dots")

    album = visit.mine.last
    await expect(album.locator(".album .photo")).to_have_count(3)
    await expect(album).to_contain_text("Three dots")
    await expect(visit.mine).to_have_count(1)
    await album.locator(".photo").first.click()
    await visit.page.keyboard.press("ArrowRight")
    await expect(visit.page.get_by_role("dialog", name="Photo")).to_be_visible()


async def test_a_file_keeps_its_name_and_content(visit: Visit) -> None:
    page = FilePayload(name="page.html", mimeType="text/html", buffer=b"<script>alert(1)</script>")
    await visit.send_files(page, kind="Files")

    link = visit.mine.last.get_by_role("link", name="page.html")
    async with visit.page.expect_download() as download:
        await link.click()
    saved = await (await download.value).path()
    assert saved.read_bytes() == b"<script>alert(1)</script>"


async def test_a_voice_message_is_recorded_and_played(visit: Visit, telegram: TelegramClient) -> None:
    await visit.press("Record a voice message")
    await expect(visit.page.get_by_role("timer")).to_have_text("0:01")
    await visit.press("Send the recording")

    play = visit.mine.last.get_by_role("button", name="Play the voice message")
    await play.click()
    await expect(visit.mine.last.get_by_role("button", name="Pause the voice message")).to_be_visible()
    await expect(visit.mine.last.locator(".bars i[style]").first).to_be_attached()
    message = (await telegram.messages(await visit.user()))[1]  # after the one that opened the topic
    assert (message["voice"]["mime_type"], message["voice"]["duration"]) in {("audio/ogg", 1), ("audio/ogg", 2)}


async def test_a_recording_thrown_away_is_not_sent(visit: Visit) -> None:
    await visit.press("Record a voice message")
    await visit.press("Throw the recording away")

    await expect(visit.field).to_be_visible()
    await expect(visit.mine).to_have_count(0)


async def test_a_location_is_sent(visit: Visit) -> None:
    await visit.attach("Location")
    await visit.confirm("Send")

    await expect(visit.mine.last).to_contain_text("38.71390, -9.13350")


def _paragraph(text: str) -> dict[str, object]:
    return {"type": "paragraph", "text": text}


async def _club(visit: Visit) -> tuple[int, int]:
    """The ids of the open group and of Grace, who is in it."""
    await expect(visit.page.locator(".title")).to_contain_text("Book club")
    found: tuple[int, int] = await visit.page.evaluate(
        """async () => {
            const { state } = await import("/web/js/store.js");
            const grace = [...state.people.values()].find((one) => one.first_name === "Grace");
            return [state.chat, grace.id];
        }"""
    )
    return found[0], found[1]

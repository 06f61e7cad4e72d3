"""Nothing that anybody writes becomes part of the page, and nobody else's page gets in."""

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.town import Town
from tests.web.visit import Visit

_ATTACK = "<img src=x onerror=window.attacked=1><script>window.attacked=1</script>"
_SAFE = "document.querySelectorAll('.log script, .log [onerror], .log a[href^=javascript]').length"


async def test_text_never_becomes_markup(visit: Visit) -> None:
    await visit.say(_ATTACK)
    await visit.say(f"{{{{say: {_ATTACK}}}}}")

    await visit.reads("onerror")
    await _assert_unharmed(visit)


async def test_names_of_people_groups_and_topics_never_become_markup(visit: Visit) -> None:
    await visit.press("You are")
    await visit.press("Somebody new")
    await visit.page.get_by_label("First name").fill(_ATTACK[:64])
    await visit.confirm("Become this person")
    await visit.press("New topic")
    await visit.page.get_by_label("Name").fill(_ATTACK)
    await visit.confirm("Create")
    await expect(visit.page.locator(".topic[aria-current]")).to_have_text(_ATTACK)
    await visit.press("New group")
    await visit.page.get_by_label("Title").fill(_ATTACK)
    await visit.confirm("Create")

    await expect(visit.page.locator(".title")).to_contain_text("onerror")
    await _assert_unharmed(visit)


async def test_captions_and_file_names_never_become_markup(visit: Visit) -> None:
    name = "<img src=x onerror=window.attacked=1>.txt"
    await visit.send_files(
        {"name": name, "mimeType": "text/plain", "buffer": b"x"}, caption=_ATTACK, kind="Files"
    )

    await expect(visit.mine.last).to_contain_text("onerror")
    await _assert_unharmed(visit)


async def test_links_open_only_what_is_safe(visit: Visit, telegram: TelegramClient) -> None:
    user = await visit.user()
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "javascript:window.attacked=1"}
    rich = {
        "type": "paragraph",
        "text": {"type": "url", "text": "press", "url": "javascript:window.attacked=1"},
    }

    await telegram.say(user, "press me", entities=[link])
    await telegram.say(user, "", rich_message={"blocks": [rich]})

    await expect(visit.mine).to_have_count(2)
    await visit.mine.last.get_by_text("press").click()
    await _assert_unharmed(visit)


async def test_the_browser_itself_refuses_markup(browser: Browser, town: Town) -> None:
    page = await browser.new_page()
    await page.goto(town.telegram_server.page)

    refused = await page.evaluate(
        "() => { try { document.body.innerHTML = '<p>x</p>'; return false } catch { return true } }"
    )

    assert refused


async def _assert_unharmed(visit: Visit) -> None:
    assert await visit.page.evaluate("window.attacked") is None
    assert await visit.page.evaluate(_SAFE) == 0


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}, {"Origin": "null"}]
)
async def test_pages_of_others_are_turned_away(town: Town, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{town.telegram_server.root}/page/socket", headers=headers) as response,
    ):
        assert response.status == 403


async def test_a_sandbox_open_to_others_asks_for_its_token() -> None:
    async with (
        TelegramSandbox.open(host="0.0.0.0") as sandbox,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,  # "unsafe": an IP address
    ):
        root = sandbox.root.replace("0.0.0.0", "127.0.0.1")
        async with session.get(f"{root}/") as asked:
            door = await asked.text()
        async with session.get(f"{root}/page/socket") as socket, session.get(f"{root}/?token=wrong") as wrong:
            pass
        async with session.get(sandbox.page.replace("0.0.0.0", "127.0.0.1")) as entered:
            page = await entered.text()
        async with aiohttp.request("POST", f"{root}/sandbox/me", json={}) as control:
            pass

    assert (asked.status, socket.status, wrong.status, control.status, entered.status) == (
        401,
        401,
        401,
        401,
        200,
    )
    assert "asks for the token" in door
    assert "/web/js/main.js" in page

"""Nothing that anybody writes becomes part of the page, and nobody else's page gets in."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, expect
from yarl import URL

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


async def test_polls_contacts_and_places_never_become_markup(alone: Visit, people: TelegramClient) -> None:
    ada = await alone.user()
    await people.poll(ada, _ATTACK, [_ATTACK, "<b>No</b>"], is_anonymous=False)
    await people.vote(ada, (await people.messages(ada))[-1]["message_id"], [0])
    contact = {"first_name": _ATTACK, "phone_number": _ATTACK}
    await people.say(ada, "", contact=contact)
    await people.say(ada, "", venue={"title": _ATTACK, "address": _ATTACK, "location": {}}, location={})

    await expect(alone.mine).to_have_count(3)
    await expect(alone.mine.first).to_contain_text("onerror")
    await _assert_unharmed(alone)


async def test_what_cannot_be_shown_hides_nothing_else(alone: Visit, people: TelegramClient) -> None:
    ada = await alone.user()
    await people.say(ada, "before")
    await people.say(ada, "", rich_message={"blocks": [{"type": "heading", "size": "<b>", "text": 5}]})
    await people.say(ada, "", location={"latitude": "north"})
    await people.say(ada, "after")

    await expect(alone.mine.first).to_contain_text("before")
    await expect(alone.mine.last).to_contain_text("after")
    await expect(alone.page.get_by_text("A message that cannot be shown")).to_have_count(2)


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
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Host": "elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_pages_of_others_are_turned_away(town: Town, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{town.telegram_server.root}/page/socket", headers=headers) as response,
    ):
        assert response.status == 403


async def test_pages_of_others_cannot_act_as_the_bot(town: Town) -> None:
    address = f"{town.telegram_server.root}/bot{town.telegram_server.token}/getMe"
    async with aiohttp.ClientSession() as session:
        async with session.get(address, headers={"Sec-Fetch-Site": "cross-site"}) as picture:
            pass
        async with session.post(address, headers={"Origin": "https://elsewhere.example"}) as script:
            pass
        async with session.get(address) as bot:
            pass

    assert (picture.status, script.status, bot.status) == (403, 403, 200)


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.xhtml", "a.xml", "a.js", "a.pdf", "a", "a.html\r\nX: y"]
)
async def test_a_file_that_could_run_is_only_ever_saved(town: Town, name: str) -> None:
    file_id = await town.telegram.upload(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", name)
    address = f"{town.telegram_server.root}/page/files/{file_id}"

    async with aiohttp.ClientSession() as session, session.get(address) as response:
        headers = response.headers
    assert response.status == 200
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert "X" not in headers


@pytest.mark.parametrize(
    "path", ["{outside}", "../page/routes.py", "%2e%2e/door.html", "..%2fdoor.html", "no.js"]
)
async def test_only_files_of_the_page_are_its_files(town: Town, tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside.js"
    outside.write_text("secret")
    address = URL(f"{town.telegram_server.root}/web/{path.format(outside=outside)}", encoded=True)

    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 404


async def test_nonsense_over_the_socket_ends_nothing(town: Town) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{town.telegram_server.root}/page/socket") as socket,
    ):
        for nonsense in (
            "{",
            "[1]",
            "[" * 5000,
            '{"do": "say", "chat_id": [], "id": 1}',
            '{"do": "no", "id": 2}',
        ):
            await socket.send_str(nonsense)
        await socket.send_json({"do": "me", "id": 3})
        answer = await _answer_to(socket, 3)

    assert answer["result"]["is_bot"]


async def _answer_to(socket: aiohttp.ClientWebSocketResponse, number: int) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            told = await socket.receive_json()
            if told.get("re") == number:
                return told


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

"""What a person does on the page, in the words of a person."""

import re
from dataclasses import dataclass

from playwright.async_api import FilePayload, Locator, Page, expect

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-first-run",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",
)


@dataclass(frozen=True, slots=True)
class Visit:
    page: Page

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message", exact=True)

    @property
    def messages(self) -> Locator:
        """All that were sent, not the one that still grows."""
        return self.page.locator(".log .list article.message")

    @property
    def mine(self) -> Locator:
        return self.page.locator(".log .list article.mine")

    @property
    def theirs(self) -> Locator:
        return self.page.locator(".log .list article.theirs")

    @property
    def draft(self) -> Locator:
        return self.page.locator(".log .draft .bubble")

    async def user(self) -> int:
        """The id of whoever one is, which is also that of the private chat."""
        await expect(self.page).to_have_url(re.compile(r"#\d+"))
        return int(self.page.url.partition("#")[2].partition("/")[0])

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def come_forward(self) -> None:
        """A tab that lies behind another draws once a second, and a click waits for two drawings."""
        await self.page.bring_to_front()

    async def press(self, name: str, *, exact: bool = False) -> None:
        await self.come_forward()
        await self.page.get_by_role("button", name=name, exact=exact).click()

    async def reads(self, words: str, *, seconds: float = 30) -> None:
        """The newest message of somebody else holds these words."""
        await expect(self.theirs.last).to_contain_text(words, timeout=seconds * 1000)

    async def confirm(self, action: str) -> None:
        """Presses the button of the open window."""
        await self.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()

    async def open_chat(self, title: str) -> None:
        await self.come_forward()
        await self.page.get_by_role("navigation", name="Chats").get_by_role("button", name=title).click()

    async def become(self, name: str) -> None:
        await self.press("You are")
        await self.page.get_by_role("dialog").get_by_role("button", name=name).click()

    async def menu(self, message: Locator, entry: str) -> None:
        await message.get_by_role("button", name="What to do with this message").click()
        await self.page.get_by_role("menuitem", name=entry).click()

    async def attach(self, kind: str) -> None:
        await self.press("Attach")
        await self.page.get_by_role("menuitem", name=kind).click()

    async def send_files(self, *files: FilePayload, caption: str = "", kind: str = "Photos") -> None:
        async with self.page.expect_file_chooser() as chooser:
            await self.attach(kind)
        await (await chooser.value).set_files(list(files))
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Caption").fill(caption)
        await self.confirm("Send")

"""A chat with the bot in the terminal: answers grow in place, buttons have numbers, `!help` shows the rest."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

import aiohttp

from sandbox.telegram.client import SandboxRefused, TelegramClient
from sandbox.terminal_media import NoSuchFile, read
from sandbox.terminal_room import Room
from sandbox.terminal_screen import Screen
from sandbox.terminal_text import Painter

_HELP = """\
What you type is sent to the bot; so is everything that begins with /.
A line that ends in \\ goes on in the next one. These are for this chat itself:
  !1 !2 …        tap the button with that number
  !stop          press Stop under a growing answer
  !reply TEXT    answer the bot's last message
  !edit TEXT     change your own last message
  !photo FILE    send a picture; what follows the file's name is its caption
  !voice FILE    send a recording as a voice message
  !file FILE     send a file as it is
  !user NAME     be somebody else here; in a group they join it
  !private       go back to your private chat with the bot
  !group TITLE   go to the group of that name; a new one has everybody you have been so far, you as admin
  !topic NAME    open a topic here and go there (only in a forum: !forum TITLE)
  !kill          kill the bot as `kill -9` would, and start it again
  !history       show this chat from its beginning
  !quit          leave (so does Ctrl-D)"""

Restart = Callable[[], Awaitable[None]]


async def chat(
    client: TelegramClient,
    *,
    restart: Restart | None = None,
    is_offline: bool | None = None,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
) -> None:
    """Chats until the input ends. `is_offline`: whether the stand-in answers, None where that is not known.

    On a terminal answers are drawn as they grow; otherwise each line is answered before the next one is read.
    """
    screen = Screen(stdout or sys.stdout)
    terminal = _Terminal(client, screen, restart)
    await terminal.greet(is_offline)
    try:
        async for line in _whole_lines(_lines(stdin or sys.stdin)):
            screen.typed()
            if line.strip() == "!quit":
                break
            await terminal.take(line)
    except aiohttp.ClientError:
        screen.say(["The sandbox has ended, so this chat ends, too."])
    finally:
        await terminal.leave()


class _Terminal:
    """Who one is, where one is, and what the commands do."""

    def __init__(self, client: TelegramClient, screen: Screen, restart: Restart | None) -> None:
        self._client = client
        self._screen = screen
        self._restart = restart
        self._painter = Painter(colours=screen.is_live)
        self._bot_name = ""
        self._room: Room | None = None
        self._watching: asyncio.Task[None] | None = None
        self._people: dict[str, int] = {}
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "help": self._help,
            "stop": self._stop,
            "reply": self._reply,
            "edit": self._edit,
            "photo": lambda typed: self._send("photo", typed),
            "voice": lambda typed: self._send("voice", typed),
            "file": lambda typed: self._send("document", typed),
            "user": self._be,
            "private": self._leave_group,
            "group": self._enter_group,
            "forum": self._enter_forum,
            "topic": self._enter_topic,
            "kill": self._kill,
            "history": self._history,
        }

    @property
    def room(self) -> Room:
        assert self._room is not None  # greet() enters the first one
        return self._room

    async def greet(self, is_offline: bool | None) -> None:
        me = await self._client.me()
        self._bot_name = me["first_name"]
        self._screen.say(
            [
                f"This is the sandbox: a Telegram of your own on this machine, with {self._bot_name} in it.",
                *_who_answers(is_offline),
                "Type a message and press Enter. Worth a try: “show me a table”, /start, and",
                "“write something long” with !stop while it grows.",
                "!help shows what else there is: be other people, open a group, kill the bot.",
            ]
        )
        await self._enter_private("Ada")

    async def leave(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def take(self, line: str) -> None:
        """Sends a line, or does what it orders."""
        if not line.strip():
            self._screen.prompt()
            return
        try:
            await self._obey(line)
        except (SandboxRefused, NoSuchFile) as refused:
            self._note(f"That did not work: {refused}")
        self._screen.prompt()

    async def _obey(self, line: str) -> None:
        if not line.startswith("!"):
            await self.room.say(line)
            return
        name, _, argument = line[1:].strip().partition(" ")
        if name.isdecimal():
            await self._tap(int(name))
        elif name in self._commands:
            await self._commands[name](argument.strip())
        else:
            self._note(f"!{name} is not known. !help shows what is.")

    async def _tap(self, number: int) -> None:
        told = await self.room.tap(number)
        if told:
            self._note(told)

    async def _help(self, _argument: str) -> None:
        self._screen.say(_HELP.splitlines())

    async def _stop(self, _argument: str) -> None:
        await self.room.stop()

    async def _reply(self, text: str) -> None:
        if not text:
            self._note("Say what: !reply And in winter?")
            return
        await self.room.reply(text)

    async def _edit(self, text: str) -> None:
        if not text:
            self._note("Say what it is to be: !edit And in winter?")
            return
        await self.room.edit(text)

    async def _send(self, kind: str, typed: str) -> None:
        content, name, caption = await asyncio.to_thread(read, typed)
        await self.room.send(kind, content, name, caption)

    async def _be(self, name: str) -> None:
        if not name:
            self._note("Say who: !user Grace")
            return
        if self.room.chat > 0:
            await self._enter_private(name)
            return
        user = await self._person(name)
        await self._client.join(self.room.chat, user)
        await self._enter(self.room.as_user(user))
        self._note(f"You are {name}, still in the group.")

    async def _enter_private(self, name: str) -> None:
        user = await self._person(name)
        await self._enter(Room(self._client, self._screen, self._painter, self._bot_name, chat=user, user=user))
        self._note(f"You are {name}, in your private chat with {self._bot_name}.")

    async def _leave_group(self, _argument: str) -> None:
        names = {user: name for name, user in self._people.items()}
        await self._enter_private(names[self.room.user])

    async def _enter_group(self, title: str) -> None:
        await self._enter_any_group(title or "Club", is_forum=False)

    async def _enter_forum(self, title: str) -> None:
        await self._enter_any_group(title or "Forum", is_forum=True)

    async def _enter_any_group(self, title: str, *, is_forum: bool) -> None:
        me, user = await self._client.me(), self.room.user
        group = await self._found_group(title, is_forum=is_forum)
        if is_new := group is None:
            others = [one for one in self._people.values() if one != user]
            group = await self._client.group(title, others, is_forum=is_forum, creator=user, announce=True)
        await self._client.join(group, user)
        await self._enter(self.room.elsewhere(group))
        place = f"the new group {title}, its admin" if is_new else f"the group {title} again"
        self._note(f"You are in {place}. Call the bot with @{me['username']}.")

    async def _found_group(self, title: str, *, is_forum: bool) -> int | None:
        """The newest one of that title."""
        chats = await self._client.chats()
        alike = [one for one in chats if one.get("title") == title and one.get("is_forum", False) == is_forum]
        return alike[-1]["id"] if alike else None

    async def _enter_topic(self, name: str) -> None:
        topic = await self._client.topic(self.room.chat, name or "Topic", user=self.room.user)
        await self._enter(self.room.elsewhere(self.room.chat, topic))
        self._note(f"You are in the topic {name or 'Topic'}.")

    async def _kill(self, _argument: str) -> None:
        if self._restart is None:
            self._note("The bot does not run under this chat, so it cannot be killed from here.")
            return
        await self._restart()
        self._note("The bot was killed and is starting again. What you sent is not lost.")

    async def _history(self, _argument: str) -> None:
        await self.room.show_everything()

    async def _person(self, name: str) -> int:
        if name not in self._people:
            self._people[name] = await self._made_or_found(name)
        return self._people[name]

    async def _made_or_found(self, name: str) -> int:
        """The id comes from the name: the sandbox remembers people from the last time."""
        user_id = 1_000_000 + int.from_bytes(name.lower().encode()[:16], "big") % 899_999_981
        try:
            return await self._client.user(name, id=user_id)
        except SandboxRefused:
            return user_id

    async def _enter(self, room: Room) -> None:
        await self.leave()
        self._room = room
        await room.open()
        if self._screen.is_live:
            self._watching = asyncio.create_task(room.watch())

    def _note(self, text: str) -> None:
        self._screen.say([self._painter.one(f"[{text}]", "note")])
        self._screen.prompt()


def _who_answers(is_offline: bool | None) -> list[str]:
    if is_offline is None:
        return []
    if is_offline:
        return [
            "No OpenAI key is set: an offline stand-in answers. It knows nothing; it shows how things look."
        ]
    return ["A real model answers, over the network, with your key."]


async def _lines(stdin: TextIO) -> AsyncIterator[str]:
    """Reads in a thread of its own that nobody waits for: a read from a terminal cannot be taken back."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(errors="replace")  # not every key of every terminal is UTF-8

    def read() -> None:
        with suppress(OSError, ValueError):  # the terminal hung up, or was closed
            for line in stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    def read_until_the_end() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            read()

    threading.Thread(target=read_until_the_end, name="terminal", daemon=True).start()
    while line := await lines.get():
        yield line.rstrip("\r\n")


async def _whole_lines(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Joins lines that end in a backslash with the next one."""
    begun: list[str] = []
    async for line in lines:
        if line.endswith("\\"):
            begun.append(line[:-1])
            continue
        yield "\n".join([*begun, line])
        begun = []
    if begun:
        yield "\n".join(begun)

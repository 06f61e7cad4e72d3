"""MCP servers as real processes: connected, asked, lost and found again."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp_types import AudioContent, CallToolResult, ImageContent, ResourceLink, TextContent

from tests.tools.calling import ADA
from tests.tools.shops import free_port, program, serving
from tests.town import lines
from tools.errors import ToolFailed
from tools.mcp_file import ServerEntry
from tools.mcp_results import full_name, schema_of, text_of
from tools.mcp_server import Server

_PATIENCE_SECONDS = 60


@asynccontextmanager
async def connected(entry: ServerEntry) -> AsyncGenerator[Server]:
    """A server kept connected until the block is left."""
    server = Server(entry, call_seconds=20)
    running = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110  # a server tells nobody how it is
            await asyncio.sleep(0.05)


def program_entry(tmp_path: Path) -> ServerEntry:
    given = program(tmp_path / "orders.txt")
    return ServerEntry("shop", given["command"], tuple(given["args"]), cwd=given["cwd"])


async def ask(server: Server, name: str, **given: object) -> str:
    function = await server.function(name)
    assert function is not None
    return await function.invoke(given, ADA)


async def test_the_tools_of_a_program_are_used(tmp_path: Path) -> None:
    async with connected(program_entry(tmp_path)) as server:
        await until(lambda: server.is_ready)

        assert set(server.functions) == {"shop__stock", "shop__order", "shop__fail", "shop__restock"}
        assert await ask(server, "shop__stock", article="pens") == "There are 12 of pens."


async def test_only_what_says_that_it_only_reads_need_not_ask(tmp_path: Path) -> None:
    async with connected(program_entry(tmp_path)) as server:
        await until(lambda: server.is_ready)

        assert {name for name, one in server.functions.items() if one.changes} == {"shop__order"}


async def test_an_error_of_a_tool_is_told_to_the_model(tmp_path: Path) -> None:
    async with connected(program_entry(tmp_path)) as server:
        await until(lambda: server.is_ready)

        with pytest.raises(ToolFailed):
            await ask(server, "shop__fail")


async def test_wrong_arguments_are_told_to_the_model(tmp_path: Path) -> None:
    async with connected(program_entry(tmp_path)) as server:
        await until(lambda: server.is_ready)

        with pytest.raises(ToolFailed, match="article"):
            await ask(server, "shop__stock", thing="pens")


async def test_a_tool_that_comes_later_is_found(tmp_path: Path) -> None:
    async with connected(program_entry(tmp_path)) as server:
        await until(lambda: server.is_ready)

        await ask(server, "shop__restock")

        await until(lambda: "shop__rare" in server.functions)
        assert await ask(server, "shop__rare") == "A blue penny."


async def test_a_server_that_was_lost_is_found_again(tmp_path: Path) -> None:
    port = free_port()
    entry = ServerEntry("shop", url=f"http://127.0.0.1:{port}/mcp")
    async with connected(entry) as server:
        async with serving(tmp_path / "orders.txt", port):
            await until(lambda: server.is_ready)
            assert await ask(server, "shop__stock", article="pens") == "There are 12 of pens."

        with pytest.raises(ToolFailed, match=r"broke off|not connected|refuses"):
            await ask(server, "shop__stock", article="pens")
        assert "shop__stock" in server.functions

        async with serving(tmp_path / "orders.txt", port):
            await until(lambda: server.is_ready)
            assert await ask(server, "shop__stock", article="ink") == "There are 12 of ink."


async def test_a_program_that_there_is_not_is_logged_once_and_holds_nobody_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(ServerEntry("ghost", "/no/such/program", env={"KEY": "hush-hush"})) as server:
        await until(lambda: bool(lines(caplog, "MCP server ghost is not there")))

        assert server.functions == {}
        assert "hush-hush" not in caplog.text


def test_names_are_those_that_providers_take() -> None:
    assert full_name("my shop", "list.items") == "my_shop__list_items"
    assert len(full_name("shop", "x" * 100)) == 64
    assert full_name("shop", "x" * 100) != full_name("shop", "x" * 99 + "y")


def test_a_tool_without_parameters_has_an_empty_object() -> None:
    assert schema_of({"type": "object"}) == {"type": "object", "properties": {}}


def test_what_is_no_text_is_named() -> None:
    result = CallToolResult(
        content=[
            TextContent(text="Here:"),
            ImageContent(data="AAAA", mime_type="image/png"),
            AudioContent(data="AAAA", mime_type="audio/wav"),
            ResourceLink(name="list", uri="file:///list.txt"),
        ]
    )

    assert text_of(result).split("\n\n") == [
        "Here:",
        "[A file of type image/png came, which cannot be shown here.]",
        "[A file of type audio/wav came, which cannot be shown here.]",
        "[Resource list: file:///list.txt]",
    ]


def test_a_result_without_text_is_its_json() -> None:
    assert text_of(CallToolResult(content=[], structured_content={"pens": 12})) == '{"pens": 12}'


def test_nothing_is_said_to_be_nothing() -> None:
    assert text_of(CallToolResult(content=[])) == "(nothing)"


def test_ten_megabytes_are_cut() -> None:
    assert len(text_of(CallToolResult(content=[TextContent(text="x" * 10_000_000)]))) < 60_000

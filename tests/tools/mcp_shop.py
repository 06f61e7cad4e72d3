"""An MCP server as a program: a shop with a shelf to look at and orders to place.

`python -m tests.tools.mcp_shop ORDERS` talks over its standard input and output, `… ORDERS PORT` over HTTP.
"""

import sys
from pathlib import Path

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import ToolAnnotations

shop = MCPServer("shop")
_ORDERS = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("orders.txt")


@shop.tool(annotations=ToolAnnotations(read_only_hint=True))
def stock(article: str) -> str:
    """How many of an article there are.

    Args:
        article: its name
    """
    return f"There are 12 of {article}."


@shop.tool()
def order(article: str, count: int = 1) -> str:
    """Orders an article."""
    with _ORDERS.open("a") as book:
        book.write(f"{count} {article}\n")
    return f"Ordered: {count} of {article}."


@shop.tool(annotations=ToolAnnotations(read_only_hint=True))
def fail() -> str:
    """Never works."""
    raise ValueError("the till is stuck")


@shop.tool(annotations=ToolAnnotations(read_only_hint=True))
async def restock(context: Context) -> str:
    """Brings another tool."""
    shop.add_tool(_rare, name="rare", annotations=ToolAnnotations(read_only_hint=True))
    await context.notify_tools_changed()
    return "There is a rare article now."


def _rare() -> str:
    """Tells of the rare article."""
    return "A blue penny."


if __name__ == "__main__":
    if len(sys.argv) > 2:
        shop.run("streamable-http", port=int(sys.argv[2]))
    else:
        shop.run("stdio")

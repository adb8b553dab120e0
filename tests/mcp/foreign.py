"""A server of the official Python SDK, as its users write one."""

import sys
from typing import Annotated, TypedDict

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

server = MCPServer("deals")


class Deal(TypedDict):
    title: str
    url: str


class Deals(TypedDict):
    items: list[Deal]


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def find_deals(account: Annotated[str, Field(description="The name of the account, as in Fourth Coffee.")]) -> Deals:
    """Use this when the user asks for the deals of an account by its name."""
    return {"items": [{"title": f"Contract of {account}", "url": "https://deals.example/1"}]}


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def list_regions() -> list[str]:
    """Use this when the user asks in which regions deals are made."""
    return ["North", "South"]


server.run(transport="streamable-http", port=int(sys.argv[1]))

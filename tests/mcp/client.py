"""Calls the tools of a server with the official Python client: one call that succeeds, one that fails."""

import asyncio
import json
import sys

import mcp


async def main(url: str) -> None:
    async with mcp.Client(url) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert {"record_summary", "contoso_hub_key_stakeholders"} <= tools, tools

        answer = await client.call_tool("contoso_hub_key_stakeholders", {"accountName": "Fourth Coffee"})
        assert not answer.is_error, answer
        assert json.loads(answer.content[0].text) == answer.structured_content, answer
        assert answer.structured_content["value"][0]["title"] == "Fourth Coffee", answer

        failed = await client.call_tool("record_summary", {"recordType": "account"})
        assert failed.is_error and failed.structured_content is None, failed
        error = json.loads(failed.content[0].text)
        assert error["errorCode"] == "INVALID_REQUEST" and "recordId" in error["errorMessage"], error
    print(f"{len(tools)} tools listed, a good and a bad call answered")


asyncio.run(main(sys.argv[1]))

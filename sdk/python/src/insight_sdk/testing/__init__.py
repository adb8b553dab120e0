"""Contexts and a fake host, for unit tests of a plugin: they need neither a host nor a component.

>>> with FakeHost(config={"backend": "https://api.contoso.example"}) as host:
...     host.reply("https://api.contoso.example/orders?account=42", json=[])
...     page = answer(host.context(), ActivityRequest(CrmRecord("account", "42")))
"""

from ._fake import FakeHost, LogEntry

__all__ = ["FakeHost", "LogEntry"]

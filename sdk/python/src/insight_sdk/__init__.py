"""Write a plugin for Insight Host in Python.

A plugin is a function for each capability that it answers. `insight_sdk.exports` makes the exports of a component of
them, in the module `app`:

>>> from insight_sdk import CallContext, Highlight, HighlightRequest, Page, RecordNotFound, exports
>>>
>>> def answer(context: CallContext, request: HighlightRequest) -> Page[Highlight]:
...     if request.about.record_id != "42":
...         raise RecordNotFound
...     return request.page([Highlight("The renewal was signed.")], language="en")
>>>
>>> KeySalesInfo = exports.key_sales_info(answer)

| to | see |
|---|---|
| answer requests | `exports` |
| ask a backend that speaks JSON | `Api`, `data` |
| keep its answers between calls | `Cache` |
| write dates, numbers and plurals | `CallContext.locale`, `Locale`, `Timestamp` |
| say why there is no answer | `Failure` and its classes |
| call the host | `config`, `http_client`, `key_value`, `log`, `secrets` |
| test without a host | `insight_sdk.testing` |
"""

import sys

from . import config, data, exports, http_client, key_value, log, secrets
from .api import Api, ApiRequest
from .cache import Cache
from .chat import Card, ChatAnswer, ChatRequest, InputValue, Parameter, ParameterKind, Section, Skill
from .context import CallContext, Caller, Crm, CrmKind, CrmRecord, EmailThread
from .failure import (
    Failed,
    Failure,
    InvalidCrmConnection,
    InvalidRequest,
    NotPermitted,
    RecordNotFound,
    SignInRequired,
    Throttled,
    Unavailable,
)
from .items import (
    Activity,
    ActivityRequest,
    ContentKind,
    ContentLink,
    ContentLinkRequest,
    EmailInsight,
    EmailInsightRequest,
    Highlight,
    HighlightRequest,
    RawConversation,
    RelatedRecord,
    RelatedRecordRequest,
    ThreadRecord,
)
from .locale import Locale
from .page import Page
from .profile import Profile, Publisher
from .timestamp import Timestamp

__version__ = "0.1.0"

__all__ = [
    "Activity",
    "ActivityRequest",
    "Api",
    "ApiRequest",
    "Cache",
    "CallContext",
    "Caller",
    "Card",
    "ChatAnswer",
    "ChatRequest",
    "ContentKind",
    "ContentLink",
    "ContentLinkRequest",
    "Crm",
    "CrmKind",
    "CrmRecord",
    "EmailInsight",
    "EmailInsightRequest",
    "EmailThread",
    "Failed",
    "Failure",
    "Highlight",
    "HighlightRequest",
    "InputValue",
    "InvalidCrmConnection",
    "InvalidRequest",
    "Locale",
    "NotPermitted",
    "Page",
    "Parameter",
    "ParameterKind",
    "Profile",
    "Publisher",
    "RawConversation",
    "RecordNotFound",
    "RelatedRecord",
    "RelatedRecordRequest",
    "Section",
    "SignInRequired",
    "Skill",
    "ThreadRecord",
    "Throttled",
    "Timestamp",
    "Unavailable",
    "config",
    "data",
    "exports",
    "http_client",
    "key_value",
    "log",
    "secrets",
]

# In a component, where there is no other platform.
if str(sys.platform) == "wasi":
    from . import _component

    _component.install()

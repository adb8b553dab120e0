//! The rules for servers of the Model Context Protocol.

/// Hands the rules that it is given, and those of this file, on to `next`.
macro_rules! mcp_rules {
    ($next:ident $($rows:tt)*) => { $next! { $($rows)*
    // Of the protocol.
    /// The server speaks no version of the protocol that is known.
    EraNone, "era-none", Error, "serve 2026-07-28 or 2025-11-25 by streamable HTTP at this URL";
    /// The server speaks one era of the protocol alone, and which one Copilot speaks is not published.
    EraMissing, "era-missing", Warning, "serve both eras at one URL: 2026-07-28, and 2025-11-25 by `initialize`";
    /// The server speaks HTTP with SSE of 2024-11-05 alone, which Copilot does not.
    TransportFormer, "transport-former", Error, "serve streamable HTTP: answer POST at one URL";
    /// The server sends the client elsewhere.
    ServerRedirects, "server-redirects", Error, "answer at this URL, or name the other one to clients";
    /// A result of `initialize` or `server/discover` lacks what it must state, or states something else.
    OpeningResult, "opening-result", Error, "state version, `capabilities.tools`, and the server's name and version";
    /// A version that the server does not know is not negotiated.
    VersionNegotiation, "version-negotiation", Error, "answer with a version that the server speaks, or with an error";
    /// A request with an unknown version in its header is served.
    VersionUnchecked, "version-unchecked", Error, "reject it with 400";
    /// A request whose headers are missing or differ from its body is served.
    HeaderUnchecked, "header-unchecked", Error, "compare them, and reject it with 400 and −32020";
    /// A request whose headers say the same in another permitted form is rejected.
    HeaderRefused, "header-refused", Error, "compare names of headers without regard to case, and decode Base64";
    /// An answer is no response of JSON-RPC 2.0.
    RpcEnvelope, "rpc-envelope", Error, "send one object with `jsonrpc`, `id`, and `result` or `error`";
    /// An answer does not repeat the id of its request, in the same type.
    RpcId, "rpc-id", Error, "repeat the id as it came: a text as a text, a number as a number";
    /// An answer is declared neither as JSON nor as a stream of events.
    RpcContentType, "rpc-content-type", Error, "send `content-type: application/json`";
    /// An error has another code or status than the protocol has for it.
    RpcErrorCode, "rpc-error-code", Warning, "use the protocol's code";
    /// A message that is none is answered with a result, or breaks the server.
    MessageUnchecked, "message-unchecked", Error, "reject it with 400 and an error of JSON-RPC";
    /// An unknown method has a result, or breaks the server.
    MethodUnchecked, "method-unchecked", Error, "answer with the error −32601; in 2026-07-28 with 404";
    /// A notification is not answered with 202 and without a body.
    NotificationAnswer, "notification-answer", Error, "send 202 without a body";
    /// A ping has no result.
    PingFailed, "ping-failed", Error, "answer `ping` with an empty result";
    /// A batch is answered otherwise than with a list of the answers.
    BatchAnswer, "batch-answer", Error, "answer each request of the batch, or reject it with 400";
    /// A batch is rejected, which the version 2025-03-26 must take.
    BatchRefused, "batch-refused", Warning, "take batches in this version; no other has them";
    /// A request that accepts JSON and events is rejected for what it accepts.
    AcceptRefused, "accept-refused", Error, "read `Accept` with its order, parameters and wildcards";
    /// A request that accepts JSON alone, or anything, is rejected.
    AcceptNarrow, "accept-narrow", Warning, "answer it with JSON: not every client sends both";
    /// A message that is declared as text is served, and web pages may send that to any server.
    BodyTypeUnchecked, "body-type-unchecked", Warning, "reject what is not `application/json` with 415";
    /// A GET is answered with neither a stream of events nor 405.
    GetAnswer, "get-answer", Error, "send `content-type: text/event-stream`, or 405";
    /// A stream sends more than a listener asked for.
    StreamFloods, "stream-floods", Error, "send events when something changes";
    /// A subscription is not acknowledged by its first event.
    ListenAnswer, "listen-answer", Error, "send `notifications/subscriptions/acknowledged` first, with the id";
    /// Changes of tools are promised, and there is no stream that could tell them.
    ChangesUnheard, "changes-unheard", Warning, "leave `listChanged` out, or serve GET";
    /// The id of a session is malformed, or not its own.
    SessionId, "session-id", Error, "make a random id of visible ASCII for each session";
    /// An unknown session is not answered with 404.
    SessionUnknown, "session-unknown", Warning, "send 404, so that clients begin a new session";
    /// A session goes on after it was deleted.
    SessionUndead, "session-undead", Error, "end it, and answer its requests with 404";
    /// A result lacks what 2026-07-28 requires of each.
    ResultIncomplete, "result-incomplete", Error, "add `resultType`, and `ttlMs` and `cacheScope` where due";
    /// A result that needs a token may be kept for other callers.
    CachePublic, "cache-public", Warning, "send `cacheScope: private`";
    /// After clients that left in the middle of a call, the server does not answer others.
    DisconnectHarms, "disconnect-harms", Error, "end the work for a client that is gone, and serve the next";
    /// A request from a web page of another origin is served.
    OriginUnchecked, "origin-unchecked", Error, "check `Origin`, and reject it with 403";
    /// A request for another host is served by a server at a loopback address.
    HostUnchecked, "host-unchecked", Warning, "check `Host`: web pages reach local servers by DNS rebinding";
    /// A rejection for want of a token has no challenge.
    ChallengeMissing, "challenge-missing", Error, "send `WWW-Authenticate: Bearer resource_metadata=\"…\"` with 401";
    /// The metadata of the protected resource is missing or malformed, so clients do not find where to sign in.
    ResourceMetadata, "resource-metadata", Error, "serve it as RFC 9728 has it, with this URL as `resource`";
    /// A token is taken from a URL, where logs show it.
    TokenInQuery, "token-in-query", Error, "take it from the header `Authorization` alone";
    /// The clock of the server is wrong by more than five minutes, so tokens seem to be expired or not yet valid.
    ClockWrong, "clock-wrong", Warning, "synchronise it";
    /// The check ended early: requests had no answer, or it came to an end of its time, requests or findings.
    CheckEnded, "check-ended", Warning, "mend what is found, and check again";
    // Of the list of tools.
    /// The list of tools is missing, malformed or empty.
    ToolsMissing, "tools-missing", Error, "answer `tools/list` with tools";
    /// The name of a tool is longer than 128 characters, or has others than letters, digits, `_`, `-` and `.`.
    ToolName, "tool-name", Error, "use at most 128 letters, digits and `_`";
    /// The name of a tool has `-` or `.`, which packages of agents cannot name.
    ToolNamePlain, "tool-name-plain", Warning, "use letters, digits and `_`";
    /// Two tools have the same name.
    ToolRepeats, "tool-repeats", Error, "rename one of them";
    /// The description of a tool does not say what it is for.
    DescriptionPoor, "description-poor", Warning, "say when to use it and what it answers: \"Use this when …\"";
    /// An input of a tool has no description, so a model guesses what to fill in.
    InputUndescribed, "input-undescribed", Warning, "describe what to fill in, with an example";
    /// An input of a tool is an object, holds objects, has alternatives or may be null, so a model fills it in wrongly.
    InputUnfillable, "input-unfillable", Warning, "use flat inputs of one plain type";
    /// A tool requires an input that it does not declare.
    InputUndeclared, "input-undeclared", Error, "declare it under `properties`";
    /// The schema of a tool's answers is no JSON schema, or in former versions none of an object.
    OutputSchema, "output-schema", Error, "declare `outputSchema` as a valid schema of an object";
    /// A tool is said both to read only and to destroy.
    HintsContradict, "hints-contradict", Warning, "set `readOnlyHint` or `destructiveHint`";
    /// The list of tools differs from one request to the next, so clients read and check it anew.
    ListUnstable, "list-unstable", Error, "keep the order, and leave out times and random values";
    /// The pages of the list do not end, or lead back.
    ListEndless, "list-endless", Error, "leave `nextCursor` out at the end";
    /// A cursor that the server did not give is answered with tools.
    CursorUnchecked, "cursor-unchecked", Warning, "answer with the error −32602";
    /// The list of tools is larger than what agents copy.
    ListHeavy, "list-heavy", Warning, "shorten descriptions, or offer fewer tools";
    /// The eras or versions of the protocol list different tools.
    ListsDiffer, "lists-differ", Warning, "offer the same tools in all versions";
    /// A text for the model holds invisible characters, which can hide instructions.
    TextInvisible, "text-invisible", Error, "remove them";
    // Of calls.
    /// A tool is not called, for want of arguments or as it may write.
    ToolNotCalled, "tool-not-called", Warning, "name arguments in `--arguments` or `--example`; `--call-all` calls all";
    /// A tool fails with the arguments that were named.
    ToolFailed, "tool-failed", Error, "answer it, or name arguments that have an answer";
    /// An unknown tool is answered as if it were one.
    ToolUnchecked, "tool-unchecked", Error, "answer with the error −32602";
    /// Wrong or missing arguments are answered as if they were right.
    ArgumentsUnchecked, "arguments-unchecked", Error, "answer with `isError` and a text that names the argument";
    /// A large, deep or oversized request breaks the server.
    InputBreaks, "input-breaks", Error, "bound the size and depth of what is read, and reject the rest with 413 or 400";
    /// The result of a call has no list of content, or malformed content.
    CallResult, "call-result", Error, "send `content`, a list of blocks with `type` and what the type has";
    /// A tool declares the schema of its answers, and the answer has no structured content.
    StructuredMissing, "structured-missing", Error, "send `structuredContent`";
    /// Structured content does not match the tool's schema.
    StructuredInvalid, "structured-invalid", Error, "change the answer or `outputSchema`";
    /// The structured content and the JSON in the text differ.
    StructuredDiffers, "structured-differs", Error, "send the same JSON in both";
    /// Structured content is not repeated as JSON in a text, which Copilot reads.
    StructuredAlone, "structured-alone", Warning, "send it as JSON in a text, too";
    /// The text of an answer is not JSON alone, so Copilot finds no items to cite.
    TextProse, "text-prose", Warning, "send JSON alone in each text";
    /// A failed call has structured content, which clients check by the schema of answers.
    ErrorStructured, "error-structured", Error, "send a text alone if `isError` is true";
    /// A failed call says nothing of its failure.
    ErrorSilent, "error-silent", Error, "send a text that says what failed and what to change";
    /// An answer has more than the 25 items that Copilot reads.
    ItemsMany, "items-many", Warning, "send at most 25, the most important first";
    /// An answer has more than 16 KiB of text, of which Copilot reads a part.
    AnswerHeavy, "answer-heavy", Warning, "send fewer or shorter items";
    /// No item of an answer has a URL by which Copilot would cite it.
    CitationMissing, "citation-missing", Warning, "give items `title` and `url`";
    } };
}

pub(super) use mcp_rules;

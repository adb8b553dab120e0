//! The rules for connectors and their answers, and for components.

/// Hands the rules that it is given, and those of this file, on to `next`.
macro_rules! connector_rules {
    ($next:ident $($rows:tt)*) => { $next! { $($rows)*
    // Of a definition alone.
    /// Swagger 2.0 forbids a part of the definition, so Power Platform does not import it.
    SwaggerInvalid, "swagger-invalid", Error, "write it as Swagger 2.0 defines it";
    /// The definition is OpenAPI 3, and Power Platform imports Swagger 2.0 only.
    SwaggerNeeded, "swagger-needed", Error, "convert it to Swagger 2.0";
    /// The definition is larger than Power Platform imports.
    DefinitionTooLarge, "definition-too-large", Error, "shorten texts, or split the connector";
    /// The definition is larger than a Power Platform solution holds.
    DefinitionLarge, "definition-large", Warning, "shorten texts, or split the connector";
    /// A part of the definition or of an answer is too large to be checked.
    Unchecked, "unchecked", Warning, "split the connector, or send fewer items";
    /// No operation is one that the agent uses.
    NothingForAgent, "nothing-for-agent", Error, "give an operation the description of a capability, byte for byte";
    /// A requirement of `security` names a scheme or a scope that is not defined, or stands where nothing reads it.
    SecurityUndefined, "security-undefined", Error, "define it under `securityDefinitions`, at the top of the file";
    /// An operation of the agent requires no sign-in by OAuth 2.0 with an authorization code.
    SecurityScheme, "security-scheme", Error, "require a scheme of type `oauth2` with the flow `accessCode`";
    /// An operation that the agent would use is deprecated, internal or disabled for agents.
    OperationHidden, "operation-hidden", Error, "remove the mark from the operation";
    /// An extension of Power Platform is malformed or contradicts the operation.
    PlatformExtension, "platform-extension", Warning, "correct it, or leave it out";
    /// A path has no operation.
    PathEmpty, "path-empty", Warning, "declare its operation, or remove it";
    /// A path and its path parameters do not match.
    PathParameter, "path-parameter", Error, "declare each `{name}` of the path, and no other path parameters";
    /// An operation accepts or sends something else than JSON.
    MediaType, "media-type", Error, "list `application/json` under `consumes` and `produces`";
    /// A `$ref` has no target, refers to itself in a circle, or points outside the file.
    ReferenceBroken, "reference-broken", Error, "define the target in this file";
    /// A parameter has no name, or no valid location.
    ParameterMalformed, "parameter-malformed", Error, "give it `name` and `in`: query, path, header, body or formData";
    /// An operation has no `operationId`.
    OperationIdMissing, "operation-id-missing", Error, "give it one, unique in the file";
    /// An `operationId` has blanks or other characters that Power Platform rejects.
    OperationIdMalformed, "operation-id-malformed", Error, "use letters, digits, `-`, `_` and `.`";
    /// Two operations have the same `operationId`.
    OperationIdShared, "operation-id-shared", Error, "rename one of them";
    /// An operation's description is similar to one that the agent knows, but not identical.
    OperationDescription, "operation-description", Error, "use the agent's text, byte for byte";
    /// A description lacks its final full stop, as in some certified connectors.
    DescriptionPeriod, "description-period", Warning, "add the full stop: the agent may not tolerate its absence";
    /// Two operations have the same description of a capability.
    DescriptionShared, "description-shared", Error, "keep one: the agent cannot tell them apart";
    /// An operation is not one that the agent looks for, and answers no cards.
    OperationUnknown, "operation-unknown", Warning, "give it a capability's description or `x-ms-visibility: internal`";
    /// The HTTP method differs from the documented one.
    Method, "method", Error, "use the documented method";
    /// The description of a required input differs from the agent's.
    InputDescription, "input-description", Error, "use the agent's text, byte for byte";
    /// The description of an optional input differs from the agent's, so the agent never fills it in.
    OptionalInputDescription, "optional-input-description", Warning, "use the agent's text, byte for byte";
    /// An input that the capability requires is missing.
    InputMissing, "input-missing", Error, "add it, with the agent's description";
    /// Optional inputs of the capability are missing, so the agent never sends them.
    OptionalInputMissing, "optional-input-missing", Warning, "add them, with the agent's descriptions";
    /// An input that the capability requires is declared as optional.
    InputNotRequired, "input-not-required", Warning, "declare it as required";
    /// An input that the agent does not know is required, so the agent does not call the operation.
    ExtraRequiredInput, "extra-required-input", Error, "make it optional or remove it";
    /// An input that is optional for the agent is required.
    OptionalInputRequired, "optional-input-required", Error, "make it optional: the agent does not always have a value";
    /// An input has another type than documented.
    InputType, "input-type", Error, "use the documented type";
    /// An input has another format than documented.
    InputFormat, "input-format", Warning, "use the documented format";
    /// An input is in a header, in a form, or in the body of a GET request.
    InputLocation, "input-location", Error, "take it from the query of a GET request, or from the JSON body of a POST";
    /// A list of values, a bound or a pattern of an input excludes values that the agent sends.
    InputValues, "input-values", Error, "widen or remove the restriction";
    /// An input is named `connectorId`, which is reserved.
    ConnectorId, "connector-id", Error, "give it another name";
    /// No schema describes a successful answer.
    AnswerSchemaMissing, "answer-schema-missing", Error, "declare the schema of the response 200";
    /// The description of a required output differs from the agent's.
    OutputDescription, "output-description", Error, "use the agent's text, byte for byte";
    /// The description of an optional output differs from the agent's, so the agent does not show it.
    OptionalOutputDescription, "optional-output-description", Warning, "use the agent's text, byte for byte";
    /// An output that the capability requires is not declared.
    OutputMissing, "output-missing", Error, "declare it, with the agent's description";
    /// An output that the capability requires is not declared as required.
    OutputNotRequired, "output-not-required", Warning, "list it under `required`";
    /// An output has another type than documented.
    OutputType, "output-type", Error, "use the documented type";
    /// An output has another format than documented.
    OutputFormat, "output-format", Warning, "use the documented format";
    /// An output may be longer than documented, or have a value that is not documented.
    OutputLimits, "output-limits", Warning, "declare the documented `maxLength` or `enum`";
    /// A chat skill has a parameter that is neither an integer, a number nor a string.
    SkillParameter, "skill-parameter", Error, "use `integer`, `number` or `string`, without nested objects";
    /// A chat skill or one of its parameters lacks the description by which the agent chooses.
    SkillDescription, "skill-description", Warning, "describe what it answers or what to fill in";
    /// The schema of an answer is unusable, so answers are not validated against it.
    SchemaUnusable, "schema-unusable", Warning, "make it a JSON schema of the OpenAPI version that the file names";
    /// A summary is missing, longer than 80 characters, has a slash, ends in punctuation or repeats the description.
    Summary, "summary", Warning, "make it short, in sentence case, without closing punctuation";
    /// A parameter has no `x-ms-summary`, or a description without a full stop.
    ParameterSummary, "parameter-summary", Warning, "certification requires both";
    /// The connector's host is missing, or no public name that Power Platform reaches.
    ConnectorHost, "connector-host", Error, "name the public host of the service, without scheme and path";
    /// The connector's title, description, contact, schemes or properties do not meet the rules of certification.
    ConnectorInfo, "connector-info", Warning, "certification requires it";
    /// An operation does not declare all documented statuses.
    ResponsesUndeclared, "responses-undeclared", Warning, "declare 200, 400, 401, 403, 404, 429 and 500";
    /// No schema describes an error, or it is not the documented one.
    ErrorSchemaMissing, "error-schema-missing", Warning, "declare an object with the text `errorCode`, which is required";

    // Of how requests end.
    /// A valid request is rejected or fails.
    RequestRefused, "request-refused", Error, "answer it with 200, if necessary with an empty list";
    /// An answer takes longer than the five seconds that the agent waits.
    AnswerLate, "answer-late", Error, "answer within five seconds, with what is available by then";
    /// An answer takes more than half of the five seconds that the agent waits.
    AnswerSlow, "answer-slow", Warning, "leave a reserve for slow periods";
    /// The answer is incomplete: the connection breaks, or the answer is too large.
    AnswerBroken, "answer-broken", Error, "send a complete answer of moderate size";
    /// An answer is not declared as `application/json`.
    ContentType, "content-type", Error, "send `content-type: application/json`";
    /// No answer had any items, so items could not be checked.
    NothingAnswered, "nothing-answered", Warning, "give inputs that have answers: `--example 'NAME=…&NAME=…'`";
    /// Parameter names are accepted in one letter case only; the documentation itself writes `top` and `Top`.
    NamesCaseSensitive, "names-case-sensitive", Warning, "compare names without regard to case";
    /// A date and time in a form that the agent sends is rejected.
    DateFormRefused, "date-form-refused", Error, "accept RFC 3339 with 7 fractional digits, offsets or no seconds";
    /// A request in a seller's language is rejected.
    LanguageRefused, "language-refused", Error, "answer in another language if this one is not available";
    /// Answers in different languages are identical.
    LanguageWithoutEffect, "language-without-effect", Warning, "translate sellers' texts by `Accept-Language`";
    /// A large mail thread is rejected.
    LargeThreadRefused, "large-thread-refused", Error, "accept bodies of several MiB: threads hold every message twice";
    /// A request without a required input is answered.
    RequiredNotChecked, "required-not-checked", Error, "reject it with 400";
    /// A request without a token or key is answered.
    TokenNotChecked, "token-not-checked", Error, "reject it with 401";
    /// A rejected request has the wrong status.
    ErrorStatus, "error-status", Error, "use 400 for malformed or missing inputs, 401 for an invalid token";
    /// The body of an error is not the documented object.
    ErrorBody, "error-body", Error, "send `{\"errorCode\": \"…\", \"errorMessage\": \"…\", \"activityId\": \"…\"}`";
    /// An error's code does not match its status.
    ErrorCode, "error-code", Error, "use the documented code for the status";

    // Of what answers hold.
    /// A body is not JSON.
    BodyNotJson, "body-not-json", Error, "send one JSON object";
    /// The list of items is missing.
    ValueMissing, "value-missing", Error, "always send it, empty if there are no items";
    /// `hasMoreResults` is present and not a boolean.
    HasMoreType, "has-more-type", Error, "send `true` or `false`, or leave it out";
    /// An answer does not match the definition's schema.
    SchemaMismatch, "schema-mismatch", Error, "change the answer or the schema";
    /// A required field is missing or empty.
    RequiredMissing, "required-missing", Error, "fill it in, or leave the item out";
    /// A field has another type than documented.
    FieldType, "field-type", Error, "send the documented type";
    /// A text is longer than documented, so sellers see it truncated.
    TextTooLong, "text-too-long", Error, "shorten it; lengths count UTF-16 code units";
    /// A text is too long for sellers to read.
    TextVeryLong, "text-very-long", Warning, "shorten it";
    /// A text has line breaks, control characters or blanks around it.
    TextUnclean, "text-unclean", Warning, "send one line of visible characters";
    /// A date and time is invalid, or lacks seconds or offset.
    DateInvalid, "date-invalid", Error, "send RFC 3339 in UTC, such as 2026-05-12T08:30:00Z";
    /// A date and time is not in UTC.
    DateNotUtc, "date-not-utc", Warning, "send UTC, ending in `Z`";
    /// A URL is not absolute, or neither http nor https.
    UrlInvalid, "url-invalid", Error, "send an absolute http or https URL";
    /// A value is not one of those documented.
    ValueUnknown, "value-unknown", Error, "send one of the documented values";
    /// A type of content is of the documented form, but not one of those documented.
    ValueUndocumented, "value-undocumented", Warning, "send a documented one where one fits: the agent may not know this";
    /// Additional properties are not an object whose values are strings.
    PropertiesType, "properties-type", Error, "send every value as a string";
    /// An additional property is empty or repeated, or there are too many.
    PropertiesUnclean, "properties-unclean", Warning, "send few, each with a unique name and a value";
    /// A page has more items than asked for.
    PageTooLong, "page-too-long", Error, "send at most `top` items";
    /// An item is on two pages, or twice on one page.
    PageRepeats, "page-repeats", Error, "start each page after the previous one: keep the order, apply `skip`";
    /// An item of the complete list is on no page.
    PageLoses, "page-loses", Error, "start each page directly after the previous one";
    /// `hasMoreResults` contradicts the next page.
    HasMoreWrong, "has-more-wrong", Error, "state whether items follow the last one on the page";
    /// A page past the last item is not empty.
    PagePastEnd, "page-past-end", Error, "send an empty list there";
    /// The list of cards is missing, or one of its entries has no card.
    CardMissing, "card-missing", Error, "send `adaptiveCards`, each with a card serialised as a string";
    /// A card is invalid according to the schema of version 1.5.
    CardInvalid, "card-invalid", Error, "keep to Adaptive Cards 1.5";
    /// A link or image of a card is not an http or https URL.
    CardLink, "card-link", Error, "use absolute http or https URLs";
    /// A card is larger than clients accept.
    CardTooLarge, "card-too-large", Error, "show less on one card: Teams refuses more than about 40 KiB";
    /// A card is larger than every client shows.
    CardLarge, "card-large", Warning, "show less on one card: Teams and Outlook show about 28 KiB";
    /// The preview of a card has no title or the wrong type.
    CardPreview, "card-preview", Warning, "send `previewCardData` with `title`, `subTitle` and `url` as strings";

    // Of a component.
    /// A plugin fails or violates its contract.
    PluginFault, "plugin-fault", Error, "the outcome names the fault; `insight-host call` shows the plugin's log";
    /// The profile or the skills of a plugin are malformed.
    ProfileFlaw, "profile-flaw", Error, "correct it in `about` or in the skills";
    /// A plugin's description of itself lacks something that its connector and catalogues need.
    ProfileIncomplete, "profile-incomplete", Warning, "add it to `about`";
    /// A call used 80 % or more of one of its limits.
    NearLimit, "near-limit", Warning, "do less per call, or ask the operator for higher limits";
    } };
}

pub(super) use connector_rules;

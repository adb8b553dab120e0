//! The rules for packages of declarative agents.

/// Hands the rules that it is given, and those of this file, on to `next`.
macro_rules! agent_rules {
    ($next:ident $($rows:tt)*) => { $next! { $($rows)*
    /// The archive is damaged, encrypted or of a form that importers do not read.
    PackageArchive, "package-archive", Error, "make an ordinary ZIP archive";
    /// A file of the package is a link, or its path leads out of the package or is not plain.
    PackagePath, "package-path", Error, "use plain relative paths with `/`, of files";
    /// Two files of the package have the same name, or differ in letter case alone.
    PackageRepeats, "package-repeats", Error, "keep one of them";
    /// The package has more files or bytes than are read.
    PackageOversized, "package-oversized", Error, "remove what no manifest refers to";
    /// The package has more than the 150 KB of JSON that the Sales agent copies.
    PackageHeavy, "package-heavy", Error, "shorten texts, or give the agent fewer tools";
    /// The package has more than 100 KB of JSON, near the 150 KB that the Sales agent copies.
    PackageLarge, "package-large", Warning, "shorten texts, or give the agent fewer tools";
    /// The package has no app manifest, or one without a declarative agent.
    ManifestMissing, "manifest-missing", Error, "put `manifest.json` with an agent at the top of the package";
    /// A file that must be JSON is not.
    FileNotJson, "file-not-json", Error, "write it as JSON, in UTF-8";
    /// A file does not match its published schema.
    ManifestInvalid, "manifest-invalid", Error, "write it as the schema has it, without other members";
    /// The version of the app manifest is not one that takes declarative agents.
    ManifestVersion, "manifest-version", Error, "use `1.29`";
    /// An agent or plugin is of a former version, and is checked by the schema of the newest.
    ManifestFormer, "manifest-former", Warning, "use the newest version";
    /// A file that another one refers to is not in the package.
    FileMissing, "file-missing", Error, "add the file, or correct its name";
    /// No manifest refers to a file of the archive.
    FileUnused, "file-unused", Warning, "remove it";
    /// The app's id is no id of its own.
    AppId, "app-id", Error, "make an id once, and keep it in every version";
    /// A value is still to be filled in.
    Placeholder, "placeholder", Warning, "fill it in before the upload";
    /// An icon is not a PNG of the right size.
    IconInvalid, "icon-invalid", Error, "give `color` 192 × 192 pixels, and `outline` 32 × 32";
    /// The ground of the colour icon is partly transparent, or the outline icon is not white and transparent.
    IconForm, "icon-form", Warning, "make the ground all solid or all clear, the outline white on clear";
    /// An entry of `validDomains` is no domain.
    DomainInvalid, "domain-invalid", Error, "name a domain alone, such as `api.contoso.com`";
    /// A card shows an image or link of a host that `validDomains` does not have.
    DomainMissing, "domain-missing", Error, "add the host to `validDomains`";
    /// A plugin's namespace has other characters than letters and digits, or is another plugin's.
    Namespace, "namespace", Error, "give each plugin one of its own, of letters and digits";
    /// The name of a function or tool has other characters than letters, digits and `_`.
    FunctionName, "function-name", Error, "use letters, digits and `_`";
    /// Two functions of the agent have the same name.
    FunctionRepeats, "function-repeats", Error, "rename one of them";
    /// A function has no operation or tool of its name, or a runtime names one that there is not.
    FunctionUnknown, "function-unknown", Error, "give the function the `operationId` or the tool's name";
    /// No runtime runs a function.
    FunctionUnbound, "function-unbound", Error, "name it in `run_for_functions`";
    /// Two runtimes claim the same function.
    FunctionContested, "function-contested", Error, "let one runtime name it in `run_for_functions`";
    /// An operation or pinned tool is no function of the plugin.
    OperationUnused, "operation-unused", Warning, "add a function for it, or remove it";
    /// There are more than ten functions or tools, beyond which answers get worse.
    FunctionsMany, "functions-many", Warning, "offer fewer, or make several agents";
    /// A function or tool has no description, by which the model chooses.
    FunctionDescription, "function-description", Error, "describe it: \"Use this when …\"";
    /// Two functions have the same description, so that the model cannot choose.
    DescriptionsAlike, "descriptions-alike", Warning, "say what tells them apart";
    /// A text is longer than what Copilot reads of it.
    TextIgnored, "text-ignored", Warning, "shorten it";
    /// The agent has no instructions.
    InstructionsMissing, "instructions-missing", Warning, "say when to use which function";
    /// A function does not say how it handles data, so it cannot be used with others.
    SecurityInfo, "security-info", Warning, "add `security_info.data_handling`";
    /// A path into an answer is no JSONPath.
    DataPath, "data-path", Error, "begin it with `$`, such as `$.value`";
    /// A runtime needs no sign-in, which is for development.
    SignInOpen, "sign-in-open", Warning, "use `OAuthPluginVault`";
    /// The runtime's way to sign in is not one that Copilot has for it.
    SignInKind, "sign-in-kind", Error, "use `OAuthPluginVault`, by authorization code";
    /// An operation has several ways to sign in.
    SignInSeveral, "sign-in-several", Error, "declare one";
    /// A server is not at an absolute https URL.
    RuntimeUrl, "runtime-url", Error, "name its public address";
    /// The definition of an API plugin is not OpenAPI 3.0 or 3.1.
    DefinitionVersion, "definition-version", Error, "write it as OpenAPI 3.0";
    /// The definition of an API plugin is not JSON in the package, so it is not checked.
    DefinitionUnread, "definition-unread", Warning, "put it into the package as JSON";
    /// A parameter or body holds an object in an object, or a list of objects.
    InputNested, "input-nested", Error, "use flat inputs";
    /// A schema has alternatives: `oneOf`, `anyOf` or `allOf`.
    InputAlternatives, "input-alternatives", Error, "declare one plain type";
    /// An input may be null, which a model takes for a value to send.
    InputNullable, "input-nullable", Warning, "leave `nullable` out, and make the input optional";
    /// A tool has no schema of its inputs, or none of an object.
    ToolSchema, "tool-schema", Error, "declare `inputSchema`, a schema of an object; a package copies that of `tools/list`";
    /// A tool does not say that it only reads, so users are asked before each call.
    ToolHint, "tool-hint", Warning, "add `annotations.readOnlyHint`";
    /// An MCP runtime does not pin its tools: the published schema refuses it, and no cards are shown.
    ToolsDynamic, "tools-dynamic", Warning, "pin the tools in `mcp_tool_description.tools`";
    /// The pinned tools stand in a file, which the published schema refuses.
    ToolsInFile, "tools-in-file", Warning, "put them into `mcp_tool_description.tools`";
    /// A card of an answer has an action that Copilot does not run there.
    CardAction, "card-action", Error, "leave it out; the item's `url` becomes a citation";
    /// A card has nothing to show if a value is missing, as no part of it has a condition.
    CardBlank, "card-blank", Warning, "add `$when` for missing values, with a text in their place";
    /// A file holds what looks like a secret.
    SecretInFile, "secret-in-file", Error, "remove and revoke it; `reference_id` names secrets in a vault";
    /// A language has no file, or is listed twice.
    LanguageFile, "language-file", Error, "list each once, the default by `defaultLanguageFile`";
    /// A language file lacks a text for a key.
    TextUntranslated, "text-untranslated", Error, "add the key under `localizationKeys`";
    /// A language file has a text that nothing refers to.
    TextUnused, "text-unused", Warning, "remove it";
    } };
}

pub(super) use agent_rules;

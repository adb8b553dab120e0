//! The tools that a request may use, and the calls of them. The doors for models, `http/mcp.rs` and `http/agent.rs`,
//! differ in how they read a call and write its answer, and in nothing else.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value};

use super::api::Api;
use super::body::Whole;
use super::fault::Fault;
use super::request_context::RequestContext;
use crate::auth::Providers;
use crate::plugin::{Catalog, Plugin};
use contract::{
    Ask, Capability, ChatQuestion, InputRepairs, InvalidRequest, Method, Outcome, ProviderId, Reply, Request,
    TOOL_OPERATIONS, ToolAnswer, ToolOperation,
};
use net::telemetry::metrics::ToolDoor;

/// The most values in the inputs of a call, counted at every level.
pub(super) const MOST_VALUES: usize = 10_000;

/// The definitions of the tools that ask all providers of a capability, in the order of their table.
static DEFINITIONS: LazyLock<Vec<String>> =
    LazyLock::new(|| TOOL_OPERATIONS.iter().map(|tool| tool.definition().to_string()).collect());

/// The tools that a request may use: those of the plugins that its caller may ask, of one plugin or of all.
pub(super) struct OfferedTools<'request> {
    catalog: Arc<Catalog>,
    permitted: &'request Providers,
    alone: Option<Arc<Plugin>>,
}

impl<'request> OfferedTools<'request> {
    /// The tools of the plugin that is `alone`, or of all.
    pub(super) fn new(api: &Api, request_context: &'request RequestContext, alone: Option<Arc<Plugin>>) -> Self {
        Self { catalog: api.registry.catalog(), permitted: &request_context.providers, alone }
    }

    /// The definitions of all, in an order that stays: capabilities, then the skills of each plugin.
    pub(super) fn definitions(&self) -> Vec<&str> {
        let operations = TOOL_OPERATIONS.iter().zip(DEFINITIONS.iter());
        let operations = operations.filter(|(tool, _)| !self.providers_of(tool.operation.capability).is_empty());
        let operations = operations.map(|(_, definition)| definition.as_str());
        let plugins = self.catalog.plugins().filter(|plugin| self.may_ask(plugin));
        let skills = plugins.flat_map(|plugin| self.catalog.tools_of(plugin));
        operations.chain(skills.map(|tool| tool.definition.as_str())).collect()
    }

    /// The tool of this name. To a caller, tools of plugins that it may not ask do not exist.
    pub(super) fn find(&self, name: &str) -> Option<ChosenTool> {
        if let Some(tool) = ToolOperation::named(name) {
            let providers = self.providers_of(tool.operation.capability);
            return (!providers.is_empty()).then_some(ChosenTool::Operation { tool, providers });
        }
        let plugin = self.catalog.plugin_of_tool(name).filter(|plugin| self.may_ask(plugin))?;
        let tool = plugin.tools().iter().find(|tool| tool.name.as_str() == name)?;
        Some(ChosenTool::Skill { plugin: Arc::clone(plugin), index: tool.index })
    }

    fn providers_of(&self, capability: Capability) -> Vec<Arc<Plugin>> {
        let mut providers = self.catalog.providers_of(capability);
        providers.retain(|plugin| self.may_ask(plugin));
        providers
    }

    fn may_ask(&self, plugin: &Plugin) -> bool {
        let id = plugin.id();
        self.permitted.permit(id.as_str()) && self.alone.as_ref().is_none_or(|alone| alone.id() == id)
    }
}

/// A tool that is called, and those who answer it.
pub(super) enum ChosenTool {
    /// All providers of a capability.
    Operation { tool: &'static ToolOperation, providers: Vec<Arc<Plugin>> },
    /// A skill, by its position among those of its plugin.
    Skill { plugin: Arc<Plugin>, index: usize },
}

/// The answer of a tool, and the providers missing from it.
pub(super) struct Called {
    pub(super) answer: ToolAnswer,
    pub(super) missing: Vec<(ProviderId, Outcome)>,
}

impl ChosenTool {
    /// The method of its route: its inputs may come in a query unless it is `POST`.
    pub(super) fn method(&self) -> Method {
        match self {
            Self::Operation { tool, .. } => tool.method,
            Self::Skill { .. } => Method::Get,
        }
    }

    /// Reads its question from the members of an object.
    pub(super) fn read(&self, inputs: Map<String, Value>, repairs: &mut InputRepairs) -> Result<Ask, InvalidRequest> {
        match self {
            Self::Operation { tool, .. } => {
                Request::from_tool_object(tool, inputs, repairs).map(Box::new).map(Ask::Page)
            }
            Self::Skill { plugin, index } => {
                ChatQuestion::from_object(&plugin.skills()[*index], inputs, repairs).map(Ask::Chat)
            }
        }
    }

    /// Reads its question from the query of a URL.
    pub(super) fn read_query(&self, query: Option<&str>, repairs: &mut InputRepairs) -> Result<Ask, InvalidRequest> {
        match self {
            Self::Operation { tool, .. } => Request::from_tool_query(tool, query, repairs).map(Box::new).map(Ask::Page),
            Self::Skill { plugin, index } => {
                ChatQuestion::from_query(&plugin.skills()[*index], query, repairs).map(Ask::Chat)
            }
        }
    }

    /// Calls those who answer it, unless the question could not be `read`. Counts the call.
    pub(super) async fn call(
        &self,
        api: &Api,
        door: ToolDoor,
        read: Result<Ask, InvalidRequest>,
        held: Option<Whole>,
        request_context: &RequestContext,
    ) -> Result<Called, Fault> {
        let called = match read {
            Ok(ask) => self.put(api, ask, held, request_context).await,
            Err(error) => Err(error.into()),
        };
        api.tools.called(door, self.capability(), called.as_ref().err().map(Fault::code));
        called
    }

    async fn put(
        &self,
        api: &Api,
        ask: Ask,
        held: Option<Whole>,
        request_context: &RequestContext,
    ) -> Result<Called, Fault> {
        let merged = api.ask(self.providers(), ask, held, request_context).await?;
        let most = api.tool_answer;
        let answer = match (self, &merged.reply) {
            (Self::Operation { tool, .. }, Reply::Page(page)) => ToolAnswer::of_page(tool, page, most),
            (Self::Skill { plugin, index }, Reply::Chat(chat)) => {
                ToolAnswer::of_chat(&plugin.skills()[*index], chat, most)
            }
            (Self::Operation { .. }, Reply::Chat(_)) | (Self::Skill { .. }, Reply::Page(_)) => {
                return Err(Fault::internal());
            }
        };
        Ok(Called { answer, missing: merged.missing })
    }

    fn providers(&self) -> Vec<Arc<Plugin>> {
        match self {
            Self::Operation { providers, .. } => providers.clone(),
            Self::Skill { plugin, .. } => vec![Arc::clone(plugin)],
        }
    }

    fn capability(&self) -> Capability {
        match self {
            Self::Operation { tool, .. } => tool.operation.capability,
            Self::Skill { .. } => Capability::Chat,
        }
    }
}

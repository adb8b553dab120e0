//! The sample plugin, and questions to it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use contract::{InputRepairs, OPERATIONS, ProviderId, Request};
use egress::Egress;
use engine::Runtime;
use insight_host::plugin::{CompileSettings, Compiler, Loader, Plugin, Settings};

/// Questions to the sample plugin: one it answers at once, one that takes some work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SampleQuestion {
    /// A type of record it has nothing for.
    Nothing,
    /// Three insights.
    Three,
}

impl SampleQuestion {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Nothing, Self::Three];

    /// Type and identifier of the record, and how many insights.
    pub(crate) fn record(self) -> (&'static str, &'static str, u32) {
        match self {
            Self::Nothing => ("nothing-of-the-kind", "1", 1),
            Self::Three => ("account", "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02", 3),
        }
    }

    /// The query of a request for it.
    pub(crate) fn query(self) -> String {
        let (record_type, record_id, top) = self.record();
        format!("recordType={record_type}&recordId={record_id}&top={top}")
    }

    /// The question, as the host puts it to the plugin.
    pub(crate) fn request(self) -> Request {
        Request::from_query(OPERATIONS[0], Some(&self.query()), &mut InputRepairs::default())
            .expect("every parameter is there")
    }
}

/// The sample plugin, built with the command that everybody uses.
pub(crate) static COMPONENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the host is in the workspace");
    let out = root.join("target/bench-plugins");
    let sources = root.join("plugins/contoso-hub");
    let words = ["insight-host".into(), "build".into(), sources.into(), "--out".into(), out.clone().into_os_string()];
    assert_eq!(insight_host::cli::run(words), ExitCode::SUCCESS, "the sample plugin builds");
    out.join("contoso-hub.wasm")
});

/// The plugin as a host loads it.
pub(crate) async fn load(runtime: &Arc<Runtime>) -> Plugin {
    let compile = CompileSettings { program: env!("CARGO_BIN_EXE_insight-host").into(), ..CompileSettings::default() };
    let outside = Egress::open(egress::Settings::default()).expect("nothing is asked for");
    let loader = Loader::new(Arc::clone(runtime), Compiler::new(compile), None, Settings::default(), outside);
    let id = ProviderId::try_from("contoso-hub".to_owned()).expect("lower-case kebab");
    let dir = COMPONENT.parent().expect("it is in a folder");
    loader.load_from(dir, &id).await.map_err(|error| format!("{error:?}")).expect("the sample plugin loads")
}

//! Guests written in WebAssembly instructions, for behaviour that no language would compile to.

use wasm_encoder::{
    ComponentExportKind, ComponentInstanceSection, ComponentSection, ComponentSectionId, InstanceSection, RawSection,
};

use super::{encode, interface};

/// A guest that answers record summaries, in WebAssembly's text format.
///
/// Memory is two pages. The first KiB is free for data; the host writes the request from 4 KiB on.
#[derive(Clone, Debug)]
pub struct CoreGuest {
    answer: String,
    realloc: String,
    post_return: String,
    fields: String,
    memory: String,
}

impl CoreGuest {
    /// The address of the answer of [`answering`](Self::answering).
    const ANSWER: u32 = 64;

    /// Creates a guest whose `answer` runs `instructions`, which leave the address of a result.
    #[must_use]
    pub fn running(instructions: &str) -> Self {
        Self {
            answer: instructions.to_owned(),
            realloc: "
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $at) (local.get 3)))
                (local.get $at)"
                .to_owned(),
            post_return: String::new(),
            fields: String::new(),
            memory: "2".to_owned(),
        }
    }

    /// Creates a guest that answers with a page of `length` items at the address `items`, valid or not.
    #[must_use]
    pub fn answering(items: u32, length: u32) -> Self {
        let words = [0, items, length, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
        Self::running(&format!("i32.const {}", Self::ANSWER)).data(Self::ANSWER, &words)
    }

    /// Writes bytes into memory.
    #[must_use]
    pub fn data(self, at: u32, bytes: &[u8]) -> Self {
        let escaped: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        self.field(&format!("(data (i32.const {at}) \"{escaped}\")"))
    }

    /// Writes an item into memory: the addresses and lengths of title, description and date.
    #[must_use]
    pub fn item(self, at: u32, texts: [(u32, u32); 3]) -> Self {
        let words = texts.iter().flat_map(|(at, length)| [*at, *length]).chain([0; 5]);
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        self.data(at, &bytes)
    }

    /// Adds a field to the module.
    #[must_use]
    pub fn field(self, field: &str) -> Self {
        Self { fields: self.fields + field + "\n", ..self }
    }

    /// Replaces `cabi_realloc`, by which the host gets memory for the request.
    #[must_use]
    pub fn realloc(self, instructions: &str) -> Self {
        Self { realloc: instructions.to_owned(), ..self }
    }

    /// Adds a post-return function, which runs `instructions` after the host has read the answer.
    #[must_use]
    pub fn post_return(self, instructions: &str) -> Self {
        let post_return = format!(
            "(func (export \"cabi_post_insight:provider/record-summary@1.0.0#answer\") (param i32) {instructions})"
        );
        Self { post_return, ..self }
    }

    /// Sets the least and the most pages of memory.
    #[must_use]
    pub fn memory(self, pages: &str) -> Self {
        Self { memory: pages.to_owned(), ..self }
    }

    /// Builds the component.
    ///
    /// # Panics
    ///
    /// Panics if the text is not valid.
    #[must_use]
    pub fn component(&self) -> Vec<u8> {
        let Self { answer, realloc, post_return, fields, memory } = self;
        let text = format!(
            "(module
                (memory (export \"memory\") {memory})
                (global $next (mut i32) (i32.const 4096))
                {fields}
                (func (export \"insight:provider/record-summary@1.0.0#answer\") (param i32) (result i32) {answer})
                (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) {realloc})
                {post_return})"
        );
        let module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let (resolve, package) = interface();
        let world = resolve.select_world(&[package], Some("record-summary-provider")).expect("the world is there");
        encode(module, &resolve, world)
    }

    /// Builds the component with further core modules, which are instantiated after the guest's own.
    ///
    /// # Panics
    ///
    /// Panics if the text of one is not valid.
    #[must_use]
    pub fn component_with(&self, modules: &[&str]) -> Vec<u8> {
        let mut component = self.component();
        // A guest that imports nothing is one module, of index 0.
        for (index, module) in (1..).zip(modules) {
            let module = wat::parse_str(module).unwrap_or_else(|error| panic!("{error}"));
            RawSection { id: ComponentSectionId::CoreModule.into(), data: &module }.append_to_component(&mut component);
            let mut instances = InstanceSection::new();
            instances.instantiate(index, std::iter::empty::<(&str, wasm_encoder::ModuleArg)>());
            instances.append_to_component(&mut component);
        }
        component
    }

    /// Builds the component with another inside it, which imports nothing and is instantiated after the guest's module.
    ///
    /// # Panics
    ///
    /// Panics if its text is not valid.
    #[must_use]
    pub fn component_around(&self, inner: &str) -> Vec<u8> {
        let mut component = self.component();
        let inner = wat::parse_str(inner).unwrap_or_else(|error| panic!("{error}"));
        RawSection { id: ComponentSectionId::Component.into(), data: &inner }.append_to_component(&mut component);
        let mut instances = ComponentInstanceSection::new();
        // The component of index 0 gives the guest's exports their types.
        instances.instantiate(1, std::iter::empty::<(&str, ComponentExportKind, u32)>());
        instances.append_to_component(&mut component);
        component
    }
}

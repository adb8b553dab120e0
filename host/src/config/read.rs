//! Settings as written into settings of their types, however much is wrong with them.

use super::mistakes::{Mistake, Mistakes};
use super::nearest::unknown;
use super::origin::Origin;
use super::place::Place;
use super::tree::{Content, Node, Step, is_at_or_below};
use super::{File, Problems, reference};

/// Characters of a message that may quote the file.
const MOST: usize = 300;

/// Reads the settings of `tree`, takes from it what cannot be read, and says of all of that why.
pub(super) fn types(tree: &mut Node, mistakes: &mut Mistakes) -> File {
    let mut broken = Broken { mistakes, keys: Vec::new() };
    broken.check_form(tree, Place::root());
    let file = broken.read(tree);
    let mut problems = Problems::default();
    file.check(&mut problems);
    for problem in problems.0 {
        broken.tell(tree, problem);
    }
    file
}

/// What was taken away, and why.
struct Broken<'a> {
    mistakes: &'a mut Mistakes,
    keys: Vec<String>,
}

impl Broken<'_> {
    /// Takes away keys that are unknown, and values that are of no type that could be meant.
    fn check_form(&mut self, node: &mut Node, place: Place<'_>) {
        match &mut node.content {
            Content::Table(table) => table.retain(|name, child| match place.below(name) {
                None => self.take(child, unknown(child, name, place)),
                Some(below) => self.check_type(child, below),
            }),
            Content::List(list) => {
                let Some(element) = place.element() else { return };
                list.retain_mut(|child| self.check_type(child, element));
            }
            Content::Value(_) => {}
        }
    }

    /// Returns whether the node stays.
    fn check_type(&mut self, node: &mut Node, place: Place<'_>) -> bool {
        if !place.takes(node) {
            let what = format!("`{}` must be {}{}", node.key, place.wants(), default_of(&node.key));
            return self.take(node, what);
        }
        if let Some(least) = place.least_above(node) {
            let what = format!("`{}` must be a whole number, at least {least}{}", node.key, default_of(&node.key));
            return self.take(node, what);
        }
        self.check_form(node, place);
        true
    }

    fn take(&mut self, node: &Node, what: String) -> bool {
        self.mistakes.add(Mistake::new(node.origin.clone(), what));
        self.keys.push(node.key.clone());
        false
    }

    /// Reads again and again, each time without what could not be read the time before.
    fn read(&mut self, tree: &mut Node) -> File {
        loop {
            let error = match serde_path_to_error::deserialize(tree.to_toml()) {
                Ok(file) => return file,
                Err(error) => error,
            };
            let way: Vec<Step> = error.path().iter().filter_map(step).collect();
            let Some(node) = tree.take(&way) else {
                self.mistakes.add(Mistake::new(tree.origin.clone(), shortened(error.inner().message())));
                return File::default();
            };
            // It may lack only what was taken from it before.
            if !self.keys.iter().any(|key| is_at_or_below(key, &node.key)) {
                let what = message(&node.key, error.inner().message());
                self.take(&node, what);
            }
        }
    }

    /// Tells what is wrong beyond types. Of a table that has lost something, only its own reader can say what it lacks.
    fn tell(&mut self, tree: &Node, problem: String) {
        let key = problem.strip_prefix('`').and_then(|rest| rest.split_once('`')).map_or("", |(key, _)| key);
        if self.keys.iter().any(|broken| group(broken) == group(key)) {
            return;
        }
        let node = tree.nearest(key);
        // A table is named before what is wrong in it, so some place there always is.
        let whole = tree.settings().first().map_or(Origin::Default, |first| first.origin.clone());
        let origin = if node.key.is_empty() { whole } else { node.origin.clone() };
        self.mistakes.add(Mistake::new(origin, problem));
    }
}

/// The first two steps of a key: what belongs together.
fn group(key: &str) -> &str {
    let end = key.match_indices(['.', '[']).nth(1).map_or(key.len(), |(at, _)| at);
    &key[..end]
}

fn step(segment: &serde_path_to_error::Segment) -> Option<Step> {
    match segment {
        serde_path_to_error::Segment::Map { key } => Some(Step::Name(key.clone())),
        serde_path_to_error::Segment::Seq { index } => Some(Step::Index(*index)),
        // Values of ours are read from text, so there is nothing below a variant.
        serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
    }
}

/// What is wrong with the value of `key`, in the words of its reader, which may quote it.
fn message(key: &str, words: &str) -> String {
    if Place::of(key).is_some_and(Place::is_secret) {
        return format!("`{key}` cannot be read; it is a secret and not shown");
    }
    format!("`{key}`: {}{}", shortened(words), default_of(key))
}

/// Such as `; the default is "4s"`.
fn default_of(key: &str) -> String {
    let defaults = reference::defaults();
    let default = defaults.nearest(key);
    match &default.content {
        Content::Value(value) if default.key == key => format!("; the default is {value}"),
        _ => String::new(),
    }
}

/// In one line, and cut if it quotes too much.
fn shortened(words: &str) -> String {
    let words = words.trim().replace('\n', ", ");
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

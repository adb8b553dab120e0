//! The check of a declarative agent's package: its files, their schemas, and what refers from one to another.
//!
//! A package is read within bounds, from a folder or an archive of anybody's (`files`, `unzip`). Each manifest is
//! judged by its published schema, mended where the published one contradicts itself (`schemas`), and then by what no
//! schema says: what Copilot ignores or refuses by its documentation, and what one file promises of another.

mod app;
mod card;
mod declarative;
mod files;
mod function;
mod icon;
mod input;
mod language;
mod openapi;
mod plugin;
mod report;
mod review;
mod runtime;
mod schemas;
mod secrets;
mod tool;
mod unzip;

pub use files::{AgentFiles, AgentFilesError};
pub(super) use function::LONGEST_DESCRIPTION;
pub use report::AgentReport;

use review::Review;

/// The most bytes of JSON that the Sales agent copies, and those from which it is near that.
const HEAVIEST: usize = 150 * 1_000;
const LARGE: usize = 100 * 1_000;

/// Judges a package.
pub fn judge(files: &AgentFiles) -> AgentReport {
    let mut review = Review::of(files);
    app::check(&mut review);
    secrets::check(&mut review);
    check_sizes(&mut review);
    check_unused(&mut review);
    review.report()
}

/// Checks the size of what is read of the package but its icons.
fn check_sizes(review: &mut Review<'_>) {
    let size: usize = review.used().filter(|(name, _)| name.ends_with(".json")).map(|(_, content)| content.len()).sum();
    let kilobytes = size.div_ceil(1_000);
    if size > HEAVIEST {
        review.add(super::Rule::PackageHeavy, "", format!("its JSON has {kilobytes} KB"));
    } else if size > LARGE {
        review.add(super::Rule::PackageLarge, "", format!("its JSON has {kilobytes} KB"));
    }
}

/// Checks that an archive has no files that nothing refers to. A folder may have others beside the package's.
fn check_unused(review: &mut Review<'_>) {
    if !review.files().is_archive() || review.is_unreadable() {
        return;
    }
    for name in review.unused() {
        review.add(super::Rule::FileUnused, &name, "nothing refers to it");
    }
}

#[cfg(test)]
mod tests;

//! Merging of several providers' answers into one page.

use std::sync::Arc;

use super::{DispatchError, Merged};
use crate::plugin::Plugin;
use contract::{Page, Reply, Window, verdict};
use engine::CallEnd;

/// The window to request from each of `providers`, so that `wanted` can be taken from their merged items.
///
/// A single provider skips items itself. Several providers do not know how many items come before
/// theirs, so each returns its first `skip + top`. At least one item is requested, because otherwise
/// a provider could not tell whether there are more.
pub(super) fn window_for_each(wanted: Window, providers: usize) -> Window {
    let window = match providers {
        1 => wanted,
        _ => Window { top: wanted.skip + wanted.top, skip: 0 },
    };
    Window { top: window.top.max(1), ..window }
}

/// The empty page.
pub(super) fn nothing() -> Reply {
    Reply::Page(Page { items: Vec::new(), has_more: false, languages: Vec::new() })
}

/// Merges the answers of `providers`, in their order.
pub(super) fn answers(providers: &[Arc<Plugin>], ended: Vec<CallEnd>, wanted: Window) -> Result<Merged, DispatchError> {
    let alone = providers.len() == 1;
    let mut replies = Vec::new();
    let mut missing = Vec::new();
    let mut retry_after = None;
    for (provider, ended) in providers.iter().zip(ended) {
        match ended.result {
            Ok(reply) => replies.push(reply),
            Err(failure) => {
                missing.push((provider.id().clone(), failure.outcome));
                retry_after = retry_after.into_iter().chain(failure.retry_after).min();
            }
        }
    }
    if replies.is_empty() {
        let outcomes = missing.iter().map(|(_, outcome)| *outcome);
        let verdict = verdict(outcomes).expect("at least one provider was called, and none answered");
        return Err(DispatchError::Nobody { verdict, outcomes: missing, retry_after });
    }

    let skip = if alone { 0 } else { wanted.skip };
    let mut pages = Vec::new();
    for reply in replies {
        match reply {
            Reply::Page(page) => pages.push(page),
            // A skill belongs to one provider, so there is nothing to merge.
            Reply::Chat(answer) => return Ok(Merged { reply: Reply::Chat(answer), missing }),
        }
    }
    Ok(Merged { reply: Reply::Page(cut(pages, skip, wanted.top)), missing })
}

/// Takes the items `skip..skip + top` of the concatenated pages.
fn cut(pages: Vec<Page>, skip: u32, top: u32) -> Page {
    let (skip, top) = (skip as usize, top as usize);
    let total: usize = pages.iter().map(|page| page.items.len()).sum();
    let mut whole = Page { items: Vec::new(), has_more: total > skip + top, languages: Vec::new() };
    for page in pages {
        whole.has_more |= page.has_more;
        whole.items.extend(page.items);
        for language in page.languages {
            if !whole.languages.contains(&language) {
                whole.languages.push(language);
            }
        }
    }
    whole.items = whole.items.into_iter().skip(skip).take(top).collect();
    whole
}

//! The check of pagination: pages of one item are compared with one page of all items, and together must equal it.

use serde_json::Value;

use super::{Examination, Expectation, Plain};
use crate::conform::judge::{has_more, judge_page};
use crate::conform::target::Target;
use crate::conform::{Probe, Rule};
use contract::Operation;

/// The most items of the whole that are requested.
const WHOLE: usize = 50;

/// The most pages of one item that are compared with the whole.
const MOST_PAGES: usize = 5;

/// An offset behind the last item of any record.
const PAST_END: usize = 1_000_000;

impl<T: Target> Examination<'_, T> {
    /// Requests the whole, then its items one by one, then a page behind its end. A whole of one item has no pages to
    /// compare.
    pub(super) async fn paging(&mut self, operation: &'static Operation, plain: &Probe) {
        let Some((top, skip)) = self.window(operation) else { return };
        let window = |first: usize, count: usize| plain.with(top, count).with(skip, first);
        let ask = format!("a request for {WHOLE} items");
        let Some((whole, more)) = self.items(operation, &window(0, WHOLE).about(ask), 0, WHOLE).await else { return };
        self.repeated(&whole, "the whole");
        if whole.len() < 2 {
            return;
        }

        let mut seen: Vec<Value> = Vec::new();
        let pages = whole.len().min(MOST_PAGES);
        for index in 0..pages {
            let probe = window(index, 1).about(format!("page {} of one item", index + 1));
            let Some((items, has_more)) = self.items(operation, &probe, index, 1).await else { return };
            for item in &items {
                if seen.contains(item) && whole.iter().filter(|other| *other == item).count() < 2 {
                    self.find(Rule::PageRepeats, format!("{}: its item was on a page before", probe.about));
                }
            }
            seen.extend(items);
            let is_last = index + 1 == whole.len() && more != Some(true);
            if has_more.is_some_and(|has_more| has_more == is_last) {
                let what = format!("{}: `hasMoreResults` is {is_last}, and {}", probe.about, follows(is_last));
                self.find(Rule::HasMoreWrong, what);
            }
        }
        for (index, item) in whole.iter().take(pages).enumerate() {
            if !seen.contains(item) {
                self.find(
                    Rule::PageLoses,
                    format!("item {} of the whole is on none of the pages of one item", index + 1),
                );
            }
        }
        self.past_end(operation, &window(PAST_END, 1).about("a page behind the last item")).await;
    }

    async fn past_end(&mut self, operation: &'static Operation, probe: &Probe) {
        let Some((items, has_more)) = self.items(operation, probe, PAST_END, 1).await else { return };
        if !items.is_empty() {
            self.find(Rule::PagePastEnd, format!("{}: it has {} items", probe.about, items.len()));
        }
        if has_more == Some(true) {
            self.find(Rule::HasMoreWrong, format!("{}: `hasMoreResults` is true", probe.about));
        }
    }

    /// Requests a page behind `skipped` items, and returns its items and `hasMoreResults`.
    async fn items(
        &mut self,
        operation: &'static Operation,
        probe: &Probe,
        skipped: usize,
        most: usize,
    ) -> Option<(Vec<Value>, Option<bool>)> {
        let Plain::Answered(body) = self.ask_plainly(probe).await else { return None };
        let Expectation { outputs, location, .. } = self.bounds;
        let items = judge_page(&body, skipped, operation, outputs, location, self.findings)?;
        if items.len() > most {
            self.find(Rule::PageTooLong, format!("{}: it has {} items", probe.about, items.len()));
        }
        Some((items.to_vec(), has_more(&body)))
    }

    fn repeated(&mut self, items: &[Value], what: &str) {
        for (index, item) in items.iter().enumerate() {
            if items[..index].contains(item) {
                self.find(Rule::PageRepeats, format!("{what}: item {} is a repetition", index + 1));
            }
        }
    }
}

fn follows(is_last: bool) -> &'static str {
    if is_last { "nothing follows" } else { "more follows" }
}

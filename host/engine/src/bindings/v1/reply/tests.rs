//! Tests of answers as guests give them.

use contract::operation::KEY_SALES_INFO;

use super::*;

/// The answer of one item without a description, asked for with this `skip`.
fn answered(skip: u32, has_more: bool) -> Result<Reply, Failure> {
    let blank = guest::key_sales_info::Highlight {
        title: None,
        description: " ".to_owned(),
        url: None,
        date_time: None,
        properties: Vec::new(),
    };
    let page = guest::key_sales_info::HighlightPage { items: vec![blank], has_more, language: None };
    let (window, repairs) = (Window { top: 1, skip }, &mut Repairs::default());
    Items { operation: &KEY_SALES_INFO, window, partner: "Contoso", repairs }.of_highlights(Ok(page))
}

#[test]
fn a_page_of_which_nothing_is_left_leads_to_the_pages_beside_it() {
    for (skip, has_more) in [(0, true), (1, false)] {
        let Ok(Reply::Page(page)) = answered(skip, has_more) else { panic!("it is a page") };

        assert!(page.items.is_empty());
        assert_eq!(page.has_more, has_more);
    }
}

#[test]
fn an_answer_of_which_nothing_is_left_is_a_bad_answer_that_names_the_parts() {
    let Err(failure) = answered(0, false) else { panic!("nothing is left") };

    assert_eq!(failure.outcome, Outcome::BadAnswer);
    assert!(failure.detail.contains("`value[0].description`"), "{}", failure.detail);
}

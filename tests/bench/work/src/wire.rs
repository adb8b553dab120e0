//! An answer as JSON, byte for byte as the host writes it.

use insight_sdk::{Activity, Page, Property};
use serde::{Serialize, Serializer};

/// An answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    value: Vec<Item<'a>>,
    has_more_results: bool,
}

/// An insight.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    title: &'a str,
    description: &'a str,
    date_time: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(serialize_with = "in_order")]
    additional_properties: &'a [Property],
}

/// Writes properties as an object, in their order.
fn in_order<S: Serializer>(properties: &&[Property], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(properties.iter().map(|property| (&property.name, &property.value)))
}

/// Writes an answer.
pub(crate) fn body(page: &Page<Activity>) -> Vec<u8> {
    let value = page.items.iter().map(|activity| Item {
        title: &activity.title,
        description: &activity.description,
        date_time: &activity.date_time,
        url: activity.url.as_deref(),
        additional_properties: &activity.properties,
    });
    let answer = Answer { value: value.collect(), has_more_results: page.has_more };
    serde_json::to_vec(&answer).expect("texts can always be written")
}

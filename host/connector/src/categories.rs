//! The categories of Power Platform's catalogue of connectors.

/// All categories, as `x-ms-connector-metadata` writes them, from Microsoft's documentation of certification.
const CATEGORIES: [&str; 19] = [
    "AI",
    "Business Management",
    "Business Intelligence",
    "Collaboration",
    "Commerce",
    "Communication",
    "Content and Files",
    "Data",
    "Finance",
    "Human Resources",
    "Internet of Things",
    "IT Operations",
    "Lifestyle and Entertainment",
    "Marketing",
    "Productivity",
    "Sales and CRM",
    "Security",
    "Social Media",
    "Website",
];

/// The most categories of a connector.
pub(super) const MOST: usize = 2;

/// Returns those of `names` that are not categories.
pub(super) fn unknown(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !CATEGORIES.contains(&name.as_str())).cloned().collect()
}

/// Lists all categories, for error texts.
pub(super) fn listed() -> String {
    CATEGORIES.join(", ")
}

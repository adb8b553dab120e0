//! The categories of Power Platform's catalogue of connectors.

/// All of them, as `x-ms-connector-metadata` writes them. By Microsoft's documentation of certification.
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

/// Those of `names` that are none.
pub(super) fn unknown(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !CATEGORIES.contains(&name.as_str())).cloned().collect()
}

/// All of them, for whoever has to choose.
pub(super) fn listed() -> String {
    CATEGORIES.join(", ")
}

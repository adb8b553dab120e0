//! The orders that the plugin tells of. Replace them by calls to your backend, with `insight_sdk::Api`.

use insight_sdk::{CrmRecord, Failure};

/// An order.
pub struct Order {
    pub number: u32,
    pub placed_at: &'static str,
    pub status: &'static str,
}

impl Order {
    /// Returns a sentence about the order.
    pub fn sentence(&self) -> String {
        format!("Order {} of {} is {}.", self.number, &self.placed_at[..10], self.status)
    }

    /// Returns the page of the order in the application.
    pub fn url(&self) -> String {
        format!("https://contoso.example/orders/{}", self.number)
    }
}

/// The account that has the orders.
const ACCOUNT_ID: &str = "42";
const ACCOUNT_NAME: &str = "Fourth Coffee";

/// Its orders, the latest first.
const ORDERS: [Order; 3] = [
    Order { number: 1003, placed_at: "2026-05-12T08:30:00Z", status: "on its way" },
    Order { number: 1002, placed_at: "2026-03-02T15:00:00Z", status: "delivered" },
    Order { number: 1001, placed_at: "2025-11-20T10:15:00Z", status: "delivered" },
];

/// Returns the orders of an account, the latest first; none for records that are no accounts.
///
/// # Errors
///
/// Fails if the account is unknown.
pub fn orders_of(record: &CrmRecord) -> Result<&'static [Order], Failure> {
    match (record.record_type.as_str(), record.record_id.as_str()) {
        ("account", ACCOUNT_ID) => Ok(&ORDERS),
        ("account", _) => Err(Failure::RecordNotFound),
        _ => Ok(&[]),
    }
}

/// Returns the orders of the account of this name, if there is one.
pub fn orders_by_name(name: &str) -> &'static [Order] {
    if name.eq_ignore_ascii_case(ACCOUNT_NAME) { &ORDERS } else { &[] }
}

//! Envelopes: agreements that are sent out for signature.

use insight_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// An envelope, as the backend tells it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    pub id: String,
    pub subject: String,
    pub status: Status,
    pub sent_at: Timestamp,
    pub changed_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub signers: Vec<Signer>,
    pub value: Option<Value>,
    pub url: String,
}

#[derive(Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    Sent,
    Signed,
    Declined,
    Voided,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signer {
    pub name: String,
    pub signed_at: Option<Timestamp>,
}

/// An amount of money.
#[derive(Clone, Deserialize, Serialize)]
pub struct Value {
    pub amount: Amount,
    pub currency: String,
}

impl Envelope {
    /// Returns the names of the signers who have not signed.
    pub fn missing(&self) -> Vec<&str> {
        self.signers.iter().filter(|signer| signer.signed_at.is_none()).map(|signer| &*signer.name).collect()
    }
}

/// Selects the envelopes that wait for signatures. The one that expires soonest comes first; those that never do, last.
pub fn open(mut envelopes: Vec<Envelope>) -> Vec<Envelope> {
    envelopes.retain(|envelope| envelope.status == Status::Sent);
    envelopes.sort_by_key(|envelope| envelope.expires_at.unwrap_or(Timestamp::MAX));
    envelopes
}

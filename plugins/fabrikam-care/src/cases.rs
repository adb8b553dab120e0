//! The data of this sample, invented, the oldest case first.

use crate::case::{
    Case,
    Priority::{High, Normal},
};

/// The account Fourth Coffee.
pub(crate) const FOURTH_COFFEE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02";
/// The account Alpine Ski House.
pub(crate) const ALPINE_SKI_HOUSE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c03";
/// The opportunity "50 Cafe A-100 Automatic" at Fourth Coffee.
pub(crate) const CAFE_A100: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";

/// All cases.
pub(crate) static CASES: [Case; 6] = [
    Case {
        id: "cs-7001",
        title: "Grinder jams after descaling",
        account: "Fourth Coffee",
        about: &[FOURTH_COFFEE, CAFE_A100],
        priority: Normal,
        opened: "2024-05-20T07:45:00Z",
        closed: Some("2024-05-23T15:00:00Z"),
    },
    Case {
        id: "cs-7002",
        title: "Invoices name the wrong branch",
        account: "Fourth Coffee",
        about: &[FOURTH_COFFEE],
        priority: Normal,
        opened: "2025-01-08T10:30:00Z",
        closed: Some("2025-01-09T09:10:00Z"),
    },
    Case {
        id: "cs-7003",
        title: "No hot water at 2,000 metres",
        account: "Alpine Ski House",
        about: &[ALPINE_SKI_HOUSE],
        priority: High,
        opened: "2025-12-27T06:15:00Z",
        closed: Some("2025-12-28T11:00:00Z"),
    },
    Case {
        id: "cs-7004",
        title: "Milk frother leaks in three shops",
        account: "Fourth Coffee",
        about: &[FOURTH_COFFEE, CAFE_A100],
        priority: High,
        opened: "2026-04-30T08:05:00Z",
        closed: None,
    },
    Case {
        id: "cs-7005",
        title: "Card reader asks for an update",
        account: "Alpine Ski House",
        about: &[ALPINE_SKI_HOUSE],
        priority: Normal,
        opened: "2026-05-04T12:00:00Z",
        closed: None,
    },
    Case {
        id: "cs-7006",
        title: "Training for new baristas",
        account: "Fourth Coffee",
        about: &[FOURTH_COFFEE],
        priority: Normal,
        opened: "2026-05-11T09:20:00Z",
        closed: None,
    },
];

//! Accounts, their people, and opportunities.

use crate::customer::{Account, Contact, Fact, Opportunity, Role};

/// The account Fourth Coffee.
pub(crate) const FOURTH_COFFEE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02";
/// The account Alpine Ski House.
pub(crate) const ALPINE_SKI_HOUSE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c03";
/// The opportunity "50 Cafe A-100 Automatic" at Fourth Coffee.
pub(crate) const CAFE_A100: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";
/// The opportunity "Ski Lodge Cafes" at Alpine Ski House.
pub(crate) const SKI_LODGE_CAFES: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c04";

/// All accounts.
pub(crate) static ACCOUNTS: [Account; 2] = [
    Account {
        id: FOURTH_COFFEE,
        name: "Fourth Coffee",
        stakeholders: &[
            Contact {
                id: "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c11",
                name: "Alberto Burgos",
                role: Role::DecisionMaker,
                email: "alberto@fourthcoffee.example",
            },
            Contact {
                id: "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c12",
                name: "Tony Benis",
                role: Role::Procurement,
                email: "tony+legal@fourthcoffee.example",
            },
        ],
        facts: &[
            Fact::Connections(5),
            Fact::Visits { times: 4, months: 4 },
            Fact::Colleagues(&["Mona Kane", "Ray Tanaka", "Daniela Smith"]),
        ],
    },
    Account {
        id: ALPINE_SKI_HOUSE,
        name: "Alpine Ski House",
        stakeholders: &[
            Contact {
                id: "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c13",
                name: "Eva Corets",
                role: Role::DecisionMaker,
                email: "eva@alpineskihouse.example",
            },
            Contact {
                id: "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c14",
                name: "Nestor Wilke",
                role: Role::Legal,
                email: "nestor@alpineskihouse.example",
            },
        ],
        facts: &[Fact::Connections(2), Fact::Colleagues(&["Ray Tanaka"])],
    },
];

/// All opportunities.
pub(crate) static OPPORTUNITIES: [Opportunity; 2] =
    [Opportunity { id: CAFE_A100, account: &ACCOUNTS[0] }, Opportunity { id: SKI_LODGE_CAFES, account: &ACCOUNTS[1] }];

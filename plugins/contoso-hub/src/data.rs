//! The data of this sample, invented. It is compiled in, so a call need not parse it.

mod contracts;
mod customers;

pub(crate) use contracts::CONTRACTS;
pub(crate) use customers::{ACCOUNTS, ALPINE_SKI_HOUSE, CAFE_A100, FOURTH_COFFEE, OPPORTUNITIES, SKI_LODGE_CAFES};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_stand_in_the_order_of_their_dates() {
        assert!(CONTRACTS.is_sorted_by(|one, next| one.date < next.date && one.id < next.id));
    }

    #[test]
    fn dates_have_the_form_that_compares_as_text() {
        assert!(CONTRACTS.iter().all(|it| it.date.len() == 20 && it.date.ends_with('Z')));
    }

    #[test]
    fn there_is_enough_for_a_second_page_but_no_fifth() {
        let about_it = CONTRACTS.iter().filter(|it| it.about.contains(&FOURTH_COFFEE)).count();

        assert!(CONTRACTS.len() >= 25);
        assert!((11..=40).contains(&about_it), "{about_it} contracts");
    }

    #[test]
    fn every_contract_belongs_to_a_known_record() {
        let known = |id: &&str| {
            ACCOUNTS.iter().any(|account| account.id == *id)
                || OPPORTUNITIES.iter().any(|opportunity| opportunity.id == *id)
        };

        assert!(CONTRACTS.iter().flat_map(|it| it.about).all(known));
    }
}

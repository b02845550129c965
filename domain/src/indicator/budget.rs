//! A committee's budget as what a target is relative to.

use super::definition::Indicator;
use super::organisation::Organisation;
use crate::decimal::Decimal;
use crate::money::{AmountUnit, Money, round_div};
use crate::text::Code;

/// Whose budget it is: the committee that the value is for, else the one that owns the indicator, else the one that shows it.
pub fn budget_committee<'a>(organisation: &'a Organisation, indicator: &'a Indicator, shown_by: &'a Code) -> &'a Code {
    match organisation {
        Organisation::Committee(code) => code,
        _ => indicator.committee.as_ref().unwrap_or(shown_by),
    }
}

/// An amount as a value in an indicator's unit; none where the unit is not one of money, or the amount does not fit a value.
pub fn in_unit(amount: Money, unit: &str) -> Option<Decimal> {
    // Documents write millions in two ways.
    let unit = if unit == "mkr" { AmountUnit::Millions } else { AmountUnit::from_code(unit)? };
    let scaled = i128::from(amount.ore()) * i128::from(Decimal::SCALE);
    i64::try_from(round_div(scaled, i128::from(unit.ore()))).ok().map(Decimal::stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::definition::Direction;
    use crate::indicator::definition::tests::indicator;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_written_in_the_units_of_money() {
        let written = |ore, unit| in_unit(Money::stored(ore), unit).map(|value| value.to_string());
        let ore = 12_505_000_050;
        assert_eq!(written(ore, "kr").as_deref(), Some("125050000.5"));
        assert_eq!(written(ore, "tkr").as_deref(), Some("125050.0005"));
        for unit in ["mnkr", "mkr"] {
            assert_eq!(written(ore, unit).as_deref(), Some("125.050001"), "a value has six decimals");
            assert_eq!(written(-ore, unit).as_deref(), Some("-125.050001"));
        }
        for unit in ["", "%", "kkr", "kr per invånare", "KR"] {
            assert_eq!(written(ore, unit), None, "{unit}");
        }
        assert_eq!(written(999_999_999_999_999, "kr"), None, "more than a value holds");
    }

    #[test]
    fn the_budget_is_of_whom_the_value_is_for() {
        let (shown_by, owner) = (Code::parse("SN").unwrap(), Code::parse("BN").unwrap());
        let committee = |organisation: &str, owner: Option<&Code>| {
            let indicator = Indicator { committee: owner.cloned(), ..indicator(Direction::Lower) };
            let organisation = Organisation::parse(organisation).unwrap();
            budget_committee(&organisation, &indicator, &shown_by).to_string()
        };
        assert_eq!(committee("committee:KN", Some(&owner)), "KN");
        assert_eq!(committee("0580", Some(&owner)), "BN");
        assert_eq!(committee("0580", None), "SN");
    }

    proptest! {
        #[test]
        fn kronor_and_thousands_are_exact(ore in -9_000_000_000_000_i64..9_000_000_000_000) {
            let amount = Money::stored(ore);
            for unit in [AmountUnit::Kronor, AmountUnit::Thousands] {
                let value = in_unit(amount, unit.code()).unwrap();
                prop_assert_eq!(value.to_string(), unit.exact(amount));
            }
        }
    }
}

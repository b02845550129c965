//! The fields of a posting's row, by their names in the contract and in Swedish.

use utfall_domain::code_part::CodePart;
use utfall_domain::delivery::DeliveredRow;

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// One of the eight code parts.
    Code(CodePart),
    /// The committee.
    Committee,
    /// The month of a budget row.
    Period,
    /// The period profile of a budget row.
    Profile,
    /// The amount.
    Amount,
    /// The quantity.
    Quantity,
    /// The text.
    Text,
}

impl Field {
    /// How many there are.
    pub(super) const COUNT: usize = 14;

    /// All, in the order that the contract lists them.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Code(CodePart::Account),
        Self::Code(CodePart::Unit),
        Self::Committee,
        Self::Code(CodePart::Activity),
        Self::Code(CodePart::Project),
        Self::Code(CodePart::Specification),
        Self::Code(CodePart::WorkOrder),
        Self::Code(CodePart::Object),
        Self::Code(CodePart::Counterparty),
        Self::Period,
        Self::Profile,
        Self::Amount,
        Self::Quantity,
        Self::Text,
    ];

    /// The names of all, in the same order.
    pub(super) const NAMES: [&'static str; Self::COUNT] = {
        let mut names = [""; Self::COUNT];
        let mut index = 0;
        while index < Self::COUNT {
            names[index] = Self::ALL[index].name();
            index += 1;
        }
        names
    };

    /// Its name in the contract.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Code(part) => part.field(),
            Self::Committee => "committee",
            Self::Period => "period",
            Self::Profile => "profile",
            Self::Amount => "amount",
            Self::Quantity => "quantity",
            Self::Text => "text",
        }
    }

    /// The Swedish word.
    pub(super) const fn swedish(self) -> &'static str {
        match self {
            Self::Code(part) => part.swedish(),
            Self::Committee => "nämnd",
            Self::Period => "period",
            Self::Profile => "profil",
            Self::Amount => "belopp",
            Self::Quantity => "kvantitet",
            Self::Text => "text",
        }
    }

    /// The field that a column header names, in either language and any case.
    pub(super) fn named(header: &str) -> Option<Self> {
        let header = header.to_lowercase();
        Self::ALL.into_iter().find(|field| header == field.name().to_lowercase() || header == field.swedish())
    }

    /// Every name that a column header may use, for a sentence.
    pub(super) fn known() -> String {
        let both = |field: Self| match (field.name(), field.swedish()) {
            (name, swedish) if name == swedish => name.to_owned(),
            (name, swedish) => format!("{name} ({swedish})"),
        };
        Self::ALL.map(both).join(", ")
    }

    /// Where a row keeps it.
    pub(super) fn slot(self, row: &mut DeliveredRow) -> &mut String {
        match self {
            Self::Code(part) => &mut row.codes[part.index()],
            Self::Committee => &mut row.committee,
            Self::Period => &mut row.period,
            Self::Profile => &mut row.profile,
            Self::Amount => &mut row.amount,
            Self::Quantity => &mut row.quantity,
            Self::Text => &mut row.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_both_names_in_any_case() {
        for field in Field::ALL {
            for name in [field.name().to_owned(), field.name().to_uppercase(), field.swedish().to_uppercase()] {
                assert_eq!(Field::named(&name), Some(field), "{name}");
            }
        }
        assert_eq!(Field::named("NÄMND"), Some(Field::Committee));
        assert_eq!(Field::named("konton"), None);
    }

    #[test]
    fn every_field_has_a_slot_of_its_own() {
        let mut row = DeliveredRow::default();
        for field in Field::ALL {
            assert!(field.slot(&mut row).is_empty(), "{}", field.name());
            field.slot(&mut row).push('x');
        }
    }
}

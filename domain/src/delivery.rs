//! A delivery as it was sent: rows of text, before any of it is believed.

use crate::code_part::CodePart;

/// One row of a delivery, cell by cell; an absent cell is an empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveredRow {
    /// The ordinal of the data row, from 1.
    pub row: u32,
    /// The line of the file, where it has lines.
    pub line: Option<u32>,
    /// The committee's code, needed when no unit says it.
    pub committee: String,
    /// The code string, in the order of [`CodePart::ALL`].
    pub codes: [String; CodePart::COUNT],
    /// The month of a budget row, when the row is for one month.
    pub period: String,
    /// The profile that spreads a budget row's year amount.
    pub profile: String,
    /// The amount in the delivery's unit and sign convention.
    pub amount: String,
    /// A count of what was bought or done, with up to six decimals.
    pub quantity: String,
    /// The row's text.
    pub text: String,
}

impl DeliveredRow {
    /// The code of a part.
    pub fn code(&self, part: CodePart) -> &str {
        &self.codes[part.index()]
    }
}

//! What a parameter of a query takes, where it is called the same in every operation: the contract says it, and each call is held to it.

use utfall_domain::text::{Code, Key, Source, TextError, checked_text};

/// A text of a code or key: what stands in one segment of a path and in a spreadsheet's cell as it is.
const IDENTIFIER: &str = r#"^(?!\.{1,2}$)[^\s=+\-@/\\?#%"<>\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]([^/\\?#%"<>\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]*[^\s/\\?#%"<>\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff])?$"#;

/// The form of a text.
pub struct Form {
    /// What the contract calls it.
    pub name: &'static str,
    /// What it is, in Swedish and English.
    pub meaning: &'static str,
    /// As the contract says it.
    pub pattern: &'static str,
    /// How many characters it has at most.
    pub longest: usize,
    /// As the service reads it.
    pub check: fn(&str) -> Result<(), TextError>,
}

const CODE: Form = Form {
    name: "Code",
    meaning: "En kod i kodplanen, som kommunen skriver den. A code of the code plan, as the municipality writes it.",
    pattern: IDENTIFIER,
    longest: 40,
    check: |text| Code::parse(text).map(drop),
};
const KEY: Form = Form {
    name: "Key",
    meaning: "En nyckel, som den som lägger in väljer. A key, chosen by whoever puts the thing.",
    pattern: IDENTIFIER,
    longest: 100,
    check: |text| Key::parse(text).map(drop),
};
const SOURCE: Form = Form {
    name: "Source",
    meaning: "En källa: vem som levererar. A source: who delivers.",
    pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    longest: 40,
    check: |text| Source::parse(text).map(drop),
};

const REASON: Form = Form {
    name: "Reason",
    meaning: "Varför något ändras; står i revisionsspåret. Why something is changed; it is kept in the audit trail.",
    pattern: r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]+$",
    longest: 500,
    check: |text| checked_text(text, 500).map(drop),
};

/// All of them.
pub const FORMS: [Form; 4] = [CODE, KEY, SOURCE, REASON];

/// The form of the parameters with a name; none where the name says nothing of it.
pub fn form(name: &str) -> Option<Form> {
    match name {
        "committee" | "account" | "unit" | "activity" | "project" | "specification" | "workOrder" | "object"
        | "counterparty" | "profile" | "steeringModel" => Some(CODE),
        "layout" => Some(KEY),
        "source" | "forecastSource" | "planSource" => Some(SOURCE),
        "reason" => Some(REASON),
        _ => None,
    }
}

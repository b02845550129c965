//! Areas, groups of them, and organisational units, by the codes that Kolada's clients know.

use crate::indicator::organisation::Organisation;
use crate::text::MunicipalityCode;
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// What kind of area it is.
    AreaKind: 2 {
        /// Kommun.
        Municipality = "K",
        /// Region, and Riket.
        Region = "L",
    }
}

/// A municipality, a region or Riket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its code of four digits: `0580`, `0005`, `0000`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What kind it is.
    pub kind: AreaKind,
}

impl AreaKind {
    /// The kind that a code says: `00` and a region's two digits, or `0000` for Riket, else a municipality.
    pub fn of(code: &str) -> Self {
        if code.starts_with("00") { Self::Region } else { Self::Municipality }
    }
}

words! {
    /// What a group is of.
    GroupKind: 2 {
        /// Of municipalities or regions.
        Areas = "municipality",
        /// Of key figures.
        KeyFigures = "kpi",
    }
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
}

/// A group of areas or of key figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its code: `G175807`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What it is of.
    pub kind: GroupKind,
    /// Its members.
    pub members: Vec<Member>,
}

/// A title as it is searched: without regard to case.
pub fn folded(title: &str) -> String {
    title.to_lowercase()
}

/// A title as it is sorted in Swedish: å, ä and ö after z, other accents beside their letters. Compared byte for byte.
pub fn sorted(title: &str) -> String {
    let letter = |letter: char| match letter {
        'å' => '{',
        'ä' | 'æ' => '|',
        'ö' | 'ø' => '}',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'á' | 'à' => 'a',
        'ü' => 'y',
        '-' => ' ',
        other => other,
    };
    title.to_lowercase().chars().map(letter).collect()
}

/// The code that a unit or a committee of a municipality is published under; none for areas and groups, which have codes of
/// their own. Kolada's clients take its first three characters for the kind of unit: `V00` a unit, `V01` a committee.
pub fn unit_code(municipality: &MunicipalityCode, organisation: &Organisation) -> Option<String> {
    // A comma parts codes in a path, so that none may hold one.
    let code = |kind: &str, code: &str| Some(format!("{kind}E{municipality}-{}", code.replace(',', ".")));
    match organisation {
        Organisation::Area(_) | Organisation::Group(_) => None,
        Organisation::Unit(unit) => code("V00", unit.as_str()),
        Organisation::Committee(committee) => code("V01", committee.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_sort_as_in_swedish() {
        let mut titles = ["Österåker", "Ängelholm", "Åre", "Upplands Väsby", "Upplands-Bro", "Zinkgruvan", "Ale"];
        titles.sort_by_key(|title| sorted(title));
        assert_eq!(titles, ["Ale", "Upplands-Bro", "Upplands Väsby", "Zinkgruvan", "Åre", "Ängelholm", "Österåker"]);
    }

    #[test]
    fn units_and_committees_have_codes_of_their_own() {
        let municipality = MunicipalityCode::parse("0580").unwrap();
        let code = |text| unit_code(&municipality, &Organisation::parse(text).unwrap());
        assert_eq!(code("unit:3102").as_deref(), Some("V00E0580-3102"));
        assert_eq!(code("committee:SN").as_deref(), Some("V01E0580-SN"));
        assert_eq!(code("0580"), None);
    }
}

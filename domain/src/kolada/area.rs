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

/// The code of a group of a municipality's own key figures, by its number from 1.
pub fn own_group_code(municipality: &MunicipalityCode, number: usize) -> String {
    format!("G{municipality}KPI{number:03}")
}

/// Whether a code may be that of a group of Kolada's: it begins with G and is not one of [`own_group_code`].
pub fn is_kolada_group(code: &str) -> bool {
    let Some(rest) = code.strip_prefix('G') else { return false };
    let is_own = rest.get(..4).is_some_and(|municipality| MunicipalityCode::parse(municipality).is_ok())
        && rest.get(4..).is_some_and(|rest| rest.starts_with("KPI"));
    !rest.is_empty() && !is_own && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
    // A comma parts codes in a path, so that none may hold one; two codes stay two.
    let code =
        |kind: &str, code: &str| Some(format!("{kind}E{municipality}-{}", code.replace('~', "~0").replace(',', "~1")));
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
    fn groups_of_koladas_are_told_from_our_own() {
        let own = own_group_code(&MunicipalityCode::parse("0580").unwrap(), 1);
        assert_eq!(own, "G0580KPI001");
        assert!(is_kolada_group("G175807") && is_kolada_group("G2KPI1"));
        for code in [own.as_str(), "175807", "G", "G17,58", ""] {
            assert!(!is_kolada_group(code), "{code}");
        }
    }

    #[test]
    fn units_and_committees_have_codes_of_their_own() {
        let municipality = MunicipalityCode::parse("0580").unwrap();
        let code = |text| unit_code(&municipality, &Organisation::parse(text).unwrap());
        assert_eq!(code("unit:3102").as_deref(), Some("V00E0580-3102"));
        assert_eq!(code("committee:SN").as_deref(), Some("V01E0580-SN"));
        assert_eq!(code("unit:31,02").as_deref(), Some("V00E0580-31~102"));
        assert_eq!(code("unit:31~102").as_deref(), Some("V00E0580-31~0102"));
        assert_eq!(code("0580"), None);
    }
}

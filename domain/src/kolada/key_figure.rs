//! Key figures (KPI): Kolada's own, and a municipality's public indicators among them.

use super::area::AreaKind;
use crate::indicator::definition::{Accumulation, Direction, Frequency, Indicator, SexSplit};
use crate::text::{Key, MunicipalityCode};
use serde::{Deserialize, Serialize};

/// A key figure as Kolada describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFigure {
    /// `N00945`, `U07455`; a municipality's own bears its code: `U0580001`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What it means.
    pub description: String,
    /// Whether women and men are shown apart.
    pub is_divided_by_gender: bool,
    /// Of whom: `K` municipalities, `L` regions, `A` both.
    pub municipality_type: String,
    /// Whose doing: `T`, `X`, `E`, `P`, `O`, `A`.
    pub auspice: Option<String>,
    /// Its field.
    pub operating_area: String,
    /// Its perspective.
    pub perspective: Option<String>,
    /// When it is published, while preliminary.
    pub prel_publication_date: Option<String>,
    /// When it is published.
    pub publication_date: Option<String>,
    /// The period that is published then.
    pub publ_period: Option<String>,
    /// Whether organisational units have values.
    pub has_ou_data: bool,
    /// When those are published.
    pub ou_publication_date: Option<String>,
}

/// Whether a code has the form of Kolada's key figures: N or U and five digits.
pub fn is_kolada_code(code: &str) -> bool {
    let Some(digits) = code.strip_prefix(['N', 'U']) else { return false };
    digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The code of a municipality's own key figure, by its number from 1. Kolada's codes have five digits, these have more.
pub fn own_code(municipality: &MunicipalityCode, number: i64) -> String {
    format!("U{municipality}{number:03}")
}

/// The source that an indicator names when its values are Kolada's.
pub const SOURCE: &str = "Kolada";

/// The key figure of Kolada's that an indicator says that it is.
pub fn kolada_code(indicator: &Indicator) -> Option<&str> {
    let is_kolada = indicator.source.trim().eq_ignore_ascii_case(SOURCE) && is_kolada_code(&indicator.source_key);
    is_kolada.then_some(indicator.source_key.as_str())
}

/// An indicator as a key figure. What depends on its values is filled in where they are published.
pub fn of_indicator(indicator: &Indicator, code: String) -> KeyFigure {
    KeyFigure {
        code,
        title: indicator.name.clone(),
        description: indicator.description.clone(),
        is_divided_by_gender: indicator.sex_split == SexSplit::Required,
        municipality_type: AreaKind::Municipality.code().to_owned(),
        auspice: None,
        operating_area: if indicator.groups.is_empty() { "Övrigt".into() } else { indicator.groups.join(",") },
        perspective: Some(indicator.perspective.clone()).filter(|text| !text.is_empty()),
        prel_publication_date: None,
        publication_date: None,
        publ_period: None,
        has_ou_data: false,
        ou_publication_date: None,
    }
}

/// A key figure of Kolada's as an indicator of a municipality that imports it. Kolada gives no unit; its titles end in one.
pub fn as_indicator(one: &KeyFigure, key: Key) -> Indicator {
    Indicator {
        key,
        name: one.title.clone(),
        description: one.description.clone(),
        unit: unit_of(&one.title).into(),
        least: None,
        greatest: None,
        decimals: 1,
        direction: Direction::None,
        frequency: Frequency::Year,
        accumulation: Accumulation::None,
        sex_split: SexSplit::Optional,
        sex_split_reason: String::new(),
        is_individual_based: false,
        source: SOURCE.into(),
        source_key: one.code.clone(),
        committee: None,
        groups: vec![one.operating_area.clone()].into_iter().filter(|group| !group.is_empty()).collect(),
        perspective: one.perspective.clone().unwrap_or_default(),
        components: Vec::new(),
        first_year: None,
        last_year: None,
        breaks: Vec::new(),
        is_public: true,
    }
}

/// The unit that a title of Kolada's ends in: `Elever …, andel (%)`, `Kostnad …, kr/inv`, `Invånare totalt, antal`.
fn unit_of(title: &str) -> &str {
    let last = title.rsplit(", ").next().unwrap_or_default();
    if title.contains("(%)") {
        "%"
    } else if last != title && (last == "kr" || last.starts_with("kr/") || last.starts_with("antal")) {
        last
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::definition::Direction;
    use crate::indicator::definition::tests::indicator;

    #[test]
    fn titles_say_the_unit() {
        for (title, unit) in [
            ("Invånare 0-19 år, andel (%)", "%"),
            ("Nettokostnad hemtjänst, kr/inv", "kr/inv"),
            ("Invånare totalt, antal", "antal"),
            ("Nöjd medborgarindex", ""),
            ("kr", ""),
        ] {
            assert_eq!(unit_of(title), unit, "{title}");
        }
    }

    #[test]
    fn kolada_codes_are_told_from_our_own() {
        assert!(is_kolada_code("N00945") && is_kolada_code("U07455"));
        let own = own_code(&MunicipalityCode::parse("0580").unwrap(), 1);
        assert_eq!(own, "U0580001");
        for code in [&own, "X00945", "N0094", "N009451", "N0094å", ""] {
            assert!(!is_kolada_code(code), "{code}");
        }
    }

    #[test]
    fn an_indicator_says_that_it_is_koladas_by_source_and_key() {
        let named = |source: &str, key: &str| {
            let mut one = indicator(Direction::None);
            (one.source, one.source_key) = (source.into(), key.into());
            kolada_code(&one).map(str::to_owned)
        };
        assert_eq!(named("kolada", "N00945").as_deref(), Some("N00945"));
        assert_eq!(named("Personalsystemet", "N00945"), None);
        assert_eq!(named("Kolada", "sjukfranvaro"), None);
    }
}

//! Saved answers of Kolada's, of either version: read by what they hold, whatever the file is called.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::observation::Sex;
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::kolada::area::{Area, AreaKind, Group, GroupKind, Member, is_kolada_group};
use utfall_domain::kolada::key_figure::{KeyFigure, is_kolada_code};
use utfall_domain::period::Year;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::kolada::catalogue::Entries;
use utfall_persistence::kolada::import::SavedRow;

/// What some files hold.
#[derive(Debug, Default)]
pub struct Saved {
    /// What belongs to the catalogue.
    pub entries: Entries,
    /// Values.
    pub rows: Vec<SavedRow>,
    /// How many values had more than six decimals.
    pub rounded: usize,
    /// What cannot be read: file, place and why.
    pub faults: Vec<String>,
}

/// An answer; somebody who has put pages together may have left a bare list.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    values: Vec<&'a RawValue>,
}

/// Every field that an item of either version may have.
#[derive(Deserialize)]
struct Item {
    id: Option<String>,
    title: Option<String>,
    description: Option<String>,
    is_divided_by_gender: Option<Truth>,
    municipality_type: Option<String>,
    #[serde(alias = "auspices")]
    auspice: Option<String>,
    operating_area: Option<String>,
    perspective: Option<String>,
    prel_publication_date: Option<String>,
    publication_date: Option<String>,
    publ_period: Option<Text>,
    has_ou_data: Option<bool>,
    ou_publication_date: Option<String>,
    r#type: Option<String>,
    municipality: Option<String>,
    members: Option<Vec<SavedMember>>,
    kpi: Option<String>,
    period: Option<Text>,
    ou: Option<String>,
    values: Option<Vec<SavedValue>>,
}

#[derive(Deserialize)]
struct SavedMember {
    member_id: String,
    member_title: String,
}

#[derive(Deserialize)]
struct SavedValue {
    gender: String,
    value: Option<Box<RawValue>>,
    #[serde(alias = "isdeleted")]
    is_deleted: Option<Truth>,
}

/// `true` or `1`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Truth {
    Truth(bool),
    Number(u8),
}

impl Truth {
    const fn holds(&self) -> bool {
        matches!(self, Self::Truth(true) | Self::Number(1..))
    }
}

/// `"2025"` or `2025`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Text(String),
    Number(i64),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Saved {
    /// Reads a file's content.
    pub fn read(&mut self, file: &str, content: &str) {
        let content = content.trim_start_matches('\u{feff}').trim_start();
        let items: Result<Vec<&RawValue>, _> = if content.starts_with('[') {
            serde_json::from_str(content)
        } else {
            serde_json::from_str::<Answer>(content).map(|answer| answer.values)
        };
        let items = match items {
            Ok(items) => items,
            Err(error) => {
                self.faults.push(format!("{file}: is not a saved answer of Kolada's: {error}"));
                return;
            }
        };
        for (at, raw) in items.into_iter().enumerate() {
            let read = serde_json::from_str::<Item>(raw.get()).map_err(|error| error.to_string());
            if let Err(why) = read.and_then(|item| self.take(item)) {
                self.faults.push(format!("{file}: values/{at}: {why}"));
            }
        }
    }

    fn take(&mut self, mut item: Item) -> Result<(), String> {
        if item.values.is_some() && item.kpi.is_some() {
            return self.take_row(item);
        }
        let code = item.id.take().ok_or("has no id, and is no row of values")?;
        let title = item.title.take().ok_or("has no title")?;
        let form = |fits: bool, what: &str| if fits { Ok(()) } else { Err(format!("the id {code:?} is not {what}")) };
        if let Some(members) = item.members {
            let member = |one: SavedMember| Member { code: one.member_id, title: one.member_title };
            let members: Vec<Member> = members.into_iter().map(member).collect();
            let of_areas = members.iter().all(|member| member.code.len() == 4);
            let kind = if of_areas { GroupKind::Areas } else { GroupKind::KeyFigures };
            form(is_kolada_group(&code), "a group of Kolada's, such as G175807")?;
            self.entries.groups.push(Group { code, title, kind, members });
        } else if let Some(divided) = item.is_divided_by_gender {
            form(is_kolada_code(&code), "a key figure of Kolada's, such as N00945")?;
            self.entries.key_figures.push(KeyFigure {
                code,
                title,
                description: item.description.unwrap_or_default(),
                is_divided_by_gender: divided.holds(),
                municipality_type: item.municipality_type.unwrap_or_else(|| "A".into()),
                auspice: item.auspice,
                operating_area: item.operating_area.unwrap_or_default(),
                perspective: item.perspective,
                prel_publication_date: item.prel_publication_date,
                publication_date: item.publication_date,
                publ_period: item.publ_period.map(Text::into_string),
                has_ou_data: item.has_ou_data.unwrap_or(false),
                ou_publication_date: item.ou_publication_date,
            });
        } else if let Some(kind) = item.r#type {
            let kind = AreaKind::from_code(&kind).ok_or_else(|| format!("the type {kind:?} is neither K nor L"))?;
            form(MunicipalityCode::parse(&code).is_ok(), "a code of four digits, such as 0580")?;
            self.entries.areas.push(Area { code, title, kind });
        } else if item.municipality.is_some() {
            return Err("is an organisational unit: Kolada's units are not imported".into());
        } else {
            return Err("is neither a key figure, an area, a group nor a row of values".into());
        }
        Ok(())
    }

    fn take_row(&mut self, item: Item) -> Result<(), String> {
        if item.ou.is_some() {
            return Err("is a value of an organisational unit: Kolada's units are not imported".into());
        }
        let place = item.municipality.ok_or("has no municipality")?;
        let organisation = Organisation::parse(&place).map_err(|why| format!("the municipality {place:?} {why}"))?;
        let period = item.period.map(Text::into_string).ok_or("has no period")?;
        let year = Year::parse(&period).map_err(|why| format!("the period {period:?} {why}"))?;
        let mut values = BTreeMap::new();
        for one in item.values.unwrap_or_default() {
            let sex =
                Sex::from_code(&one.gender).ok_or_else(|| format!("the gender {:?} is not T, K or M", one.gender))?;
            if one.is_deleted.is_some_and(|deleted| deleted.holds()) {
                continue;
            }
            let text = one.value.as_ref().map(|raw| raw.get());
            let value = text.map(|text| Decimal::rounded(text).map_err(|why| format!("the value {text} {why}")));
            let value = value.transpose()?;
            self.rounded += usize::from(value.is_some_and(|(_, changed)| changed));
            values.insert(sex, value.map(|(value, _)| value));
        }
        self.rows.push(SavedRow { key_figure: item.kpi.unwrap_or_default(), organisation, year, values });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_told_by_what_they_hold() {
        let mut saved = Saved::default();
        let two = r#"{"count": 2, "values": [
            {"auspices": "X", "description": "", "has_ou_data": null, "id": "N00945", "is_divided_by_gender": 1, "municipality_type": "A",
             "operating_area": "Befolkning", "ou_publication_date": null, "perspective": "Volymer", "prel_publication_date": null,
             "publ_period": "2025", "publication_date": null, "title": "Invånare totalt, antal"},
            {"kpi": "N00945", "municipality": "0580", "period": 2017, "values": [
             {"count": 1, "gender": "T", "status": "", "value": 158520.0}, {"count": 1, "gender": "K", "status": "Missing", "value": null}]}]}"#;
        let three = r#"{"values": [{"id": "0580", "title": "Linköping", "type": "K"},
            {"id": "G1000", "title": "Större städer", "members": [{"member_id": "0580", "member_title": "Linköping"}]},
            {"values": [{"gender": "T", "count": 1, "status": "", "value": 33.333333333333336, "isdeleted": false},
             {"gender": "M", "count": 1, "status": "", "value": null, "isdeleted": true}], "kpi": "N00945", "period": 2018, "municipality": "G1000"}],
            "count": 3, "next_url": null, "previous_url": null}"#;
        saved.read("v2.json", two);
        saved.read("v3.json", three);
        assert_eq!(saved.faults, Vec::<String>::new());
        assert_eq!((saved.entries.key_figures.len(), saved.entries.areas.len(), saved.entries.groups.len()), (1, 1, 1));
        assert!(saved.entries.key_figures[0].is_divided_by_gender);
        let texts: Vec<Vec<String>> = saved
            .rows
            .iter()
            .map(|row| row.values.iter().map(|(sex, value)| format!("{} {value:?}", sex.code())).collect())
            .collect();
        assert_eq!(texts[0], ["T Some(Decimal(158520000000))", "K None"]);
        assert_eq!((texts[1].len(), saved.rounded), (1, 1));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let mut saved = Saved::default();
        saved.read("a.json", "<html>");
        saved.read("b.json", r#"[{"id": "V15E1", "title": "Skola", "municipality": "0580"}, {"kpi": "N1", "values": [], "municipality": "Lkpg"}]"#);
        assert_eq!(saved.faults.len(), 3);
        assert!(saved.faults[2].starts_with("b.json: values/1: the municipality \"Lkpg\""), "{:?}", saved.faults);
    }
}

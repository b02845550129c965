//! What a call asks for: read from its path and query, as forgivingly as Kolada's clients need.

use super::Version;
use super::pages::Paging;
use super::refusal::Refused;
use super::routes::{Dimension, Entity};
use super::text::{Query, decoded, parts};
use utfall_domain::period::parse_date;
use utfall_persistence::kolada::entities::EntityFilter;
use utfall_persistence::kolada::values::ValueFilter;

/// What is asked for.
#[derive(Debug)]
pub(super) enum Subject {
    /// A list of what there is.
    Entities(Entity, EntityFilter),
    /// Values.
    Values(ValueFilter),
    /// Values, by no name that is known: there are none.
    Nothing,
}

/// What is asked for, and which page of it.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) subject: Subject,
    pub(super) paging: Paging,
}

impl Question {
    /// Reads the path under the version, and the query.
    pub(super) fn read(version: Version, tail: &str, query: &str) -> Result<Self, Refused> {
        let segments: Vec<String> = tail.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let query = Query::read(query);
        let subject = match segments.as_slice() {
            ["data", rest @ ..] => values(version, false, rest, &query)?,
            ["oudata", rest @ ..] => values(version, true, rest, &query)?,
            [entity] => entities(entity, "", &query)?,
            [entity, codes] => entities(entity, codes, &query)?,
            _ => return Err(Refused::NotFound),
        };
        Ok(Self { subject, paging: Paging::read(&query)? })
    }
}

/// No title is longer, and SQLite compares with no longer pattern than 50,000 bytes.
const LONGEST_TITLE: usize = 2000;

fn entities(name: &str, codes: &str, query: &Query) -> Result<Subject, Refused> {
    let entity = Entity::of(name).ok_or(Refused::NotFound)?;
    let title = query.last("title").unwrap_or_default();
    let names_nothing = !codes.is_empty() && parts([codes]).is_empty();
    if names_nothing || title.len() > LONGEST_TITLE {
        return Ok(Subject::Nothing);
    }
    let mut codes = parts([codes]);
    codes.extend(query.list(&["id"]).into_iter().filter(|code| !codes.contains(code)).collect::<Vec<_>>());
    let filter = EntityFilter {
        codes,
        title: title.to_owned(),
        municipalities: if entity == Entity::Units { query.list(&["municipality"]) } else { Vec::new() },
        kinds: if entity == Entity::Areas { query.list(&["region_type", "type"]) } else { Vec::new() },
    };
    Ok(Subject::Entities(entity, filter))
}

fn values(version: Version, of_units: bool, path: &[&str], query: &Query) -> Result<Subject, Refused> {
    let mut filter = ValueFilter { of_units, ..ValueFilter::default() };
    let (mut narrowed, mut names_nothing) = (0, false);
    let mut pairs = path.chunks_exact(2);
    for pair in &mut pairs {
        let dimension = Dimension::of(pair[0], of_units).ok_or(Refused::NotFound)?;
        let list = parts([pair[1]]);
        names_nothing |= list.is_empty();
        narrow(&mut filter, dimension, list, "path")?;
        narrowed += 1;
    }
    if !pairs.remainder().is_empty() || (version == Version::V2 && narrowed < 2) {
        return Err(Refused::NotFound);
    }
    if version == Version::V3 && narrowed == 0 {
        for dimension in Dimension::ALL {
            let list = query.list(dimension.parameters());
            narrowed += usize::from(!list.is_empty());
            narrow(&mut filter, dimension, list, "query")?;
        }
    }
    if version == Version::V3 && path.is_empty() && !of_units {
        filter.kinds = query.list(&["region_type", "type"]);
    }
    if of_units {
        filter.municipalities.extend(query.list(&["municipality"]));
        narrowed += usize::from(!filter.municipalities.is_empty());
    }
    if let Some(day) = query.last("from_date") {
        let day = parse_date(day)
            .map_err(|_| Refused::parameter("query", "from_date", day, "is not a date such as 2026-11-22"))?;
        filter.changed_from = Some(day.to_string());
        narrowed += 1;
    }
    Ok(if narrowed == 0 || names_nothing { Subject::Nothing } else { Subject::Values(filter) })
}

fn narrow(
    filter: &mut ValueFilter,
    dimension: Dimension,
    list: Vec<String>,
    place: &'static str,
) -> Result<(), Refused> {
    match dimension {
        Dimension::KeyFigure => filter.key_figures.extend(list),
        Dimension::Area if filter.of_units => filter.municipalities.extend(list),
        Dimension::Area | Dimension::Unit => filter.places.extend(list),
        Dimension::Year => {
            for text in list {
                let year = text.parse().ok().filter(|year| (1..=9999).contains(year));
                filter
                    .years
                    .push(year.ok_or_else(|| Refused::parameter(place, "year", &text, "is not a year such as 2025"))?);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values_of(version: Version, tail: &str, query: &str) -> ValueFilter {
        match Question::read(version, tail, query).unwrap().subject {
            Subject::Values(filter) => filter,
            other => panic!("{tail}?{query} asks for {other:?}"),
        }
    }

    #[test]
    fn both_forms_of_a_question_ask_the_same() {
        let path = values_of(Version::V3, "/data/kpi/N1,N2/municipality/1283/year/2017%2C2018/", "");
        let swapped = values_of(Version::V2, "/data/municipality/1283/kpi/N1,%20N2/year/2017,2018", "per_page=10");
        let query =
            values_of(Version::V3, "/data/", "kpi_id=N1&kpi_id=N2&municipality_id=1283&year=2017&year=2018&other=x");
        for filter in [&swapped, &query] {
            assert_eq!(
                (&filter.key_figures, &filter.places, &filter.years),
                (&path.key_figures, &path.places, &path.years)
            );
        }
    }

    #[test]
    fn what_no_route_is_for_is_not_found() {
        for (version, tail) in [
            (Version::V2, "/data"),
            (Version::V2, "/data/kpi/N1"),
            (Version::V2, "/data/kpi/N1/year"),
            (Version::V3, "/data/kpi/N1/ou/V1"),
            (Version::V3, "/nothing"),
            (Version::V3, "/kpi/N1/more"),
            (Version::V3, ""),
        ] {
            assert!(matches!(Question::read(version, tail, ""), Err(Refused::NotFound)), "{version:?} {tail}");
        }
        assert!(matches!(Question::read(Version::V3, "/data", "municipality=1283").unwrap().subject, Subject::Nothing));
    }
}

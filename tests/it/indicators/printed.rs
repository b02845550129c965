//! What printed documents measure, and what a user makes of it to load it.

use super::periods;
use serde_json::{Value, json};
use std::path::Path;

/// Municipalities that documents compare themselves with by name.
const NAMED: [(&str, &str); 1] = [("Nyköping", "0480")];
/// Operators as documents print them; other words are the service's own.
const OPERATORS: [(&str, &str); 3] = [("<=", "at-most"), (">=", "at-least"), ("=", "equal")];
/// Frequencies as documents print them; others are irregular.
const FREQUENCIES: [(&str, &str); 4] =
    [("year", "year"), ("month", "month"), ("rolling 12 months", "rolling"), ("point in time", "point-in-time")];
/// Parts what is kept in a value's caution.
pub const AND: &str = " | ";

/// The indicators of a printed document.
pub struct Printed {
    /// What is printed.
    pub facts: Value,
}

/// A member that is a list; empty when it is not there.
pub fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

/// A member that is a text; empty when it is not there.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The second of the pair whose first it is.
fn paired<'a>(pairs: &[(&str, &'a str)], one: &str) -> Option<&'a str> {
    pairs.iter().find(|(first, _)| *first == one).map(|(_, second)| *second)
}

/// Whether a printed target says anything: `-` does not.
pub fn is_target(printed: &Value) -> bool {
    !(printed["text"] == "-" && printed["value"].is_null() && printed["operator"].is_null())
}

/// The operator of a printed target in the words of the service.
pub fn operator(printed: &Value) -> Option<&str> {
    let operator = printed["operator"].as_str()?;
    Some(paired(&OPERATORS, operator).unwrap_or(operator))
}

/// A printed target's unit, where it is another than its indicator's.
pub fn other_unit(target: &Value, indicator: &Value) -> Value {
    if target["unit"] == indicator["unit"] { Value::Null } else { target["unit"].clone() }
}

impl Printed {
    /// A document of the fixtures.
    pub fn fixture(document: &str) -> Self {
        let file = format!("fixtures/indicators/{document}.json");
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file));
        let text = text.unwrap_or_else(|error| panic!("{file}: {error}"));
        Self { facts: serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}")) }
    }

    /// The code of its municipality.
    pub fn municipality(&self) -> &str {
        text(&self.facts["municipality"], "code")
    }

    fn year(&self) -> i32 {
        let year = self.facts["document"]["year"].as_i64();
        year.and_then(|year| year.try_into().ok()).expect("the document's year")
    }

    /// What is printed, in order.
    pub fn indicators(&self) -> &[Value] {
        list(&self.facts, "indicators")
    }

    /// The printed indicator of a key.
    pub fn indicator(&self, key: &str) -> &Value {
        self.indicators().iter().find(|one| text(one, "key") == key).unwrap_or_else(|| panic!("{key} is not printed"))
    }

    /// The definitions that a user puts.
    pub fn definitions(&self) -> Value {
        let definitions: Vec<Value> = self.indicators().iter().map(|one| self.definition(one)).collect();
        json!({ "indicators": definitions })
    }

    fn definition(&self, one: &Value) -> Value {
        // Two groups may print the same title: the index's own group is meant.
        let key_of = |title: &Value| {
            let mut titled = self.indicators().iter().filter(|other| other["title"] == *title);
            titled.clone().find(|other| other["group"] == one["group"]).or_else(|| titled.next())
        };
        let components = list(one, "compositeOf").iter().filter_map(key_of).map(|found| found["key"].clone());
        let components: Vec<Value> = components.collect();
        json!({
            "key": one["key"], "name": one["title"], "description": one["comment"], "unit": one["unit"],
            "frequency": paired(&FREQUENCIES, text(one, "frequency")).unwrap_or("irregular"),
            "groups": [one["group"]], "source": one["source"], "components": components,
        })
    }

    /// The observations that a user sends.
    pub fn observations(&self) -> Vec<Value> {
        let of = |one| list(one, "values").iter().map(move |value| self.observation(one, value));
        self.indicators().iter().flat_map(of).collect()
    }

    /// A value. Its printed period, where the service's is another, and the name of whom it is for are its caution.
    fn observation(&self, one: &Value, printed: &Value) -> Value {
        let at = periods::read(text(printed, "period"), text(one, "frequency"), self.year());
        let (organisation, name) = self.organisation(text(printed, "reference"));
        let differs = Some(text(printed, "period")).filter(|period| *period != at.period);
        let caution: Vec<&str> = differs.into_iter().chain(name).collect();
        let is_absent = printed["value"].is_null() && printed["text"] == "-";
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        json!({
            "indicator": one["key"], "organisation": organisation, "period": at.period, "sex": printed["gender"],
            "value": printed["value"], "status": if is_absent { "not-measured" } else { "final" },
            "text": printed["text"], "caution": (!caution.is_empty()).then(|| caution.join(AND)),
            "measuredFrom": day(at.from), "measuredTo": day(at.to),
        })
    }

    /// Whom a value is for, and its printed name where the code does not say it.
    fn organisation<'a>(&'a self, reference: &'a str) -> (&'a str, Option<&'a str>) {
        match reference {
            "" | "own" => (self.municipality(), None),
            "riket" => ("0000", None),
            name => {
                let named = NAMED.iter().find(|(municipality, _)| name.contains(municipality));
                (named.unwrap_or_else(|| panic!("nobody knows {name}")).1, Some(name))
            }
        }
    }
}

/// The targets of a printed indicator that a user puts.
pub fn targets(one: &Value) -> Vec<Value> {
    let target = |printed: &Value| {
        json!({ "period": printed["period"], "operator": operator(printed), "value": printed["value"],
                "unit": other_unit(printed, one), "text": printed["text"] })
    };
    list(one, "targets").iter().filter(|printed| is_target(printed)).map(target).collect()
}

//! What the service answers, read back into the words of the print, against the print: nothing lost, nothing added.

use super::printed::{AND, Printed, is_target, list, operator, other_unit, text};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// A number by what it is worth: 80 is 80.0.
fn worth(number: &Value) -> String {
    number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
}

/// Equal as JSON, where a number is what it is worth.
fn is_equal(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && other.is_number() && worth(one) == worth(other))
}

/// The members of an object that an answer does not say as they were sent.
pub fn unsaid(answer: &Value, sent: &Value) -> Vec<String> {
    let sent = sent.as_object().expect("what was sent").iter();
    sent.filter(|(member, value)| !is_equal(&answer[member.as_str()], value))
        .map(|(member, value)| format!("{member}: {} is sent as {value}", answer[member.as_str()]))
        .collect()
}

/// The printed values: key, reference, printed period, sex, value and text.
pub fn printed(document: &Printed) -> Vec<[String; 6]> {
    let value = |one: &Value, value: &Value| {
        let reference = value["reference"].as_str().unwrap_or("own");
        [
            text(one, "key"),
            reference,
            text(value, "period"),
            text(value, "gender"),
            &worth(&value["value"]),
            text(value, "text"),
        ]
        .map(str::to_owned)
    };
    let mut values: Vec<[String; 6]> =
        document.indicators().iter().flat_map(|one| list(one, "values").iter().map(move |it| value(one, it))).collect();
    values.sort();
    values
}

/// The same of observations, or of the points of series that are given the members of their series.
pub fn read(document: &Printed, observations: &[Value]) -> Vec<[String; 6]> {
    let read = |one: &Value| {
        let mut kept = text(one, "caution").split(AND).filter(|kept| !kept.is_empty()).collect::<VecDeque<_>>();
        let organisation = text(one, "organisation");
        let (reference, period) = if organisation == document.municipality() {
            (Some("own"), kept.pop_front())
        } else if organisation == "0000" {
            (Some("riket"), kept.pop_front())
        } else {
            (kept.pop_back(), kept.pop_front())
        };
        let period = period.unwrap_or_else(|| text(one, "period"));
        let (value, reference) = (worth(&one["value"]), reference.unwrap_or(organisation));
        [text(one, "indicator"), reference, period, text(one, "sex"), &value, text(one, "text")].map(str::to_owned)
    };
    let mut values: Vec<[String; 6]> = observations.iter().map(read).collect();
    values.sort();
    values
}

/// The points of series, each with whose it is.
pub fn points(answer: &Value) -> Vec<Value> {
    let of = |series: &Value| {
        let point = |point: &Value| {
            let mut point = point.clone();
            for member in ["indicator", "organisation", "sex"] {
                point[member] = series[member].clone();
            }
            point
        };
        list(series, "points").iter().map(point).collect::<Vec<_>>()
    };
    list(answer, "series").iter().flat_map(of).collect()
}

/// What an indicator's targets say otherwise than the print, which has the indicator's unit where none is said.
pub fn is_as_printed(one: &Value, answered: &[Value]) -> bool {
    let said = |target: &Value, operator: Option<&str>, unit: &Value| {
        json!([target["period"], operator, worth(&target["value"]), unit, target["text"]])
    };
    let printed = list(one, "targets").iter().filter(|target| is_target(target));
    let printed = printed.map(|target| said(target, operator(target), &other_unit(target, one)));
    printed.eq(answered.iter().map(|target| said(target, target["operator"].as_str(), &target["unit"])))
}

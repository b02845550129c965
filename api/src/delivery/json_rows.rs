//! A JSON body to rows: declarations, control totals and entries, amounts as the tokens that were sent.

use super::field::Field;
use super::json::{Token, document, token};
use super::json_members::{elements, members};
use super::{ControlTotals, Declarations, Delivery, KeyedTotal, MAX_ROWS, Unreadable, ordinal};
use serde_json::value::RawValue;
use utfall_domain::delivery::DeliveredRow;
use utfall_domain::money::DecimalMark;
use utfall_domain::row_error::{Fault, RowError};

const BODY: [&str; 7] = ["basis", "amountUnit", "signConvention", "status", "profile", "controlTotals", "entries"];
const TOTALS: [&str; 6] = ["rowCount", "debit", "credit", "net", "committees", "accountClasses"];
const BY_COMMITTEE: [&str; 2] = ["committee", "net"];
const BY_CLASS: [&str; 2] = ["accountClass", "net"];

pub(super) fn read(bytes: &[u8]) -> Result<Delivery, Unreadable> {
    let Some(body) = members(document(bytes)?, &BODY, String::new)? else {
        return Err(at("The body is not a JSON object.", String::new()));
    };
    let [basis, amount_unit, sign_convention, status, profile, totals, entries] = body;
    let declarations = Declarations {
        basis: declared(basis, "basis")?,
        amount_unit: declared(amount_unit, "amountUnit")?,
        sign_convention: declared(sign_convention, "signConvention")?,
        status: declared(status, "status")?,
        profile: declared(profile, "profile")?,
        control_totals: totals.map(control_totals).transpose()?.flatten(),
    };
    let Some(entries) = entries else {
        return Err(at("The member \"entries\" is missing.", "/entries".to_owned()));
    };
    let Some(entries) = elements(entries, MAX_ROWS)? else {
        return Err(at("\"entries\" is not an array.", "/entries".to_owned()));
    };
    let mut delivery = Delivery {
        rows: Vec::with_capacity(entries.len()),
        errors: Vec::new(),
        declarations,
        decimal_mark: DecimalMark::Point,
        encoding: None,
        row_count: u32::try_from(entries.len()).unwrap_or(u32::MAX),
        notes: Vec::new(),
    };
    for (index, entry) in entries.into_iter().enumerate() {
        read_entry(index, entry, &mut delivery)?;
    }
    Ok(delivery)
}

fn read_entry(index: usize, entry: &RawValue, delivery: &mut Delivery) -> Result<(), Unreadable> {
    let pointer = || format!("/entries/{index}");
    let number = ordinal(index);
    let Some(values) = members(entry, &Field::NAMES, pointer)? else {
        let error = RowError::at(number, None, "entries", entry.get(), Fault::Format, "is not an object");
        delivery.errors.push(error);
        return Ok(());
    };
    let mut row = DeliveredRow { row: number, ..DeliveredRow::default() };
    let before = delivery.errors.len();
    for (field, value) in Field::ALL.into_iter().zip(values) {
        let Some(value) = value else { continue };
        let token = token(value, || format!("/entries/{index}/{}", field.name()))?;
        match cell(field, token) {
            Ok(cell) => *field.slot(&mut row) = cell,
            Err(reason) => {
                delivery.errors.push(RowError::at(number, None, field.name(), value.get(), Fault::Format, reason));
            }
        }
    }
    if delivery.errors.len() == before {
        delivery.rows.push(row);
    }
    Ok(())
}

/// The cell of a field, or why the token is none. An absent cell is empty.
fn cell(field: Field, token: Token<'_>) -> Result<String, &'static str> {
    let is_code = matches!(field, Field::Code(_) | Field::Committee);
    match (field, token) {
        (_, Token::Null) => Ok(String::new()),
        (_, Token::Text(text)) => Ok(text),
        (Field::Amount | Field::Quantity, Token::Number(number)) => Ok(number.to_owned()),
        (Field::Amount | Field::Quantity, Token::Other) => Err("is neither a number nor a text"),
        (_, Token::Number(number)) if is_code && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(number.to_owned())
        }
        _ if is_code => Err("is neither a text nor a whole number"),
        _ => Err("is not a text"),
    }
}

fn declared(value: Option<&RawValue>, name: &str) -> Result<Option<String>, Unreadable> {
    let Some(value) = value else { return Ok(None) };
    match token(value, || format!("/{name}"))? {
        Token::Null => Ok(None),
        Token::Text(text) => Ok(Some(text)),
        Token::Number(_) | Token::Other => Err(at(format!("\"{name}\" is not a text."), format!("/{name}"))),
    }
}

fn control_totals(raw: &RawValue) -> Result<Option<ControlTotals>, Unreadable> {
    let root = "/controlTotals";
    if token(raw, || root.to_owned())? == Token::Null {
        return Ok(None);
    }
    let Some([row_count, debit, credit, net, committees, classes]) = members(raw, &TOTALS, || root.to_owned())? else {
        return Err(at("\"controlTotals\" is not an object.", root.to_owned()));
    };
    Ok(Some(ControlTotals {
        row_count: count(row_count, &format!("{root}/rowCount"))?,
        debit: amount(debit, &format!("{root}/debit"))?,
        credit: amount(credit, &format!("{root}/credit"))?,
        net: amount(net, &format!("{root}/net"))?,
        committees: keyed(committees, &BY_COMMITTEE, &format!("{root}/committees"))?,
        account_classes: keyed(classes, &BY_CLASS, &format!("{root}/accountClasses"))?,
    }))
}

fn count(value: Option<&RawValue>, pointer: &str) -> Result<Option<u32>, Unreadable> {
    let Some(value) = value else { return Ok(None) };
    match token(value, || pointer.to_owned())? {
        Token::Null => Ok(None),
        Token::Number(digits) if let Ok(count) = digits.parse() => Ok(Some(count)),
        _ => Err(at("A row count is a whole number, 0 or more.", pointer.to_owned())),
    }
}

fn amount(value: Option<&RawValue>, pointer: &str) -> Result<Option<String>, Unreadable> {
    let Some(value) = value else { return Ok(None) };
    match token(value, || pointer.to_owned())? {
        Token::Null => Ok(None),
        Token::Text(text) => Ok(Some(text)),
        Token::Number(number) => Ok(Some(number.to_owned())),
        Token::Other => Err(at("A total is an amount.", pointer.to_owned())),
    }
}

fn keyed(
    value: Option<&RawValue>,
    names: &'static [&'static str; 2],
    pointer: &str,
) -> Result<Vec<KeyedTotal>, Unreadable> {
    let Some(value) = value else { return Ok(Vec::new()) };
    if token(value, || pointer.to_owned())? == Token::Null {
        return Ok(Vec::new());
    }
    let Some(totals) = elements(value, MAX_ROWS)? else {
        return Err(at("Totals per key are an array.", pointer.to_owned()));
    };
    let one = |(index, total): (usize, &RawValue)| {
        let place = format!("{pointer}/{index}");
        let values = members(total, names, || place.clone())?;
        let Some([Some(key), Some(net)]) = values else {
            return Err(at(format!("A total per key has {} and {}.", names[0], names[1]), place));
        };
        let key_place = format!("{place}/{}", names[0]);
        let key = match token(key, || key_place.clone())? {
            Token::Text(text) => text,
            Token::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.to_owned(),
            _ => return Err(at("The key of a total is a text.", key_place)),
        };
        let net_place = format!("{place}/net");
        let net = amount(Some(net), &net_place)?.ok_or_else(|| at("A total is an amount.", net_place))?;
        Ok(KeyedTotal { key, net })
    };
    totals.into_iter().enumerate().map(one).collect()
}

fn at(sentence: impl Into<String>, pointer: String) -> Unreadable {
    Unreadable::Malformed(sentence.into(), Some(pointer))
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

//! Deliveries as the contract shows them: each can be sent as it stands.

use serde_json::{Value, json};

/// A month of outcomes.
pub(super) fn outcome() -> Value {
    json!({ "basis": "accumulated", "amountUnit": "kr", "signConvention": "debit-positive",
            "controlTotals": { "rowCount": 1, "net": 65_251_000 },
            "entries": [{ "account": "4551", "unit": "3102", "activity": "HVBU", "amount": 65_251_000 }] })
}

/// A year's budget: a month by itself, and an amount of the year that a profile spreads.
pub(super) fn budget() -> Value {
    json!({ "amountUnit": "kr", "signConvention": "debit-positive", "status": "adopted", "entries": [
        { "account": "4551", "unit": "3102", "activity": "HVBU", "period": "2018-01", "amount": 6_785_375 },
        { "account": "5011", "unit": "3102", "activity": "HVBU", "profile": "even", "amount": 74_638_625.5 }
    ] })
}

/// A full-year forecast.
pub(super) fn forecast() -> Value {
    json!({ "amountUnit": "tkr", "signConvention": "debit-positive",
            "entries": [{ "account": "4551", "unit": "3102", "activity": "HVBU", "amount": 92_424 }] })
}

pub(super) const OUTCOME_CSV: &str = "account;unit;activity;project;amount\n4551;3102;HVBU;;65251000,00\n";
pub(super) const BUDGET_CSV: &str = "konto;ansvar;verksamhet;period;belopp\n4551;3102;HVBU;2018-01;6785375,00\n";
pub(super) const FORECAST_CSV: &str = "account;unit;activity;amount\n4551;3102;HVBU;92424000,00\n";

pub(super) const OUTCOME_SIE: &str = "#FLAGGA 0\r\n#FORMAT PC8\r\n#SIETYP 3\r\n#RAR 0 20180101 20181231\r\n\
    #DIM 1 \"Ansvar\"\r\n#KONTO 4551 \"Vard\"\r\n#PSALDO 0 201808 4551 {1 3102} 65251000.00\r\n\
    #PSALDO 0 201808 4551 {} 65251000.00\r\n";
pub(super) const BUDGET_SIE: &str = "#FLAGGA 0\r\n#FORMAT PC8\r\n#SIETYP 3\r\n#RAR 0 20180101 20181231\r\n\
    #DIM 1 \"Ansvar\"\r\n#KONTO 4551 \"Vard\"\r\n#PBUDGET 0 201801 4551 {1 3102} 6785375.00\r\n\
    #PBUDGET 0 201801 4551 {} 6785375.00\r\n";

pub(super) const ENTRIES_CSV: &str = "row,period,committee,account,unit,activity,project,specification,workOrder,object,\
    counterparty,amount,quantity,text\n3,2018-08,,4551,3102,HVBU,,,,,,65251000,,\n";
pub(super) const OPERATING_CSV: &str = "code,label,kind,outcome,outcomePreviousYear,change,deviation\n\
    HVBU,HVB unga,line,65251,50658,14593,-10968\n,Summa,total,65251,50658,14593,-10968\n";
pub(super) const FORECAST_SUMMARY_CSV: &str = "code,label,kind,forecast,budget,deviation,outcomePreviousYear\n\
    HVBU,HVB unga,line,92424,81424,-11000,78377\n,Summa,total,92424,81424,-11000,78377\n";
pub(super) const DEVIATIONS_CSV: &str = "deviationId,committee,basis,level,code,year,state,required,period,budget,actual,amount,\
    percent,stage,deadline,difference\n0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b,SN,year-to-date,activity,HVBU,2018,open,action-plan,2018-08,54283000,65251000,\
    -10968000,-20.21,open,2018-10-05,-1968000\n";

/// What the two reports have in common.
fn report(span: &str, columns: [[&str; 2]; 4], values: [i64; 4]) -> Value {
    let values: Value = columns.iter().zip(values).map(|([key, _], value)| ((*key).to_owned(), json!(value))).collect();
    let columns: Vec<Value> = columns.iter().map(|[key, label]| json!({ "key": key, "label": label })).collect();
    let total = json!({ "values": values, "absents": [] });
    let none: Value =
        total["values"].as_object().into_iter().flatten().map(|(key, _)| (key.clone(), json!(0))).collect();
    json!({
        "committee": "SN", "period": "2018-08", "span": span, "by": "activity", "amountUnit": "tkr",
        "signConvention": "cost-positive", "forecastSource": null, "forecastPeriod": null, "columns": columns,
        "rows": [{ "code": "HVBU", "label": "HVB unga", "kind": "line", "outsideFrame": false, "values": values, "absents": [] }],
        "total": total, "totalWithinFrame": total, "roundingDifference": none, "missingMonths": [], "_links": {}
    })
}

/// An operating summary.
pub(super) fn operating_summary() -> Value {
    let columns = [
        ["outcome", "Redovisning 2018-01--2018-08"],
        ["outcomePreviousYear", "Redovisning 2017-01--2017-08"],
        ["change", "Förändring"],
        ["deviation", "Avvikelse mot periodiserad budget"],
    ];
    report("year-to-date", columns, [65_251, 50_658, 14_593, -10_968])
}

/// A forecast summary.
pub(super) fn forecast_summary() -> Value {
    let columns = [
        ["forecast", "Prognos 2018"],
        ["budget", "Budget 2018"],
        ["deviation", "Avvikelse"],
        ["outcomePreviousYear", "Bokslut 2017"],
    ];
    let mut summary = report("year", columns, [92_424, 81_424, -11_000, 78_377]);
    summary["forecastSource"] = json!("controller");
    summary["forecastPeriod"] = json!("2018-08");
    summary
}

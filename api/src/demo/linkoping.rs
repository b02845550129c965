//! Linköping's social committee as of 31 August 2018: printed figures of its interim report, in thousands of kronor, cost
//! positive. They are the demo, and what the tests hold the service against.

use std::fmt::Write as _;

/// An activity and its printed figures in tkr.
#[derive(Debug, Clone, Copy)]
pub struct Activity {
    /// The code that the demo gives it.
    pub code: &'static str,
    /// As printed.
    pub name: &'static str,
    /// The account that the demo books it on.
    pub account: &'static str,
    /// Redovisning 31/8 2018.
    pub outcome: i64,
    /// Redovisning 31/8 2017.
    pub outcome_previous: i64,
    /// Avvikelse mot periodiserad budget 31/8 2018.
    pub deviation: i64,
    /// Prognos helår 2018.
    pub forecast: i64,
    /// Budget 2018.
    pub budget: i64,
    /// Bokslut 2017.
    pub closing_previous: i64,
}

const fn activity(
    code: &'static str,
    name: &'static str,
    account: &'static str,
    august: [i64; 3],
    year: [i64; 3],
) -> Activity {
    Activity {
        code,
        name,
        account,
        outcome: august[0],
        outcome_previous: august[1],
        deviation: august[2],
        forecast: year[0],
        budget: year[1],
        closing_previous: year[2],
    }
}

/// The rows of both tables, in their printed order.
pub const ACTIVITIES: [Activity; 9] = [
    activity("EKB", "Ekonomiskt bistånd", "4511", [148_058, 141_472, 3_019], [224_615, 226_615, 215_539]),
    activity("BOS", "Bosocial verksamhet", "6011", [9_303, 8_657, -489], [12_012, 11_612, 13_432]),
    activity("HVBU", "HVB unga", "4551", [65_251, 50_658, -10_968], [92_424, 81_424, 78_377]),
    activity("HVBV", "HVB vuxna", "4551", [51_194, 37_194, -8_320], [71_310, 64_310, 61_965]),
    activity("FAM", "Familjehem", "4552", [42_194, 44_752, 2_538], [64_598, 67_098, 63_957]),
    activity("EKFB", "Ensamkommande flyktingbarn", "3511", [0, 0, 0], [0, 0, -94_904]),
    activity("UTR", "Utredningsplaceringar", "4551", [1_739, 2_920, 2_715], [4_680, 6_680, 4_251]),
    activity("BARN", "Barnahus", "4513", [374, 62, 0], [562, 562, 562]),
    activity("GEM", "Socialnämnd och gemensamma funktioner", "5011", [2_751, 4_656, 561], [4_968, 4_968, 8_325]),
];

/// The municipality's code.
pub const MUNICIPALITY: &str = "0580";
/// The committee's code.
pub const COMMITTEE: &str = "SN";

/// Committees as a JSON body.
pub const COMMITTEES: &str = r#"{"committees":[{"code":"SN","name":"Socialnämnden","kind":"committee"}]}"#;

/// Units as a JSON body.
pub const UNITS: &str = r#"{"units":[{"code":"31","name":"Socialförvaltningen","committee":"SN"},
{"code":"3102","name":"Individ- och familjeomsorg","parent":"31"}]}"#;

/// Accounts as a JSON body.
pub const ACCOUNTS: &str = r#"{"accounts":[
{"code":"3511","name":"Statsbidrag","nature":"revenue"},
{"code":"4511","name":"Försörjningsstöd","nature":"cost"},
{"code":"4513","name":"Övriga bidrag","nature":"cost"},
{"code":"4551","name":"Köp av vård på institution","nature":"cost"},
{"code":"4552","name":"Arvoden familjehem","nature":"cost"},
{"code":"5011","name":"Löner","nature":"cost"},
{"code":"6011","name":"Lokalhyror","nature":"cost"}]}"#;

/// A policy of zero tolerance on committee and activity level, as a JSON body.
pub const POLICY: &str = r#"{"rules":[
{"basis":"year-to-date","level":"committee","thresholdAmount":0},
{"basis":"year-to-date","level":"activity","depth":1,"thresholdAmount":0}]}"#;

/// The code of its steering model.
pub const STEERING_MODEL: &str = "linkoping";
/// The steering model as a JSON body: council goals, committee goals, and beside them governing documents and assignments.
pub const STEERING: &str = include_str!("linkoping/steering_model.json");
/// The goal chain of the interim report as a JSON body: 37 nodes, as printed.
pub const GOAL_CHAIN: &str = include_str!("linkoping/goal_chain.json");
/// The follow-up of the interim report as a JSON body: twelve committee goals with their printed assessments, and no deviations
/// explained yet.
pub const FOLLOW_UP: &str = include_str!("linkoping/follow_up.json");
/// The action plan that the report names, with measures of its text, which bear no amounts; it answers no case yet.
pub const ACTION_PLAN: &str = include_str!("linkoping/action_plan.json");
/// The indicators of the report, which anybody may read.
pub const INDICATORS: &str = include_str!("linkoping/indicators.json");
/// Their printed outcomes.
pub const OBSERVATIONS: &str = include_str!("linkoping/observations.json");

/// Activities as a JSON body.
pub fn activities() -> String {
    let rows: Vec<String> =
        ACTIVITIES.iter().map(|a| format!("{{\"code\":\"{}\",\"name\":\"{}\"}}", a.code, a.name)).collect();
    format!("{{\"activities\":[{}]}}", rows.join(","))
}

/// A delivery in tkr, debit positive, with one row an activity.
pub fn delivery(amount: impl Fn(&Activity) -> i64) -> String {
    let mut csv = "konto;ansvar;verksamhet;belopp\n".to_owned();
    for activity in &ACTIVITIES {
        let _ = writeln!(csv, "{};3102;{};{}", activity.account, activity.code, amount(activity));
    }
    csv
}

/// The year's budget by month, in tkr: January through August sum to what the report's deviation says, the rest of the year
/// to the rest of the budget.
pub fn budget() -> String {
    let mut csv = "konto;ansvar;verksamhet;period;belopp\n".to_owned();
    for activity in &ACTIVITIES {
        let to_date = activity.outcome + activity.deviation;
        let months = spread(to_date, 8).into_iter().chain(spread(activity.budget - to_date, 4));
        for (month, amount) in (1..).zip(months) {
            let _ = writeln!(csv, "{};3102;{};2018-{month:02};{amount}", activity.account, activity.code);
        }
    }
    csv
}

/// A whole amount over a number of months, the remainder on the last.
fn spread(amount: i64, months: i64) -> Vec<i64> {
    let share = amount / months;
    (1..=months).map(|month| if month == months { amount - share * (months - 1) } else { share }).collect()
}

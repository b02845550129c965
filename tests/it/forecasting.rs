//! Forecasts: what they were made on, proposals and adoptions, accuracy, history as a profile, and a year simulated month by month.

use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::OTHER;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

async fn post(client: &Client, year: i32, month: u32, amount: i64) -> Value {
    let csv = format!("account;unit;activity;amount\n4551;3102;HVBU;{amount}\n");
    client.put_csv(&format!("outcomes/{year}-{month:02}/ledger"), csv).await.succeeded()
}

/// Two whole years: 2016 even at 100 a month, 2017 with 200 in each month of its second half.
async fn two_years(client: &Client) {
    for month in 1..=12 {
        post(client, 2016, month, 100).await;
        post(client, 2017, month, if month > 6 { 200 } else { 100 }).await;
    }
}

on_both_stores! {
    async fn proposals_name_their_method_and_their_interval_by_hand(app) {
        let admin = code_plan(&app).await;
        two_years(&admin).await;
        for month in 1..=6 {
            post(&admin, 2018, month, 150).await;
        }
        let proposal = async |method: &str| {
            let report = admin.get(&format!("reports/forecast-proposals?committee=SN&period=2018-06&method={method}")).await.succeeded();
            assert_eq!((&report["computed"], &report["method"], &report["wholeYears"]), (&json!(true), &json!(method), &json!([2016, 2017])));
            report["total"].clone()
        };
        // 900 in six months. Linear said 1 200 of both years at June; they became 1 200 and 1 800.
        let linear = proposal("linear").await;
        assert_eq!((&linear["proposal"], &linear["low"], &linear["high"], &linear["yearsBehind"]), (&json!(1_800), &json!(1_800), &json!(2_700), &json!(2)));
        // History had 1 200 of 3 000 by June; 2017 would have been said as 600 x 1 200 / 600 and became 1 800.
        let profile = proposal("profile").await;
        assert_eq!((&profile["proposal"], &profile["low"], &profile["high"], &profile["yearsBehind"]), (&json!(2_250), &json!(3_375), &json!(3_375), &json!(1)));
        // The rest as last year: 900 + 1 200.
        assert_eq!(proposal("last-year").await["proposal"], 2_100);
        let none = admin.get("reports/forecast-proposals?committee=SN&period=2018-07&method=linear").await.succeeded();
        assert_eq!((&none["total"]["proposal"], &none["total"]["absent"]), (&Value::Null, &json!("no-outcome")));
        let first = admin.get("reports/forecast-proposals?committee=SN&period=2016-06&method=last-year").await.succeeded();
        assert_eq!(first["total"]["absent"], "no-history");
        admin.get("reports/forecast-proposals?committee=SN&period=2018-06&method=guess").await.refused(400);
    }

    async fn a_proposal_is_adopted_with_overrides_that_say_why(app) {
        let admin = code_plan(&app).await;
        let csv = "account;unit;activity;amount\n4551;3102;HVBU;600\n4552;3102;FAM;300\n";
        admin.put_csv("outcomes/2018-06/ledger?basis=accumulated", csv).await.succeeded();
        let adopt = |amount: i64, code: &str| json!({ "committee": "SN", "method": "linear",
            "overrides": [{ "code": code, "amount": amount, "reason": "Två placeringar avslutas." }] });
        let path = "forecasts/2018-06/linjar/adoptions";
        let receipt = admin.post(path, adopt(1_000, "HVBU")).await.succeeded();
        assert_eq!((&receipt["kind"], &receipt["revision"], &receipt["sums"]["net"]), (&json!("forecast"), &json!(1), &json!(1_600)));
        let again = admin.post(path, adopt(1_000, "HVBU")).await;
        assert_eq!((again.status.as_u16(), &again.json()["unchanged"]), (200, &json!(true)));
        let entries = admin.get("forecasts/2018-06/linjar").await.succeeded();
        let texts: Vec<_> = entries["entries"].as_array().unwrap().iter().map(|entry| (entry["amount"].clone(), entry["text"].clone())).collect();
        assert!(texts.contains(&(json!(1_000), json!("linear: 1200 proposed; Två placeringar avslutas."))), "{texts:?}");
        assert!(texts.contains(&(json!(600), json!("linear: as proposed"))), "{texts:?}");
        let problem = admin.post(path, adopt(1, "NONE")).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/overrides/0/code");
        let bare = json!({ "committee": "SN", "method": "linear", "overrides": [{ "code": "HVBU", "amount": 1, "reason": "" }] });
        assert_eq!(admin.post(path, bare).await.refused(422)["errors"][0]["pointer"], "/overrides/0/reason");
        admin.post("forecasts/2018-03/linjar/adoptions", adopt(1, "HVBU")).await.refused(409);
    }

    async fn a_forecast_tells_which_outcomes_it_was_made_on(app) {
        let admin = code_plan(&app).await;
        post(&admin, 2018, 1, 100).await;
        post(&admin, 2018, 2, 100).await;
        admin.put_csv("forecasts/2018-02/controller", "committee;amount\nSN;1200\n").await.succeeded();
        post(&admin, 2018, 2, 130).await;
        let made_on = admin.get("forecasts/2018-02/controller/outcomes").await.succeeded();
        let told: Vec<_> = made_on["outcomes"].as_array().unwrap().iter()
            .map(|one| (one["period"].clone(), one["revision"].clone(), one["revisedSince"].clone())).collect();
        assert_eq!(told, [(json!("2018-01"), json!(1), json!(false)), (json!("2018-02"), json!(1), json!(true))]);
        admin.get("forecasts/2018-03/controller/outcomes").await.refused(404);
    }

    async fn history_spreads_a_budget_to_the_ore_and_a_front_loaded_one_is_warned_about(app) {
        let admin = code_plan(&app).await;
        let none = admin.put_csv("budgets/2018/original", "account;unit;activity;profile;amount\n4551;3102;HVBU;history-2;3000\n").await.refused(422);
        assert!(none["errors"][0]["reason"].as_str().unwrap().contains("no history"), "{none}");
        two_years(&admin).await;
        let csv = "account;unit;activity;profile;amount\n4551;3102;HVBU;history-2;3000.01\n4551;3102;;history-1;18\n";
        admin.put_csv("budgets/2018/original", csv).await.succeeded();
        let entries = admin.get("budgets/2018/original?limit=100").await.succeeded();
        let months: Vec<_> = entries["entries"].as_array().unwrap().iter().filter(|entry| entry["activity"] == "HVBU").map(|entry| entry["amount"].clone()).collect();
        assert_eq!(months.len(), 12);
        assert_eq!((&months[0], &months[11]), (&json!(200), &json!(300)), "2016 and 2017 together had 200 a month, and 300 from July");
        assert!(months.contains(&json!(300.01)), "the odd öre goes to one of the largest remainders: {months:?}");
        let again = admin.put_csv("budgets/2018/original", csv).await.succeeded();
        assert_eq!((&again["unchanged"], &again["notes"]), (&json!(true), &json!([])));
        let profile = async |year: i32| admin.get(&format!("reports/budget-profiles?committee=SN&year={year}&yearsBack=2")).await.succeeded();
        let own = profile(2018).await;
        assert_eq!((&own["total"]["tilt"], &own["total"]["warns"], &own["historyYears"]), (&json!("in-line"), &json!(false), &json!([2016, 2017])));
        let receipt = admin.put_csv("budgets/2018/original", "account;unit;activity;profile;amount\n4551;3102;HVBU;even;3000\n").await.succeeded();
        assert!(receipt["notes"][0].as_str().unwrap().contains("SN has 300 kr more from January through month 6"), "{receipt}");
        let proposal = admin.put_csv("budgets/2018/proposal?status=proposal", "account;unit;activity;profile;amount\n4551;3102;HVBU;even;1\n").await;
        assert_eq!(proposal.succeeded()["notes"], json!([]), "it is no part of the budget");
        let even = profile(2018).await;
        // Even has 1 500 by June where history has 1 200: 300 of 3 000.
        assert_eq!((&even["rows"][0]["tilt"], &even["rows"][0]["largestMonth"], &even["rows"][0]["largestDifference"]), (&json!("front-loaded"), &json!(6), &json!(300)));
        assert_eq!(profile(2030).await["total"]["absent"], "no-history");
        // Two months of 2018 say nothing of how a year falls.
        post(&admin, 2018, 1, 100).await;
        post(&admin, 2018, 2, 100).await;
        let refused = admin.put_csv("budgets/2019/original", "account;unit;activity;profile;amount\n4551;3102;HVBU;history-1;3000\n").await;
        assert!(refused.refused(422)["errors"][0]["reason"].as_str().unwrap().contains("no history"));
    }

    async fn a_year_goes_by_month_by_month(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        let units = json!({ "units": [{ "code": "U1", "name": "Ett", "committee": "SN" },
            { "code": "U2", "name": "Två", "committee": "SN", "validTo": "2018-08-31" }, { "code": "U2", "name": "Två", "committee": "KS", "validFrom": "2018-09-01" }] });
        admin.put("units", units).await.succeeded();
        let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "committee", "thresholdAmount": 12 }] });
        admin.put("deviation-policies/SN", rules).await.succeeded();
        let months: Vec<String> = (1..=12).map(|month| format!("4551;U1;2018-{month:02};60\n4551;U2;2018-{month:02};40\n")).collect();
        admin.put_csv("budgets/2018/original", format!("account;unit;period;amount\n{}", months.concat())).await.succeeded();
        let outcome = async |month: u32, one: i64, two: i64| {
            let csv = format!("account;unit;amount\n4551;U1;{one}\n4551;U2;{two}\n");
            admin.put_csv(&format!("outcomes/2018-{month:02}/ledger"), csv).await.succeeded()
        };
        let events = |receipt: &Value| -> Vec<(Value, Value)> {
            receipt["deviations"].as_array().unwrap().iter().map(|case| (case["event"].clone(), case["amount"].clone())).collect()
        };
        for month in 1..=12_u32 {
            let receipt = outcome(month, 60, 45).await;
            let told = events(&receipt);
            match month {
                1 | 2 => assert_eq!(told, [], "five a month are within twelve"),
                3 => assert_eq!(told, [(json!("opened"), json!(-15))], "the first month that breaks the policy, in its own transaction"),
                // From September the unit is the executive's, and the deficit grows no more.
                9..=12 => assert_eq!(told.first().map(|(event, _)| event.clone()), Some(json!("changed")), "{month}"),
                _ => assert_eq!(told.len(), 1),
            }
            if month == 3 {
                assert_eq!(events(&outcome(3, 60, 43).await), [(json!("changed"), json!(-13))]);
            }
            if month == 6 {
                assert_eq!(events(&outcome(6, 58, 45).await), [(json!("changed"), json!(-26))]);
            }
            admin.put_csv(&format!("forecasts/2018-{month:02}/controller"), format!("committee;amount\nSN;{}\n", 1_000 + 10 * month)).await.succeeded();
        }
        let case = admin.get("deviations?committee=SN").await.succeeded()["deviations"][0].clone();
        assert_eq!((&case["amount"], &case["period"]), (&json!(-36), &json!("2018-12")), "8 x 5 less the corrections of 2 and 2");
        // By hand: U1 12 x 60 - 2, U2 8 x 45 - 2 until it moved: 718 + 358 = 1 076. Forecasts were 1 010, 1 020, ... 1 120.
        let accuracy = admin.get("reports/forecast-accuracies?committee=SN&years=2018").await.succeeded();
        let errors: Vec<i64> = accuracy["forecasts"].as_array().unwrap().iter().map(|one| one["error"].as_i64().unwrap()).collect();
        assert_eq!(errors, (1..=12).map(|month| 1_076 - (1_000 + 10 * month)).collect::<Vec<_>>());
        let all = accuracy["accuracies"].as_array().unwrap().iter().find(|one| one["leadMonths"].is_null()).expect("in all").clone();
        // Errors 66, 56 ... -44 sum to 132; without sign 66+56+46+36+26+16+6+4+14+24+34+44 = 372.
        assert_eq!((&all["bias"], &all["meanAbsoluteError"], &all["forecastCount"]), (&json!(11), &json!(31), &json!(12)));
        let august = admin.get("reports/forecast-accuracies?committee=SN&years=2018&period=2018-08").await.succeeded();
        assert_eq!((&august["forecasts"][0]["error"], &august["forecasts"][0]["leadMonths"]), (&json!(-4), &json!(4)));
        // Restated for what belongs to the year before, the year cost 20 less.
        let adjustments = json!({ "adjustments": [{ "key": "a", "label": "December", "amount": 20, "belongsTo": 2017, "reason": "Sena fakturor." }] });
        admin.put("accrual-adjustments/2018/SN", adjustments).await.succeeded();
        let restated = admin.get("reports/forecast-accuracies?committee=SN&years=2018&period=2018-08").await.succeeded();
        assert_eq!((&restated["forecasts"][0]["error"], &restated["forecasts"][0]["restatedError"]), (&json!(-4), &json!(-24)));
        let open = admin.get("reports/forecast-accuracies?committee=SN&years=2017").await.succeeded();
        assert_eq!(open["forecasts"], json!([]));
    }

    async fn a_forecast_is_shown_before_and_after_decided_measures(app) {
        let admin = code_plan(&app).await;
        admin.put_csv("budgets/2018/original", "account;unit;activity;profile;amount\n4551;3102;HVBU;even;1200\n").await.succeeded();
        admin.put_csv("forecasts/2018-08/controller", "account;unit;activity;amount\n4551;3102;HVBU;1500\n").await.succeeded();
        let path = "reports/forecast-after-measures?committee=SN&period=2018-09";
        assert_eq!(admin.get(path).await.succeeded()["deviationAfter"], -300);
        let plan = json!({ "committee": "SN", "purpose": "need", "year": 2018, "title": "Plan", "needs": [{ "label": "Underskott", "amount": 300 }],
            "measures": [{ "key": "a", "title": "A", "certainty": "likely", "effects": [{ "period": "2018", "amount": 120 }, { "period": "2018-06", "amount": 50 },
                                                                                         { "period": "2018-12", "amount": -10 }] }] });
        let secretary = app.role(Role::Secretary).await;
        secretary.put("action-plans/p/versions/1", plan).await.succeeded();
        secretary.post("action-plans/p/versions/1/proposals", json!({})).await.succeeded();
        assert_eq!(admin.get(path).await.json()["effect"], 0, "only what is decided counts");
        admin.post("action-plans/p/versions/1/decisions", utfall_tests::steering::decision("2018-09-20")).await.succeeded();
        let after = admin.get(path).await.succeeded();
        // Four of twelve months of 120, and December's -10; June is in the forecast already.
        assert_eq!((&after["effect"], &after["forecastBefore"], &after["forecastAfter"], &after["deviationAfter"]), (&json!(30), &json!(1_500), &json!(1_470), &json!(-270)));
        assert_eq!(after["actionPlans"][0]["actionPlanId"], "p");
        admin.get("reports/forecast-after-measures?committee=SN&period=2017-09").await.refused(404);
    }

    async fn the_order_of_postings_within_a_month_does_not_change_the_cases(app) {
        let first = code_plan(&app).await;
        app.create(OTHER, "Norrköping").await;
        let second = app.client(Role::Admin, OTHER, &[]).await;
        let accounts = json!({ "accounts": [{ "code": "4551", "name": "Vård", "nature": "cost" }] });
        let activities = json!({ "activities": [{ "code": "A", "name": "A" }, { "code": "B", "name": "B" }] });
        let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "committee" }, { "basis": "year-to-date", "level": "activity" }] });
        for client in [&first, &second] {
            client.put("committees", json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }] })).await.succeeded();
            client.put("units", json!({ "units": [{ "code": "1", "name": "Ett", "committee": "SN" }] })).await.succeeded();
            client.put("accounts", accounts.clone()).await.succeeded();
            client.put("activities", activities.clone()).await.succeeded();
            client.put("deviation-policies/SN", rules.clone()).await.succeeded();
            client.put_csv("budgets/2018/original", "account;unit;activity;profile;amount\n4551;1;A;even;1200\n4551;1;B;even;2400\n").await.succeeded();
        }
        let deliveries = [("ledger", "4551;1;A;150\n4551;1;B;100\n"), ("wages", "4551;1;B;90\n"), ("rents", "4551;1;A;-60\n")];
        for at in [0, 1, 2] {
            let (source, rows) = deliveries[at];
            first.put_csv(&format!("outcomes/2018-01/{source}"), format!("account;unit;activity;amount\n{rows}")).await.succeeded();
            let (source, rows) = deliveries[2 - at];
            second.put_csv(&format!("outcomes/2018-01/{source}"), format!("account;unit;activity;amount\n{rows}")).await.succeeded();
        }
        let cases = async |client: &Client| -> Vec<(Value, Value, Value, Value)> {
            let page = client.get("deviations?limit=100").await.succeeded();
            let row = |case: &Value| (case["level"].clone(), case["code"].clone(), case["state"].clone(), case["amount"].clone());
            page["deviations"].as_array().unwrap().iter().map(row).filter(|case| case.2 == "open").collect()
        };
        let (own, other) = (cases(&first).await, cases(&second).await);
        assert_eq!(own, other);
        assert_eq!(own.len(), 3);
    }
}

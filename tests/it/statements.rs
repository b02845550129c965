//! Statements: every printed cell of three documents, with of-which lines, footnotes, and what is stated beside what is computed.

use crate::volumes::katrineholm;
use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

/// A line's amounts, by its code.
fn amounts(report: &Value, code: &str) -> Vec<Value> {
    let lines = report["lines"].as_array().expect("lines");
    let line = lines.iter().find(|line| line["code"] == code).unwrap_or_else(|| panic!("{code}: {report}"));
    line["cells"].as_array().expect("cells").iter().map(|cell| cell["amount"].clone()).collect()
}

fn total(report: &Value) -> Vec<Value> {
    report["totals"].as_array().expect("a total").iter().map(|cell| cell["amount"].clone()).collect()
}

/// Katrineholm's operating statement as it is printed.
fn operating() -> Value {
    let deviation = "deviation:budget-2019:outcome-2019";
    let line = |key: &str, label: &str, kind: &str, more: Value| {
        let mut line = json!({ "key": key, "label": label, "kind": kind });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    let of_which = |key: &str, label: &str, account: &str| {
        line(key, label, "of-which", json!({ "parent": "kostnader", "accounts": [account] }))
    };
    let stated = |line: &str, column: &str, amount: i64| json!({ "line": line, "column": column, "amount": amount });
    json!({ "title": "Driftsredovisning", "amountUnit": "tkr", "signConvention": "result",
        "lines": [
            line("intakter", "Verksamhetens intäkter", "line", json!({ "nature": "revenue" })),
            line("kostnader", "Verksamhetens kostnader", "line", json!({ "nature": "cost" })),
            of_which("bistand", "varav ekonomiskt bistånd", "4100"), of_which("kopt", "varav köpt huvudverksamhet", "4600"),
            of_which("personal", "varav personalkostnader", "5000"), of_which("konsulter", "varav utredningskonsulter", "7400"),
            of_which("ovrigt", "varav övriga kostnader", "6900"),
            line("summa", "Summa", "total", json!({ "plusLines": ["intakter", "kostnader"] })),
            line("balans", "Ekonomi i balans, KS mars", "comparison", json!({})),
            line("jamfort", "Avvikelse jämfört ekonomi i balans", "total", json!({ "plusLines": ["summa"], "minusLines": ["balans"] }))],
        "statedCells": [stated("balans", deviation, -30_000), stated("personal", deviation, 2_744), stated("summa", "outcome-2019", -227_452)] })
}

/// Spreads row sums over column sums from the north-west corner, in öre: one table of entries with both margins.
fn cross_table(rows: &[(&str, i64)], columns: &[(&str, i64)]) -> Vec<(String, String, i64)> {
    let (mut rows, mut columns) = (rows.to_vec(), columns.to_vec());
    let mut cells = Vec::new();
    let (mut r, mut c) = (0, 0);
    while r < rows.len() && c < columns.len() {
        let amount = rows[r].1.min(columns[c].1);
        if amount != 0 {
            cells.push((rows[r].0.to_owned(), columns[c].0.to_owned(), amount));
        }
        rows[r].1 -= amount;
        columns[c].1 -= amount;
        if rows[r].1 == 0 { r += 1 } else { c += 1 }
    }
    cells
}

async fn eskilstuna(admin: &Client) {
    let code = |code: &str, name: &str| json!({ "code": code, "name": name });
    let units = ["3101", "3102", "3105", "3106"].map(|unit| json!({ "code": unit, "name": unit, "committee": "SN" }));
    admin.put("units", json!({ "units": units })).await.succeeded();
    admin.put("activities", json!({ "activities": [code("13", "Förtroendevalda"), code("33", "Barn och unga"), code("34", "Vuxna"), code("92", "Gemensamt")] })).await.succeeded();
    let accounts = json!({ "accounts": [{ "code": "4000", "name": "Kostnader", "nature": "cost" }, { "code": "3900", "name": "Intäkter", "nature": "revenue" },
        { "code": "3910", "name": "Kommunersättning", "nature": "revenue", "excludedFromNetCost": true }] });
    admin.put("accounts", accounts).await.succeeded();
    let rules = json!({ "rules": [{ "basis": "forecast", "level": "committee" }] });
    admin.put("deviation-policies/SN", rules).await.succeeded();
    let csv = |cells: &[(String, String, i64)], more: &str| {
        let rows: Vec<String> = cells
            .iter()
            .map(|(unit, activity, ore)| format!("4000;{unit};{activity};{}.{:02}\n", ore / 100, ore % 100))
            .collect();
        format!("account;unit;activity;amount\n{}{more}", rows.concat())
    };
    let tkr = |rows: &[(&'static str, i64)]| -> Vec<(&'static str, i64)> {
        rows.iter().map(|(code, tkr)| (*code, tkr * 100_000)).collect()
    };
    let budget_2016 = cross_table(
        &tkr(&[("3101", 19_512), ("3102", 345_788)]),
        &tkr(&[("13", 1_600), ("33", 238_796), ("34", 124_904)]),
    );
    admin.put_csv("budgets/2016/original", csv(&budget_2016, "3910;3101;;-365300000\n")).await.succeeded();
    let forecast = cross_table(
        &tkr(&[("3101", 18_162), ("3102", 355_788)]),
        &tkr(&[("13", 1_600), ("33", 241_867), ("34", 130_483)]),
    );
    admin
        .put_csv("forecasts/2016-08/controller", csv(&forecast, "3900;3105;92;-1150000\n3910;3101;;-365300000\n"))
        .await
        .succeeded();
    // 250 564,7 and 125 435,3: the plan has a decimal of a thousand.
    let plan = cross_table(
        &tkr(&[("3101", 26_800), ("3102", 356_000)]),
        &[("13", 160_000_000), ("33", 25_056_470_000), ("34", 12_543_530_000), ("92", 520_000_000)],
    );
    admin.put_csv("budgets/2017/original", csv(&plan, "3910;3101;;-382800000\n")).await.succeeded();
}

on_both_stores! {
    async fn katrineholms_operating_statement_gives_every_printed_cell(app) {
        let admin = code_plan(&app).await;
        katrineholm(&admin).await;
        admin.put("report-layouts/drift", operating()).await.succeeded();
        let columns = "outcome-2019,budget-2019,deviation:budget-2019:outcome-2019";
        let report = admin.get(&format!("reports/result-statements?committee=SN&layout=drift&columns={columns}")).await.succeeded();
        let printed = [
            ("intakter", [29_782, 28_684, 1_098]), ("kostnader", [-257_233, -209_890, -47_343]), ("bistand", [-61_902, -49_980, -11_922]),
            ("kopt", [-68_597, -38_429, -30_168]), ("personal", [-92_727, -95_472, 2_744]), ("konsulter", [-8_664, 0, -8_664]),
            ("ovrigt", [-25_343, -26_010, 667]), ("summa", [-227_452, -181_206, -46_246]),
        ];
        for (code, cells) in printed {
            assert_eq!(amounts(&report, code), cells.map(|cell| json!(cell)), "{code}");
        }
        assert_eq!(amounts(&report, "jamfort")[2], -16_246);
        assert_eq!(amounts(&report, "balans"), [Value::Null, Value::Null, json!(-30_000)]);
        assert_eq!(report["findings"], json!([]), "what is printed is what is computed");
        assert_eq!((&report["title"], &report["amountUnit"], &report["signConvention"]), (&json!("Driftsredovisning"), &json!("tkr"), &json!("result")));
        let csv = admin.get_as(&format!("reports/result-statements?committee=SN&layout=drift&columns={columns}"), "text/csv").await;
        assert!(csv.body.contains("summa,Summa,total,-227452,-181206,-46246\n"), "{}", csv.body);
    }

    async fn eskilstunas_net_cost_by_organisation_and_by_process_is_the_same(app) {
        let admin = code_plan(&app).await;
        eskilstuna(&admin).await;
        let query = "committee=SN&amountUnit=tkr&signConvention=result&columns=budget-2016,forecast-2016,budget-2017";
        let units = admin.get(&format!("reports/unit-frames?{query}")).await.succeeded();
        let activities = admin.get(&format!("reports/activity-budgets?{query}")).await.succeeded();
        for report in [&units, &activities] {
            assert_eq!(total(report), [json!(-365_300), json!(-372_800), json!(-382_800)], "the municipal allocation is no part of it");
        }
        assert_eq!(amounts(&units, "3102"), [json!(-345_788), json!(-355_788), json!(-356_000)]);
        assert_eq!(amounts(&units, "3105"), [json!(0), json!(1_150), json!(0)]);
        assert_eq!(amounts(&activities, "33")[2], -250_565);
        let exact = admin.get("reports/activity-budgets?committee=SN&columns=budget-2017").await.succeeded();
        assert_eq!(amounts(&exact, "33"), [json!(250_564_700)]);
        let result = admin.get("reports/result-statements?committee=SN&amountUnit=tkr&signConvention=result&columns=forecast-2016").await.succeeded();
        assert_eq!(amounts(&result, "net-cost"), [json!(-372_800)]);
        assert_eq!(total(&result), [json!(-7_500)], "with the allocation the year's result");
        // The forecast is a deficit of 7 500 tkr, and opens a case that demands a plan.
        let case = admin.get("deviations?basis=forecast").await.succeeded()["deviations"][0].clone();
        assert_eq!((&case["amount"], &case["required"], &case["stage"]), (&json!(-7_500_000), &json!("action-plan"), &json!("open")));
        let gross = admin.get("reports/activity-budgets?committee=SN&amountUnit=tkr&columns=forecast-2016-cost,forecast-2016-revenue,forecast-2016").await.succeeded();
        assert_eq!(total(&gross), [json!(373_950), json!(-1_150), json!(372_800)]);
    }

    async fn what_is_only_printed_is_shown_as_stated_with_its_footnotes(app) {
        let admin = code_plan(&app).await;
        eskilstuna(&admin).await;
        let line = |key: &str, label: &str, unit: &str| json!({ "key": key, "label": label, "kind": "line", "units": [unit] });
        let layout = json!({ "title": "Ekonomisk redovisning - organisation", "amountUnit": "tkr", "signConvention": "result",
            "lines": [line("ledning", "Ledning och Stöd", "3101"), line("ifo", "IFO", "3102"),
                      { "key": "summa", "label": "Summa alla verksamheter", "kind": "total", "plusLines": ["ledning", "ifo"] }],
            "statedCells": [{ "line": "summa", "column": "outcome-2014", "amount": -741_025 }, { "line": "ledning", "column": "outcome-2014", "amount": -31_840 },
                       { "line": "ledning", "column": "budget-2017", "amount": -26_800, "printed": "-26 800*", "mark": "*" },
                       { "line": "ifo", "column": "budget-2017", "reason": "Kolumnen fylls i senare." }],
            "footnotes": [{ "mark": "*", "text": "I ledningen finns nya löner för tre kvartal 2017." }] });
        admin.put("report-layouts/organisation", layout).await.succeeded();
        let report = admin.get("reports/unit-frames?committee=SN&layout=organisation&columns=outcome-2014,budget-2017").await.succeeded();
        let sum = &report["lines"][2]["cells"][0];
        assert_eq!((&sum["amount"], &sum["absent"], &sum["stated"]), (&Value::Null, &json!("no-outcome"), &json!(-741_025)));
        let marked = &report["lines"][0]["cells"][1];
        assert_eq!((&marked["printed"], &marked["mark"], &marked["difference"]), (&json!("-26 800*"), &json!("*"), &json!(0)));
        assert_eq!(report["lines"][1]["cells"][1]["reason"], "Kolumnen fylls i senare.");
        assert_eq!(report["footnotes"][0]["text"], "I ledningen finns nya löner för tre kvartal 2017.");
    }

    async fn linkopings_printed_costs_contradict_their_total_and_that_is_said(app) {
        let admin = code_plan(&app).await;
        let rows = |cost: i64, revenue: i64| format!("account;unit;amount\n4551;3102;{cost}\n3511;3102;{revenue}\n");
        admin.put_csv("budgets/2018/original?amountUnit=tkr", rows(622_928, -159_659)).await.succeeded();
        admin.put_csv("forecasts/2018-08/controller?amountUnit=tkr", rows(665_169, -190_000)).await.succeeded();
        let of_which = |key: &str, label: &str, nature: &str| json!({ "key": key, "label": label, "kind": "of-which", "parent": "netto", "nature": nature,
                                                                      "signConvention": "result" });
        let deviation = "deviation:budget-2018:forecast-2018";
        let stated = |line: &str, column: &str, amount: i64| json!({ "line": line, "column": column, "amount": amount });
        let layout = json!({ "title": "Prognos resultat 2018", "amountUnit": "tkr", "signConvention": "cost-positive",
            "lines": [{ "key": "netto", "label": "Summa nettokostnader", "kind": "total", "everything": true },
                      of_which("kostnader", "varav kostnader", "cost"), of_which("intakter", "varav intäkter", "revenue")],
            "statedCells": [stated("netto", "budget-2018", 463_269), stated("kostnader", "budget-2018", -625_328), stated("kostnader", "forecast-2018", -665_169),
                       stated("kostnader", deviation, -42_241), stated("intakter", "budget-2018", 159_659), stated("intakter", deviation, 30_341)] });
        admin.put("report-layouts/prognos", layout.clone()).await.succeeded();
        let columns = format!("forecast-2018,budget-2018,{deviation}");
        let report = admin.get(&format!("reports/activity-budgets?committee=SN&layout=prognos&columns={columns}")).await.succeeded();
        assert_eq!(amounts(&report, "netto"), [json!(475_169), json!(463_269), json!(-11_900)]);
        assert_eq!(amounts(&report, "kostnader"), [json!(-665_169), json!(-622_928), json!(-42_241)]);
        assert_eq!(report["findings"], json!([{ "line": "kostnader", "column": "budget-2018", "stated": -625_328, "computed": -622_928, "difference": -2_400 }]));
        assert_eq!(admin.get("report-layouts/prognos").await.json()["content"]["statedCells"][1]["amount"], -625_328, "stored as stated");
        assert_eq!(report["sources"][0]["source"], "controller");
    }

    async fn of_which_lines_stand_two_deep_and_count_in_no_sum(app) {
        let admin = code_plan(&app).await;
        let activities = json!({ "activities": [{ "code": "IFO", "name": "IFO" }, { "code": "VARD", "name": "Vård", "parent": "IFO" },
            { "code": "BARN", "name": "Barn", "parent": "VARD" }, { "code": "DRIFT", "name": "Drift", "parent": "IFO" }, { "code": "LED", "name": "Ledning" }] });
        admin.put("activities", activities).await.succeeded();
        let csv = "unit;activity;amount\n3102;BARN;136.4\n3102;VARD;37\n3102;DRIFT;182.6\n3102;LED;26.8\n";
        admin.put_csv("budgets/2017/original?amountUnit=mnkr", csv).await.succeeded();
        admin.put_csv("budgets/2017/forslag?amountUnit=mnkr&status=proposal", "unit;activity;amount\n3102;LED;30\n").await.succeeded();
        let layout = |deepest: &str| json!({ "title": "Ram", "amountUnit": "mnkr", "signConvention": "cost-positive", "lines": [
            { "key": "ifo", "label": "IFO", "kind": "line", "activities": ["IFO"] },
            { "key": "vard", "label": "Totalt vård", "kind": "of-which", "parent": "ifo", "activities": ["VARD"] },
            { "key": "barn", "label": "Vård barn och unga", "kind": "of-which", "parent": "vard", "activities": ["BARN"] },
            { "key": "djupast", "label": "För djupt", "kind": "of-which", "parent": deepest, "activities": ["BARN"] },
            { "key": "ledning", "label": "Ledning", "kind": "line", "activities": ["LED"] },
            { "key": "summa", "label": "Summa", "kind": "total", "plusLines": ["ifo", "ledning"] }] });
        let problem = admin.put("report-layouts/ram", layout("barn")).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/lines/3/parent");
        admin.put("report-layouts/ram", layout("vard")).await.succeeded();
        let report = admin.get("reports/activity-budgets?committee=SN&layout=ram&columns=budget-2017,proposal-2017&planSource=forslag").await.succeeded();
        let column: Vec<_> = report["lines"].as_array().unwrap().iter().map(|line| (line["cells"][0]["amount"].clone(), line["depth"].clone())).collect();
        assert_eq!(column, [(json!(356), json!(0)), (json!(173.4), json!(1)), (json!(136.4), json!(2)), (json!(136.4), json!(2)), (json!(26.8), json!(0)), (json!(382.8), json!(0))]);
        assert_eq!(amounts(&report, "summa")[1], 30, "a proposal is beside what is adopted, and never in it");
    }

    async fn columns_that_cannot_be_are_refused_by_their_part(app) {
        let admin = code_plan(&app).await;
        for (query, part, status) in [
            ("columns=outcome-2018,profit-2018", "profit-2018", 422), ("columns=change:a:b", "change:a:b", 422), ("year=1800", "1800", 400),
            ("depth=1", "is needed", 422), ("columns=outcome-2018&year=2018", "beside", 422), ("columns=outcome-2018&depth=0", "0", 400),
        ] {
            let problem = admin.get(&format!("reports/activity-budgets?committee=SN&{query}")).await.refused(status);
            assert!(problem.to_string().contains(part), "{query}: {problem}");
        }
        admin.get("reports/unit-frames?committee=SN&year=2018&layout=nowhere").await.refused(404);
        admin.get("reports/unit-frames?committee=XX&year=2018").await.refused(404);
    }
}

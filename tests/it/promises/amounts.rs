//! V1, V2, V3: amounts are exact or refused, and a batch is judged whole.

use crate::programs::run;
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::MUNICIPALITY;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::tries::tries;

/// Amounts that none is, as tokens of JSON.
const ODD: [&str; 26] = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e5",
    "1E400",
    "1e-2",
    "1_000",
    "+5",
    ".5",
    "5.",
    "0x10",
    "\"1 000\"",
    "\"1,5\"",
    "\"１２\"",
    "\"١٢\"",
    "\"\u{2212}5\"",
    "1234567890123456.99",
    "99999999999999.99",
    "1.005",
    "1234567890123456789012345678901234567890",
    "true",
    "[1]",
    "{}",
    "\"\"",
    "\" 1\"",
    "01",
];

on_both_stores! {
    async fn v1_an_amount_is_exact(app) {
        code_plan(&app).await;
        let token = app.token(Role::Admin, MUNICIPALITY, &[]).await;
        let told = json!({ "token": token, "seed": 20_180_831, "count": tries(2_000, 100_000) });
        println!("V1, {:?}: {}", app.kind, run(&app, "standard.txt", "amounts.py", &told).await.trim());
    }

    async fn v2_odd_amounts_are_refused_by_row_and_field(app) {
        let admin = code_plan(&app).await;
        let entry = |amount: &str| format!(r#"{{"account":"4551","unit":"3102","amount":{amount}}}"#);
        for odd in ODD {
            let body = format!(r#"{{"entries":[{},{}]}}"#, entry("1"), entry(odd));
            let answer = admin.put_as("outcomes/2018-08/ledger", "application/json", body).await;
            let status = answer.status.as_u16();
            let problem = answer.refused(status);
            // What is no JSON at all has no row; its place is told.
            let named = problem["errors"][0]["row"] == 2 && problem["errors"][0]["field"].as_str().is_some_and(|field| field.contains("amount"))
                || problem["pointer"].as_str().is_some_and(|pointer| pointer.starts_with("/entries")) || problem["detail"].as_str().is_some_and(|detail| detail.contains("column"));
            assert!(matches!(status, 400 | 422) && named, "{odd}: {}", answer.body);
        }
        let mut in_csv = 0;
        for odd in ["NaN", "1e5", "1_000", "+5", ".5", "5.", "0x10", "１２", "١٢", "1.005", "1,005", "1234567890123456,99", "--5", "5-", "kr 5", "1.000,00"] {
            let answer = admin.put_csv("outcomes/2018-08/ledger", format!("account;unit;amount\n4551;3102;1\n4551;3102;{odd}\n")).await;
            let problem = answer.refused(422);
            assert_eq!((&problem["errors"][0]["row"], &problem["errors"][0]["field"]), (&json!(2), &json!("amount")), "{odd}: {problem}");
            in_csv += 1;
        }
        for nothing in ["-0", "-0.00", "0"] {
            admin.put_as("outcomes/2018-08/nothing", "application/json", format!(r#"{{"entries":[{}]}}"#, entry(nothing))).await.succeeded();
            assert!(admin.get("outcomes/2018-08/nothing").await.body.contains("\"amount\":0,"), "{nothing}");
        }
        assert_eq!(admin.get("postings?source=ledger").await.succeeded()["meta"]["totalRecords"], 0);
        println!("V2, {:?}: {} odd amounts in JSON and {in_csv} in CSV refused, naming the place; -0 is 0", app.kind, ODD.len());
    }

    async fn v3_a_batch_is_judged_whole(app) {
        let admin = code_plan(&app).await;
        for period in ["2018-00", "2018-14", "26-01", "2018-1", "2018", "0000-01", "9999-12", "2018-08-01", "august"] {
            let answer = admin.put_csv(&format!("outcomes/{period}/ledger"), "account;unit;amount\n4551;3102;1\n").await;
            assert!(matches!(answer.status.as_u16(), 400 | 404 | 422), "{period}: {}", answer.body);
        }
        // A bad row at the first, a middle and the last place of a long batch; and every one of many.
        let rows = tries(500, 5_000);
        let batch = |bad: &[usize]| {
            let row = |at: usize| if bad.contains(&at) { "4551;none;1\n".to_owned() } else { format!("4551;3102;{at},01\n") };
            format!("account;unit;amount\n{}", (1..=rows).map(row).collect::<String>())
        };
        let listed = |problem: &Value| -> Vec<u64> {
            problem["errors"].as_array().into_iter().flatten().filter_map(|error| error["row"].as_u64()).collect()
        };
        for bad in [vec![1], vec![rows / 2], vec![rows], vec![1, 7, rows]] {
            let problem = admin.put_csv("outcomes/2018-08/ledger", batch(&bad)).await.refused(422);
            assert_eq!(listed(&problem), bad.iter().map(|&row| row as u64).collect::<Vec<_>>());
        }
        // Totals that are off by a row or by an öre.
        let (count, net) = (rows, rows * (rows + 1) / 2 * 100 + rows);
        let kronor = |ore: usize| format!("{}.{:02}", ore / 100, ore % 100);
        for wrong in [format!("controlRowCount={}", count + 1), format!("controlNet={}", kronor(net + 1)), format!("controlDebit={}", kronor(net - 1)), "controlCredit=0.01".to_owned()] {
            let problem = admin.put_csv(&format!("outcomes/2018-08/ledger?{wrong}"), batch(&[])).await;
            assert_eq!(problem.status, 422, "{wrong}: {}", problem.body);
        }
        let huge = format!("account;unit;amount\n{}", "4551;3102;9999999999999,99\n".repeat(3));
        admin.put_csv("outcomes/2018-08/ledger", huge).await.refused(422);
        assert_eq!(admin.get("postings").await.succeeded()["meta"]["totalRecords"], 0);
        // The totals that hold are taken: what was refused was refused for what was wrong.
        let right = format!("controlRowCount={count}&controlNet={}", kronor(net));
        let receipt = admin.put_csv(&format!("outcomes/2018-08/ledger?{right}"), batch(&[])).await.succeeded();
        assert_eq!(receipt["revision"], 1);
        println!("V3, {:?}: 9 periods, bad rows at 4 places of {rows}, 4 totals and a sum past the column refused, 0 rows kept", app.kind);
    }
}

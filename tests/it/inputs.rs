//! Odd bodies, odd bytes, odd sizes: always a clear problem, never a 5xx, never half a thing stored.

use serde_json::json;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

on_both_stores! {
    async fn odd_json_is_refused(app) {
        let admin = code_plan(&app).await;
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let bodies: Vec<String> = [
            "", "null", "[]", "{", "{\"entries\":[]} x", "{\"entries\":[],\"entries\":[]}", "{\"entries\":{}}",
            "{\"entries\":[],\"colour\":1}", "{\"entries\":[{\"account\":\"\\ud800\",\"amount\":1}]}", "{\"basis\":5,\"entries\":[]}",
        ].map(str::to_owned).into_iter().chain([deep]).collect();
        for body in bodies {
            let shown: String = body.chars().take(60).collect();
            let answer = admin.put_as("outcomes/2018-08/ledger", "application/json", body.clone()).await;
            assert!(answer.status.is_client_error(), "{shown}: {}", answer.status);
            answer.refused(answer.status.as_u16());
            let answer = admin.put_as("committees", "application/json", body).await;
            assert!(answer.status.is_client_error(), "{shown}: {}", answer.status);
            answer.refused(answer.status.as_u16());
        }
        assert_eq!(admin.get("postings").await.succeeded()["meta"]["totalRecords"], 0);
    }

    async fn odd_rows_are_listed_each_by_its_row(app) {
        let admin = code_plan(&app).await;
        let entries = json!({ "entries": [
            { "account": "4551", "unit": "3102", "amount": 1, "colour": "red" },
            { "account": ["4551"], "unit": "3102", "amount": 1 },
            "row",
            { "account": 4551, "unit": "3102", "amount": 1 },
            { "account": "4551", "unit": "3102", "amount": true },
            { "account": "4551", "unit": "3102", "amount": 1, "text": "nul \u{0} here" },
            { "account": "4551", "unit": "3102", "amount": 1, "text": "bidi \u{202e} here" },
        ] });
        let problem = admin.put("outcomes/2018-08/ledger", entries).await;
        assert!(problem.status.is_client_error());
    }

    async fn odd_bytes_are_refused_and_good_ones_come_back(app) {
        let admin = code_plan(&app).await;
        let csv = |text: &[u8]| [b"account;unit;amount;text\n4551;3102;1;\"".as_slice(), text, b"\"\n"].concat();
        for bytes in [b"\xff\xfe4\x005\x00".to_vec(), csv(b"a\0b"), csv(b"a\x01b"), b"<!DOCTYPE html><html></html>".to_vec(),
                      b"account;unit;amount\n4551;3102;\"1\n".to_vec(), b"account;unit\n4551;3102\n".to_vec(),
                      b"account;unit;amount;amount\n4551;3102;1;1\n".to_vec(), b"colour;amount\nred;1\n".to_vec()] {
            let answer = admin.put_as("outcomes/2018-08/ledger", "text/csv", bytes.clone()).await;
            assert!(answer.status.is_client_error(), "{}: {}", String::from_utf8_lossy(&bytes), answer.body);
            answer.refused(answer.status.as_u16());
        }
        for (source, text) in [("a", "Å ä ö é 🎓 <b>'; DROP TABLE entry; --"), ("b", "=1+1"), ("c", "a,b")] {
            admin.put_as(&format!("outcomes/2018-08/{source}"), "text/csv", csv(text.as_bytes())).await.succeeded();
            let entries = admin.get(&format!("outcomes/2018-08/{source}")).await.succeeded();
            assert_eq!(entries["entries"][0]["text"], text);
        }
        let out = admin.get_as("outcomes/2018-08/b", "text/csv").await;
        assert!(out.body.ends_with(",'=1+1\n"), "{}", out.body);
    }

    async fn sizes_are_bounded(app) {
        let admin = code_plan(&app).await;
        let large = format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20));
        admin.put_as("deviation-policies/SN", "application/json", large).await.refused(413);
        admin.get(&format!("committees?limit={}", i64::MAX)).await.refused(400);
        admin.get("committees?limit=0").await.refused(400);
        admin.get("committees?page=-1").await.refused(400);
        admin.get("committees?page=abc").await.refused(400);
        admin.get(&format!("committees?asOf={}", "9".repeat(2100))).await.refused(414);
        let rules = json!({ "rules": [] }).to_string();
        let sized = |bytes: usize| format!("{rules}{}", " ".repeat(bytes - rules.len()));
        admin.put_as("deviation-policies/SN", "application/json", sized(1 << 20)).await.succeeded();
        admin.put_as("deviation-policies/SN", "application/json", sized((1 << 20) + 1)).await.refused(413);
        let empty = admin.get("committees?page=99999").await.succeeded();
        assert_eq!(empty["committees"], json!([]));
        let request = admin.request(reqwest::Method::PUT, "committees").header("Content-Type", "application/json");
        let gzip = admin.send(request.header("Content-Encoding", "gzip").body("x")).await;
        gzip.refused(415);
    }

    async fn codes_with_swedish_letters_stand_in_paths(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KÖ Å+1", "name": "Kö" }] });
        admin.put("committees", committees).await.succeeded();
        let path = "deviation-policies/K%C3%96%20%C3%85+1";
        admin.put(path, json!({ "rules": [] })).await.succeeded();
        assert_eq!(admin.get(path).await.succeeded()["committee"], "KÖ Å+1");
        for path in ["deviation-policies/%00", "deviation-policies/%FF", "deviation-policies/a%2Fb", "deviation-policies/%20"] {
            admin.get(path).await.refused(404);
        }
        admin.get("committees?asOf=%FF").await.refused(400);
        admin.put("deviation-policies/SN", json!({ "rules": [] })).await.succeeded();
        for path in ["deviation-policies/SN%20", "deviation-policies/%20SN"] {
            admin.get(path).await.refused(404);
            admin.put(path, json!({ "rules": [] })).await.refused(404);
        }
    }

    async fn a_broken_body_is_named_by_pointer(app) {
        let admin = code_plan(&app).await;
        let problem = admin.put("committees", json!({ "committees": [{ "code": "SN", "name": 5 }] })).await.refused(400);
        assert_eq!(problem["pointer"], "/committees/0/name");
        let rules = json!({ "rules": [{ "basis": "forecast", "level": "committee", "thresholdAmount": 1.005 }] });
        let problem = admin.put("deviation-policies/SN", rules).await.refused(400);
        assert_eq!(problem["pointer"], "/rules/0/thresholdAmount");
    }

    async fn what_has_its_form_and_breaks_a_rule_is_told_from_what_has_not(app) {
        let admin = code_plan(&app).await;
        for (query, why) in [("goals?level=", "is empty"), ("goals?steeringModel=a%2Fb", "which a code may not"), ("goals?level=%00", "percent-encoded"),
                             ("committees?colour=1", "cannot be read at colour: unknown"), ("committees?page=1&page=2", "cannot be read: duplicate"),
                             ("observations?changedSince=-1", "below 0"), ("month-locks?period=null", "is not a month")] {
            let detail = admin.get(query).await.refused(400)["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(why), "{query}: {detail}");
        }
        for (query, needed) in [("operating-summary?committee=SN", "period"), ("budget-profiles?committee=SN", "year"), ("investment-tables?committee=SN", "years"),
                                ("forecast-proposals?committee=SN&period=2018-08", "method"), ("result-statements?committee=SN", "columns")] {
            let problem = admin.get(&format!("reports/{query}")).await.refused(422);
            assert_eq!((&problem["errors"][0]["field"], &problem["errors"][0]["fault"]), (&json!(needed), &json!("missing")), "{query}");
        }
        let indicator = |field: &str, number: &str| format!(r#"{{"name":"Kurs","unit":"kr","{field}":{number}}}"#);
        for (field, number) in [("firstYear", "2018.0"), ("least", "999999999998.9999"), ("least", "0.0000001")] {
            let answer = admin.put_as("indicators/kurs", "application/json", indicator(field, number)).await;
            let problem = answer.refused(422);
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["value"]), (&json!(format!("/{field}")), &json!(number)));
        }
        admin.put_as("indicators/kurs", "application/json", indicator("firstYear", "2018.5")).await.refused(400);
        admin.put_as("indicators/kurs", "application/json", indicator("firstYear", "2018")).await.succeeded();
        let ended = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden", "validTo": "" }] });
        assert_eq!(admin.put("committees", ended).await.refused(400)["pointer"], "/committees/0/validTo");
    }

    async fn sie_files_are_posted(app) {
        let admin = code_plan(&app).await;
        let sie = "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 3\n#PROGRAM \"Test\" 1\n#FNAMN \"Linkoping\"\n#RAR 0 20180101 20181231\n\
                   #KONTO 4551 \"Vard\"\n#DIM 1 \"Ansvar\"\n#DIM 20 \"Verksamhet\"\n#OBJEKT 1 \"3102\" \"IFO\"\n\
                   #PSALDO 0 201808 4551 {1 \"3102\" 20 \"HVBU\"} 100.50\n#PSALDO 0 201808 4551 {1 \"3102\" 20 \"FAM\"} -0.50\n";
        let receipt = admin.put_as("outcomes/2018-08/ledger", "application/x-sie", sie).await.succeeded();
        assert_eq!(receipt["sums"]["net"], 100);
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-08").await.succeeded();
        assert_eq!(report["rows"][0]["values"]["outcome"], 100.5);
        admin.put_as("outcomes/2018-08/ledger", "application/x-sie", "<html></html>").await.refused(400);
        // It can be read, and tells of another month than the address does.
        let problem = admin.put_as("outcomes/1990-11/ledger", "application/x-sie", sie).await.refused(422);
        let errors = problem["errors"].as_array().expect("errors");
        assert_eq!((errors.len(), &errors[0]["field"], &errors[0]["value"]), (1, &json!("period"), &json!("1990-11")), "{problem}");
    }
}

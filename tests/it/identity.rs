//! Grants and tenants: rights are read on every request, another municipality's data is not there, the database says no too.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, Statement};
use serde_json::json;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_tests::app::{MUNICIPALITY, OTHER};
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

on_both_stores! {
    async fn a_grant_taken_back_counts_from_the_next_request(app) {
        app.admin().await;
        let code = MunicipalityCode::parse(MUNICIPALITY).unwrap();
        let store = &app.state.store;
        let grant = store.grant("leaver", Role::Reader, Some(&code), &[]).await.unwrap();
        let token = app.state.issuer.issue(&grant, store.now(), 60).unwrap();
        let leaver = app.bearer(MUNICIPALITY, &token);
        leaver.get("committees").await.succeeded();
        store.revoke(&grant.grant_id).await.unwrap();
        assert_eq!(leaver.get("committees").await.refused(401)["status"], 401);
        // Given again, it is another grant: the old token stays out.
        store.grant("leaver", Role::Reader, Some(&code), &[]).await.unwrap();
        leaver.get("committees").await.refused(401);
    }

    async fn a_token_that_was_let_in_is_not_once_its_time_is_over(app) {
        app.admin().await;
        let code = MunicipalityCode::parse(MUNICIPALITY).unwrap();
        let store = &app.state.store;
        let grant = store.grant("late", Role::Reader, Some(&code), &[]).await.unwrap();
        // It ended 24 seconds ago; clocks may differ by 30.
        let begun = store.now() - chrono::TimeDelta::seconds(60 + 24);
        let late = app.bearer(MUNICIPALITY, &app.state.issuer.issue(&grant, begun, 1).unwrap());
        for _ in 0..2 {
            late.get("committees").await.succeeded();
        }
        tokio::time::sleep(std::time::Duration::from_secs(8)).await;
        late.get("committees").await.refused(401);
    }

    async fn another_municipality_is_not_there(app) {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        app.create(OTHER, "Norrköping").await;
        let stranger = app.client(Role::Admin, OTHER, &[]).await;
        let (posting, case) = (receipt["postingId"].as_str().unwrap(), receipt["deviations"][0]["deviationId"].as_str().unwrap());
        // In A's paths with B's token, and A's ids in B's own paths.
        let path = format!("/utfall/v1/municipalities/{MUNICIPALITY}/postings/{posting}");
        assert_eq!(stranger.get(&path).await.refused(404)["status"], 404);
        for path in [format!("postings/{posting}"), format!("postings/{posting}/entries"), format!("postings/{posting}/file"),
                     format!("postings/{posting}/changes"), format!("deviations/{case}")] {
            stranger.get(&path).await.refused(404);
        }
        stranger.post(&format!("postings/{posting}/withdrawals"), json!({ "reason": "x" })).await.refused(404);
        for path in ["committees", "accounts", "postings", "deviations", "month-locks"] {
            assert_eq!(stranger.get(path).await.succeeded()["meta"]["totalRecords"], 0, "{path}");
        }
        let platform = app.client(Role::PlatformAdmin, MUNICIPALITY, &[]).await;
        platform.get("committees").await.refused(403);
    }

    async fn a_bound_token_sees_only_its_committees(app) {
        let admin = before_august(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        let receipt = august(&admin).await.succeeded();
        let bound = app.client(Role::Controller, MUNICIPALITY, &["KS"]).await;
        let seen = bound.get("committees").await.succeeded();
        assert_eq!(seen["committees"].as_array().unwrap().len(), 1);
        assert_eq!(bound.get("deviations").await.succeeded()["meta"]["totalRecords"], 0);
        let case = receipt["deviations"][0]["deviationId"].as_str().unwrap();
        bound.get(&format!("deviations/{case}")).await.refused(404);
        bound.get("deviation-policies/SN").await.refused(404);
        bound.get("month-locks/2018-08/SN").await.refused(404);
        bound.put("month-locks/2018-08/SN", json!({ "locked": true })).await.refused(404);
        let posting = receipt["postingId"].as_str().unwrap();
        for path in ["postings", "audit-events", &format!("postings/{posting}"), &format!("postings/{posting}/file")] {
            bound.get(path).await.refused(404);
        }
        bound.get(&format!("postings/{posting}/entries")).await.refused(404);
        bound.post(&format!("postings/{posting}/withdrawals"), json!({ "reason": "x" })).await.refused(404);
        // A repeat of somebody else's bytes gives no receipt of theirs.
        let csv = utfall_api::demo::linkoping::delivery(|a| a.outcome);
        bound.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", csv).await.refused(403);
    }

    async fn the_database_keeps_municipalities_apart_by_itself(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        if app.kind == Kind::Sqlite {
            return; // SQLite has no roles; the scope is the wall, and the tests above hold it.
        }
        let mut options = ConnectOptions::new(app.database.url.clone());
        options.max_connections(1).sqlx_logging(false);
        let service = Database::connect(options).await.unwrap();
        let count = async |sql: &str| {
            let row = service.query_one_raw(Statement::from_string(service.get_database_backend(), sql)).await?;
            row.map_or(Ok(-1), |row| row.try_get_by_index::<i64>(0))
        };
        let filled = ["audit_event", "committee", "code", "raw_file", "posting", "entry", "rollup_generation", "rollup",
                      "deviation_policy", "deviation_case", "deviation_evaluation"];
        // Every table of a municipality's, as the database itself lists them: those whose policy names the municipality.
        let listed = "SELECT tablename AS name FROM pg_policies WHERE policyname = tablename || '_tenant' ORDER BY tablename";
        let rows = service.query_all_raw(Statement::from_string(service.get_database_backend(), listed)).await.unwrap();
        let tables: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
        assert!(filled.iter().all(|table| tables.iter().any(|listed| listed == table)), "{tables:?}");
        for table in &tables {
            assert!(count(&format!("SELECT COUNT(*) FROM {table}")).await.is_err(), "{table} without a municipality");
        }
        service.execute_unprepared("SELECT set_config('app.municipality', '0581', false)").await.unwrap();
        for table in &tables {
            assert_eq!(count(&format!("SELECT COUNT(*) FROM {table}")).await.unwrap(), 0, "{table} as another municipality");
        }
        service.execute_unprepared("SELECT set_config('app.municipality', '0580', false)").await.unwrap();
        for table in filled {
            assert!(count(&format!("SELECT COUNT(*) FROM {table}")).await.unwrap() > 0, "{table}");
        }
        let owned = "SELECT COUNT(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user";
        assert_eq!(count(owned).await.unwrap(), 0);
        let unforced = "SELECT COUNT(*) FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename WHERE NOT c.relforcerowsecurity";
        assert_eq!(count(unforced).await.unwrap(), 0);
        println!("A3: {} tables: an error without a municipality, 0 rows as another; the role owns nothing and bypasses nothing", tables.len());
        for sql in ["UPDATE audit_event SET subject = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event",
                    "UPDATE entry SET amount = 1", "DELETE FROM entry", "SELECT * FROM entry_0", "DROP TABLE entry",
                    "DELETE FROM posting", "UPDATE seaql_migrations SET version = 'x'"] {
            assert!(service.execute_unprepared(sql).await.is_err(), "{sql}");
        }
        let sql = "SELECT COUNT(*) FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
        assert_eq!(count(sql).await.unwrap(), 0);
        service.close().await.unwrap();
    }

    async fn the_audit_trail_cannot_be_changed_and_its_chain_holds(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let reader = app.role(Role::Reader).await;
        reader.put("projects", json!({ "projects": [] })).await.refused(403);
        let events = admin.get("audit-events?limit=1000").await.succeeded();
        let events = events["auditEvents"].as_array().unwrap();
        let numbers: Vec<_> = events.iter().map(|event| event["number"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = (1..=i64::try_from(events.len()).unwrap()).rev().collect();
        assert_eq!(numbers, expected);
        for pair in events.windows(2) {
            assert_eq!(pair[0]["previousHash"], pair[1]["hash"]);
        }
        let refused = &events[0];
        assert_eq!((&refused["outcome"], &refused["resource"]), (&json!("refused"), &json!("projects")));
        assert!(refused["reason"].as_str().unwrap().contains("lacks the right structure"));
        assert_eq!(reader.get("audit-events").await.refused(403)["status"], 403);
        let mut options = ConnectOptions::new(app.database.owner_url.clone());
        options.max_connections(1).sqlx_logging(false);
        let owner = Database::connect(options).await.unwrap();
        if app.kind == Kind::Postgres {
            owner.execute_unprepared("SELECT set_config('app.municipality', '0580', false)").await.unwrap();
        }
        for sql in ["UPDATE audit_event SET subject = 'x'", "DELETE FROM audit_event", "UPDATE entry SET amount = 1", "DELETE FROM entry"] {
            assert!(owner.execute_unprepared(sql).await.is_err(), "{sql}");
        }
        owner.close().await.unwrap();
    }

    async fn lists_are_the_whole_municipality_s(app) {
        code_plan(&app).await;
        let bound = app.client(Role::Admin, MUNICIPALITY, &["SN"]).await;
        bound.put("projects", json!({ "projects": [] })).await.refused(403);
        bound.put("committees", json!({ "committees": [] })).await.refused(403);
    }
}

//! The audit trail's chain, followed by command: it holds, and what is done to it behind the service's back is found.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;
use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::served::utfall;

/// Runs the command; gives what it printed, and whether every chain holds.
pub fn verified(app: &TestApp, more: &[&str]) -> (String, bool) {
    let mut command = utfall();
    command.args(["audit", "verify", "--database-url", &app.database.url]).args(more);
    let output = command.output().expect("a run");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

/// The owner of the tables, who may do what the service may not, once the triggers are gone.
pub async fn owner(app: &TestApp) -> DatabaseConnection {
    let mut options = ConnectOptions::new(app.database.owner_url.clone());
    options.max_connections(1).sqlx_logging(false);
    let owner = Database::connect(options).await.expect("the owner's connection");
    let before: &[&str] = if app.kind == Kind::Postgres {
        &["SELECT set_config('app.municipality', '0580', false)", "ALTER TABLE audit_event DISABLE TRIGGER USER"]
    } else {
        &["DROP TRIGGER IF EXISTS audit_event_no_update", "DROP TRIGGER IF EXISTS audit_event_no_delete"]
    };
    for sql in before {
        owner.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    owner
}

/// Does what the triggers refuse.
async fn behind_its_back(app: &TestApp, sql: &str) {
    let owner = owner(app).await;
    owner.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    owner.close().await.expect("a closed connection");
}

on_both_stores! {
    async fn a_chain_holds_until_it_is_tampered_with(app) {
        let admin = code_plan(&app).await;
        let (printed, holds) = verified(&app, &[]);
        assert!(holds && printed.contains("0580 holds, "), "{printed}");
        let head = printed.trim().rsplit(' ').next().unwrap().to_owned();
        admin.put("projects", json!({ "projects": [{ "code": "P1", "name": "Ett" }] })).await.succeeded();
        // An earlier head is part of the chain; another never was.
        assert!(verified(&app, &["--municipality", "0580", "--head", &head]).1);
        let (printed, holds) = verified(&app, &["--municipality", "0580", "--head", "1:abc"]);
        assert!(!holds && printed.contains("event 1 has another hash than abc"), "{printed}");
        behind_its_back(&app, "UPDATE audit_event SET subject = 'nobody' WHERE number = 2").await;
        let (printed, holds) = verified(&app, &[]);
        assert!(!holds && printed.contains("0580 DOES NOT HOLD: event 2 is not as it was written"), "{printed}");
    }

    async fn a_checkpoint_that_is_kept_elsewhere_finds_a_chain_that_was_written_anew(app) {
        let admin = code_plan(&app).await;
        let kept = tempfile::tempdir().unwrap();
        let (checkpoint, keys) = (kept.path().join("checkpoint"), kept.path().join("jwks.json"));
        let output = utfall().args(["audit", "checkpoint", "--database-url", &app.database.url]).output().expect("a run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(&checkpoint, &output.stdout).unwrap();
        std::fs::write(&keys, app.nobody().get("/.well-known/jwks.json").await.body).unwrap();
        let by = |file: &std::path::Path| vec!["--checkpoint".to_owned(), file.display().to_string(), "--keys".to_owned(), keys.display().to_string()];
        let verified = |arguments: Vec<String>| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            verified(&app, &arguments)
        };
        admin.put("projects", json!({ "projects": [{ "code": "P1", "name": "Ett" }] })).await.succeeded();
        assert!(verified(by(&checkpoint)).1);
        // Another signature, or another text, is no checkpoint.
        let text = String::from_utf8(output.stdout).unwrap();
        let forged = kept.path().join("forged");
        for text in ["", "a.b.c", &text.replace('.', ".e"), &app.token(utfall_domain::permission::Role::Admin, "0580", &[]).await] {
            std::fs::write(&forged, text).unwrap();
            assert!(!verified(by(&forged)).1, "{text}");
        }
        // The tail cut off, the head set back and the chain gone on: it holds in itself, and not by the checkpoint.
        let (printed, _) = verified(Vec::new());
        let last: i64 = printed.split_once("holds, ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
        let cut = last - 2;
        behind_its_back(&app, &format!("DELETE FROM audit_event WHERE number > {cut}")).await;
        behind_its_back(&app, &format!("UPDATE municipality SET event_number = {cut}, event_hash = (SELECT hash FROM audit_event WHERE number = {cut})")).await;
        for name in ["Två", "Tre", "Fyra"] {
            admin.put("objects", json!({ "objects": [{ "code": "O", "name": name }] })).await.succeeded();
        }
        assert!(verified(Vec::new()).1);
        let (printed, holds) = verified(by(&checkpoint));
        assert!(!holds && printed.contains("has another hash than"), "{printed}");
    }

    async fn events_that_are_taken_away_are_missed(app) {
        code_plan(&app).await;
        let (printed, _) = verified(&app, &[]);
        let last: i64 = printed.split_once("holds, ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
        behind_its_back(&app, &format!("DELETE FROM audit_event WHERE number = {last}")).await;
        let (printed, holds) = verified(&app, &[]);
        assert!(!holds && printed.contains(&format!("the events after {} are missing", last - 1)), "{printed}");
        behind_its_back(&app, "DELETE FROM audit_event WHERE number = 1").await;
        assert!(verified(&app, &[]).0.contains("event 1 is missing"));
    }

    async fn a_municipality_that_is_not_there_is_said_so(app) {
        let mut command = utfall();
        command.args(["audit", "verify", "--municipality", "9999", "--database-url", &app.database.url]);
        let output = command.output().expect("a run");
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("no municipality 9999"));
    }
}

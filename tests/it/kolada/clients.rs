//! The clients that users have, unmodified: installed from their registry, pointed at the service, and compared with what was loaded.
//! Their programs are in `tests/clients`.

use super::world::World;
use crate::programs::run;
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;

async fn compared(app: &TestApp, program: &str, expected: &Value) -> String {
    run(app, "requirements.txt", program, expected).await
}

async fn kolada(kind: Kind) {
    let (world, expected) = World::full(kind).await;
    let said = compared(&world.app, "koladapy_v3.py", &expected).await;
    assert!(said.contains("values of 31 KPIs"), "{said}");
    let said = compared(&world.app, "pykolada_v2.py", &expected).await;
    println!("{said}");
}

#[tokio::test]
async fn koladas_clients_read_what_was_loaded_from_sqlite() {
    kolada(Kind::Sqlite).await;
}

#[tokio::test]
async fn koladas_clients_read_what_was_loaded_from_postgres() {
    kolada(Kind::Postgres).await;
}

on_both_stores! {
    async fn pyjstat_and_pandas_read_series(app) {
        let client = app.admin().await;
        let sick = json!({ "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1, "direction": "lower" });
        client.put("indicators/sjukfranvaro", sick).await.succeeded();
        let value = |organisation: &str, period: &str, sex: &str, value: Option<f64>, status: &str| {
            json!({ "indicator": "sjukfranvaro", "organisation": organisation, "period": period, "sex": sex, "value": value,
                    "status": status })
        };
        let values = json!([
            value("0483", "2017", "T", Some(7.0), "final"), value("0483", "2017", "K", Some(7.5), "final"),
            value("0483", "2017", "M", Some(5.5), "preliminary"), value("0000", "2017", "T", Some(-6.6), "final"),
            value("0483", "2018", "T", Some(1_234.000_001), "final"), value("0483", "2018", "K", None, "suppressed"),
            value("0483", "2018", "M", None, "not-measured"), value("0000", "2018", "T", Some(0.0), "final"),
        ]);
        client.post("observations", json!({ "observations": values })).await.succeeded();
        let token = app.token(Role::Reader, "0580", &[]).await;
        let path = "/utfall/v1/municipalities/0580/indicators/sjukfranvaro/series";
        let expected = json!({ "path": path, "token": token, "values": values });
        for program in ["json_stat.py", "csv_pandas.py"] {
            let said = compared(&app, program, &expected).await;
            assert!(said.contains("as expected"), "{said}");
        }
    }
}

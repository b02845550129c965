//! Two municipalities that have published much, and what a client should see of it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use utfall_domain::kolada::area::AreaKind;
use utfall_domain::permission::Role;
use utfall_persistence::clock::Clock;
use utfall_tests::app::{MUNICIPALITY, OTHER, TestApp};
use utfall_tests::client::{Answer, Client};
use utfall_tests::database::Kind;
use utfall_tests::served::utfall;

/// A service whose days are the test's.
pub struct World {
    pub app: TestApp,
    pub admin: Client,
    pub other: Client,
    days: Arc<AtomicI64>,
}

/// How many indicators the first municipality publishes of its own.
pub const OWN: usize = 30;

impl World {
    /// Two municipalities with committees and units, and nothing published.
    pub async fn bare(kind: Kind) -> Self {
        let days = Arc::new(AtomicI64::new(0));
        let told = Arc::clone(&days);
        let clock: Clock = Arc::new(move || chrono::Utc::now() + chrono::TimeDelta::days(told.load(Ordering::SeqCst)));
        let app = TestApp::start_at(kind, clock).await;
        let admin = app.admin().await;
        app.create(OTHER, "Norrköping").await;
        let other = app.client(Role::Admin, OTHER, &[]).await;
        for client in [&admin, &other] {
            let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden", "kind": "committee" }] });
            client.put("committees", committees).await.succeeded();
            let units = json!({ "units": [{ "code": "3102", "name": "Gruppbostäder Åsen", "committee": "SN" },
                                          { "code": "3103", "name": "Hemtjänst, södra", "committee": "SN" }] });
            client.put("units", units).await.succeeded();
        }
        Self { app, admin, other, days }
    }

    /// What anybody reads under `/kolada/`.
    pub async fn read(&self, path: &str) -> Answer {
        read(&self.app, path).await
    }

    /// The items of a page that is there.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        items(&self.read(path).await.succeeded())
    }

    /// The ids of the items of a page.
    pub async fn ids(&self, path: &str) -> Vec<String> {
        self.items(path).await.iter().map(|item| text(item, "id")).collect()
    }

    /// The values of a page, one a line: `U0580001 2017 0580 T 7.5`, with `deleted` after those that are.
    pub async fn lines(&self, path: &str) -> Vec<String> {
        lines(&self.items(path).await)
    }

    /// Lets some days pass; gives the day that it is then.
    pub fn pass(&self, days: i64) -> String {
        self.days.fetch_add(days, Ordering::SeqCst);
        utfall_domain::period::day_in_stockholm(self.app.state.store.now()).to_string()
    }

    /// Runs `utfall import kolada` with some answers as files; gives what it printed, or what it failed with.
    pub fn import(&self, answers: &[Value], arguments: &[&str]) -> Result<String, String> {
        let directory = tempfile::tempdir().expect("a directory");
        let mut command = utfall();
        command.args(["import", "kolada", "--database-url", &self.app.database.url]).args(arguments);
        for (at, answer) in answers.iter().enumerate() {
            let file = directory.path().join(format!("{at}.json"));
            std::fs::write(&file, answer.to_string()).expect("a file");
            command.arg(file);
        }
        let output = command.output().expect("a run");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Kolada's own part: a key figure and groups, as its version 3 answers.
    pub fn import_catalogue(&self) -> String {
        self.import(&[key_figures(), groups()], &[]).expect("an import")
    }

    /// As [`Self::full`], without what should be seen.
    pub async fn filled(kind: Kind) -> Self {
        Self::full(kind).await.0
    }

    /// Defines and loads what the clients read, on the first day; then, three days later, changes a little of it. Gives what they
    /// should see.
    pub async fn full(kind: Kind) -> (Self, Value) {
        let world = Self::bare(kind).await;
        world.import_catalogue();
        let mut expected = Expected::default();
        let mut indicators: Vec<Value> = (0..OWN).map(own_indicator).collect();
        indicators.push(population("invanare"));
        indicators.push(json!({ "key": "hemligt", "name": "Inte publikt" }));
        world.admin.put("indicators", json!({ "indicators": indicators })).await.succeeded();
        world.other.put("indicators", json!({ "indicators": [population("befolkning")] })).await.succeeded();
        let mut rows = Vec::new();
        for at in 0..OWN {
            for place in ["0580", "0000", "G175807", "unit:3102", "committee:SN"] {
                for (year, sex) in [(2016, "T"), (2017, "T"), (2017, "K"), (2017, "M"), (2018, "T")] {
                    let value = (at % 7 != 3 || year != 2018)
                        .then(|| f64::from(i32::try_from(at * 1000).unwrap() + year) / 8.0);
                    rows.push(
                        json!({ "indicator": format!("eget-{at}"), "organisation": place, "period": year.to_string(),
                                      "sex": sex, "value": value }),
                    );
                    expected.value(&format!("U0580{:03}", at + 1), place, year, sex, value);
                }
            }
        }
        rows.push(json!({ "indicator": "eget-0", "period": "2018-08", "value": 5 }));
        rows.push(json!({ "indicator": "hemligt", "period": "2018", "value": 5 }));
        for (place, value) in [("0580", 158_520.0), ("0581", 1.0), ("0000", 10_120_242.0)] {
            rows.push(json!({ "indicator": "invanare", "organisation": place, "period": "2017", "value": value }));
            expected.value("N00945", place, 2017, "T", Some(value));
        }
        world.admin.post("observations", json!({ "observations": rows })).await.succeeded();
        // Norrköping's own word on itself stands before Linköping's.
        let own = json!([{ "indicator": "befolkning", "organisation": "0581", "period": "2017", "value": 140_927 },
                         { "indicator": "befolkning", "organisation": "0000", "period": "2017", "value": 2 }]);
        world.other.post("observations", json!({ "observations": own })).await.succeeded();
        expected.value("N00945", "0581", 2017, "T", Some(140_927.0));
        let day = world.pass(3);
        let changes = json!([
            { "indicator": "eget-0", "organisation": "0580", "period": "2016", "value": 99.5 },
            { "indicator": "eget-1", "organisation": "0580", "period": "2016", "deleted": true },
            { "indicator": "eget-2", "organisation": "0580", "period": "2018", "value": 2020.0 / 8.0 },
        ]);
        world.admin.post("observations", json!({ "observations": changes })).await.succeeded();
        expected.value("U0580001", "0580", 2016, "T", Some(99.5));
        expected.values.remove(&("U0580002".to_owned(), "0580".to_owned(), 2016, "T".to_owned()));
        expected.value("U0580003", "0580", 2018, "T", Some(2020.0 / 8.0));
        let seen = json!({ "date": day, "values": [
            row("U0580001", "municipality", "0580", 2016, "T", Some(99.5)),
            { "kpi": "U0580002", "municipality": "0580", "period": 2016, "gender": "T", "value": null, "isdeleted": true },
            row("U0580003", "municipality", "0580", 2018, "T", Some(2020.0 / 8.0)),
        ] });
        (world, expected.file(&seen))
    }
}

/// What anybody reads of a service under `/kolada/`.
pub async fn read(app: &TestApp, path: &str) -> Answer {
    app.nobody().get(&format!("/kolada/{path}")).await
}

/// The items of a page.
pub fn items(page: &Value) -> Vec<Value> {
    page["values"].as_array().expect("values").clone()
}

fn text(item: &Value, name: &str) -> String {
    item[name].as_str().unwrap_or_else(|| panic!("{name} of {item}")).to_owned()
}

/// The values of some rows, one a line.
pub fn lines(rows: &[Value]) -> Vec<String> {
    let line = |row: &Value, value: &Value| {
        let place = if row["ou"].is_null() { text(row, "municipality") } else { text(row, "ou") };
        let is_deleted = value["isdeleted"] == true || value["is_deleted"] == 1;
        let (number, gender) = (&value["value"], text(value, "gender"));
        let mark = if is_deleted { " deleted" } else { "" };
        format!("{} {} {place} {gender} {number}{mark}", text(row, "kpi"), row["period"])
    };
    rows.iter().flat_map(|row| items(row).iter().map(|value| line(row, value)).collect::<Vec<_>>()).collect()
}

/// Loads observations: indicator, organisation, period, sex and value.
pub async fn load(client: &Client, rows: &[(&str, &str, &str, &str, Value)]) {
    let row = |(indicator, organisation, period, sex, value): &(&str, &str, &str, &str, Value)| {
        let key = json!({ "indicator": indicator, "organisation": organisation, "period": period, "sex": sex });
        let mut row = key;
        match value {
            Value::String(word) if word == "deleted" => row["deleted"] = json!(true),
            Value::String(status) => row["status"] = json!(status),
            value => row["value"] = value.clone(),
        }
        row
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    client.post("observations", json!({ "observations": rows })).await.succeeded();
}

/// Defines indicators.
pub async fn define(client: &Client, indicators: Value) {
    client.put("indicators", json!({ "indicators": indicators })).await.succeeded();
}

/// One of the municipality's own public indicators.
pub fn own_indicator(at: usize) -> Value {
    let name =
        if at == 4 { "Ökad nöjdhet på särskilt boende".to_owned() } else { format!("Eget nyckeltal {}", at + 1) };
    json!({ "key": format!("eget-{at}"), "name": name, "description": "Vad det betyder", "unit": "%", "public": true,
            "groups": [if at < 10 { "Äldreomsorg" } else { "Personal" }], "perspective": "Kvalitet" })
}

/// Kolada's N00945 as a municipality's indicator.
pub fn population(key: &str) -> Value {
    json!({ "key": key, "name": "Folkmängd", "source": "Kolada", "sourceKey": "N00945", "public": true })
}

/// An answer of Kolada's with a key figure.
pub fn key_figures() -> Value {
    json!({ "values": [{ "id": "N00945", "title": "Invånare totalt, antal", "description": "Antal invånare den 31/12.",
        "is_divided_by_gender": true, "municipality_type": "A", "auspice": "X", "operating_area": "Befolkning",
        "perspective": "Volymer", "prel_publication_date": null, "publication_date": "2026-02-20", "publ_period": "2025",
        "has_ou_data": false }], "count": 1, "next_url": null, "previous_url": null })
}

/// An answer of Kolada's with groups.
pub fn groups() -> Value {
    let member = |id: &str, title: &str| json!({ "member_id": id, "member_title": title });
    json!({ "values": [
        { "id": "G175807", "title": "Större städer", "members": [member("0580", "Linköping"), member("0581", "Norrköping")] },
        { "id": "G2KPI1", "title": "Befolkning", "members": [member("N00945", "Invånare totalt, antal")] },
    ], "count": 2, "next_url": null, "previous_url": null })
}

fn row(kpi: &str, dimension: &str, place: &str, year: i32, sex: &str, value: Option<f64>) -> Value {
    json!({ "kpi": kpi, dimension: place, "period": year, "gender": sex, "value": value })
}

/// The values that should be seen, by key figure, place, year and sex.
#[derive(Default)]
struct Expected {
    values: BTreeMap<(String, String, i32, String), Option<f64>>,
}

impl Expected {
    fn value(&mut self, kpi: &str, place: &str, year: i32, sex: &str, value: Option<f64>) {
        self.values.insert((kpi.into(), place.into(), year, sex.into()), value);
    }

    /// The file that the clients' programs compare with: `tests/clients/README.md`.
    fn file(&self, changed: &Value) -> Value {
        let own = (0..OWN).map(|at| {
            let indicator = own_indicator(at);
            (format!("U0580{:03}", at + 1), indicator["name"].clone(), indicator["groups"][0].clone())
        });
        let own: Vec<_> = own.collect();
        let mut kpis = vec![json!({ "id": "N00945", "title": "Invånare totalt, antal" })];
        kpis.extend(own.iter().map(|(id, title, _)| json!({ "id": id, "title": title })));
        let group = |id: &str, title: &str| {
            let members: Vec<&str> =
                own.iter().filter(|(.., group)| group == title).map(|(id, ..)| id.as_str()).collect();
            json!({ "id": id, "title": title, "members": members })
        };
        let areas = include_str!("../../../persistence/src/migration/m0005_areas.csv");
        let areas = areas
            .lines()
            .filter_map(|line| line.split_once(';'))
            .map(|(code, title)| json!({ "id": code, "title": title, "type": AreaKind::of(code).code() }));
        let of = |units: bool| -> Vec<Value> {
            let values = self.values.iter().filter(|((_, place, ..), _)| place.contains(':') == units);
            let name = |place: &str| match place {
                "unit:3102" => "V00E0580-3102".to_owned(),
                "committee:SN" => "V01E0580-SN".to_owned(),
                place => place.to_owned(),
            };
            let dimension = if units { "ou" } else { "municipality" };
            values
                .map(|((kpi, place, year, sex), value)| row(kpi, dimension, &name(place), *year, sex, *value))
                .collect()
        };
        json!({
            "kpis": kpis,
            "municipalities": areas.collect::<Vec<_>>(),
            "municipality_groups": [{ "id": "G175807", "title": "Större städer", "members": ["0580", "0581"] }],
            "kpi_groups": [group("G0580KPI001", "Personal"), group("G0580KPI002", "Äldreomsorg"),
                           { "id": "G2KPI1", "title": "Befolkning", "members": ["N00945"] }],
            "units": [{ "id": "V00E0580-3102", "title": "Gruppbostäder Åsen", "municipality": MUNICIPALITY },
                      { "id": "V01E0580-SN", "title": "Socialnämnden", "municipality": MUNICIPALITY }],
            "values": of(false),
            "unit_values": of(true),
            "changed_since": changed,
        })
    }
}

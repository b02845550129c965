//! What is published, and when it shows: public yearly values in Kolada's forms, what has changed, and nothing that is private.

use super::in_both_worlds;
use super::world::{World, define, load, population};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::database::Kind;

/// A public indicator of the municipality's own.
fn public(key: &str) -> Value {
    json!({ "key": key, "name": key, "public": true })
}

/// The same, kept private.
fn private(key: &str) -> Value {
    json!({ "key": key, "name": key, "public": false })
}

/// A public indicator that is one of Kolada's.
fn of_kolada(key: &str, code: &str) -> Value {
    json!({ "key": key, "name": key, "source": "Kolada", "sourceKey": code, "public": true })
}

async fn put_units(client: &Client, units: &[(&str, &str)]) {
    let unit = |(code, name): &(&str, &str)| json!({ "code": code, "name": name, "committee": "SN" });
    client.put("units", json!({ "units": units.iter().map(unit).collect::<Vec<_>>() })).await.succeeded();
}

/// Every byte of a text as it may stand in an address.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

/// The day that the world is in.
fn today(world: &World) -> String {
    world.pass(0)
}

in_both_worlds! { bare:
    async fn a_row_is_as_kolada_writes_it(world) {
        world.import_catalogue();
        define(&world.admin, json!([public("a")])).await;
        load(&world.admin, &[
            ("a", "0580", "2017", "M", json!(-0.25)), ("a", "0580", "2017", "T", json!(7.5)), ("a", "0580", "2017", "K", json!(10)),
            ("a", "0580", "2018", "T", json!("not-measured")), ("a", "G175807", "2017", "T", json!(123_456_789.123_456)),
            ("a", "unit:3102", "2017", "T", json!(0)),
        ]).await;
        let day = today(&world);
        for (path, expected) in [
            ("v3/data/kpi/U0580001/municipality/0580/year/2017", r#"{"values":[{"values":[{"gender":"T","count":1,"status":"","value":7.5,"isdeleted":false},{"gender":"K","count":1,"status":"","value":10,"isdeleted":false},{"gender":"M","count":1,"status":"","value":-0.25,"isdeleted":false}],"kpi":"U0580001","period":2017,"municipality":"0580"}],"count":1,"next_url":null,"previous_url":null}"#.to_owned()),
            ("v2/data/kpi/U0580001/municipality/0580/year/2017", r#"{"count":1,"values":[{"kpi":"U0580001","municipality":"0580","period":2017,"values":[{"count":1,"gender":"T","status":"","value":7.5},{"count":1,"gender":"K","status":"","value":10},{"count":1,"gender":"M","status":"","value":-0.25}]}]}"#.into()),
            ("v3/data/kpi/U0580001/municipality/0580/year/2018", r#"{"values":[{"values":[{"gender":"T","count":1,"status":"Missing","value":null,"isdeleted":false}],"kpi":"U0580001","period":2018,"municipality":"0580"}],"count":1,"next_url":null,"previous_url":null}"#.into()),
            ("v2/data/kpi/U0580001/municipality/G175807/year/2017", r#"{"count":1,"values":[{"kpi":"U0580001","municipality":"G175807","period":2017,"values":[{"count":2,"gender":"T","status":"","value":123456789.123456}]}]}"#.into()),
            ("v3/oudata/kpi/U0580001/year/2017", r#"{"values":[{"values":[{"gender":"T","count":1,"status":"","value":0,"isdeleted":false}],"kpi":"U0580001","period":2017,"ou":"V00E0580-3102"}],"count":1,"next_url":null,"previous_url":null}"#.into()),
            ("v2/oudata/kpi/U0580001/year/2017", r#"{"count":1,"values":[{"kpi":"U0580001","ou":"V00E0580-3102","period":2017,"values":[{"count":1,"gender":"T","status":"","value":0}]}]}"#.into()),
        ] {
            let answer = world.read(path).await;
            assert_eq!((answer.status.as_u16(), answer.body), (200, expected), "{path}");
        }
        let since = world.read(&format!("v2/oudata/kpi/U0580001/year/2017?from_date={day}")).await;
        assert_eq!(since.body, r#"{"count":1,"values":[{"kpi":"U0580001","ou":"V00E0580-3102","period":2017,"values":[{"count":1,"gender":"T","is_deleted":0,"status":"","value":0}]}]}"#);
    }

    async fn rows_come_by_key_figure_year_and_place(world) {
        world.import_catalogue();
        define(&world.admin, json!([public("b"), public("a")])).await;
        let rows: Vec<_> = ["2018", "2017"].iter().flat_map(|year| ["G175807", "0580", "0000"].map(|place| [("a", place, *year, "T", json!(1)), ("b", place, *year, "T", json!(2))])).flatten().collect();
        load(&world.admin, &rows).await;
        for version in ["v2", "v3"] {
            let lines = world.lines(&format!("{version}/data/kpi/U0580002,U0580001/year/2018,2017")).await;
            assert!(lines.is_sorted(), "{lines:?}");
            let first = ["U0580001 2017 0000 T 2", "U0580001 2017 0580 T 2", "U0580001 2017 G175807 T 2", "U0580001 2018 0000 T 2"];
            assert_eq!((lines.len(), &lines[..4]), (12, &first.map(str::to_owned)[..]));
        }
    }

    async fn only_public_yearly_values_are_seen(world) {
        define(&world.admin, json!([public("a"), private("b")])).await;
        load(&world.admin, &[
            ("a", "0580", "2018", "T", json!(1)), ("a", "0580", "2018-08", "T", json!(2)), ("a", "0580", "2018-T2", "T", json!(3)),
            ("a", "0580", "2018-08-YTD", "T", json!(4)), ("a", "0580", "2018-08-R12", "T", json!(5)), ("a", "0580", "2017", "T", json!("suppressed")),
            ("b", "0580", "2018", "T", json!(6)), ("b", "unit:3103", "2018", "T", json!(7)), ("b", "committee:SN", "2018", "T", json!(8)),
        ]).await;
        define(&world.other, json!([private("c")])).await;
        load(&world.other, &[("c", "0581", "2018", "T", json!(9)), ("c", "unit:3102", "2018", "T", json!(10))]).await;
        assert_eq!(world.lines("v3/data/?year=2018&year=2017").await, ["U0580001 2017 0580 T null", "U0580001 2018 0580 T 1"]);
        assert_eq!(world.lines("v3/data/?from_date=1970-01-01").await.len(), 2);
        assert_eq!(world.ids("v3/kpi").await, ["U0580001"]);
        for list in ["ou", "kpi_groups", "oudata/?from_date=1970-01-01", "oudata/?year=2018"] {
            assert_eq!(world.items(&format!("v3/{list}")).await, Vec::<Value>::new(), "{list}");
        }
        let missing = &world.items("v3/data/kpi/U0580001/year/2017").await[0]["values"][0];
        assert_eq!((&missing["status"], &missing["value"]), (&json!("Missing"), &Value::Null));
    }

    async fn what_is_withdrawn_leaves_tombstones_and_comes_back(world) {
        define(&world.admin, json!([public("a"), public("b")])).await;
        load(&world.admin, &[
            ("a", "0580", "2017", "T", json!(1)), ("a", "0580", "2017", "K", json!(2)), ("a", "unit:3102", "2017", "T", json!(3)),
            ("b", "0580", "2017", "T", json!(4)),
        ]).await;
        let day = world.pass(2);
        assert_eq!(world.lines(&format!("v3/data/?from_date={day}")).await, Vec::<String>::new());
        define(&world.admin, json!([private("a")])).await;
        assert_eq!(world.ids("v3/kpi").await, ["U0580002"]);
        assert_eq!(world.ids("v3/ou").await, Vec::<String>::new());
        assert_eq!(world.lines("v3/data/?year=2017").await, ["U0580002 2017 0580 T 4"]);
        let gone = ["U0580001 2017 0580 T null deleted", "U0580001 2017 0580 K null deleted"];
        assert_eq!(world.lines(&format!("v3/data/?from_date={day}")).await, gone);
        assert_eq!(world.lines(&format!("v2/data/kpi/U0580001/year/2017?from_date={day}")).await, gone);
        assert_eq!(world.lines(&format!("v3/oudata/?from_date={day}")).await, ["U0580001 2017 V00E0580-3102 T null deleted"]);
        // What changes while it is private is not seen, and not that it changes.
        let day = world.pass(2);
        load(&world.admin, &[("a", "0580", "2017", "T", json!(5)), ("a", "0580", "2017", "K", json!("deleted")), ("a", "0580", "2018", "T", json!(6))]).await;
        put_units(&world.admin, &[("3102", "Hemligt namn"), ("3103", "B")]).await;
        assert_eq!(world.lines(&format!("v3/data/?from_date={day}")).await, Vec::<String>::new());
        assert!(!world.read("v3/ou").await.body.contains("Hemligt"));
        let day = world.pass(2);
        define(&world.admin, json!([public("a")])).await;
        let back = ["U0580001 2017 0580 T 5", "U0580001 2018 0580 T 6", "U0580002 2017 0580 T 4"];
        assert_eq!(world.lines("v3/data/?year=2017&year=2018").await, back);
        assert_eq!(world.ids("v3/kpi").await, ["U0580001", "U0580002"]);
        assert_eq!(world.items("v3/ou").await[0]["title"], "Hemligt namn");
        let since = ["U0580001 2017 0580 T 5", "U0580001 2017 0580 K null deleted", "U0580001 2018 0580 T 6"];
        assert_eq!(world.lines(&format!("v3/data/?from_date={day}")).await, since);
        assert_eq!(world.items("v3/kpi/U0580001").await[0]["publ_period"], "2018");
    }

    async fn what_has_changed_since_a_day_is_told_with_what_is_deleted(world) {
        define(&world.admin, json!([public("a")])).await;
        load(&world.admin, &[
            ("a", "0580", "2016", "T", json!(1)), ("a", "0580", "2017", "T", json!(2)), ("a", "0580", "2017", "K", json!(3)),
            ("a", "0580", "2018", "T", json!(4)), ("a", "unit:3102", "2018", "T", json!(5)),
        ]).await;
        let first = today(&world);
        let second = world.pass(1);
        load(&world.admin, &[
            ("a", "0580", "2016", "T", json!(1)), ("a", "0580", "2017", "K", json!("deleted")), ("a", "0580", "2018", "T", json!(40)),
            ("a", "unit:3102", "2018", "T", json!("deleted")),
        ]).await;
        let third = world.pass(1);
        assert_eq!(world.lines(&format!("v3/data/kpi/U0580001?from_date={first}")).await.len(), 4);
        let changed = ["U0580001 2017 0580 T 2", "U0580001 2017 0580 K null deleted", "U0580001 2018 0580 T 40"];
        for path in ["v3/data/kpi/U0580001", "v3/data/", "v2/data/kpi/U0580001/municipality/0580", "v2/data/municipality/0580/year/2016,2017,2018"] {
            assert_eq!(world.lines(&format!("{path}?from_date={second}")).await, changed, "{path}");
            assert_eq!(world.lines(&format!("{path}?from_date={third}")).await, Vec::<String>::new(), "{path}");
        }
        assert_eq!(world.lines(&format!("v3/oudata/municipality/0580/year/2018?from_date={second}")).await, ["U0580001 2018 V00E0580-3102 T null deleted"]);
        // Otherwise what is deleted is not there: no such value, and no row without values.
        assert_eq!(world.lines("v3/data/kpi/U0580001").await, ["U0580001 2016 0580 T 1", "U0580001 2017 0580 T 2", "U0580001 2018 0580 T 40"]);
        assert_eq!(world.items("v3/oudata/kpi/U0580001/year/2018").await, Vec::<Value>::new());
        // Version 2 says whether a value is deleted only where what has changed is asked for; version 3 always.
        assert!(!world.read("v2/data/kpi/U0580001/year/2017").await.body.contains("is_deleted"));
        assert!(world.read(&format!("v2/data/kpi/U0580001/year/2017?from_date={second}")).await.body.contains("\"is_deleted\":1,\"status\":\"\",\"value\":null"));
        for row in world.items("v3/data/kpi/U0580001").await {
            assert!(row["values"].as_array().is_some_and(|values| !values.is_empty() && values.iter().all(|value| value["isdeleted"] == false)), "{row}");
        }
        // On lists it has no effect.
        assert_eq!(world.ids(&format!("v3/kpi?from_date={third}")).await, ["U0580001"]);
    }

    async fn a_key_figure_says_what_its_values_say(world) {
        define(&world.admin, json!([public("a")])).await;
        let said = || async {
            let one = world.items("v3/kpi/U0580001").await.remove(0);
            (one["publ_period"].clone(), one["has_ou_data"].clone(), one["is_divided_by_gender"].clone())
        };
        assert_eq!(said().await, (Value::Null, json!(false), json!(false)));
        load(&world.admin, &[
            ("a", "0580", "2017", "T", json!(1)), ("a", "0580", "2071", "T", json!(2)), ("a", "0580", "2017", "K", json!(3)),
            ("a", "unit:3102", "2017", "T", json!(4)),
        ]).await;
        assert_eq!(said().await, (json!("2071"), json!(true), json!(true)));
        // What was a mistake leaves nothing behind.
        load(&world.admin, &[
            ("a", "0580", "2071", "T", json!("deleted")), ("a", "0580", "2017", "K", json!("deleted")), ("a", "unit:3102", "2017", "T", json!("deleted")),
        ]).await;
        assert_eq!(said().await, (json!("2017"), json!(false), json!(false)));
        load(&world.admin, &[("a", "0580", "2017", "T", json!("deleted"))]).await;
        assert_eq!(said().await, (Value::Null, json!(false), json!(false)));
        assert_eq!(world.ids("v3/ou").await, Vec::<String>::new());
    }

    async fn an_indicator_that_becomes_another_of_koladas_moves_its_values(world) {
        define(&world.admin, json!([of_kolada("a", "N00945")])).await;
        load(&world.admin, &[("a", "0580", "2017", "T", json!(1))]).await;
        let day = world.pass(1);
        define(&world.admin, json!([of_kolada("a", "N00946")])).await;
        assert_eq!(world.lines("v3/data/?year=2017").await, ["N00946 2017 0580 T 1"]);
        let moved = ["N00945 2017 0580 T null deleted", "N00946 2017 0580 T 1"];
        assert_eq!(world.lines(&format!("v3/data/?from_date={day}")).await, moved);
        assert_eq!(world.ids("v3/kpi").await, ["N00946"]);
        // Two that change places in one delivery.
        define(&world.admin, json!([of_kolada("b", "N00947")])).await;
        load(&world.admin, &[("b", "0580", "2017", "T", json!(2))]).await;
        define(&world.admin, json!([of_kolada("a", "N00947"), of_kolada("b", "N00946")])).await;
        assert_eq!(world.lines("v3/data/?year=2017").await, ["N00946 2017 0580 T 2", "N00947 2017 0580 T 1"]);
        // Of its own again, under a code of its own.
        define(&world.admin, json!([public("a")])).await;
        let lines = world.lines("v3/data/?year=2017").await;
        assert_eq!((lines.len(), lines[1].as_str()), (2, "U0580004 2017 0580 T 1"));
        let codes = world.ids("v3/kpi").await;
        define(&world.admin, json!([of_kolada("a", "N00947")])).await;
        define(&world.admin, json!([public("a")])).await;
        assert_eq!(world.ids("v3/kpi").await, codes);
    }

    async fn one_indicator_publishes_a_key_figure_of_koladas(world) {
        define(&world.admin, json!([population("a")])).await;
        let problem = world.admin.put("indicators", json!({ "indicators": [population("b")] })).await.refused(422);
        let error = &problem["errors"][0];
        assert_eq!(error["pointer"], "/indicators/0/sourceKey");
        assert!(error["reason"].as_str().unwrap_or_default().contains("is the public indicator a already"), "{problem}");
        let one = json!({ "name": "b", "source": "Kolada", "sourceKey": "N00945", "public": true });
        let problem = world.admin.put("indicators/b", one).await.refused(422);
        assert!(problem.to_string().contains("is the public indicator a already"), "{problem}");
        let both = json!([of_kolada("c", "N00001"), of_kolada("d", "N00001")]);
        world.admin.put("indicators", json!({ "indicators": both })).await.refused(422);
        // A private one may have it, another municipality too, and the next one when the first gives it up.
        let mut hidden = population("b");
        hidden["public"] = json!(false);
        define(&world.admin, json!([hidden])).await;
        define(&world.other, json!([population("a")])).await;
        define(&world.admin, json!([private("a"), population("b")])).await;
        load(&world.admin, &[("b", "0580", "2017", "T", json!(2))]).await;
        assert_eq!(world.lines("v3/data/?kpi_id=N00945").await, ["N00945 2017 0580 T 2"]);
        let problem = world.admin.put("indicators", json!({ "indicators": [population("a")] })).await.refused(422);
        assert!(problem.to_string().contains("is the public indicator b already"), "{problem}");
    }

    async fn of_two_municipalities_ones_own_word_comes_first(world) {
        define(&world.admin, json!([population("a")])).await;
        define(&world.other, json!([population("b")])).await;
        load(&world.admin, &[("a", "0580", "2017", "T", json!(1)), ("a", "0581", "2017", "T", json!(2)), ("a", "0000", "2017", "T", json!(3)), ("a", "1480", "2017", "T", json!(4))]).await;
        load(&world.other, &[("b", "0581", "2017", "T", json!(20)), ("b", "0580", "2017", "T", json!(10)), ("b", "0000", "2017", "T", json!(30)), ("b", "0581", "2017", "K", json!(21))]).await;
        let path = "v3/data/kpi/N00945/year/2017";
        let all = ["N00945 2017 0000 T 3", "N00945 2017 0580 T 1", "N00945 2017 0581 T 20", "N00945 2017 0581 K 21", "N00945 2017 1480 T 4"];
        assert_eq!(world.lines(path).await, all);
        assert_eq!(world.ids("v3/kpi").await, ["N00945"]);
        // When one's own word is gone, the other's stands.
        let day = world.pass(1);
        load(&world.other, &[("b", "0581", "2017", "T", json!("deleted"))]).await;
        assert_eq!(world.lines(path).await[2], "N00945 2017 0581 T 2");
        assert_eq!(world.lines(&format!("{path}?from_date={day}")).await, ["N00945 2017 0581 T 2", "N00945 2017 0581 K 21"]);
        define(&world.admin, json!([private("a")])).await;
        assert_eq!(world.lines(path).await, ["N00945 2017 0000 T 30", "N00945 2017 0580 T 10", "N00945 2017 0581 K 21"]);
        assert_eq!(world.ids("v3/kpi").await, ["N00945"]);
    }

    async fn a_renamed_unit_shows_its_new_name(world) {
        define(&world.admin, json!([public("a")])).await;
        load(&world.admin, &[("a", "unit:3102", "2017", "T", json!(1)), ("a", "committee:SN", "2017", "T", json!(2))]).await;
        put_units(&world.admin, &[("3102", "Åsgården"), ("3103", "Hemtjänst")]).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Omsorgsnämnden", "kind": "committee" }] });
        world.admin.put("committees", committees).await.succeeded();
        let titles = |items: Vec<Value>| items.iter().map(|unit| unit["title"].clone()).collect::<Vec<_>>();
        assert_eq!(titles(world.items("v3/ou").await), ["Åsgården", "Omsorgsnämnden"]);
        assert_eq!(world.ids("v2/ou?title=%C3%85SG").await, ["V00E0580-3102"]);
        // The other municipality's unit of the same code is another.
        define(&world.other, json!([public("a")])).await;
        load(&world.other, &[("a", "unit:3102", "2017", "T", json!(3))]).await;
        assert_eq!(world.ids("v3/ou").await, ["V00E0580-3102", "V00E0581-3102", "V01E0580-SN"]);
        assert_eq!(world.ids("v3/ou?municipality=0581").await, ["V00E0581-3102"]);
        assert_eq!(world.lines("v3/oudata/municipality/0581/year/2017").await, ["U0581001 2017 V00E0581-3102 T 3"]);
    }

    async fn codes_with_commas_are_found_and_stay_two(world) {
        put_units(&world.admin, &[("31,02", "A"), ("31.02", "B"), ("31~02", "C"), ("å ö;&+", "D")]).await;
        define(&world.admin, json!([public("a")])).await;
        load(&world.admin, &[
            ("a", "unit:31,02", "2017", "T", json!(1)), ("a", "unit:31.02", "2017", "T", json!(2)), ("a", "unit:31~02", "2017", "T", json!(3)),
            ("a", "unit:å ö;&+", "2017", "T", json!(4)),
        ]).await;
        let units = world.items("v3/ou").await;
        assert_eq!(units.len(), 4);
        for unit in &units {
            let id = unit["id"].as_str().expect("an id");
            let path = percent(id);
            assert_eq!(world.items(&format!("v3/ou/{path}")).await, std::slice::from_ref(unit));
            for path in [format!("v2/oudata/ou/{path}/year/2017"), format!("v3/oudata/?ou_id={path}")] {
                assert_eq!(world.lines(&path).await.len(), 1, "{path}");
            }
        }
    }

    async fn a_write_is_seen_at_once_by_whoever_asks_next(world) {
        define(&world.admin, json!([public("a")])).await;
        define(&world.other, json!([public("a")])).await;
        for number in 0..30 {
            let (value, other) = (json!(number), json!(-number));
            let first = [("a", "0580", "2017", "T", value.clone())];
            let second = [("a", "0581", "2017", "T", other.clone())];
            tokio::join!(load(&world.admin, &first), load(&world.other, &second));
            let lines = world.lines("v3/data/?year=2017").await;
            assert_eq!(lines, [format!("U0580001 2017 0580 T {value}"), format!("U0581001 2017 0581 T {other}")]);
        }
    }

    async fn two_municipalities_publish_at_the_same_time(world) {
        let indicators: Vec<Value> = (0..40).map(|at| json!({ "key": format!("i{at}"), "name": format!("I {at}"), "public": true, "groups": ["G"],
            "source": "Kolada", "sourceKey": format!("N{at:05}") })).collect();
        let (first, second) = (json!({ "indicators": indicators }), json!({ "indicators": indicators }));
        let (a, b) = tokio::join!(world.admin.put("indicators", first), world.other.put("indicators", second));
        a.succeeded();
        b.succeeded();
        let keys: Vec<String> = (0..40).map(|at| format!("i{at}")).collect();
        let rows = |place: &'static str| keys.iter().map(|key| (key.as_str(), place, "2017", "T", json!(1))).collect::<Vec<_>>();
        let (own, others) = (rows("0000"), rows("0000"));
        tokio::join!(load(&world.admin, &own), load(&world.other, &others));
        assert_eq!(world.ids("v3/kpi").await.len(), 40);
        assert_eq!(world.lines("v3/data/?municipality_id=0000").await.len(), 40);
        assert_eq!(world.ids("v3/kpi_groups").await, ["G0580KPI001", "G0581KPI001"]);
    }
}

#[tokio::test]
async fn no_municipality_writes_what_another_has_published() {
    let world = World::filled(Kind::Postgres).await;
    let mut options = ConnectOptions::new(world.app.database.url.clone());
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("the service's role");
    connection.execute_unprepared("SELECT set_config('app.municipality', '0581', false)").await.expect("Norrköping");
    for (table, change) in [
        ("published_value", "UPDATE published_value SET value = 0"),
        ("published_unit", "UPDATE published_unit SET title = 'X'"),
        ("key_figure", "UPDATE key_figure SET is_withdrawn = true"),
        ("catalogue_group", "UPDATE catalogue_group SET member_count = 0"),
    ] {
        let others = format!("{change} WHERE publisher <> '0581'");
        assert_eq!(connection.execute_unprepared(&others).await.expect("nothing").rows_affected(), 0, "{table}");
        let copy = format!("INSERT INTO {table} SELECT * FROM {table} WHERE publisher = '0580' LIMIT 1");
        let refused = connection.execute_unprepared(&copy).await.expect_err("a row of another's").to_string();
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        let deleted = connection.execute_unprepared(&format!("DELETE FROM {table} WHERE publisher = '0580'")).await;
        assert!(deleted.is_err() || deleted.is_ok_and(|deleted| deleted.rows_affected() == 0), "{table}");
    }
    connection.close().await.expect("closed");
    assert_eq!(world.lines("v3/data/kpi/N00945/municipality/0580/year/2017").await, ["N00945 2017 0580 T 158520"]);
}

//! `utfall import kolada`: saved answers become a catalogue and a municipality's observations, and what an import changes is told.

use super::in_both_worlds;
use super::world::{World, define, groups, key_figures, load, population};
use serde_json::{Value, json};
use std::process::Command;
use utfall_tests::database::{Kind, TestDatabase};
use utfall_tests::served::utfall;

const OWN: [&str; 2] = ["--municipality", "0580"];

/// A row of version 3.
fn row(kpi: &str, place: &str, year: i32, values: &[(&str, Value)]) -> Value {
    let value = |(sex, value): &(&str, Value)| {
        let status = if value.is_null() { "Missing" } else { "" };
        json!({ "gender": sex, "count": 1, "status": status, "value": value, "isdeleted": false })
    };
    json!({ "values": values.iter().map(value).collect::<Vec<_>>(), "kpi": kpi, "period": year, "municipality": place })
}

/// An answer of version 3.
fn answer(rows: &[Value]) -> Value {
    json!({ "values": rows, "count": rows.len(), "next_url": null, "previous_url": null })
}

/// What the tests begin from: three places, two years, with the sexes.
fn population_rows() -> Value {
    answer(&[
        row("N00945", "0000", 2017, &[("T", json!(10_120_242.0))]),
        row("N00945", "0580", 2017, &[("T", json!(158_520.0)), ("K", json!(78_341)), ("M", json!(80_179))]),
        row("N00945", "0580", 2018, &[("T", json!(161_034.5)), ("K", Value::Null)]),
        row("N00945", "G175807", 2017, &[("T", json!(149_723.5))]),
    ])
}

const READ: &str = "v3/data/kpi/N00945";

/// Imports, and gives the lines that it printed.
#[track_caller]
fn imported(world: &World, answers: &[Value], arguments: &[&str]) -> Vec<String> {
    let said = world.import(answers, arguments).unwrap_or_else(|why| panic!("{why}"));
    said.lines().map(str::to_owned).collect()
}

/// A command whose files are in a directory of its own.
fn command(database: &TestDatabase, files: &[(&str, &[u8])]) -> (Command, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = utfall();
    command.current_dir(&directory).args(["import", "kolada", "--database-url", &database.url]);
    for (name, content) in files {
        std::fs::write(directory.path().join(name), content).expect("a file");
        command.arg(name);
    }
    (command, directory)
}

/// Runs a command that fails; gives what it said.
fn failed(mut command: Command) -> String {
    let output = command.output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("UTF-8")
}

in_both_worlds! { bare:
    async fn saved_answers_come_back_as_they_were_saved(world) {
        let said = imported(&world, &[groups(), key_figures(), population_rows()], &OWN);
        assert_eq!(said, [
            "catalogue: 1 key figures, 0 areas and 2 groups read; 1, 0 and 2 new or changed",
            "0580: 1 indicators made; values: 7 added, 0 revised, 0 removed, 0 as before; 0 rounded to six decimals",
        ]);
        let lines = ["N00945 2017 0000 T 10120242", "N00945 2017 0580 T 158520", "N00945 2017 0580 K 78341", "N00945 2017 0580 M 80179",
            "N00945 2017 G175807 T 149723.5", "N00945 2018 0580 T 161034.5", "N00945 2018 0580 K null"];
        assert_eq!(world.lines(READ).await, lines);
        assert_eq!(world.lines("v2/data/kpi/N00945/year/2017,2018").await, lines);
        let counts: Vec<Value> = world.items("v3/data/kpi/N00945/year/2017").await.iter().map(|row| row["values"][0]["count"].clone()).collect();
        assert_eq!(counts, [1, 1, 2]);
        // What Kolada says of it stands before what the municipality says.
        assert_eq!(world.read("v3/kpi").await.json()["values"], key_figures()["values"]);
        assert_eq!(world.items("v3/municipality_groups").await[0], groups()["values"][0]);
        let indicator = world.admin.get("indicators/N00945").await.succeeded();
        assert_eq!((&indicator["source"], &indicator["sourceKey"], &indicator["unit"]), (&json!("Kolada"), &json!("N00945"), &json!("antal")));
        // What is served can be imported again, in both versions, and is the same.
        let served = |path: &str| { let path = path.to_owned(); let world = &world; async move { world.read(&path).await.json() } };
        let (two, three) = (served("v2/data/kpi/N00945/year/2017,2018").await, served("v3/data/kpi/N00945").await);
        let kept = [served("v2/kpi/N00945").await, served("v2/municipality").await, served("v3/municipality_groups").await, two.clone()];
        let before = world.admin.get("").await.succeeded()["dataVersion"].clone();
        for answers in [&kept[..], &[key_figures(), groups(), three.clone()], &[population_rows()], &[two, three]] {
            let said = imported(&world, answers, &[&OWN[..], &["--complete"]].concat());
            assert!(said[0].ends_with("; 0, 0 and 0 new or changed"), "{said:?}");
            assert_eq!(said[1], "0580: 0 indicators made; values: 0 added, 0 revised, 0 removed, 7 as before; 0 rounded to six decimals");
        }
        assert_eq!(world.admin.get("").await.succeeded()["dataVersion"], before);
    }

    async fn revised_and_removed_values_are_told_apart(world) {
        imported(&world, &[groups(), key_figures(), population_rows()], &OWN);
        load(&world.admin, &[("N00945", "unit:3102", "2017", "T", json!(7))]).await;
        let mut rows = answer(&[
            row("N00945", "0580", 2017, &[("T", json!(158_521)), ("K", json!(78_341))]),
            row("N00945", "0580", 2018, &[("T", json!(161_034.5)), ("K", json!(80_000)), ("M", json!(81_034.5))]),
        ]);
        // A sex that is missing from its row is gone, and so is what Kolada marks as deleted.
        rows["values"][1]["values"][0]["isdeleted"] = json!(true);
        let said = imported(&world, &[rows.clone()], &OWN);
        assert_eq!(said[1..], [
            "revised  N00945 0580 2017 T: 158520 -> 158521",
            "removed  N00945 0580 2017 M: 80179",
            "removed  N00945 0580 2018 T: 161034.5",
            "revised  N00945 0580 2018 K: missing -> 80000",
            "0580: 0 indicators made; values: 1 added, 2 revised, 2 removed, 1 as before; 0 rounded to six decimals",
        ]);
        let since = format!("{READ}?from_date={}", world.pass(0));
        let deleted: Vec<String> = world.lines(&since).await.into_iter().filter(|line| line.ends_with("deleted")).collect();
        assert_eq!(deleted, ["N00945 2017 0580 M null deleted", "N00945 2018 0580 T null deleted"]);
        assert_eq!(world.lines(READ).await.len(), 6);
        // Complete files remove what they leave out, but not what Kolada cannot know: the municipality's own units.
        let said = imported(&world, &[rows], &[&OWN[..], &["--complete"]].concat());
        assert_eq!(said[1..], [
            "removed  N00945 0000 2017 T: 10120242",
            "removed  N00945 G175807 2017 T: 149723.5",
            "0580: 0 indicators made; values: 0 added, 0 revised, 2 removed, 4 as before; 0 rounded to six decimals",
        ]);
        let left = ["N00945 2017 0580 T 158521", "N00945 2017 0580 K 78341", "N00945 2018 0580 K 80000", "N00945 2018 0580 M 81034.5"];
        assert_eq!(world.lines(READ).await, left);
        assert_eq!(world.lines("v3/oudata/kpi/N00945/year/2017").await, ["N00945 2017 V00E0580-3102 T 7"]);
        assert!(world.lines(&since).await.contains(&"N00945 2017 G175807 T null deleted".to_owned()));
        // What is removed comes back when Kolada has it again.
        let said = imported(&world, &[population_rows()], &OWN);
        assert!(said.last().is_some_and(|line| line.contains("4 added, 2 revised, 1 removed")), "{said:?}");
    }

    async fn a_catalogue_that_changes_is_told_and_seen_at_once(world) {
        world.import_catalogue();
        let before = world.read("v3/kpi").await;
        let mut changed = key_figures();
        changed["values"][0]["title"] = json!("Invånare, antal");
        let areas = answer(&[json!({ "id": "0580", "title": "Linköpings kommun", "type": "K" }), json!({ "id": "0581", "title": "Norrköping", "type": "K" })]);
        let smaller = answer(&[json!({ "id": "G175807", "title": "Större städer", "members": [{ "member_id": "0580", "member_title": "Linköping" }] })]);
        let said = imported(&world, &[changed, areas, smaller], &[]);
        assert_eq!(said, ["catalogue: 1 key figures, 2 areas and 1 groups read; 1, 1 and 1 new or changed"]);
        let after = world.read("v3/kpi").await;
        assert_ne!(after.header("etag"), before.header("etag"));
        assert_eq!(after.json()["values"][0]["title"], "Invånare, antal");
        assert_eq!(world.ids("v2/municipality?title=kommun").await, ["0580"]);
        assert_eq!(world.ids("v2/kpi?title=totalt").await, Vec::<String>::new());
        assert_eq!(world.items("v3/municipality_groups").await[0]["members"].as_array().map(Vec::len), Some(1));
    }

    async fn an_indicator_that_is_there_already_takes_the_values(world) {
        define(&world.admin, json!([population("invanare")])).await;
        let said = imported(&world, &[key_figures(), groups(), population_rows()], &OWN);
        assert_eq!(said[1], "0580: 0 indicators made; values: 7 added, 0 revised, 0 removed, 0 as before; 0 rounded to six decimals");
        assert_eq!(world.ids("v3/kpi").await, ["N00945"]);
        assert_eq!(world.lines(READ).await.len(), 7);
        // Of two with the same code the public one takes them, whatever their keys.
        for key in ["a", "z"] {
            let mut hidden = population(key);
            hidden["public"] = json!(false);
            define(&world.admin, json!([hidden])).await;
        }
        let said = imported(&world, &[population_rows()], &OWN);
        assert!(said[1].contains("0 added, 0 revised, 0 removed, 7 as before"), "{said:?}");
        // One that only has the name is not it.
        define(&world.other, json!([{ "key": "N00945", "name": "Något annat" }])).await;
        let why = world.import(&[population_rows()], &["--municipality", "0581"]).expect_err("a conflict");
        assert!(why.contains("has an indicator N00945 that is not Kolada's"), "{why}");
    }

    async fn long_numbers_are_rounded_and_counted(world) {
        let rows = answer(&[row("N00945", "0580", 2017, &[("T", json!(33.333_333_333_333_336)), ("K", json!(0.000_05)), ("M", json!(-0.000_000_4))])]);
        let said = imported(&world, &[key_figures(), rows.clone()], &OWN);
        assert!(said[1].ends_with("3 added, 0 revised, 0 removed, 0 as before; 2 rounded to six decimals"), "{said:?}");
        assert_eq!(world.lines(READ).await, ["N00945 2017 0580 T 33.333333", "N00945 2017 0580 K 0.00005", "N00945 2017 0580 M 0"]);
        assert!(imported(&world, &[rows], &OWN)[1].contains("0 revised, 0 removed, 3 as before; 2 rounded"));
    }

    async fn values_that_cannot_be_placed_are_refused_and_none_is_imported(world) {
        let rows = answer(&[row("N00945", "0580", 2017, &[("T", json!(1))]), row("N00999", "0580", 2017, &[("T", json!(1))])]);
        let why = world.import(&[key_figures(), rows], &OWN).expect_err("an unknown key figure");
        assert!(why.contains("no value is imported: 1 faults") && why.contains("\"N00999\" is described neither in the files nor in the catalogue"), "{why}");
        let rows = answer(&[row("N00945", "0580", 2017, &[("T", json!(1))]), row("N00945", "G999999", 2017, &[("T", json!(1))])]);
        let why = world.import(&[rows], &OWN).expect_err("an unknown group");
        assert!(why.contains("G999999"), "{why}");
        assert_eq!(world.lines(READ).await, Vec::<String>::new());
        let why = world.import(&[population_rows()], &["--municipality", "9999"]).expect_err("an unknown municipality");
        assert!(why.contains("there is no such municipality"), "{why}");
        let why = world.import(&[population_rows()], &["--municipality", "Linköping"]).expect_err("no code");
        assert!(why.contains("is not a municipality code"), "{why}");
        let why = world.import(&[population_rows()], &[]).expect_err("two municipalities");
        assert!(why.contains("the service has 2 municipalities: say with --municipality"), "{why}");
    }

    async fn faults_are_listed_with_file_and_place_and_nothing_is_imported(world) {
        let bad = json!({ "values": [
            { "id": "N00946", "title": "Rätt", "is_divided_by_gender": 0 },
            { "id": "U0580001", "title": "Inte Koladas", "is_divided_by_gender": 0 },
            { "id": "G0580KPI001", "title": "Inte Koladas", "members": [] },
            { "id": "580", "title": "Linköping", "type": "K" },
            { "id": "0580", "title": "Linköping", "type": "R" },
            { "id": "V15E1", "title": "Skola", "municipality": "0580" },
            { "id": "X" }, { "title": "Utan id" }, 7, { "id": "Y", "title": "Vad som helst" },
            { "kpi": "N00945", "municipality": "Linköping", "period": 2017, "values": [] },
            { "kpi": "N00945", "municipality": "0580", "period": "i fjol", "values": [] },
            { "kpi": "N00945", "municipality": "0580", "values": [] },
            { "kpi": "N00945", "ou": "V15E1", "period": 2017, "values": [] },
            { "kpi": "N00945", "municipality": "0580", "period": 2017, "values": [{ "gender": "F", "value": 1 }] },
            { "kpi": "N00945", "municipality": "0580", "period": 2017, "values": [{ "gender": "T", "value": "1" }] },
            { "kpi": "N00945", "municipality": "0580", "period": 2017, "values": [{ "gender": "T", "value": 1e300 }] },
        ] });
        let (good, bad) = (key_figures().to_string(), bad.to_string());
        let files: [(&str, &[u8]); 5] = [("rätt.json", good.as_bytes()), ("fel.json", bad.as_bytes()), ("sida.html", b"<html>"), ("tom.json", b""), ("annat.json", b"{\"count\": 0}")];
        let (run, _directory) = command(&world.app.database, &files);
        let said = failed(run);
        let mut expected: Vec<String> = (1..=16).map(|at| format!("fel.json: values/{at}: ")).collect();
        expected.extend(["sida.html: is not a saved answer", "tom.json: is not a saved answer", "annat.json: is not a saved answer"].map(str::to_owned));
        for place in &expected {
            assert_eq!(said.matches(place.as_str()).count(), 1, "{place}: {said}");
        }
        assert!(said.contains(&format!("nothing is imported: {} faults", expected.len())), "{said}");
        for what in ["\"U0580001\" is not a key figure of Kolada's", "\"G0580KPI001\" is not a group of Kolada's", "the gender \"F\"", "the municipality \"Linköping\"", "the period \"i fjol\"", "Kolada's units are not imported"] {
            assert!(said.contains(what), "{what}: {said}");
        }
        assert_eq!(world.ids("v3/kpi").await, Vec::<String>::new());
    }

    async fn files_are_told_by_what_they_hold(world) {
        let bom = format!("\u{feff} {}", key_figures());
        let bare = population_rows()["values"].to_string();
        let grouped = groups().to_string();
        let files: [(&str, &[u8]); 3] = [("1", bom.as_bytes()), ("2", bare.as_bytes()), ("3", grouped.as_bytes())];
        let (mut run, _directory) = command(&world.app.database, &files);
        let output = run.args(OWN).output().expect("a run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(world.lines(READ).await.len(), 7);
        let (run, _directory) = command(&world.app.database, &[("latin1", b"{\"values\": [{\"id\": \"0580\", \"title\": \"Link\xf6ping\", \"type\": \"K\"}]}")]);
        let said = failed(run);
        assert!(said.contains("latin1: ") && said.contains("UTF-8"), "{said}");
        let (mut run, _directory) = command(&world.app.database, &[]);
        run.arg("saknas.json");
        assert!(failed(run).contains("saknas.json: "));
    }
}

async fn empty(kind: Kind) {
    let database = TestDatabase::new(kind).await;
    let (kpi, rows, grouped) = (key_figures().to_string(), population_rows().to_string(), groups().to_string());
    let catalogue: [(&str, &[u8]); 2] = [("kpi", kpi.as_bytes()), ("groups", grouped.as_bytes())];
    let (mut first, _directory) = command(&database, &catalogue);
    let output = first.output().expect("a run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (second, _directory) = command(&database, &[("rows", rows.as_bytes())]);
    let said = failed(second);
    assert!(said.contains("the service has no municipality yet: create one, then import its values"), "{said}");
}

#[tokio::test]
async fn an_empty_service_says_what_to_do_on_sqlite() {
    empty(Kind::Sqlite).await;
}

#[tokio::test]
async fn an_empty_service_says_what_to_do_on_postgres() {
    empty(Kind::Postgres).await;
}

//! What Schemathesis makes of the contract is answered as the contract says: generated calls of every operation, right and wrong.

use super::World;
use crate::document::Operation;
use crate::programs::{in_project, with_packages};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::env::var;
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::database::Kind;

/// Where an operation finds something: the values of the path's and the query's parameters.
fn parameters(world: &World, operation: &Operation) -> Value {
    let place = world.place(operation);
    let place = place.strip_prefix("/utfall/v1").expect("a place of the service");
    let (path, query) = place.split_once('?').unwrap_or((place, ""));
    let named = operation.path.split('/').zip(path.split('/'));
    let path: Map<String, Value> = named
        .filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?.to_owned(), json!(value))))
        .collect();
    let query: Map<String, Value> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            (name.to_owned(), value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number)))
        })
        .collect();
    // Whatever stands may be replaced.
    json!({ "path": path, "query": query, "header": { "If-Match": "*" } })
}

/// Calls everything as Schemathesis would with a seed and so many examples of each kind of call, and gives what it says: it finds nothing,
/// and every operation is answered 2xx.
async fn found_nothing(seed: &str, phases: &str, examples: &str) -> String {
    let world = World::new(TestApp::start(Kind::Sqlite).await).await;
    let token = |role| world.app.token(role, MUNICIPALITY, &[]);
    let tokens = json!({ "municipalities": token(Role::PlatformAdmin).await, "other": token(Role::Admin).await });
    let operations = world.operations();
    let places = operations.iter().map(|operation| (operation.id().to_owned(), parameters(&world, operation)));
    let told = json!({ "tokens": tokens, "places": places.collect::<Map<String, Value>>() });
    let directory = tempfile::tempdir().expect("a directory");
    let (file, answered) = (directory.path().join("world.json"), directory.path().join("answered"));
    std::fs::write(&file, told.to_string()).expect("a file");
    let url = format!("http://{}/utfall/v1", world.app.address);
    let mut command = with_packages("tests/schemathesis/requirements.txt");
    command
        .arg("st")
        .arg("--config-file")
        .arg(in_project("tests/schemathesis/schemathesis.toml"))
        .args(["run", &format!("{url}/openapi.json"), "--url", &url, "--checks", "all", "--mode", "all"])
        .args(["--phases", phases, "--generation-database", "none"])
        .args(["--seed", seed, "--max-examples", examples])
        .current_dir(directory.path())
        .env("PYTHONPATH", in_project("tests/schemathesis"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("SCHEMATHESIS_WORLD", &file)
        .env("SCHEMATHESIS_ANSWERED", &answered);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("a run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "seed {seed}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
    let answered = std::fs::read_to_string(&answered).expect("what was answered");
    let succeeded: BTreeSet<&str> =
        answered.lines().filter_map(|line| line.split_once(" 2")).map(|(operation, _)| operation).collect();
    let never: Vec<&str> = operations.iter().map(Operation::id).filter(|id| !succeeded.contains(id)).collect();
    assert_eq!(never, Vec::<&str>::new(), "seed {seed}: no answer 2xx");
    said
}

/// `make fuzz` asks for more than the bounded budget of every run: other seeds, the coverage phase (most of the time), more examples.
#[tokio::test]
async fn generated_calls_find_nothing_that_the_contract_does_not_say() {
    let asked = |name: &str, bounded: &str| var(name).unwrap_or_else(|_| bounded.to_owned());
    let phases = asked("UTFALL_TEST_PHASES", "examples,fuzzing,stateful");
    let examples = asked("UTFALL_TEST_EXAMPLES", "3");
    for seed in asked("UTFALL_TEST_SEEDS", "1").split(',') {
        let said = found_nothing(seed, &phases, &examples).await;
        let cases =
            said.lines().find_map(|line| line.trim().split_once(" generated,")).map_or("no", |(cases, _)| cases);
        println!(
            "S2: seed {seed}, {phases}, {examples} examples: {cases} calls, 0 findings, every operation answered 2xx"
        );
        assert_ne!(cases, "no", "{said}");
        for phase in said.lines().filter(|line| line.contains(" (in ")) {
            println!("    {}", phase.trim());
        }
    }
}

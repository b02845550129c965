//! Other documents of the same printed form: those in the directory `UTFALL_DOCUMENTS`, whose models nobody wrote down.

use super::round_trip;
use crate::steering::printed::Printed;
use serde_json::Value;
use utfall_tests::on_both_stores;

on_both_stores! {
    async fn documents_of_a_directory_load_whole_too(app) {
        let Ok(directory) = std::env::var("UTFALL_DOCUMENTS") else { return };
        let mut paths: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        for (at, path) in paths.iter().enumerate() {
            let facts: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let printed = Printed::unknown(facts, &format!("{}", 9000 + at));
            let (placements, nodes) = round_trip(&app, &printed).await;
            println!("{}: {placements} placements of {nodes} nodes", path.display());
        }
    }
}

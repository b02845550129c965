//! No municipality is known to the code: steering models are data, and nothing branches on a name.

use super::MODELS;
use crate::steering::fixture;
use crate::steering::printed::{Printed, list, text};
use std::path::{Path, PathBuf};

const BRANCHES: [&str; 7] = ["if ", "match ", "matches!", "=> ", "==", "!=", "contains("];

fn sources(of: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Whether a line of code decides something by one of the words.
fn knows(line: &str, words: &[String]) -> bool {
    let code = line.split("//").next().unwrap_or_default().to_lowercase();
    BRANCHES.iter().any(|branch| code.contains(branch)) && words.iter().any(|word| code.contains(word.as_str()))
}

#[test]
fn no_branch_knows_a_municipality() {
    let mut words: Vec<String> = Vec::new();
    for document in ["eskilstuna-2017", "linkoping-2018-08", "katrineholm-2019"] {
        let printed = Printed::fixture(document);
        let name = text(&printed.facts["municipality"], "name").to_lowercase();
        words.extend([printed.municipality().to_owned(), name, printed.model_code]);
    }
    for model in MODELS {
        let model = fixture(&format!("models/{model}.json"));
        words.extend(list(&model, "levels").iter().map(|level| format!("\"{}\"", text(level, "code"))));
        words.extend(list(&model, "levels").iter().map(|level| format!("\"{}\"", text(level, "name").to_lowercase())));
    }
    for line in ["if code == \"0484\" {", "\"atagande\" => Self::Commitment,", "name.contains(\"Linköping\")"] {
        assert!(knows(line, &words), "{line}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut files = Vec::new();
    for layer in ["domain", "persistence", "api"] {
        sources(&root.join(layer).join("src"), &mut files);
    }
    files.retain(|path| !path.components().any(|part| part.as_os_str() == "demo") && !path.ends_with("cli/demo.rs"));
    assert!(files.len() > 100, "{}", files.len());
    for path in files {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            assert!(!knows(line, &words), "{}: {line}", path.display());
        }
    }
}

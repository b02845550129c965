//! `docs/rest-api-profile.md`: what it names is there, its sums are right, and it says of each requirement that is judged what the judge says.

use super::profile::{JUDGED_NOT_APPLICABLE, judged};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The cells of the page's rows, those of requirements and those of sums.
fn rows() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("docs/rest-api-profile.md")).expect("the page");
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    page.lines().filter(|line| line.starts_with("| ")).map(cells).collect()
}

fn requirements() -> Vec<Vec<String>> {
    rows().into_iter().filter(|cells| cells.len() == 5 && cells[0].as_bytes().get(3) == Some(&b'.')).collect()
}

/// The text of every file of the tests.
fn tests() -> String {
    fn collect(directory: &Path, text: &mut String) {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(&path).expect("a file"));
            }
        }
    }
    let mut text = String::new();
    collect(&root().join("tests/it"), &mut text);
    text
}

#[test]
fn its_sums_are_those_of_its_rows() {
    let mut sums: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in requirements() {
        *sums.entry((row[1].clone(), row[2].clone())).or_default() += 1;
    }
    for kind in ["SKALL", "BÖR"] {
        let said = rows().into_iter().find(|cells| cells[0] == kind).expect(kind);
        let of = |state: &str| sums.get(&(kind.to_owned(), state.to_owned())).copied().unwrap_or_default().to_string();
        assert_eq!(said[1..], [of("met"), of("not applicable"), of("not met")], "{kind}");
    }
    let stated: usize = sums.values().sum();
    let known: BTreeSet<String> = requirements().into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(known.len(), stated, "a requirement is stated once");
    println!("REST API profile: {stated} requirements stated");
}

#[test]
fn it_says_what_the_judge_says() {
    let stated: BTreeMap<String, String> =
        requirements().into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
    // The linter's own, of no chapter of the profile.
    for id in judged().filter(|id| *id != "FOR.02") {
        let expected: &[&str] =
            if JUDGED_NOT_APPLICABLE.contains(&id) { &["not applicable", "not met"] } else { &["met"] };
        let said = stated.get(id).unwrap_or_else(|| panic!("{id} is not stated"));
        assert!(expected.contains(&said.as_str()), "{id} is stated as {said}");
    }
}

#[test]
fn what_it_names_is_there() {
    let tests = tests();
    let mut named = 0;
    for row in requirements() {
        let shown = &row[4];
        assert!(!shown.is_empty(), "{}", row[0]);
        for name in shown.split('`').skip(1).step_by(2).filter(|name| name.contains("::")) {
            let function = format!("fn {}(", name.rsplit("::").next().expect("a name"));
            assert!(tests.contains(&function), "{}: there is no test {name}", row[0]);
            named += 1;
        }
        for word in
            shown.split([' ', ',', ';', ':']).filter(|word| word.starts_with("docs/") || word.starts_with("api/src"))
        {
            assert!(root().join(word).is_file(), "{}: there is no file {word}", row[0]);
        }
    }
    println!("REST API profile: {named} tests are named");
}

//! Layers point one way: api to persistence to domain, and the domain knows neither SQL nor HTTP nor async.

use std::path::Path;
use std::process::Command;

fn dependencies(package: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal",
            "--depth",
            "1",
            "--prefix",
            "none",
        ])
        .current_dir(root)
        .output()
        .expect("cargo tree");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().skip(1).filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn layers_point_one_way() {
    let ours = |package: &str| -> Vec<String> {
        dependencies(package).into_iter().filter(|name| name.starts_with("utfall-")).collect()
    };
    assert_eq!(ours("utfall-domain"), Vec::<String>::new());
    assert_eq!(ours("utfall-persistence"), ["utfall-domain"]);
    assert_eq!(ours("utfall-api"), ["utfall-domain", "utfall-persistence"]);
}

#[test]
fn the_domain_depends_on_dates_and_little_else() {
    assert_eq!(dependencies("utfall-domain"), ["chrono", "chrono-tz", "foldhash", "serde", "thiserror"]);
}

#[test]
fn the_store_and_the_web_stay_in_their_layers() {
    assert!(!dependencies("utfall-api").iter().any(|name| name.starts_with("sea-orm")));
    let persistence = dependencies("utfall-persistence");
    assert!(!persistence.iter().any(|name| name.starts_with("actix") || name.starts_with("utoipa")));
}

/// Who makes statements outside the door of one municipality (`scope.rs`), and why each may.
const DOORS: [(&str, &str); 8] = [
    ("scope.rs", "the door itself"),
    ("bulk.rs", "rows of a scope, many a statement"),
    ("connect.rs", "what the database is"),
    ("identity.rs", "grants and keys, before it is known who calls"),
    ("municipality.rs", "the list of municipalities, and their making"),
    ("kolada/catalogue.rs", "the platform's catalogue"),
    ("kolada/published.rs", "what is published for all to read"),
    ("migration", "the schema"),
];

#[test]
fn only_the_doors_make_statements() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("persistence/src");
    let (mut directories, mut made) = (vec![root.clone()], std::collections::BTreeSet::new());
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let makes =
                ["Statement::from", "execute_unprepared", "sqlx::query", "Entity::", "QuerySelect", "find_by_id"];
            if makes.iter().any(|makes| text.contains(makes)) {
                let name = path.strip_prefix(&root).expect("under the root").to_string_lossy().into_owned();
                made.insert(if name.starts_with("migration") { "migration".to_owned() } else { name });
            }
        }
    }
    let doors: std::collections::BTreeSet<String> = DOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(made, doors, "a statement is made outside the doors, or a door makes none");
}

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

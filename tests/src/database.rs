//! Fresh databases: a SQLite file, or a PostgreSQL database from a template that is migrated once.

use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// The production one.
    Postgres,
}

/// A database of a test's own.
pub struct TestDatabase {
    /// As the service connects.
    pub url: String,
    /// As the owner connects: for looking behind the service's back.
    pub owner_url: String,
    _directory: Option<TempDir>,
}

static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    /// A migrated database.
    pub async fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let directory = tempfile::tempdir().expect("a directory for the database");
                let url = format!("sqlite:{}", directory.path().join("utfall.db").display());
                utfall_persistence::migrate(&url, None).await.expect("a migrated SQLite file");
                Self { url: url.clone(), owner_url: url, _directory: Some(directory) }
            }
            Kind::Postgres => {
                TEMPLATE.get_or_init(template).await;
                let name = format!("utfall_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                admin(&format!("CREATE DATABASE {name} TEMPLATE {}", template_name())).await;
                Self { url: service_url(&name), owner_url: format!("{}/{name}", server()), _directory: None }
            }
        }
    }

    /// An empty database, as an operator has it before the first start: its URL for the service and for the owner.
    pub async fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let directory = tempfile::tempdir().expect("a directory for the database");
                let url = format!("sqlite:{}", directory.path().join("utfall.db").display());
                Self { url: url.clone(), owner_url: url, _directory: Some(directory) }
            }
            Kind::Postgres => {
                let name = format!("utfall_empty_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                admin(&format!("CREATE DATABASE {name}")).await;
                Self { url: service_url(&name), owner_url: format!("{}/{name}", server()), _directory: None }
            }
        }
    }
}

/// The service's role on PostgreSQL.
pub fn service_role() -> String {
    variable("UTFALL_TEST_POSTGRES_APP_ROLE")
}

fn server() -> String {
    variable("UTFALL_TEST_POSTGRES")
}

fn service_url(name: &str) -> String {
    let host = server().split_once('@').map(|(_, host)| host.to_owned()).expect("a host");
    format!("postgres://{}@{host}/{name}", service_role())
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests with `make test`, which starts its own PostgreSQL")
    })
}

fn template_name() -> String {
    format!("utfall_template_{}", std::process::id())
}

async fn template() {
    let name = template_name();
    admin(&format!("CREATE DATABASE {name}")).await;
    let url = format!("{}/{name}", server());
    utfall_persistence::migrate(&url, Some(&service_role())).await.expect("a migrated template");
}

async fn admin(sql: &str) {
    let mut options = ConnectOptions::new(format!("{}/postgres", server()));
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("the test cluster");
    connection.execute_unprepared(sql).await.expect(sql);
    connection.close().await.expect("a closed connection");
}

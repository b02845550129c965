//! The harness: a real server on a fresh store, and clients that are roles.
//!
//! A test is an act of a user, written once and run on SQLite and on PostgreSQL by [`on_both_stores!`].

pub mod app;
pub mod asked;
pub mod bench;
pub mod client;
pub mod database;
pub mod program;
pub mod promises;
pub mod random;
pub mod scenario;
pub mod served;
pub mod steering;
pub mod tries;

/// Runs each body twice: on SQLite and on PostgreSQL. Nothing is skipped: without PostgreSQL the test fails and says how to run it.
#[macro_export]
macro_rules! on_both_stores {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident) $body:block)*) => { $(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn body($app: $crate::app::TestApp) $body

            #[tokio::test]
            async fn sqlite() {
                body($crate::app::TestApp::start($crate::database::Kind::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                body($crate::app::TestApp::start($crate::database::Kind::Postgres).await).await;
            }
        }
    )* };
}

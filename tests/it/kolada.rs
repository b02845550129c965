//! The Kolada API: what is public, to anybody, in the forms that Kolada's clients read.

mod calls;
mod catalogue;
mod clients;
mod contracts;
mod import;
mod publishing;
mod volume;
mod world;

/// Runs each body twice, in a world on SQLite and in one on PostgreSQL.
macro_rules! in_both_worlds {
    ($made:ident: $($(#[$attribute:meta])* async fn $name:ident($world:ident) $body:block)*) => { $(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing from around it")]
            use super::*;

            async fn body($world: $crate::kolada::world::World) $body

            #[tokio::test]
            async fn sqlite() {
                body($crate::kolada::world::World::$made(utfall_tests::database::Kind::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                body($crate::kolada::world::World::$made(utfall_tests::database::Kind::Postgres).await).await;
            }
        }
    )* };
}
use in_both_worlds;

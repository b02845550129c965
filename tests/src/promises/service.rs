//! The binary on a database of its own with a large municipality's code plan: to be killed, stopped and started again.

use crate::bench::plan;
use crate::client::Client;
use crate::database::{Kind, TestDatabase};
use crate::served::Served;
use serde_json::json;

/// A database, and the service that runs on it.
pub struct Service {
    /// Which store it is.
    pub kind: Kind,
    /// The database.
    pub database: TestDatabase,
    served: Served,
    admin: Client,
}

impl Service {
    /// Starts a service on an empty database and loads a code plan.
    pub async fn new(kind: Kind) -> Self {
        let database = TestDatabase::empty(kind).await;
        let served = Served::start(&database);
        let platform = served.client(&database, &["--role", "platform-admin"]);
        platform.put("", json!({ "name": "Linköping" })).await.succeeded();
        let admin = administrator(&served, &database);
        plan::load(&admin).await;
        Self { kind, database, served, admin }
    }

    /// An administrator's client of the service that runs now.
    pub fn client(&self) -> Client {
        self.admin.clone()
    }

    /// The process that runs now.
    pub const fn served(&self) -> &Served {
        &self.served
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        Served::signal(self.served.pid(), "-KILL");
        self.served.ended();
    }

    /// Starts it anew, once it was killed or has ended; hands over the process that was.
    pub fn start(&mut self) -> Served {
        let before = std::mem::replace(&mut self.served, Served::start(&self.database));
        self.admin = administrator(&self.served, &self.database);
        before
    }
}

fn administrator(served: &Served, database: &TestDatabase) -> Client {
    served.client(database, &["--role", "admin", "--municipality", "0580", "--minutes", "600"])
}

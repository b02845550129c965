//! A real server on port 0, over a fresh store.

use crate::asked::listen;
use crate::client::Client;
use crate::database::{Kind, TestDatabase};
use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use std::net::{SocketAddr, TcpListener};
use utfall_api::app;
use utfall_api::state::{Setup, State};
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::clock::{Clock, system_clock};
use utfall_persistence::store::Store;

/// The municipality that tests are about.
pub const MUNICIPALITY: &str = "0580";
/// Another municipality on the same service.
pub const OTHER: &str = "0581";

/// A running service.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its database.
    pub database: TestDatabase,
    /// Which store it runs on.
    pub kind: Kind,
    /// Its dependencies, for looking behind its back.
    pub state: Data<State>,
    handle: ServerHandle,
}

impl TestApp {
    /// Starts a service on a fresh database.
    pub async fn start(kind: Kind) -> Self {
        Self::start_at(kind, system_clock()).await
    }

    /// Starts a service that is set up otherwise; its public address is where it listens.
    pub async fn start_as(kind: Kind, setup: Setup) -> Self {
        Self::start_with(kind, system_clock(), setup).await
    }

    /// Starts a service whose clock says what it is told.
    pub async fn start_at(kind: Kind, clock: Clock) -> Self {
        Self::start_with(kind, clock, Setup::default()).await
    }

    async fn start_with(kind: Kind, clock: Clock, setup: Setup) -> Self {
        listen();
        let database = TestDatabase::new(kind).await;
        let (state, address, handle) = serve(&database, clock, setup).await;
        Self { address, database, kind, state, handle }
    }

    /// Another service on the same database, with this one's address in its tokens: where it listens. It ends with the process.
    pub async fn replica(&self) -> SocketAddr {
        let (_, address, _) = serve(&self.database, system_clock(), self.state.setup.clone()).await;
        address
    }

    /// A client with a role in [`MUNICIPALITY`].
    pub async fn role(&self, role: Role) -> Client {
        self.client(role, MUNICIPALITY, &[]).await
    }

    /// A client with a role in a municipality, bound to committees when some are named.
    pub async fn client(&self, role: Role, municipality: &str, committees: &[&str]) -> Client {
        let token = self.token(role, municipality, committees).await;
        self.bearer(municipality, &token)
    }

    /// A token for a role in a municipality.
    pub async fn token(&self, role: Role, municipality: &str, committees: &[&str]) -> String {
        let code = MunicipalityCode::parse(municipality).expect("a municipality code");
        let code = (role != Role::PlatformAdmin).then_some(&code);
        let committees: Vec<String> = committees.iter().map(|code| (*code).to_owned()).collect();
        let store = &self.state.store;
        let subject = format!("{}-of-{municipality}", role.code());
        let grant = store.grant(&subject, role, code, &committees).await.expect("a grant");
        self.state.issuer.issue(&grant, store.now(), 60).expect("a token")
    }

    /// A client with that very token.
    pub fn bearer(&self, municipality: &str, token: &str) -> Client {
        Client::new(self.address, municipality, Some(token))
    }

    /// A client without a token.
    pub fn nobody(&self) -> Client {
        Client::new(self.address, MUNICIPALITY, None)
    }

    /// An administrator of [`MUNICIPALITY`], which is created first.
    pub async fn admin(&self) -> Client {
        self.create(MUNICIPALITY, "Linköping").await;
        self.role(Role::Admin).await
    }

    /// Creates a municipality.
    pub async fn create(&self, code: &str, name: &str) {
        let platform = self.client(Role::PlatformAdmin, code, &[]).await;
        platform.put("", serde_json::json!({ "name": name })).await.succeeded();
    }
}

/// Serves a database on a free port; the address is the public one where none is set up.
async fn serve(database: &TestDatabase, clock: Clock, setup: Setup) -> (Data<State>, SocketAddr, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let public_url = Some(setup.public_url.clone()).filter(|url| !url.is_empty());
    let setup = Setup { public_url: public_url.unwrap_or_else(|| format!("http://{address}")), ..setup };
    let url = database.url.clone();
    let (send, receive) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let store = Store::open(&url, clock).await.expect("a store");
            let state = app::state(store, setup).await.expect("a state");
            let server = app::serve(state.clone(), listener, 1, app::open()).expect("a server");
            let _ = send.send((state, server.handle()));
            server.await.expect("a server that ends well");
        });
    });
    let (state, handle) = receive.await.expect("a started server");
    (state, address, handle)
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

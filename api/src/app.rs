//! The whole wiring on one screen: the app is a function of its dependencies, for the binary and the tests alike.

use crate::auth::external::{External, ExternalError};
use crate::auth::token::Issuer;
use crate::bodies::Bodies;
use crate::contract::{Contract, ContractError};
use crate::kolada::contract::Contracts;
use crate::limit::Limit;
use crate::routes::health::Open;
use crate::state::{BASE, Setup, State};
use crate::{fallback, kolada, oauth, panics, routes, trace, unread};
use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Semaphore;
use utfall_persistence::error::StoreError;
use utfall_persistence::store::Store;
use utoipa_actix_web::AppExt as _;

/// A service that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// The contract failed.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The issuer is not set up as it must be.
    #[error(transparent)]
    External(#[from] ExternalError),
    /// The address cannot be listened to.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// How often keys are fetched: one that is gone is refused within this time, and no issuer is asked more than twice a minute.
const KEYS_EVERY: Duration = Duration::from_secs(35);
/// How many tokens a client may ask for in a second.
const TOKENS_A_SECOND: Option<NonZeroU32> = NonZeroU32::new(5);
/// How many connections are open at once: the system gives a process some 20,000 files.
const CONNECTIONS: usize = 16_000;
/// How many secrets are checked at once.
const CHECKING: usize = 2;

/// Sets up what handlers use. Tokens name the public address as their issuer.
pub async fn state(store: Store, mut setup: Setup) -> Result<Data<State>, SetUpError> {
    let keys = store.signing_keys().await?;
    setup.public_url.truncate(setup.public_url.trim_end_matches('/').len());
    let issuer = Issuer::new(&setup.public_url, &keys)?;
    let (contract, kolada_contracts) = (Contract::get()?, Contracts::get().map_err(ContractError::from)?);
    let external = setup.external.clone().map(External::new).transpose()?;
    let (calls, asked) = (Limit::new(setup.calls_a_second), Limit::new(TOKENS_A_SECOND));
    let (checking, bodies) = (Semaphore::new(CHECKING), Bodies::default());
    let state =
        Arc::new(State { store, issuer, external, calls, asked, checking, setup, contract, kolada_contracts, bodies });
    tokio::spawn(keep_keys(Arc::downgrade(&state)));
    Ok(Data::from(state))
}

/// Fetches keys anew, ours and the other issuer's, as long as there is a service.
async fn keep_keys(state: Weak<State>) {
    while let Some(state) = state.upgrade() {
        if let Err(error) = state.issuer.reload(&state.store).await {
            tracing::warn!(%error, "the signing keys could not be read; those known go on holding");
        }
        if let Some(external) = &state.external {
            external.refresh().await;
        }
        state.calls.forget();
        state.asked.forget();
        drop(state);
        tokio::time::sleep(KEYS_EVERY).await;
    }
}

/// The app, as the server and in-process callers run it.
pub fn app(
    state: Data<State>,
    open: Data<Open>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let cors = Condition::new(!state.setup.origins.is_empty(), cors(&state.setup.origins));
    let (app, _) = App::new()
        .into_utoipa_app()
        .app_data(state)
        .app_data(open)
        .service(
            utoipa_actix_web::scope(BASE)
                .configure(routes::configure)
                .map(|scope| scope.configure(routes::contract::configure_root).wrap(cors)),
        )
        .split_for_parts();
    app.configure(routes::health::configure)
        .configure(routes::contract::configure_keys)
        .configure(oauth::configure)
        .configure(routes::docs::configure)
        .configure(kolada::configure)
        .default_service(web::to(fallback::default))
        .wrap(Compress::default())
        .wrap(from_fn(panics::caught))
        .wrap(from_fn(fallback::frame))
        .wrap(from_fn(trace::follow))
        .wrap(from_fn(unread::closed))
}

/// What pages of some origins may do from a browser: all that their token may, and read the headers that matter.
fn cors(origins: &[String]) -> Cors {
    let headers = ["etag", "location", "traceparent", "retry-after", "idempotent-replayed"];
    let cors = Cors::default().allow_any_method().allow_any_header().expose_headers(headers).max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// Begins to serve on a listener. `open` turns false when the service is about to stop.
pub fn serve(
    state: Data<State>,
    listener: TcpListener,
    workers: usize,
    open: Data<Open>,
) -> Result<Server, SetUpError> {
    let server = HttpServer::new(move || app(state.clone(), open.clone()))
        .workers(workers)
        .max_connections(CONNECTIONS / workers.max(1))
        .client_request_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(30))
        .shutdown_timeout(15)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// A service that takes work.
pub fn open() -> Data<Open> {
    Data::new(Open(AtomicBool::new(true)))
}

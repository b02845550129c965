//! The service in a process of its own, and beside it, in the same process, a handler whose body never changes.

use crate::served::memory;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use utfall_api::app;
use utfall_api::state::Setup;
use utfall_persistence::clock::system_clock;
use utfall_persistence::store::Store;

/// What tokens name as their issuer.
pub const PUBLIC_URL: &str = "http://bench";

/// A served process that ends with its owner.
pub struct Child {
    process: std::process::Child,
    /// Where the service listens.
    pub api: SocketAddr,
    /// Where the constant handler does.
    pub constant: SocketAddr,
}

impl Child {
    /// Starts this program as a service; the constant body has so many bytes.
    pub async fn start(url: &str, bytes: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program's path"));
        command.arg("--serve").env("BENCH_DATABASE", url).env("BENCH_BYTES", bytes.to_string());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("a process");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut address = || lines.next().and_then(Result::ok).and_then(|line| line.parse().ok()).expect("an address");
        let (api, constant) = (address(), address());
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Self { process, api, constant }
    }

    /// How much memory is resident, in MiB.
    pub fn resident(&self) -> f64 {
        memory(self.process.id(), "VmRSS")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until it is killed, as the binary does: as many workers as cores.
///
/// # Panics
/// When it cannot.
pub async fn serve() {
    let variable = |name: &str| std::env::var(name).expect(name);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let store = Store::open(&variable("BENCH_DATABASE"), system_clock()).await.expect("a store");
    let setup = Setup { public_url: PUBLIC_URL.into(), ..Setup::default() };
    let state = app::state(store, setup).await.expect("a state");
    let listener = || TcpListener::bind("127.0.0.1:0").expect("a port");
    let (api, constant) = (listener(), listener());
    let addresses = [&api, &constant].map(|listener| listener.local_addr().expect("an address"));
    let service = app::serve(state, api, workers, app::open()).expect("a service");
    let body = Bytes::from(vec![b'x'; variable("BENCH_BYTES").parse().expect("a number")]);
    let beside = HttpServer::new(move || {
        let body = body.clone();
        App::new().route("/", web::get().to(move || std::future::ready(constant_answer(body.clone()))))
    });
    let beside = beside.workers(workers).disable_signals().listen(constant).expect("a handler").run();
    for address in addresses {
        println!("{address}");
    }
    let (service, beside) = tokio::join!(service, beside);
    service.and(beside).expect("an end");
}

fn constant_answer(body: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, "\"1-json\""))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(body)
}

//! Serving, and stopping without losing what was begun.

use super::Failure;
use super::settings::ServeSettings;
use crate::app;
use crate::state::State;
use actix_web::web::Data;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long the balancer gets to see that we are not ready before the listener closes.
const DRAIN: Duration = Duration::from_secs(1);

pub(super) async fn run(settings: ServeSettings) -> Result<(), Failure> {
    let store = settings.store.open().await?;
    let state = app::state(store, settings.setup()).await?;
    serve(state, &settings).await
}

/// Serves until SIGTERM or SIGINT: not ready, then drained, then ended.
pub(super) async fn serve(state: Data<State>, settings: &ServeSettings) -> Result<(), Failure> {
    let listener = TcpListener::bind(&settings.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", settings.listen))?;
    let address = listener.local_addr()?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let open = app::open();
    let server = app::serve(state, listener, workers, Data::clone(&open))?;
    tracing::info!(%address, public_url = settings.public_url(), "serving");
    let handle = server.handle();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    actix_web::rt::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => tokio::time::sleep({
                open.0.store(false, Ordering::Relaxed);
                DRAIN
            }).await,
            _ = interrupt.recv() => open.0.store(false, Ordering::Relaxed),
        }
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    server.await?;
    Ok(())
}

/// Asks `/health/live` over loopback.
pub(super) fn healthcheck(listen: &str) -> Result<(), Failure> {
    let mut address: SocketAddr = listen.to_socket_addrs()?.next().ok_or("the address is not one")?;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let timeout = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    write!(stream, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut head = [0_u8; 15];
    stream.read_exact(&mut head)?;
    if head.starts_with(b"HTTP/1.1 200") { Ok(()) } else { Err("the service does not live".into()) }
}

//! A server with time limits: header, body, and a connection as a whole.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::failure::Failure;

/// How many requests are served at a time; others wait to be accepted.
const MOST: usize = 128;

const HEADER: Duration = Duration::from_secs(10);
/// A request of 3 MiB and its answer, over a slow line.
const CONNECTION: Duration = Duration::from_secs(60);

pub(crate) struct Listener {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listener {
    pub(crate) async fn bind(flag: &str, address: SocketAddr) -> Result<Self, Failure> {
        let taken = |error: io::Error| {
            Failure::new(format!(
                "cannot listen on {address}: {error}; stop the program that does, or give another address with {flag}"
            ))
        };
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self { listener, address })
    }

    /// With the port that was chosen where none was asked for.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Until it is dropped.
    pub(crate) async fn serve(self, routes: Router) {
        let room = Arc::new(Semaphore::new(MOST));
        loop {
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            match self.listener.accept().await {
                Ok((stream, _)) => _ = tokio::spawn(answer(stream, routes.clone(), permit)),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

/// One request a connection: none is held open.
async fn answer(stream: TcpStream, routes: Router, _permit: OwnedSemaphorePermit) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .max_headers(100)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    match timeout(CONNECTION, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection ended"),
        Err(_) => tracing::debug!("a connection took too long"),
    }
}

use std::{
    convert::Infallible,
    fmt, io,
    net::TcpListener,
    sync::Arc,
    thread::{self, JoinHandle},
};

use hyper::{Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net, runtime, sync::oneshot};

use super::{body::Body, service::Service};

/// A thread with a runtime of its own that serves until it is dropped.
pub(super) struct Server {
    // Dropped first, which ends the thread.
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listener: TcpListener, service: Arc<Service>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let serve = move || {
            // Dropping the runtime afterwards drops the connections that are still open.
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    _ = accept(listener, service) => {}
                }
            });
        };
        let thread = thread::Builder::new()
            .name("testkit-oci".to_owned())
            .spawn(serve)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed by the panic hook already.
            thread.join().ok();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

async fn accept(listener: TcpListener, service: Arc<Service>) -> io::Result<()> {
    let listener = net::TcpListener::from_std(listener)?;
    loop {
        // An error here is the client's (gone before it was accepted); the next one may be well.
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&service)));
        }
    }
}

async fn connection(stream: net::TcpStream, service: Arc<Service>) {
    stream.set_nodelay(true).ok();
    let respond = service_fn(|request| {
        let response = respond(request, &service);
        async { response }
    });
    // Errors are broken connections, most of them broken on request.
    http1::Builder::new()
        .serve_connection(TokioIo::new(stream), respond)
        .await
        .ok();
}

/// An error makes hyper close the connection without a response.
fn respond(request: hyper::Request<Incoming>, service: &Service) -> io::Result<Response<Body>> {
    let (parts, _) = request.into_parts();
    let cut = || io::Error::other("cut on request");
    service.respond(&parts).ok_or_else(cut)
}

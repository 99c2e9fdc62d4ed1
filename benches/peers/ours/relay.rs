//! A relay in front of a server, which counts what the server sends.

use std::{
    fs,
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
};

static RECEIVED: AtomicU64 = AtomicU64::new(0);

/// Passes connections on to `server` for as long as the process lives, and keeps the number of bytes that came back in a
/// file. Gives the address to connect to.
pub(crate) fn start(server: &str, count: &Path) -> io::Result<SocketAddr> {
    fs::write(count, "0")?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (server, count) = (server.to_owned(), count.to_owned());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (server, count) = (server.clone(), count.clone());
            // A client that is cut off says so itself.
            thread::spawn(move || pass_on(&client, &server, &count).ok());
        }
    });
    Ok(address)
}

fn pass_on(client: &TcpStream, server: &str, count: &PathBuf) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    thread::scope(|scope| {
        scope.spawn(|| copy(client, &server, |_| Ok(())));
        copy(&server, client, |bytes| {
            let total = RECEIVED.fetch_add(bytes, Relaxed) + bytes;
            fs::write(count, total.to_string())
        })
    })
}

fn copy(
    mut from: &TcpStream,
    mut to: &TcpStream,
    count: impl Fn(u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; 256 << 10];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            // Either side may have closed already.
            to.shutdown(Shutdown::Write).ok();
            return Ok(());
        }
        count(length as u64)?;
        to.write_all(&buffer[..length])?;
    }
}

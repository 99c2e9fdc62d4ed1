//! A relay in front of a server, which counts the requests and what the server sends.

use std::{
    fs,
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// What went through, in a file: "bytes requests".
struct Count {
    file: PathBuf,
    sums: Mutex<(usize, usize)>,
}

impl Count {
    fn new(file: &Path) -> io::Result<Self> {
        let count = Self {
            file: file.to_owned(),
            sums: Mutex::default(),
        };
        count.add(0, 0)?;
        Ok(count)
    }

    fn add(&self, bytes: usize, requests: usize) -> io::Result<()> {
        // Held while it writes, so that the file never goes back.
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        sums.0 += bytes;
        sums.1 += requests;
        fs::write(&self.file, format!("{} {}\n", sums.0, sums.1))
    }
}

/// Passes connections on to `server` for as long as the process lives, and keeps the number of bytes that came back and
/// that of the requests in a file. Gives the address to connect to.
pub(crate) fn start(server: &str, count: &Path) -> io::Result<SocketAddr> {
    let count = Arc::new(Count::new(count)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = server.to_owned();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (server, count) = (server.clone(), Arc::clone(&count));
            // A client that is cut off says so itself.
            thread::spawn(move || pass_on(&client, &server, &count).ok());
        }
    });
    Ok(address)
}

fn pass_on(client: &TcpStream, server: &str, count: &Count) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            copy(client, &server, |sent| {
                count.add(0, usize::from(is_request(sent)))
            })
        });
        copy(&server, client, |received| count.add(received.len(), 0))
    })
}

/// Nobody here sends a request before the last was answered, so that each begins what is read at once.
fn is_request(sent: &[u8]) -> bool {
    [&b"GET "[..], b"POST ", b"HEAD "]
        .iter()
        .any(|method| sent.starts_with(method))
}

fn copy(
    mut from: &TcpStream,
    mut to: &TcpStream,
    count: impl Fn(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; 256 << 10];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            // Either side may have closed already.
            to.shutdown(Shutdown::Write).ok();
            return Ok(());
        }
        count(&buffer[..length])?;
        to.write_all(&buffer[..length])?;
    }
}

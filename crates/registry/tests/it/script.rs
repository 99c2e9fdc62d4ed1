use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// A server that gives written answers, one a connection, for what the test kit's registry does not say.
/// `HOST` in an answer stands for its address.
pub(crate) struct Script {
    address: String,
    requests: Receiver<String>,
}

impl Script {
    pub(crate) fn start<const N: usize>(answers: [&str; N]) -> Self {
        Self::serve(&answers)
    }

    pub(crate) fn serve(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let answers: Vec<_> = answers
            .iter()
            .map(|answer| answer.replace("HOST", &address))
            .collect();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().expect("a connection");
                // The test is over when nobody listens any more.
                let _ = sender.send(request(&stream));
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, requests }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The requests so far, each with its body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }
}

/// An answer that ends its connection.
pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> String {
    let head = [
        &[&format!("HTTP/1.1 {status} X")[..], "connection: close"],
        headers,
    ]
    .concat()
    .join("\r\n");
    format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut text = String::new();
    while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("the body");
    text + &String::from_utf8_lossy(&body)
}

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use sha2::{Digest as _, Sha256, Sha512};
use tagwright_registry::{Client, Reference};

use crate::script::answer;
use crate::support::builder;

/// A server that gives each path a written answer, as often as it is asked for, and 404 for all others. `HOST` in
/// an answer stands for its address.
pub(crate) struct Routes {
    address: String,
    answers: Arc<Mutex<HashMap<String, String>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Routes {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let answers: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (written, seen) = (Arc::clone(&answers), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(&stream.expect("a connection"), &written, &seen);
            }
        });
        Self {
            address,
            answers,
            requests,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn client(&self) -> Client {
        builder(&self.address).build().expect("a client")
    }

    pub(crate) fn reference(&self, rest: &str) -> Reference {
        format!("{}/{rest}", self.address)
            .parse()
            .expect("a reference")
    }

    pub(crate) fn at(&self, target: &str, status: u16, headers: &[&str], body: &str) {
        let answer = answer(status, headers, body).replace("HOST", &self.address);
        self.answers
            .lock()
            .expect("the answers")
            .insert(target.to_owned(), answer);
    }

    /// Puts a manifest of `app` under its digest and, with its digest in the header, under a tag.
    pub(crate) fn manifest(&self, tag: &str, body: &str) -> String {
        let digest = sha256(body);
        let header = format!("docker-content-digest: {digest}");
        for identifier in [tag, &digest] {
            self.at(
                &format!("/v2/app/manifests/{identifier}"),
                200,
                &[&header],
                body,
            );
        }
        digest
    }

    pub(crate) fn blob(&self, body: &str) -> String {
        let digest = sha256(body);
        self.at(&format!("/v2/app/blobs/{digest}"), 200, &[], body);
        digest
    }

    /// The requests since the last look: method, target and, where there was one, the authorization.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().expect("the requests"))
    }
}

fn serve(
    mut stream: &TcpStream,
    answers: &Mutex<HashMap<String, String>>,
    seen: &Mutex<Vec<String>>,
) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let mut shown = first.trim_end_matches(" HTTP/1.1").to_owned();
    for line in lines.take_while(|line| !line.is_empty()) {
        if let Some(authorization) = line.strip_prefix("authorization: ") {
            shown = format!("{shown} {authorization}");
        }
    }
    let target = shown.split(' ').nth(1).unwrap_or_default().to_owned();
    let answers = answers.lock().expect("the answers");
    let missing = answer(404, &[], "");
    let answer = answers.get(&target).unwrap_or(&missing);
    let head = answer
        .find("\r\n\r\n")
        .map_or(answer.as_str(), |end| &answer[..end + 4]);
    let answer = if first.starts_with("HEAD ") {
        head
    } else {
        answer
    };
    seen.lock().expect("the requests").push(shown);
    // A client that has gone away is its own business.
    let _ = stream.write_all(answer.as_bytes());
}

pub(crate) fn sha256(body: &str) -> String {
    format!("sha256:{:x}", Sha256::digest(body))
}

pub(crate) fn sha512(body: &str) -> String {
    format!("sha512:{:x}", Sha512::digest(body))
}

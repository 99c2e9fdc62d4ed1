//! A server that has every answer ready, so that of a row that lists tags the client is what is measured.

use std::{
    collections::HashMap,
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use crate::{Result, common::tree};

/// Tags on a page, which is what both sides ask for.
const PAGE: usize = 1000;

/// Answers by the path and query of the request.
type Answers = HashMap<String, Vec<u8>>;

/// Serves the tags of a file as those of `bench/tags`, and 400 tags each as those of `bench/many-0` to `bench/many-499`;
/// prints the address.
pub(crate) fn serve(tags: &str) -> Result {
    let text = fs::read_to_string(tags)?;
    let mut tags: Vec<&str> = text.lines().collect();
    tags.sort_unstable();
    let mut answers = Answers::new();
    answers.insert("/v2/".to_owned(), answer("{}", None));
    list(&mut answers, "bench/tags", &tags);
    for (number, tags) in tags.chunks(400).take(500).enumerate() {
        list(&mut answers, &format!("bench/many-{number}"), tags);
    }
    println!("{}", start(answers)?);
    crate::serve::wait()
}

/// Serves `1.0.0` to `1.0.399` as the tags of each of the repositories of [`whole`](crate::whole).
pub(crate) fn versions() -> io::Result<SocketAddr> {
    let tags: Vec<String> = (0..400).map(|patch| format!("1.0.{patch}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let mut answers = Answers::new();
    answers.insert("/v2/".to_owned(), answer("{}", None));
    for number in 0..tree::IMAGES {
        list(&mut answers, &format!("bench/whole-{number}"), &tags);
    }
    start(answers)
}

fn start(answers: Answers) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let answers = Arc::new(answers);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            // An error is the end of a connection.
            thread::spawn(move || talk(&stream, &answers));
        }
    });
    Ok(address)
}

fn list(answers: &mut Answers, name: &str, tags: &[&str]) {
    let path = format!("/v2/{name}/tags/list?n={PAGE}");
    let mut target = path.clone();
    let pages: Vec<&[&str]> = tags.chunks(PAGE).collect();
    for (number, page) in pages.iter().enumerate() {
        let body = format!(r#"{{"name":"{name}","tags":["{}"]}}"#, page.join(r#"",""#));
        let last = page.last().filter(|_| number + 1 < pages.len());
        let next = last.map(|last| format!("{path}&last={last}"));
        answers.insert(target, answer(&body, next.as_deref()));
        target = next.unwrap_or_default();
    }
}

fn answer(body: &str, next: Option<&str>) -> Vec<u8> {
    let link = next.map_or(String::new(), |next| {
        format!("Link: <{next}>; rel=\"next\"\r\n")
    });
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{link}\r\n{body}")
        .into_bytes()
}

fn talk(mut stream: &TcpStream, answers: &Answers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    // Who tries TLS first is told at once that there is none; go-containerregistry repeats what only ends.
    if reader.fill_buf()?.first() == Some(&0x16) {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    }
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        while line.trim_end() != "" {
            line.clear();
            reader.read_line(&mut line)?;
        }
        match answers.get(&target) {
            Some(answer) => stream.write_all(answer)?,
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?,
        }
    }
}

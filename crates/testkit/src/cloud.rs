//! What stands for a cloud's own services: a server on loopback that answers as a test tells it to.
//!
//! ```
//! use tagwright_testkit::{cloud::{Answer, Service}, http};
//!
//! let service = Service::start(|call| match call.path() {
//!     "/token" => Answer::json(r#"{"access_token": "t"}"#),
//!     _ => Answer::status(404),
//! });
//! assert_eq!(http::get(&service.address(), "/token?a=b", &[]).unwrap().status, 200);
//! assert_eq!(service.calls()[0].target, "/token?a=b");
//! ```

use std::{
    fmt,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A client that says nothing for so long has no more to say.
const SILENCE: Duration = Duration::from_secs(30);

/// Bytes of a request. What clouds are asked has some thousands.
const REQUEST: u64 = 1024 * 1024;

/// A request as the service saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// The body.
    pub body: String,
    headers: Vec<(String, String)>,
}

impl Call {
    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(&self.target, |(path, _)| path)
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream.take(REQUEST));
        let mut head = String::new();
        while reader.read_line(&mut head).ok()? > 2 {}
        let (first, rest) = head.split_once("\r\n")?;
        let mut words = first.split(' ');
        let lines = rest.lines().filter_map(|line| line.split_once(':'));
        let mut call = Self {
            method: words.next()?.to_owned(),
            target: words.next()?.to_owned(),
            body: String::new(),
            headers: lines
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect(),
        };
        let length = call.header("content-length").unwrap_or("0").parse().ok()?;
        reader.take(length).read_to_string(&mut call.body).ok()?;
        Some(call)
    }
}

/// What a service says.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    /// A status and nothing more.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// Success, with a JSON body.
    pub fn json(body: impl Into<String>) -> Self {
        Self::status(200)
            .header("Content-Type", "application/json")
            .body(body)
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Gives it a body.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    fn text(&self) -> String {
        let headers = self.headers.iter();
        let lines = headers.map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers = lines.collect::<Vec<_>>().concat();
        format!(
            "HTTP/1.1 {} Status\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{}",
            self.status,
            self.body.len(),
            self.body
        )
    }
}

/// A server that runs until it is dropped. Each call has a thread of its own, so an answer may wait for something.
pub struct Service {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Starts a server that answers each call with what `answer` gives for it.
    #[track_caller]
    pub fn start(answer: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("its address");
        let calls = Arc::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let serve = serve(listener, Arc::new(answer), &calls, &stopped);
        Self {
            address,
            calls,
            stopped,
            thread: Some(thread::spawn(serve)),
        }
    }

    /// Host and port.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The URL of its root, without a slash in the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The calls so far, in the order in which they came.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.calls).clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // Wakes the thread, which waits for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Service").field(&self.address).finish()
    }
}

fn serve<F>(
    listener: TcpListener,
    answer: Arc<F>,
    calls: &Arc<Mutex<Vec<Call>>>,
    stopped: &Arc<AtomicBool>,
) -> impl FnOnce() + Send + 'static
where
    F: Fn(&Call) -> Answer + Send + Sync + 'static,
{
    let (calls, stopped) = (Arc::clone(calls), Arc::clone(stopped));
    move || {
        for stream in listener.incoming().flatten() {
            if stopped.load(Ordering::Acquire) {
                return;
            }
            let (answer, calls) = (Arc::clone(&answer), Arc::clone(&calls));
            thread::spawn(move || talk(stream, &*answer, &calls));
        }
    }
}

fn talk(mut stream: TcpStream, answer: impl Fn(&Call) -> Answer, calls: &Mutex<Vec<Call>>) {
    stream.set_read_timeout(Some(SILENCE)).ok();
    let Some(call) = Call::read(&stream) else {
        return;
    };
    lock(calls).push(call.clone());
    // The client may be gone.
    stream.write_all(answer(&call).text().as_bytes()).ok();
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

use std::{
    fs::{self, File},
    io::Write,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::Path,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Until when a server has to accept connections, on a busy machine too.
const START: Duration = Duration::from_secs(30);

/// After which a server that was asked to end is killed.
const END: Duration = Duration::from_secs(5);

/// How often a server is started anew when it ends at once, because its port was taken meanwhile.
const ATTEMPTS: usize = 3;

/// Runs a program and sends it each signal that it reads. When the other end of the pipe is gone, so is the test, killed
/// perhaps: then it ends the program and deletes the folder, as nobody else would.
const SUPERVISOR: &str = r#"
folder=$1
shift
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{
    while read -r signal <&3; do kill -s "$signal" "$child"; done
    trap "" TERM
    kill -s TERM "$child"
    while kill -s 0 "$child"; do sleep 0.1; done
    rm -rf "$folder"
} 2>/dev/null &
watcher=$!
exec 3<&- <&-
wait "$child"
kill "$watcher" 2>/dev/null
"#;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    supervisor: Child,
    port: u16,
}

impl Process {
    /// Starts the program that `command` gives for a port, and waits until it accepts connections there. Its output
    /// goes to `log` in `folder`.
    #[track_caller]
    pub(super) fn listen(folder: &Path, command: impl Fn(u16) -> Command) -> Self {
        let started = (0..ATTEMPTS).find_map(|_| {
            let port = free_port();
            let supervisor = supervise(&command(port), folder);
            let mut process = Self { supervisor, port };
            process.accepts().then_some(process)
        });
        started.unwrap_or_else(|| {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            let command = command(0);
            panic!("{} does not start: {log}", command.get_program().display())
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Host and port.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn accepts(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < START && self.runs() {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn runs(&mut self) -> bool {
        matches!(self.supervisor.try_wait(), Ok(None))
    }

    /// Sends a signal and says whether the server ended.
    fn signal(&mut self, name: &str) -> bool {
        if let Some(stdin) = &mut self.supervisor.stdin {
            // The supervisor is gone when the server is.
            stdin.write_all(format!("{name}\n").as_bytes()).ok();
        }
        let start = Instant::now();
        while start.elapsed() < END && self.runs() {
            thread::sleep(Duration::from_millis(5));
        }
        !self.runs()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.signal("TERM") {
            self.signal("KILL");
        }
    }
}

fn supervise(command: &Command, folder: &Path) -> Child {
    let log = File::create(folder.join("log")).expect("a file in the temporary folder");
    let mut shell = Command::new("sh");
    shell.args(["-c", SUPERVISOR, "sh"]).arg(folder);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
        .current_dir(folder)
        // Apache for one signals its whole group, which must not be the test's.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("a second handle of the log"))
        .stderr(log)
        .spawn()
        .expect("a shell")
}

/// A port that nobody listens on. It lies below the range from which the system takes ports for those who ask for
/// any, so nobody gets it by chance before the server binds it.
fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test binaries that run at the same time start at different places.
    let base = u16::try_from(process::id() % u32::from(COUNT)).expect("less than the count");
    let ports = (0..COUNT).map(|_| {
        let step = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(7);
        FIRST + (base + step % COUNT) % COUNT
    });
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    ports.into_iter().find(free).expect("a free loopback port")
}

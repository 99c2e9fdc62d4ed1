//! The status page, as a browser shows it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tagwright_testkit::Missing;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::oci::Fault;

use super::service::Service;
use super::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("watch::page::it_shows_how_everything_stands", shows),
        test("watch::page::what_is_hostile_is_text", hostile),
        test(
            "watch::page::it_is_legible_on_a_phone_and_on_a_desk",
            legible,
        ),
    ]
}

/// A watch that pushed once.
fn pushed(world: &World) -> Service {
    world.registry.push("org/app", "5.0.1");
    let service = Service::start(world, &[]);
    service.wait_for("pushed ");
    let ran = service.ask(&["reconcile", "all"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    service
}

/// A slash is escaped, too.
fn plain(html: &str) -> String {
    html.replace("&#x2f;", "/")
}

fn shows() {
    let world = World::new();
    let service = pushed(&world);
    let commit = world.repository.tip("main").expect("there is one");
    let page = service.get("/");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let html = plain(&page.text());
    let image = world.image();
    for part in [
        "<p class=\"verdict good\">all is well</p>",
        "1 image · 1 policy · 1 automation",
        "<p class=\"tag\">5.0.1</p>",
        "<p class=\"why\">greatest of 2 that match 5.0.x</p>",
        &*format!("<dd>{image}</dd>"),
        "2: 5.0.1, 5.0.0",
        // A file has no forge.
        &*format!("<dd><code>{}</code></dd>", &commit[..10]),
        "1 value changed in",
    ] {
        assert!(html.contains(part), "no '{part}' in:\n{html}");
    }
    assert!(!html.contains("<script"));
    let style = service.get("/style.css");
    assert_eq!(
        style.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    world.registry.fault("/v2/", usize::MAX, Fault::status(404));
    service.ask(&["reconcile", "image", "app"]);
    let html = plain(&service.get("/").text());
    for part in [
        "<a href=\"#problems\">1 problem</a>",
        "<span class=\"badge failing\">failing</span>",
    ] {
        assert!(html.contains(part), "no '{part}' in:\n{html}");
    }
}

const EVIL: &str = "<img src=x onerror=alert(1)>&\"'";

fn hostile() {
    let world = World::new();
    let manifests = world.read("objects.yaml");
    // A range that matches nothing stands in the reason, and a path in an error.
    let manifests = manifests.replace("range: 5.0.x", "range: '5.0.x || >9'");
    world.write("objects.yaml", &manifests);
    let name = format!("a{}.yaml", EVIL.replace('/', ""));
    world.write(&name, "apiVersion: image.toolkit.fluxcd.io/v1\nkind: [");
    let service = Service::start(&world, &[]);
    service.wait_for("selected ");
    let html = service.get("/").text();
    assert!(html.contains("&lt;img src=x"), "{html}");
    assert!(!html.contains("<img"), "{html}");
    assert!(html.contains("||") && !html.contains("|| >"), "{html}");
}

/// Debian's browser, which draws without a screen.
struct Browser {
    program: PathBuf,
    profile: tempfile::TempDir,
}

impl Browser {
    fn find() -> Result<Self, Missing> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join("chromium"))
            .find(|program| program.exists());
        let program = program
            .ok_or_else(|| Missing::new("chromium", "install the Debian package chromium"))?;
        let profile = tempfile::tempdir().expect("there is room");
        Ok(Self { program, profile })
    }

    fn run(&self, arguments: &[&str], url: &str) -> Vec<u8> {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let output = Command::new(&self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ])
            .arg(profile)
            .args(arguments)
            .arg(url)
            .output()
            .expect("it starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    /// A picture, and its width and height.
    fn picture(&self, url: &str, at: &Path, size: &str, more: &[&str]) -> (u32, u32) {
        let screenshot = format!("--screenshot={}", at.display());
        let window = format!("--window-size={size}");
        let arguments = [&[&*screenshot, &*window], more].concat();
        self.run(&arguments, url);
        let png = fs::read(at).expect("it was drawn");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        // A page of one colour is a hundred times smaller.
        assert!(png.len() > 15_000, "blank: {} bytes", png.len());
        let number =
            |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        (number(16), number(20))
    }
}

fn legible() -> TestResult {
    let browser = Browser::find()?;
    let world = World::new();
    let service = pushed(&world);
    world.registry.fault("/v2/", usize::MAX, Fault::status(404));
    service.ask(&["reconcile", "image", "app"]);
    let url = format!("http://{}/", service.address());
    let kept = std::env::var_os("TAGWRIGHT_SCREENSHOTS").map(PathBuf::from);
    let folder = tempfile::tempdir()?;
    let folder = kept.as_deref().unwrap_or(folder.path());
    let dark = "--force-dark-mode";
    for (name, size, more) in [
        ("desk.png", (1280, 1400), &[][..]),
        ("phone.png", (390, 2600), &[]),
        ("phone-dark.png", (390, 2600), &[dark]),
    ] {
        let window = format!("{},{}", size.0, size.1);
        let drawn = browser.picture(&url, &folder.join(name), &window, more);
        assert_eq!(drawn, size, "{name}");
    }
    // A page beside it measures it: the page itself has no script.
    let html = service.get("/").text().replace(
        "<link rel=\"stylesheet\" href=\"/style.css\">",
        &format!("<style>{}</style>", service.get("/style.css").text()),
    );
    for width in [320, 390, 1280] {
        let probe = folder.join("probe.html");
        fs::write(&probe, probe_of(&html, width))?;
        let window = format!("--window-size={},900", width.max(600));
        let dumped = browser.run(
            &["--dump-dom", &window],
            &format!("file://{}", probe.display()),
        );
        let dumped = String::from_utf8(dumped)?;
        let found = dumped
            .split("data-found=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        assert_eq!(
            found,
            Some(&*format!("{width} {width} 16")),
            "width, content, smallest text"
        );
    }
    Ok(())
}

/// The page in a frame of a width, with a script outside of it that says how wide its content is, and its smallest text.
fn probe_of(html: &str, width: u32) -> String {
    let escaped = html.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!doctype html><body><iframe style=\"border:0;width:{width}px;height:900px\" srcdoc=\"{escaped}\"></iframe>
<script>
const frame = document.querySelector('iframe');
frame.addEventListener('load', () => {{
  const page = frame.contentDocument;
  const all = [...page.body.querySelectorAll('*')].filter((one) => one.textContent.trim());
  const sizes = all.map((one) => parseFloat(frame.contentWindow.getComputedStyle(one).fontSize));
  const found = [frame.clientWidth, page.documentElement.scrollWidth, Math.min(...sizes)];
  document.body.dataset.found = found.join(' ');
}});
</script>"
    )
}

//! A real browser: Chromium, driven through `WebDriver`, each with a profile of its own.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};

/// How long a page may take to come to what is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A browser at a service. Ends with the test.
pub(crate) struct Browser {
    pub(crate) client: Client,
    at: String,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

struct Driver(Child);

impl Drop for Driver {
    /// Ends it with the browser that it started: they are one group.
    fn drop(&mut self) {
        let kill = format!("kill -9 -{}", self.0.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
        let _ = self.0.wait();
    }
}

/// A command of the `DevTools` protocol, for what `WebDriver` has no words for.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}

/// The driver, and the port that it chose.
fn start_driver() -> (Driver, u16) {
    let started = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let needed = "chromedriver is needed: on Debian `apt install chromium chromium-driver`";
    let mut driver = Driver(started.expect(needed));
    let mut lines = BufReader::new(driver.0.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next().expect("chromedriver ended before it listened").unwrap();
        let port = line.split_once("successfully on port ").map(|it| it.1.trim_end_matches('.'));
        if let Some(port) = port.and_then(|it| it.parse().ok()) {
            return (driver, port);
        }
    }
}

fn capabilities(profile: &Path) -> Capabilities {
    let fixed = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars \
                 --disable-background-networking --disable-component-update --disable-sync \
                 --disable-dev-shm-usage --accept-lang=en";
    let profile = format!("--user-data-dir={}", profile.display());
    let arguments: Vec<&str> = fixed.split_whitespace().chain([profile.as_str()]).collect();
    let options = json!({ "args": arguments });
    Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)])
}

impl Browser {
    /// A window of 1280 by 900, in light colours.
    pub(crate) async fn at(address: std::net::SocketAddr) -> Self {
        let (driver, port) = start_driver();
        let profile = tempfile::tempdir().unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let builder = builder.capabilities(capabilities(profile.path()));
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        let at = format!("http://{address}");
        let browser = Self { client, at, _driver: driver, _profile: profile };
        browser.sized(1280, 900).await;
        // Several browsers run at once, and only one of them has the focus by itself.
        browser.dev_tools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        browser
    }

    async fn dev_tools(&self, command: &'static str, parameters: Value) -> Value {
        self.client.issue_cmd(DevTools { command, parameters }).await.unwrap()
    }

    /// As a screen of this size shows it, in CSS pixels; a narrow one is a phone.
    pub(crate) async fn sized(&self, width: u32, height: u32) {
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600
        });
        self.dev_tools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub(crate) async fn in_dark_colours(&self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.dev_tools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// From the next page on, none of its scripts run.
    pub(crate) async fn without_scripts(&self) {
        self.dev_tools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// As if the machine that serves could not be reached.
    pub(crate) async fn cut_off(&self, is_cut_off: bool) {
        self.dev_tools("Network.enable", json!({})).await;
        let conditions = json!({
            "offline": is_cut_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1
        });
        self.dev_tools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Until the page is there with its style sheet: on a busy machine the driver may answer while the page before it is
    /// still shown.
    pub(crate) async fn go(&self, path: &str) {
        self.ask("window.isLeft = true;").await;
        self.client.goto(&format!("{}{path}", self.at)).await.unwrap();
        let is_there = "!window.isLeft && document.readyState === 'complete' && document.styleSheets.length > 0";
        self.wait_until(is_there).await;
    }

    /// Path and query of the page that is shown.
    pub(crate) async fn place(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
        format!("{}{query}", url.path())
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(LONGEST_WAIT);
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("no `{css}` at {}: {error}", self.place().await),
        }
    }

    pub(crate) async fn find_by_text(&self, tag: &str, text: &str) -> Element {
        let path = format!("//{tag}[normalize-space()=\"{text}\"]");
        let wait = self.client.wait().at_most(LONGEST_WAIT);
        match wait.for_element(Locator::XPath(&path)).await {
            Ok(element) => element,
            Err(error) => panic!("no {tag} `{text}` at {}: {error}", self.place().await),
        }
    }

    pub(crate) async fn has(&self, css: &str) -> bool {
        self.client.find(Locator::Css(css)).await.is_ok()
    }

    pub(crate) async fn text_of(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.unwrap();
    }

    /// Presses keys one after the other, wherever the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        self.wait_until("document.readyState === 'complete'").await;
        let mut actions = KeyActions::new("keys".to_owned());
        for value in keys.chars() {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// What a script on the page says.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until a script on the page says yes.
    pub(crate) async fn wait_until(&self, condition: &str) {
        let deadline = tokio::time::Instant::now() + LONGEST_WAIT;
        let script = format!("return Boolean({condition});");
        // Each question is a round trip to the browser, so that this is no busy loop.
        while self.client.execute(&script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            let place = self.place().await;
            assert!(tokio::time::Instant::now() < deadline, "never `{condition}` at {place}");
        }
    }

    /// Keeps a picture of the whole page where `PEERSCOPE_TEST_PICTURES` says, to be looked at.
    pub(crate) async fn picture(&self, name: &str, width: u32) {
        #[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
        let Ok(folder) = std::env::var("PEERSCOPE_TEST_PICTURES") else { return };
        self.sized(width, 800).await;
        let height = self.ask("return document.documentElement.scrollHeight;").await;
        let height = height.as_u64().and_then(|it| u32::try_from(it).ok()).unwrap();
        self.sized(width, height.clamp(400, 6000)).await;
        let picture = self.client.screenshot().await.unwrap();
        self.sized(width, 800).await;
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

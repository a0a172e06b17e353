//! The program itself, run as a user runs it.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use peerscope::domain::Address;
use tokio::sync::Notify;

/// A folder for an installation, and the program in it.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Program {
    /// With an empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a `feeds.toml` that follows these feeds without a pause, and leaves the pages of their
    /// entries alone.
    pub(crate) fn following(feeds: &[Address]) -> Self {
        let program = Self::new();
        program.follow(feeds);
        program
    }

    pub(crate) fn follow(&self, feeds: &[Address]) {
        let mut text = "[crawl]\npause = \"0s\"\n".to_owned();
        for (at, feed) in feeds.iter().enumerate() {
            let number = at + 1;
            let _ = write!(
                text,
                "\n[[peer]]\nname = \"Peer {number}\"\nfeed = \"{feed}\"\narticle = \"never\"\n"
            );
        }
        self.write("feeds.toml", &text);
    }

    /// Sets a variable for all commands from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Not yet started, free of this machine's own settings, allowed to reach the test's servers.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peerscope"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().to_ascii_lowercase();
            if text.starts_with("peerscope_") || text.ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .arg("--home")
            .arg(self.folder.path())
            .args(arguments)
            .env("PEERSCOPE_ALLOW_PRIVATE", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "").await
    }

    /// Runs the program to its end on another thread, so that servers of the test go on.
    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let input = input.to_owned();
        let run = move || {
            use std::io::Write as _;
            let mut child = command.spawn().unwrap();
            // A program that does not read its input closes it.
            let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
            Ended::of(child.wait_with_output().unwrap())
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// Starts a service on a port of its own and waits until it says where.
    pub(crate) async fn serve(&self, arguments: &[&str]) -> Service {
        let mut all = vec!["serve", "--bind", "127.0.0.1:0"];
        all.extend(arguments);
        let mut command = self.command(&all);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let start = move || {
            let mut child = command.spawn().unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
            let line = lines.find_map(|line| {
                let line = line.unwrap();
                Some(line.split_once("http://")?.1.trim().to_owned())
            });
            let address = line.expect("a service says where it serves");
            let log = Log::default();
            let (rest, read) = (log.clone(), Some(std::thread::spawn(move || log.read(lines))));
            Service { child, address, log: rest, read }
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    }
}

/// What a program left.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The output, of a program that must have done well.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.well()).unwrap()
    }
}

/// A running `peerscope serve`; killed when dropped.
pub(crate) struct Service {
    child: Child,
    /// `host:port`
    pub(crate) address: String,
    log: Log,
    read: Option<std::thread::JoinHandle<()>>,
}

/// What a service logs, as far as it has come.
#[derive(Clone, Default)]
struct Log(Arc<(Mutex<String>, Notify)>);

impl Log {
    fn read(&self, lines: impl Iterator<Item = std::io::Result<String>>) {
        for line in lines.map_while(Result::ok) {
            let _ = writeln!(self.0.0.lock().unwrap(), "{line}");
            self.0.1.notify_one();
        }
    }

    fn text(&self) -> String {
        self.0.0.lock().unwrap().clone()
    }
}

impl Service {
    /// Status and body of a page.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map(|it| it.1.to_owned());
        (status, body.unwrap_or_default())
    }

    /// Asks it to end as a system does; gives its exit code and what it logged meanwhile.
    #[cfg(unix)]
    pub(crate) async fn terminate(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let read = self.read.take().unwrap();
        tokio::task::spawn_blocking(move || read.join().unwrap()).await.unwrap();
        (self.child.wait().unwrap().code(), self.log.text())
    }

    /// Returns once the log has said this so many times.
    pub(crate) async fn wait_for_log(&self, times: usize, text: &str) {
        while self.log.text().matches(text).count() < times {
            self.log.0.1.notified().await;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file in a folder, as an argument.
pub(crate) fn argument(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

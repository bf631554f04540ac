//! A server for tests, and its HTTP responses. Requests are written to the
//! socket directly, so that tests can send what no client would.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::Folder;

/// A server that ends with its test.
pub(crate) struct TestServer {
    child: Child,
    pub(crate) address: String,
}

/// An HTTP response.
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl HttpResponse {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut lines = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| value.trim())
    }
}

impl TestServer {
    /// Serves an archive in `folder`, with `more` options.
    pub(crate) fn open(folder: &Folder, archive: &str, more: &[&str]) -> Self {
        Self::run(folder, &[&["serve", archive, "--author", "ana"], more].concat())
    }

    /// Runs a command that starts a server. Its temporary files are in `folder`.
    pub(crate) fn run(folder: &Folder, command: &[&str]) -> Self {
        Self::start(folder, command, Stdio::inherit())
    }

    /// Serves an archive in `folder`, with `more` options. Its log is the file
    /// `server.log`.
    pub(crate) fn open_logged(folder: &Folder, archive: &str, more: &[&str]) -> Self {
        let log = File::create(folder.path("server.log")).expect("a file");
        Self::start(folder, &[&["serve", archive, "--author", "ana"], more].concat(), log.into())
    }

    fn start(folder: &Folder, command: &[&str], log: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chancery"))
            .args(command)
            .args(["--port", "0"])
            .current_dir(folder.path(""))
            .env("TMPDIR", folder.path(""))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let started: Value = serde_json::from_str(&line).expect("JSON on standard output");
        let url = started["url"].as_str().expect("an address");
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> HttpResponse {
        let answer = send_to(&self.address, method, path, headers, body);
        answer.expect("a whole answer")
    }

    /// Time that the server has used its processors, in ticks of 10 ms.
    #[cfg(target_os = "linux")]
    pub(crate) fn processor_ticks(&self) -> u64 {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(path).expect("it runs");
        // The name of the program, in brackets, can have spaces.
        let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
        let times = fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number"));
        times.sum()
    }

    pub(crate) fn get(&self, path: &str) -> HttpResponse {
        self.send("GET", path, &[], "")
    }

    /// Sends a signal to the server.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(sent.success(), "{name}");
    }

    /// Waits until the server has ended.
    #[cfg(unix)]
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Sends a form as a browser does from one of our pages.
    pub(crate) fn form(&self, path: &str, body: &str) -> HttpResponse {
        let origin = format!("http://{}", self.address);
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, &[("Origin", &origin), ("Content-Type", kind)], body)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> HttpResponse {
        self.send("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }
}

/// Sends a request to an address. Returns `None` if the
/// server breaks off.
pub(crate) fn send_to(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<HttpResponse> {
    let mut stream = TcpStream::connect(address).ok()?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body) } else { body.to_owned() };
    Some(HttpResponse { status: status.expect("a status"), head: head.to_owned(), body })
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).expect("a size");
        if size == 0 {
            break;
        }
        whole += &rest[..size];
        body = &rest[size + 2..];
    }
    whole
}

//! The server over HTTP: pages, API and access.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Folder;
use crate::interrupted::telegrams;
use crate::test_server::TestServer;

/// A telegram whose every part tries to be mark-up.
const HOSTILE: &str = "\
P 161305Z JUN 09
FM AMEMBASSY OSLO
TO SECSTATE WASHDC
C O N F I D E N T I A L OSLO 000077

E.O. 12958: DECL: 06/15/2019
TAGS: PREL, \"><SCRIPT>alert(1)</SCRIPT>
SUBJECT: <img src=x onerror=alert(1)> \u{202e}gnp.exe & </title><script>alert(2)</script>

1. (C) Minister <b onclick=alert(3)>Ama Osei</b> told \"Kofi 'O'Brien\" in <svg/onload=alert(4)>
Lome that javascript:alert(5) is &lt;script&gt; and \0 nothing.

OSEI
";

/// An archive of the two examples and a hostile telegram.
pub(crate) fn archive() -> Folder {
    let folder = Folder::of(&[("<i>evil<script>.txt", HOSTILE.as_bytes())]);
    let examples = crate::root().join("examples");
    let examples = examples.to_str().expect("UTF-8");
    // The zero byte of the telegram is left out, which is a problem that is listed.
    folder.chancery(["add", "a", examples, "<i>evil<script>.txt", "-q"]).assert().code(1);
    folder
}

#[test]
fn pages_have_the_expected_content() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let cases = [
        ("/", 200, "What are you looking for?"),
        ("/?q=", 200, "in the archive"),
        ("/documents", 200, "09PORTLOUIS214"),
        ("/people", 200, "Veloutier"),
        ("/places", 200, "Named in documents with"),
        ("/organisations?sort=name", 200, "aria-sort=\"ascending\""),
        ("/people?q=%22open", 200, "The quote is not closed"),
        ("/styles", 200, "Every piece"),
        ("/api/v1/suggestions?q=velou", 200, "\"kind\":\"person\""),
        ("/?q=veloutier", 200, "<mark>Veloutier</mark>"),
        ("/?q=nowhere", 200, "No results."),
        ("/?q=%22open", 200, "The quote is not closed"),
        ("/?q=%22open", 200, "value=\"&quot;open\""),
        ("/?q=%E2%80%9Cport+louis%E2%80%9D+veloutier", 200, "Without “port louis”"),
        ("/?limit=100000", 400, "The limit is greater than 200"),
        ("/?offset=18446744073709551615", 400, "The offset is greater than 100000"),
        ("/recent?offset=18446744073709551615", 400, "The offset is greater than 100000"),
        ("/api/v1/entities?label=per", 400, "PER"),
        ("/doc/09PORTLOUIS214", 200, "id=\"par1\""),
        ("/doc/09PORTLOUIS214?q=veloutier", 200, "id=\"hit1\""),
        ("/doc/09PORTLOUIS214?beside=raw", 200, "class=\"raw-block\""),
        ("/doc/09PORTLOUIS214/raw", 200, "C O N F I D E N T I A L SECTION 01 OF 02"),
        ("/doc/1974STATE091352", 404, "Go to the start page"),
        ("/doc/74STATE91352", 200, "STEINGRIMSSON"),
        ("/doc/09NOWHERE1", 404, "not found in the archive"),
        ("/entity/n-000000000000", 404, "not found in the archive"),
        ("/recent", 200, "No decisions yet"),
        ("/add", 200, "Add documents"),
        ("/help", 200, "How to search"),
        ("/export?format=hits&q=veloutier", 200, "09PORTLOUIS214"),
        ("/export?format=passages&q=veloutier", 200, ", para. 1."),
        ("/export?format=ris&q=veloutier", 200, "TY  - "),
        ("/export?format=csv&q=veloutier", 200, "PER,Armand Veloutier"),
        ("/export?format=jsonl", 200, "\"mentions\":["),
        ("/export?format=nothing", 400, ""),
        ("/nowhere", 404, "There is no such page."),
        ("/api/v1/nowhere", 404, "\"error\":\"there is no such page\""),
    ];
    for (path, status, words) in cases {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        assert!(!answer.body.contains(" style="), "{path} has an inline style");
    }
    let page = server.get("/");
    let asset = page.body.split("href=\"").find(|part| part.starts_with("/assets/"));
    let asset = asset.and_then(|part| part.split('"').next()).expect("a style sheet");
    let style = server.get(asset);
    assert!(style.header("cache-control").is_some_and(|cache| cache.contains("immutable")));
    assert_eq!(server.get("/assets/0/room.js").header("cache-control"), Some("no-cache"));
}

#[test]
fn a_missing_archive_is_shown_as_empty() {
    let folder = Folder::of(&[("a/archive.sqlite", b"")]);
    let absolute = folder.path("a");
    let absolute = absolute.to_str().expect("UTF-8");
    let server = TestServer::open(&folder, absolute, &[]);
    for path in ["/", "/add"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.contains("This archive is empty"), "{path}: {}", answer.body);
    }
}

#[test]
fn total_counts_are_current() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let all = || server.get("/api/v1/search?facets=true&limit=1").json();
    let before = all();
    assert_eq!(all(), before);
    telegrams(&folder.path("more"), 30);
    folder.chancery(["add", "a", "more", "-q"]).assert().success();
    let begun = Instant::now();
    let after = loop {
        let now = all();
        if now["total"] != before["total"] {
            break now;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{now}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let counted = |answer: &Value| -> u64 {
        let classes = answer["facets"]["classification"].as_array().expect("counts");
        classes.iter().filter_map(|class| class["count"].as_u64()).sum()
    };
    assert_eq!(counted(&after), counted(&before) + 30);
    assert_ne!(after["months"], before["months"]);
}

#[test]
fn document_text_is_escaped() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let note = "words=%3Cscript%3Ealert(6)%3C%2Fscript%3E&action=note&on=09OSLO77&back=/";
    assert_eq!(server.form("/decide", note).status, 303);
    let rename = json!({"action": "create", "label": "PER", "name": "<script>alert(7)</script>"});
    let made = server.post("/api/v1/decisions", &rename).json();
    let entity = format!("/entity/{}", made["entity"].as_str().expect("an id"));
    let pages = [
        "/doc/09OSLO77",
        "/doc/09OSLO77?beside=raw",
        "/doc/09OSLO77/raw",
        "/?q=osei",
        "/?q=%3Cscript%3Ealert(8)%3C/script%3E",
        "/doc/09OSLO77?q=%3Cscript%3E",
        "/doc/%3Cscript%3E",
        "/entity/%3Cscript%3E",
        "/recent",
        &entity,
    ];
    for path in pages {
        let body = server.get(path).body;
        for evil in ["<script>", "<SCRIPT>", "<img", "<svg/", "<b onclick", "<i>", "\0", "\u{202e}"]
        {
            assert!(!body.contains(evil), "{path} shows {evil:?}: {body}");
        }
    }
    let raw = server.get("/api/v1/documents/09OSLO77/raw");
    assert_eq!(raw.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[test]
fn foreign_hosts_and_origins_are_refused() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &["--host", "reading.example"]);
    let port = server.address.rsplit(':').next().expect("a port");
    let own = format!("localhost:{port}");
    for (host, status) in [
        (own.as_str(), 200),
        ("127.0.0.1", 200),
        ("[::1]", 200),
        ("reading.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ] {
        assert_eq!(server.send("GET", "/", &[("Host", host)], "").status, status, "{host:?}");
    }
    let form = "application/x-www-form-urlencoded";
    let ours = format!("http://{}", server.address);
    let cases: [(&[(&str, &str)], u16); 8] = [
        (&[("Content-Type", form), ("Origin", &ours)], 303),
        (&[("Content-Type", form), ("Sec-Fetch-Site", "same-origin")], 303),
        (&[("Content-Type", form)], 403),
        (&[("Content-Type", form), ("Origin", "null")], 403),
        (&[("Content-Type", form), ("Origin", "http://evil.example")], 403),
        (&[("Content-Type", form), ("Origin", "http://127.0.0.1:1")], 403),
        (&[("Content-Type", form), ("Sec-Fetch-Site", "cross-site")], 403),
        (&[("Content-Type", "text/plain")], 403),
    ];
    for (headers, status) in cases {
        let answer = server.send("POST", "/searches", headers, "name=a&query=b&back=/");
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
    }
    let long = "x".repeat(300 << 10);
    assert_eq!(server.form("/decide", &long).status, 413);
    assert_eq!(server.get(&format!("/?q={}", "a".repeat(2001))).status, 400);
    let cyrillic = format!("{}+", "%D0%B0".repeat(100)).repeat(19);
    assert_eq!(server.get(&format!("/?q={cyrillic}")).status, 200);
    let (entity, end) = (&server.get("/api/v1/entities").json()[0]["id"], u64::MAX);
    let entity = entity.as_str().expect("an id");
    assert_eq!(server.get(&format!("/entity/{entity}?offset={end}")).status, 400);
}

#[test]
fn other_machines_need_the_password() {
    let folder = archive();
    let refused = folder.chancery(["serve", "a", "--listen", "0.0.0.0", "--port", "0"]);
    let refused = refused.output().expect("it runs");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--password"));
    let server = TestServer::open(&folder, "a", &["--password", "open sesame"]);
    assert_eq!(server.get("/").status, 401);
    assert_eq!(server.get("/api/v1/archive").status, 401);
    let with = |value: &str| server.send("GET", "/", &[("Authorization", value)], "").status;
    assert_eq!((with("Bearer open sesame"), with("Bearer wrong")), (200, 401));
    assert_eq!(server.form("/enter", "password=wrong").status, 401);
    let entered = server.form("/enter", "password=open+sesame");
    let cookie = entered.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Strict") && !cookie.contains("sesame"), "{cookie}");
    let cookie = cookie.split(';').next().expect("its value");
    assert_eq!(server.send("GET", "/", &[("Cookie", cookie)], "").status, 200);
}

#[test]
fn an_empty_password_is_refused() {
    let folder = Folder::of(&[]);
    let serve = ["serve", "a", "--listen", "0.0.0.0", "--port", "0"];
    let commands = [
        folder.chancery(serve).arg("--password").arg(""),
        folder.chancery(serve).arg("--password").arg("  "),
        folder.chancery(serve).env("CHANCERY_PASSWORD", ""),
        folder.chancery(["serve", "a", "--port", "0", "--password", ""]),
    ];
    for command in commands {
        let output = command.timeout(Duration::from_mins(1)).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains("the password is empty (give one with --password"), "{errors}");
    }
}

#[test]
fn guesses_of_the_password_are_slowed() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &["--password", "open sesame"]);
    let entered = server.form("/enter", "password=open+sesame");
    let cookie = entered.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.expect("a cookie").to_owned();
    let slowed = (0..30).map(|n| server.form("/enter", &format!("password=guess{n}")));
    let slowed: Vec<_> = slowed.take_while(|answer| answer.status == 401).collect();
    assert!((5..30).contains(&slowed.len()), "{} guesses", slowed.len());
    // Whether the password is right is not told before the pause is over.
    let bearer = [("Authorization", "Bearer open sesame")];
    let blocked = (0..30)
        .map(|n| (server.form("/enter", &format!("password=more{n}")), n))
        .map(|_| server.send("GET", "/api/v1/archive", &bearer, ""))
        .find(|answer| answer.status == 429)
        .expect("guesses are refused for a while");
    let wait = blocked.header("retry-after").and_then(|wait| wait.parse::<u64>().ok());
    assert!(wait.is_some_and(|wait| (1..=16).contains(&wait)), "{wait:?}");
    assert_eq!(blocked.json()["error"], "too many wrong passwords");
    // A browser that has the password goes on.
    assert_eq!(server.send("GET", "/", &[("Cookie", &cookie)], "").status, 200);
}

#[test]
fn health_is_told_without_the_password() {
    for (database, expected) in [
        (None, (200, "ok")),
        (Some(""), (200, "ok")),
        (Some("no database, but long enough to be taken for one. "), (503, "")),
    ] {
        let folder = Folder::of(&[]);
        if let Some(content) = database {
            std::fs::create_dir(folder.path("a")).expect("a folder");
            let path = folder.path("a/archive.sqlite");
            std::fs::write(path, content.repeat(100)).expect("a file");
        }
        let server = TestServer::open(&folder, "a", &["--password", "open sesame"]);
        let answer = server.get("/healthz");
        assert_eq!(answer.status, expected.0, "{}", answer.body);
        if answer.status == 200 {
            assert_eq!(answer.body, expected.1);
        } else {
            assert_eq!(answer.json()["error"], "the archive cannot be opened");
        }
        assert_eq!(server.get("/api/v1/archive").status, 401);
    }
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    assert_eq!(server.get("/healthz").body, "ok");
    assert_eq!(server.send("GET", "/healthz", &[("Host", "evil.example")], "").status, 421);
}

/// Signals let a request that has begun end.
#[cfg(unix)]
#[test]
fn signals_stop_the_server_gracefully() {
    use std::io::{Read, Write};

    let folder = archive();
    for signal in ["INT", "TERM"] {
        let mut server = TestServer::open(&folder, "a", &[]);
        let mut stream = std::net::TcpStream::connect(&server.address).expect("it listens");
        let body = r#"{"action":"keyword","on":"09PORTLOUIS214","words":"to read"}"#;
        let head = format!(
            "POST /api/v1/decisions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            server.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut goes_on = [0; 25];
        stream.read_exact(&mut goes_on).expect("it reads the body");
        assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        server.signal(signal);
        stream.write_all(body.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{signal}: {answer}");
        assert_eq!(server.wait().code(), Some(0), "{signal}");
    }
}

#[test]
fn failures_are_logged_with_the_request_id() {
    let damaged = "no database, but long enough to be taken for one. ".repeat(100);
    let folder = Folder::of(&[("a/archive.sqlite", damaged.as_bytes())]);
    for more in [&[][..], &["--log-format", "json"], &["--log", "off"], &["--log", "info"]] {
        let server = TestServer::open_logged(&folder, "a", more);
        let page = server.get("/help");
        assert_eq!(page.status, 200);
        let failed = server.get("/api/v1/archive");
        assert_eq!(failed.status, 500, "{}", failed.body);
        let id = failed.header("x-request-id").expect("an id");
        assert_ne!(Some(id), page.header("x-request-id"));
        let log = folder.read("server.log");
        let lines: Vec<&str> = log.lines().collect();
        let expected = match more {
            [_, "off"] => 0,
            [_, "info"] => 2,
            _ => 1,
        };
        assert_eq!(lines.len(), expected, "{more:?}: {log}");
        let Some(last) = lines.last() else { continue };
        assert!(last.contains(id) && last.contains("file is not a database"), "{log}");
        if more.contains(&"json") {
            let event: Value = serde_json::from_str(last).expect("JSON");
            assert_eq!((&event["level"], &event["status"]), (&json!("ERROR"), &json!(500)));
            assert_eq!(event["span"]["id"], id);
        }
    }
}

#[test]
fn connections_of_an_address_are_bounded() {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    let folder = Folder::of(&[]);
    let server = TestServer::open(&folder, "a", &["--connections", "3"]);
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    // Whether a new connection is answered; it stays open.
    let connect = || {
        let mut stream = TcpStream::connect(&server.address).expect("it listens");
        let mut answer = [0; 12];
        let answered = stream.write_all(request.as_bytes()).and(stream.read_exact(&mut answer));
        answered.is_ok().then_some(stream)
    };
    let mut open: Vec<TcpStream> = (0..3).map(|_| connect().expect("an answer")).collect();
    assert!(connect().is_none());
    assert!(connect().is_none());
    open.pop();
    let begun = Instant::now();
    while connect().is_none() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the place is not free again");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn decisions_correct_mentions() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let document = server.get("/api/v1/documents/09PORTLOUIS214").json();
    let names = document["mentions"].as_array().expect("names");
    let name = names.iter().find(|name| name["text"] == "Sunita Rajcoomar-Leclezio");
    let name = name.unwrap_or(&names[0]);
    let (start, end) = (&name["start"], &name["end"]);
    let at = format!("document=09PORTLOUIS214&start={start}&end={end}");
    let card = server.get(&format!("/api/v1/documents/09PORTLOUIS214/mentions/{start}")).json();
    assert_eq!(card["mention"]["text"], name["text"]);
    let page = server.get(&format!("/doc/09PORTLOUIS214/name/{start}"));
    assert!(page.body.contains("Not a name"), "{}", page.body);
    let rejected = server.form("/decide", &format!("action=reject&{at}&back=/doc/09PORTLOUIS214"));
    let location = Some("/doc/09PORTLOUIS214?done=1#changed");
    assert_eq!((rejected.status, rejected.header("location")), (303, location));
    let page = server.get("/doc/09PORTLOUIS214?done=1").body;
    assert!(page.contains("id=\"changed\""), "{page}");
    let is_named = || {
        let document = server.get("/api/v1/documents/09PORTLOUIS214").json();
        document["mentions"].as_array().is_some_and(|names| names.contains(name))
    };
    assert!(!is_named());
    let log = server.get("/api/v1/decisions").json();
    assert_eq!((&log["decisions"][0]["author"], &log["total"]), (&json!("ana"), &json!(1)));
    assert_eq!(server.form("/decide", "action=undo&decision=1&back=/recent").status, 303);
    assert!(is_named());
    assert!(server.get("/recent").body.contains("undone"));
    let marked = server.form("/doc/09PORTLOUIS214/mentions", "words=EconOff&nth=1&label=ORG");
    assert_eq!(marked.status, 303, "{}", marked.body);
    let tagged = server.form("/decide", "action=keyword&on=09PORTLOUIS214&words=to+read&back=/");
    assert_eq!(tagged.status, 303);
    assert_eq!(server.get("/api/v1/search?q=keyword:%22to+read%22").json()["total"], 1);
    let wrong = server.form("/decide", "action=undo&decision=99&back=/");
    assert_eq!(wrong.status, 400, "{}", wrong.body);
}

#[test]
fn entities_are_merged_and_kept_apart() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let rows = server.get("/api/v1/entities?label=PER").json();
    let rows = rows.as_array().expect("a list").iter();
    let rows: Vec<&Value> = rows.filter(|row| row["surname_only"] == false).collect();
    let id = |n: usize| rows[n]["id"].as_str().expect("an id").to_owned();
    let page = server.get(&format!("/entity/{}", id(0)));
    assert!(page.status == 200 && page.body.contains("All passages"), "{}", page.body);
    let apart = json!({"action": "apart", "entity": id(0), "from": id(1), "reason": "two men"});
    assert_eq!(server.post("/api/v1/decisions", &apart).status, 201);
    let entity_json = server.get(&format!("/api/v1/entities/{}", id(0))).json();
    assert_eq!(entity_json["remarks"][0]["kind"], "apart");
    let merge = json!({"action": "merge", "from": id(1), "into": id(0)});
    let merged = server.post("/api/v1/decisions", &merge);
    assert_eq!(merged.status, 201, "{}", merged.body);
    // The richer one remains, and both ids lead to it.
    for number in [0, 1] {
        let details = server.get(&format!("/api/v1/entities/{}", id(number))).json();
        assert_eq!(details["id"], merged.json()["kept"]);
    }
    let places = server.get(&format!("/api/v1/entities/{}/mentions", id(0))).json();
    let place = &places["documents"][0];
    let document = place["document"]["id"].as_str().expect("an id");
    let text = server.get(&format!("/api/v1/documents/{document}")).json();
    let text: Vec<char> = text["text"].as_str().expect("a text").chars().collect();
    let at = &place["passages"][0];
    let number = |value: &Value| value.as_u64().expect("a number") as usize;
    let sliced: String = text[number(&at["start"])..number(&at["end"])].iter().collect();
    assert_eq!(at["text"], sliced.as_str());
    let [from, to] = [0, 1].map(|end| number(&at["hits"][0][end]));
    assert!((number(&at["start"])..number(&at["end"])).contains(&from) && from < to);
}

#[test]
fn an_empty_archive_is_filled_by_an_upload() {
    let folder = Folder::of(&[]);
    let server = TestServer::open(&folder, "new", &[]);
    assert!(server.get("/").body.contains("This archive is empty"));
    assert_eq!(server.get("/api/v1/search").status, 404);
    let telegram = std::fs::read_to_string(crate::root().join(crate::TELEGRAM)).expect("a text");
    // Long names, and names that are there already, or are numbers.
    let long = "\u{6d77}".repeat(120);
    let body: String = ["../../<b>one.txt", "1", "1", "2", "x", "x", &long]
        .map(|name| {
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n{telegram}\r\n"
            )
        })
        .concat();
    let body = body + "--b--\r\n";
    let origin = format!("http://{}", server.address);
    let headers = [("Origin", &*origin), ("Content-Type", "multipart/form-data; boundary=b")];
    assert_eq!(server.send("POST", "/api/v1/uploads", &headers, &body).status, 202);
    let begun = Instant::now();
    loop {
        let uploads = server.get("/api/v1/uploads").json();
        if uploads[0]["state"] == "done" {
            assert_eq!(uploads[0]["documents"], 1);
            break;
        }
        assert_ne!(uploads[0]["state"], "failed", "{uploads}");
        assert!(begun.elapsed() < Duration::from_mins(1), "{uploads}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let document = server.get("/api/v1/documents/09PORTLOUIS214").json();
    let paths = document["paths"].as_array().expect("paths");
    assert!(paths.len() == 7 && paths.contains(&json!("<b>one.txt")), "{paths:?}");
    assert!(server.get("/?q=veloutier").body.contains("<mark>"));
}

#[test]
fn uploads_of_an_earlier_server_are_taken_up() {
    let telegram = std::fs::read(crate::root().join(crate::TELEGRAM)).expect("a text");
    let folder = Folder::of(&[
        ("a/uploads/7/one.txt", &telegram),
        ("a/uploads/7/1/one.txt", b"FM AMEMBASSY OSLO\n\nMinister Ama Osei left.\n"),
        ("a/uploads/.part-x/half.txt", b"half"),
    ]);
    let server = TestServer::open(&folder, "a", &[]);
    let begun = Instant::now();
    loop {
        let uploads = server.get("/api/v1/uploads").json();
        assert_eq!((&uploads[0]["number"], &uploads[0]["files"]), (&json!(7), &json!(2)));
        if uploads[0]["state"] == "done" {
            assert_eq!(uploads[0]["documents"], 2, "{uploads}");
            break;
        }
        assert_ne!(uploads[0]["state"], "failed", "{uploads}");
        assert!(begun.elapsed() < Duration::from_mins(1), "{uploads}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let left = std::fs::read_dir(folder.path("a/uploads")).expect("a folder");
    let left: Vec<_> = left.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["lock"]);
    let document = server.get("/api/v1/documents/09PORTLOUIS214").json();
    assert_eq!(document["paths"], json!(["one.txt"]));
}

#[test]
fn many_queries_at_once_are_all_run_or_refused() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let origin = format!("http://{}", server.address);
    let headers = [("Origin", &*origin), ("Content-Type", "multipart/form-data; boundary=b")];
    for (queries, status, words) in [
        ("veloutier\n\nnowhere\n".to_owned(), 200, "veloutier\t1\t1\t"),
        ("\"open\noslo\n".to_owned(), 200, "the quote is not closed\noslo\t1\t"),
        ("oslo\n".repeat(1001), 400, "1001 queries, but at most 1000 are allowed"),
    ] {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"queries\"\r\n\r\n{queries}\r\n--b--\r\n"
        );
        let answer = server.send("POST", "/batch", &headers, &body);
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
}

#[test]
fn the_api_matches_its_openapi_document() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let described = server.get("/api/v1/openapi.json").json();
    let rows = server.get("/api/v1/entities").json();
    let id = rows[0]["id"].as_str().expect("an id").to_owned();
    let other = rows[1]["id"].as_str().expect("an id");
    let document = server.get("/api/v1/documents/09PORTLOUIS214").json();
    let start = document["mentions"][0]["start"].to_string();
    let paths = described["paths"].as_object().expect("paths");
    let mut asked = 0;
    for (path, methods) in paths {
        let Some(operation) = methods.get("get") else { continue };
        let fill = if path.contains("entities") { id.as_str() } else { "09PORTLOUIS214" };
        let address = path.replace("{id}", fill).replace("{start}", &start);
        let address = match path.contains("merge-preview") {
            true => format!("{address}?from={id}&into={other}"),
            false => address,
        };
        let answer = server.get(&address);
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        let content = operation["responses"]["200"]["content"].as_object().expect("a content");
        let kind = answer.header("content-type").expect("a type").split(';').next();
        let kind = content.get(kind.unwrap_or_default());
        let kind = kind.unwrap_or_else(|| panic!("{address} is of another type"));
        if let Some(schema) =
            kind.get("schema").filter(|_| content.contains_key("application/json"))
        {
            fits(&described, schema, &answer.json(), path);
        }
        asked += 1;
    }
    assert!(asked >= 12, "only {asked} paths were asked");
}

/// Whether a value is what a schema says: types, names and nothing else.
fn fits(described: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = described.pointer(reference.trim_start_matches('#'));
        return fits(described, schema.expect("a known schema"), value, place);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return for one in all {
            fits(described, one, value, place);
        };
    }
    if let Some(some) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let nullable = some.iter().any(|one| one["type"] == "null");
        assert!(!value.is_null() || nullable, "{place} must not be null");
        if !value.is_null() {
            let one = some.iter().find(|one| one["type"] != "null").expect("a type");
            fits(described, one, value, place);
        }
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let known = kinds.contains(&kind) || kind == "integer" && kinds.contains(&"number");
    assert!(known, "{place} is of type {kind}, not {kinds:?}");
    if let Some(items) = value.as_array() {
        for item in items {
            fits(described, &schema["items"], item, place);
        }
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(object.contains_key(name), "{place} has no {name}");
        }
        for (name, schema) in properties {
            if let Some(value) = object.get(name) {
                fits(described, schema, value, &format!("{place}.{name}"));
            }
        }
    }
}

#[test]
fn the_demo_opens() {
    let folder = Folder::of(&[]);
    let server = TestServer::run(&folder, &["demo"]);
    let counts = server.get("/api/v1/archive").json();
    assert!(counts["documents"].as_i64().is_some_and(|count| count >= 12), "{counts}");
    assert_eq!(counts["problems"], 0);
    let citing = server.get("/api/v1/documents/09PORTLOUIS266").json();
    assert!(citing["cited_by"].as_array().is_some_and(|all| !all.is_empty()));
    assert_eq!(citing["before"]["cable_id"], "09PORTLOUIS231");
}

//! Whom the server answers: hosts, other sites, programs.

use serde_json::json;

use crate::test_server::TestServer;
use crate::{Folder, TELEGRAM};

/// An archive of one telegram.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    let telegram = crate::root().join(TELEGRAM);
    folder.chancery(["add", "a", telegram.to_str().expect("UTF-8"), "-q"]).assert().success();
    folder
}

#[test]
fn hosts_are_compared_strictly() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &["--host", "reading.example"]);
    for (host, status) in [
        ("[::1]", 200),
        ("[::1]:8470", 200),
        ("READING.example:8470", 200),
        ("[::1]evil.example", 421),
        ("[::1].evil.example", 421),
        ("[::1]:8470.evil.example", 421),
        ("[::1", 421),
        ("::1", 421),
        ("[127.0.0.1]", 421),
        ("localhost:evil.example", 421),
        ("reading.example.", 421),
        ("reading.example:80:80", 421),
        ("reading.example@evil.example", 421),
    ] {
        assert_eq!(server.send("GET", "/", &[("Host", host)], "").status, status, "{host:?}");
    }
    let two = [("Host", "localhost"), ("Host", "evil.example")];
    assert_eq!(server.send("GET", "/", &two, "").status, 421);
}

#[test]
fn other_sites_can_link_to_pages_but_not_start_work() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let fetch = |site: &'static str, mode: &'static str, dest: &'static str| {
        vec![("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)]
    };
    let link = fetch("cross-site", "navigate", "document");
    let prefetch = [&link[..], &[("Sec-Purpose", "prefetch")]].concat();
    let page = "/?q=veloutier";
    let document = "/doc/09PORTLOUIS214";
    let (export, api) = ("/export?format=jsonl", "/api/v1/search?q=veloutier");
    for (headers, allowed, refused) in [
        (link, &[page, document, "/map"][..], &[export, api, "/api/v1/export"][..]),
        (fetch("same-site", "navigate", "document"), &[page], &[export, api]),
        (fetch("cross-site", "navigate", "iframe"), &[], &[page, document, export, api]),
        (fetch("cross-site", "no-cors", "image"), &[], &[page, document, export, api]),
        (fetch("cross-site", "no-cors", "script"), &[], &[page, api]),
        (fetch("cross-site", "cors", "empty"), &[], &[page, api]),
        (fetch("same-site", "no-cors", "image"), &[], &[page, api]),
        (prefetch, &[], &[page]),
        (fetch("same-origin", "cors", "empty"), &[page, export, api], &[]),
        (fetch("none", "navigate", "document"), &[page, export, api], &[]),
        (Vec::new(), &[page, export, api], &[]),
    ] {
        for (paths, status) in [(allowed, 200), (refused, 403)] {
            for path in paths {
                let answer = server.send("GET", path, &headers, "");
                assert_eq!(answer.status, status, "{path} {headers:?}: {}", answer.body);
            }
        }
    }
}

/// What `curl -F files=@a.txt` sends.
fn upload(server: &TestServer, headers: &[(&str, &str)]) -> u16 {
    let kind = [("Content-Type", "multipart/form-data; boundary=b")];
    let body = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\
         Content-Type: text/plain\r\n\r\nMinister Ama Osei left Lome.\r\n--b--\r\n";
    server.send("POST", "/api/v1/uploads", &[&kind, headers].concat(), body).status
}

#[test]
fn programs_with_the_password_can_upload() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &["--password", "open sesame"]);
    assert_eq!(upload(&server, &[("Authorization", "Bearer open sesame")]), 202);
    assert_eq!(upload(&server, &[("Authorization", "Bearer wrong")]), 401);
    assert_eq!(upload(&server, &[("Authorization", "Basic b3Blbg==")]), 403);
    // An old browser may send the form of another site so, with the cookie.
    let entered = server.form("/enter", "password=open+sesame");
    let cookie = entered.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    assert_eq!(upload(&server, &[("Cookie", cookie.expect("a cookie"))]), 403);
    let foreign = [("Authorization", "Bearer open sesame"), ("Origin", "http://evil.example")];
    assert_eq!(upload(&server, &foreign), 403);

    // Without a password, the header shows that no form has sent the request.
    let server = TestServer::open(&folder, "b", &[]);
    assert_eq!(upload(&server, &[]), 403);
    assert_eq!(upload(&server, &[("Authorization", "Bearer none")]), 202);
    let answer = server.post("/api/v1/batch", &json!({"queries": "osei"}));
    assert!(matches!(answer.status, 200 | 404), "{}", answer.body);
}

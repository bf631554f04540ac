//! Map, network and timeline: what a dot says is what its link finds.

use serde_json::Value;

use crate::Folder;
use crate::serve::archive;
use crate::test_server::TestServer;

/// Words as the value of a query of an address.
fn encoded(words: &str) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    words.bytes().map(byte).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or_else(|| panic!("no {name}: {value}"), Vec::as_slice)
}

/// How many documents answer all of these.
fn found(server: &TestServer, query: &str, term: &Value) -> Value {
    let term = term.as_str().expect("a term");
    let answer = server.get(&format!("/api/v1/search?q={}", encoded(&format!("{query} {term}"))));
    assert_eq!(answer.status, 200, "{term}: {}", answer.body);
    answer.json()["total"].clone()
}

#[test]
fn pages_have_the_expected_content() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let cases = [
        ("/?q=", 200, "href=\"/map\""),
        ("/?q=veloutier", 200, "href=\"/network?q=veloutier\""),
        ("/map", 200, "Places named"),
        ("/map?q=veloutier", 200, "class=\"land\""),
        ("/map?q=nowhere", 200, "0 documents: 0 places"),
        ("/map?q=%22open", 400, "Query, column"),
        ("/network", 200, "Most often named together"),
        ("/network?by=letter", 200, "SECSTATE WASHDC"),
        ("/network?size=1", 400, "from 2 to 200"),
        ("/network?size=1000", 400, "from 2 to 200"),
        ("/network?by=nothing", 400, ""),
        ("/timeline", 200, "data-period=\"1974-"),
        ("/timeline?q=date:2009", 200, "data-period=\"2009-"),
        ("/timeline?q=nowhere", 200, "No documents with a date"),
        ("/timeline?q=a&from=1974&until=1975-02", 303, ""),
        ("/api/v1/network?size=0", 400, "\"error\""),
    ];
    for (path, status, words) in cases {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
        assert!(!answer.body.contains(" style="), "{path} has an inline style");
    }
    let closer = server.get("/timeline?q=a+date:1974&from=1974-01&until=1975-02");
    let expected = "/timeline?q=a%20date:1974-01..1975-02";
    assert_eq!(closer.header("location"), Some(expected));
    for path in ["chart.js", "pan.js", "brush.js", "vendor/d3-zoom-3.0.1/d3-zoom.min.js"] {
        let asset = server.get(&format!("/assets/0/{path}"));
        assert_eq!(
            (asset.status, asset.header("content-type")),
            (200, Some("text/javascript; charset=utf-8"))
        );
    }
}

#[test]
fn dot_counts_match_their_searches() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    for query in ["", "veloutier", "classification:confidential"] {
        let get = |path: &str| server.get(&format!("/api/v1/{path}q={}", encoded(query))).json();
        let map = get("map?");
        let network = get("network?");
        let timeline = get("timeline?");
        let spots = list(&map, "places").iter().chain(list(&map, "posts"));
        let dots = spots.chain(list(&network, "nodes")).chain(list(&network, "edges"));
        let mut looked = 0;
        for dot in dots {
            assert_eq!(found(&server, query, &dot["term"]), dot["documents"], "{query}: {dot}");
            looked += 1;
        }
        assert!(looked > 10, "{query}: only {looked} dots");
        for period in list(&timeline, "periods") {
            let term = format!("date:{}", period["period"].as_str().expect("a time"));
            assert_eq!(found(&server, query, &term.into()), period["documents"], "{query}");
        }
        for spot in list(&map, "places") {
            let degrees = list(spot, "coordinates");
            assert!(degrees[0].as_f64().is_some_and(|north| north.abs() <= 90.0), "{spot}");
            assert!(degrees[1].as_f64().is_some_and(|east| east.abs() <= 180.0), "{spot}");
        }
        assert_eq!(network, get("network?"), "the picture is the same each time");
    }
    let letters = server.get("/api/v1/network?by=letter").json();
    for edge in list(&letters, "edges") {
        // The words of a name may stand in a longer one, too.
        let number = |value: &Value| value.as_u64().expect("a number");
        assert!(number(&found(&server, "", &edge["term"])) >= number(&edge["documents"]), "{edge}");
    }
    let names: Vec<&str> =
        list(&letters, "nodes").iter().filter_map(|node| node["name"].as_str()).collect();
    assert!(names.contains(&"SECSTATE WASHDC"), "{names:?}");
}

#[test]
fn a_day_is_named_where_the_timeline_says_so() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let timeline = server.get("/api/v1/timeline").json();
    let days = list(&timeline["events"], "days");
    assert!(!days.is_empty(), "{timeline}");
    for day in days {
        for passage in list(day, "passages") {
            let id = passage["document"]["id"].as_str().expect("an id");
            let text = server.get(&format!("/api/v1/documents/{id}")).json()["text"].clone();
            let at = |name: &str| passage["excerpt"][name].as_u64().expect("a place") as usize;
            let text = text.as_str().expect("a text");
            let words: String =
                text.chars().skip(at("start")).take(at("end") - at("start")).collect();
            assert_eq!(passage["excerpt"]["text"], words.as_str());
            let query = encoded(&format!("\"{words}\""));
            let at = server.get(&format!("/doc/{}?q={query}", &id[..16]));
            // A document with a readable address is there.
            let page = match at.header("location") {
                Some(address) => server.get(address),
                None => at,
            };
            assert!(page.body.contains("id=\"hit1\""), "{words}: {}", page.body);
        }
    }
}

#[test]
fn chart_text_is_escaped() {
    let telegram = "\
R 151222Z JUN 09\nFM <script>alert(1)</script>\nTO <img src=x onerror=alert(2)>\n\
C O N F I D E N T I A L OSLO 000077\n\nE.O. 12958: DECL: 06/15/2019\nTAGS: PREL\n\
SUBJECT: <svg/onload=alert(3)>\n\n1. (C) Minister <b>Ama Osei</b> of the <i>Ministry of Nets</i> \
met Kofi \u{202e}Mensah in Lome and Oslo on June 15 <b>early</b>.\n\nOSEI\n";
    let folder = Folder::of(&[("09OSLO77.txt", telegram.as_bytes())]);
    folder.chancery(["add", "a", "09OSLO77.txt", "-q"]).assert().success();
    let server = TestServer::open(&folder, "a", &[]);
    let evil = encoded("\"<script>alert(4)</script>\"");
    assert!(server.get("/timeline").body.contains("id=\"day-2009-06-15\""));
    for path in ["map", "network", "network?by=letter", "timeline"] {
        let sign = if path.contains('?') { '&' } else { '?' };
        for path in [format!("/{path}"), format!("/{path}{sign}q={evil}")] {
            let answer = server.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            for evil in ["<script>alert", "<img", "<svg/", "<b>", "<i>", "\u{202e}"] {
                assert!(!answer.body.contains(evil), "{path} shows {evil:?}: {}", answer.body);
            }
        }
    }
}

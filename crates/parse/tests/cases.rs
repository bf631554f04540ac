//! Tests the field finders with the table of cable cases.
//!
//! Reads `../shared/data/cable-cases/cases.json`, or the file named by the
//! environment variable `CHANCERY_CASES`, and prints the number of passing
//! cases per group (shown with `--nocapture`). `CHANCERY_CASES_FAILED=1` lists
//! the failing cases.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chancery_fields::references::CitingCable;
use chancery_fields::{
    cable_id, classified_by, date_time, page_line, recipients, references, signature, subject,
    summary, tags,
};
use chancery_model::{
    CableId, Correspondent, Precedence, Reference, ReferenceKind, Spanned, TagsEntryKind, TextSpan,
};
use serde_json::{Value, json};
use shared_data::shared_data;

/// Cases that we consider wrong, and why.
const WRONG_CASES: &[(&str, &str)] = &[
    ("references_ng/033", "'MANILA 2969 B. 2962': B is 2962, not 2969 again"),
    ("references_ng/052", "'A) 6307 B) STATE 285773': the second reference has the bullet B"),
];

/// Minimum number of passing cases among those that the reference parser fails.
const MIN_OTHERS_PASSED: usize = 55;

#[derive(Default)]
struct Score {
    passed: usize,
    total: usize,
}

#[test]
fn cases() {
    let named = std::env::var_os("CHANCERY_CASES").map(PathBuf::from);
    let Some(path) = named.or_else(|| shared_data("data/cable-cases/cases.json")) else { return };
    let json = std::fs::read_to_string(&path).expect("the cases");
    let cases: Vec<Value> = serde_json::from_str(&json).expect("the cases are a list");
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut others = Score::default();
    let mut broken = Vec::new();
    let list = std::env::var_os("CHANCERY_CASES_FAILED").is_some();
    for case in &cases {
        let id = case["id"].as_str().expect("a case has an id");
        let wanted = expected_value(case);
        let found = found_value(case);
        let passes = found == wanted;
        let score = scores.entry(case["group"].as_str().expect("a case has a group")).or_default();
        score.total += 1;
        score.passed += usize::from(passes);
        if list && !passes {
            println!("{id}\n  found  {found}\n  wanted {wanted}");
        }
        if case["reference_parser_passes"] == true {
            if !passes && !WRONG_CASES.iter().any(|(wrong, _)| *wrong == id) {
                broken.push(id);
            }
        } else {
            others.total += 1;
            others.passed += usize::from(passes);
        }
    }
    for (group, score) in &scores {
        println!("{group:26} {:3}/{}", score.passed, score.total);
    }
    let passed: usize = scores.values().map(|score| score.passed).sum();
    println!("{:26} {passed:3}/{}", "all", cases.len());
    println!("{:26} {:3}/{}", "failed by reference parser", others.passed, others.total);
    for (wrong, why) in WRONG_CASES {
        println!("considered wrong: {wrong}: {why}");
    }
    assert!(broken.is_empty(), "the reference parser passes these: {broken:?}");
    assert!(
        others.passed >= MIN_OTHERS_PASSED.min(others.total),
        "{} of the others pass",
        others.passed
    );
}

/// The expected value of a case, in the form of `found`. Ids are compared in
/// canonical form: the cases themselves say that TAIPEI is AITTAIPEI.
fn expected_value(case: &Value) -> Value {
    let wanted = &case["expected"];
    match case["group"].as_str() {
        Some("references") => {
            let ids = wanted.as_array().into_iter().flatten();
            ids.map(|id| canonical(id.as_str().unwrap_or(""))).collect()
        }
        Some("references_ng") => {
            let mut wanted = wanted.clone();
            for reference in wanted.as_array_mut().into_iter().flatten() {
                if reference["kind"] == "cable" {
                    reference["value"] = canonical(reference["value"].as_str().unwrap_or(""));
                }
            }
            wanted
        }
        Some("html_cable") => {
            let part = |name: &str| wanted[name].as_str().unwrap_or("");
            let text = [part("header"), part("content")].join("\n");
            json!({ "subject": wanted["subject"], "words": words_without_page_lines(&text) })
        }
        _ => wanted.clone(),
    }
}

/// The words of a page without page lines, without the characters that the
/// source adds at paragraphs and line ends, and without SIPDIS. The parser
/// removes a SIPDIS that a relay inserted into a sentence.
fn words_without_page_lines(text: &str) -> Vec<String> {
    let mut copy = text.to_owned();
    for page in page_line::find_page_lines(text, TextSpan::from_range(0..text.len())).iter().rev() {
        copy.replace_range(page.byte_range(), " ");
    }
    let words = copy.split_whitespace().map(|word| word.replace('¶', ""));
    words.filter(|word| !["", "\\", "SIPDIS"].contains(&word.as_str())).collect()
}

/// The words of the page from the transmission header on, and the subject.
fn page_words(input: &str) -> Value {
    let contents = chancery_parse::parse_file(input.as_bytes()).expect("a page can be read");
    let document = &contents.documents[0];
    let text = document.text.as_str();
    let start = text.find("VZCZC").unwrap_or(0);
    let subject = document.header.subject.as_ref().map_or("", |subject| &subject.value);
    json!({ "subject": subject, "words": words_without_page_lines(&text[start..]) })
}

fn canonical(id: &str) -> Value {
    json!(cable_id::canonical_cable_id(id).map_or_else(|| id.to_owned(), |id| id.0))
}

/// The result of the finder for the case's group.
fn found_value(case: &Value) -> Value {
    let text = line_text(case["input"].as_str().expect("a case has an input"));
    let all = TextSpan::from_range(0..text.len());
    match case["group"].as_str().unwrap_or("") {
        "canonicalize_id" | "canonicalize_id_malformed" | "canonicalize_id_invalid" => {
            canonical(&text)
        }
        "classified_by" => {
            let normalize = case["normalize"] == true;
            let mut names: Vec<String> = Vec::new();
            for person in classified_by::find_classified_by(&text, all)
                .into_iter()
                .flat_map(|field| field.persons)
            {
                let name = person.value.name;
                let name = if normalize { classified_by::name_in_title_case(&name) } else { name };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            json!(names)
        }
        "recipients" => recipients::find_addressees(&text, all).to.iter().map(recipient).collect(),
        "info_recipients" => {
            recipients::find_addressees(&text, all).info.iter().map(recipient).collect()
        }
        "nondisclosure_deadline" => {
            json!(
                date_time::find_declassification_date(&text, all)
                    .map(|date| date.value.to_string())
            )
        }
        "summary" => {
            let parts =
                summary::find_summary(&text, all).into_iter().map(|span| &text[span.byte_range()]);
            json!(parts.collect::<Vec<_>>().join("\n"))
        }
        "titlefy" => json!(subject::title_case(&text)),
        "tags" => tags::find_tags(&text, all).into_iter().map(|tag| tag.value.name).collect(),
        "tag_kind" => json!(tag_kind(tags::kind_of_tag(&text))),
        "references" => {
            let mut ids: Vec<String> = Vec::new();
            for found in find_references(&text, case) {
                if found.value.kind == ReferenceKind::Cable && !ids.contains(&found.value.value) {
                    ids.push(found.value.value);
                }
            }
            json!(ids)
        }
        // The cases list no references of other kinds.
        "references_ng" => find_references(&text, case)
            .iter()
            .filter(|found| found.value.kind != ReferenceKind::Other)
            .map(|found| reference(&found.value))
            .collect(),
        "signers" => {
            signature::find_signatures(&text, all).into_iter().map(|name| name.value).collect()
        }
        "subject" => {
            let Some(found) = subject::find_subject(&text, all) else { return json!("") };
            let portion = found.portion.filter(|_| case["clean"] == false);
            let portion =
                portion.map_or(String::new(), |portion| format!("({}) ", portion.value.marking));
            json!(portion + &found.words.value)
        }
        "html_cable" => page_words(case["input"].as_str().unwrap_or("")),
        _ => Value::Null,
    }
}

fn find_references(text: &str, case: &Value) -> Vec<Spanned<Reference>> {
    let year = case["year"].as_u64().and_then(|year| year.try_into().ok());
    let id = case["cable_id"].as_str().and_then(cable_id::canonical_cable_id);
    let citing: Option<&CableId> = id.as_ref();
    let all = TextSpan::from_range(0..text.len());
    references::find_references(text, all, CitingCable { year, id: citing })
}

fn reference(reference: &Reference) -> Value {
    let kind = serde_json::to_value(reference.kind).expect("a kind is a word");
    json!({ "value": reference.value, "kind": kind, "enum": reference.bullet })
}

fn recipient(field: &Spanned<Correspondent>) -> Value {
    let Correspondent { route, name, precedence, mcn, excluded } = &field.value;
    json!({
        "route": route,
        "name": name,
        "precedence": precedence.map(Precedence::as_str),
        "mcn": mcn,
        "excluded": excluded,
    })
}

fn tag_kind(kind: TagsEntryKind) -> &'static str {
    match kind {
        TagsEntryKind::Subject => "subject",
        TagsEntryKind::Geographic => "geo",
        TagsEntryKind::Organization => "org",
        TagsEntryKind::Program => "program",
        TagsEntryKind::Person => "person",
        TagsEntryKind::Unknown => "unknown",
    }
}

/// Decodes entities, as the parser does before it finds fields.
fn line_text(input: &str) -> String {
    input.replace("&#8217;", "’").replace("&#8220;", "“").replace("&#8221;", "”")
}

//! Statements in TEI and FollowTheMoney: elements nest, and point to who speaks and hears.

use chancery_formats::{ExportOptions, Exporter, Format};
use chancery_model::{
    Annotated, Attribution, Document, DocumentEntities, DocumentId, Entity, Label, Link, LinkKind,
    Mention, MentionSource, Party, RawSpan, Statement, StatementKind, Text, TextSpan, Words,
};
use serde_json::{Value, json};

const TEXT: &str = "Ama Osei said that Karim had told her it rained.\nIt never rained in Oslo.";

/// The first occurrence of some words.
fn span(words: &str) -> TextSpan {
    let start = TEXT.find(words).expect("the words");
    TextSpan::from_range(start..start + words.len())
}

fn statement(cue: &str, content: TextSpan, parties: [Option<Party>; 2]) -> Statement {
    let [speaker, hearer] = parties;
    Statement {
        kind: StatementKind::Say,
        source: None,
        cue: span(cue),
        addressee: None,
        content,
        speaker,
        hearer,
        score: 0.875,
    }
}

/// A document of two paragraphs with two persons, a place and these statements.
fn document(statements: Vec<Statement>) -> Annotated {
    let names = [("Ama Osei", Label::Per), ("Karim", Label::Per), ("Oslo", Label::Loc)];
    let text = Text::from_verbatim(TEXT);
    let second = TEXT.find("It never").expect("a paragraph") as u32;
    let paragraphs = [TextSpan::new(0, second - 1), TextSpan::new(second, TEXT.len() as u32)];
    let raw = RawSpan::from_range(0..TEXT.len());
    let document = Document::from_paragraphs(DocumentId([7; 32]), raw, text, paragraphs);
    let (mut mentions, mut entities) = (Vec::new(), DocumentEntities::default());
    for ((name, label), number) in names.into_iter().zip(0..) {
        mentions.push(Mention {
            span: span(name),
            label,
            score: 0.5,
            source: MentionSource::Imported,
        });
        entities.entities.push(Entity {
            id: format!("list:{number}"),
            same_as: None,
            label,
            name: name.to_owned(),
            score: 0.5,
            evidence: Vec::new(),
        });
        entities.links.push(Link {
            mention: number,
            entity: number,
            kind: LinkKind::Name,
            antecedent: None,
            title: None,
            affiliation: None,
        });
    }
    let attribution = Attribution { statements, acts: Vec::new() };
    Annotated { document, words: Words::default(), mentions, entities, attribution }
}

fn export(format: Format, annotated: &Annotated) -> String {
    let nowhere = |_: &str| None;
    let open = |_: &str| Ok(Vec::new());
    let mut exporter =
        Exporter::start_export(format, ExportOptions::default(), &nowhere, open).expect("memory");
    exporter.write_document(annotated, "a.txt").expect("memory");
    let file = exporter.finish_export().expect("memory").pop().expect("a file");
    String::from_utf8(file).expect("UTF-8")
}

const AMA: Option<Party> = Some(Party::Entity(0));
const KARIM: Option<Party> = Some(Party::Entity(1));

/// The text of a TEI export, between the tags of its body.
fn body(tei: &str) -> &str {
    let start = tei.find("<body>").expect("a body") + "<body>".len();
    &tei[start..tei.find("</body>").expect("its end")]
}

#[test]
fn what_is_said_nests_with_names_and_with_other_statements() {
    let tei = export(
        Format::Tei,
        &document(vec![
            statement("said", span("Karim had told her it rained"), [AMA, Some(Party::Post)]),
            statement("told", span("it rained"), [KARIM, AMA]),
        ]),
    );
    assert_eq!(
        body(&tei),
        "<ab xml:space=\"preserve\"><persName ref=\"#d1.e1\">Ama Osei</persName> said that \
         <said xml:id=\"d1.s1\" who=\"#d1.e1\" toWhom=\"#d1.post\" ana=\"#d1.say\" cert=\"0.875\">\
         <persName ref=\"#d1.e2\">Karim</persName> had told her \
         <said xml:id=\"d1.s2\" who=\"#d1.e2\" toWhom=\"#d1.e1\" ana=\"#d1.say\" cert=\"0.875\">\
         it rained</said></said>.\n</ab><ab xml:space=\"preserve\">It never rained in \
         <placeName ref=\"#d1.e3\">Oslo</placeName>.</ab>"
    );
    assert!(tei.contains("<personGrp xml:id=\"d1.post\" role=\"post\">"), "{tei}");
    assert!(tei.contains("<interp xml:id=\"d1.say\">say</interp>"), "{tei}");
}

#[test]
fn a_statement_goes_on_in_the_next_block_and_behind_an_overlap() {
    let two = TextSpan::new(span("it rained").start, span("It never").end);
    let words = Some(Party::Words("French <colleagues>".to_owned()));
    let tei = export(
        Format::Tei,
        &document(vec![
            statement("said", span("told her it"), [AMA, None]),
            statement("told", two, [words, None]),
        ]),
    );
    let ab = "<ab xml:space=\"preserve\">";
    let said = "who=\"#d1.w1\" ana=\"#d1.say\" cert=\"0.875\">";
    let expected = format!(
        "told her <said xml:id=\"d1.s2\" {said}it</said></said>\
         <said prev=\"#d1.s2\" {said} rained.\n</said></ab>{ab}<said prev=\"#d1.s2\" {said}It never</said>"
    );
    assert!(body(&tei).contains(&expected), "{}", body(&tei));
    assert!(tei.contains("<p>French &lt;colleagues&gt;</p>"), "{tei}");
}

#[test]
fn a_content_that_cuts_a_name_has_the_whole_name() {
    let cut = TextSpan::new(span("Osei").start, span("said").end);
    let tei = export(Format::Tei, &document(vec![statement("told", cut, [KARIM, None])]));
    let expected = "cert=\"0.875\"><persName ref=\"#d1.e1\">Ama Osei</persName> said</said>";
    assert!(body(&tei).contains(expected), "{}", body(&tei));
}

#[test]
fn ftm_links_the_speaker_to_the_hearer() {
    let exported = export(
        Format::Ftm,
        &document(vec![
            statement("told", span("it rained"), [KARIM, AMA]),
            statement("said", span("Karim had told her it rained"), [AMA, Some(Party::Post)]),
        ]),
    );
    let entities: Vec<Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of_schema = |schema: &str| -> Vec<&Value> {
        entities.iter().filter(|one| one["schema"] == schema).collect()
    };
    let (persons, links, notes) =
        (of_schema("Person"), of_schema("UnknownLink"), of_schema("Note"));
    assert_eq!((persons.len(), links.len(), notes.len()), (2, 1, 1));
    assert_eq!(links[0]["properties"]["subject"], json!([persons[1]["id"]]));
    assert_eq!(links[0]["properties"]["object"], json!([persons[0]["id"]]));
    assert_eq!(links[0]["properties"]["description"], json!(["it rained"]));
    assert_eq!(notes[0]["properties"]["name"], json!(["Ama Osei said (to post)"]));
    assert_eq!(notes[0]["properties"]["entity"], json!([persons[0]["id"]]));
}

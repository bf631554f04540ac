//! Decisions about a name reach the mentions that the user meant, and no others.

mod fixture;

use chancery_model::Label;
use chancery_store::{
    ArchiveWriter, CurationAction, CurationRequest, DecisionNumber, DocumentNumber, MentionRef,
    MentionScope,
};
use fixture::{annotate_text, make_file};

const TEXTS: [&str; 3] = [
    "Osei met Karim Benhaddou in Oslo. Osei came late, and Ama Osei did not come.",
    "In Oslo Osei spoke of Osei.",
    "Karim Benhaddou never saw Osei in Lusaka.",
];

fn open_archive(name: &str) -> (ArchiveWriter, Vec<DocumentNumber>) {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    writer.set_engine("first").expect("an engine");
    for (number, text) in TEXTS.iter().enumerate() {
        let file = make_file(&annotate_text(text), &format!("{number}.txt"));
        writer.add(&file).expect("added");
    }
    writer.finish().expect("finished");
    let find = |text: &&str| {
        let id = blake3::hash(text.as_bytes()).to_hex().to_string();
        writer.documents().find(&id).expect("a document")
    };
    let numbers = TEXTS.iter().map(find).collect();
    (writer, numbers)
}

/// The words, labels and whether a user decided, of the mentions with these words.
fn mentions(writer: &ArchiveWriter, number: DocumentNumber, words: &str) -> Vec<(Label, bool)> {
    let (document, mentions) = writer.documents().with_mentions(number).expect("a document");
    let of_words = mentions.iter().filter(|one| &document.text[one.mention.span] == words);
    of_words.map(|one| (one.mention.label, one.decided)).collect()
}

/// The `nth` mention with these words.
fn at(writer: &ArchiveWriter, number: DocumentNumber, words: &str, nth: usize) -> MentionRef {
    let (document, mentions) = writer.documents().with_mentions(number).expect("a document");
    let of_words = mentions.iter().filter(|one| &document.text[one.mention.span] == words);
    let span = of_words.map(|one| one.mention.span).nth(nth).expect("a mention");
    MentionRef { document: document.id.to_string(), start: span.start, end: span.end }
}

#[test]
fn a_decision_reaches_what_its_scope_says() {
    const PER: (Label, bool) = (Label::Per, false);
    const ORG: (Label, bool) = (Label::Org, true);
    for (scope, expected) in [
        (MentionScope::Mention, [vec![PER, ORG], vec![PER, PER], vec![PER]]),
        (MentionScope::Document, [vec![ORG, ORG], vec![PER, PER], vec![PER]]),
        (MentionScope::Archive, [vec![ORG, ORG], vec![ORG, ORG], vec![ORG]]),
    ] {
        let (mut writer, numbers) = open_archive("same-name-scope");
        let entity = Some("e-Osei".to_owned());
        let label = Label::Org;
        let request =
            CurationRequest::Add { at: at(&writer, numbers[0], "Osei", 1), label, entity, scope };
        let outcome = writer.decide_request("ana", "", &request).expect("decided");
        let found: Vec<_> =
            numbers.iter().map(|number| mentions(&writer, *number, "Osei")).collect();
        assert_eq!(found, expected, "{scope:?}");
        // Another name of the same person, and other names, stay.
        assert_eq!(mentions(&writer, numbers[0], "Ama Osei"), [PER]);
        assert_eq!(mentions(&writer, numbers[2], "Karim Benhaddou"), [PER]);
        // One undo takes all of it back; the log can be imported elsewhere.
        let log = writer.decisions().log().expect("a log");
        let (mut other, other_numbers) = open_archive("same-name-import");
        other.import_log(log).expect("imported");
        let copied: Vec<_> =
            other_numbers.iter().map(|number| mentions(&other, *number, "Osei")).collect();
        assert_eq!(copied, expected, "{scope:?}");
        let undo = CurationRequest::Undo { decision: outcome.decision };
        writer.decide_request("ana", "", &undo).expect("undone");
        for number in &numbers {
            assert!(mentions(&writer, *number, "Osei").iter().all(|one| *one == PER));
        }
    }
}

#[test]
fn what_is_decided_elsewhere_stays() {
    let (mut writer, numbers) = open_archive("same-name-decided");
    let decided = CurationRequest::Reject {
        at: at(&writer, numbers[1], "Osei", 0),
        scope: MentionScope::Mention,
    };
    writer.decide_request("ana", "", &decided).expect("decided");
    let label = Label::Loc;
    let keep = CurationRequest::Add {
        at: at(&writer, numbers[2], "Osei", 0),
        label,
        entity: Some("e-Osei".to_owned()),
        scope: MentionScope::Mention,
    };
    writer.decide_request("ana", "", &keep).expect("decided");
    let everywhere = CurationRequest::Link {
        at: at(&writer, numbers[0], "Osei", 0),
        entity: "e-Ama-Osei".to_owned(),
        also_future: false,
        scope: MentionScope::Archive,
    };
    writer.decide_request("ana", "", &everywhere).expect("decided");
    let log = writer.decisions().log().expect("a log");
    let CurationAction::Link { also, .. } = &log[2].action else { panic!("{:?}", log[2]) };
    // The other one of the first document, and the one of the second that is left.
    assert_eq!(also.len(), 2);
    assert_eq!(mentions(&writer, numbers[2], "Osei"), [(Label::Loc, true)]);
    let linked = writer.documents().with_mentions(numbers[1]).expect("a document").1;
    let target = writer.entities().find("e-Ama-Osei").expect("an entity");
    assert_eq!(linked.iter().filter(|one| one.entity() == Some(target)).count(), 1);
}

#[test]
fn an_entry_is_read_by_its_number_and_settled_pairs_are_counted() {
    let (mut writer, _) = open_archive("same-name-settled");
    let apart =
        CurationRequest::Apart { entity: "e-Osei".to_owned(), from: "e-Ama-Osei".to_owned() };
    let decision = writer.decide_request("ana", "", &apart).expect("decided").decision;
    let settled = |writer: &ArchiveWriter| {
        let pairs = writer.entities().settled_pairs().expect("pairs");
        let count = writer.decisions().count_settled().expect("a count");
        (pairs.are_apart("e-Ama-Osei", "e-Osei", 3), count)
    };
    assert_eq!(settled(&writer), (true, 1));
    let entry = writer.decisions().entry(decision).expect("read").expect("an entry");
    assert!(!entry.undone);
    writer.decide_request("ana", "", &CurationRequest::Undo { decision }).expect("undone");
    assert_eq!(settled(&writer), (false, 0));
    assert!(writer.decisions().entry(decision).expect("read").expect("an entry").undone);
    assert!(writer.decisions().entry(DecisionNumber(99)).expect("read").is_none());
}

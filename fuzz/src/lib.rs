//! Shared code of the fuzz targets: damaging a valid file, a small archive, and
//! invariants of every document that a reader returns.

use std::fs;
use std::path::{Path, PathBuf};

use chancery_model::{
    Annotated, Document, DocumentEntities, DocumentId, Entity, Evidence, Label, Link, LinkKind,
    Mention, MentionSource, RawSpan, Text, TextSpan,
};
use chancery_segment::segment_document;
use chancery_store::{ArchiveWriter, CompressedBytes, EncodedDocument, FileStamp, IngestedFile};

/// Applies the changes that `input` encodes to `whole`. The first byte says how
/// much of the file remains; each further group of four bytes is an offset and
/// its new byte. So the fuzzer reaches states of file formats that it would not
/// create from nothing.
pub fn damage_file(whole: &[u8], input: &[u8]) -> Vec<u8> {
    let mut file = whole.to_vec();
    let Some((&left, changes)) = input.split_first() else { return file };
    for change in changes.chunks_exact(4) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], 0]) as usize;
        file[at % whole.len()] = change[3];
    }
    file.truncate(whole.len() - whole.len() * usize::from(left) / 256);
    file
}

/// Runs code of a crate that may panic on damaged files, and whose panics the program
/// catches. The fuzzer would end at a panic, so its hook is taken out meanwhile.
pub fn allow_panics(work: impl FnOnce()) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    std::panic::set_hook(hook);
}

/// Panics if a mention or a token is out of range, or mentions overlap.
pub fn check_spans(annotated: &Annotated) {
    let text = annotated.document.text.as_str();
    let is_inside =
        |span: TextSpan| text.get(span.byte_range()).is_some_and(|words| !words.is_empty());
    let mut end = 0;
    for mention in &annotated.mentions {
        let span = mention.span;
        assert!(is_inside(span) && end <= span.start, "{mention:?} in {text:?}");
        end = span.end;
    }
    assert!(annotated.words.tokens.iter().all(|token| is_inside(token.span)), "tokens of {text:?}");
}

/// The texts of the small archive.
pub const TEXTS: [&str; 3] = [
    "Ama Osei met Karim Benhaddou in Lusaka on 3 March 2009.\n\nBenhaddou went to Oslo.",
    "The Ministry of Nets told Ama Osei nothing.",
    "An arms embargo; Lusaka again.",
];

const NAMES: [(&str, Label); 5] = [
    ("Ama Osei", Label::Per),
    ("Benhaddou", Label::Per),
    ("Lusaka", Label::Loc),
    ("Oslo", Label::Loc),
    ("Ministry of Nets", Label::Org),
];

/// Creates an archive of [`TEXTS`] in a folder for this process.
pub fn create_archive(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("chancery-fuzz-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    writer.set_engine("none").expect("an engine");
    for (number, text) in TEXTS.iter().enumerate() {
        let annotated = annotate_text(text);
        let digest = annotated.document.id.0;
        let file = IngestedFile {
            path: format!("{number}.txt"),
            stamp: FileStamp { size: text.len() as u64, modified: 1 },
            digest,
            bytes: Some(CompressedBytes::new(text.as_bytes())),
            text_layer: None,
            documents: vec![EncodedDocument::new(&annotated, "")],
            lists: None,
            problems: Vec::new(),
            reread: false,
        };
        writer.add(&file).expect("added");
    }
    writer.finish().expect("finished");
    folder
}

fn annotate_text(text: &str) -> Annotated {
    let id = DocumentId(*blake3::hash(text.as_bytes()).as_bytes());
    let raw = RawSpan::from_range(0..text.len());
    let whole = Text::from_verbatim(text);
    let span = whole.whole_span();
    let document = Document::from_paragraphs(id, raw, whole, [span]);
    let mut mentions = Vec::new();
    let mut entities = DocumentEntities::default();
    let found = NAMES
        .iter()
        .flat_map(|(name, label)| text.match_indices(name).map(move |(at, _)| (at, *name, *label)));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable_by_key(|(at, ..)| *at);
    for (at, name, label) in found {
        let span = TextSpan::from_range(at..at + name.len());
        mentions.push(Mention { span, label, score: 0.5, source: MentionSource::Fast(1) });
        let known = entities.entities.iter().position(|entity| entity.name == name);
        let entity = known.unwrap_or_else(|| {
            entities.entities.push(Entity {
                id: format!("e-{}", name.replace(' ', "-")),
                same_as: None,
                label,
                name: name.into(),
                score: 1.0,
                evidence: vec![Evidence::FullName],
            });
            entities.entities.len() - 1
        });
        entities.links.push(Link {
            mention: mentions.len() as u32 - 1,
            entity: entity as u32,
            kind: LinkKind::Name,
            antecedent: None,
            title: None,
            affiliation: None,
        });
    }
    let words = segment_document(&document);
    Annotated { document, words, mentions, entities, attribution: chancery_model::Attribution::default() }
}

/// Copies the unchanged archive in `folder` to another folder.
pub fn copy_archive(folder: &Path, name: &str) -> PathBuf {
    let copy = folder.with_file_name(format!("chancery-fuzz-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&copy);
    copy_folder(folder, &copy);
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

//! Documents of test cases, with marked mentions: "{1:PER Ama Osei} left".

use chancery_model::{
    Annotated, Date, Document, DocumentEntities, DocumentId, Label, Mention, MentionSource,
    RawSpan, Spanned, Text, TextSpan, Words,
};

/// Creates a document of a case. Also returns the number of each mention.
pub(crate) fn build_document(
    marked: &str,
    post: &str,
    day: u32,
    number: u8,
) -> (Annotated, Vec<String>) {
    let (mut plain, mut mentions, mut numbers) = (String::new(), Vec::new(), Vec::new());
    let mut signatures = Vec::new();
    let marked = marked.replace("\\n", "\n");
    let mut rest = marked.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        let (mark, after) = after.split_once('}').expect("a closing brace");
        let (name, words) = mark.split_once(' ').expect("a label and words");
        let (name, label) = name.split_once(':').expect("a number and a label");
        let span = TextSpan::from_range(plain.len()..plain.len() + words.len());
        plain.push_str(words);
        if label == "SIG" {
            signatures.push(Spanned { value: words.to_owned(), span });
        }
        let label: Label = label.parse().unwrap_or(Label::Per);
        mentions.push(Mention { span, label, score: 1.0, source: MentionSource::Imported });
        numbers.push(name.to_owned());
        rest = after;
    }
    plain.push_str(rest);
    let text = Text::from_verbatim(&plain);
    let raw = RawSpan::new(0, plain.len() as u32);
    let whole = text.whole_span();
    let mut document = Document::from_paragraphs(DocumentId([number; 32]), raw, text, [whole]);
    let nowhere = TextSpan::new(0, 0);
    document.header.post = Some(Spanned { value: post.to_owned(), span: nowhere });
    let date = Date::new((day / 10_000) as u16, (day / 100 % 100) as u8, (day % 100) as u8);
    document.header.date = date.map(|value| Spanned { value, span: nowhere });
    document.header.signatures = signatures;
    let entities = DocumentEntities::default();
    (
        Annotated {
            document,
            words: Words::default(),
            mentions,
            entities,
            attribution: chancery_model::Attribution::default(),
        },
        numbers,
    )
}

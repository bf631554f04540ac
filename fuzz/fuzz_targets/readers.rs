//! Any bytes as a file of annotations. The first byte selects the format, and a
//! NUL separates the files of a pair. Mentions must be inside the text. Writing,
//! reading and writing again must reproduce the bytes. Columns are not fuzzed:
//! their crates panic on damaged files, which a test can catch but a fuzzer
//! cannot.

#![no_main]

use chancery_formats::{
    Exporter, Format, FormatError, SourcedDocument, brackets, brat, conll, jsonl, spacy, standoff,
    tei, w3c,
};
use chancery_fuzz::check_spans;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&format, file)) = input.split_first() else { return };
    let columns = [Format::Parquet, Format::Arrow];
    let formats: Vec<Format> =
        Format::ALL.into_iter().filter(|one| one.is_readable() && !columns.contains(one)).collect();
    let format = formats[usize::from(format) % formats.len()];
    let Ok(documents) = read_documents(format, file) else { return };
    documents.iter().for_each(|document| check_spans(&document.annotated));
    let written = write_documents(format, &documents);
    let again = read_documents(format, &written).expect("our own file");
    assert_eq!(count_mentions(&documents), count_mentions(&again), "{format}");
    assert!(
        write_documents(format, &again) == written,
        "{format}: {}",
        String::from_utf8_lossy(&written)
    );
});

fn read_documents(format: Format, file: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    let sourced = |annotated| SourcedDocument { source: String::new(), annotated };
    let half = file.iter().position(|&byte| byte == 0).unwrap_or(file.len());
    let (text, annotations) = (&file[..half], file.get(half + 1..).unwrap_or_default());
    match format {
        Format::Brackets => Ok(brackets::read_documents(file)?.into_iter().map(sourced).collect()),
        Format::Conll => Ok(conll::read_documents(file)?.into_iter().map(sourced).collect()),
        Format::Jsonl => jsonl::read_documents(file),
        Format::Standoff => Ok(vec![sourced(standoff::read_pair(text, annotations)?.annotated)]),
        Format::Brat => Ok(vec![sourced(brat::read_pair(text, annotations)?)]),
        Format::W3c => w3c::read_documents(file),
        Format::Tei => tei::read_documents(file),
        Format::Spacy => spacy::read_documents(file),
        other => unreachable!("{other} is not read"),
    }
}

fn write_documents(format: Format, documents: &[SourcedDocument]) -> Vec<u8> {
    if matches!(format, Format::Standoff | Format::Brat) {
        let annotated = &documents[0].annotated;
        let mut pair = annotated.document.text.as_str().as_bytes().to_vec();
        pair.push(0);
        match format {
            Format::Brat => brat::write_annotations(annotated, &mut pair),
            _ => standoff::write_annotations(annotated, &[], &mut pair),
        }
        .expect("memory");
        return pair;
    }
    let open = |_: &str| Ok(Vec::new());
    let mut exporter =
        Exporter::start_export(format, false, &|_: &str| None, open).expect("memory");
    for document in documents {
        exporter.write_document(&document.annotated, &document.source).expect("memory");
    }
    exporter.finish_export().expect("memory").swap_remove(0)
}

fn count_mentions(documents: &[SourcedDocument]) -> usize {
    documents.iter().map(|document| document.annotated.mentions.len()).sum()
}

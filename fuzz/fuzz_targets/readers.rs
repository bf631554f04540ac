//! Any bytes as a file of annotations. The first byte selects the format, and a
//! NUL separates the files of a pair. Mentions must be inside the text. Writing,
//! reading and writing again must reproduce the bytes. Columns are not fuzzed:
//! their crates panic on damaged files, which a test can catch but a fuzzer
//! cannot.

#![no_main]

use chancery_fuzz::check;
use chancery_view::{
    Exporter, Format, FormatError, Sourced, brackets, brat, conll, jsonl, spacy, standoff,
    tei, w3c,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&format, file)) = input.split_first() else { return };
    let columns = [Format::Parquet, Format::Arrow];
    let formats: Vec<Format> =
        Format::ALL.into_iter().filter(|one| one.reads() && !columns.contains(one)).collect();
    let format = formats[usize::from(format) % formats.len()];
    let Ok(documents) = read(format, file) else { return };
    documents.iter().for_each(|document| check(&document.annotated));
    let written = write(format, &documents);
    let again = read(format, &written).expect("our own file");
    assert_eq!(names(&documents), names(&again), "{format}");
    assert!(write(format, &again) == written, "{format}: {}", String::from_utf8_lossy(&written));
});

fn read(format: Format, file: &[u8]) -> Result<Vec<Sourced>, FormatError> {
    let given = |annotated| Sourced { source: String::new(), annotated };
    let half = file.iter().position(|&byte| byte == 0).unwrap_or(file.len());
    let (text, names) = (&file[..half], file.get(half + 1..).unwrap_or_default());
    match format {
        Format::Brackets => Ok(brackets::read_several(file)?.into_iter().map(given).collect()),
        Format::Conll => Ok(conll::read(file)?.into_iter().map(given).collect()),
        Format::Jsonl => jsonl::read(file),
        Format::Standoff => Ok(vec![given(standoff::read(text, names)?.annotated)]),
        Format::Brat => Ok(vec![given(brat::read(text, names)?)]),
        Format::W3c => w3c::read(file),
        Format::Tei => tei::read(file),
        Format::Spacy => spacy::read(file),
        other => unreachable!("{other} is not read"),
    }
}

fn write(format: Format, documents: &[Sourced]) -> Vec<u8> {
    if matches!(format, Format::Standoff | Format::Brat) {
        let annotated = &documents[0].annotated;
        let mut pair = annotated.document.text.as_str().as_bytes().to_vec();
        pair.push(0);
        match format {
            Format::Brat => brat::write(annotated, &mut pair),
            _ => standoff::write(annotated, &[], &mut pair),
        }
        .expect("memory");
        return pair;
    }
    let open = |_: &str| Ok(Vec::new());
    let mut exporter = Exporter::begin(format, false, &|_: &str| None, open).expect("memory");
    for document in documents {
        exporter.write(&document.annotated, &document.source).expect("memory");
    }
    exporter.finish().expect("memory").swap_remove(0)
}

fn names(documents: &[Sourced]) -> usize {
    documents.iter().map(|document| document.annotated.mentions.len()).sum()
}

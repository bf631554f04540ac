//! stub
use chancery_model::{Annotated, Document, Mention, TextSpan};
use clap::ValueEnum;
use std::io::{self, Write};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Brackets,
    Conll,
    Jsonl,
    Standoff,
    Text,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Readable {
    Brackets,
    Conll,
    Jsonl,
    Standoff,
}
pub(crate) fn write(
    out: &mut impl Write,
    _f: Format,
    d: &Annotated,
    source: &str,
) -> io::Result<()> {
    writeln!(out, "{source} {}", d.document.text.as_str())
}
pub(crate) fn read(_raw: &[u8], _from: Readable) -> anyhow::Result<Vec<Annotated>> {
    Ok(vec![])
}
pub(crate) fn columns(_raw: &[u8]) -> anyhow::Result<Vec<Annotated>> {
    Ok(vec![])
}
pub(crate) fn stand_off(_t: &str, _j: &[u8]) -> anyhow::Result<(Vec<Mention>, Vec<TextSpan>)> {
    Ok((vec![], vec![]))
}
pub(crate) fn structure(out: &mut impl Write, d: &Document, _s: &str) -> io::Result<()> {
    writeln!(out, "{:?}", d.header)
}
pub(crate) fn card(out: &mut impl Write, d: &Document, _s: &str, _c: bool) -> io::Result<()> {
    writeln!(out, "{:#?}", d.header)
}

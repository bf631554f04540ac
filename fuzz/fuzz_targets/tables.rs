//! Any bytes as a table; the first byte selects the form. The rows are within the
//! limit, and reading ends.

#![no_main]

use chancery_unpack::{NamedColumns, TableForm, TableItem, TableSource, visit_rows};
use libfuzzer_sys::fuzz_target;

const LARGEST: u64 = 4 << 10;

const FORMS: [TableForm; 5] = [
    TableForm::Delimited,
    TableForm::Json,
    TableForm::Sql,
    TableForm::Sqlite,
    TableForm::Spreadsheet,
];

fuzz_target!(|input: &[u8]| {
    let Some((&form, table)) = input.split_first() else { return };
    let form = FORMS[usize::from(form) % FORMS.len()];
    let source = TableSource::Bytes(table.to_vec());
    // The crate that reads workbooks may panic; the engine catches it.
    let read = || {
        visit_rows(form, source, LARGEST, &NamedColumns::default(), &mut |item| {
            if let TableItem::Row(row) = item
                && form != TableForm::Spreadsheet
            {
                assert!(row.text.len() as u64 <= 2 * LARGEST + 2, "{} bytes", row.text.len());
            }
            true
        })
    };
    match form {
        TableForm::Spreadsheet => drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))),
        _ => drop(read()),
    }
});

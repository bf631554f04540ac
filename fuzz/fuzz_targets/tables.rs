//! Any bytes as a table; the first byte selects the form. The rows are within the
//! limit, and reading ends.

#![no_main]

use chancery_unpack::{NamedColumns, RowPurpose, TableForm, TableItem, TableSource, visit_rows};
use libfuzzer_sys::fuzz_target;

const LARGEST: u64 = 4 << 10;

const FORMS: [TableForm; 6] = [
    TableForm::Delimited,
    TableForm::Json,
    TableForm::Sql,
    TableForm::Sqlite,
    TableForm::Spreadsheet,
    TableForm::Parquet,
];

fuzz_target!(|input: &[u8]| {
    let Some((&form, table)) = input.split_first() else { return };
    let form = FORMS[usize::from(form) % FORMS.len()];
    let may_panic = matches!(form, TableForm::Spreadsheet | TableForm::Parquet);
    let mut longest = 0;
    let mut read = || {
        let source = TableSource::Bytes(table.to_vec());
        let _ = visit_rows(RowPurpose::Documents, form, source, LARGEST, &NamedColumns::default(), &mut |item| {
            if let TableItem::Row(row) = item {
                longest = longest.max(row.text.len() as u64);
            }
            true
        });
    };
    match may_panic {
        true => chancery_fuzz::allow_panics(read),
        false => read(),
    }
    // The strings of a workbook are limited together.
    assert!(longest <= 2 * LARGEST + 2 || form == TableForm::Spreadsheet, "{longest} bytes");
});

//! Cells of Arrow arrays as text, as the other readers of tables have them.

use arrow_array::types::{
    Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, StructArray, cast::AsArray, temporal_conversions as time};
use arrow_schema::{DataType, Fields, TimeUnit};

/// The columns; those of a group are "group.column", as in JSON.
pub(super) fn column_names(fields: &Fields) -> Vec<String> {
    let names = fields.iter().flat_map(|field| match field.data_type() {
        DataType::Struct(inner) => {
            inner.iter().map(|column| format!("{}.{}", field.name(), column.name())).collect()
        }
        _ => vec![field.name().clone()],
    });
    names.collect()
}

/// The cells of a row, in the order of [`column_names`]; `None` if they have more than
/// `largest` bytes.
pub(super) fn row_cells(rows: &StructArray, row: usize, largest: u64) -> Option<Vec<Vec<u8>>> {
    let mut cells = Vec::new();
    for column in rows.columns() {
        match column.data_type() {
            DataType::Struct(_) => {
                let group = column.as_struct();
                let is_null = group.is_null(row);
                let inner = group.columns().iter();
                cells.extend(
                    inner.map(|cell| if is_null { Vec::new() } else { cell_bytes(cell, row) }),
                );
            }
            _ => cells.push(cell_bytes(column, row)),
        }
    }
    let bytes: u64 = cells.iter().map(|cell| cell.len() as u64).sum();
    (bytes <= largest).then_some(cells)
}

/// A cell as text. The values of a list are joined.
fn cell_bytes(column: &ArrayRef, row: usize) -> Vec<u8> {
    if column.is_null(row) {
        return Vec::new();
    }
    let joined = |items: ArrayRef| {
        let cells = (0..items.len()).map(|at| cell_bytes(&items, at));
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(&b"; "[..])
    };
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).into(),
        DataType::Utf8View => column.as_string_view().value(row).into(),
        DataType::Binary => column.as_binary::<i32>().value(row).into(),
        DataType::LargeBinary => column.as_binary::<i64>().value(row).into(),
        DataType::BinaryView => column.as_binary_view().value(row).into(),
        DataType::List(_) => joined(column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => joined(column.as_list::<i64>().value(row)),
        DataType::FixedSizeList(_, _) => joined(column.as_fixed_size_list().value(row)),
        DataType::Struct(_) => {
            let cells = column.as_struct().columns().iter().map(|inner| cell_bytes(inner, row));
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(&b"; "[..])
        }
        DataType::Dictionary(_, _) => {
            let cell = column.slice(row, 1);
            let dictionary = cell.as_any_dictionary();
            let key = dictionary.normalized_keys().first().copied();
            key.map_or_else(Vec::new, |key| cell_bytes(dictionary.values(), key))
        }
        _ => number_text(column, row).unwrap_or_default().into_bytes(),
    }
}

/// A number, a date or a time as text; `None` for a type that says nothing to people.
fn number_text(column: &ArrayRef, row: usize) -> Option<String> {
    let text = match column.data_type() {
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int8 => column.as_primitive::<Int8Type>().value(row).to_string(),
        DataType::Int16 => column.as_primitive::<Int16Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt8 => column.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::UInt16 => column.as_primitive::<UInt16Type>().value(row).to_string(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).to_string(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Decimal128(_, _) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Decimal256(_, _) => column.as_primitive::<Decimal256Type>().value_as_string(row),
        DataType::Date32 => {
            let days = column.as_primitive::<arrow_array::types::Date32Type>().value(row);
            time::date32_to_datetime(days)?.date().to_string()
        }
        DataType::Date64 => {
            let at = column.as_primitive::<arrow_array::types::Date64Type>().value(row);
            time::date64_to_datetime(at)?.to_string()
        }
        DataType::Timestamp(unit, _) => {
            let data = column.to_data();
            let at =
                data.buffers().first()?.typed_data::<i64>().get(data.offset() + row).copied()?;
            let moment = match unit {
                TimeUnit::Second => time::timestamp_s_to_datetime(at),
                TimeUnit::Millisecond => time::timestamp_ms_to_datetime(at),
                TimeUnit::Microsecond => time::timestamp_us_to_datetime(at),
                TimeUnit::Nanosecond => time::timestamp_ns_to_datetime(at),
            };
            moment?.to_string()
        }
        _ => return None,
    };
    Some(text)
}

//! JSON with a long list, compressed in pieces, so that the JSON of a long document is
//! never in memory as a whole: a million short paragraphs are 120 MB of it.
//!
//! JSON whose list is short is a block of lz4, as all columns are. Longer JSON begins with
//! [`MARK`], a size that no block declares. Then come the pieces, each with its length
//! before it: the value with the first items of its list, and lists of the others.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// The first bytes of JSON in several pieces.
const MARK: [u8; 4] = [0xFF; 4];

/// Items of the list that one piece holds.
pub(crate) const ITEMS_PER_PIECE: usize = 8192;

/// Whether a column holds several pieces.
pub(crate) fn has_pieces(column: &[u8]) -> bool {
    column.starts_with(&MARK)
}

/// Encodes a value, and the items of its list that follow those in the value.
pub(crate) fn encode_json<T: Serialize>(head: &impl Serialize, more: &[T]) -> Vec<u8> {
    let head = encode_piece(head);
    if more.is_empty() {
        return head;
    }
    let mut column = MARK.to_vec();
    let pieces = more.chunks(ITEMS_PER_PIECE).map(|items| encode_piece(&items));
    for piece in std::iter::once(head).chain(pieces) {
        column.extend((piece.len() as u32).to_le_bytes());
        column.extend(piece);
    }
    column
}

fn encode_piece(value: &impl Serialize) -> Vec<u8> {
    compress(&serde_json::to_vec(value).expect("maps have strings for keys"))
}

/// Decodes the value that [`encode_json`] encoded, and calls `add` with the items of each
/// further piece.
///
/// # Errors
/// If the column is damaged.
pub(crate) fn decode_json<H: DeserializeOwned, T: DeserializeOwned>(
    column: &[u8],
    mut add: impl FnMut(&mut H, Vec<T>),
) -> Result<H, StoreError> {
    let Some(mut rest) = column.strip_prefix(&MARK) else { return decode_piece(column) };
    let mut head = decode_piece(next_piece(&mut rest)?)?;
    while !rest.is_empty() {
        add(&mut head, decode_piece(next_piece(&mut rest)?)?);
    }
    Ok(head)
}

/// Decodes only the value.
///
/// # Errors
/// If the column is damaged.
pub(crate) fn decode_head<H: DeserializeOwned>(column: &[u8]) -> Result<H, StoreError> {
    match column.strip_prefix(&MARK) {
        Some(mut rest) => decode_piece(next_piece(&mut rest)?),
        None => decode_piece(column),
    }
}

/// Maximum growth per lz4 byte: a length byte adds at most 255.
/// <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>
const LZ4_GROWTH: usize = 255;

/// Compresses bytes with lz4; the uncompressed length comes first.
pub(crate) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut packed = lz4_flex::block::compress_prepend_size(bytes);
    // It has the size of the worst case.
    packed.shrink_to_fit();
    packed
}

/// Decompresses the output of [`compress`].
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (size, packed) = lz4_flex::block::uncompressed_size(bytes).map_err(damaged_error)?;
    // lz4_flex allocates the declared size at once, so check it first.
    if size / LZ4_GROWTH > packed.len() {
        return Err(damaged_error("a compressed row declares an impossible size"));
    }
    lz4_flex::block::decompress_size_prepended(bytes).map_err(damaged_error)
}

pub(crate) fn damaged_error(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}

fn next_piece<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], StoreError> {
    let piece = rest
        .split_first_chunk::<4>()
        .and_then(|(length, after)| after.split_at_checked(u32::from_le_bytes(*length) as usize));
    let (piece, after) = piece.ok_or_else(|| damaged_error("a row lacks a piece"))?;
    *rest = after;
    Ok(piece)
}

fn decode_piece<T: DeserializeOwned>(piece: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(&decompress(piece)?).map_err(damaged_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(column: &[u8]) -> Result<Vec<u32>, StoreError> {
        decode_json(column, |head: &mut Vec<u32>, mut more| head.append(&mut more))
    }

    #[test]
    fn long_lists_are_read_back_from_their_pieces() {
        for count in [0, 10, 2 * ITEMS_PER_PIECE + 1] {
            let numbers: Vec<u32> = (0..count as u32).collect();
            let (first, more) = numbers.split_at(count.min(7));
            let column = encode_json(&first, more);
            assert_eq!(has_pieces(&column), count > 7, "{count}");
            assert_eq!(decoded(&column).expect("our column"), numbers);
            assert_eq!(decode_head::<Vec<u32>>(&column).expect("our column"), first);
            for cut in [column.len() / 2, column.len() - 1] {
                assert!(decoded(&column[..cut]).is_err(), "{count} {cut}");
            }
        }
    }
}

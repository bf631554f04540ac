//! Decompresses pages up to a limit.
//!
//! The crate `parquet` decompresses a page whatever becomes of it, and one of its
//! libraries is in C. So it gets the pages here, uncompressed.

use std::io::{self, Read};

use ::parquet::basic::Compression;

use crate::zstandard::ZstandardReader;

/// An LZ4 byte adds at most 255 bytes.
/// <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>
const LZ4_GROWTH: u64 = 255;

/// Decompresses a page, to at most `most` bytes.
pub(super) fn decompress(codec: Compression, bytes: &[u8], most: u64) -> io::Result<Vec<u8>> {
    match codec {
        Compression::UNCOMPRESSED => Ok(bytes.to_vec()),
        Compression::SNAPPY => {
            let length = snap::raw::decompress_len(bytes).map_err(io::Error::other)?;
            check_size(length as u64, most)?;
            snap::raw::Decoder::new().decompress_vec(bytes).map_err(io::Error::other)
        }
        Compression::GZIP(_) => read_all(flate2::read::MultiGzDecoder::new(bytes), most),
        Compression::ZSTD(_) => read_all(ZstandardReader::new(bytes), most),
        Compression::BROTLI(_) => {
            read_all(brotli_decompressor::Decompressor::new(bytes, 4096), most)
        }
        Compression::LZ4_RAW => decompress_block(bytes, most),
        Compression::LZ4 => match read_hadoop_blocks(bytes, most) {
            Some(page) => Ok(page),
            None => decompress_block(bytes, most),
        },
        Compression::LZO => Err(io::Error::other("it is compressed with LZO, which is not read")),
    }
}

/// Whether an error is that of [`check_size`].
pub(super) fn is_too_large(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::FileTooLarge
}

fn check_size(length: u64, most: u64) -> io::Result<()> {
    if length > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
}

fn read_all(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    source.take(most.saturating_add(1)).read_to_end(&mut page)?;
    check_size(page.len() as u64, most)?;
    Ok(page)
}

fn decompress_block(bytes: &[u8], most: u64) -> io::Result<Vec<u8>> {
    // The size of the page is not in the block. The memory that is not written to
    // costs nothing.
    let room = (bytes.len() as u64).saturating_mul(LZ4_GROWTH).min(most);
    let mut page = vec![0; usize::try_from(room).map_err(io::Error::other)?];
    match lz4_flex::block::decompress_into(bytes, &mut page) {
        Ok(length) => {
            page.truncate(length);
            page.shrink_to_fit();
            Ok(page)
        }
        Err(lz4_flex::block::DecompressError::OutputTooSmall { .. }) if room == most => {
            Err(io::ErrorKind::FileTooLarge.into())
        }
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Reads the blocks of Hadoop, each with its sizes before it. Old files have them
/// under the same name as plain blocks.
fn read_hadoop_blocks(mut bytes: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut page = Vec::new();
    while !bytes.is_empty() {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let size =
            |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (length, packed) = (u64::from(size(0)), size(4) as usize);
        let block = rest.get(..packed)?;
        let is_possible = length <= (packed as u64).saturating_mul(LZ4_GROWTH)
            && page.len() as u64 + length <= most;
        is_possible.then_some(())?;
        let start = page.len();
        page.resize(start + length as usize, 0);
        let found = lz4_flex::block::decompress_into(block, &mut page[start..]).ok()?;
        (found as u64 == length).then_some(())?;
        bytes = &rest[packed..];
    }
    Some(page)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ::parquet::basic::GzipLevel;

    use super::*;

    /// A gzip of so many equal bytes.
    fn gzip(length: usize) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&vec![b'a'; length]).expect("memory");
        out.finish().expect("memory")
    }

    #[test]
    fn a_page_unpacks_to_no_more_than_the_limit() {
        let words = vec![b'a'; 100_000];
        let block = lz4_flex::block::compress(&words);
        let sizes = [(words.len() as u32).to_be_bytes(), (block.len() as u32).to_be_bytes()];
        let hadoop = [sizes.as_flattened(), &block].concat();
        let snappy = snap::raw::Encoder::new().compress_vec(&words).expect("memory");
        let cases: [(&str, Compression, Vec<u8>); 5] = [
            ("gzip", Compression::GZIP(GzipLevel::default()), gzip(words.len())),
            ("snappy", Compression::SNAPPY, snappy),
            ("lz4", Compression::LZ4_RAW, block.clone()),
            ("old lz4", Compression::LZ4, block),
            ("hadoop", Compression::LZ4, hadoop),
        ];
        for (name, codec, packed) in cases {
            assert_eq!(decompress(codec, &packed, 100_000).expect("a page"), words, "{name}");
            assert!(decompress(codec, &packed, 99_999).is_err(), "{name}");
            assert!(decompress(codec, &packed[..packed.len() / 2], 100_000).is_err(), "{name}");
        }
    }
}

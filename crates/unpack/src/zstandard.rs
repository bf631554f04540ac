//! Decompresses Zstandard files of one or several frames.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::StreamingDecoder;

/// Reads all frames of a file. The crate reads one.
pub(crate) struct ZstandardReader<R: BufRead> {
    /// The source between two frames, or the decoder of a frame.
    state: Option<FrameState<R>>,
}

enum FrameState<R: BufRead> {
    Between(R),
    Inside(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
}

impl<R: BufRead> ZstandardReader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { state: Some(FrameState::Between(source)) }
    }
}

impl<R: BufRead> Read for ZstandardReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state.take() {
                None => return Ok(0),
                Some(FrameState::Between(mut source)) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(source).map_err(io::Error::other)?;
                    self.state = Some(FrameState::Inside(Box::new(decoder)));
                }
                Some(FrameState::Inside(mut decoder)) => match decoder.read(out)? {
                    0 => self.state = Some(FrameState::Between(decoder.into_inner())),
                    read => {
                        self.state = Some(FrameState::Inside(decoder));
                        return Ok(read);
                    }
                },
            }
        }
    }
}

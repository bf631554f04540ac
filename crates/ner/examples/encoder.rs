//! Runs the encoder alone, for `benches/encoder_beside_onnx.py`.
//!
//! `encoder MODEL WINDOWS SCORES` reads a model file and a file of windows and
//! writes the scores (`f32`, nine for each wanted piece) to the file `SCORES`.
//! Then, for every line on standard input, it processes all windows once and
//! prints the time in seconds. `CHANCERY_KERNEL` selects the kernel.
//!
//! Format of the windows: `u32` number of windows; then for each window `u32`
//! number of pieces, `u32` number of wanted pieces; for each piece `u16` id, `u8`
//! shape, `u8` part, `u16` coarse cluster, `u16` fine cluster, `u16` bits; the
//! indices of the wanted pieces in the window as `u32`.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use chancery_ner::encoder::{Encoder, EncoderBatch, EncoderBuffers, Kernel, WordPiece};

/// Maximum number of pieces in a batch.
const PIECES: usize = 2048;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, windows, scores] = arguments.as_slice() else {
        return Err("usage: encoder MODEL WINDOWS SCORES".into());
    };
    let kernel = match std::env::var("CHANCERY_KERNEL") {
        Ok(name) => Kernel::from_name(&name).ok_or("this processor has no such kernel")?,
        Err(_) => Kernel::fastest_available(),
    };
    let model = std::fs::read(model)?;
    let begun = Instant::now();
    let encoder = Encoder::from_bytes(&model, kernel)?;
    eprintln!("{}, loaded in {:.1} ms", kernel.kernel_name(), 1e3 * begun.elapsed().as_secs_f64());
    let batches =
        read_batches(&std::fs::read(windows)?).ok_or("the file of windows is truncated")?;

    let mut buffers = EncoderBuffers::default();
    let mut file = std::io::BufWriter::new(std::fs::File::create(scores)?);
    for batch in &batches {
        for score in encoder.score_pieces(batch, &mut buffers).as_flattened() {
            file.write_all(&score.to_le_bytes())?;
        }
    }
    file.flush()?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        line?;
        let begun = Instant::now();
        for batch in &batches {
            std::hint::black_box(encoder.score_pieces(batch, &mut buffers));
        }
        println!("{}", begun.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Reads the windows of the file into batches, in order.
fn read_batches(mut bytes: &[u8]) -> Option<Vec<EncoderBatch>> {
    let windows = u32::from_le_bytes(take_array(&mut bytes)?);
    let mut batches = vec![EncoderBatch::default()];
    for _ in 0..windows {
        let pieces = u32::from_le_bytes(take_array(&mut bytes)?) as usize;
        let wanted = u32::from_le_bytes(take_array(&mut bytes)?);
        if batches.last()?.pieces.len() + pieces > PIECES {
            batches.push(EncoderBatch::default());
        }
        let batch = batches.last_mut()?;
        let start = batch.pieces.len();
        batch.lengths.push(pieces);
        for _ in 0..pieces {
            batch.pieces.push(WordPiece {
                id: u16::from_le_bytes(take_array(&mut bytes)?),
                shape: take_array::<1>(&mut bytes)?[0],
                part: take_array::<1>(&mut bytes)?[0],
                coarse: u16::from_le_bytes(take_array(&mut bytes)?),
                fine: u16::from_le_bytes(take_array(&mut bytes)?),
                bits: u16::from_le_bytes(take_array(&mut bytes)?),
            });
        }
        for _ in 0..wanted {
            batch.first.push(start + u32::from_le_bytes(take_array(&mut bytes)?) as usize);
        }
    }
    Some(batches)
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

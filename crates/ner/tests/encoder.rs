//! Tests of the encoder with a tiny model file: its scores against a reference
//! implementation of the paper, equal bits for all batch sizes and kernels, and
//! an error for every kind of damage to the file.

use std::sync::LazyLock;

use chancery_ner::encoder::{
    Encoder, EncoderBatch, EncoderBuffers, EncoderLoadError, Kernel, WordPiece,
};
use proptest::prelude::*;

const PIECES: usize = 20;
const POSITIONS: usize = 40;
const SHAPES: usize = 10;
const CLUSTERS: [usize; 2] = [5, 7];
const LISTS: usize = 15;
const SIZE: usize = 64;
const INNER: usize = 96;
const LAYERS: usize = 2;
const TAGS: usize = 9;

/// A xorshift random number generator (Marsaglia 2003).
struct XorShift(u64);

impl XorShift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    /// Returns a number from -1 to 1.
    fn next_float(&mut self) -> f32 {
        (self.next() % 20_001) as f32 / 10_000.0 - 1.0
    }
}

/// The parts of a model file, and its weights for the reference.
struct TinyModel {
    random: XorShift,
    parts: Vec<(&'static str, Vec<u8>)>,
    /// The weights, in the order of the file.
    matrices: Vec<Vec<Vec<f32>>>,
}

impl TinyModel {
    fn new() -> Self {
        let mut tiny = Self { random: XorShift(88), parts: Vec::new(), matrices: Vec::new() };
        let provenance = "made by a test";
        tiny.push_part(
            "provenance",
            [&encode_numbers(&[provenance.len()]), provenance.as_bytes()].concat(),
        );
        let [coarse, fine] = CLUSTERS;
        let heads = SIZE / 32;
        tiny.push_part(
            "sizes",
            encode_numbers(&[
                PIECES, POSITIONS, SHAPES, coarse, fine, LISTS, SIZE, INNER, LAYERS, heads, TAGS,
            ]),
        );
        let pieces = (0..PIECES).flat_map(|piece| [2, b'p', b'a' + piece as u8]);
        tiny.push_part("word pieces", pieces.collect());
        tiny.push_table("word embeddings", PIECES);
        tiny.push_table("position embeddings", POSITIONS);
        tiny.push_table("shape embeddings", SHAPES);
        tiny.push_table("part embeddings", 2 * SHAPES);
        tiny.push_table("coarse cluster embeddings", coarse);
        tiny.push_table("fine cluster embeddings", fine);
        tiny.push_table("list embeddings", LISTS);
        tiny.push_floats("norms", &[SIZE, SIZE], 1.0);
        for _ in 0..LAYERS {
            tiny.push_linear("attention weights", 3 * SIZE, SIZE);
            tiny.push_linear("attention weights", SIZE, SIZE);
            tiny.push_floats("norms", &[SIZE, SIZE], 1.0);
            tiny.push_linear("inner weights", INNER, SIZE);
            tiny.push_linear("inner weights", SIZE, INNER);
            tiny.push_floats("norms", &[SIZE, SIZE], 1.0);
        }
        tiny.push_floats("head", &[SIZE; TAGS], 0.5);
        tiny.push_floats("head", &[TAGS], 1.0);
        tiny.push_floats("mixing", &[1, 1, TAGS * TAGS], 1.0);
        tiny
    }

    fn push_part(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.parts.push((name, bytes));
    }

    fn push_floats(&mut self, name: &'static str, lengths: &[usize], size: f32) {
        let rows: Vec<Vec<f32>> = lengths
            .iter()
            .map(|&length| (0..length).map(|_| size * self.random.next_float()).collect())
            .collect();
        self.push_part(name, rows.iter().flatten().flat_map(|x| x.to_le_bytes()).collect());
        self.matrices.push(rows);
    }

    /// Returns a scale for each row, and rows of random 8-bit numbers.
    fn random_rows(&mut self, rows: usize, width: usize) -> (Vec<f32>, Vec<Vec<i8>>) {
        // Large enough that the attention weights differ between rows.
        let scales = (0..rows).map(|_| 0.003 + 0.001 * self.random.next_float()).collect();
        let mut unit = || ((self.random.next() % 255) as i16 - 127) as i8;
        let rows = (0..rows).map(|_| (0..width).map(|_| unit()).collect()).collect();
        (scales, rows)
    }

    fn push_table(&mut self, name: &'static str, rows: usize) {
        let (scales, units) = self.random_rows(rows, SIZE);
        let mut bytes: Vec<u8> = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
        bytes.extend(units.iter().flatten().map(|&unit| unit as u8));
        self.push_part(name, bytes);
        self.matrices.push(scale_rows(&scales, &units));
    }

    fn push_linear(&mut self, name: &'static str, channels: usize, inputs: usize) {
        let (scales, units) = self.random_rows(channels, inputs);
        let bias: Vec<f32> = (0..channels).map(|_| self.random.next_float()).collect();
        let mut bytes: Vec<u8> =
            scales.iter().chain(&bias).flat_map(|float| float.to_le_bytes()).collect();
        for panel in units.chunks(32) {
            for step in (0..inputs).step_by(4) {
                let block = panel.iter().flat_map(|row| &row[step..step + 4]);
                bytes.extend(block.map(|&unit| (unit as u8) ^ 0x80));
            }
        }
        self.push_part(name, bytes);
        self.matrices.push(scale_rows(&scales, &units));
        self.matrices.push(vec![bias]);
    }

    fn concat_parts(&self) -> Vec<u8> {
        self.parts.iter().flat_map(|part| part.1.clone()).collect()
    }
}

fn encode_numbers(numbers: &[usize]) -> Vec<u8> {
    numbers.iter().flat_map(|&number| (number as u32).to_le_bytes()).collect()
}

fn scale_rows(scales: &[f32], units: &[Vec<i8>]) -> Vec<Vec<f32>> {
    let row = |(&scale, row): (&f32, &Vec<i8>)| row.iter().map(|&x| scale * f32::from(x)).collect();
    scales.iter().zip(units).map(row).collect()
}

/// Returns the file with this body and its digest.
fn file_with_digest(body: &[u8]) -> Vec<u8> {
    let mut bytes = b"chancery encoder".to_vec();
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(xxhash_rust::xxh3::xxh3_64(body).to_le_bytes());
    bytes.extend(body);
    bytes
}

static TINY: LazyLock<TinyModel> = LazyLock::new(TinyModel::new);
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| file_with_digest(&TINY.concat_parts()));

fn encoder(kernel: Kernel) -> Encoder<'static> {
    Encoder::from_bytes(&FILE, kernel).expect("as written")
}

fn piece() -> impl Strategy<Value = WordPiece> {
    let [coarse, fine] = CLUSTERS.map(|rows| rows as u16);
    (0..PIECES as u16, 0..SHAPES as u8, 0..2 * SHAPES as u8, 0..coarse, 0..fine, 0..1u16 << LISTS)
        .prop_map(|(id, shape, part, coarse, fine, bits)| WordPiece {
            id,
            shape,
            part,
            coarse,
            fine,
            bits,
        })
}

/// The pieces of a window, and whether each is wanted.
type MarkedWindow = Vec<(WordPiece, bool)>;

fn windows() -> impl Strategy<Value = Vec<MarkedWindow>> {
    prop::collection::vec(prop::collection::vec((piece(), any::<bool>()), 0..=POSITIONS), 1..30)
}

fn batch(windows: &[MarkedWindow]) -> EncoderBatch {
    let mut batch = EncoderBatch::default();
    for window in windows {
        batch.lengths.push(window.len());
        for &(piece, wanted) in window {
            if wanted {
                batch.first.push(batch.pieces.len());
            }
            batch.pieces.push(piece);
        }
    }
    batch
}

fn bits(scores: Vec<[f32; TAGS]>) -> Vec<[u32; TAGS]> {
    scores.into_iter().map(|scores| scores.map(f32::to_bits)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn scores_do_not_depend_on_batch_or_kernel(windows in windows(), size in 1usize..9) {
        let mut buffers = EncoderBuffers::default();
        let all = bits(encoder(Kernel::fastest_available()).score_pieces(&batch(&windows), &mut buffers));
        prop_assert_eq!(all.len(), windows.iter().flatten().filter(|piece| piece.1).count());
        for kernel in Kernel::all_available() {
            let encoder = encoder(kernel);
            let cut: Vec<[u32; TAGS]> = (windows.chunks(size))
                .flat_map(|some| bits(encoder.score_pieces(&batch(some), &mut buffers)))
                .collect();
            prop_assert!(all == cut, "{}", kernel.kernel_name());
        }
    }

    #[test]
    fn scores_match_reference(window in prop::collection::vec(piece(), 1..=POSITIONS)) {
        let window: MarkedWindow = window.into_iter().map(|piece| (piece, true)).collect();
        let found = encoder(Kernel::fastest_available()).score_pieces(&batch(std::slice::from_ref(&window)), &mut EncoderBuffers::default());
        let expected = reference_scores(&window);
        // A number halfway between two units may be rounded differently by the
        // two, so the test checks the mean distance.
        let pairs = found.iter().flatten().zip(expected.iter().flatten());
        let distances: Vec<f64> = pairs.map(|(found, x)| (f64::from(*found) - x).abs()).collect();
        let mean = distances.iter().sum::<f64>() / distances.len() as f64;
        prop_assert!(mean < 0.018, "{mean}");
    }
}

/// BERT's forward pass in double precision. Activations are rounded to 8 bits
/// before each linear layer, as in the encoder.
fn reference_scores(window: &MarkedWindow) -> Vec<Vec<f64>> {
    let mut matrices = TINY.matrices.iter();
    let mut matrix = || matrices.next().expect("as many as were written");
    let tables: Vec<&Vec<Vec<f32>>> = (0..7).map(|_| matrix()).collect();
    let mut x: Vec<Vec<f64>> = Vec::new();
    for (position, (piece, _)) in window.iter().enumerate() {
        let mut rows = vec![&tables[0][usize::from(piece.id)], &tables[1][position]];
        rows.push(&tables[2][usize::from(piece.shape)]);
        rows.push(&tables[3][usize::from(piece.part)]);
        rows.push(&tables[4][usize::from(piece.coarse)]);
        rows.push(&tables[5][usize::from(piece.fine)]);
        rows.extend((0..LISTS).filter(|list| piece.bits >> list & 1 == 1).map(|at| &tables[6][at]));
        x.push((0..SIZE).map(|at| rows.iter().map(|row| f64::from(row[at])).sum()).collect());
    }
    normalise(&mut x, matrix());
    for _ in 0..LAYERS {
        let qkv = linear_layer(&x, matrix(), matrix());
        let context = (0..x.len()).map(|query| attention(&qkv, query)).collect::<Vec<_>>();
        add(&mut x, linear_layer(&context, matrix(), matrix()));
        normalise(&mut x, matrix());
        let mut inner = linear_layer(&x, matrix(), matrix());
        inner.iter_mut().flatten().for_each(|x| *x = gelu(*x));
        add(&mut x, linear_layer(&inner, matrix(), matrix()));
        normalise(&mut x, matrix());
    }
    let (head, bias) = (matrix(), &matrix()[0]);
    let dot = |row: &Vec<f64>, weights: &Vec<f32>| -> f64 {
        row.iter().zip(weights).map(|(x, &w)| x * f64::from(w)).sum()
    };
    let scores = |row| (0..TAGS).map(move |tag| dot(row, &head[tag]) + f64::from(bias[tag]));
    x.iter().map(|row| scores(row).collect()).collect()
}

fn linear_layer(x: &[Vec<f64>], weights: &[Vec<f32>], bias: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| {
        let unit = row.iter().fold(1e-12, |most: f64, x| most.max(x.abs())) / 127.0;
        let rounded: Vec<f64> = row.iter().map(|x| (x / unit).round() * unit).collect();
        let channel = |(weights, &bias): (&Vec<f32>, &f32)| {
            let products = rounded.iter().zip(weights).map(|(x, &w)| x * f64::from(w));
            f64::from(bias) + products.sum::<f64>()
        };
        weights.iter().zip(&bias[0]).map(channel).collect()
    };
    x.iter().map(row).collect()
}

fn attention(qkv: &[Vec<f64>], query: usize) -> Vec<f64> {
    let mut result = vec![0.0; SIZE];
    for head in (0..SIZE).step_by(32) {
        let score = |row: &Vec<f64>| -> f64 {
            let at = head..head + 32;
            let products = at.map(|at| qkv[query][at] * row[SIZE + at]);
            (products.sum::<f64>() / 32f64.sqrt()).exp()
        };
        let weights: Vec<f64> = qkv.iter().map(score).collect();
        let total: f64 = weights.iter().sum();
        for (row, weight) in qkv.iter().zip(weights) {
            for at in head..head + 32 {
                result[at] += weight / total * row[2 * SIZE + at];
            }
        }
    }
    result
}

fn normalise(x: &mut [Vec<f64>], norm: &[Vec<f32>]) {
    for row in x {
        let mean = row.iter().sum::<f64>() / SIZE as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / SIZE as f64;
        for ((x, &gain), &bias) in row.iter_mut().zip(&norm[0]).zip(&norm[1]) {
            *x = (*x - mean) / (variance + 1e-12).sqrt() * f64::from(gain) + f64::from(bias);
        }
    }
}

fn add(x: &mut [Vec<f64>], y: Vec<Vec<f64>>) {
    x.iter_mut().flatten().zip(y.into_iter().flatten()).for_each(|(x, y)| *x += y);
}

/// `x Φ(x)`, with the power series of Φ.
fn gelu(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.max(0.0);
    }
    let (mut sum, mut term) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(2 * n);
        sum += term / f64::from(2 * n + 1);
    }
    x * (0.5 + sum / (2.0 * std::f64::consts::PI).sqrt())
}

#[test]
fn file_contents_are_read() {
    let encoder = encoder(Kernel::fastest_available());
    assert_eq!(encoder.provenance(), "made by a test");
    assert_eq!(encoder.piece_texts().nth(2), Some("pc"));
    assert_eq!(encoder.piece_texts().count(), PIECES);
    assert_eq!((encoder.table_sizes().positions, encoder.table_sizes().bits), (POSITIONS, LISTS));
    let [weight, sharpness, pairs] = &TINY.matrices[TINY.matrices.len() - 1][..] else {
        panic!("mixing must have three parts");
    };
    assert_eq!(encoder.mixing_weights().weight, weight[0]);
    assert_eq!(encoder.mixing_weights().sharpness, sharpness[0]);
    assert_eq!(encoder.mixing_weights().pairs.as_flattened(), pairs);
}

fn load_message(bytes: &[u8]) -> String {
    match Encoder::from_bytes(bytes, Kernel::fastest_available()) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn truncation_error_names_part() {
    let mut before = Vec::new();
    for (name, bytes) in &TINY.parts {
        for length in [0, bytes.len() / 2, bytes.len() - 1] {
            let cut = file_with_digest(&[&before[..], &bytes[..length]].concat());
            assert_eq!(load_message(&cut), format!("the encoder's file ends within its {name}"));
        }
        before.extend(bytes);
    }
    assert_eq!(load_message(&file_with_digest(&before)), "no error");
    before.extend([0; 3]);
    assert_eq!(load_message(&file_with_digest(&before)), "the encoder's file has 3 bytes too many");
}

/// Damage to the body of a file with a correct digest: part (the first with this
/// name), offset in it, new bytes, expected message.
const DAMAGED: &[(&str, usize, &[u8], &str)] = &[
    ("provenance", 4, b"\xFF", "the encoder's file is damaged in its provenance"),
    ("provenance", 0, b"\xFF\xFF\xFF\xFF", "the encoder's file ends within its provenance"),
    ("sizes", 0, &[0; 4], "the encoder's file has 0 word pieces, but must have 1 to 65536"),
    ("sizes", 4, &[0; 4], "the encoder's file has 0 positions, but must have 1 to 65536"),
    ("sizes", 8, &[129, 0], "the encoder's file has 129 shapes, but must have 1 to 128"),
    ("sizes", 12, &[0; 4], "the encoder's file has 0 coarse clusters, but must have 1 to 65536"),
    ("sizes", 18, &[1], "the encoder's file has 65543 fine clusters, but must have 1 to 65536"),
    ("sizes", 20, &[17], "the encoder's file has 17 lists, but must have at most 16"),
    ("sizes", 24, &[65], "the encoder's file has 65 channels, but must have a multiple of 32"),
    ("sizes", 28, &[0], "the encoder's file has 0 inner channels, but must have a multiple of 32"),
    ("sizes", 32, &[0], "the encoder's file has 0 layers, but must have 1 to 64"),
    ("sizes", 36, &[3], "the encoder's file has 3 heads, but must have one for each 32 channels"),
    ("sizes", 40, &[8], "the encoder's file has 8 tags, but must have 9"),
    ("word pieces", 1, b"\xC3\xC3", "the encoder's file is damaged in its word pieces"),
    (
        "list embeddings",
        0,
        &[0, 0, 0xC0, 0x7F],
        "the encoder's file is damaged in its list embeddings",
    ),
    ("norms", 0, &[0, 0, 0x80, 0x7F], "the encoder's file is damaged in its norms"),
    (
        "attention weights",
        2 * 4 * 3 * SIZE + 5,
        &[0],
        "the encoder's file is damaged in its attention weights",
    ),
    ("head", 0, &[0, 0, 0xC0, 0xFF], "the encoder's file is damaged in its head"),
    ("mixing", 0, &[0, 0, 0xC0, 0xFF], "the encoder's file is damaged in its mixing"),
];

#[test]
fn damaged_files_are_errors() {
    for &(name, offset, new, message) in DAMAGED {
        let before = TINY.parts.iter().take_while(|part| part.0 != name);
        let start: usize = before.map(|part| part.1.len()).sum::<usize>() + offset;
        let mut body = TINY.concat_parts();
        body[start..start + new.len()].copy_from_slice(new);
        assert_eq!(load_message(&file_with_digest(&body)), message);
    }
}

#[test]
fn other_files_are_errors() {
    let changed = |offset: usize| {
        let mut bytes = FILE.clone();
        bytes[offset] ^= 2;
        Encoder::from_bytes(&bytes, Kernel::fastest_available()).err()
    };
    assert_eq!(
        Encoder::from_bytes(b"", Kernel::fastest_available()).err(),
        Some(EncoderLoadError::NotAnEncoder)
    );
    assert_eq!(changed(0), Some(EncoderLoadError::NotAnEncoder));
    assert_eq!(changed(16), Some(EncoderLoadError::Version { found: 3 }));
    for offset in [20, 27, 28, 5000, FILE.len() - 1] {
        assert_eq!(changed(offset), Some(EncoderLoadError::Digest), "offset {offset}");
    }
    assert_eq!(
        EncoderLoadError::Version { found: 3 }.to_string(),
        "the encoder's file has version 3, this program reads version 1: \
         write it again with training/accurate/export.py"
    );
    assert_eq!(
        EncoderLoadError::Digest.to_string(),
        "the encoder's file is damaged: its digest does not match"
    );
    assert_eq!(
        EncoderLoadError::NotAnEncoder.to_string(),
        "not an encoder of the engine `accurate`"
    );
}

#[test]
fn kernels_have_names() {
    for kernel in Kernel::all_available() {
        assert_eq!(Kernel::from_name(kernel.kernel_name()), Some(kernel));
    }
    assert_eq!(Kernel::all_available().next(), Some(Kernel::fastest_available()));
    assert_eq!(Kernel::from_name("sse9"), None);
    assert_eq!(Kernel::from_name("plain").map(Kernel::kernel_name), Some("plain"));
}

//! Writes the files in data/outline.
//!
//! ```text
//! cargo run -p chancery-geometry --example prepare_outline
//! ```

#[path = "../tests/outline/mod.rs"]
mod outline;

fn main() -> std::io::Result<()> {
    let prepared = outline::build_outline(outline::TOPOLOGY_JSON);
    prepared.files().into_iter().try_for_each(|(path, content)| std::fs::write(path, content))
}

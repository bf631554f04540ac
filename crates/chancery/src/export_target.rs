//! The destination of an export: standard output, a file, or a folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_engine::InputError;
use chancery_formats::table::TableDialect;
use chancery_formats::{ExportOptions, Exporter, FileLayout, Format};
use chancery_views::coordinates::coordinates_of_entity;

use crate::commands::WRITE_FAILED;

/// An open output.
pub(crate) type OutputSink = BufWriter<Box<dyn Write + Send>>;

/// The destination of the files of an export.
#[derive(Debug)]
pub(crate) enum ExportTarget {
    /// Standard output; for exports of one file.
    Stdout,
    /// A file; for exports of one file.
    File(PathBuf),
    /// A folder; the format names its files.
    Folder(PathBuf),
}

impl ExportTarget {
    /// Chooses the target of an export in `format` to `output`; creates the
    /// folder.
    ///
    /// # Errors
    /// If the format does not fit: pairs need a folder, and columns cannot be
    /// printed on a terminal.
    pub(crate) fn for_format(format: Format, output: Option<&Path>) -> anyhow::Result<Self> {
        match (format.file_layout(), output) {
            (FileLayout::Pairs, None) => {
                bail!("{format} writes pairs of files: name a folder with --output FOLDER")
            }
            (_, None) => {
                let binary = matches!(format, Format::Parquet | Format::Arrow);
                if binary && io::stdout().is_terminal() {
                    bail!(
                        "{format} cannot be printed on a terminal: name a file with --output FILE"
                    );
                }
                Ok(Self::Stdout)
            }
            (FileLayout::File, Some(path)) => Ok(Self::File(path.to_owned())),
            (layout @ (FileLayout::WithOffsets | FileLayout::Pairs), Some(path)) => {
                fs::create_dir_all(path).map_err(|error| InputError::from_write(path, &error))?;
                if layout == FileLayout::Pairs && has_files(path) {
                    let path = path.display();
                    bail!(
                        "{path}: has files, and would have pairs of other documents beside these: \
                         empty it, or name a new folder"
                    );
                }
                Ok(Self::Folder(path.to_owned()))
            }
        }
    }

    /// Starts an export; `table` says how tables are written.
    pub(crate) fn start_export(
        self,
        format: Format,
        table: TableDialect,
    ) -> anyhow::Result<Exporter<'static, OutputSink, impl FnMut(&str) -> io::Result<OutputSink>>>
    {
        let options = ExportOptions { offsets: matches!(self, Self::Folder(_)), table };
        let open = move |name: &str| {
            let sink: Box<dyn Write + Send> = match &self {
                Self::Stdout => Box::new(io::stdout()),
                Self::File(path) => Box::new(create_file(path)?),
                Self::Folder(folder) => Box::new(create_file(&folder.join(name))?),
            };
            Ok(BufWriter::with_capacity(1 << 16, sink))
        };
        Exporter::start_export(format, options, &coordinates_of_entity, open).context(WRITE_FAILED)
    }
}

/// Whether a folder has anything but hidden files.
fn has_files(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
}

fn create_file(path: &Path) -> io::Result<File> {
    File::create(path)
        .map_err(|error| io::Error::new(error.kind(), InputError::from_write(path, &error)))
}

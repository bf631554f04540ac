//! Options that several commands share.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;

use chancery_engine::inputs::{Input, collect_inputs};
use chancery_engine::opening::side_table::{DocumentPath, SideTable, SideTables};
use chancery_engine::opening::{NamedColumns, Opener, OpeningSettings, Remedies};
use chancery_engine::{Engine, EngineKind, InputError, ModelChoice, Tagger, UserList};
use chancery_model::Label;
use chancery_store::StoredUserList;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::pdf_text;
use crate::run_counts::format_count;

/// The encoder's kernel, for measurements.
const KERNEL_VARIABLE: &str = "CHANCERY_KERNEL";

/// Which engine finds the names.
#[derive(Args, Clone, Debug)]
pub(crate) struct EngineArguments {
    /// Engine that finds the names [default: accurate]
    #[arg(long, value_parser = engine_kinds())]
    engine: Option<EngineKind>,
    /// Use this model file instead of the built-in one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

impl EngineArguments {
    fn engine_kind(&self) -> EngineKind {
        self.engine.unwrap_or_default()
    }

    /// How a long run can be shortened, if the user has not chosen the engine.
    pub(crate) fn speed_advice(&self) -> Option<&'static str> {
        self.engine.is_none().then_some(
            "--engine fast is about 25 times as fast and finds somewhat fewer of the names",
        )
    }

    /// Loads the engine.
    pub(crate) fn load_engine(&self) -> anyhow::Result<Engine> {
        self.load_with_model(|model| Ok(Engine::load_engine(self.engine_kind(), model)?))
    }

    /// Loads the tagger alone.
    pub(crate) fn load_tagger(&self) -> anyhow::Result<Tagger<'static>> {
        self.load_with_model(|model| Ok(self.engine_kind().load_tagger(model)?))
    }

    /// What an archive records about the engine.
    pub(crate) fn fingerprint(&self) -> Result<String, InputError> {
        self.engine_kind().model_fingerprint(self.model.as_deref())
    }

    fn load_with_model<T>(
        &self,
        load: impl FnOnce(ModelChoice<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let kernel =
            std::env::var_os(KERNEL_VARIABLE).map(|name| name.to_string_lossy().into_owned());
        load(ModelChoice { file: self.model.as_deref(), kernel: kernel.as_deref() }).map_err(
            |error| match &kernel {
                Some(_) => error.context(KERNEL_VARIABLE),
                None => error,
            },
        )
    }
}

fn engine_kinds() -> impl TypedValueParser<Value = EngineKind> {
    let value = |kind: EngineKind| PossibleValue::new(kind.engine_name()).help(kind.description());
    PossibleValuesParser::new(EngineKind::ALL.map(value))
        .map(|name| EngineKind::from_name(&name).expect("the parser allows only engine names"))
}

/// The number of workers.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct JobsArgument {
    /// Process N files in parallel [default: one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

impl JobsArgument {
    /// The number of workers.
    pub(crate) fn worker_count(self) -> usize {
        self.jobs.map_or_else(available_cores, usize::from)
    }
}

/// The number of cores of the machine.
pub(crate) fn available_cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The maximum size of a file. Processing a file takes about ten times its size
/// in memory.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct LimitArgument {
    /// Refuse larger files; each file in a container counts separately
    #[arg(long, value_name = "MB", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=4000))]
    largest: u16,
}

impl LimitArgument {
    /// The limit in bytes.
    pub(crate) fn limit_in_bytes(self) -> u64 {
        u64::from(self.largest) << 20
    }

    /// Reads all bytes of `input`.
    ///
    /// # Errors
    /// If it cannot be read or is larger than the limit.
    pub(crate) fn read_limited(self, input: &Input) -> Result<Vec<u8>, InputError> {
        input.read_bytes_up_to(self.limit_in_bytes())?.ok_or_else(|| InputError {
            input: input.to_string(),
            at: None,
            what: format!("is larger than {} MB", self.largest),
            remedy: Some("split it, or raise --largest"),
        })
    }
}

/// Which columns of tables are what, and which tables describe other files.
#[derive(Args, Clone, Debug)]
pub(crate) struct TableArguments {
    /// Columns of tables, by name or number: "text=body,id=number", "text=8,id=3"
    #[arg(long, value_name = "ROLE=COLUMN,…", value_parser = str::parse::<NamedColumns>)]
    columns: Option<NamedColumns>,
    /// A table about the files, matched by path or id: fields that the texts do not state
    #[arg(long, value_name = "FILE")]
    metadata: Vec<PathBuf>,
}

impl TableArguments {
    /// How a command opens files. `largest` limits members and rows, in bytes.
    pub(crate) fn opening_settings(&self, largest: u64, remedies: Remedies) -> OpeningSettings {
        OpeningSettings {
            largest,
            named_columns: self.columns.clone().unwrap_or_default(),
            pdf_reader: pdf_text::pdf_reader_command(),
            kept_pages: None,
            keep_empty: false,
            remedies,
        }
    }

    /// Whether there are tables of metadata.
    pub(crate) fn has_metadata(&self) -> bool {
        !self.metadata.is_empty()
    }

    /// The tables of metadata, each with its file.
    ///
    /// # Errors
    /// If one cannot be read, or names no documents.
    pub(crate) fn read_side_tables(
        &self,
        largest: u64,
    ) -> Result<Vec<(PathBuf, SideTable)>, InputError> {
        let named = self.columns.clone().unwrap_or_default();
        let read = |path: &PathBuf| Ok((path.clone(), SideTable::read(path, &named, largest)?));
        self.metadata.iter().map(read).collect()
    }

    /// The inputs under `paths`, without the tables of metadata.
    pub(crate) fn collect_inputs(&self, paths: &[PathBuf]) -> Vec<Result<Input, InputError>> {
        let tables: Vec<PathBuf> =
            self.metadata.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let mut inputs = collect_inputs(paths);
        inputs.retain(|input| match input {
            Ok(Input::File(path)) if !tables.is_empty() => {
                !path.canonicalize().is_ok_and(|path| tables.contains(&path))
            }
            _ => true,
        });
        inputs
    }

    /// What opens the inputs of a command that keeps no archive. Tables of metadata are
    /// joined with the documents in them.
    ///
    /// # Errors
    /// If a table of metadata cannot be read.
    pub(crate) fn opener(
        &self,
        largest: u64,
        inputs: &[Result<Input, InputError>],
    ) -> Result<Opener, InputError> {
        let remedies = Remedies {
            raise_limit: "raise --largest",
            retry: "run it again",
            name_columns: NAME_COLUMNS,
        };
        let opener = Opener::new(self.opening_settings(largest, remedies));
        if self.metadata.is_empty() {
            return Ok(opener);
        }
        let tables = self.read_side_tables(largest)?.into_iter().map(|(_, table)| table).collect();
        let files = inputs.iter().flatten().filter_map(|input| match input {
            Input::File(path) => Some((path, input.to_string())),
            Input::Stdin => None,
        });
        let paths: Vec<DocumentPath> =
            files.flat_map(|(path, name)| opener.document_paths(path, &name)).collect();
        Ok(opener.with_side_tables(SideTables::join(tables, &paths)))
    }
}

/// Says which rows of side tables were not used, and how many documents have no row.
pub(crate) fn report_side_tables(opener: &Opener) {
    let Some(tables) = opener.side_tables() else { return };
    for (name, messages) in tables.problems(|_| false) {
        for message in messages {
            eprintln!("chancery: {name}: {message}");
        }
    }
    if let count @ 1.. = tables.documents_without_row() {
        eprintln!("chancery: {} without a row of metadata", format_count(count, "document"));
    }
}

/// How to name the columns of a table.
pub(crate) const NAME_COLUMNS: &str =
    "name the column of its text: --columns text=COLUMN; a table about files: --metadata FILE";

/// The user's own list of names, for files.
#[derive(Args, Clone, Debug)]
pub(crate) struct NamesArgument {
    /// Also link to your own list of names: CSV or JSON lines with id, name, aliases,
    /// label, remark
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
}

impl NamesArgument {
    /// Reads the list, if there is one.
    pub(crate) fn load_name_list(&self) -> anyhow::Result<UserList> {
        Ok(self.names.as_deref().map(UserList::read).transpose()?.unwrap_or_default())
    }

    /// Whether a list was given.
    pub(crate) fn is_given(&self) -> bool {
        self.names.is_some()
    }
}

/// The user's own list of names, for an archive that keeps it.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeptNamesArgument {
    /// Also link to your own list of names: CSV or JSON lines with id, name, aliases,
    /// label, remark. The archive keeps the list and replaces its earlier one
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
}

impl KeptNamesArgument {
    /// Reads the list, if one was given.
    pub(crate) fn load_list(&self) -> anyhow::Result<Option<StoredUserList>> {
        let Some(path) = &self.names else { return Ok(None) };
        let list = UserList::read(path)?;
        Ok(Some(StoredUserList { file: path.display().to_string(), text: list.text().to_owned() }))
    }
}

/// Parses a label for clap.
pub(crate) fn parse_label(name: &str) -> Result<Label, String> {
    name.to_uppercase().parse().map_err(|()| {
        let names: Vec<&str> = Label::ALL.iter().map(|label| label.as_str()).collect();
        format!("no such label; the labels are {}", names.join(", "))
    })
}

/// Tells the user if the program waits for input from the keyboard.
pub(crate) fn announce_stdin(paths: &[PathBuf]) {
    if paths.iter().any(|path| path == Path::new("-")) && io::stdin().is_terminal() {
        eprintln!("chancery: reading from the keyboard; end with Ctrl-D, or see --help");
    }
}

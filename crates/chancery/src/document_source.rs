//! The documents that a command reads: those of an archive, or of files that are
//! annotated first.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::bail;
use chancery_engine::inputs::Input;
use chancery_engine::opening::Opener;
use chancery_engine::{Engine, InputError, ListChoice, UserList, ordered, stages};
use chancery_formats::split_tokens_at_mentions;
use chancery_model::{Annotated, DocumentEntities};
use chancery_store::{Archive, DocumentNumber, SearchRequest, Searcher, parse_query};
use chancery_views::exported_document::exported_document;
use clap::Args;

use crate::annotation_sets::check_set_exists;
use crate::archive_access::open_archive;
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, TableArguments, announce_stdin,
    report_side_tables,
};
use crate::commands::CommandOutcome;
use crate::progress::ProgressMeter;
use crate::run_counts::report_programs;

/// An archive or files, and how to read them.
#[derive(Args)]
pub(crate) struct DocumentSource {
    /// The folder of an archive; or files and folders to annotate
    #[arg(value_name = "ARCHIVE|PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Only documents that match this query (see `chancery search --help`)
    #[arg(long)]
    query: Option<String>,
    #[command(flatten)]
    engine: EngineArguments,
    #[command(flatten)]
    names: NamesArgument,
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    limit: LimitArgument,
    #[command(flatten)]
    tables: TableArguments,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// What a command wants of the documents.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The names of this annotation set instead of those of the archive.
    pub(crate) set: Option<&'a str>,
    /// Statements and acts too.
    pub(crate) statements: bool,
    /// The results go to a file, so that progress can be shown on a terminal.
    pub(crate) to_file: bool,
}

/// A source that was checked and opened.
pub(crate) enum OpenedSource {
    /// An archive, with the documents that match.
    Archive(Archive, Option<HashSet<DocumentNumber>>),
    /// Files.
    Files,
}

impl DocumentSource {
    /// The folder of the archive and the query, for a format that needs an archive.
    pub(crate) fn archive_and_query(&self, format: &str) -> anyhow::Result<(&Path, &str)> {
        match &self.paths[..] {
            [folder] if Archive::exists_in(folder) => {
                Ok((folder, self.query.as_deref().unwrap_or_default()))
            }
            paths => {
                let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
                bail!(
                    "{}: not an archive; --format {format} needs one (`chancery add ARCHIVE PATH…`)",
                    first.display()
                )
            }
        }
    }

    /// Checks the arguments and opens the archive, if it is one, before the output is
    /// made: a wrong query or set must not leave a file.
    pub(crate) fn open(&self, set: Option<&str>) -> anyhow::Result<OpenedSource> {
        match &self.paths[..] {
            [folder] if Archive::exists_in(folder) && self.names.is_given() => bail!(
                "{}: an archive has its own list of names (`chancery rebuild {0} --names FILE` \
                 replaces it)",
                folder.display()
            ),
            [folder] if Archive::exists_in(folder) => {
                if self.tables.has_metadata() {
                    bail!("--metadata is for files (add them to the archive with it)");
                }
                let archive = open_archive(folder)?;
                if let Some(set) = set {
                    check_set_exists(&archive, set)?;
                }
                let wanted = self.matching_documents(&archive)?;
                Ok(OpenedSource::Archive(archive, wanted))
            }
            paths if self.query.is_some() || set.is_some() => {
                let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
                bail!("{}: not an archive; --query and --set need one", first.display())
            }
            _ => {
                self.tables.read_side_tables(self.limit.limit_in_bytes())?;
                Ok(OpenedSource::Files)
            }
        }
    }

    /// Hands each document to `write`, with its path.
    pub(crate) fn visit_documents(
        &self,
        opened: &OpenedSource,
        wanted: Wanted<'_>,
        write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
    ) -> anyhow::Result<CommandOutcome> {
        match opened {
            OpenedSource::Archive(archive, matching) => {
                visit_archive(archive, wanted, matching.as_ref(), write)
            }
            OpenedSource::Files => self.visit_files(wanted, write),
        }
    }

    /// The numbers of the documents that match the query, if there is one.
    fn matching_documents(
        &self,
        archive: &Archive,
    ) -> anyhow::Result<Option<HashSet<DocumentNumber>>> {
        let Some(query) = &self.query else { return Ok(None) };
        let searcher = Searcher::open(archive)?;
        let request =
            SearchRequest { limit: usize::MAX, ..SearchRequest::new(parse_query(query)?) };
        let found = searcher.rank_matches(archive, &request)?;
        Ok(Some(found.ranked.into_iter().map(|(number, _)| number).collect()))
    }

    /// Annotates files in parallel and writes them in order.
    fn visit_files(
        &self,
        wanted: Wanted<'_>,
        write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
    ) -> anyhow::Result<CommandOutcome> {
        let user_list = self.names.load_name_list()?;
        let fresh = self.engine.load_engine()?;
        announce_stdin(&self.paths);
        let inputs = self.tables.collect_inputs(&self.paths);
        let bytes = inputs.iter().flatten().map(Input::size_in_bytes).sum();
        let mut progress = ProgressMeter::over_bytes(bytes, !self.quiet, wanted.to_file)
            .with_advice(self.engine.speed_advice());
        let opener = self.tables.opener(self.limit.limit_in_bytes(), &inputs)?;
        let mut outcome = CommandOutcome::Success;
        let ended = ordered::map_in_order(
            inputs,
            self.jobs.worker_count(),
            || fresh.clone(),
            |engine, input, emit| {
                let source = input.as_ref().map_or_else(|_| String::new(), Input::to_string);
                let size = input.as_ref().map_or(0, Input::size_in_bytes);
                let done = input.and_then(|input| {
                    let limit = self.limit;
                    let work = |engine: &mut _| {
                        let run = FileRun { opener: &opener, user_list: &user_list, limit, wanted };
                        run.annotate_input(&input, engine)
                    };
                    engine.run_catching_panics(&fresh, &source, work)
                });
                emit((size, done));
            },
            |(size, done)| {
                let (documents, errors) =
                    done.unwrap_or_else(|failure| (Vec::new(), vec![failure]));
                for error in errors {
                    progress.print_above(&format!("chancery: {error}"));
                    outcome = CommandOutcome::SomeFailed;
                }
                progress.advance(size);
                match documents.iter().try_for_each(|(source, document)| write(document, source)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => ControlFlow::Break(error),
                }
            },
        );
        progress.finish();
        report_side_tables(&opener);
        report_programs(&opener.used_programs(), self.quiet);
        ended.break_value().map_or(Ok(()), Err)?;
        Ok(outcome)
    }
}

fn visit_archive(
    archive: &Archive,
    wanted: Wanted<'_>,
    matching: Option<&HashSet<DocumentNumber>>,
    write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
) -> anyhow::Result<CommandOutcome> {
    for number in archive.documents().numbers_by_id()? {
        if matching.is_some_and(|matching| !matching.contains(&number)) {
            continue;
        }
        let (annotated, source) = match wanted.set {
            None => exported_document(archive, number, wanted.statements)?,
            Some(set) => match document_of_set(archive, set, number)? {
                Some(document) => document,
                None => continue,
            },
        };
        write(&annotated, &source)?;
    }
    Ok(CommandOutcome::Success)
}

/// A document with the mentions of an annotation set, if the set has it.
fn document_of_set(
    archive: &Archive,
    set: &str,
    number: DocumentNumber,
) -> anyhow::Result<Option<(Annotated, String)>> {
    let stored = archive.documents().stored(number)?;
    let mut annotated = stored.annotated;
    let Some(mentions) = archive.documents().mentions_in_set(set, &annotated.document.id)? else {
        return Ok(None);
    };
    annotated.mentions = mentions;
    annotated.entities = DocumentEntities::default();
    split_tokens_at_mentions(&mut annotated);
    Ok(Some((annotated, stored.paths.into_iter().next().unwrap_or_default())))
}

/// The documents of an input, each with its path, and its errors.
type AnnotatedInput = (Vec<(String, Annotated)>, Vec<InputError>);

/// How the files of a run are read.
struct FileRun<'a> {
    opener: &'a Opener,
    user_list: &'a UserList,
    limit: LimitArgument,
    wanted: Wanted<'a>,
}

impl FileRun<'_> {
    /// Reads an input and finds names and entities in its documents.
    fn annotate_input(
        &self,
        input: &Input,
        engine: &mut Engine,
    ) -> Result<AnnotatedInput, InputError> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        self.opener.visit_documents(
            input,
            |input| self.limit.read_limited(input),
            &mut |opened| {
                let opened = match opened {
                    Ok(opened) => opened,
                    Err(error) => return errors.push(error),
                };
                let path = &opened.member.path;
                let failed = |problem| InputError::from_problem(path.clone(), problem);
                match engine.resolve_opened(&opened, ListChoice::FileAndUser(self.user_list)) {
                    Ok((documents, problems)) => {
                        for linked in documents {
                            let mut annotated = linked.annotated;
                            if self.wanted.statements {
                                stages::add_attribution(&mut annotated);
                            }
                            found.push((path.clone(), annotated));
                        }
                        errors.extend(problems.into_iter().map(failed));
                    }
                    Err(problem) => errors.push(failed(problem)),
                }
            },
        )?;
        Ok((found, errors))
    }
}

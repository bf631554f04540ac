//! Snapshots of the help texts.

use snapbox::str;

use crate::chancery;

#[test]
fn overview() {
    chancery(["--help"]).assert().success().stdout_eq(str![[r#"
Reads diplomatic telegrams and marks their names

Usage: chancery <COMMAND>

Commands:
  annotate     Mark the names in telegrams
  read         Show what a file holds: its fields, paragraphs and pages
  convert      Turn annotated text from one format into another
  entities     List who and what is named
  eval         Measure how well names are found
  train        Train the engine `fast`
  facts        Compile the reference facts
  add          Add files to an archive
  search       Find documents in an archive
  show         Show a document of an archive
  stats        Count what an archive holds
  curate       Correct what the machine found
  export       Write an archive in any format
  import       Import annotations that others made
  serve        Open an archive in the browser: search, read, correct
  demo         Open a small invented archive in the browser
  problems     List what could not be read
  verify       Check an archive
  rebuild      Make the index of an archive anew
  completions  Print the completions for a shell
  man          Write the manual pages
  help         Print this message or the help of the given subcommand(s)

Options:
  -h, --help     Print help
  -V, --version  Print version

Exit codes, of every command:
  0  all is well
  1  some input could not be read, or the command could not do what it should;
     what could be done is done, and standard error says the rest
  2  the command line was wrong; nothing was done

`chancery help COMMAND` has examples.

"#]]);
}

#[test]
fn annotate() {
    chancery(["annotate", "--help"]).assert().success().stdout_eq(str![[r#"
Mark the names in telegrams

Reads files in any form that Chancery knows and prints their text with
every person, place, organisation and other name marked. A file that cannot
be read is reported, and the run goes on.

Usage: chancery annotate [OPTIONS] [PATH]...

Arguments:
  [PATH]...
          Files, folders (with all files below them) or "-" for standard input
          
          [default: -]

Options:
  -f, --format <FORMAT>
          How to print [default: text on a terminal, brackets elsewhere]

          Possible values:
          - brackets: "[PER Ama Osei  ] left . ", one sentence per line
          - conll:    CoNLL-2003 columns: one token and its tag per line
          - jsonl:    One JSON object per line for each document: header, text, sentences, names, entities
          - text:     The text as read, with names in colour

  -j, --jobs <N>
          Files to work on at a time [default: one for each core]

  -o, --output <FILE>
          Write here and not to standard output

      --engine <ENGINE>
          What finds the names

          Possible values:
          - fast:     A linear model on word features: small, and fast on any machine
          - accurate: A small transformer with the linear model: better names, slower
          
          [default: accurate]

      --model <FILE>
          Use this model instead of the shipped one (see `chancery train`)

      --names <FILE>
          Names of your own to link to: CSV or JSON lines with name, aliases, class, id

      --color <WHEN>
          Colours in text
          
          [default: auto]
          [possible values: auto, always, never]

      --largest <MB>
          Refuse larger files (what a container holds counts each by itself)
          
          [default: 16]

  -q, --quiet
          No progress, no summary: only results and failures

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery annotate telegram.txt                        coloured, on a terminal
  chancery annotate telegram.txt > telegram.marked      in brackets
  chancery annotate archive/ --format jsonl -o out.jsonl
  curl -s https://example.org/telegram | chancery annotate - --format conll

`chancery export` writes more formats.

"#]]);
}

#[test]
fn read() {
    chancery(["read", "--help"]).assert().success().stdout_eq(str![[r#"
Show what a file holds: its fields, paragraphs and pages

Prints a readable card for every document, or its parts as JSON.

Usage: chancery read [OPTIONS] <PATH>...

Arguments:
  <PATH>...
          Files, folders (with all files below them) or "-" for standard input

Options:
      --json
          Print JSON: an object for every document, one after the other

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery read telegram.txt
  chancery read volume.xml --json | jq '.header.subject.value'

"#]]);
}

#[test]
fn convert() {
    chancery(["convert", "--help"]).assert().success().stdout_eq(str![[r#"
Turn annotated text from one format into another

Reads text whose names are marked already; no engine runs.

Usage: chancery convert [OPTIONS] --from <FORMAT> --to <FORMAT> [FILE]

Arguments:
  [FILE]
          File to read, or "-" for standard input
          
          [default: -]

Options:
      --from <FORMAT>
          Format of the input

          Possible values:
          - brackets: "[PER Ama Osei  ] left . ", one sentence per line
          - conll:    CoNLL-2003 columns: one token and its tag per line
          - jsonl:    One JSON object per line for each document: header, text, sentences, names, entities
          - standoff: NAME.txt with NAME.json
          - brat:     brat stand-off, NAME.txt with NAME.ann
          - w3c:      W3C Web Annotations in JSON-LD
          - tei:      TEI P5 with persName, placeName, orgName and lists
          - spacy:    JSON lines of spaCy and Prodigy: text, tokens, spans
          - parquet:  Apache Parquet, typed columns, one row per document
          - arrow:    Apache Arrow IPC file, the columns of parquet

      --to <FORMAT>
          Format of the output

          Possible values:
          - text:     The text as read, with names in colour
          - brackets: "[PER Ama Osei  ] left . ", one sentence per line
          - conll:    CoNLL-2003 columns: one token and its tag per line
          - jsonl:    One JSON object per line for each document: header, text, sentences, names, entities
          - standoff: NAME.txt with NAME.json
          - brat:     brat stand-off, NAME.txt with NAME.ann
          - w3c:      W3C Web Annotations in JSON-LD
          - tei:      TEI P5 with persName, placeName, orgName and lists
          - spacy:    JSON lines of spaCy and Prodigy: text, tokens, spans
          - csv:      A table, one row per mention
          - parquet:  Apache Parquet, typed columns, one row per document
          - arrow:    Apache Arrow IPC file, the columns of parquet
          - ftm:      FollowTheMoney entities, JSON lines
          - gexf:     Network of the entities named together, for Gephi
          - graphml:  The same network in GraphML
          - geojson:  The places on a map

  -o, --output <FILE|FOLDER>
          Write here and not to standard output; a folder for what is several files

      --color <WHEN>
          Colours in text
          
          [default: auto]
          [possible values: auto, always, never]

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery convert --from brackets --to conll telegram.marked
  chancery annotate telegram.txt | chancery convert --from brackets --to jsonl
  chancery convert --from standoff --to conll telegram.json
  chancery convert --from conll --to standoff test.tsv --output test
  chancery convert --from conll --to text --color always test.tsv | less -R

A stand-off pair is NAME.txt with NAME.json: name either to read it; to write
it, --output NAME makes both. So is a brat pair, NAME.txt with NAME.ann; to
write such pairs, --output names a folder. docs/FORMATS.md has every format.

"#]]);
}

#[test]
fn eval() {
    chancery(["eval", "--help"]).assert().success().stdout_eq(str![[r#"
Measure how well names are found

Runs an engine over a gold standard, or takes given predictions, and
prints precision, recall and F1 for each class and overall, in percent.

Usage: chancery eval [OPTIONS] <GOLD>...

Arguments:
  <GOLD>...
          Gold standards: files or folders

Options:
      --engine <ENGINE>
          What finds the names

          Possible values:
          - fast:     A linear model on word features: small, and fast on any machine
          - accurate: A small transformer with the linear model: better names, slower
          
          [default: accurate]

      --model <FILE>
          Use this model instead of the shipped one (see `chancery train`)

      --pred <FILE>
          Score these predictions (in the form of GOLD) and run no engine

      --json
          Print JSON

      --errors
          List the mistakes with their context

      --capitals
          Put the gold standard's text in capitals first

      --entities
          Score who is who: GOLD are FRUS volumes, whose marks of persons are taken off and compared with

      --gold-mentions
          Cluster the persons that the editors marked, and not those found

      --without-lists
          Resolve without the volume's own list of persons

      --given <SET>
          GOLD is an archive, and the names of this imported set are right

      --found <SET>
          Score this imported set, and not the names of the archive

      --corrected
          Leave out the marks that are known to name the wrong person

      --ignore <CLASS>
          Leave a class out, in the gold standard and in what is found

  -h, --help
          Print help (see a summary with '-h')

Gold standards are BIO columns (.tsv, .conll, .bio, .iob: token first, tag last,
documents parted by -DOCSTART-) and brackets (.brackets.txt), on whose tokens
the engine runs; pairs (NAME.txt with NAME.json or NAME.ann), .jsonl, .jsonld,
.tei.xml, .spacy.jsonl, .parquet and .arrow, on whose text the engine runs from
the raw bytes on; or folders of them. With --given, GOLD is an archive: the
names of an imported set against those that the archive holds. Counting is that
of conlleval; tags are read as strict IOB2: an I- that continues no name is no
part of one.

Examples:
  chancery eval test.tsv
  chancery eval dev/ --errors
  chancery eval test.tsv --pred mine.tsv --json
  chancery eval test.tsv --capitals
  chancery eval dev.tsv --ignore MISC        gold without a MISC layer
  chancery eval archive --given ana --errors
  chancery eval archive --given ana --found bob

"#]]);
}

//! Snapshots of the help texts.

use snapbox::str;

use crate::chancery;

#[test]
fn overview() {
    chancery(["--help"]).assert().success().stdout_eq(str![[r#"
Find the names in diplomatic telegrams, and resolve who and what they are

Usage: chancery [COMMAND]

Begin:
  demo         Open a small invented archive in the browser
  serve        Open an archive in the browser: search, read, correct

Make an archive:
  add          Add files to an archive
  refresh      Bring an archive up to date with its files
  import       Import annotations from files
  list         List the documents of an archive
  files        List the added files with their documents and problems
  problems     List what could not be read, and remarks on what was read
  forms        List the forms of files that are read

Search and read:
  search       Find documents in an archive
  saved        List saved searches, and what is new in them
  show         Show a document, or a person, place or organisation
  related      List the documents that are related to a document
  people       List the people of an archive, with offices and dates
  places       List the places of an archive, with coordinates and dates
  orgs         List the organisations of an archive, with dates and counts
  statements   List who says what to whom, and who met whom
  stats        Count the contents of an archive
  holes        List what an archive lacks

Correct, cite and export:
  curate       Correct what the program found
  set          Set header fields of a document by hand
  remove       Take documents out of an archive
  notes        List notes, keywords and highlights
  cite         Write the citations of documents
  export       Write an archive or files in any format

Look after an archive:
  verify       Check the integrity of an archive
  rebuild      Rebuild the index of an archive
  backup       Write a backup of an archive to one file
  restore      Create an archive from a backup

Without an archive:
  annotate     Annotate the names in files
  entities     List the persons, places and organisations in files
  read         Show the fields, paragraphs and pages of files
  convert      Convert annotated text from one format to another
  eval         Measure how well names are found

For other programs:
  mcp          Open an archive to an assistant (Model Context Protocol)
  completions  Print the completions for a shell
  man          Write the manual pages

Options:
  -h, --help     Print help
  -V, --version  Print version

Exit codes of every command:
  0  success
  1  an input could not be read, or the command failed; the rest was done, and
     standard error lists the failures
  2  the command line is wrong; nothing was done

`chancery help COMMAND` shows examples.

"#]]);
}

#[test]
fn annotate() {
    chancery(["annotate", "--help"]).assert().success().stdout_eq(str![[r#"
Annotate the names in files

Reads files in all known forms and prints their text with the names of
persons, places, organisations and others annotated. Files that cannot be
read are reported, and the run continues.

Usage: chancery annotate [OPTIONS] [PATH]...

Arguments:
  [PATH]...
          Files, folders (with all files below them) or "-" for standard input
          
          [default: -]

Options:
  -f, --format <FORMAT>
          Output format [default: text on a terminal, brackets elsewhere]

          Possible values:
          - brackets: "[PER Ama Osei  ] left . ", one sentence per line
          - conll:    CoNLL-2003 columns: one token and its tag per line
          - jsonl:    One JSON object per line for each document: header, text, sentences, names, entities
          - text:     The text as read, with names in colour

      --statements
          Also find who says what to whom, and acts such as meetings (JSON lines only)

  -j, --jobs <N>
          Process N files in parallel [default: one per core]

  -o, --output <FILE>
          Write to this file instead of standard output

      --engine <ENGINE>
          Engine that finds the names [default: accurate]

          Possible values:
          - fast:     A linear model on word features: small, and fast on any machine
          - accurate: A small transformer with the linear model: better names, slower

      --model <FILE>
          Use this model file instead of the built-in one

      --names <FILE>
          Also link to your own list of names: CSV or JSON lines with id, name, aliases, label, remark

      --color <WHEN>
          When to use colours in text
          
          [default: auto]
          [possible values: auto, always, never]

      --largest <MB>
          Refuse larger files; each file in a container counts separately
          
          [default: 16]

      --columns <ROLE=COLUMN,…>
          Columns of tables, by name or number: "text=body,id=number", "text=8,id=3"

      --metadata <FILE>
          A table about the files, matched by path or id: fields that the texts do not state

  -q, --quiet
          Show no progress and no summary

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery annotate telegram.txt                        colours, on a terminal
  chancery annotate telegram.txt > names.brackets.txt   brackets, in a file
  chancery annotate cables/ --format jsonl -o out.jsonl
  chancery annotate telegram.txt --statements           who says what, as JSON lines
  curl -s https://example.org/telegram | chancery annotate - --format conll

`chancery export` writes more formats.

"#]]);
}

#[test]
fn read() {
    chancery(["read", "--help"]).assert().success().stdout_eq(str![[r#"
Show the fields, paragraphs and pages of files

Prints a summary card for each document, or its parts as JSON.

Usage: chancery read [OPTIONS] <PATH>...

Arguments:
  <PATH>...
          Files, folders (with all files below them) or "-" for standard input

Options:
      --json
          Print JSON: one object per document

      --columns <ROLE=COLUMN,…>
          Columns of tables, by name or number: "text=body,id=number", "text=8,id=3"

      --metadata <FILE>
          A table about the files, matched by path or id: fields that the texts do not state

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery read telegram.txt
  chancery read cables.csv                       each row is a document
  chancery read volume.xml --json | jq '.header.subject.value'

"#]]);
}

#[test]
fn convert() {
    chancery(["convert", "--help"]).assert().success().stdout_eq(str![[r#"
Convert annotated text from one format to another

Reads text whose names are already annotated; no engine runs.

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
          Write to this file instead of standard output; to a folder if the format has several files

      --color <WHEN>
          When to use colours in text
          
          [default: auto]
          [possible values: auto, always, never]

  -h, --help
          Print help (see a summary with '-h')

Examples:
  chancery convert --from brackets --to conll names.brackets.txt
  chancery annotate telegram.txt | chancery convert --from brackets --to jsonl
  chancery convert --from standoff --to conll telegram.json
  chancery convert --from conll --to standoff test.tsv --output test
  chancery convert --from conll --to text --color always test.tsv | less -R

A stand-off pair is NAME.txt and NAME.json; --output NAME writes both. A brat
pair is NAME.txt and NAME.ann; --output FOLDER writes pairs. To read a pair, give
either file. docs/FORMATS.md describes all formats.

"#]]);
}

#[test]
fn eval() {
    chancery(["eval", "--help"]).assert().success().stdout_eq(str![[r#"
Measure how well names are found

Runs an engine on a gold standard, or reads predictions, and prints
precision, recall and F1 for each label and overall, in percent.

Usage: chancery eval [OPTIONS] <GOLD>...

Arguments:
  <GOLD>...
          Gold standards: files or folders

Options:
      --engine <ENGINE>
          Engine that finds the names [default: accurate]

          Possible values:
          - fast:     A linear model on word features: small, and fast on any machine
          - accurate: A small transformer with the linear model: better names, slower

      --model <FILE>
          Use this model file instead of the built-in one

      --pred <FILE>
          Score these predictions (in a format of GOLD) instead of running an engine

      --json
          Print JSON

      --errors
          List the mistakes in context

      --capitals
          Convert the text of the gold standard to upper case first

      --entities
          Score entities against the persons that the editors of FRUS marked; GOLD is volumes, or an archive of them

      --gold-mentions
          Resolve the mentions that the editors marked, not those that the engine finds

      --without-lists
          Resolve without the volume's own list of persons

      --set <SET>
          Score an archive (GOLD) against this annotation set

      --pred-set <SET>
          Score this annotation set instead of the names of the archive

      --corrected
          Ignore the ids of marks that are known to name the wrong person

      --footnotes <CHOICE>
          Names in footnotes: `without` leaves them out, `with` counts them too, `only` counts nothing else
          
          [default: without]

      --ignore <LABEL>
          Leave a label out, in the gold standard and in the predictions

  -h, --help
          Print help (see a summary with '-h')

A gold standard with tokens is BIO columns (.tsv, .conll, .bio, .iob: token
first, tag last, -DOCSTART- between documents) or brackets (.brackets.txt); the
engine runs on its tokens. A gold standard without tokens is a pair (NAME.txt
with NAME.json or NAME.ann), .jsonl, .jsonld, .tei.xml, .spacy.jsonl, .parquet
or .arrow; the engine runs on the raw bytes of its text. A folder may hold
several. With --set, GOLD is an archive, and the names of the archive are scored
against an annotation set. Counts are those of conlleval. Tags are read as
strict IOB2: an I- tag that does not continue a name counts as O.

Examples:
  chancery eval test.tsv
  chancery eval dev/ --errors
  chancery eval test.tsv --pred mine.tsv --json
  chancery eval test.tsv --capitals
  chancery eval dev.tsv --ignore MISC        leave out a label
  chancery eval archive --entities           who is who in an archive of FRUS volumes
  chancery eval volume.xml --entities --footnotes with
  chancery eval archive --set ana --errors
  chancery eval archive --set ana --pred-set bob

"#]]);
}

-- Schema of the archive. Row numbers are assigned in order of insertion and are
-- used only inside the archive. Users and files see digests and entity ids.

-- Numbers stored for the whole archive.
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Contents that were read, each stored once.
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,        -- BLAKE3
    size INTEGER NOT NULL,
    kept INTEGER NOT NULL,              -- 1: the bytes are in table raw
    origin INTEGER REFERENCES files     -- office file of this text layer
) STRICT;

-- Paths of the files. A path whose content changed has several rows.
CREATE TABLE paths (
    path TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES files,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,          -- nanoseconds since 1970; 0 in containers
    PRIMARY KEY (path, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX paths_by_file ON paths (file);

CREATE TABLE raw (
    file INTEGER NOT NULL REFERENCES files,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,                -- lz4
    PRIMARY KEY (file, piece)
) STRICT;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- BLAKE3 of the document's bytes
    file INTEGER NOT NULL REFERENCES files, -- file of its offsets
    batch INTEGER NOT NULL,             -- last batch that changed it
    reference TEXT,                     -- canonical cable id
    post TEXT,
    serial INTEGER,
    date TEXT,                          -- ISO 8601
    class INTEGER,                      -- classification, by rank; 0 is lowest
    subject TEXT,
    section INTEGER,
    sections INTEGER,
    words INTEGER NOT NULL,
    leader INTEGER REFERENCES documents, -- first of its near-duplicates
    likeness REAL                       -- similarity to the leader, 0 to 1
) STRICT;
CREATE INDEX documents_by_batch ON documents (batch);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_reference ON documents (reference) WHERE reference IS NOT NULL;
CREATE INDEX documents_by_post ON documents (post, substr(date, 1, 4), serial)
    WHERE post IS NOT NULL;
CREATE INDEX documents_by_leader ON documents (leader) WHERE leader IS NOT NULL;

-- All locations of a document's bytes. Offsets count in the file, or in its
-- text layer if it has one.
CREATE TABLE places (
    document INTEGER NOT NULL REFERENCES documents,
    file INTEGER NOT NULL REFERENCES files,
    raw_start INTEGER NOT NULL,
    raw_end INTEGER NOT NULL,
    PRIMARY KEY (document, file, raw_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_file ON places (file);

-- Contents of the documents; see codec.rs.
CREATE TABLE bodies (
    document INTEGER PRIMARY KEY REFERENCES documents,
    text BLOB NOT NULL,
    runs BLOB NOT NULL,
    parts BLOB NOT NULL
) STRICT;

-- Annotations of the engine; a row is always replaced as a whole.
CREATE TABLE annotations (
    document INTEGER PRIMARY KEY REFERENCES documents,
    engine INTEGER NOT NULL REFERENCES engines,
    mentions BLOB NOT NULL,
    reasons TEXT NOT NULL,
    counted BLOB NOT NULL DEFAULT x''        -- its entities in appearances
) STRICT;

CREATE TABLE engines (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Sketches of the leaders of near-duplicates, and one row per band of a sketch.
CREATE TABLE sketches (
    document INTEGER PRIMARY KEY REFERENCES documents,
    bins BLOB NOT NULL
) STRICT;
CREATE TABLE bands (
    band INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES documents,
    PRIMARY KEY (band, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE entities (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    class TEXT NOT NULL,                -- label
    name TEXT NOT NULL,
    by_person INTEGER NOT NULL DEFAULT 0, -- 1: created by a user, 2: creation undone
    given_class TEXT,                   -- label from a user; overrides class
    given_name TEXT,                    -- name from a user; overrides name
    absorbed_by INTEGER REFERENCES entities -- entity that remains after merges
) STRICT;

-- Words of the names of entities, for lookup.
CREATE TABLE name_words (
    word TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entities,
    PRIMARY KEY (word, entity)
) STRICT, WITHOUT ROWID;

-- Number of mentions of an entity (not a merged one) in a document.
CREATE TABLE appearances (
    entity INTEGER NOT NULL REFERENCES entities,
    document INTEGER NOT NULL REFERENCES documents,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (entity, document)
) STRICT, WITHOUT ROWID;

-- Decisions of users. Append-only; edits, remarks and conflicts derive from it.
CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    record TEXT NOT NULL                -- JSON, as exported
) STRICT;
CREATE TABLE edits (
    document BLOB NOT NULL,             -- id: decisions outlive a re-ingest
    start INTEGER NOT NULL,             -- bytes of the reading text
    "end" INTEGER NOT NULL,
    edit TEXT NOT NULL,                 -- JSON
    PRIMARY KEY (document, start, "end")
) STRICT, WITHOUT ROWID;
CREATE TABLE remarks (
    log INTEGER PRIMARY KEY REFERENCES log,
    document BLOB,
    entity TEXT,
    kind TEXT NOT NULL,                 -- tag, note or apart
    words TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_by_document ON remarks (document);
CREATE INDEX remarks_by_entity ON remarks (entity);
CREATE TABLE conflicts (log INTEGER PRIMARY KEY REFERENCES log, reason TEXT NOT NULL) STRICT;

CREATE TABLE problems (
    path TEXT NOT NULL,
    at INTEGER,                         -- byte offset in the file
    what TEXT NOT NULL,
    PRIMARY KEY (path, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE searches (name TEXT PRIMARY KEY, query TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The first import creates the table `given` of annotation sets; see
-- annotation_sets.rs.

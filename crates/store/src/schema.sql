-- The archive's truth. Numbers are given in the order of arrival and never
-- leave the archive; what people and files see are digests and entity ids.

CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Bytes that were read, each content once.
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,        -- BLAKE3
    size INTEGER NOT NULL,
    kept INTEGER NOT NULL,              -- 1: the bytes are in raw
    origin INTEGER REFERENCES files     -- the office file whose text this is
) STRICT;

-- Where they were found. A path whose content changed has several rows.
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
    file INTEGER NOT NULL REFERENCES files, -- where its offsets point to
    batch INTEGER NOT NULL,             -- the last that changed it
    reference TEXT,                     -- canonical cable id
    post TEXT,
    serial INTEGER,
    date TEXT,                          -- ISO 8601
    class INTEGER,                      -- rank of the level, 0 lowest
    subject TEXT,
    section INTEGER,
    sections INTEGER,
    words INTEGER NOT NULL,
    leader INTEGER REFERENCES documents, -- the first of its near-duplicates
    likeness REAL                       -- with it, 0 to 1
) STRICT;
CREATE INDEX documents_by_batch ON documents (batch);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_reference ON documents (reference) WHERE reference IS NOT NULL;
CREATE INDEX documents_by_post ON documents (post, substr(date, 1, 4), serial)
    WHERE post IS NOT NULL;
CREATE INDEX documents_by_leader ON documents (leader) WHERE leader IS NOT NULL;

-- Every place where a document's bytes stand. Offsets count in the file, or
-- in its text layer where it has one.
CREATE TABLE places (
    document INTEGER NOT NULL REFERENCES documents,
    file INTEGER NOT NULL REFERENCES files,
    raw_start INTEGER NOT NULL,
    raw_end INTEGER NOT NULL,
    PRIMARY KEY (document, file, raw_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_file ON places (file);

-- What a document holds; see pack.rs.
CREATE TABLE bodies (
    document INTEGER PRIMARY KEY REFERENCES documents,
    text BLOB NOT NULL,
    runs BLOB NOT NULL,
    parts BLOB NOT NULL
) STRICT;

-- What the machine found in it, replaced as a whole.
CREATE TABLE annotations (
    document INTEGER PRIMARY KEY REFERENCES documents,
    engine INTEGER NOT NULL REFERENCES engines,
    mentions BLOB NOT NULL,
    reasons TEXT NOT NULL,
    counted BLOB NOT NULL DEFAULT x''        -- its entities in appearances
) STRICT;

CREATE TABLE engines (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Sketches of the leaders of near-duplicates, and a row a band of them.
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
    class TEXT NOT NULL,
    name TEXT NOT NULL,
    by_person INTEGER NOT NULL DEFAULT 0, -- 1: made by a person, 2: not any more
    given_class TEXT,                   -- a person's word over the machine's
    given_name TEXT,
    absorbed_by INTEGER REFERENCES entities
) STRICT;

-- Words of the names of entities, to find them by.
CREATE TABLE name_words (
    word TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entities,
    PRIMARY KEY (word, entity)
) STRICT, WITHOUT ROWID;

-- How often an entity (not an absorbed one) is named in a document.
CREATE TABLE appearances (
    entity INTEGER NOT NULL REFERENCES entities,
    document INTEGER NOT NULL REFERENCES documents,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (entity, document)
) STRICT, WITHOUT ROWID;

-- What people decided. Append-only; all tables below follow from it.
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
    kind TEXT NOT NULL,                 -- tag or note
    words TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_by_document ON remarks (document);
CREATE INDEX remarks_by_entity ON remarks (entity);
CREATE TABLE conflicts (log INTEGER PRIMARY KEY REFERENCES log, reason TEXT NOT NULL) STRICT;

CREATE TABLE problems (
    path TEXT NOT NULL,
    at INTEGER,                         -- byte of the file
    what TEXT NOT NULL,
    PRIMARY KEY (path, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE searches (name TEXT PRIMARY KEY, query TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A table `given` of imported annotations is made by the first import: given.rs.

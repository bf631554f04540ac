-- Schema of the archive, version 8. Row numbers are assigned in order of insertion
-- and are used only inside the archive. Users and files see digests and entity
-- ids. The version is in PRAGMA user_version; migrations.rs converts older archives
-- to exactly these tables.

-- Numbers stored for the whole archive: the last batch, the number of decisions,
-- the engine of new documents, how many documents had their persons linked, whether
-- the user's list has changed since, the rows of side tables and the files to read
-- again for them (side_tables.rs), and the file of the learnt page lines
-- (learned_lines.rs).
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Programs of version 0.1 look for the version here, and say that this one is newer.
CREATE VIEW facts AS SELECT 'version' AS name, 8 AS value;

-- Contents that were read, each stored once.
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,        -- BLAKE3
    size INTEGER NOT NULL,
    stored INTEGER NOT NULL,            -- 1: the bytes are in table file_pieces
    text_layer_of INTEGER REFERENCES files -- office file of this text layer
) STRICT;

-- Paths of the files. A path whose content changed has several rows, of which one is
-- not earlier.
CREATE TABLE paths (
    path TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES files,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,          -- nanoseconds since 1970; 0 in containers
    earlier INTEGER NOT NULL DEFAULT 0, -- 1: the path has other content now, or none
    PRIMARY KEY (path, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX paths_by_file ON paths (file);

-- The files and folders that users added, for `refresh`; uploads are not among them.
CREATE TABLE sources (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE file_pieces (
    file INTEGER NOT NULL REFERENCES files,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,                -- lz4
    PRIMARY KEY (file, piece)
) STRICT;

-- The user's list of names: one row, or none.
CREATE TABLE user_list (
    digest INTEGER PRIMARY KEY,         -- of the text; never 0
    file TEXT NOT NULL,                 -- where it was read, as the user gave it
    text TEXT NOT NULL
) STRICT;

-- Lists of persons and terms in a file, for its documents.
CREATE TABLE file_lists (
    file INTEGER PRIMARY KEY REFERENCES files,
    lists TEXT NOT NULL                 -- JSON
) STRICT;

-- All documents that the archive keeps. A document that has all sections of its telegram
-- has section 0.
CREATE TABLE stored_documents (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- BLAKE3 of the document's bytes
    file INTEGER NOT NULL REFERENCES files, -- file of its offsets
    batch INTEGER NOT NULL,             -- last batch that changed it
    cable_id TEXT,                      -- canonical cable id
    telegram_id TEXT,                   -- year, post, serial, if cable_id is another
    post TEXT,
    serial INTEGER,
    date TEXT,                          -- ISO 8601
    classification INTEGER,             -- STORED_CLASSIFICATIONS in archive.rs
    subject TEXT,
    section INTEGER,
    sections INTEGER,
    words INTEGER NOT NULL,
    duplicate_of INTEGER REFERENCES stored_documents, -- first of its near-duplicates
    similarity REAL,                    -- to that document, 0 to 1
    added TEXT,                         -- when it was added, ISO 8601; NULL: before version 8
    removed INTEGER REFERENCES decisions -- the decision that removed it
) STRICT;
CREATE INDEX documents_by_batch ON stored_documents (batch);
CREATE INDEX documents_by_file ON stored_documents (file);
CREATE INDEX documents_by_cable_id ON stored_documents (cable_id) WHERE cable_id IS NOT NULL;
CREATE INDEX documents_by_telegram_id ON stored_documents (telegram_id)
    WHERE telegram_id IS NOT NULL;
CREATE INDEX documents_by_post ON stored_documents (post, substr(date, 1, 4), serial)
    WHERE post IS NOT NULL;
CREATE INDEX documents_by_duplicate_of ON stored_documents (duplicate_of)
    WHERE duplicate_of IS NOT NULL;
CREATE INDEX documents_by_removed ON stored_documents (removed) WHERE removed IS NOT NULL;

-- The documents that users see: all but those that a decision removed. What the engine
-- does with an archive it does with all stored documents, so that an undo brings back
-- what was there.
CREATE VIEW documents AS SELECT * FROM stored_documents WHERE removed IS NULL;

-- Readable addresses of documents without a cable id; see addresses.rs.
CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES stored_documents
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_document ON addresses (document);

-- All locations of a document's bytes. Offsets count in the file, or in its
-- text layer if it has one.
CREATE TABLE locations (
    document INTEGER NOT NULL REFERENCES stored_documents,
    file INTEGER NOT NULL REFERENCES files,
    raw_start INTEGER NOT NULL,
    raw_end INTEGER NOT NULL,
    PRIMARY KEY (document, file, raw_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX locations_by_file ON locations (file);

-- Contents of the documents; see codec.rs.
CREATE TABLE bodies (
    document INTEGER PRIMARY KEY REFERENCES stored_documents,
    text BLOB NOT NULL,
    runs BLOB NOT NULL,
    parts BLOB NOT NULL
) STRICT;

-- Annotations of the engine; a row is always replaced as a whole.
CREATE TABLE annotations (
    document INTEGER PRIMARY KEY REFERENCES stored_documents,
    engine INTEGER NOT NULL REFERENCES engines,
    mentions BLOB NOT NULL,
    interned TEXT NOT NULL,             -- JSON that the mentions refer to; see codec.rs
    entities BLOB NOT NULL DEFAULT x'', -- its entities in appearances
    persons BLOB NOT NULL DEFAULT x'',  -- what links its persons to others; lz4 of JSON
    offices BLOB NOT NULL DEFAULT x'',  -- offices that stand for people; see offices.rs
    attribution BLOB NOT NULL DEFAULT x'', -- statements and acts; see statements.rs
    statements INTEGER NOT NULL DEFAULT 0, -- their number
    acts INTEGER NOT NULL DEFAULT 0,
    user_list INTEGER NOT NULL DEFAULT 0 -- digest of the list that resolved it; 0: none
) STRICT;

CREATE TABLE engines (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Sketches of the first of near-duplicates, and one row per band of a sketch.
CREATE TABLE sketches (
    document INTEGER PRIMARY KEY REFERENCES stored_documents,
    bins BLOB NOT NULL
) STRICT;
CREATE TABLE sketch_bands (
    band INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES stored_documents,
    PRIMARY KEY (band, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE entities (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,                -- PER, LOC, ORG or MISC
    name TEXT NOT NULL,
    origin TEXT NOT NULL DEFAULT 'engine', -- engine, user, or undone: no longer there
    user_label TEXT,                    -- label from a user; overrides label
    user_name TEXT,                     -- name from a user; overrides name
    merged_into INTEGER REFERENCES entities -- entity that remains after merges
) STRICT;
CREATE INDEX entities_by_merged_into ON entities (merged_into)
    WHERE merged_into IS NOT NULL;

-- Entities that gave all their mentions to another one when persons were linked
-- again. Decisions and addresses that name them mean the other one.
CREATE TABLE entity_redirects (
    id TEXT PRIMARY KEY,
    target TEXT NOT NULL                -- id of the other one
) STRICT, WITHOUT ROWID;

-- Words of the names of entities, for lookup.
CREATE TABLE name_words (
    word TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entities,
    PRIMARY KEY (word, entity)
) STRICT, WITHOUT ROWID;

-- Number of mentions of an entity (not a merged one) in a document.
CREATE TABLE appearances (
    entity INTEGER NOT NULL REFERENCES entities,
    document INTEGER NOT NULL REFERENCES stored_documents,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (entity, document)
) STRICT, WITHOUT ROWID;

-- Log of the decisions of users. Append-only; mention_edits, remarks, conflicts,
-- decided_names and refused_names derive from it. Every version keeps this table as it is, so that any version can
-- export the decisions of any archive.
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY,
    entry TEXT NOT NULL                 -- JSON, as exported
) STRICT;
CREATE INDEX undo_decisions ON decisions (entry ->> '$.decision')
    WHERE instr(entry, '"action":"undo"');
CREATE TABLE mention_edits (
    document BLOB NOT NULL,             -- id: decisions outlive a re-ingest
    start INTEGER NOT NULL,             -- bytes of the reading text
    "end" INTEGER NOT NULL,
    edit TEXT NOT NULL,                 -- JSON
    PRIMARY KEY (document, start, "end")
) STRICT, WITHOUT ROWID;
CREATE TABLE remarks (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    document BLOB,
    entity TEXT,
    kind TEXT NOT NULL,                 -- keyword, note, apart; header, statement: JSON
    text TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_by_document ON remarks (document);
CREATE INDEX remarks_by_entity ON remarks (entity);
-- Passages that users marked; derived from the log.
CREATE TABLE highlights (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    document BLOB NOT NULL,             -- id
    start INTEGER NOT NULL,             -- bytes of the reading text
    "end" INTEGER NOT NULL,
    color TEXT NOT NULL,
    keyword TEXT,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX highlights_by_document ON highlights (document);
CREATE TABLE conflicts (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    reason TEXT NOT NULL
) STRICT;

-- The last document when a decision came into the log. Later ones can raise a question.
CREATE TABLE decision_horizons (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    last_document INTEGER NOT NULL      -- 0: there was none
) STRICT;
-- Entities whose mentions a decision gave to another one.
CREATE TABLE decided_names (
    decision INTEGER NOT NULL REFERENCES decisions,
    entity TEXT NOT NULL,               -- id
    name TEXT NOT NULL,                 -- its id without a document
    target TEXT NOT NULL,               -- id of the other one
    PRIMARY KEY (decision, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_names_by_entity ON decided_names (entity);
CREATE INDEX decided_names_by_name ON decided_names (name);
-- Documents that say a name and do not mean the other entity.
CREATE TABLE refused_names (
    name TEXT NOT NULL,                 -- as in decided_names
    target TEXT NOT NULL,
    document BLOB NOT NULL,             -- id
    PRIMARY KEY (name, target, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
    path TEXT NOT NULL,
    offset INTEGER,                     -- of the byte in the file
    message TEXT NOT NULL,
    PRIMARY KEY (path, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0     -- the last document when somebody looked last
) STRICT, WITHOUT ROWID;

-- Where places are, for `near:`; chancery-ingest fills it from the knowledge base.
CREATE TABLE coordinates (
    entity TEXT PRIMARY KEY,            -- id
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Imported annotation sets; see annotation_sets.rs.
CREATE TABLE annotation_sets (
    name TEXT NOT NULL,
    document BLOB NOT NULL,             -- id: sets outlive a re-ingest
    mentions BLOB NOT NULL,
    interned TEXT NOT NULL,
    PRIMARY KEY (name, document)
) STRICT, WITHOUT ROWID;

-- Tables of version 0.1.0 of the program, as it created them.

CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    origin INTEGER REFERENCES files
) STRICT;

CREATE TABLE paths (
    path TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES files,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (path, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX paths_by_file ON paths (file);

CREATE TABLE raw (
    file INTEGER NOT NULL REFERENCES files,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file, piece)
) STRICT;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES files,
    batch INTEGER NOT NULL,
    reference TEXT,
    post TEXT,
    serial INTEGER,
    date TEXT,
    class INTEGER,
    subject TEXT,
    section INTEGER,
    sections INTEGER,
    words INTEGER NOT NULL,
    leader INTEGER REFERENCES documents,
    likeness REAL
) STRICT;
CREATE INDEX documents_by_batch ON documents (batch);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_reference ON documents (reference) WHERE reference IS NOT NULL;
CREATE INDEX documents_by_post ON documents (post, substr(date, 1, 4), serial)
    WHERE post IS NOT NULL;
CREATE INDEX documents_by_leader ON documents (leader) WHERE leader IS NOT NULL;

CREATE TABLE places (
    document INTEGER NOT NULL REFERENCES documents,
    file INTEGER NOT NULL REFERENCES files,
    raw_start INTEGER NOT NULL,
    raw_end INTEGER NOT NULL,
    PRIMARY KEY (document, file, raw_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_file ON places (file);

CREATE TABLE bodies (
    document INTEGER PRIMARY KEY REFERENCES documents,
    text BLOB NOT NULL,
    runs BLOB NOT NULL,
    parts BLOB NOT NULL
) STRICT;

CREATE TABLE annotations (
    document INTEGER PRIMARY KEY REFERENCES documents,
    engine INTEGER NOT NULL REFERENCES engines,
    mentions BLOB NOT NULL,
    reasons TEXT NOT NULL,
    counted BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE engines (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

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
    by_person INTEGER NOT NULL DEFAULT 0,
    given_class TEXT,
    given_name TEXT,
    absorbed_by INTEGER REFERENCES entities
) STRICT;

CREATE TABLE name_words (
    word TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entities,
    PRIMARY KEY (word, entity)
) STRICT, WITHOUT ROWID;

CREATE TABLE appearances (
    entity INTEGER NOT NULL REFERENCES entities,
    document INTEGER NOT NULL REFERENCES documents,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (entity, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    record TEXT NOT NULL
) STRICT;
CREATE TABLE edits (
    document BLOB NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    edit TEXT NOT NULL,
    PRIMARY KEY (document, start, "end")
) STRICT, WITHOUT ROWID;
CREATE TABLE remarks (
    log INTEGER PRIMARY KEY REFERENCES log,
    document BLOB,
    entity TEXT,
    kind TEXT NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_by_document ON remarks (document);
CREATE INDEX remarks_by_entity ON remarks (entity);
CREATE TABLE conflicts (log INTEGER PRIMARY KEY REFERENCES log, reason TEXT NOT NULL) STRICT;

CREATE TABLE problems (
    path TEXT NOT NULL,
    at INTEGER,
    what TEXT NOT NULL,
    PRIMARY KEY (path, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE searches (name TEXT PRIMARY KEY, query TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE given (
    name TEXT NOT NULL,
    document BLOB NOT NULL,
    mentions BLOB NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (name, document)
) STRICT, WITHOUT ROWID;
INSERT INTO facts VALUES ('version', 1), ('batch', 3), ('logged', 2), ('engine', 1);
INSERT INTO engines VALUES (1, 'fast');
INSERT INTO entities (number, id, class, name, by_person, given_name, absorbed_by) VALUES
    (1, 'n-1', 'PER', 'Ama Osei', 0, NULL, NULL),
    (2, 'n-2', 'PER', 'Osei', 0, NULL, 1),
    (3, 'p-3', 'ORG', 'Ministry of Nets', 1, 'Nets', NULL),
    (4, 'p-4', 'LOC', 'Oslo', 2, NULL, NULL);
INSERT INTO log VALUES
    (1, '{"number":1,"who":"ana","when":"2026-11-01T09:00:00Z","why":"same man","action":"merge","from":{"id":"n-2"},"into":{"id":"n-1"}}'),
    (2, '{"number":2,"who":"ana","when":"2026-11-01T09:01:00Z","action":"create","id":"p-4","name":"Oslo","class":"LOC"}'),
    (3, '{"number":3,"who":"bob","when":"2026-11-01T09:02:00Z","action":"undo","record":2}');
UPDATE facts SET value = 3 WHERE name = 'logged';

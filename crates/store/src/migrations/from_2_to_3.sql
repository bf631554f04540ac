-- Converts the tables of version 2: what links the persons of documents is kept,
-- and entities can be redirected.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 3 AS value;

CREATE TABLE file_lists (
    file INTEGER PRIMARY KEY REFERENCES files,
    lists TEXT NOT NULL
) STRICT;
ALTER TABLE annotations ADD COLUMN persons BLOB NOT NULL DEFAULT x'';
CREATE TABLE entity_redirects (
    id TEXT PRIMARY KEY,
    target TEXT NOT NULL
) STRICT, WITHOUT ROWID;

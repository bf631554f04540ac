-- Converts the tables of version 2: what links the persons of documents is kept.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 3 AS value;

CREATE TABLE file_lists (
    file INTEGER PRIMARY KEY REFERENCES files,
    lists TEXT NOT NULL
) STRICT;
ALTER TABLE annotations ADD COLUMN persons BLOB NOT NULL DEFAULT x'';

-- Converts the tables of version 6: highlights of passages, readable addresses of
-- documents without an id, statements and acts. The program fills the addresses.
-- `chancery rebuild --mentions` finds the statements of the documents that are there.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 7 AS value;

CREATE TABLE highlights (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    document BLOB NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    color TEXT NOT NULL,
    keyword TEXT,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX highlights_by_document ON highlights (document);

CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_document ON addresses (document);

ALTER TABLE annotations ADD COLUMN attribution BLOB NOT NULL DEFAULT x'';
ALTER TABLE annotations ADD COLUMN statements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE annotations ADD COLUMN acts INTEGER NOT NULL DEFAULT 0;

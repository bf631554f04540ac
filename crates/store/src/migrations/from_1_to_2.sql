-- Version 1 (program 0.1) to version 2: the names of the field for tables and
-- columns. migrations.rs then converts the decisions and the reasons of links.
-- Tables with a column of another type are copied; the others are renamed.

CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta SELECT iif(name = 'logged', 'decisions', name), value FROM facts
    WHERE name <> 'version';
DROP TABLE facts;
CREATE VIEW facts AS SELECT 'version' AS name, 2 AS value;

ALTER TABLE files RENAME COLUMN kept TO stored;
ALTER TABLE files RENAME COLUMN origin TO text_layer_of;
ALTER TABLE raw RENAME TO file_pieces;

ALTER TABLE documents RENAME COLUMN reference TO cable_id;
ALTER TABLE documents RENAME COLUMN class TO classification;
ALTER TABLE documents RENAME COLUMN leader TO duplicate_of;
ALTER TABLE documents RENAME COLUMN likeness TO similarity;
DROP INDEX documents_by_reference;
CREATE INDEX documents_by_cable_id ON documents (cable_id) WHERE cable_id IS NOT NULL;
DROP INDEX documents_by_leader;
CREATE INDEX documents_by_duplicate_of ON documents (duplicate_of)
    WHERE duplicate_of IS NOT NULL;

ALTER TABLE places RENAME TO locations;
DROP INDEX places_by_file;
CREATE INDEX locations_by_file ON locations (file);

ALTER TABLE annotations RENAME COLUMN reasons TO interned;
ALTER TABLE annotations RENAME COLUMN counted TO entities;
ALTER TABLE bands RENAME TO sketch_bands;

DROP INDEX IF EXISTS entities_by_absorber;
ALTER TABLE entities ADD COLUMN origin TEXT NOT NULL DEFAULT 'engine';
UPDATE entities SET origin = iif(by_person = 1, 'user', 'undone') WHERE by_person <> 0;
ALTER TABLE entities DROP COLUMN by_person;
ALTER TABLE entities RENAME COLUMN class TO label;
ALTER TABLE entities RENAME COLUMN given_class TO user_label;
ALTER TABLE entities RENAME COLUMN given_name TO user_name;
ALTER TABLE entities RENAME COLUMN absorbed_by TO merged_into;
CREATE INDEX entities_by_merged_into ON entities (merged_into)
    WHERE merged_into IS NOT NULL;

DROP INDEX IF EXISTS log_by_undone;
ALTER TABLE log RENAME TO decisions;
ALTER TABLE decisions RENAME COLUMN record TO entry;
CREATE INDEX undo_decisions ON decisions (entry ->> '$.decision')
    WHERE instr(entry, '"action":"undo"');
ALTER TABLE edits RENAME TO mention_edits;
ALTER TABLE remarks RENAME COLUMN log TO decision;
ALTER TABLE remarks RENAME COLUMN words TO text;
UPDATE remarks SET kind = 'keyword' WHERE kind = 'tag';
ALTER TABLE conflicts RENAME COLUMN log TO decision;

ALTER TABLE problems RENAME COLUMN at TO offset;
ALTER TABLE problems RENAME COLUMN what TO message;
ALTER TABLE searches RENAME TO saved_searches;

CREATE TABLE IF NOT EXISTS given (
    name TEXT NOT NULL,
    document BLOB NOT NULL,
    mentions BLOB NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (name, document)
) STRICT, WITHOUT ROWID;
ALTER TABLE given RENAME TO annotation_sets;
ALTER TABLE annotation_sets RENAME COLUMN said TO interned;

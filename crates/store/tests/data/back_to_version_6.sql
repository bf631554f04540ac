-- Takes back what versions 7 and 8 of the tables added, for tests of conversions.
DROP VIEW documents; DROP INDEX documents_by_removed;
ALTER TABLE stored_documents DROP COLUMN removed;
ALTER TABLE stored_documents DROP COLUMN added;
ALTER TABLE stored_documents RENAME TO documents;
ALTER TABLE paths DROP COLUMN earlier; ALTER TABLE saved_searches DROP COLUMN seen;
DROP TABLE sources; DROP TABLE coordinates;
DROP TABLE highlights; DROP TABLE addresses;
ALTER TABLE annotations DROP COLUMN attribution;
ALTER TABLE annotations DROP COLUMN statements; ALTER TABLE annotations DROP COLUMN acts;

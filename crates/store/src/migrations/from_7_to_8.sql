-- Converts the tables of version 7: documents can be removed and know when they were
-- added, paths know whether their content is an earlier one, saved searches know when
-- they were looked at, places know where they are. The index is built again.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 8 AS value;

-- References of other tables follow the new name.
ALTER TABLE documents RENAME TO stored_documents;
ALTER TABLE stored_documents ADD COLUMN added TEXT;
ALTER TABLE stored_documents ADD COLUMN removed INTEGER REFERENCES decisions;
CREATE INDEX documents_by_removed ON stored_documents (removed) WHERE removed IS NOT NULL;
CREATE VIEW documents AS SELECT * FROM stored_documents WHERE removed IS NULL;

ALTER TABLE paths ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
-- Of several contents of a path, the last one read is the current one.
UPDATE paths SET earlier = 1 WHERE EXISTS (
    SELECT 1 FROM paths AS later WHERE later.path = paths.path AND later.file > paths.file);
CREATE TABLE sources (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

ALTER TABLE saved_searches ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
UPDATE saved_searches SET seen = (SELECT coalesce(max(number), 0) FROM stored_documents);

CREATE TABLE coordinates (
    entity TEXT PRIMARY KEY,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
) STRICT, WITHOUT ROWID;

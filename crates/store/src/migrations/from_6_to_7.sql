-- Converts the tables of version 6: statements and acts. Those of the documents that are
-- there are found by `chancery rebuild --mentions`.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 7 AS value;

ALTER TABLE annotations ADD COLUMN attribution BLOB NOT NULL DEFAULT x'';
ALTER TABLE annotations ADD COLUMN statements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE annotations ADD COLUMN acts INTEGER NOT NULL DEFAULT 0;

-- Converts the tables of version 4: the offices that stand for people are kept.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 5 AS value;

ALTER TABLE annotations ADD COLUMN offices BLOB NOT NULL DEFAULT x'';

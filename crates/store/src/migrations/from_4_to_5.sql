-- Converts the tables of version 4: the offices that stand for people and the
-- user's list of names are kept.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 5 AS value;

ALTER TABLE annotations ADD COLUMN offices BLOB NOT NULL DEFAULT x'';

CREATE TABLE user_list (
    digest INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
ALTER TABLE annotations ADD COLUMN user_list INTEGER NOT NULL DEFAULT 0;

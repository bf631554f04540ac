-- Converts the tables of version 3: decisions are limited to the documents that were
-- there, and later documents raise questions.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 4 AS value;

-- The last document when a decision came into the log. Later ones can raise a question.
CREATE TABLE decision_horizons (
    decision INTEGER PRIMARY KEY REFERENCES decisions,
    last_document INTEGER NOT NULL
) STRICT;
-- Entities whose mentions a decision gave to another one.
CREATE TABLE decided_names (
    decision INTEGER NOT NULL REFERENCES decisions,
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (decision, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_names_by_entity ON decided_names (entity);
CREATE INDEX decided_names_by_name ON decided_names (name);
-- Documents that say a name and do not mean the other entity.
CREATE TABLE refused_names (
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (name, target, document)
) STRICT, WITHOUT ROWID;

INSERT INTO decision_horizons
    SELECT number, (SELECT coalesce(max(number), 0) FROM documents) FROM decisions;

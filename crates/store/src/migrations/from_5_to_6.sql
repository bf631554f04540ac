-- Converts the tables of version 5: footnotes become part of the text. The program
-- rewrites the bodies that have some. Their names are not marked yet, so the
-- annotations belong to another engine.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 6 AS value;

INSERT INTO engines (name) VALUES ('before footnotes') ON CONFLICT DO NOTHING;

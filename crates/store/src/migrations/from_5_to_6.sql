-- Converts the tables of version 5: footnotes become part of the text. The program
-- rewrites the bodies that have some. Their names are not marked yet, so the
-- annotations belong to another engine. How telegrams cite a document is known of
-- those that are added from now on.

DROP VIEW facts;
CREATE VIEW facts AS SELECT 'version' AS name, 6 AS value;

ALTER TABLE documents ADD COLUMN telegram_id TEXT;
CREATE INDEX documents_by_telegram_id ON documents (telegram_id)
    WHERE telegram_id IS NOT NULL;

INSERT INTO engines (name) VALUES ('before footnotes') ON CONFLICT DO NOTHING;

-- Deletes the engine's entities that no mention, covered mention, merge or log
-- entry refers to.
CREATE TEMP TABLE gone AS SELECT number FROM entities WHERE origin = 'engine'
    AND user_name IS NULL AND user_label IS NULL AND merged_into IS NULL
    AND number NOT IN (SELECT entity FROM appearances)
    AND number NOT IN (SELECT entity FROM covered)
    AND number NOT IN (SELECT merged_into FROM entities WHERE merged_into IS NOT NULL)
    AND id NOT IN (SELECT atom FROM decisions, json_tree(entry)
                   WHERE key = 'id' AND atom IS NOT NULL);
DELETE FROM name_words WHERE entity IN (SELECT number FROM gone);
DELETE FROM entities WHERE number IN (SELECT number FROM gone);
DROP TABLE gone;
DROP TABLE covered;

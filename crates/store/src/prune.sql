-- Deletes the engine's entities that no mention, covered mention, merge or log
-- entry refers to.
CREATE TEMP TABLE gone AS SELECT number FROM entities WHERE by_person = 0
    AND given_name IS NULL AND given_class IS NULL AND absorbed_by IS NULL
    AND number NOT IN (SELECT entity FROM appearances)
    AND number NOT IN (SELECT entity FROM covered)
    AND number NOT IN (SELECT absorbed_by FROM entities WHERE absorbed_by IS NOT NULL)
    AND id NOT IN (SELECT atom FROM log, json_tree(log.record)
                   WHERE key = 'id' AND atom IS NOT NULL);
DELETE FROM name_words WHERE entity IN (SELECT number FROM gone);
DELETE FROM entities WHERE number IN (SELECT number FROM gone);
DROP TABLE gone;
DROP TABLE covered;

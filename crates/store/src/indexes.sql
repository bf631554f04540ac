-- Indexes that archives of version 0.1 lack. The next writer creates them; readers
-- work without them.

-- Entities merged into another.
CREATE INDEX IF NOT EXISTS entities_by_absorber ON entities (absorbed_by)
    WHERE absorbed_by IS NOT NULL;

-- Undo entries of the log by the decision that they undo; version 0.1 wrote "record".
CREATE INDEX IF NOT EXISTS log_by_undone
    ON log (coalesce(record ->> '$.decision', record ->> '$.record'))
    WHERE instr(record, '"action":"undo"');

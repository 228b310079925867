"""The triggers that keep history, definitions and imported years as they were written."""

from __future__ import annotations

TRIGGERS = (
    (
        "entry",
        """CREATE TRIGGER entry_only_next BEFORE INSERT ON entry
        WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry WHERE case_id = NEW.case_id)
        OR EXISTS (SELECT 1 FROM entry WHERE rowid = NEW.rowid)
        BEGIN SELECT RAISE(ABORT, 'entry: only the next number may be added'); END""",
    ),
    (
        "entry",
        """CREATE TRIGGER entry_request_once BEFORE INSERT ON entry
        WHEN NEW.request_id IS NOT NULL AND EXISTS (SELECT 1 FROM entry WHERE request_id = NEW.request_id)
        BEGIN SELECT RAISE(ABORT, 'entry: this request is already recorded'); END""",
    ),
    (
        "entry",
        """CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'entry: history is append-only'); END""",
    ),
    (
        "entry",
        """CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'entry: history is append-only'); END""",
    ),
    (
        "definition",
        """CREATE TRIGGER definition_no_replace BEFORE INSERT ON definition
        WHEN EXISTS (SELECT 1 FROM definition
            WHERE id = NEW.id OR digest = NEW.digest OR (name = NEW.name AND version = NEW.version))
        BEGIN SELECT RAISE(ABORT, 'definition: already in use'); END""",
    ),
    (
        "definition",
        """CREATE TRIGGER definition_no_update BEFORE UPDATE ON definition
        BEGIN SELECT RAISE(ABORT, 'definition: what cases are pinned to never changes'); END""",
    ),
    (
        "definition",
        """CREATE TRIGGER definition_no_delete BEFORE DELETE ON definition
        BEGIN SELECT RAISE(ABORT, 'definition: what cases are pinned to never changes'); END""",
    ),
    (
        "calendar_year",
        """CREATE TRIGGER calendar_year_no_replace BEFORE INSERT ON calendar_year
        WHEN EXISTS (SELECT 1 FROM calendar_year WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'calendar_year: already imported'); END""",
    ),
    (
        "calendar_year",
        """CREATE TRIGGER calendar_year_no_update BEFORE UPDATE ON calendar_year
        BEGIN SELECT RAISE(ABORT, 'calendar_year: what deadlines were counted by never changes'); END""",
    ),
    (
        "calendar_year",
        """CREATE TRIGGER calendar_year_no_delete BEFORE DELETE ON calendar_year
        BEGIN SELECT RAISE(ABORT, 'calendar_year: what deadlines were counted by never changes'); END""",
    ),
    (
        "personal_value",
        """CREATE TRIGGER personal_value_only_erased BEFORE UPDATE ON personal_value
        WHEN NEW.text IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.commitment <> OLD.commitment
        OR NEW.name <> OLD.name
        BEGIN SELECT RAISE(ABORT, 'personal_value: may only be erased'); END""",
    ),
    (
        "personal_value",
        """CREATE TRIGGER personal_value_no_delete BEFORE DELETE ON personal_value
        BEGIN SELECT RAISE(ABORT, 'personal_value: may only be erased'); END""",
    ),
)
"""Table and trigger: against bugs, ``INSERT OR REPLACE`` included. Who holds the file can drop them, not the chain."""

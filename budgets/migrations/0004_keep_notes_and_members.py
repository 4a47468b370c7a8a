"""The database keeps notes as it keeps entries, and the members that an adopted budget was reckoned with.

A planned use of own capital joins the sums that are never below zero.
"""

from importlib import import_module

from django.db import migrations

ledger = import_module("budgets.migrations.0002_refuse_change")

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budgets_note
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE budgets_note ENABLE ALWAYS TRIGGER append_only;
"""


def replaced(sql: str, old: str, new: str) -> str:
    """The function of an earlier migration with one thing changed, without the trigger that calls it."""
    function = sql.split("END $$;")[0] + "END $$;"
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(old, new)


GUARDED = "('agreed', 'committed', 'key', 'called')"
ENTRIES = replaced(ledger.ENTRIES, GUARDED, "('agreed', 'committed', 'key', 'called', 'equity_use')")
ENTRIES_BEFORE = replaced(ledger.ENTRIES, GUARDED, GUARDED)

# At commit a posting has exactly the notes it says.
VERSION_CHECK = "    IF NEW.declares_version <> EXISTS"
NOTE_CHECK = """    SELECT count(*) INTO found FROM budgets_note WHERE posting_id = NEW.id;
    IF found <> NEW.note_count THEN
        RAISE EXCEPTION 'Posting % says % notes and has %.', NEW.number, NEW.note_count, found
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""
WHOLE = replaced(ledger.WHOLE, VERSION_CHECK, NOTE_CHECK + VERSION_CHECK)
WHOLE_BEFORE = replaced(ledger.WHOLE, VERSION_CHECK, VERSION_CHECK)

# Notes belong to one association throughout and are not slipped into an older posting.
NOTES = """
CREATE FUNCTION ledger_keep_notes() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    fault record;
BEGIN
    SELECT posting.number INTO fault FROM added
        JOIN budgets_posting posting ON posting.id = added.posting_id
        LEFT JOIN members_member member ON member.id = added.member_id
        LEFT JOIN budgets_budgetline line ON line.id = added.line_id
        WHERE added.association_id <> posting.association_id
           OR member.association_id <> posting.association_id
           OR line.association_id <> posting.association_id
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'A note of posting % names another association, or its member or line.', fault.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    SELECT posting.number, posting.note_count, count(*) AS found INTO fault
        FROM budgets_note note JOIN budgets_posting posting ON posting.id = note.posting_id
        WHERE posting.id IN (SELECT posting_id FROM added)
        GROUP BY posting.id HAVING count(*) > posting.note_count LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Posting % is closed: it has % notes, not %.', fault.number, fault.note_count, fault.found
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_notes AFTER INSERT ON budgets_note REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_notes();
ALTER TABLE budgets_note ENABLE ALWAYS TRIGGER keep_notes;
"""

# A paying member neither enters nor leaves a year whose adopted budget was reckoned without or with it. The
# association's row is locked as every writer of its ledger locks it: nobody leaves while a budget is being adopted.
MEMBERS = """
CREATE FUNCTION ledger_keep_member_years() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    fault integer;
BEGIN
    IF NOT NEW.pays THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.association_id, NEW.pays, NEW.joined, NEW."left")
            IS NOT DISTINCT FROM (OLD.association_id, OLD.pays, OLD.joined, OLD."left") THEN
        RETURN NEW;
    END IF;
    PERFORM FROM members_association WHERE id = NEW.association_id FOR UPDATE;
    SELECT version.year INTO fault FROM budgets_budgetversion version
        WHERE version.association_id = NEW.association_id AND version.state IN ('adopted', 'revised')
          AND (version.year BETWEEN COALESCE(extract(year FROM NEW.joined), 0) AND
                                    COALESCE(extract(year FROM NEW."left"), 9999))
              <> EXISTS (SELECT FROM budgets_entry entry
                         WHERE entry.posting_id = version.posting_id AND entry.account = 'called'
                           AND entry.year = version.year AND entry.member_id = NEW.id)
        ORDER BY version.year LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The budget of % is adopted; member % can no longer enter or leave that year.', fault, NEW.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_member_years BEFORE INSERT OR UPDATE ON members_member
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_member_years();
ALTER TABLE members_member ENABLE ALWAYS TRIGGER keep_member_years;
"""

UNDO = (
    """
DROP TRIGGER keep_member_years ON members_member;
DROP FUNCTION ledger_keep_member_years;
DROP TRIGGER keep_notes ON budgets_note;
DROP FUNCTION ledger_keep_notes;
DROP TRIGGER append_only ON budgets_note;
"""
    + WHOLE_BEFORE
    + ENTRIES_BEFORE
)


class Migration(migrations.Migration):
    """Guard notes, the members of adopted years, and the planned use of own capital."""

    dependencies = (("budgets", "0003_notes_and_arrangements"), ("members", "0002_notice"))

    operations = (migrations.RunSQL(APPEND_ONLY + ENTRIES + WHOLE + NOTES + MEMBERS, UNDO),)

"""The database itself keeps the ledger: it refuses change, gaps, half postings and impossible sums.

The triggers fire ALWAYS, for the tables' owner too and when replication settings would silence others. Their
functions look for tables in the public schema first, so that a temporary table cannot stand in for the ledger.
"""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % on % is refused. Reverse the posting instead.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

APPEND_ONLY_TABLES = ("budgets_posting", "budgets_entry", "budgets_budgetversion")

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""
    for table in APPEND_ONLY_TABLES
)

# Numbers follow on one another and each posting points at the hash before it.
CHAIN = """
CREATE FUNCTION ledger_keep_chain() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head budgets_posting;
BEGIN
    SELECT * INTO head FROM budgets_posting
        WHERE association_id = NEW.association_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> COALESCE(head.number, 0) + 1 THEN
        RAISE EXCEPTION 'Posting % does not follow posting % of association %.',
            NEW.number, COALESCE(head.number, 0), NEW.association_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.previous_hash <> COALESCE(head.hash, '') THEN
        RAISE EXCEPTION 'Posting % of association % does not carry the hash of the one before.',
            NEW.number, NEW.association_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_chain BEFORE INSERT ON budgets_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_chain();
ALTER TABLE budgets_posting ENABLE ALWAYS TRIGGER keep_chain;
"""

# At commit a posting has exactly the entries and the version it says; a reversal is the exact opposite of
# its original.
WHOLE = """
CREATE FUNCTION ledger_keep_whole() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found integer;
    original budgets_posting;
BEGIN
    SELECT count(*) INTO found FROM budgets_entry WHERE posting_id = NEW.id;
    IF found <> NEW.entry_count THEN
        RAISE EXCEPTION 'Posting % says % entries and has %.', NEW.number, NEW.entry_count, found
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.declares_version <> EXISTS (SELECT FROM budgets_budgetversion WHERE posting_id = NEW.id) THEN
        RAISE EXCEPTION 'Posting % does not hold what it says about declaring a version.', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.reverses_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO original FROM budgets_posting WHERE id = NEW.reverses_id;
    IF original.association_id <> NEW.association_id OR original.reverses_id IS NOT NULL THEN
        RAISE EXCEPTION 'Posting % cannot reverse posting %: not of the same association, or itself a reversal.',
            NEW.number, original.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF original.entry_count <> NEW.entry_count OR EXISTS (
        SELECT account, year, month, member_id, line_id, -amount FROM budgets_entry WHERE posting_id = original.id
        EXCEPT
        SELECT account, year, month, member_id, line_id, amount FROM budgets_entry WHERE posting_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'Posting % is not the opposite of posting %, which it reverses.',
            NEW.number, original.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER keep_whole AFTER INSERT ON budgets_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_keep_whole();
ALTER TABLE budgets_posting ENABLE ALWAYS TRIGGER keep_whole;
"""

# Entries belong to one association throughout, are not slipped into an older posting, and leave no
# agreed level, commitment, key weight or called contribution below zero.
ENTRIES = """
CREATE FUNCTION ledger_keep_entries() RETURNS trigger LANGUAGE plpgsql
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
        RAISE EXCEPTION 'An entry of posting % names another association, or its member or line.', fault.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    SELECT posting.number, posting.entry_count, count(*) AS found INTO fault
        FROM budgets_entry entry JOIN budgets_posting posting ON posting.id = entry.posting_id
        WHERE posting.id IN (SELECT posting_id FROM added)
        GROUP BY posting.id HAVING count(*) > posting.entry_count LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Posting % is closed: it has % entries, not %.', fault.number, fault.entry_count, fault.found
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    SELECT entry.account, entry.year, sum(entry.amount) AS amount INTO fault
        FROM budgets_entry entry
        WHERE entry.account IN ('agreed', 'committed', 'key', 'called') AND EXISTS (
            SELECT FROM added WHERE added.association_id = entry.association_id
                AND added.account = entry.account AND added.year = entry.year
                AND added.member_id IS NOT DISTINCT FROM entry.member_id)
        GROUP BY entry.association_id, entry.account, entry.year, entry.member_id
        HAVING sum(entry.amount) < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The sum on % for % would be %, below zero.', fault.account, fault.year, fault.amount
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_entries AFTER INSERT ON budgets_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_entries();
ALTER TABLE budgets_entry ENABLE ALWAYS TRIGGER keep_entries;
"""

# A version is declared by the posting that is being made, and an adopted one by a decision or a source.
VERSIONS = """
CREATE FUNCTION ledger_keep_version() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posting budgets_posting;
BEGIN
    SELECT * INTO posting FROM budgets_posting WHERE id = NEW.posting_id;
    IF NOT posting.declares_version OR posting.association_id <> NEW.association_id OR posting.number <> (
        SELECT max(number) FROM budgets_posting WHERE association_id = NEW.association_id
    ) THEN
        RAISE EXCEPTION 'A version is declared by the newest posting of its own association, not by posting %.',
            posting.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state IN ('adopted', 'revised') AND posting.source = '' AND (
        posting.decision_body = '' OR posting.decision_date IS NULL OR posting.decision_paragraph = ''
    ) THEN
        RAISE EXCEPTION 'An adopted budget needs a decision (body, date, paragraph) or a source; posting % has neither.',
            posting.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_version BEFORE INSERT ON budgets_budgetversion
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_version();
ALTER TABLE budgets_budgetversion ENABLE ALWAYS TRIGGER keep_version;
"""

# Who a member is and what a line means do not change under figures that are posted on them.
MEANING = """
CREATE FUNCTION ledger_keep_member() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.association_id, NEW.organisation_id, NEW.party, NEW.pays)
            IS DISTINCT FROM (OLD.association_id, OLD.organisation_id, OLD.party, OLD.pays)
            AND EXISTS (SELECT FROM budgets_entry WHERE member_id = OLD.id) THEN
        RAISE EXCEPTION 'Member % has figures in the ledger; who it is and its party no longer change.', OLD.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_member BEFORE UPDATE ON members_member
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_member();
ALTER TABLE members_member ENABLE ALWAYS TRIGGER keep_member;

CREATE FUNCTION ledger_keep_line() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.association_id, NEW.kind) IS DISTINCT FROM (OLD.association_id, OLD.kind)
            AND EXISTS (SELECT FROM budgets_entry WHERE line_id = OLD.id) THEN
        RAISE EXCEPTION 'Budget line % has figures in the ledger; its kind no longer changes.', OLD.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_line BEFORE UPDATE ON budgets_budgetline
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_line();
ALTER TABLE budgets_budgetline ENABLE ALWAYS TRIGGER keep_line;
"""

UNDO = (
    "".join(f"DROP TRIGGER append_only ON {table};" for table in APPEND_ONLY_TABLES)
    + """
DROP TRIGGER keep_line ON budgets_budgetline;
DROP TRIGGER keep_member ON members_member;
DROP FUNCTION ledger_keep_line;
DROP FUNCTION ledger_keep_member;
DROP TRIGGER keep_version ON budgets_budgetversion;
DROP TRIGGER keep_entries ON budgets_entry;
DROP TRIGGER keep_whole ON budgets_posting;
DROP TRIGGER keep_chain ON budgets_posting;
DROP FUNCTION ledger_keep_version;
DROP FUNCTION ledger_keep_entries;
DROP FUNCTION ledger_keep_whole;
DROP FUNCTION ledger_keep_chain;
DROP FUNCTION ledger_refuse_change;
"""
)


class Migration(migrations.Migration):
    """Give the ledger's tables their triggers."""

    dependencies = (("budgets", "0001_ledger"), ("members", "0001_members"))

    operations = (
        migrations.RunSQL(REFUSE_CHANGE + APPEND_ONLY + CHAIN + WHOLE + ENTRIES + VERSIONS + MEANING, UNDO),
    )

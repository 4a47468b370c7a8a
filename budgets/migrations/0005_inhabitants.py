"""How many inhabitants aged 16-64 a municipality has, as an account of the ledger: people, not öre.

Their sum is never below zero, and only a municipality's membership has any.
"""

from importlib import import_module

from django.db import migrations, models

earlier = import_module("budgets.migrations.0004_keep_notes_and_members")

ACCOUNTS = (
    ("agreed", "överenskommen nivå"),
    ("committed", "åtagande"),
    ("key", "fördelningsnyckel"),
    ("called", "medlemsbidrag"),
    ("paid", "inbetalt"),
    ("allocated", "budgeterat"),
    ("actual", "utfall"),
    ("forecast", "prognos"),
    ("opening_equity", "ingående eget kapital"),
    ("equity_use", "nyttjande av eget kapital"),
    ("inhabitants", "invånare 16–64 år"),
)
NAMES = [name for name, _label in ACCOUNTS]

# Before the sums are checked: whose the count is.
SUM_CHECK = "    SELECT entry.account, entry.year, sum"
MUNICIPALITY_CHECK = """    SELECT member.slug INTO fault FROM added
        JOIN members_member member ON member.id = added.member_id
        WHERE added.account = 'inhabitants' AND member.party <> 'municipalities' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Only a municipality has inhabitants here; % is a member as something else.', fault.slug
            USING ERRCODE = 'check_violation';
    END IF;

"""
GUARDED = earlier.replaced(earlier.ENTRIES, "'equity_use')", "'equity_use', 'inhabitants')")
ENTRIES = earlier.replaced(GUARDED, SUM_CHECK, MUNICIPALITY_CHECK + SUM_CHECK)


class Migration(migrations.Migration):
    """Let the ledger hold inhabitants. Taken back only while nobody has entered any."""

    dependencies = (("budgets", "0004_keep_notes_and_members"),)

    operations = (
        migrations.RemoveConstraint(model_name="entry", name="entry_account_known"),
        migrations.RemoveConstraint(model_name="note", name="note_account_known"),
        migrations.AlterField(
            model_name="entry",
            name="account",
            field=models.CharField(choices=ACCOUNTS, max_length=20),
        ),
        migrations.AlterField(
            model_name="note",
            name="account",
            field=models.CharField(blank=True, choices=ACCOUNTS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                name="entry_account_known", condition=models.Q(account__in=NAMES)
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                name="entry_inhabitants_dimensions",
                condition=~models.Q(account="inhabitants")
                | models.Q(member__isnull=False, line__isnull=True, month__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                name="note_account_known",
                condition=models.Q(account="") | models.Q(account__in=NAMES),
            ),
        ),
        migrations.RunSQL(ENTRIES, earlier.ENTRIES),
    )

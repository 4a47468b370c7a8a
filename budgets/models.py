"""The ledger's tables.

There is one journal per association. A *posting* says who, when, why and on which decision; its
*entries* carry signed whole öre on an *account*, for a year and what the account demands (a member, a
budget line, a month). Every figure on every page is a sum of entries. Postings are numbered 1, 2, 3 …
without gaps and each carries a SHA-256 over itself and the one before. A *budget version* is a place in
the ledger: the budget as of a posting's number. Nothing here is ever updated or deleted: a new amount
posts the difference, a mistake is reversed. The database refuses everything else (see the migrations).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from finsam.money import LARGEST_AMOUNT
from members.models import Association, Member, Organisation

# Finsamlagen has been in force since 1 January 2004; the upper end only catches slips of the hand.
FIRST_YEAR = 2004
LAST_YEAR = 2099


class Account(models.TextChoices):
    """What an amount means. Costs and incomes are positive on their own lines; the line says which."""

    AGREED = "agreed", gettext_lazy("överenskommen nivå")
    COMMITTED = "committed", gettext_lazy("åtagande")
    KEY = "key", gettext_lazy("fördelningsnyckel")
    CALLED = "called", gettext_lazy("medlemsbidrag")
    PAID = "paid", gettext_lazy("inbetalt")
    ALLOCATED = "allocated", gettext_lazy("budgeterat")
    ACTUAL = "actual", gettext_lazy("utfall")
    FORECAST = "forecast", gettext_lazy("prognos")
    OPENING_EQUITY = "opening_equity", gettext_lazy("ingående eget kapital")
    # A planned deficit, as a positive amount: costs that the year's income does not cover.
    EQUITY_USE = "equity_use", gettext_lazy("nyttjande av eget kapital")
    # People, not öre, on 31 December of the entry's year; of a municipality's membership.
    INHABITANTS = "inhabitants", gettext_lazy("invånare 16–64 år")


# The accounts that a budget version fixes. The others go on after the board has adopted.
PLAN_ACCOUNTS = (
    Account.AGREED,
    Account.COMMITTED,
    Account.KEY,
    Account.CALLED,
    Account.ALLOCATED,
    Account.EQUITY_USE,
)

LONGEST_NAME = 200

# Sums on these accounts can never be below zero; the database holds it.
NEVER_NEGATIVE = (
    *(Account.AGREED, Account.COMMITTED, Account.KEY, Account.CALLED, Account.EQUITY_USE),
    Account.INHABITANTS,
)

# Entries on these accounts are plain whole numbers, a weight or a count of people, and never kronor.
NOT_MONEY = (Account.KEY, Account.INHABITANTS)


class BudgetLine(models.Model):
    """A line of the budget: a cost, a measure, or income outside the members' contributions."""

    class Kind(models.TextChoices):
        BOARD = "board", gettext_lazy("styrelse")
        ADMINISTRATION = "administration", gettext_lazy("administration")
        AUDIT = "audit", gettext_lazy("revision")
        MEASURE = "measure", gettext_lazy("insats")
        OTHER_COST = "other_cost", gettext_lazy("övrig kostnad")
        # ESF+, interest, VAT compensation: outside the 50/25/25 rule, never feeds the cap.
        OTHER_INCOME = "other_income", gettext_lazy("övrig intäkt")

    class Measure(models.TextChoices):
        INDIVIDUAL = "individual", gettext_lazy("individinriktad")
        STRUCTURAL = "structural", gettext_lazy("strukturövergripande")

    association = models.ForeignKey(Association, models.PROTECT, related_name="lines")
    slug = models.SlugField()
    name = models.CharField(gettext_lazy("namn"), max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    measure = models.CharField(max_length=20, choices=Measure, blank=True)
    responsible = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                name="line_slug_once_per_association",
                fields=("association", "slug"),
                violation_error_message=gettext_lazy(
                    "En budgetpost med det kortnamnet finns redan i förbundet."
                ),
            ),
            models.CheckConstraint(
                name="line_kind_known",
                condition=Q(
                    kind__in=(
                        "board",
                        "administration",
                        "audit",
                        "measure",
                        "other_cost",
                        "other_income",
                    )
                ),
                violation_error_message=gettext_lazy("Budgetpostens slag är okänt."),
            ),
            models.CheckConstraint(
                name="line_measure_kind_only_for_measures",
                condition=Q(measure="") | Q(kind="measure", measure__in=("individual", "structural")),
                violation_error_message=gettext_lazy(
                    "Bara en insats är individinriktad eller strukturövergripande."
                ),
            ),
            models.CheckConstraint(
                name="line_years_in_order",
                condition=Q(first_year=None) | Q(last_year=None) | Q(last_year__gte=F("first_year")),
                violation_error_message=gettext_lazy(
                    "Budgetpostens sista år kan inte vara före dess första."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_income(self) -> bool:
        """Whether amounts on this line are income outside the members' contributions."""
        return self.kind == self.Kind.OTHER_INCOME

    def is_active_in(self, year: int) -> bool:
        """Whether the line belongs to the year's budget, figures or not."""
        return (self.first_year or FIRST_YEAR) <= year <= (self.last_year or LAST_YEAR)


# No form validates postings, entries or versions: their constraints speak to us, and need no Swedish.


class Basis(models.TextChoices):
    """What the weights of a split key are."""

    INHABITANTS = "inhabitants", gettext_lazy("invånare")
    PERCENT = "percent", gettext_lazy("procent")
    AMOUNT = "amount", gettext_lazy("fasta belopp")
    WEIGHT = "weight", gettext_lazy("egna vikter")
    COMMITMENTS = "commitments", gettext_lazy("i proportion till åtagandena")


class Posting(models.Model):
    """One act in the ledger: who, when, why, on which decision, from which source."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="postings")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The author's name as it was, so that the ledger can be read when the account is gone.
    author_name = models.CharField(max_length=LONGEST_NAME)
    reason = models.CharField(max_length=500)
    decision_body = models.CharField(max_length=200, blank=True)
    decision_date = models.DateField(null=True)
    decision_paragraph = models.CharField(max_length=40, blank=True)
    registry_no = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=500, blank=True)
    # What an import or a seed calls this act, and the SHA-256 of what it said: posted once.
    source_key = models.CharField(max_length=200, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    entry_count = models.PositiveIntegerField()
    note_count = models.PositiveSmallIntegerField(default=0)
    # For a posting about a split key: what its weights are.
    basis = models.CharField(max_length=20, choices=Basis, blank=True)
    declares_version = models.BooleanField(default=False)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("association", "number")
        constraints = (
            models.UniqueConstraint(name="posting_number_once", fields=("association", "number")),
            models.UniqueConstraint(
                name="posting_source_once",
                fields=("association", "source_key"),
                condition=~Q(source_key=""),
            ),
            models.CheckConstraint(name="posting_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="posting_says_who_and_why", condition=~Q(author_name="") & ~Q(reason="")
            ),
            models.CheckConstraint(name="posting_hash_is_sha256", condition=Q(hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="posting_first_has_no_previous_hash",
                condition=Q(number=1, previous_hash="")
                | Q(number__gt=1, previous_hash__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="posting_basis_known",
                condition=Q(basis__in=("", "inhabitants", "percent", "amount", "weight", "commitments")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


def _dimensions(account: str, **demands: Any) -> models.CheckConstraint:
    """The CHECK that holds which dimensions an account demands: True must be there, False must not.

    A dimension that is not named may be there or not.
    """
    condition = Q(**{f"{dimension}__isnull": not demanded for dimension, demanded in demands.items()})
    return models.CheckConstraint(
        name=f"entry_{account}_dimensions", condition=~Q(account=account) | condition
    )


class Entry(models.Model):
    """One signed amount in whole öre, on one account (on KEY a weight, on INHABITANTS a count of people)."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries")
    # The posting's own, repeated so that one association's year is one index range among millions.
    association = models.ForeignKey(Association, models.PROTECT, related_name="+", db_index=False)
    account = models.CharField(max_length=20, choices=Account)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(null=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    # The amount follows from the source but does not stand in it.
    is_derived = models.BooleanField(default=False)

    class Meta:
        ordering = ("posting", "pk")
        indexes = (models.Index(name="entry_by_year", fields=("association", "year", "account")),)
        constraints = (
            models.UniqueConstraint(
                name="entry_cell_once_per_posting",
                fields=("posting", "account", "year", "month", "member", "line"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="entry_account_known", condition=Q(account__in=[*Account.values])),
            models.CheckConstraint(
                name="entry_year_plausible", condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)
            ),
            models.CheckConstraint(
                name="entry_month_plausible",
                condition=Q(month=None) | Q(month__gte=1, month__lte=12),
            ),
            models.CheckConstraint(
                name="entry_amount_plausible",
                condition=Q(amount__gte=-LARGEST_AMOUNT, amount__lte=LARGEST_AMOUNT),
            ),
            _dimensions("agreed", line=False, month=False),
            _dimensions("committed", member=True, line=False, month=False),
            _dimensions("key", member=True, line=False, month=False),
            _dimensions("called", member=True, line=False, month=False),
            _dimensions("paid", member=True, line=False, month=True),
            _dimensions("allocated", member=False, line=True),
            _dimensions("actual", member=False, line=True, month=True),
            _dimensions("forecast", member=False, line=True, month=False),
            _dimensions("opening_equity", member=False, line=False, month=False),
            _dimensions("equity_use", member=False, line=False, month=False),
            _dimensions("inhabitants", member=True, line=False, month=False),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.year}: {self.amount}"


class Note(models.Model):
    """Words about a cell, sealed with their posting: a note to an amount, or a member's answer.

    The newest note to a cell is the one that counts; an empty one takes it back. In the consultation a
    note with a ``stance`` is what a member answered about the year; its day and paragraph are the
    posting's decision.
    """

    class Stance(models.TextChoices):
        APPROVES = "approves", gettext_lazy("tillstyrker")
        COMMENTS = "comments", gettext_lazy("har synpunkter")
        OBJECTS = "objects", gettext_lazy("avstyrker")
        ABSTAINS = "abstains", gettext_lazy("avstår från att svara")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="notes")
    association = models.ForeignKey(Association, models.PROTECT, related_name="+", db_index=False)
    account = models.CharField(max_length=20, choices=Account, blank=True)
    year = models.PositiveSmallIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="+", db_index=False)
    stance = models.CharField(max_length=20, choices=Stance, blank=True)
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("posting", "pk")
        indexes = (models.Index(name="note_by_year", fields=("association", "year", "account")),)
        constraints = (
            models.UniqueConstraint(
                name="note_cell_once_per_posting",
                fields=("posting", "account", "year", "member", "line"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="note_account_known", condition=Q(account="") | Q(account__in=[*Account.values])
            ),
            models.CheckConstraint(
                name="note_year_plausible", condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)
            ),
            models.CheckConstraint(
                name="note_is_to_an_amount_or_an_answer",
                condition=Q(stance="") & ~Q(account="")
                | Q(
                    account="",
                    stance__in=("approves", "comments", "objects", "abstains"),
                    member__isnull=False,
                    line=None,
                ),
            ),
        )

    def __str__(self) -> str:
        return self.text


class BudgetVersionQuerySet(models.QuerySet["BudgetVersion"]):
    """Reads that speak the board's words."""

    def adopted(self) -> "BudgetVersionQuerySet":
        """Those the board has fixed, first or revised."""
        return self.filter(state__in=BudgetVersion.ADOPTED_STATES)

    def public(self) -> "BudgetVersionQuerySet":
        """Those anyone may read: adopted ones, and proposals that were made public."""
        return self.filter(is_public=True)


class BudgetVersion(models.Model):
    """A year's budget as it stood at a posting, with the state that the posting's decision gave it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("förslag")
        CONSULTED = "consulted", gettext_lazy("samrådd")
        ADOPTED = "adopted", gettext_lazy("fastställd")
        REVISED = "revised", gettext_lazy("reviderad")

    ADOPTED_STATES = (State.ADOPTED, State.REVISED)

    association = models.ForeignKey(Association, models.PROTECT, related_name="versions")
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="version")
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=State)
    # A proposal is public from the notice of the board's meeting (KL 8:14 through 21 § Finsamlagen), and
    # here when the secretary says so; an adopted budget always is.
    is_public = models.BooleanField(default=False)
    # The total does not stand in the source but follows from what stands there.
    is_derived = models.BooleanField(default=False)
    # How a revision is paid for: a cost decided during the year must say so (KL 11:15 through 21 §).
    financing = models.CharField(max_length=500, blank=True)

    objects = BudgetVersionQuerySet.as_manager()

    class Meta:
        ordering = ("association", "year", "ordinal")
        constraints = (
            models.UniqueConstraint(
                name="version_ordinal_once_per_year", fields=("association", "year", "ordinal")
            ),
            models.CheckConstraint(name="version_ordinal_from_one", condition=Q(ordinal__gte=1)),
            models.CheckConstraint(
                name="version_year_plausible",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
            ),
            models.CheckConstraint(
                name="version_state_known",
                condition=Q(state__in=("proposed", "consulted", "adopted", "revised")),
            ),
            models.CheckConstraint(
                name="version_adopted_is_public",
                condition=~Q(state__in=("adopted", "revised")) | Q(is_public=True),
            ),
            models.CheckConstraint(
                name="version_revised_says_how_financed", condition=~Q(state="revised") | ~Q(financing="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} version {self.ordinal}"

    @property
    def is_adopted(self) -> bool:
        """Whether the board has fixed it."""
        return self.state in self.ADOPTED_STATES


# What follows is not money but the year's own arrangements: they are changed at will, and no sum reads them.


class BoardMeeting(models.Model):
    """The day on which the board is to adopt the year's budget; the deadlines count back from it."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="board_meetings")
    year = models.PositiveSmallIntegerField(gettext_lazy("budgetår"))
    held_on = models.DateField(gettext_lazy("sammanträdesdag"))

    class Meta:
        ordering = ("association", "year")
        constraints = (
            models.UniqueConstraint(
                name="board_meeting_once_per_year",
                fields=("association", "year"),
                violation_error_message=gettext_lazy("Året har redan en sammanträdesdag."),
            ),
            models.CheckConstraint(
                name="board_meeting_year_plausible",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=gettext_lazy("Kontrollera budgetåret."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {self.held_on}"


class LeadTime(models.Model):
    """How long before the board's day something must be done. An association without any has the defaults."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="lead_times")
    name = models.CharField(gettext_lazy("vad som ska vara gjort"), max_length=200)
    months = models.PositiveSmallIntegerField(gettext_lazy("månader före"), default=0)
    days = models.PositiveSmallIntegerField(gettext_lazy("dagar före"), default=0)

    class Meta:
        ordering = ("association", "-months", "-days", "pk")
        constraints = (
            models.CheckConstraint(
                name="lead_time_within_two_years",
                condition=Q(months__lte=24, days__lte=366),
                violation_error_message=gettext_lazy("Ange högst 24 månader och högst 366 dagar före."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Instalment(models.Model):
    """A day on which the members pay a part of the year's contribution, the same part for all."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="instalments")
    year = models.PositiveSmallIntegerField(gettext_lazy("budgetår"))
    due = models.DateField(gettext_lazy("förfallodag"))
    weight = models.PositiveIntegerField(gettext_lazy("andel"), default=1)

    class Meta:
        ordering = ("association", "year", "due")
        constraints = (
            models.UniqueConstraint(
                name="instalment_once_per_day",
                fields=("association", "year", "due"),
                violation_error_message=gettext_lazy("Två delbetalningar har samma förfallodag."),
            ),
            models.CheckConstraint(
                name="instalment_weight_from_one",
                condition=Q(weight__gte=1, weight__lte=1_000_000),
                violation_error_message=gettext_lazy("Andelen är ett helt tal, 1 eller mer."),
            ),
            models.CheckConstraint(
                name="instalment_year_plausible",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=gettext_lazy("Kontrollera budgetåret."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {self.due}"


class EquityStep(models.Model):
    """A step of the recommended largest own capital, by the size of the yearly contributions.

    Shipped empty: the numbers of the recommendation are not known to us. Who enters them says the source.
    """

    association = models.ForeignKey(Association, models.CASCADE, related_name="equity_steps")
    valid_from = models.DateField(gettext_lazy("gäller från"))
    contributions_from = models.BigIntegerField(gettext_lazy("årliga bidrag från"), default=0)
    contributions_to = models.BigIntegerField(gettext_lazy("årliga bidrag till"), null=True, blank=True)
    # Hundredths of a per cent: 2 250 is 22,5 %.
    max_share = models.PositiveIntegerField(gettext_lazy("högst andel av bidragen"), null=True, blank=True)
    max_amount = models.BigIntegerField(gettext_lazy("högst belopp"), null=True, blank=True)
    source = models.CharField(gettext_lazy("källa"), max_length=500)

    class Meta:
        ordering = ("association", "valid_from", "contributions_from")
        constraints = (
            models.UniqueConstraint(
                name="equity_step_once",
                fields=("association", "valid_from", "contributions_from"),
                violation_error_message=gettext_lazy("Trappsteget finns redan för den dagen och nivån."),
            ),
            models.CheckConstraint(
                name="equity_step_band_in_order",
                condition=Q(contributions_from__gte=0)
                & (Q(contributions_to=None) | Q(contributions_to__gt=F("contributions_from"))),
                violation_error_message=gettext_lazy("Bidragen till måste vara mer än bidragen från."),
            ),
            models.CheckConstraint(
                name="equity_step_share_or_amount",
                condition=Q(max_share__isnull=False, max_share__lte=100_000, max_amount=None)
                | Q(max_share=None, max_amount__isnull=False, max_amount__gte=0),
                violation_error_message=gettext_lazy("Ange antingen högsta andel eller högsta belopp."),
            ),
            models.CheckConstraint(
                name="equity_step_says_source",
                condition=~Q(source=""),
                violation_error_message=gettext_lazy("Ange var siffran står."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.contributions_from}"


class ColumnMapping(models.Model):
    """What an association's files of actual costs call the columns and the budget lines; remembered."""

    association = models.OneToOneField(Association, models.CASCADE, related_name="column_mapping")
    # {"line": "Konto", "month": "Period", "amount": "Belopp"}, and {"text in the file": "line's slug"}.
    columns = models.JSONField(default=dict)
    lines = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.association}"

"""Who is in a samordningsförbund, and who may work with its budget.

An *association* is one samordningsförbund. An *organisation* (an agency, a region, a municipality)
stands once however many associations it belongs to; a *member* is one organisation in one association,
on behalf of one *party*. A municipality outside any region can be two members of the same association,
as region and as municipality (5 a § lag (2003:1210)). A *role* is what a user may do in an association.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam.money import NO_BREAK_SPACE

# First words of addresses that belong to the site itself, now or as planned.
RESERVED_SLUGS = {
    "health",
    "logga-in",
    "logga-ut",
    "static",
    "hjalp",
    "verifiera",
    "tillganglighet",
    "sa-fungerar-det",
    "ordlista",
}


def refuse_reserved(slug: str) -> None:
    """Refuse a slug whose pages the site's own addresses would hide."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("%(slug)s används av webbplatsen själv. Välj ett annat kortnamn.") % {"slug": slug}
        )


class User(AbstractUser):
    """A person who can log in. Own model from the start, since it cannot be changed afterwards."""


class Party(models.TextChoices):
    """Those who share the cost (5 § lag (2003:1210)). Same values as ``budgets.rules.Party``."""

    STATE = "state", gettext_lazy("Staten")
    REGIONS = "regions", gettext_lazy("Regionen")
    MUNICIPALITIES = "municipalities", gettext_lazy("Kommunerna")


@dataclass(frozen=True, slots=True)
class Target:
    """What an association aims at, from and to in whole per cent; both ends are within it.

    Written "15–20 %", or "15 %" where there is only one.
    """

    low: int
    high: int

    def place(self, share: Fraction) -> int:
        """Where a share of the whole is: -1 below the target, 0 within, 1 above."""
        return (share * 100 > self.high) - (share * 100 < self.low)

    def __str__(self) -> str:
        ends = str(self.low) if self.low == self.high else f"{self.low}–{self.high}"
        return f"{ends}{NO_BREAK_SPACE}%"


class Association(models.Model):
    """A samordningsförbund, the body that keeps the budget."""

    name = models.CharField(gettext_lazy("namn"), max_length=200, unique=True)
    short_name = models.CharField(gettext_lazy("kort namn"), max_length=60)
    slug = models.SlugField(gettext_lazy("kortnamn i adressen"), unique=True, validators=[refuse_reserved])
    org_number = models.CharField(
        gettext_lazy("organisationsnummer"),
        max_length=11,
        blank=True,
        validators=[
            RegexValidator(r"^\d{6}-\d{4}$", gettext_lazy("Skriv organisationsnumret som 222000-1234."))
        ],
    )
    county = models.CharField(gettext_lazy("län"), max_length=60, blank=True)
    founded = models.DateField(gettext_lazy("bildat"), null=True, blank=True)
    dissolved = models.DateField(gettext_lazy("upplöst"), null=True, blank=True)
    is_invented = models.BooleanField(gettext_lazy("påhittat"), default=False)
    # The share of the budget meant for administration, in whole per cent.
    administration_from = models.PositiveSmallIntegerField(null=True, blank=True)
    administration_to = models.PositiveSmallIntegerField(null=True, blank=True)
    # Three years unless the förbundsordning says less (27 § lag (2003:1210)).
    notice_years = models.PositiveSmallIntegerField(gettext_lazy("uppsägningstid i år"), default=3)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="association_dissolved_after_founded",
                condition=Q(founded=None) | Q(dissolved=None) | Q(dissolved__gte=F("founded")),
                violation_error_message=gettext_lazy("Förbundet kan inte upplösas innan det bildades."),
            ),
            models.CheckConstraint(
                name="association_administration_target_in_order",
                condition=Q(administration_from=None, administration_to=None)
                | Q(
                    administration_from__isnull=False,
                    administration_from__lte=F("administration_to"),
                    administration_to__isnull=False,
                    administration_to__lte=100,
                ),
                violation_error_message=gettext_lazy(
                    "Ange administrationens mål från och till i hela procent, högst 100, eller inget av dem."
                ),
            ),
            models.CheckConstraint(
                name="association_notice_at_most_three_years",
                condition=Q(notice_years__lte=3),
                violation_error_message=gettext_lazy("Uppsägningstiden är högst tre år (27 §)."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def administration_target(self) -> Target | None:
        """The share of the costs meant for other than measures; None where none is set."""
        if self.administration_from is None or self.administration_to is None:
            return None
        return Target(self.administration_from, self.administration_to)


class Organisation(models.Model):
    """An agency, a region or a municipality. It stands once, in however many associations it is a member."""

    class Kind(models.TextChoices):
        AGENCY = "agency", gettext_lazy("myndighet")
        REGION = "region", gettext_lazy("region")
        MUNICIPALITY = "municipality", gettext_lazy("kommun")

    name = models.CharField(gettext_lazy("namn"), max_length=200, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    county = models.CharField(gettext_lazy("län"), max_length=60, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=Q(kind__in=("agency", "region", "municipality")),
                violation_error_message=gettext_lazy(
                    "En organisation är en myndighet, en region eller en kommun."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    """Reads that speak the association's words."""

    def in_year(self, year: int) -> "MemberQuerySet":
        """Those who were members at some time of the year."""
        return self.filter(
            Q(joined=None) | Q(joined__lte=date(year, 12, 31)),
            Q(left=None) | Q(left__gte=date(year, 1, 1)),
        )


class Member(models.Model):
    """An organisation in an association, as part of one party, from one day to another.

    ``pays`` is False for Arbetsförmedlingen: it is a member, and Försäkringskassan pays the state's whole
    half (4 § lag (2003:1210)). Its 0 must never enter the minimum.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    party = models.CharField(max_length=20, choices=Party)
    slug = models.SlugField()
    pays = models.BooleanField(default=True)
    joined = models.DateField(gettext_lazy("inträdde"), null=True, blank=True)
    notice_given = models.DateField(gettext_lazy("sade upp sig"), null=True, blank=True)
    left = models.DateField(gettext_lazy("utträdde"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                name="member_slug_once_per_association",
                fields=("association", "slug"),
                violation_error_message=gettext_lazy("En medlem med det kortnamnet finns redan i förbundet."),
            ),
            models.UniqueConstraint(
                name="member_once_per_party",
                fields=("association", "organisation", "party"),
                violation_error_message=gettext_lazy(
                    "Organisationen är redan medlem i förbundet för den parten."
                ),
            ),
            models.CheckConstraint(
                name="member_party_known",
                condition=Q(party__in=("state", "regions", "municipalities")),
                violation_error_message=gettext_lazy("Parten är staten, regionen eller kommunerna."),
            ),
            models.CheckConstraint(
                name="member_left_after_joined",
                condition=Q(joined=None) | Q(left=None) | Q(left__gte=F("joined")),
                violation_error_message=gettext_lazy("En medlem kan inte utträda innan den inträdde."),
            ),
            models.CheckConstraint(
                name="member_left_after_notice",
                condition=Q(notice_given=None) | Q(left__isnull=False, left__gte=F("notice_given")),
                violation_error_message=gettext_lazy(
                    "En medlem som har sagt upp sig har en utträdesdag, tidigast samma dag."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.slug

    def is_in(self, year: int) -> bool:
        """Whether it was a member at some time of the year; ``in_year`` asks the database the same."""
        joined_in_time = self.joined is None or self.joined.year <= year
        return joined_in_time and (self.left is None or self.left.year >= year)


class Role(models.Model):
    """What a user may do in an association: the secretary writes, the board and the auditor read."""

    class Kind(models.TextChoices):
        SECRETARY = "secretary", gettext_lazy("sekreterare")
        BOARD = "board", gettext_lazy("styrelseledamot")
        AUDITOR = "auditor", gettext_lazy("revisor")

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    association = models.ForeignKey(Association, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="role_once_per_user_and_association",
                fields=("user", "association"),
                violation_error_message=gettext_lazy("Personen har redan en roll i förbundet."),
            ),
            models.CheckConstraint(
                name="role_kind_known",
                condition=Q(kind__in=("secretary", "board", "auditor")),
                violation_error_message=gettext_lazy("Rollen är sekreterare, styrelseledamot eller revisor."),
            ),
        )

    def __str__(self) -> str:
        return self.kind

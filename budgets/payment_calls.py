"""The call for payment to one member: what it is to pay, and how that was worked out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from budgets.models import Account, Posting
from budgets.payments import MemberPayments, YearPayments
from budgets.rules import Party
from finsam import money
from finsam.money import Figure


@dataclass(frozen=True, slots=True)
class PaymentCall:
    """What a member is called for, how it was worked out, and what of it is paid.

    ``posting`` is the newest that touched the year's contributions or payments. Made only for a member
    that ``obstacle_to_call`` lets through.
    """

    payments: YearPayments
    row: MemberPayments
    posting: Posting

    @property
    def party(self) -> Party:
        """The party that the member belongs to."""
        return Party(self.row.member.party)

    @property
    def of_party(self) -> tuple[MemberPayments, ...]:
        """The members that share the party's part."""
        same = (row for row in self.payments.rows if row.member.party == self.row.member.party)
        return tuple(row for row in same if not row.called.is_missing)

    @property
    def party_called(self) -> Figure:
        """The party's part of the budget."""
        return money.total(row.called for row in self.of_party)

    @property
    def is_keyed(self) -> bool:
        """Whether the members of the party share by a key that they have agreed on."""
        return self.row.member.party in self.payments.keyed

    @property
    def decision(self) -> str:
        """Who adopted the budget: "Styrelsen 2025-11-20 § 46, dnr EF 2025/21"; empty when not known."""
        if self.payments.version is None:
            return ""
        posting = self.payments.version.posting
        day = posting.decision_date.isoformat() if posting.decision_date else ""
        said = " ".join(filter(None, (posting.decision_body, day, posting.decision_paragraph)))
        number = _("dnr %(number)s") % {"number": posting.registry_no} if posting.registry_no else ""
        return ", ".join(filter(None, (said, number)))

    @property
    def law(self) -> str:
        """What the law says of the parties' shares."""
        if any(row.member.party == Party.REGIONS for row in self.payments.rows):
            return _(
                "Staten betalar hälften, regionerna en fjärdedel och kommunerna en fjärdedel "
                "(5\u00a0§ lag (2003:1210) om finansiell samordning av rehabiliteringsinsatser)."
            )
        return _(
            "Staten betalar hälften och kommunerna hälften "
            "(5\u00a0a\u00a0§ lag (2003:1210) om finansiell samordning av rehabiliteringsinsatser)."
        )

    @property
    def sharing(self) -> str:
        """How the members of the party share its part; empty when one pays all of it."""
        if len(self.of_party) == 1:
            return ""
        if self.is_keyed:
            return _("Medlemmarna delar partens del enligt den nyckel som de har kommit överens om.")
        return _("Medlemmarna delar partens del i proportion till sina åtaganden.")

    @property
    def reference(self) -> str:
        """What the payer is to state, so that the payment is known by it."""
        slug, member = self.payments.association.slug, self.row.member.slug
        return f"{slug} {self.payments.year} {member}".upper()


def payment_call(payments: YearPayments, row: MemberPayments) -> PaymentCall:
    """The call for payment to one member. One query."""
    touched = Posting.objects.filter(
        association=payments.association,
        entries__year=payments.year,
        entries__account__in=[Account.CALLED, Account.PAID],
    )
    return PaymentCall(payments, row, touched.latest("number"))

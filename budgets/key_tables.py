"""The tables of a key page: a section for each party, a row for each member that pays."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets import keys, sentences, splits
from budgets.behind import PART_OF_PARTY
from budgets.key_forms import KeyForm, weight_name
from budgets.sentences import Sentence
from budgets.splits import Share, Split
from finsam import kronor
from finsam.money import Figure

_AMOUNTS = ("offered", "called", "unused")


@dataclass(frozen=True, slots=True)
class Row:
    """One member on the page: its share, its weight and part in words, and the input for the weight."""

    share: Share
    weight: str
    part: str
    field: BoundField | None
    # The amounts in kronor, a column with öre in all its cells or in none.
    offered: SafeString
    called: SafeString
    unused: SafeString


@dataclass(frozen=True, slots=True)
class Section:
    """One party on the page: how its part is divided, what there is to say of it, the form for its key."""

    split: Split
    year: int
    form: KeyForm | None

    @property
    def caption(self) -> str:
        """Whose part it is, and in which year."""
        whose = sentences.genitive(self.split.row.name)
        return _("%(whose)s del %(year)s") % {"whose": whose, "year": self.year}

    @property
    def told(self) -> list[Sentence]:
        """How the party divides its part, and who sets its cap."""
        return splits.told(self.split)

    @property
    def obstacles(self) -> list[str]:
        """What is wrong with its key."""
        return splits.obstacles(self.split)

    @property
    def rounding(self) -> str:
        """How the öre that were left over were given out."""
        return splits.rounding(self.split)

    @property
    def rows(self) -> Iterator[Row]:
        """The members that pay."""
        for share in self.split.shares:
            yield Row(
                share,
                self.split.in_words(share.weight),
                self.split.part_of(share.weight),
                self.form[weight_name(share.row)] if self.form else None,
                *(self._kr(getattr(share.row, name), name) for name in _AMOUNTS),
            )

    @property
    def weights(self) -> str:
        """What the column of weights is headed."""
        return str(keys.HEADINGS.get(self.split.key.basis, _("Vikt")))

    @property
    def part(self) -> str:
        """What the address of a sum calls the party."""
        return str(PART_OF_PARTY[self.split.row.party])

    @property
    def sums(self) -> list[SafeString]:
        """What the party offers, is called for and does not use."""
        return [self._kr(getattr(self.split.row, name), name) for name in _AMOUNTS]

    def _kr(self, figure: Figure, name: str) -> SafeString:
        rows = (*(share.row for share in self.split.shares), self.split.row)
        return kronor.kr_with(figure, kronor.decimals_for(getattr(row, name) for row in rows))

    @property
    def has_weights(self) -> bool:
        """Whether there is a column for weights: a key, or a form to write one in."""
        return self.form is not None or not self.split.key.is_none

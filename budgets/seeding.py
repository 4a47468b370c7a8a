"""Read a förbund from a TOML file in ``seeds/`` and post it through the services a person's input takes.

Every figure says where it stands (``source``) and how (``basis``: "printed" when the amount stands in the
source, "derived" when it follows from what stands there). Each ``[[posting]]`` has a ``key`` and is
posted once: a second reading adds nothing, and never overwrites what people have entered since.
``seeds/sodra-dalarna.toml`` is a short example of the form.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db import transaction
from django.db.models import Model

from budgets import ledger, services
from budgets.ledger import Cell, Decision, Source
from budgets.models import NOT_MONEY, Account, BudgetLine, Posting
from budgets.rules import RuleError
from finsam import kronor, money
from finsam.money import Figure
from members.models import Association, Member, Organisation

# What a posting may say, and under what names its figures stand.
KNOWN_WORDS = {
    *(
        "key",
        "reason",
        "source",
        "basis",
        "decision",
        "adopt",
        "financing",
        "propose",
        "is_public",
        "weights",
    ),
    *(account.value for account in Account if account != Account.KEY),
}
Made = TypeVar("Made", bound=Model)

ORGANISATIONS = "organisations.toml"
_REFUSALS = (
    *(RuleError, ledger.LedgerError),
    *(services.NotReadyError, services.NotFinancedError, services.OverAllocatedError),
)
BASES = {"printed": False, "derived": True}


class SeedError(Exception):
    """A seed file that cannot be read in. The message names the file, the place and the cure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading one file did: how many postings it added and which keys differ from what was posted."""

    association: Association
    added: int
    changed_since: tuple[str, ...]


def read(path: Path) -> dict[str, Any]:
    """The file's contents. Raises SeedError when it is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SeedError(f"{path.name}: filen finns inte.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SeedError(f"{path.name}: inte TOML i UTF-8 ({error}).") from None


def seed_folder(folder: Path) -> Iterator[tuple[Path, Outcome]]:
    """Read the organisations, then each förbund in the order of its file's name; give each as it is done."""
    seed_organisations(read(folder / ORGANISATIONS))
    for path in sorted(folder.glob("*.toml")):
        if path.name != ORGANISATIONS:
            yield path, seed_association(path)


def seed_organisations(content: Mapping[str, Any]) -> None:
    """Make the organisations that do not exist yet; those that do are left as they are."""
    for organisation in content.get("organisation", ()):
        _get_or_make(Organisation, {"slug": organisation["slug"]}, organisation)


@transaction.atomic
def seed_association(path: Path) -> Outcome:
    """Read one förbund in, all of it or nothing.

    Raises SeedError for an unknown word, a figure without source or basis, or an amount that cannot be read.
    """
    content = read(path)
    try:
        association = _association(content["association"])
        members = {member.slug: member for member in _members(association, content.get("member", ()))}
        lines = {line.slug: line for line in _lines(association, content.get("line", ()))}
        reader = _Reader(path.name, association, members, lines)
        results = [(posting["key"], reader.post(posting)) for posting in content.get("posting", ())]
    except KeyError as error:
        raise SeedError(f"{path.name}: {error} saknas eller är okänt.") from None
    except ValidationError as error:
        raise SeedError(f"{path.name}: {' '.join(error.messages)}") from error
    except (TypeError, ValueError, AttributeError, FieldError, *_REFUSALS) as error:
        raise SeedError(f"{path.name}: {error}") from error
    return Outcome(
        association,
        added=sum(result == "added" for _key, result in results),
        changed_since=tuple(key for key, result in results if result == "changed"),
    )


def _get_or_make(model: type[Made], found_by: Mapping[str, Any], fields: Mapping[str, Any]) -> Made:
    """The row found by ``found_by``, or a new one that holds to its model's rules."""
    existing = model._default_manager.filter(**found_by).first()
    if existing:
        return existing
    made = model(**{**fields, **found_by})
    made.full_clean()
    made.save()
    return made


def _association(content: Mapping[str, Any]) -> Association:
    fields = dict(content)
    low, high = fields.pop("administration_target", (None, None))
    fields |= {"administration_from": low, "administration_to": high}
    return _get_or_make(Association, {"slug": fields["slug"]}, fields)


def _members(association: Association, contents: Any) -> Iterator[Member]:
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    for position, content in enumerate(contents):
        fields = dict(content)
        organisation = organisations[fields.pop("organisation")]
        slug = fields.pop("slug", organisation.slug)
        fields |= {"organisation": organisation, "position": position}
        yield _get_or_make(Member, {"association": association, "slug": slug}, fields)


def _lines(association: Association, contents: Any) -> Iterator[BudgetLine]:
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    for position, content in enumerate(contents):
        fields = dict(content)
        first, last = fields.pop("years", (None, None))
        responsible = fields.pop("responsible", None)
        organisation = organisations[responsible] if responsible else None
        fields |= {"position": position, "first_year": first, "last_year": last, "responsible": organisation}
        found_by = {"association": association, "slug": fields.pop("slug")}
        yield _get_or_make(BudgetLine, found_by, fields)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Posts one file's postings for one association."""

    file: str
    association: Association
    members: Mapping[str, Member]
    lines: Mapping[str, BudgetLine]

    def post(self, content: Mapping[str, Any]) -> str:
        """Post once: "added", "there" when it was posted before, "changed" when it then said otherwise."""
        key = content["key"]
        unknown = sorted(content.keys() - KNOWN_WORDS)
        if unknown:
            raise SeedError(f"{self.file}, {key}: {unknown[0]} är okänt.")
        sha256 = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
        before = Posting.objects.filter(association=self.association, source_key=key).first()
        if before:
            return "there" if before.source_sha256 == sha256 else "changed"
        decision = content.get("decision", {})
        about: dict[str, Any] = {
            "association": self.association,
            "reason": content["reason"],
            "by": None,
            "author_name": f"Inläst ur {self.file}",
            "decision": Decision(**{name: decision[name] for name in decision}),
            "source": Source(content["source"], key, sha256),
        }
        is_derived = self._is_derived(content, key)
        if "adopt" in content:
            financing = content.get("financing", "")
            services.adopt(year=content["adopt"], is_derived=is_derived, financing=financing, **about)
        elif "propose" in content:
            is_public = content.get("is_public", False)
            services.propose(year=content["propose"], is_public=is_public, is_derived=is_derived, **about)
        else:
            wishes = dict(self._wishes(content, key, is_derived=is_derived))
            return "added" if services.record(wishes=wishes, **about) else "there"
        return "added"

    def _wishes(
        self, content: Mapping[str, Any], key: str, *, is_derived: bool
    ) -> Iterator[tuple[Cell, Figure]]:
        """The cells that a posting sets, and to what."""
        for account in Account:
            for figure in content.get("weights" if account == Account.KEY else account.value, ()):
                member = self.members[figure["member"]].pk if "member" in figure else None
                line = self.lines[figure["line"]].pk if "line" in figure else None
                derived = self._is_derived(figure, key) if "basis" in figure else is_derived
                months = figure.get("months")
                amounts = enumerate(months, start=1) if months else [(figure.get("month"), figure["amount"])]
                for month, amount in amounts:
                    cell = Cell(account.value, figure["year"], month, member, line)
                    yield cell, Figure(self._amount(account, amount, key), derived)

    def _is_derived(self, content: Mapping[str, Any], key: str) -> bool:
        if content["basis"] not in BASES:
            raise SeedError(
                f'{self.file}, {key}: basis är "printed" eller "derived", inte "{content["basis"]}".'
            )
        return BASES[content["basis"]]

    def _amount(self, account: str, amount: str | int, key: str) -> int:
        """Öre from "8,5 mnkr" or from whole kronor; a key's weight or a count of people as it stands."""
        if isinstance(amount, int) and not isinstance(amount, bool):
            return amount if account in NOT_MONEY else amount * money.ORE_PER_KRONA
        if account in NOT_MONEY:
            raise SeedError(f"{self.file}, {key}: skriv {amount} som ett helt tal.")
        if not isinstance(amount, str):
            raise SeedError(f'{self.file}, {key}: skriv {amount} som hela kronor eller som "8,5 mnkr".')
        try:
            return money.parse(amount)
        except money.AmountError as error:
            raise SeedError(f"{self.file}, {key}: {kronor.sentence(error)}") from None

"""The page about the open data: what there is, at which addresses, and what each column and field means."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import queries
from budgets.open_data import USE, Data, budget_data, years_data
from budgets.open_data_files import json_bytes
from budgets.open_data_rows import BUDGET_COLUMNS, YEARS_COLUMNS, budget_rows, years_rows
from budgets.open_data_schema import SCHEMAS, Described, fields
from budgets.tables import ASIDE, Table
from budgets.years import YearBudget
from finsam import money
from finsam.writing_files import Value, write_csv, write_data_csv
from members.access import VISITOR


def _breaking(text: str) -> SafeString:
    """A name or an address that may go over to the next line where one of its parts ends."""
    ends = "/" if "/" in text else "._"
    parts = ((part,) for part in re.findall(rf"[^{ends}]*[{ends}]?", text) if part)
    return format_html_join(mark_safe("<wbr>"), "{}", parts)


def _code(text: str) -> SafeString:
    return format_html("<code>{}</code>", _breaking(text))


class DescribedTable(Table):
    """Columns or fields: name, what they hold, what they mean, and one of each where there is an example."""

    name = tables.Column(verbose_name=gettext_lazy("Namn"))
    kind = tables.Column(verbose_name=gettext_lazy("Innehåll"))
    about = tables.Column(verbose_name=gettext_lazy("Betydelse"))
    example = tables.Column(verbose_name=gettext_lazy("Exempel"), accessor="name", attrs=ASIDE)

    css = "described"

    def __init__(self, rows: Iterable[Described], caption: str, example: Sequence[str] = ()) -> None:
        """``example``: a cell for each of the rows, as it is written in a file."""
        self.caption = caption
        listed = list(rows)
        self.examples = dict(zip((row.name for row in listed), example, strict=bool(example)))
        super().__init__(listed, exclude=() if example else ("example",))

    def render_name(self, record: Described) -> SafeString:
        """The name as it is written."""
        return _code(record.name)

    def render_example(self, record: Described) -> SafeString:
        """What stands in the column in a real file, or that nothing does."""
        if not self.examples[record.name]:
            return format_html('<span class="note">{}</span>', _("tom"))
        return _code(self.examples[record.name])


@dataclass(frozen=True, slots=True)
class _Address:
    """A file: where it is, what it is, and the same of a real budget to try, empty without one."""

    pattern: str
    what: str
    example: str


class AddressTable(Table):
    """The files and where they are."""

    pattern = tables.Column(verbose_name=gettext_lazy("Adress"))
    what = tables.Column(verbose_name=gettext_lazy("Vad som finns där"))
    example = tables.Column(verbose_name=gettext_lazy("Exempel"), attrs=ASIDE)

    caption = gettext_lazy("Filer och adresser")
    css = "described"
    row_header = "pattern"

    def render_pattern(self, record: _Address) -> SafeString:
        """The address, with what to fill in."""
        return _code(record.pattern)

    def render_example(self, record: _Address) -> SafeString | str:
        """A link to try it, named by its own address."""
        if not record.example:
            return ""
        return format_html('<a href="{}">{}</a>', record.example, _breaking(record.example))


def about_context() -> dict[str, Any]:
    """What the page shows: the same for everyone, and the example is a public budget."""
    example = _example()
    data = budget_data(example) if example else None
    years = queries.year_summaries(example.association, VISITOR) if example else []
    row = _first_capping(budget_rows(data)) if data else []
    newest = years_rows(years_data(example.association, years))[1] if example else []
    named = _("Kolumner i budget.csv och budget-data.csv")
    return {
        "use": USE,
        "addresses": AddressTable(_addresses(example)),
        "columns": DescribedTable(BUDGET_COLUMNS, named, _written(row, write_data_csv, ",")),
        "year_columns": DescribedTable(
            YEARS_COLUMNS, _("Kolumner i ar.csv"), _written(newest, write_csv, ";")
        ),
        "fields": [
            DescribedTable(fields(SCHEMAS[name]), _("Fält i %(file)s") % {"file": f"{name}.json"})
            for name in ("budget", "ar", "forbund")
        ],
        "amount": DescribedTable(fields(SCHEMAS["budget"]["$defs"]["belopp"]), _("Ett belopp i JSON")),
        "written_as": money.grouped(_EXAMPLE_ORE),
        "means": money.in_kronor(_EXAMPLE_ORE),
        "example": example,
        "example_json": _summary(data) if data else "",
    }


# What the page says of whole öre: Stockholm's 32 million kronor.
_EXAMPLE_ORE = 3_200_000_000


def _first_capping(rows: list[list[Value]]) -> list[Value]:
    """The first row about who sets the cap, else the first of all."""
    caps = rows[0].index("satter_taket")
    return next((row for row in rows[1:] if row[caps] == "ja"), rows[1])


def _written(row: list[Value], write: Callable[[list[list[Value]]], bytes], between: str) -> list[str]:
    """A row's cells as they stand in a file."""
    if not row:
        return []
    text = write([row]).decode("utf-8-sig")
    return next(csv.reader([text], delimiter=between))


def _example() -> YearBudget | None:
    """The newest public budget of a real förbund, in the order of their names; None while there is none."""
    public = [each for each in queries.public_versions() if each[1] and not each[0].is_invented]
    if not public:
        return None
    association, versions = max(public, key=lambda each: each[1][-1].year)
    return queries.year_budget(association, versions[-1].year, VISITOR)


def _addresses(example: YearBudget | None) -> list[_Address]:
    of_year = (
        ("budget_xlsx", _("Årets budget som Excel: ett blad per tabell, summorna som formler.")),
        (
            "budget_csv",
            _("Samma belopp som CSV för svensk Excel: en rad per belopp, semikolon, decimalkomma."),
        ),
        ("budget_data_csv", _("Samma rader som CSV för program: UTF-8, komma, decimalpunkt.")),
        ("budget_json", _("Allt om årets budget som JSON.")),
    )
    of_years = (
        ("years_xlsx", _("Förbundets alla år som Excel.")),
        ("years_csv", _("Förbundets alla år som CSV för svensk Excel, en rad per år.")),
        ("years_json", _("Förbundets alla år som JSON.")),
    )
    entry = reverse("associations_json")
    rows = [_Address(entry, _("Ingången: alla förbund och deras offentliga budgetar."), entry)]
    # Patterns that a person fills in; made from the real addresses so that they stay true.
    for name, what in of_year:
        rows.append(_address(name, what, example, year="{år}"))
    for name, what in of_years:
        rows.append(_address(name, what, example))
    schemas = "/oppna-data/{namn}.schema.json"
    return [
        *rows,
        _Address(schemas, _("JSON Schema för budget, ar och forbund."), _schema_address("budget")),
    ]


def _schema_address(name: str) -> str:
    return reverse("open_data_schema", args=[name])


def _address(name: str, what: str, example: YearBudget | None, *, year: str = "") -> _Address:
    """A file by its address' name: the pattern is a real address with what it is about taken out."""
    of_year = [2000] if year else []
    pattern = reverse(name, args=["forbund", *of_year]).replace("/forbund/", "/{förbund}/", 1)
    pattern = pattern.replace("/2000/", f"/{year}/")
    if example is None:
        return _Address(pattern, what, "")
    chosen = [example.year] if year else []
    return _Address(pattern, what, reverse(name, args=[example.association.slug, *chosen]))


def _summary(data: Data) -> str:
    """A part of the JSON that shows what amounts look like."""
    shown = {name: data[name] for name in ("ar", "tillstand", "version", "satter_taket")}
    amounts = {name: data["sammanfattning"][name] for name in ("overenskommet", "budget", "uteblev")}
    return json_bytes(shown | {"sammanfattning": amounts}).decode()

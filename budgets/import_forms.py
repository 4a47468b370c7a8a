"""What the secretary says about a file of actual figures: which it is, what its columns and texts mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import import_files
from budgets.import_files import WIDE, Columns, File, Table
from budgets.models import BudgetLine
from finsam import money, uploads
from finsam.texts import shortened
from members.models import Association

# More texts than these, or longer ones, are those of some other column than the account's.
MOST_TEXTS = 300
LONGEST_TEXT = 200


class FileForm(forms.Form):
    """The file, read and packed when it is clean."""

    file = forms.FileField(
        label=gettext_lazy("Fil med utfall"),
        help_text=gettext_lazy("En Excel-arbetsbok (.xlsx) eller CSV, högst 5 MB. Filen sparas inte."),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Välj en fil."),
            "invalid": gettext_lazy("Filen kom inte fram. Välj den igen."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def __init__(self, typed: Any = None, files: Any = None, *, association: Association) -> None:
        super().__init__(typed, files, label_suffix="")
        self.association = association

    def clean_file(self) -> File:
        """The table in the file. Refused in one sentence when it cannot be read."""
        upload: UploadedFile = self.cleaned_data["file"]
        name, size = upload.name or "", upload.size or 0
        if size > uploads.LARGEST_FILE:
            megabytes = money.grouped(-(-size // uploads.MEGABYTE))
            most = uploads.LARGEST_FILE // uploads.MEGABYTE
            told = str(uploads.TOO_LARGE) % {"name": shortened(name), "size": megabytes, "most": most}
            raise forms.ValidationError(told)
        try:
            file = import_files.read(name, upload.read())
        except uploads.FileError as error:
            raise forms.ValidationError(str(error)) from None
        self.packed = import_files.pack(file, self.association)
        if len(self.packed) > import_files.LONGEST_PACKED:
            told = _(
                "Filen %(name)s har för mycket innehåll. Ta bort kolumner som inte behövs och välj den igen."
            )
            raise forms.ValidationError(told % {"name": shortened(name)})
        return file


_NO_LINE = gettext_lazy("Välj kolumnen som säger vilken post raden gäller.")
_NO_MONTH = gettext_lazy("Välj kolumnen som säger vilken månad raden gäller.")
_NO_AMOUNT = gettext_lazy("Välj kolumnen med beloppet.")
_NO_HEADING = gettext_lazy("Välj raden med rubriker i listan.")


def _choice(label: Any, sentence: Any, **about: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, error_messages={"required": sentence, "invalid_choice": sentence}, **about
    )


class ColumnsForm(forms.Form):
    """Where in the file the figures stand."""

    heading = _choice(gettext_lazy("Rubrikerna står på"), _NO_HEADING)
    line = _choice(gettext_lazy("Konto eller post"), _NO_LINE)
    month = _choice(gettext_lazy("Månad"), _NO_MONTH)
    amount = _choice(gettext_lazy("Belopp"), _NO_AMOUNT, required=False)
    costs_are_negative = forms.BooleanField(
        label=gettext_lazy("Kostnader är negativa i filen"), required=False
    )
    incomes_are_negative = forms.BooleanField(
        label=gettext_lazy("Övriga intäkter är negativa i filen"), required=False
    )

    def __init__(
        self, typed: Any = None, *, file: File, has_incomes: bool, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(typed, initial=dict(initial or {}), label_suffix="")
        self.table = Table(file, _heading(typed if typed is not None else initial or {}))
        self._choices("heading").choices = [("0", _("ingen rad: filen har inga rubriker")), *_headings(file)]
        columns = [(str(at), _described(self.table, at)) for at in range(len(self.table.headings))]
        nothing = [("", _("Välj kolumn"))]
        self._choices("line").choices = nothing + columns
        self._choices("amount").choices = nothing + columns
        wide = [(WIDE, _("varje månad har en egen kolumn"))] if self.table.months else []
        self._choices("month").choices = nothing + wide + columns
        if wide:
            self.fields["amount"].help_text = _("Behövs inte när varje månad har en egen kolumn.")
        if not has_incomes:
            del self.fields["incomes_are_negative"]

    def _choices(self, name: str) -> forms.ChoiceField:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        return field

    def clean(self) -> dict[str, Any]:
        """Each column means one thing, and a row has an amount somewhere."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["month"] == WIDE:
            cleaned["amount"] = ""
            if int(cleaned["line"]) in self.table.months:
                self.add_error(
                    "line", _("Kolumnen är en månad. Välj den som säger vilken post raden gäller.")
                )
        elif not cleaned["amount"]:
            self.add_error("amount", _NO_AMOUNT)
        elif len({cleaned["line"], cleaned["month"], cleaned["amount"]}) < 3:
            self.add_error("line", _("Samma kolumn är vald två gånger. Välj en för varje uppgift."))
        if not self.errors:
            self._refuse_other_texts()
        return cleaned

    def _refuse_other_texts(self) -> None:
        """Refuse a column that cannot be the account's."""
        texts = self.table.texts(self.columns)
        name = self.table.name_of(self.columns.line)
        if not texts:
            told = _("Kolumnen är tom under rubriken. Välj en annan.")
            self.add_error("month" if self.columns.is_wide else "amount", told)
        elif len(texts) > MOST_TEXTS:
            told = _(
                "Kolumnen %(name)s har %(count)s olika texter, och högst %(most)s kan kopplas. Välj en annan."
            )
            counts = {"count": money.grouped(len(texts)), "most": MOST_TEXTS}
            self.add_error("line", told % {"name": name, **counts})
        elif max(map(len, texts)) > LONGEST_TEXT:
            told = _(
                "Kolumnen %(name)s har texter på mer än %(most)s tecken. Välj kolumnen med konto eller post."
            )
            self.add_error("line", told % {"name": name, "most": LONGEST_TEXT})

    @property
    def columns(self) -> Columns:
        """The columns that were chosen."""
        cleaned = self.cleaned_data
        is_wide = cleaned["month"] == WIDE
        return Columns(
            heading=self.table.heading,
            line=int(cleaned["line"]),
            month=None if is_wide else int(cleaned["month"]),
            amount=None if is_wide else int(cleaned["amount"]),
            costs_are_negative=cleaned["costs_are_negative"],
            incomes_are_negative=cleaned.get("incomes_are_negative", False),
        )


def _heading(typed: Mapping[str, Any]) -> int:
    """The heading row as typed, 0 where it cannot be read: the field itself refuses it."""
    number = str(typed.get("heading", ""))
    return int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0


def _headings(file: File) -> list[tuple[str, str]]:
    """The rows that may be the heading row, each with its beginning."""
    return [
        (
            str(row.number),
            _("rad %(number)s: %(cells)s")
            % {"number": row.number, "cells": shortened(", ".join(filter(None, row.cells)))},
        )
        for row in import_files.headings_in(file)
    ]


def _described(table: Table, column: int) -> str:
    """A column's name, and a value from it."""
    name = table.name_of(column)
    value = next((row.cells[column] for row in table.body if row.cells[column]), "")
    told = _("%(column)s (till exempel %(value)s)")
    return told % {"column": name, "value": shortened(value)} if value else name


class TextsForm(forms.Form):
    """Which budget line each text of the file means; its fields go with one column of one table."""

    def __init__(
        self,
        typed: Any = None,
        *,
        table: Table,
        columns: Columns,
        lines: Sequence[BudgetLine],
        known: Mapping[str, BudgetLine | None],
    ) -> None:
        """``known``: what is suggested for the texts."""
        super().__init__(typed, label_suffix="")
        texts, samples = table.texts(columns), table.samples(columns)
        self.lines = {line.slug: line for line in lines}
        self.texts = dict(zip(_names(texts, columns), texts, strict=True))
        choices = [("", _("Hoppa över")), *((line.slug, line.name) for line in lines)]
        for name, text in self.texts.items():
            line = known.get(text)
            self.fields[name] = forms.ChoiceField(
                label=text or _("(tom cell)"),
                choices=choices,
                required=False,
                initial=line.slug if line else "",
                error_messages={"invalid_choice": _("Välj en post i listan, eller Hoppa över.")},
            )
        self.about = [(shortened(samples[text]), count) for text, count in texts.items()]

    @property
    def told(self) -> list[tuple[forms.BoundField, str, int]]:
        """Each text's field, what else its first row says, and in how many rows it stands."""
        return [(field, *about) for field, about in zip(self, self.about, strict=True)]

    @property
    def is_answered(self) -> bool:
        """Whether all its questions were asked: not when another column was chosen."""
        return self.is_bound and all(name in self.data for name in self.texts)

    @property
    def chosen(self) -> dict[str, BudgetLine | None]:
        """Each text's line, None for those to skip."""
        return {text: self.lines.get(self.cleaned_data[name]) for name, text in self.texts.items()}


def _names(texts: Mapping[str, int], columns: Columns) -> list[str]:
    return [f"line-{columns.heading}-{columns.line}-{place}" for place in range(len(texts))]


def carried(columns: Columns, lines: Mapping[str, BudgetLine | None]) -> dict[str, str]:
    """What both forms would post to say this again."""
    said = {
        "heading": str(columns.heading),
        "line": str(columns.line),
        "month": WIDE if columns.month is None else str(columns.month),
        "amount": "" if columns.amount is None else str(columns.amount),
    }
    signs = ("costs_are_negative", "incomes_are_negative")
    said |= {name: "on" for name in signs if getattr(columns, name)}
    slugs = (line.slug if line else "" for line in lines.values())
    names = _names(dict.fromkeys(lines, 0), columns)
    return said | dict(zip(names, slugs, strict=True))

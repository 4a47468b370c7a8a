"""The open data as rows for a CSV: a year with one row per amount, all years with one row per year.

Every row says whose it is, so that files of many förbund and years can be put together.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from budgets.forecasts import DECEMBER
from budgets.open_data import YEAR_AMOUNTS, Data, figure_of
from budgets.open_data_schema import Described
from finsam.writing_files import Value

BUDGET_COLUMNS = (
    Described("forbund", "text", gettext_lazy("Förbundets del av adressen.")),
    Described("ar", "heltal", gettext_lazy("Budgetår.")),
    Described(
        "tillstand", "text", gettext_lazy("Vad versionen är: forslag, samradd, faststalld eller reviderad.")
    ),
    Described("version", "heltal", gettext_lazy("Vilken version av årets budget.")),
    Described("beslutsdatum", "datum", gettext_lazy("Dagen för beslutet bakom versionen, 2020-11-27.")),
    Described("verifikation", "heltal", gettext_lazy("Budgeten är läget efter den här verifikationen.")),
    Described(
        "del",
        "text",
        gettext_lazy("Vilken del av budgeten raden hör till: sammanfattning, part, medlem, post, resultat."),
    ),
    Described("grupp", "text", gettext_lazy("För en medlem dess part, för en post dess slag.")),
    Described("kod", "text", gettext_lazy("Vad raden gäller, ett namn som inte ändras mellan åren.")),
    Described("namn", "text", gettext_lazy("Samma sak som på sidan.")),
    Described("uppgift", "text", gettext_lazy("Vad beloppet är: atagande, medlemsbidrag, budget, utfall …")),
    Described(
        "belopp", "kronor", gettext_lazy("Beloppet i kronor. Tomt när uppgift saknas, vilket inte är 0.")
    ),
    Described(
        "harlett", "ja eller nej", gettext_lazy("ja när beloppet inte står i källan utan följer av den.")
    ),
    Described(
        "satter_taket",
        "ja eller nej",
        gettext_lazy("För en part: om den satte taket. För en medlem: om den är lägst mot nyckeln."),
    ),
    Described("not", "text", gettext_lazy("Sekreterarens not till beloppet.")),
)
YEARS_COLUMNS = (
    Described("forbund", "text", gettext_lazy("Förbundets del av adressen.")),
    Described("ar", "heltal", gettext_lazy("Budgetår.")),
    Described("tillstand", "text", gettext_lazy("Vad den senaste versionen är.")),
    Described("version", "heltal", gettext_lazy("Vilken version.")),
    Described("beslutsdatum", "datum", gettext_lazy("Dagen för beslutet bakom versionen.")),
    Described("overenskommet", "kronor", gettext_lazy("Den nivå som parterna kom överens om.")),
    Described("budget", "kronor", gettext_lazy("Medlemsbidragen tillsammans.")),
    Described("uteblev", "kronor", gettext_lazy("Överenskommet minus budget.")),
    Described("utfall", "kronor", gettext_lazy("Alla kostnader.")),
    Described("utfall_till_manad", "heltal", gettext_lazy("Sista månad (1–12) som har utfall.")),
    Described("satter_taket", "text", gettext_lazy("Vem som satte taket.")),
    Described("harledda", "text", gettext_lazy("Vilka av radens belopp som är härledda.")),
)
# How a line's outcome is set against its budget, by the last month that has any; else what is left.
_COMPARED: dict[int | None, tuple[str, ...]] = {None: (), DECEMBER: ("avvikelse",)}


def budget_rows(data: Data) -> list[list[Value]]:
    """A year as rows below a heading, one per amount. ``data``: as from ``budget_data``."""
    decided = (data["beslut"] or {}).get("datum")
    posting = data["verifikation"]
    first: list[Value] = [
        data["forbund"]["kod"],
        str(data["ar"]),
        data["tillstand"],
        data["version"],
        decided,
        posting["nummer"] if posting else None,
    ]
    rows: list[list[Value]] = [[column.name for column in BUDGET_COLUMNS]]
    rows += [first + row for row in _amount_rows(data)]
    return rows


def _amount_rows(data: Data) -> Iterator[list[Value]]:
    """What is particular to each row, from its part on."""
    whose = data["forbund"]
    notes = {note["uppgift"]: note["text"] for note in data["noter"]}
    for name, amount in data["sammanfattning"].items():
        yield ["sammanfattning", "", whose["kod"], whose["namn"], *_told(name, amount, "", notes.get(name))]
    for party in data["parter"]:
        caps = _yes(party["satter_taket"])
        for name in ("atagande", "medlemsbidrag", "outnyttjat", "racker_till"):
            yield ["part", "", party["part"], party["namn"], *_told(name, party[name], caps)]
        for member in party["medlemmar"]:
            if member["betalar"]:
                yield from _member_rows(party["part"], member)
    compared = _COMPARED.get(data["utfall_till_manad"], ("kvar", "prognos"))
    for line in data["poster"]:
        for name in ("budget", "utfall", *compared):
            note = line["not"] if name == "budget" else None
            yield ["post", line["slag"], line["kod"], line["namn"], *_told(name, line[name], "", note)]
    for row in data["resultat"]:
        for name in ("budget", "utfall"):
            note = notes.get(row["rad"]) if name == "budget" else None
            told = _told(name, row[name], "", note)
            yield ["resultat", row["rad"], row["kod"] or row["rad"], row["namn"], *told]


def _member_rows(party: str, member: Data) -> Iterator[list[Value]]:
    caps = _yes(member["lagst_mot_nyckeln"])
    for name in ("atagande", "medlemsbidrag", "outnyttjat"):
        note = member["not"] if name == "atagande" else None
        yield ["medlem", party, member["kod"], member["namn"], *_told(name, member[name], caps, note)]


def _told(name: str, amount: Data, caps: str, note: str | None = None) -> list[Value]:
    """An amount by its name, with what is said of it."""
    return [name, figure_of(amount), _yes(amount["harlett"]), caps, note]


def _yes(is_so: bool) -> str:
    return "ja" if is_so else "nej"


def years_rows(data: Data) -> list[list[Value]]:
    """All years as rows below a heading, one per year. ``data``: as from ``years_data``."""
    rows: list[list[Value]] = [[column.name for column in YEARS_COLUMNS]]
    for year in data["budgetar"]:
        rows.append(
            [
                data["forbund"]["kod"],
                str(year["ar"]),
                year["tillstand"],
                year["version"],
                year["beslutsdatum"],
                *(figure_of(year[name]) for name in YEAR_AMOUNTS),
                year["utfall_till_manad"],
                ", ".join(party["namn"] for party in year["satter_taket"]),
                ", ".join(name for name in YEAR_AMOUNTS if year[name]["harlett"]),
            ]
        )
    return rows

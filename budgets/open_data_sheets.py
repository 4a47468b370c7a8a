"""The open data as a workbook to read and reckon in: the page's tables, sums as formulas, and its proof."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from budgets.forecasts import is_part_of_year
from budgets.models import FIRST_YEAR
from budgets.open_data import YEAR_AMOUNTS, Data, figure_of
from finsam import kronor
from finsam.writing_files import Cell, Formula, Sheet

# Before anything is booked there is no moment to tell: the law's first day.
_NEVER = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)

_LABELS = {
    "overenskommet": gettext_lazy("Överenskommet"),
    "budget": gettext_lazy("Budget"),
    "uteblev": gettext_lazy("Uteblev"),
    "outnyttjat": gettext_lazy("Outnyttjat åtagande"),
    "utfall": gettext_lazy("Utfall"),
    "budget_aret_fore": gettext_lazy("Budget året före"),
    "atagande": gettext_lazy("Åtagande"),
    "medlemsbidrag": gettext_lazy("Medlemsbidrag"),
    "avvikelse": gettext_lazy("Avvikelse"),
    "kvar": gettext_lazy("Kvar av budget"),
    "prognos": gettext_lazy("Prognos"),
}
_STATES = {
    "forslag": gettext_lazy("förslag"),
    "samradd": gettext_lazy("samrådd"),
    "faststalld": gettext_lazy("fastställd"),
    "reviderad": gettext_lazy("reviderad"),
    "utkast": gettext_lazy("utkast"),
}
# The kinds of lines in words.
_KINDS = {
    "styrelse": gettext_lazy("styrelse"),
    "administration": gettext_lazy("administration"),
    "revision": gettext_lazy("revision"),
    "insats": gettext_lazy("insats"),
    "ovrig-kostnad": gettext_lazy("övrig kostnad"),
    "ovrig-intakt": gettext_lazy("övrig intäkt"),
}
_PARTY_AMOUNTS = ("atagande", "medlemsbidrag", "outnyttjat")
_LINE_AMOUNTS = ("budget", "utfall", "avvikelse", "kvar", "prognos")
# The result's amounts and their columns.
_RESULT = (("budget", "B"), ("utfall", "C"))
# Where a party's or a line's amounts begin, from 1.
_FIRST_AMOUNT = 4
_HEAD_ROWS = 2


def made_at(data: Data) -> datetime:
    """When the newest posting that the data stand at was booked."""
    postings = (data["verifikation"], data["utfall_verifikation"])
    moments = [datetime.fromisoformat(posting["bokford"]) for posting in postings if posting]
    return max(moments, default=_NEVER)


def budget_sheets(data: Data) -> list[Sheet]:
    """A year's sheets. ``data``: as from ``budget_data``."""
    sheets = [_summary_sheet(data), _party_sheet(data)]
    if data["poster"]:
        sheets.append(_line_sheet(data))
    if data["resultat"]:
        sheets.append(_result_sheet(data))
    return [*sheets, _about_sheet(data)]


def _titled(title: str, head: Sequence[str], data: Data) -> list[list[Cell]]:
    """The two rows that head a sheet: what it is, and its columns."""
    state = _("UTKAST. ") if data["tillstand"] == "utkast" else ""
    return [[_("%(state)s%(title)s. Belopp i kr") % {"state": state, "title": title}], [*head]]


def _summary_sheet(data: Data) -> Sheet:
    rows = _titled(
        _("Budget %(year)s, %(name)s") % {"year": data["ar"], "name": data["forbund"]["namn"]},
        [_("Uppgift"), _("Belopp"), _("Härlett"), _("Kommentar")],
        data,
    )
    comments = {note["uppgift"]: note["text"] for note in data["noter"]}
    if data["utfall_till_manad"]:
        comments["utfall"] = _until(data["utfall_till_manad"])
    for name, amount in data["sammanfattning"].items():
        is_derived = _("ja") if amount["harlett"] else ""
        rows.append([str(_LABELS[name]), figure_of(amount), is_derived, comments.get(name, "")])
    caps = ", ".join(party["namn"] for party in data["satter_taket"])
    rows.append([_("Sätter taket"), None, "", caps or _("uppgift saknas")])
    return Sheet(_("Sammanfattning"), rows, head_rows=_HEAD_ROWS)


def _until(month: int) -> str:
    return _("till och med %(month)s") % {"month": MONTHS[month]}


def _derived(row: Data, names: Iterable[str]) -> str:
    """Which of a row's amounts are derived, by the names that their columns have."""
    return ", ".join(str(_LABELS[name]).lower() for name in names if row[name]["harlett"])


def _party_sheet(data: Data) -> Sheet:
    """Each party with its members below, or on one row when it is one member; sums are formulas."""
    head = [_("Part"), _("Medlem"), _("Andel"), *(str(_LABELS[name]) for name in _PARTY_AMOUNTS)]
    title = _("Åtaganden och medlemsbidrag %(year)s") % {"year": data["ar"]}
    rows = _titled(title, [*head, _("Sätter taket"), _("Härlett"), _("Not")], data)
    parties = []
    for party in data["parter"]:
        parties.append(len(rows) + 1)
        rows += _party_rows(party, len(rows) + 1)
    sums = [_sum_of(data["parter"], name, places) for name, places in _columns(_PARTY_AMOUNTS, parties)]
    rows.append([_("Summa"), "", "", *sums])
    return Sheet(_("Parter och medlemmar"), rows, head_rows=_HEAD_ROWS, sum_rows=[*parties, len(rows)])


def _party_rows(party: Data, at: int) -> list[list[Cell]]:
    """A party from row ``at`` on."""
    paying = [member for member in party["medlemmar"] if member["betalar"]]
    caps = _("ja") if party["satter_taket"] else ""
    if len(party["medlemmar"]) == 1:
        (alone,) = party["medlemmar"]
        amounts = [alone[name] for name in _PARTY_AMOUNTS]
        about = [caps, _derived(alone, _PARTY_AMOUNTS), alone["not"] or ""]
        return [[party["namn"], alone["namn"], party["andel"], *map(figure_of, amounts), *about]]
    below = range(at + 1, at + 1 + len(paying))
    sums = [_sum_of(paying, name, places) for name, places in _columns(_PARTY_AMOUNTS, below)]
    return [[party["namn"], "", party["andel"], *sums, caps], *map(_member_row, paying)]


def _member_row(member: Data) -> list[Cell]:
    amounts = [member[name] for name in _PARTY_AMOUNTS]
    lowest = _("lägst mot nyckeln") if member["lagst_mot_nyckeln"] else ""
    about = [lowest, _derived(member, _PARTY_AMOUNTS), member["not"] or ""]
    return ["", member["namn"], "", *map(figure_of, amounts), *about]


def _columns(names: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Each amount by its name, with the cells of its column in ``rows`` as a formula names them."""
    for column, name in enumerate(names, _FIRST_AMOUNT):
        letter = get_column_letter(column)
        if isinstance(rows, range) and rows:
            yield name, f"{letter}{rows[0]}:{letter}{rows[-1]}"
        else:
            yield name, ",".join(f"{letter}{row}" for row in rows)


def _sum_of(parts: Iterable[Data], name: str, places: str) -> Cell:
    """The formula that sums an amount of ``parts``; nothing where none of them has it, which is not 0."""
    is_known = any(part[name]["ore"] is not None for part in parts)
    return Formula(f"=SUM({places})") if is_known else None


def _line_sheet(data: Data) -> Sheet:
    """The cost lines and their sum, then the incomes outside the contributions and theirs."""
    names = [name for name in _LINE_AMOUNTS if _is_told(data, name)]
    head = [_("Kortnamn"), _("Post"), _("Slag"), *(str(_LABELS[name]) for name in names)]
    title = _("Budget per post %(year)s") % {"year": data["ar"]}
    if is_part_of_year(data["utfall_till_manad"]):
        until = _until(data["utfall_till_manad"])
        title = _("%(title)s, utfall %(until)s") % {"title": title, "until": until}
    rows = _titled(title, [*head, _("Härlett"), _("Not")], data)
    sums: list[int] = []
    incomes = [line for line in data["poster"] if line["slag"] == "ovrig-intakt"]
    costs = [line for line in data["poster"] if line["slag"] != "ovrig-intakt"]
    for listed, name in ((costs, _("Summa kostnader")), (incomes, _("Summa övriga intäkter"))):
        if listed:
            below = range(len(rows) + 1, len(rows) + 1 + len(listed))
            rows += [_line_row(line, names) for line in listed]
            summed = [_sum_of(listed, each, places) for each, places in _columns(names, below)]
            rows.append(["", name, "", *summed])
            sums.append(len(rows))
    return Sheet(_("Poster"), rows, head_rows=_HEAD_ROWS, sum_rows=sums)


def _is_told(data: Data, name: str) -> bool:
    """Whether any line has the amount: the budget always stands there."""
    return name == "budget" or any(line[name]["ore"] is not None for line in data["poster"])


def _line_row(line: Data, names: Sequence[str]) -> list[Cell]:
    amounts = [figure_of(line[name]) for name in names]
    kind = str(_KINDS[line["slag"]])
    return [line["kod"], line["namn"], kind, *amounts, _derived(line, names), line["not"] or ""]


def _result_sheet(data: Data) -> Sheet:
    """Contributions and incomes less costs, and the own capital: the sums as formulas."""
    title = _("Intäkter, kostnader och eget kapital %(year)s") % {"year": data["ar"]}
    rows = _titled(title, [_("Post"), _("Budget"), _("Utfall"), _("Härlett"), _("Not")], data)
    notes = {note["uppgift"]: note["text"] for note in data["noter"]}
    first = len(rows) + 1
    at = {row["rad"]: number for number, row in enumerate(data["resultat"], first)}
    for row in data["resultat"]:
        cells: list[Cell] = [figure_of(row[name]) for name, _letter in _RESULT]
        if row["rad"] == "resultat":
            cells = [
                _known(row, name, f"{letter}{first}:{letter}{at['kostnader']}") for name, letter in _RESULT
            ]
        elif row["rad"] == "utgaende-eget-kapital":
            parts = at["resultat"], at["ingaende-eget-kapital"]
            cells = [
                _known(row, name, ",".join(f"{letter}{part}" for part in parts)) for name, letter in _RESULT
            ]
        derived = _derived(row, ("budget", "utfall"))
        rows.append([row["namn"], *cells, derived, notes.get(row["rad"], "")])
    sums = [at[name] for name in ("resultat", "utgaende-eget-kapital") if name in at]
    return Sheet(_("Resultat"), rows, head_rows=_HEAD_ROWS, sum_rows=sums)


def _known(row: Data, name: str, places: str) -> Cell:
    """The formula of a row's amount, if the row has it."""
    return _sum_of([row], name, places)


def _about_sheet(data: Data) -> Sheet:
    """What the workbook is: whose, which year and version, and the posting that proves it."""
    version = _("version %(number)s, ") % {"number": data["version"]} if data["version"] else ""
    decision = data["beslut"] or {}
    decided = ", ".join(filter(None, (decision.get(part) for part in ("organ", "datum", "paragraf"))))
    lines = [
        (_("År"), str(data["ar"])),
        (_("Version"), f"{version}{_STATES[data['tillstand']]}"),
        (_("Beslut"), decided),
        (_("Diarienummer"), decision.get("diarienummer") or ""),
        *_proof(_("Budget"), data["verifikation"]),
        *_proof(_("Utfall"), data["utfall_verifikation"]),
        (_("Fast adress"), data["adress"] or ""),
    ]
    return _about(data, lines)


def _proof(what: str, posting: Data | None) -> list[tuple[str, str]]:
    """The posting that a part of the workbook stands at."""
    if posting is None:
        return []
    about = {"what": what}
    booked = kronor.local_time(datetime.fromisoformat(posting["bokford"]))
    return [
        (_("%(what)s: läget efter verifikation") % about, str(posting["nummer"])),
        (_("%(what)s: bokförd") % about, booked),
        (_("%(what)s: verifikationens hash") % about, posting["hash"]),
    ]


def _about(data: Data, lines: Sequence[tuple[str, str]]) -> Sheet:
    told = [
        (_("Förbund"), data["forbund"]["namn"]),
        (_("Organisationsnummer"), data["forbund"]["organisationsnummer"] or ""),
        *lines,
        (_("Tom cell"), _("Uppgift saknas, vilket inte är 0.")),
        (_("Härlett"), _("Beloppet står inte i källan utan följer av det som står där.")),
        (_("Användning"), data["anvandning"]),
        (_("Beskrivning"), reverse("open_data")),
    ]
    if data["forbund"]["pahittat"]:
        told.insert(1, (_("Påhittat"), _("Inga namn eller belopp här är verkliga.")))
    return Sheet(_("Om uttaget"), [list(line) for line in told if line[1]], head_rows=0)


def years_sheets(data: Data) -> list[Sheet]:
    """The sheets of all years. ``data``: as from ``years_data``."""
    title = _("%(name)s, alla år. Belopp i kr") % {"name": data["forbund"]["namn"]}
    head = [_("År"), _("Läge"), *(str(_LABELS[name]) for name in YEAR_AMOUNTS)]
    rows: list[list[Cell]] = [[title], [*head, _("Utfall till och med"), _("Satte taket"), _("Härlett")]]
    for year in data["budgetar"]:
        amounts = [year[name] for name in YEAR_AMOUNTS]
        rows.append(
            [
                str(year["ar"]),
                str(_STATES.get(year["tillstand"], "")),
                *map(figure_of, amounts),
                str(MONTHS[year["utfall_till_manad"]]) if year["utfall_till_manad"] else "",
                ", ".join(party["namn"] for party in year["satter_taket"]),
                _derived(year, YEAR_AMOUNTS),
            ]
        )
    proof = [*_proof(_("Budget"), data["verifikation"]), *_proof(_("Utfall"), data["utfall_verifikation"])]
    return [Sheet(_("Alla år"), rows, head_rows=_HEAD_ROWS), _about(data, proof)]

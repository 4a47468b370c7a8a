"""What the open data hold: each field with its type, unit and meaning, as JSON Schema (draft 2020-12).

The schemas are served as they stand here, the page about the open data lists their fields, and a test holds
the data to them. Keys are Swedish without å, ä and ö, like the addresses: those who use the data know the
words of the budget, and the same words head the columns of the files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Where a schema is served, which is also what the data call themselves by. Without a host, so that the same
# data are the same bytes on every server; a client reads it from where the data came.
ADDRESS = "/oppna-data/{name}.schema.json"

# Codes, as in the names of the files.
STATES = ("forslag", "samradd", "faststalld", "reviderad")
DRAFT = "utkast"
PARTIES = ("staten", "regionen", "kommunerna")
KINDS = ("styrelse", "administration", "revision", "insats", "ovrig-kostnad", "ovrig-intakt")
RESULT_KINDS = (
    "medlemsbidrag",
    "ovrig-intakt",
    "kostnader",
    "resultat",
    "nyttjande-av-eget-kapital",
    "ingaende-eget-kapital",
    "utgaende-eget-kapital",
)

Schema = dict[str, Any]


def _text(about: str, *, null: bool = False, **rules: Any) -> Schema:
    return {"description": about, "type": ["string", "null"] if null else "string", **rules}


def _code(about: str, codes: Sequence[str], *, null: bool = False) -> Schema:
    return _text(about, null=null, enum=[*codes, None] if null else list(codes))


def _number(about: str, *, null: bool = False, **rules: Any) -> Schema:
    return {"description": about, "type": ["integer", "null"] if null else "integer", **rules}


def _flag(about: str) -> Schema:
    return {"description": about, "type": "boolean"}


def _list(about: str, items: Schema) -> Schema:
    return {"description": about, "type": "array", "items": items}


def _object(about: str, *, null: bool = False, **properties: Schema) -> Schema:
    """An object that has all of its properties and no others."""
    return {
        "description": about,
        "type": ["object", "null"] if null else "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _amount(about: str) -> Schema:
    """An amount: defined once, with what it is about at each place."""
    return {"description": about, "$ref": "#/$defs/belopp"}


_AMOUNT = _object(
    "Ett belopp.",
    ore=_number("Hela öre: 100 är en krona. null när uppgift saknas, vilket inte är 0.", null=True),
    harlett=_flag("true när beloppet inte står i källan utan följer av det som står där."),
)
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$"


def _posting(about: str) -> Schema:
    return _object(
        about,
        null=True,
        nummer=_number("Verifikationens nummer i förbundets liggare.", minimum=1),
        bokford=_text("När den bokfördes.", pattern=_MOMENT),
        hash=_text(
            "SHA-256 över verifikationen och den före. Samma hash betyder att inget före den har ändrats.",
            pattern="^[0-9a-f]{64}$",
        ),
    )


def _decision() -> Schema:
    return _object(
        "Beslutet bakom versionen, null för ett utkast.",
        null=True,
        organ=_text("Vem som beslutade.", null=True),
        datum=_text("Beslutsdag.", null=True, pattern=_DAY),
        paragraf=_text("Paragraf i protokollet.", null=True),
        diarienummer=_text("Diarienummer.", null=True),
    )


def _association() -> Schema:
    return _object(
        "Samordningsförbundet.",
        kod=_text("Förbundets del av adressen."),
        namn=_text("Förbundets namn."),
        organisationsnummer=_text("Organisationsnummer, 222000-1234.", null=True),
        lan=_text("Län.", null=True),
        pahittat=_flag("true för ett påhittat förbund, som bara visar hur tjänsten fungerar."),
    )


def _limiting() -> Schema:
    return _list(
        "Den part som satte taket för budgeten; flera när de låg lika.",
        _object(
            "En part.",
            part=_code("Vilken part.", PARTIES),
            namn=_text("Partens namn."),
        ),
    )


def _member() -> Schema:
    return _object(
        "En medlem.",
        kod=_text("Medlemmens kortnamn i förbundet."),
        namn=_text("Medlemmens namn."),
        betalar=_flag("false för Arbetsförmedlingen: Försäkringskassan betalar statens hela del."),
        atagande=_amount("Vad medlemmen har åtagit sig att bidra med."),
        medlemsbidrag=_amount("Vad medlemmen betalar."),
        outnyttjat=_amount("Åtagande som inte användes."),
        lagst_mot_nyckeln=_flag("true när medlemmen är lägst mot partens fördelningsnyckel."),
        **{"not": _text("Sekreterarens not till åtagandet.", null=True)},
    )


def _party() -> Schema:
    return _object(
        "En part.",
        part=_code("Vilken part.", PARTIES),
        namn=_text("Partens namn."),
        andel=_text("Lagens andel av budgeten, till exempel 1/4.", pattern=r"^(0|1/[1-9])$"),
        atagande=_amount("Vad partens medlemmar har åtagit sig tillsammans."),
        medlemsbidrag=_amount("Vad partens medlemmar betalar tillsammans."),
        outnyttjat=_amount("Åtagande som inte användes."),
        racker_till=_amount("Så stor budget som åtagandet räcker till; null när det inte går att räkna ut."),
        satter_taket=_flag("true när parten, ensam eller lika med andra, sätter taket för budgeten."),
        medlemmar=_list("Partens medlemmar.", _member()),
    )


def _line() -> Schema:
    return _object(
        "En budgetpost.",
        kod=_text("Postens kortnamn i förbundet."),
        namn=_text("Postens namn."),
        slag=_code("Vad för slags post.", KINDS),
        budget=_amount("Budget."),
        utfall=_amount("Utfall hittills, eller för hela året när det är slut."),
        avvikelse=_amount(
            "Bättre (över 0) eller sämre (under 0) än budget; null tills hela årets utfall finns."
        ),
        kvar=_amount("Budget minus utfall medan året pågår, annars null."),
        prognos=_amount("Vad hela året väntas bli medan det pågår, annars null."),
        **{"not": _text("Sekreterarens not till budgeten.", null=True)},
    )


def _result() -> Schema:
    return _object(
        "En rad i resultatet.",
        rad=_code("Vilken rad.", RESULT_KINDS),
        kod=_text("Budgetpostens kortnamn när raden är en post.", null=True),
        namn=_text("Radens namn."),
        budget=_amount("Budget. Kostnader är under 0."),
        utfall=_amount("Utfall; null på rader som bara rör budgeten."),
    )


def _schema(name: str, title: str, about: str, **properties: Schema) -> Schema:
    address = ADDRESS.format(name=name)
    head = {
        "$schema": _text("Adressen till det här schemat.", const=address),
        "anvandning": _text("Hur uppgifterna får användas."),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": title,
        **_object(about, **head, **properties),
        "$defs": {"belopp": _AMOUNT},
    }


_YEAR = _number("Budgetår.", minimum=2004, maximum=2099)
_STATE = _code("Vad versionen är.", STATES)
_STATE_OR_DRAFT = _code("Vad budgeten är.", (*STATES, DRAFT))

SCHEMAS: dict[str, Schema] = {
    "budget": _schema(
        "budget",
        "Ett samordningsförbunds budget för ett år",
        "En version av årets budget, med utfallet som det är nu.",
        forbund=_association(),
        ar=_YEAR,
        tillstand=_STATE_OR_DRAFT,
        version=_number("Vilken version av årets budget, null för ett utkast.", null=True, minimum=1),
        adress=_text("Fast adress till versionens sida, null för ett utkast.", null=True),
        beslut=_decision(),
        verifikation=_posting("Budgeten är läget efter den här verifikationen."),
        utfall_till_manad=_number(
            "Sista månad (1–12) som har utfall, null när inget finns.", null=True, minimum=1, maximum=12
        ),
        utfall_verifikation=_posting("Den senaste verifikationen med utfall för året."),
        sammanfattning=_object(
            "Året i korthet.",
            overenskommet=_amount("Den nivå som parterna kom överens om."),
            budget=_amount("Medlemsbidragen tillsammans."),
            uteblev=_amount("Överenskommet minus budget."),
            outnyttjat=_amount("Allt som erbjöds men inte användes."),
            utfall=_amount("Alla kostnader, även de som betalas med andra intäkter eller eget kapital."),
            budget_aret_fore=_amount("Fastställda medlemsbidrag året före."),
        ),
        satter_taket=_limiting(),
        parter=_list("Parterna i lagens ordning.", _party()),
        poster=_list("Budgetposterna: kostnader, och intäkter utanför medlemsbidragen.", _line()),
        resultat=_list("Resultat och eget kapital; tom när fördelningen inte är känd.", _result()),
        noter=_list(
            "Noter som inte hör till en medlem eller en post.",
            _object(
                "En not.",
                uppgift=_code("Vad noten gäller.", ("overenskommet", "nyttjande-av-eget-kapital")),
                text=_text("Noten."),
            ),
        ),
    ),
    "ar": _schema(
        "ar",
        "Ett samordningsförbunds budgetar över åren",
        "Varje år som har en budget att visa, det senaste först.",
        forbund=_association(),
        verifikation=_posting("Verifikationen bakom den senast gjorda av versionerna."),
        utfall_verifikation=_posting("Den senaste verifikationen med utfall, vilket år den än gäller."),
        budgetar=_list(
            "Åren.",
            _object(
                "Ett år.",
                ar=_YEAR,
                tillstand=_code(
                    "Vad budgeten är, null för ett år som inget är känt om.", (*STATES, DRAFT), null=True
                ),
                version=_number("Vilken version, null när ingen finns.", null=True, minimum=1),
                beslutsdatum=_text("Dagen för beslutet bakom versionen.", null=True, pattern=_DAY),
                overenskommet=_amount("Den nivå som parterna kom överens om."),
                budget=_amount("Medlemsbidragen tillsammans."),
                uteblev=_amount("Överenskommet minus budget."),
                utfall=_amount("Alla kostnader, även de som betalas med andra intäkter eller eget kapital."),
                utfall_till_manad=_number(
                    "Sista månad (1–12) som har utfall, null när inget finns.",
                    null=True,
                    minimum=1,
                    maximum=12,
                ),
                satter_taket=_limiting(),
            ),
        ),
    ),
    "forbund": _schema(
        "forbund",
        "Alla samordningsförbund med öppna data",
        "Ingången: förbunden och deras offentliga budgetar.",
        forbund=_list(
            "Förbunden i bokstavsordning.",
            _object(
                "Ett förbund.",
                **_association()["properties"],
                adress=_text("Alla år som JSON."),
                budgetar=_list(
                    "Den senaste offentliga versionen av varje år.",
                    _object(
                        "En budget.",
                        ar=_YEAR,
                        version=_number("Vilken version.", minimum=1),
                        tillstand=_STATE,
                        beslutsdatum=_text("Dagen för beslutet bakom versionen.", null=True, pattern=_DAY),
                        adress=_text("Fast adress till versionen som JSON."),
                    ),
                ),
            ),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Described:
    """A field or a column, as a person reads of it. ``kind``: what it holds, in Swedish."""

    name: str
    kind: str
    about: str


_KINDS_IN_SWEDISH = {
    "string": "text",
    "integer": "heltal",
    "boolean": "true eller false",
    "array": "lista",
    "object": "objekt",
}


def fields(schema: Schema, within: str = "") -> Iterator[Described]:
    """Every field of a schema, a list's own as "parter[].namn"; what an amount holds is not repeated."""
    for name, part in schema["properties"].items():
        path = f"{within}{name}"
        yield Described(path, _kind(part), part["description"])
        inner = part.get("items", part)
        if "properties" in inner:
            yield from fields(inner, f"{path}[]." if "items" in part else f"{path}.")


def _kind(part: Schema) -> str:
    """What a field holds, in Swedish."""
    if "$ref" in part:
        return "belopp"
    if "enum" in part:
        *codes, last = ("null" if code is None else str(code) for code in part["enum"])
        return f"{', '.join(codes)} eller {last}"
    named = [part["type"]] if isinstance(part["type"], str) else part["type"]
    return " eller ".join(_KINDS_IN_SWEDISH.get(name, name) for name in named)

"""The field's words in plain Swedish, as a board member meets them here and at the meeting.

The law is lag (2003:1210); a paragraph without another law beside it is one of its.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from finsam.texts import swedish_order


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it means in one to three sentences, and where on the site it is met.

    ``also``: other words and forms for the same thing. ``met`` is empty for a word of the meetings and the
    documents that no page uses.
    """

    word: str
    meaning: Promise
    met: Promise | str = ""
    also: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The word's anchor on the page: "atagande"."""
        return slugify(self.word)


def by_letter(terms: Sequence[Term]) -> list[tuple[str, list[Term]]]:
    """The terms in Swedish order, under their first letters: A to Z, then Å, Ä and Ö."""
    ordered = sorted(terms, key=lambda term: swedish_order(term.word))
    return [(letter, list(found)) for letter, found in groupby(ordered, lambda term: term.word[0].upper())]


TERMS = (
    Term(
        "administration",
        _(
            "Kostnader för kansliet, till exempel lön, lokal och it. När andelen som inte går till insatser "
            "räknas ut är styrelse och revision med."
        ),
        _("årets sida och Inställningar"),
    ),
    Term(
        "andel",
        _(
            "Den del av budgeten som en part eller en medlem betalar. Staten betalar hälften, regionerna en "
            "fjärdedel tillsammans och kommunerna en fjärdedel tillsammans (5\u00a0§)."
        ),
        _("årets sida och Nyckel"),
        ("lika andelar",),
    ),
    Term(
        "ansvarsfrihet",
        _(
            "Beslut att inte hålla styrelsen ansvarig för det år som har gått. Varje medlem fattar sitt eget "
            "beslut efter revisionen (26\u00a0§), så besluten kan bli olika."
        ),
    ),
    Term(
        "Arbetsförmedlingen",
        _(
            "Statlig myndighet som är medlem i förbundet men inte betalar något. Försäkringskassan betalar "
            "statens hela hälft."
        ),
        _("årets sida och Medlemmar"),
        ("AF",),
    ),
    Term(
        "avvikelse",
        _(
            "Skillnaden mellan budget och utfall. Den är bättre när en kostnad blev lägre eller en intäkt "
            "högre än budgeten, annars sämre."
        ),
        _("årets sida och Prognos"),
    ),
    Term(
        "beredningsgrupp",
        _(
            "Tjänstepersoner från parterna som förbereder ärenden åt styrelsen. Styrelsen ansvarar för "
            "beredningen."
        ),
    ),
    Term(
        "beslut",
        _(
            "Det som ett belopp vilar på: vem som beslutade, vilken dag, vilken paragraf och vilket "
            "diarienummer."
        ),
        _("alla sidor som visar verifikationer"),
    ),
    Term(
        "bokslut",
        _("Räkenskaperna när året är slut."),
        _("Eget kapital"),
    ),
    Term(
        "budget",
        _(
            "Planen för ett års intäkter och kostnader. Styrelsen fastställer den senast den "
            "30\u00a0november året före, efter samråd med medlemmarna (23\u00a0§)."
        ),
        _("alla förbund och år"),
    ),
    Term(
        "budgetpost",
        _("En rad i budgeten, till exempel styrelse, administration, revision eller en insats."),
        _("årets sida, Fördelning och Budgetposter"),
        ("post",),
    ),
    Term(
        "budgetår",
        _("Det år som en budget gäller. Det är alltid ett kalenderår."),
        _("Tidplan"),
    ),
    Term(
        "delbetalning",
        _(
            "En del av medlemsbidraget, med en dag då den senast ska vara betald. Lagen säger inte när "
            "bidragen ska betalas; det bestämmer förbundet."
        ),
        _("Inbetalningar"),
    ),
    Term(
        "delårsrapport",
        _("En rapport under året. Lagen kräver den inte, men förbundsordningen kan göra det."),
    ),
    Term(
        "diarienummer",
        _("Numret på ett ärende hos den som har fattat beslutet. Det förkortas dnr."),
        _("alla sidor som visar verifikationer"),
        ("dnr",),
    ),
    Term(
        "eget kapital",
        _(
            "Förbundets sparade överskott. Det minskar när ett års kostnader är större än intäkterna, och "
            "det kan vara planerat."
        ),
        _("årets sida och Eget kapital"),
    ),
    Term(
        "en krona till",
        _(
            "När den som ensam sätter taket höjer med en krona räcker de andras åtaganden till mer. En krona "
            "till från regionerna eller kommunerna låser då upp fyra kronor i budget, från staten två. I ett "
            "förbund utan region låser den alltid upp två."
        ),
        _("årets sida"),
        ("låser upp",),
    ),
    Term(
        "ESF+",
        _(
            "Europeiska socialfonden plus. Pengar därifrån är övriga intäkter: de räknas inte in i det som "
            "sätter taket."
        ),
        _("Budgetposter"),
    ),
    Term(
        "extra öre",
        _(
            "Öre som blir över när en part delar på sin del och det inte går jämnt ut. De delas ut ett och "
            "ett."
        ),
        _("Nyckel"),
    ),
    Term(
        "fastställa",
        _(
            "När styrelsen formellt beslutar om budgeten. Sammanträdet är offentligt (19\u00a0§). Innan dess "
            "är budgeten ett förslag."
        ),
        _("årets sida, Versioner och Tidplan"),
        ("fastställd", "fastställt"),
    ),
    Term(
        "Finsam",
        _(
            "Kort för finansiell samordning: stat, region och kommun lägger pengar i ett gemensamt förbund, "
            "för människor som behöver samordnad rehabilitering för att kunna arbeta."
        ),
        also=("finansiell samordning",),
    ),
    Term(
        "Finsamlagen",
        _(
            "Lagen (2003:1210) om finansiell samordning av rehabiliteringsinsatser. Den säger vilka som ska "
            "vara med i ett förbund och hur stor andel var och en betalar."
        ),
    ),
    Term(
        "förbundsordning",
        _(
            "Förbundets egna regler. De antas av alla medlemmar, och styrelsen kan inte ändra dem själv (8 "
            "§)."
        ),
        _("Medlemmar och Inställningar"),
    ),
    Term(
        "fördelningsmodell",
        _(
            "Hur statens pengar delas mellan landets förbund sedan 2016: 400\u00a0000\u00a0kronor till varje "
            "förbund, som kallas grundtilldelning, och resten efter försörjningsmått (75\u00a0%) och "
            "invånare 16–64 år (25 %)."
        ),
        also=("grundtilldelning",),
    ),
    Term(
        "fördelningsnyckel",
        _(
            "Hur medlemmarna i en part har kommit överens om att dela på partens del, till exempel efter "
            "invånare. Utan nyckel delas den efter hur stora åtaganden de har."
        ),
        _("Nyckel"),
        ("nyckel", "nyckeln"),
    ),
    Term(
        "förfallodag",
        _("Den dag då en delbetalning senast ska vara betald. Dagen därpå är den försenad."),
        _("Inbetalningar"),
    ),
    Term(
        "förslag",
        _(
            "En budget som är framlagd men inte fastställd. Ett förslag kan vara offentligt eller synas bara "
            "för dem som har en roll i förbundet."
        ),
        _("förbundets sida och Versioner"),
    ),
    Term(
        "Försäkringskassan",
        _("Statlig myndighet som betalar statens hela hälft av budgeten, även för Arbetsförmedlingen."),
        _("årets sida och Medlemmar"),
        ("FK",),
    ),
    Term(
        "försörjningsmått",
        _(
            "Mått på hur mycket som betalas ut i offentliga ersättningar i ett område, till exempel vid "
            "sjukdom och arbetslöshet. Det används när statens pengar delas mellan förbunden."
        ),
    ),
    Term(
        "historik",
        _("Alla verifikationer som har ändrat ett visst belopp, den ena efter den andra."),
        _("sidan som ett understruket belopp leder till"),
    ),
    Term(
        "huvudman",
        _("Äldre ord för part."),
    ),
    Term(
        "härlett",
        _(
            "Beloppet står inte i källan utan följer av det som står där. Det märks med ett litet h framför "
            "beloppet."
        ),
        _("alla sidor med belopp"),
    ),
    Term(
        "inbetalning",
        _("Pengar som har kommit in från en medlem."),
        _("årets sida och Inbetalningar"),
        ("inbetalt",),
    ),
    Term(
        "individinriktad",
        _("En insats som riktar sig till enskilda människor."),
        _("årets sida"),
    ),
    Term(
        "ingående eget kapital",
        _("Det egna kapitalet när året börjar: det som fanns kvar efter året före."),
        _("årets sida och Eget kapital"),
        ("ingående", "ingående balans"),
    ),
    Term(
        "insats",
        _(
            "Verksamhet som förbundet betalar. Förbundet får inte självt lämna tjänster till enskilda "
            "människor (7\u00a0§)."
        ),
        _("årets sida och Budgetposter"),
    ),
    Term(
        "kansli",
        _("Förbundets personal och administration."),
    ),
    Term(
        "kommunfullmäktige",
        _(
            "De folkvalda i en kommun. De fattar kommunens beslut om ansvarsfrihet för förbundets styrelse. "
            "I en region gör regionfullmäktige det."
        ),
        also=("regionfullmäktige", "fullmäktige"),
    ),
    Term(
        "kontrollsumma",
        _(
            "Ett kort märke för allt som är bokfört så långt. Ändras något efteråt stämmer märket inte "
            "längre."
        ),
        _("verifikationernas sidor och rapporten"),
    ),
    Term(
        "ledamot",
        _(
            "Den som sitter i förbundets styrelse. Varje medlem har minst en ledamot och en ersättare "
            "(10\u00a0§)."
        ),
        also=("ersättare", "styrelseledamot"),
    ),
    Term(
        "liggare",
        _(
            "Boken där varje belopp är bokfört, i ordning. I liggaren ändras inget och tas inget bort: ett "
            "fel rättas med en ny verifikation."
        ),
        _("verifikationernas sidor"),
    ),
    Term(
        "likvidation",
        _("När ett förbund upphör: skulderna betalas, och det som är kvar delas enligt förbundsordningen."),
        _("Medlemmar"),
    ),
    Term(
        "likvida medel",
        _(
            "Pengar att betala med. Det är bara de som räknas som medlemsbidrag: personal eller lokal som en "
            "medlem lånar ut gör det inte."
        ),
    ),
    Term(
        "lägst mot nyckeln",
        _(
            "Den medlem vars åtagande räcker kortast när parten delar efter sin nyckel. Den medlemmen "
            "bestämmer då hur mycket hela parten kan betala."
        ),
        _("årets sida och Nyckel"),
    ),
    Term(
        "medelstilldelning",
        _("Statens beslut om hur mycket pengar ett förbund får. Försäkringskassan betalar ut dem."),
    ),
    Term(
        "medlem",
        _("En myndighet, region eller kommun som ingår i förbundet."),
        _("årets sida och Medlemmar"),
        ("förbundsmedlem", "ägare"),
    ),
    Term(
        "medlemsbidrag",
        _("Det som en medlem ska betala för året. Det är aldrig mer än åtagandet."),
        _("årets sida, Inbetalningar och rapporten"),
        ("medlemsavgift",),
    ),
    Term(
        "medlemssamråd",
        _(
            "Samtal mellan medlemmarna och styrelsen, bland annat om budgeten innan den fastställs "
            "(23\u00a0§). Samrådet fattar inga beslut. Det kallas också ägarsamråd."
        ),
        _("Versioner och Tidplan"),
        ("samråd", "samrådd", "ägarsamråd"),
    ),
    Term(
        "mnkr",
        _("Miljoner kronor: 8,0\u00a0mnkr är 8\u00a0000\u00a0000\u00a0kronor. Tusental kronor skrivs tkr."),
        _("alla sidor med belopp"),
        ("tkr",),
    ),
    Term(
        "Nationella rådet",
        _(
            "Försäkringskassan, Arbetsförmedlingen, Socialstyrelsen och SKR tillsammans. Rådet har "
            "rekommenderat hur stort ett förbunds egna kapital bör vara som mest."
        ),
        _("Eget kapital"),
    ),
    Term(
        "NNS",
        _("Samordningsförbundens gemensamma intresseorganisation."),
    ),
    Term(
        "not",
        _("En kort förklaring till ett belopp."),
        _("sidor med noter, under tabellen"),
    ),
    Term(
        "nyckeltal",
        _("Ett belopp i förhållande till något annat, så att år och förbund går att jämföra."),
        _("Nyckeltal"),
    ),
    Term(
        "nyttjande av eget kapital",
        _(
            "När budgeten räknar med större kostnader än intäkter och tar resten ur det egna kapitalet. Det "
            "är ett planerat underskott, inte en intäkt."
        ),
        _("årets sida och Fördelning"),
    ),
    Term(
        "outnyttjat åtagande",
        _(
            "Det som en medlem har åtagit sig men inte behöver betala, därför att taket ligger lägre: "
            "åtagandet minus medlemsbidraget."
        ),
        _("årets sida"),
        ("outnyttjat",),
    ),
    Term(
        "part",
        _(
            "De som delar på budgeten: staten, regionerna tillsammans och kommunerna tillsammans. Fem "
            "kommuner är alltså en part, men fem medlemmar."
        ),
        _("årets sida och Medlemmar"),
        ("samverkanspart", "parter"),
    ),
    Term(
        "plan",
        _("Budgeten visar också de två åren efter budgetåret. Tillsammans är det en treårsplan."),
        _("Åtaganden och Fördelning"),
        ("flerårsplan", "treårsplan"),
    ),
    Term(
        "prognos",
        _(
            "Vad hela året väntas kosta: utfallet hittills och det som är kvar av budgeten, om ingen har "
            "skrivit in ett eget belopp."
        ),
        _("Prognos"),
    ),
    Term(
        "protokoll",
        _("Det som skrivs ned på ett sammanträde. Paragrafen säger var i protokollet ett beslut står."),
        _("sidor där ett beslut skrivs in"),
    ),
    Term(
        "region",
        _("Regionerna i ett förbund betalar en fjärdedel tillsammans. Före 2020 sade lagen landsting."),
        _("årets sida och Medlemmar"),
        ("landsting",),
    ),
    Term(
        "rekvisition",
        _(
            "Brev där förbundet begär in ett medlemsbidrag. Det finns som PDF när budgeten är fastställd och "
            "betalningsplanen sparad."
        ),
        _("Inbetalningar"),
        ("rekvirera", "rekvirerat"),
    ),
    Term(
        "resultat",
        _(
            "Intäkter minus kostnader under ett år. Är det mer än noll är det ett överskott, annars ett "
            "underskott."
        ),
        _("årets sida och Eget kapital"),
        ("årets resultat", "överskott", "underskott"),
    ),
    Term(
        "reviderad budget",
        _(
            "En fastställd budget som styrelsen har ändrat med ett nytt beslut. Beslutet säger hur ändringen "
            "betalas (11\u00a0kap. 15\u00a0§ kommunallagen)."
        ),
        _("Versioner"),
        ("reviderad", "revidering"),
    ),
    Term(
        "revision",
        _(
            "Granskningen av förbundet. Varje medlem har en revisor. Försäkringskassan och "
            "Arbetsförmedlingen har en gemensam, och kommuner och regioner kan enas om det (25\u00a0§)."
        ),
        _("årets sida och Budgetposter"),
        ("revisor",),
    ),
    Term(
        "revisionsberättelse",
        _(
            "Revisorernas utlåtande om året. Det går till styrelsen och medlemmarna och säger om "
            "ansvarsfrihet bör ges."
        ),
    ),
    Term(
        "samordningsförbund",
        _(
            "Den organisation som håller i pengarna och bestämmer hur de används. Den är fristående från "
            "medlemmarna och har en egen styrelse."
        ),
        _("alla sidor"),
        ("förbund",),
    ),
    Term(
        "samordningsområde",
        _("De kommuner, eller delar av kommuner, där förbundet verkar (1\u00a0§)."),
    ),
    Term(
        "sekreterare",
        _("Den som för in förbundets belopp här. Bara sekreteraren kan ändra dem."),
        _("alla sidor för den som har loggat in"),
    ),
    Term(
        "SKR",
        _("Sveriges Kommuner och Regioner."),
    ),
    Term(
        "staten",
        _("Försäkringskassan och Arbetsförmedlingen. Försäkringskassan betalar för båda."),
        _("årets sida och Medlemmar"),
    ),
    Term(
        "streck",
        _("Ett streck i en tabell betyder att uppgift saknas. Det är inte samma sak som noll."),
        _("alla sidor med belopp"),
        ("uppgift saknas",),
    ),
    Term(
        "strukturövergripande",
        _("En insats som inte riktar sig till enskilda utan till hur parterna arbetar tillsammans."),
        _("årets sida"),
    ),
    Term(
        "styrelse",
        _("De som beslutar om budgeten och hur pengarna används. Alla medlemmar har någon i styrelsen."),
        _("årets sida och Tidplan"),
    ),
    Term(
        "taket",
        _(
            "Den största budget som alla parters åtaganden räcker till. Den part vars åtagande räcker "
            "kortast för sin andel sätter taket."
        ),
        _("förbundets sida och årets sida"),
        ("sätter taket", "satte taket", "lägsta bidrag styr"),
    ),
    Term(
        "trappan",
        _(
            "Nationella rådets rekommendation om högsta eget kapital, i steg efter hur stora bidragen är. "
            "Förbundet skriver in stegen självt."
        ),
        _("Eget kapital"),
        ("rekommenderat högst",),
    ),
    Term(
        "uppsägning",
        _(
            "En medlem kan lämna förbundet efter uppsägning. Uppsägningstiden är tre år, om inte "
            "förbundsordningen säger kortare (27\u00a0§)."
        ),
        _("Medlemmar och Inställningar"),
        ("utträde", "uppsägningstid"),
    ),
    Term(
        "uteblev",
        _("Skillnaden mellan den överenskomna nivån och den budget som det blev."),
        _("förbundets sida"),
        ("uteblir", "uteblivet"),
    ),
    Term(
        "utfall",
        _("Det som det verkligen kostade, eller det som verkligen kom in."),
        _("förbundets sida, årets sida och Utfall"),
    ),
    Term(
        "utgående eget kapital",
        _("Det egna kapitalet när året är slut: ingående eget kapital och årets resultat."),
        _("årets sida och Eget kapital"),
        ("utgående", "utgående balans"),
    ),
    Term(
        "utkast",
        _(
            "Belopp som är inskrivna men inte ingår i någon version. De syns bara för dem som har en roll i "
            "förbundet."
        ),
        _("årets sida"),
    ),
    Term(
        "verifikation",
        _(
            "En bokförd händelse: vad som ändrades, när, varför och enligt vilket beslut. Verifikationerna "
            "är numrerade utan luckor."
        ),
        _("årets sida och historiken"),
    ),
    Term(
        "verksamhetsplan",
        _("Vad förbundet ska göra under året. Den hör ihop med budgeten."),
    ),
    Term(
        "version",
        _(
            "Budgeten som den såg ut när den lades fram, samråddes, fastställdes eller reviderades. En "
            "version ändras aldrig."
        ),
        _("årets sida och Versioner"),
    ),
    Term(
        "vikt",
        _("Det tal som en nyckel delar efter, till exempel en kommuns invånare."),
        _("Nyckel"),
    ),
    Term(
        "årsredovisning",
        _("Styrelsens redovisning av året. Den ska vara klar inom tre månader efter årets slut (24\u00a0§)."),
    ),
    Term(
        "åtagande",
        _("Det som en medlem säger sig vara beredd att betala för ett år."),
        _("årets sida och Åtaganden"),
        ("åtog sig", "åtaganden"),
    ),
    Term(
        "överbetalt",
        _("Det som en medlem har betalat in utöver sitt medlemsbidrag."),
        _("Inbetalningar"),
    ),
    Term(
        "överenskommen nivå",
        _(
            "Den budget som medlemmarna har kommit överens om. Den kan vara större än det som åtagandena "
            "räcker till."
        ),
        _("förbundets sida och årets sida"),
        ("överenskommet", "överenskomna"),
    ),
    Term(
        "övriga intäkter",
        _(
            "Intäkter vid sidan av medlemsbidragen, till exempel från ESF+, ränta eller ersättning för moms. "
            "De räknas inte in i det som sätter taket."
        ),
        _("årets sida och Eget kapital"),
        ("övrig intäkt",),
    ),
)

BY_SLUG = {term.slug: term for term in TERMS}

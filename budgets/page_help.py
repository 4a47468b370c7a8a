"""What each page is for, in a few sentences: "Om sidan", in the same place on all of them.

A page gets its help by its URL name. It says what the page shows and how it is read, and names the words of
the glossary that are worth looking up there.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from budgets.glossary import BY_SLUG, Term


@dataclass(frozen=True, slots=True)
class PageHelp:
    """``words``: slugs of terms in the glossary."""

    text: Promise
    words: tuple[str, ...] = ()

    @property
    def terms(self) -> list[Term]:
        """The words worth looking up."""
        return [BY_SLUG[word] for word in self.words]


def page_help(request: HttpRequest) -> dict[str, PageHelp | None]:
    """For every template: the help of the page that was asked for, None where it has none."""
    match = request.resolver_match
    return {"page_help": PAGE_HELP.get(match.url_name or "") if match else None}


PAGE_HELP = {
    # All förbund
    "start": PageHelp(
        _(
            "Här finns alla förbund med sin senast fastställda budget. Välj ett förbund för att se år för år "
            "vad medlemmarna kom överens om och vad det blev."
        ),
        ("samordningsforbund", "budget", "taket"),
    ),
    "login": PageHelp(
        _(
            "Förbundets sekreterare, styrelseledamöter och revisorer loggar in här. Då ser du också det som "
            "inte är fastställt än."
        ),
    ),
    "open_data": PageHelp(
        _(
            "Sidan visar vilka uppgifter som går att hämta, i vilka format och på vilka adresser. Det är "
            "samma uppgifter som på sidorna."
        ),
        ("budget", "version"),
    ),
    # A förbund
    "association": PageHelp(
        _(
            "Sidan visar förbundets år: vad medlemmarna kom överens om, hur stor budgeten blev och vem som "
            "satte taket. I diagrammet är den fyllda stapeln budgeten och det streckade det som uteblev. "
            "Välj ett år i tabellen för att läsa mer."
        ),
        ("overenskommen-niva", "taket", "uteblev", "utfall"),
    ),
    "members": PageHelp(
        _(
            "Sidan visar vilka som är medlemmar i förbundet, part för part, och från och till vilken dag. "
            "Parternas andelar står i lagen. Hur medlemmarna i en part delar på partens del bestämmer de "
            "själva."
        ),
        ("medlem", "part", "fordelningsnyckel", "uppsagning"),
    ),
    "new_member": PageHelp(
        _(
            "Här lägger du in en medlem som har gått med i förbundet. Parternas andelar är desamma efteråt; "
            "det är medlemmarna i parten som blir fler om att dela."
        ),
        ("medlem", "part", "forbundsordning"),
    ),
    "change_member": PageHelp(
        _(
            "Här skriver du när en medlem gick med, sade upp sig och lämnar förbundet. Dagarna avgör vilka "
            "budgetår som medlemmen räknas med i."
        ),
        ("uppsagning", "budgetar"),
    ),
    "remove_member": PageHelp(
        _(
            "Här tar du bort en medlem som lades in av misstag. En medlem som har lämnat förbundet tas inte "
            "bort utan får en dag för sitt utträde."
        ),
        ("uppsagning",),
    ),
    "settings": PageHelp(
        _(
            "Här står det som förbundet självt har bestämt, till exempel uppsägningstiden. Sidorna räknar "
            "med det som står här."
        ),
        ("forbundsordning", "uppsagning", "administration"),
    ),
    "lines": PageHelp(
        _(
            "Budgetposterna är det som pengarna fördelas på, och intäkterna vid sidan av medlemsbidragen. "
            "Här lägger du till poster och väljer en post för att ändra den."
        ),
        ("budgetpost", "insats", "ovriga-intakter"),
    ),
    "line": PageHelp(
        _("Här ändrar du en budgetpost: vad den heter, vilket slag den är och vilka år den gäller."),
        ("budgetpost", "individinriktad", "strukturovergripande"),
    ),
    "equity": PageHelp(
        _(
            "Sidan visar förbundets sparade pengar år för år: vad som fanns när året började, årets resultat "
            "och vad som fanns kvar."
        ),
        ("eget-kapital", "resultat", "trappan"),
    ),
    "equity_ladder": PageHelp(
        _(
            "Trappan säger hur stort det egna kapitalet bör vara som mest. Skriv in stegen och var du har "
            "dem ifrån, så jämför sidan Eget kapital med dem."
        ),
        ("trappan", "eget-kapital"),
    ),
    "key_figures": PageHelp(
        _(
            "Sidan visar årens pengar i förhållande till något annat, till exempel hur stor del som går till "
            "annat än insatser och vad budgeten är per invånare. Så går åren att jämföra."
        ),
        ("nyckeltal", "administration", "outnyttjat-atagande", "eget-kapital"),
    ),
    "inhabitants": PageHelp(
        _(
            "Här skriver du in hur många som är 16–64 år och bor i medlemskommunerna den 31\u00a0december. "
            "Nyckeltalen räknar kronor per invånare på det."
        ),
        ("nyckeltal",),
    ),
    "compare": PageHelp(
        _(
            "Sidan ställer två av förbundets budgetar bredvid varandra, två år eller två versioner av samma "
            "år. Den största ändringen står först."
        ),
        ("version", "taket", "streck"),
    ),
    "posting": PageHelp(
        _(
            "Sidan visar en verifikation: vilka belopp som ändrades, när, varför och enligt vilket beslut. "
            "Den kan inte ändras. Är något fel rättas det med en ny verifikation, och båda finns kvar."
        ),
        ("verifikation", "beslut"),
    ),
    "reverse_posting": PageHelp(
        _(
            "Här tar du tillbaka en verifikation som blev fel. Båda står kvar i liggaren. Bokför sedan det "
            "som är rätt."
        ),
        ("verifikation", "liggare"),
    ),
    # A year
    "year": PageHelp(
        _(
            "Sidan visar årets budget: hur stor den är, vem som satte taket, vad var och en betalar och vad "
            "pengarna går till. Tryck på ett understruket belopp för att se när och varför det bokfördes."
        ),
        ("atagande", "taket", "medlemsbidrag", "outnyttjat-atagande", "insats", "eget-kapital"),
    ),
    "history": PageHelp(
        _(
            "Sidan visar hur ett belopp har blivit som det är: varje verifikation som har ändrat det, vad "
            "den ändrade och varför."
        ),
        ("historik", "verifikation"),
    ),
    "history_sum": PageHelp(
        _(
            "Sidan visar vilka belopp som en summa består av. Tryck på ett av dem för att se hur det har "
            "blivit som det är."
        ),
        ("historik", "harlett"),
    ),
    "worked": PageHelp(
        _("Sidan visar hur ett belopp är uträknat och vilka belopp uträkningen bygger på."),
        ("harlett", "andel"),
    ),
    "scenario": PageHelp(
        _(
            "Här kan du pröva vad som händer med budgeten om någon höjer eller sänker sitt åtagande. Inget "
            "av det du prövar bokförs."
        ),
        ("atagande", "taket", "en-krona-till"),
    ),
    "versions": PageHelp(
        _(
            "Varje gång budgeten läggs fram, samråds, fastställs eller revideras sparas den som en version. "
            "Här kan du läsa dem alla, se vad som är beslutat och jämföra två av dem."
        ),
        ("version", "forslag", "medlemssamrad", "faststalla"),
    ),
    "difference": PageHelp(
        _(
            "Välj två versioner, så visar tabellen de belopp som skiljer sig mellan dem och hur mycket. "
            "Belopp som är lika syns inte, men räknas med i summan."
        ),
        ("version",),
    ),
    "deadlines": PageHelp(
        _(
            "Sidan visar vad som ska vara klart och vilken dag, räknat bakåt från sammanträdet då styrelsen "
            "fastställer budgeten. Du kan få in dagarna i din egen kalender."
        ),
        ("faststalla", "medlemssamrad", "budgetar"),
    ),
    "key": PageHelp(
        _(
            "Sidan visar hur medlemmarna i en part delar på partens del, och hur var och ens belopp är "
            "uträknat. Nyckeln har de själva kommit överens om."
        ),
        ("fordelningsnyckel", "vikt", "lagst-mot-nyckeln", "extra-ore"),
    ),
    "contributions": PageHelp(
        _(
            "Här skriver du in vad varje medlem har åtagit sig och vad som är överenskommet, år för år. "
            "Längst ned står vilken budget det räcker till och vem som sätter taket."
        ),
        ("atagande", "overenskommen-niva", "taket", "plan"),
    ),
    "commitment": PageHelp(
        _(
            "Här ändrar du en medlems åtagande för ett år och skriver vilket beslut det vilar på. Det förra "
            "beloppet finns kvar i historiken."
        ),
        ("atagande", "beslut", "historik"),
    ),
    "allocation": PageHelp(
        _(
            "Här fördelar du årets pengar på budgetposterna. Längst ned står hur mycket det finns att "
            "fördela och hur mycket som är kvar."
        ),
        ("budgetpost", "nyttjande-av-eget-kapital", "plan"),
    ),
    "allocation_months": PageHelp(
        _(
            "Här delar du upp en posts budget på månader. En post står antingen för hela året eller månad "
            "för månad, och årets budget är summan."
        ),
        ("budgetpost",),
    ),
    "actuals": PageHelp(
        _(
            "Här skriver du in vad varje post kostade eller gav, månad för månad. Årets sida jämför det med "
            "budgeten."
        ),
        ("utfall", "avvikelse"),
    ),
    "actuals_file": PageHelp(
        _(
            "Här läser du in utfallet från en fil i stället för att skriva in det. Inget sparas förrän du "
            "har sett vad som ändras."
        ),
        ("utfall",),
    ),
    "forecast": PageHelp(
        _(
            "Prognosen säger vad hela året väntas kosta, post för post. Skriv ett eget belopp där du vet "
            "bättre än det uträknade."
        ),
        ("prognos", "utfall", "avvikelse"),
    ),
    "payments": PageHelp(
        _(
            "Sidan visar vad varje medlem ska betala, vad som har kommit in, vad som är kvar och om något är "
            "försenat."
        ),
        ("medlemsbidrag", "delbetalning", "rekvisition"),
    ),
    "payment_plan": PageHelp(
        _("Här bestämmer du vilka dagar medlemsbidragen ska betalas och hur stor del varje gång."),
        ("delbetalning", "forfallodag"),
    ),
    "payment": PageHelp(
        _(
            "Här bokför du pengar som har kommit från en medlem. De räknas av mot den tidigaste "
            "delbetalningen först."
        ),
        ("inbetalning", "delbetalning"),
    ),
}

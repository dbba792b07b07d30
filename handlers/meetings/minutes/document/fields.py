"""What minutes say: the fields of their Word template (see `handlers.writing.template`)."""

from pathlib import Path

from handlers.writing.language import N_
from handlers.writing.template.fields import Kind, Rows, Text, Texts

_CASES = (
    {
        "nummer": "",
        "typer": [],
        "tema": "Godkjenning av innkalling og dagsorden",
        "unntatt": "",
        "ansvar": "",
        "vedlegg": "",
        "innspill": "",
        "konklusjoner": ["Innkalling og dagsorden godkjennes."],
        "flere": "",
        "avgjort": "",
        "merknader": [],
        "oppfolging": [],
        "arkiv": "",
    },
    {
        "nummer": "1/2026",
        "typer": ["Drøfting", "Beslutning"],
        "tema": "Felles rutine for utskrivning",
        "unntatt": "",
        "ansvar": "Eksempel Kliniker",
        "vedlegg": "2 vedlegg",
        "innspill": "Arbeidsgruppen la fram utkastet til rutine.\n• Fastlegene må få beskjed samme dag.\n• Opplæring "
        "må være felles for sykehus og kommune.",
        "konklusjoner": ["Utvalget slutter seg til utkastet.", "Rutinen tas i bruk fra høsten."],
        "flere": "ja",
        "avgjort": "Enighet",
        "merknader": ["Eksempel Medlem var inhabil i sak 1/2026. Eksempel Vara møtte i stedet."],
        "oppfolging": ["Rutinen legges ut på nettsidene (Eksempel Sekretær, innen 1. september 2026)"],
        "arkiv": "26/00123",
    },
    {
        "nummer": "2/2026",
        "typer": ["Orientering"],
        "tema": "Møteplan for neste år",
        "unntatt": "",
        "ansvar": "Eksempel Sekretær",
        "vedlegg": "",
        "innspill": "Planen ble lagt fram.",
        "konklusjoner": ["Saken tas til orientering."],
        "flere": "",
        "avgjort": "",
        "merknader": [],
        "oppfolging": [],
        "arkiv": "",
    },
)
_GROUPS = (
    {
        "tittel": "Til stede",
        "navn": ["Eksempel Leder, Eksempel sykehus (leder)", "Eksempel Vara (for Eksempel Medlem)"],
    },
    {"tittel": "Gjester", "navn": ["Eksempel Kliniker, Eksempel sykehus (sak 1/2026)"]},
    {"tittel": "Forfall", "navn": ["Eksempel Medlem, Eksempel kommune"]},
)


def _default() -> bytes:
    return Path(__file__).with_name("referat.docx").read_bytes()


KIND = Kind(
    name="referat",
    label=N_("Referat"),
    fields={
        "utvalg": Text(N_("utvalgets navn"), "Eksempelutvalget"),
        "tema": Text(N_("hva dokumentet er"), "Referat fra møte i Eksempelutvalget"),
        "nummer": Text(N_("referatets eget nummer"), "Protokoll nr. 03/2026"),
        "status": Text(
            N_("om referatet er godkjent, eller forbeholdet"),
            "Publisert med forbehold: referatet er ikke godkjent ennå.",
        ),
        "dato": Text(N_("møtets dato"), "torsdag 4. juni 2026"),
        "tid": Text(N_("når møtet begynner og slutter"), "12.30–15.30"),
        "sted": Text(N_("møtestedet"), "Eksempelsalen"),
        "oppmote": Rows(
            N_("hvem som var der, gruppe for gruppe"),
            {"tittel": Text(N_("gruppen: til stede, gjester, forfall"), ""), "navn": Texts(N_("de som er i den"), ())},
            _GROUPS,
        ),
        "moteleder": Text(N_("møtelederen"), "Eksempel Leder"),
        "referent": Text(N_("referenten"), "Eksempel Sekretær"),
        "vedlegg": Texts(N_("vedleggene, sak for sak"), ("Sak 1/2026: https://example.org/rutine.pdf",)),
        "merknader": Texts(N_("hvem som kom, gikk og møtte for andre"), ("Eksempel Vara møtte for Eksempel Medlem.",)),
        "saker": Rows(
            N_("sakene, linje for linje"),
            {
                "nummer": Text(N_("saksnummeret"), ""),
                "typer": Texts(N_("hva saken er: orientering, drøfting, beslutning"), ()),
                "tema": Text(N_("sakens tittel"), ""),
                "unntatt": Text(N_("at saken er unntatt offentlighet, og hvorfor"), ""),
                "ansvar": Text(N_("hvem som la fram saken"), ""),
                "vedlegg": Text(N_("hvor mange vedlegg saken har"), ""),
                "innspill": Text(N_("innspill og kommentarer"), ""),
                "konklusjoner": Texts(N_("konklusjonene"), ()),
                "flere": Text(N_("om saken har flere konklusjoner, som da nummereres"), ""),
                "avgjort": Text(N_("hvordan saken ble avgjort"), ""),
                "merknader": Texts(N_("hvem som var inhabil, kom eller gikk"), ()),
                "oppfolging": Texts(N_("oppfølgingen, med ansvarlig og frist"), ()),
                "arkiv": Text(N_("arkivreferansen"), ""),
            },
            _CASES,
        ),
        "oppfolginger": Rows(
            N_("all oppfølging samlet"),
            {
                "sak": Text(N_("saksnummeret"), ""),
                "tekst": Text(N_("hva som skal gjøres"), ""),
                "ansvarlig": Text(N_("hvem som gjør det"), ""),
                "frist": Text(N_("når det skal være gjort"), ""),
            },
            (
                {
                    "sak": "1/2026",
                    "tekst": "Rutinen legges ut på nettsidene",
                    "ansvarlig": "Eksempel Sekretær",
                    "frist": "innen 1. september 2026",
                },
            ),
        ),
        "neste": Text(N_("når neste møte er, og hvor"), "torsdag 3. september 2026 kl. 12.30–15.30, Eksempelsalen"),
        "rettelser": Texts(N_("det som er rettet etter at referatet ble godkjent"), ()),
        "offentlig": Text(N_("at dette er utgaven for offentligheten"), ""),
    },
    default=_default,
    needed=("saker", "dato", "status"),
)

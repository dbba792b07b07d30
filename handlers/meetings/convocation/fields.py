"""What a convocation says: the fields of its Word template (see `handlers.writing.template`)."""

from pathlib import Path

from handlers.writing.language import N_
from handlers.writing.template.fields import Kind, Rows, Text, Texts

_CASES = (
    {
        "nummer": "",
        "typer": [],
        "tema": "Godkjenning av innkalling og dagsorden",
        "hensikt": "",
        "ansvar": "",
        "konklusjon": "Innkalling og dagsorden er godkjent.",
        "vedlegg": "",
        "klokkeslett": "12.30",
        "varighet": "5 min",
        "unntatt": "",
        "arkiv": "",
    },
    {
        "nummer": "1/2026",
        "typer": ["Orientering", "Drøfting"],
        "tema": "Felles rutine for utskrivning",
        "hensikt": "Arbeidsgruppen legger fram utkastet til rutine.\nUtvalget bes om innspill.",
        "ansvar": "Eksempel Kliniker, Eksempel sykehus",
        "konklusjon": "Utvalget slutter seg til utkastet.",
        "vedlegg": "2 vedlegg",
        "klokkeslett": "12.35",
        "varighet": "40 min",
        "unntatt": "",
        "arkiv": "26/00123",
    },
    {
        "nummer": "2/2026",
        "typer": ["Beslutning"],
        "tema": "Møteplan for neste år",
        "hensikt": "",
        "ansvar": "Eksempel Sekretær, Eksempel kommune",
        "konklusjon": "",
        "vedlegg": "",
        "klokkeslett": "13.15",
        "varighet": "",
        "unntatt": "Unntatt offentlighet (hjemmel)",
        "arkiv": "",
    },
)


def _default() -> bytes:
    return Path(__file__).with_name("innkalling.docx").read_bytes()


KIND = Kind(
    name="innkalling",
    label=N_("Innkalling"),
    fields={
        "utvalg": Text(N_("utvalgets navn"), "Eksempelutvalget"),
        "til": Text(N_("hvem innkallingen går til"), "Faste medlemmer i Eksempelutvalget"),
        "tema": Text(N_("hva dokumentet er"), "Innkalling til møte i Eksempelutvalget"),
        "dato": Text(N_("møtets dato"), "torsdag 4. juni 2026"),
        "tid": Text(N_("når møtet begynner og slutter"), "12.30–15.30"),
        "sted": Text(N_("møtestedet"), "Eksempelsalen"),
        "innkalt": Text(N_("datoen for innkallingen"), "21. mai 2026"),
        "sekretariat": Text(N_("hvem som innkaller"), "Eksempel Sekretær"),
        "antall_vedlegg": Text(N_("hvor mange vedlegg det er"), "3 vedlegg"),
        "vedlegg": Texts(
            N_("vedleggene"),
            (
                "Referat fra 12. mars 2026",
                "Sak 1/2026: https://example.org/rutine.pdf",
                "Sak 1/2026: https://example.org/horing.pdf",
            ),
        ),
        "saker": Rows(
            N_("sakslisten, linje for linje"),
            {
                "nummer": Text(N_("saksnummeret"), ""),
                "typer": Texts(N_("hva saken er: orientering, drøfting, beslutning"), ()),
                "tema": Text(N_("sakens tittel"), ""),
                "hensikt": Text(N_("hensikten med saken"), ""),
                "ansvar": Text(N_("hvem som legger fram saken"), ""),
                "konklusjon": Text(N_("foreløpig konklusjon"), ""),
                "vedlegg": Text(N_("hvor mange vedlegg saken har"), ""),
                "klokkeslett": Text(N_("når saken begynner"), ""),
                "varighet": Text(N_("hvor lang tid saken har"), ""),
                "unntatt": Text(N_("at saken er unntatt offentlighet, og hvorfor"), ""),
                "arkiv": Text(N_("arkivreferansen"), ""),
            },
            _CASES,
        ),
    },
    default=_default,
    needed=("saker", "dato"),
)

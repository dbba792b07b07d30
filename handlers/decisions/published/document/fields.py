"""What the two documents say: the fields of their Word templates (see `handlers.writing.template`)."""

from collections.abc import Mapping
from pathlib import Path

from handlers.writing.language import N_
from handlers.writing.template.fields import Field, Kind, Rows, Text, Texts

_CASE: Mapping[str, Field] = {
    "nummer": Text(N_("saksnummeret"), ""),
    "tema": Text(N_("sakens tittel"), ""),
    "vedtak": Texts(N_("konklusjonene"), ()),
    "avgjort": Text(N_("hvordan saken ble avgjort"), ""),
    "eier": Text(N_("hvem som har ansvaret for oppfølgingen"), ""),
    "status": Text(N_("om saken er utsatt, sendt videre eller fulgt opp"), ""),
}
_MEETINGS = (
    {
        "anker": "mote1",
        "dato": "torsdag 4. juni 2026",
        "forbehold": "",
        "saker": [
            {
                "nummer": "1/2026",
                "tema": "Felles rutine for utskrivning",
                "vedtak": ["Utvalget slutter seg til utkastet.", "Rutinen tas i bruk fra høsten."],
                "avgjort": "Enighet",
                "eier": "Eksempel sykehus",
                "status": "Fulgt opp",
            },
            {
                "nummer": "2/2026",
                "tema": "Unntatt offentlighet",
                "vedtak": [],
                "avgjort": "",
                "eier": "",
                "status": "",
            },
        ],
    },
    {
        "anker": "mote2",
        "dato": "torsdag 3. september 2026",
        "forbehold": "Referatet er ikke godkjent ennå.",
        "saker": [
            {
                "nummer": "3/2026",
                "tema": "Møteplan for neste år",
                "vedtak": ["Saken utsettes til neste møte."],
                "avgjort": "Utsatt",
                "eier": "",
                "status": "Utsatt",
            }
        ],
    },
)


def _fields() -> dict[str, Field]:
    return {
        "tema": Text(N_("hva dokumentet er"), "Vedtak i Eksempelutvalget 2026"),
        "utvalg": Text(N_("utvalgets navn"), "Eksempelutvalget"),
        "ar": Text(N_("året"), "2026"),
        "antall": Text(N_("hvor mange saker og møter det er"), "3 saker på 2 møter."),
        "skrevet_ut": Text(N_("datoen dokumentet ble laget"), "15. januar 2027"),
        "offentlig": Text(N_("at dette er utgaven for offentligheten"), ""),
        "moter": Rows(
            N_("møtene, i rekkefølge"),
            {
                "anker": Text(N_("det innholdslisten viser til"), ""),
                "dato": Text(N_("møtets dato"), ""),
                "forbehold": Text(N_("om referatet er godkjent, eller forbeholdet"), ""),
                "saker": Rows(N_("sakene, linje for linje"), _CASE, ()),
            },
            _MEETINGS,
        ),
    }


def _kind(name: str, label: str) -> Kind:
    return Kind(
        name=name,
        label=label,
        fields=_fields(),
        default=lambda: Path(__file__).with_name(f"{name}.docx").read_bytes(),
        needed=("moter",),
    )


YEAR = _kind("arets-vedtak", N_("Årets vedtak"))
PUBLIC = _kind("behandlede-saker", N_("Offentlig liste over behandlede saker"))
KINDS = (YEAR, PUBLIC)

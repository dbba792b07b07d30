"""What the documents of a disagreement say: the fields of their Word templates (see `handlers.writing.template`)."""

from collections.abc import Callable
from pathlib import Path

from handlers.writing.language import N_
from handlers.writing.template.fields import Field, Kind, Rows, Text, Texts

_VIEW = {
    "part": Text(N_("partens navn, eller rollen i den anonymiserte kopien"), ""),
    "syn": Text(N_("hvordan parten ser saken"), ""),
    "krav": Text(N_("hva parten ber om"), ""),
    "skrevet": Text(N_("når det ble skrevet, og av hvem"), ""),
}
_VIEWS = (
    {
        "part": "Eksempel sykehus",
        "syn": "Sykehuset mener at ansvaret for transporten ligger hos kommunen fra pasienten er meldt "
        "utskrivningsklar.\nRutinen har vært fulgt siden i fjor.",
        "krav": "At rutinen blir stående.",
        "skrevet": "Skrevet av Eksempel Leder 10. juni 2026",
    },
    {
        "part": "Eksempel kommune",
        "syn": "Kommunen mener at ansvaret går over når pasienten er mottatt.",
        "krav": "At sykehuset bestiller og betaler transporten.",
        "skrevet": "Skrevet av Eksempel Kommuneleder 12. juni 2026",
    },
)


def _fields(**more: Field) -> dict[str, Field]:
    return {
        "tema": Text(N_("hva dokumentet er"), "Uenighetsprotokoll"),
        "sak": Text(N_("sakens nummer og tittel"), "1/2026 Ansvar for transport"),
        "utvalg": Text(N_("utvalgets navn"), "Eksempelutvalget"),
        "dato": Text(N_("møtets dato"), "torsdag 4. juni 2026"),
        "vedtak": Texts(N_("konklusjonene i referatet"), ("Utvalget ble ikke enige.",)),
        "parter": Rows(N_("partene, og hva hver av dem skrev"), _VIEW, _VIEWS),
        "forsokt": Text(N_("hva som er forsøkt for å bli enige"), "Saken er drøftet på to møter."),
        "trinn": Text(N_("hvor uenigheten står nå"), "Strategisk samarbeidsutvalg"),
        "frist": Text(N_("fristen for dette trinnet"), "1. september 2026"),
        "grunnlag": Text(N_("hvor fristen er bestemt"), "Tjenesteavtale 1"),
        "forlop": Texts(N_("hva som har skjedd, og når"), ("4. juni 2026: Protokollen ble åpnet",)),
        "utfall": Text(N_("hva uenigheten kom til, når den er lukket"), ""),
        "skrevet_ut": Text(N_("datoen dokumentet ble laget"), "15. juni 2026"),
        **more,
    }


def _default(name: str) -> Callable[[], bytes]:
    return lambda: Path(__file__).with_name(f"{name}.docx").read_bytes()


_NEEDED = ("sak", "parter")
PROTOCOL = Kind(
    name="uenighetsprotokoll",
    label=N_("Uenighetsprotokoll"),
    fields=_fields(),
    default=_default("uenighetsprotokoll"),
    needed=_NEEDED,
)
ANONYMISED = Kind(
    name="uenighet-anonymisert",
    label=N_("Anonymisert uenighetsprotokoll"),
    fields=_fields(),
    default=_default("uenighet-anonymisert"),
    needed=_NEEDED,
)
COPY = Kind(
    name="uenighet-kopi",
    label=N_("Kopi av uenighetsprotokollen til den andre parten"),
    fields=_fields(
        mottaker=Text(N_("parten som får kopien"), "Eksempel kommune"),
        fra=Text(N_("den andre parten"), "Eksempel sykehus"),
    ),
    default=_default("uenighet-kopi"),
    needed=(*_NEEDED, "mottaker"),
)
KINDS = (PROTOCOL, ANONYMISED, COPY)

"""What a single value in the partnership file may be, with a sentence for whatever it may not."""

import re
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, PlainValidator

from handlers.calendar.written import Span, parse_date, parse_span
from handlers.deviations.words import SERVICES
from handlers.writing.language import _
from handlers.writing.text import clean


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError(_("Her skal det stå tekst."))
    return raw


def _name(text: str) -> str:
    text = " ".join(clean(text).split())
    if not text or len(text) > 100:
        raise ValueError(_("Skriv fra 1 til 100 tegn her."))
    return text


def _line(text: str) -> str:
    text = " ".join(clean(text).split())
    if not text or len(text) > 400:
        raise ValueError(_("Skriv fra 1 til 400 tegn her."))
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https://[^\s<>\"'|]{1,1000}", text):
        raise ValueError(_("«{text}» er ingen nettadresse. Den begynner med https://.").format(text=text))
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[\w-]{1,40}", text):
        raise ValueError(
            _("«{text}» kan ikke være en nøkkel. Bruk bokstaver, tall og bindestrek, høyst 40 tegn.").format(text=text)
        )
    return text


def _email(text: str) -> str:
    text = text.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise ValueError(_("«{text}» er ingen e-postadresse.").format(text=text))
    return text


def _slack_team(text: str) -> str:
    if not re.fullmatch(r"[TE][A-Z0-9]{5,20}", text):
        raise ValueError(
            _(
                "«{text}» er ingen Slack-id. Arbeidsområdets begynner med T og står i nettadressen: "
                "app.slack.com/client/T…. Bruker dere Enterprise Grid, kan også organisasjonens stå her: E…."
            ).format(text=text)
        )
    return text


def _slack_user(text: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{5,20}", text):
        raise ValueError(
            _(
                "«{text}» er ingen bruker-id i Slack. Den begynner med U eller W, og står i profilen: "
                "⋮, «Kopier medlems-ID»."
            ).format(text=text)
        )
    return text


def _entra_user(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text.lower()):
        raise ValueError(
            _("«{text}» er ingen objekt-id. Den har 32 tegn i fem grupper, og står ved brukeren i Entra ID.").format(
                text=text
            )
        )
    return text.lower()


def _tenant(text: str) -> str:
    # Microsoft's local Teams client has one digit more in its tenant than a real one.
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,13}", text.lower()):
        raise ValueError(
            _(
                "«{text}» er ingen leietaker-id. Den har 32 tegn i fem grupper, og står i Entra ID under Oversikt."
            ).format(text=text)
        )
    return text.lower()


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("«{text}» er ingen tidssone. Skriv for eksempel Europe/Oslo.").format(text=text)) from None
    return text


def _service(text: str) -> str:
    wanted = text.strip().casefold()
    for key, label in SERVICES.items():
        if wanted in (key, label.casefold()):
            return key
    raise ValueError(
        _("«{text}» er ingen tjeneste. Velg en av {choices}.").format(text=text, choices=", ".join(SERVICES.values()))
    )


Name = Annotated[str, AfterValidator(_name)]
Line = Annotated[str, AfterValidator(_line)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Key = Annotated[str, AfterValidator(_key)]
Email = Annotated[str, AfterValidator(_email)]
SlackTeam = Annotated[str, AfterValidator(_slack_team)]
SlackUser = Annotated[str, AfterValidator(_slack_user)]
EntraUser = Annotated[str, AfterValidator(_entra_user)]
Tenant = Annotated[str, AfterValidator(_tenant)]
Zone = Annotated[str, AfterValidator(_zone)]
Service = Annotated[str, AfterValidator(_service)]
"""A municipal service, by its key or as it is called in Norwegian; becomes the key."""
Day = Annotated[date, PlainValidator(lambda raw: parse_date(_text(raw)))]
TimeSpan = Annotated[Span, PlainValidator(lambda raw: parse_span(_text(raw)))]

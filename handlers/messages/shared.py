"""What is said of an address of our own that somebody has put where others read it: to these, and to them alone."""

from typing import NamedTuple

from handlers.messages.message import Message
from handlers.people.links import PAGE_LIFETIME
from handlers.people.shared_link import SharedLink
from handlers.people.ticket import Purpose
from handlers.writing.language import _
from handlers.writing.typed import typed


class Shared(NamedTuple):
    """`card`: for everybody who reads there; None: there is nothing that each of them may see. `note`: for whoever put
    the address there, and nobody else; None: it opens nothing."""

    card: Message | None
    note: Message | None


def note(link: SharedLink, *, own: bool, card: bool) -> Message | None:
    """What whoever shared the link is told: that it is for one person, whoever has it. `own`: it was made for them.
    `card`: the others see one."""
    if not link.opens:
        return None
    if link.ticket is None:
        return Message(
            title=_("Kalenderadressen er hemmelig"),
            text=_(
                "Den som har den, kan følge kalenderen. Slett den der andre leser den, og lag en ny: skriv {command}."
            ).format(command=typed("mote kalender")),
        )
    if own:
        title, who = _("Lenken er din alene"), _("Den som har den, ser det du ser, og kan gjøre det du kan.")
    else:
        title = _("Lenken er laget for en annen enn deg")
        who = _("Den som har den, ser det den andre ser, og kan gjøre det den andre kan.")
    lasts = (
        _("Den virker i opptil en time.")
        if link.purpose is Purpose.FILE
        else _("Den virker i opptil {days} dager.").format(days=PAGE_LIFETIME.days)
    )
    seen = (
        _("De som leser der, får se et kort med det alle av dem kan se.")
        if card
        else _("Jeg viser ikke noe av den, siden ikke alle som leser der, kan se det samme som du.")
    )
    instead = _(
        "Slett lenken der andre leser den. Vil du vise dem en sak, er saksnummeret nok: de finner den med {command}."
    ).format(command=typed("sok 38/24"))
    return Message(title=title, text="\n\n".join((f"{who} {lasts}", seen, instead)))

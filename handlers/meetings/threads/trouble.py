"""Telling the secretariat that nothing gets through to their channel, once, with what to do; and when it does again."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import around
from handlers.meetings.threads import where
from handlers.meetings.threads.actions import Do
from handlers.messages.message import Button, Message
from handlers.messages.standing import Seen, Standing, places, show_all
from handlers.messages.unposted import Unposted, Why
from handlers.writing.language import N_, _
from storage import committees, deliveries, threads
from storage.tables import CommitteeChannel

_TO_DO: Mapping[Why, str] = {
    Why.NOT_IN: N_(
        "Boten er ikke med i kanalen, eller kanalen finnes ikke lenger. Inviter boten i kanalen, og trykk «Prøv "
        "igjen». Er kanalen borte, velg en annen."
    ),
    Why.ARCHIVED: N_("Kanalen er arkivert. Åpne den igjen og trykk «Prøv igjen», eller velg en annen kanal."),
    Why.GONE: N_(
        "Boten får ikke skrive i kanalen: den er slettet, eller boten er tatt bort fra den. Legg til boten igjen og "
        "trykk «Prøv igjen», eller velg en annen kanal."
    ),
    Why.RESTRICTED: N_(
        "Bare noen får skrive i kanalen, og boten er ikke blant dem. Be den som styrer kanalen slippe boten til, og "
        "trykk «Prøv igjen», eller velg en annen kanal."
    ),
    Why.NOT_MET: N_(
        "Boten har ikke hørt noe derfra ennå. Legg til boten i teamet, skriv til den i kanalen (nevn den med @), og "
        "trykk «Prøv igjen»."
    ),
    Why.NOT_SET_UP: N_(
        "Boten er tatt ut der kanalen er, eller mangler rettigheter til å skrive der. Be den som drifter boten, om å "
        "se i loggen, og trykk «Prøv igjen» når det er rettet."
    ),
    Why.LEFT: N_(
        "Kanalen er et sted som ikke hører til helsefellesskapet, så der skriver ikke boten. Velg en annen kanal, "
        "eller be koordinatoren føre opp arbeidsområdet, og trykk «Prøv igjen»."
    ),
    Why.OFF: N_("Boten er ikke koblet til der kanalen er. Be den som drifter boten, om å koble den til."),
    Why.REFUSED: N_(
        "Det som skulle stått der, ble ikke tatt imot. Be den som drifter boten, om å se i loggen. Det neste som "
        "skjer, prøves som vanlig."
    ),
}


def to_do(channel: CommitteeChannel) -> str:
    """What is the matter, and what whoever reads it can do; empty: it gets through."""
    why = channel.trouble.partition(" ")[0]
    return _(_TO_DO[Why(why)]) if why in Why._value2member_map_ else ""


async def tell(session: AsyncSession, channel: CommitteeChannel, why: Why, now: datetime) -> None:
    """Nothing gets through for this reason: the committee's secretariat is told, once for as long as it is so."""
    before, _space, since = channel.trouble.partition(" ")
    if before == why:
        return
    channel.trouble = f"{why} {since or now.isoformat()}"
    await _show(session, channel, _told(channel, why), now)


async def over(session: AsyncSession, channel: CommitteeChannel, now: datetime) -> None:
    """It gets through. Whoever has read that it does not reads that it does, in the same place."""
    if not channel.trouble:
        return
    if channel.trouble.startswith(Why.REFUSED):
        # That others get through does not bring back the one that was refused.
        channel.trouble = ""
        return
    subject, place = _subject(channel), _place(channel)
    await deliveries.drop_unsent(session, subject, idle_at=now)
    read = [each for each in await deliveries.shown_to(session, [subject]) if each.key.startswith(f"{place}:")]
    if read:
        await _show(session, channel, _mended, now, only={each.person_id for each in read})
    channel.trouble = ""


def _subject(channel: CommitteeChannel) -> str:
    return f"committee:{channel.committee_id}:channel"


def _place(channel: CommitteeChannel) -> str:
    """One for each time that it begins, so that it is news then."""
    return f"{_subject(channel)}:{channel.trouble.partition(' ')[2]}"


async def _show(
    session: AsyncSession,
    channel: CommitteeChannel,
    build: Callable[[str, Button], Message],
    now: datetime,
    only: set[int] | None = None,
) -> None:
    committee = await committees.committee(session, channel.committee_id)
    if committee is None:
        return
    name = await threads.name_of(session, threads.Where.of(channel))
    readers = [
        (holder.person_id, holder.language)
        for holder in await around.secretaries(session, committee.id, now)
        if only is None or holder.person_id in only
    ]
    arguments = {"committee": str(committee.id)}

    def message() -> Message:
        again = Button(label=_("Prøv igjen"), action=Do.TRY_AGAIN, arguments=arguments)
        drawn = build(committee.name, again)
        show = Button(label=_("Kanalen og trådene"), action=Do.SHOW, arguments=arguments)
        return drawn.model_copy(update={"buttons": (*drawn.buttons, show), "small": called(name)})

    await show_all(session, now, [Standing(_subject(channel), [Seen(places(_place(channel), readers), message)])])


def called(name: str) -> str:
    """«Kanalen: #fsu»; empty where it is not known what it is called."""
    return _("Kanalen: {name}").format(name=where.called(name)) if name else ""


def _told(channel: CommitteeChannel, why: Why) -> Callable[[str, Button], Message]:
    def build(committee: str, again: Button) -> Message:
        title = _("Møtetrådene til {committee} kommer ikke fram").format(committee=committee)
        if why is Why.REFUSED:
            return Message(title=title, text=to_do(channel))
        kept = _("Det som skulle stått der, er tatt vare på.")
        return Message(title=title, text=f"{to_do(channel)} {kept}", buttons=(again,))

    return build


def _mended(committee: str, _again: Button) -> Message:
    return Message(title=_("Møtetrådene til {committee} kommer fram igjen").format(committee=committee))


UNPOSTED = Unposted(tell, over)

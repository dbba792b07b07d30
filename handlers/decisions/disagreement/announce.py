"""What everybody sees of a disagreement by now, written as deliveries, and what they are told once.

Whoever writes for a party has a message of their own, and so has each of the secretariat, which changes where it
stands. What happens is told besides, since a changed message rings no bell.
"""

from collections.abc import Mapping
from functools import partial

from handlers.calendar import dates
from handlers.decisions.disagreement import words
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.messages import standing
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Build, Seen
from handlers.people.context import Context
from handlers.writing.language import _
from storage.deliveries import Place
from storage.disagreements import ViewOf
from storage.tables import ClosedHow

WRITER, SECRETARIAT = "writer", "secretariat"


def subject(protocol: Protocol) -> str:
    return f"disagreement:{protocol.row.id}"


def writers(protocol: Protocol) -> dict[int, str]:
    """Whoever writes for a party, with their language; not those who have left."""
    return {each.person_id: each.language for view in protocol.views for each in view.writers if not each.left}


def everybody(protocol: Protocol) -> dict[int, str]:
    """Both parties, and the secretariat."""
    return {**protocol.secretariat, **writers(protocol)}


async def stand(context: Context, protocol: Protocol) -> None:
    """Everybody sees the protocol as it stands by now."""
    seen: list[Seen] = []
    if protocol.of.is_open:
        told: set[int] = set()
        for view in protocol.views:
            readers = {
                each.person_id: each.language for each in view.writers if not each.left and each.person_id not in told
            }
            told |= readers.keys()
            seen.append(Seen(_places(protocol, WRITER, readers), partial(_to_writers, context, protocol, view)))
        rest = {each: language for each, language in protocol.secretariat.items() if each not in told}
        seen.append(Seen(_places(protocol, SECRETARIAT, rest), partial(_to_secretariat, context, protocol)))

    def gone(place: Place) -> Build | None:
        what = place.key.removeprefix(f"{subject(protocol)}:").partition(":")[0]
        if what not in (WRITER, SECRETARIAT):
            return None
        if protocol.of.is_gone:
            return partial(_withdrawn, protocol)
        if place.person_id not in everybody(protocol):
            # They have to do with it no more: what it came to is not for them.
            return partial(_no_longer, protocol) if what == WRITER else None
        if not protocol.of.is_open:
            return partial(_closed, context, protocol)
        return partial(_no_longer, protocol) if what == WRITER else None

    await standing.show(context, subject(protocol), seen, gone)


def _places(protocol: Protocol, what: str, readers: Mapping[int, str]) -> dict[str, tuple[int, str]]:
    return standing.places(f"{subject(protocol)}:{what}", readers.items())


def _to_writers(context: Context, protocol: Protocol, view: ViewOf) -> Message:
    text = _("Saken endte med uenighet. Skriv hvordan {party} ser saken, og hva dere ber om.").format(
        party=words.party_in_text(view)
    )
    if view.row.revision:
        text = _("Synet til {party} er skrevet.").format(party=words.party_in_text(view))
        if not protocol.is_shown:
            text += " " + _("Den andre parten leser det når begge har skrevet, eller når sekretariatet åpner for det.")
    return Message(
        title=words.title(protocol),
        text=text,
        facts=words.facts(protocol, context.now),
        buttons=(words.to_write(protocol, view), words.show(protocol)),
        page=words.page_of(protocol),
    )


def _to_secretariat(context: Context, protocol: Protocol) -> Message:
    return Message(
        title=words.title(protocol),
        text=_("Saken endte med uenighet, og det er åpnet en protokoll der begge parter skriver."),
        facts=(*words.facts(protocol, context.now), *parties(protocol)),
        buttons=(words.show(protocol), button(Do.PARTIES, _("Velg parter og hvem som skriver"), protocol.row)),
        page=words.page_of(protocol),
    )


def parties(protocol: Protocol) -> tuple[Fact, ...]:
    """Each party: who writes for it, and whether they have."""
    return tuple(
        Fact(
            label=words.party(view),
            value=", ".join(
                filter(
                    None,
                    (
                        words.written(view, protocol.meeting.zone),
                        _("ingen er valgt til å skrive")
                        if words.nobody_writes(view)
                        else _("skriver: {names}").format(names=words.writers(view)),
                    ),
                )
            ),
        )
        for view in protocol.views
    )


def _withdrawn(protocol: Protocol) -> Message:
    return Message(
        title=words.title(protocol, _("Gjelder ikke lenger: {case}")),
        text=_("Referatet er rettet, og saken endte ikke med uenighet. Du trenger ikke gjøre noe."),
    )


def _closed(context: Context, protocol: Protocol) -> Message:
    return words.news(protocol, _("Lukket: {case}"), context.now, text=protocol.row.outcome)


def _no_longer(protocol: Protocol) -> Message:
    return Message(
        title=words.title(protocol),
        text=_("Du skriver ikke lenger for noen av partene. Sekretariatet har valgt andre."),
    )


# --- news, each said once ---------------------------------------------------------------------------------------


async def tell(context: Context, protocol: Protocol, what: str, readers: Mapping[int, str], build: Build) -> None:
    """Tell these people something that is said once; not the one who did it. `what`: the rest of its key, the same for
    the same news."""
    others = {each: language for each, language in readers.items() if each != context.actor.person_id}
    places = _places(protocol, what, others)
    if places:
        await standing.show(context, subject(protocol), [Seen(places, build)])


async def happened(context: Context, protocol: Protocol, said: Build) -> None:
    """Both parties and the secretariat hear of the last event."""
    await tell(context, protocol, f"news:{protocol.events[-1].id}", everybody(protocol), said)


def moved(context: Context, protocol: Protocol, note: str) -> Message:
    """The protocol has come to another step, or to another deadline of it."""
    step = protocol.rule.called(protocol.row.step)
    text = _("Neste trinn: {step}.").format(step=step)
    if protocol.row.due_on is not None:
        text += " " + _("Frist: {day}.").format(day=dates.short_date(protocol.row.due_on))
    return words.news(
        protocol, _("Uenigheten går videre: {case}"), context.now, text="\n".join(filter(None, (text, note)))
    )


def closed_now(context: Context, protocol: Protocol) -> Message:
    text = protocol.row.outcome
    if protocol.row.closed_how == ClosedHow.MINUTES:
        text = _("Referatet er rettet, og saken endte ikke med uenighet. Det som er skrevet, er tatt vare på.")
    return words.news(protocol, _("Uenigheten er lukket: {case}"), context.now, text=text)

"""The protocol of a disagreement in the chat and on its page: where it stands, what each party writes, what comes next.

Long texts are begun here, and read whole one at a time. Nothing changes by looking.
"""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.decisions.disagreement import at_hand, words
from handlers.decisions.disagreement.actions import Do, about, button
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.document_names import ANONYMISED, COPY, PROTOCOL
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone, NotAllowed
from handlers.messages import paging
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Confirm, FileLink, FileRef, Message, Section
from handlers.people.context import Actor, Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage.disagreements import ViewOf
from storage.history import Event

_SHOWN = 500
"""As much of a text as stands among others."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The protocol, for whoever may read it."""
    protocol = await at_hand.to_read(context, arguments)
    return whole(context, protocol).model_copy(update={"replace": True})


def whole(context: Context, protocol: Protocol, *, said: str = "") -> Message:
    """The protocol as the actor may read it. `said`: what has just been done."""
    actor = context.actor
    sections = [_tried(protocol), *(_view(actor, protocol, each) for each in protocol.views)]
    outcome = protocol.row.outcome if not protocol.of.is_open else ""
    return Message(
        title=words.title(protocol),
        text=said,
        facts=words.facts(protocol, context.now),
        sections=(
            *(each for each in sections if each is not None),
            *((Section(title=_("Hva det kom til"), text=outcome),) if outcome else ()),
        ),
        files=_files(actor, protocol),
        buttons=_buttons(actor, protocol),
        page=words.page_of(protocol),
    )


def _tried(protocol: Protocol) -> Section | None:
    tried = protocol.row.tried
    if not tried:
        return None
    more = (button(Do.READ, _("Les hele"), protocol.row, view=0),) if len(tried) > _SHOWN else ()
    return Section(title=_("Hva som er forsøkt"), text=shorten(tried, _SHOWN), buttons=more)


def _view(actor: Actor, protocol: Protocol, view: ViewOf) -> Section:
    text = words.written(view, protocol.meeting.zone)
    text = text[:1].upper() + text[1:] + "."
    names = words.writers(view)
    if protocol.of.is_open:
        text += " " + (_("Skriver: {names}.").format(names=names) if names else _("Ingen er valgt til å skrive."))
    buttons: list[Button] = []
    if view.row.revision and protocol.sees(actor, view):
        asks = "\n" + _("Ber om: {wishes}").format(wishes=view.row.wishes) if view.row.wishes else ""
        text = f"{text}\n\n{shorten(view.row.text + asks, _SHOWN)}"
        if len(view.row.text + asks) > _SHOWN:
            buttons.append(button(Do.READ, _("Les hele"), protocol.row, view=view.row.id))
    elif view.row.revision:
        text += " " + _("Det kan leses når begge har skrevet, eller når sekretariatet åpner for det.")
    if protocol.of.is_open and view in protocol.own(actor.person_id):
        buttons.insert(0, words.to_write(protocol, view))
    return Section(
        title=_("Synet til {party}").format(party=words.party_in_text(view)), text=text, buttons=tuple(buttons)
    )


def _buttons(actor: Actor, protocol: Protocol) -> tuple[Button, ...]:
    """What the secretariat may do; the history for everybody."""
    row = protocol.row
    found = []
    if at_hand.is_secretariat(actor, protocol) and protocol.of.is_open:
        found += [
            button(Do.TRIED, _("Skriv hva som er forsøkt"), row),
            button(Do.PARTIES, _("Velg parter og hvem som skriver"), row),
        ]
        if not protocol.is_shown and len(protocol.unwritten) < len(protocol.views):
            question = _("La partene lese hverandre nå? Ikke begge har skrevet ennå.")
            found.append(
                button(
                    Do.REVEAL,
                    _("La partene lese hverandre"),
                    row,
                    confirm=Confirm(text=question, yes=_("La dem lese")),
                )
            )
        found += [
            button(Do.STEP, _("Neste trinn eller ny frist"), row),
            button(Do.CLOSE, _("Lukk protokollen"), row),
        ]
    if at_hand.is_secretariat(actor, protocol):
        if not protocol.of.is_open:
            found.append(button(Do.REOPEN, _("Åpne protokollen igjen"), row))
        if protocol.is_shown:
            found.append(button(Do.CHECK, _("Se over anonymisert kopi"), row))
    return (*found, button(Do.HISTORY, _("Historikk"), row))


def _files(actor: Actor, protocol: Protocol) -> tuple[FileLink, ...]:
    """The documents that the actor may fetch."""
    if not protocol.is_shown:
        return ()
    arguments = about(protocol.row)
    found = [FileLink(label=_("Uenighetsprotokoll (Word)"), file=FileRef(document=PROTOCOL, arguments=arguments))]
    secretariat = at_hand.is_secretariat(actor, protocol)
    own = protocol.own(actor.person_id)
    for view in protocol.views:
        if secretariat or view in own:
            label = shorten(_("Kopi til {party} (Word)").format(party=words.party_in_text(view)), 70)
            ref = FileRef(document=COPY, arguments=about(protocol.row, view=view.row.id))
            found.append(FileLink(label=label, file=ref))
    if secretariat and protocol.row.checked_revision == protocol.row.revision:
        ref = FileRef(document=ANONYMISED, arguments=arguments)
        found.append(FileLink(label=_("Anonymisert kopi (Word)"), file=ref))
    return tuple(found)


async def read(context: Context, arguments: Mapping[str, str]) -> Reply:
    """One text whole: a party's view, or with `view=0` what was tried."""
    protocol = await at_hand.to_read(context, arguments)
    view_id = id_of(arguments, "view")
    back = words.show(protocol, _("Tilbake til protokollen"))
    if view_id == 0:
        return Message(title=_("Hva som er forsøkt"), text=protocol.row.tried, buttons=(back,), replace=True)
    view = protocol.view(view_id)
    if view is None:
        raise Gone(_("Parten er byttet ut. Åpne protokollen på nytt."))
    if not protocol.sees(context.actor, view):
        raise NotAllowed(_("Det kan leses når begge har skrevet, eller når sekretariatet åpner for det."))
    asks = (Section(title=_("Ber om"), text=view.row.wishes),) if view.row.wishes else ()
    return Message(
        title=_("Synet til {party}").format(party=words.party_in_text(view)),
        text=view.row.text or _("Ikke skrevet ennå."),
        sections=asks,
        buttons=(back,),
        replace=True,
    )


# --- what has happened ------------------------------------------------------------------------------------------

_KINDS: Mapping[str, str] = {
    "opened": N_("Protokollen ble åpnet"),
    "parties": N_("Parter og hvem som skriver, ble valgt"),
    "wrote": N_("{party} skrev sitt syn"),
    "shown": N_("Partene kan lese hverandre"),
    "tried": N_("Det som er forsøkt, ble skrevet"),
    "step": N_("Neste trinn: {step}"),
    "closed": N_("Protokollen ble lukket"),
    "reopened": N_("Protokollen ble åpnet igjen"),
    "masked": N_("Ord i den anonymiserte kopien ble tatt ut"),
    "checked": N_("Den anonymiserte kopien ble sett over"),
}


async def history(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Every event, the last one first."""
    protocol = await at_hand.to_read(context, arguments)
    events = list(reversed(protocol.events))
    at = min(paging.offset(arguments), max(0, len(events) - 1) // paging.SIZE * paging.SIZE)
    shown = events[at : at + paging.SIZE + 1]
    which = about(protocol.row, page=at // paging.SIZE)
    return Message(
        title=words.title(protocol, _("Historikk: {case}")),
        text=paging.place(at, len(paging.page_of(shown)), len(events)),
        sections=tuple(_event(protocol, each) for each in paging.page_of(shown)),
        buttons=(
            *paging.buttons(shown, Do.HISTORY, which),
            words.show(protocol, _("Tilbake til protokollen")),
        ),
        replace=True,
    )


def said_of(protocol: Protocol, event: Event) -> str:
    """What happened, in words."""
    step = protocol.rule.called(str(event.data["step"])) if event.kind == "step" else ""
    return _(_KINDS[event.kind]).format(party=event.data.get("party", ""), step=step)


def _event(protocol: Protocol, event: Event) -> Section:
    when = dates.day_and_clock(event.at, protocol.meeting.zone)
    who = event.actor or _("av seg selv")
    return Section(title=said_of(protocol, event), text="\n".join(filter(None, (f"{when}, {who}", event.note))))


def done(context: Context, protocol: Protocol, said: str) -> Message:
    """The protocol after something was done."""
    return whole(context, protocol, said=said).model_copy(update={"replace": True})

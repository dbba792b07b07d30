"""The Word documents of a disagreement: its protocol, the anonymised copy, and the copy to a party.

They are made when somebody opens them, of what stands then. The anonymised one only once the secretariat has looked
over what it says now. Filling in takes a processor for a while, so that is done in a thread.
"""

from collections.abc import Mapping

from handlers.capability import Document, File
from handlers.decisions.disagreement import at_hand
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.document import fields
from handlers.decisions.disagreement.document.values import gather, heading, masked, names, values, without_who
from handlers.decisions.disagreement.document_names import ANONYMISED, COPY, PROTOCOL
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.template.fields import Kind, Values
from handlers.writing.template.filling import fill
from handlers.writing.word import DOCX
from storage import convocations


def _require_shown(protocol: Protocol) -> None:
    if not protocol.is_shown:
        raise NotAllowed(
            _("Protokollen kan hentes når begge partene har skrevet, eller når sekretariatet har åpnet for å lese.")
        )


async def _protocol(context: Context, arguments: Mapping[str, str]) -> File:
    protocol = await at_hand.to_read(context, arguments)
    _require_shown(protocol)
    whole = await gather(context.session, protocol)
    with speaking(DEFAULT):
        filled, title = values(context, whole), heading()
    return await _file(context, protocol, fields.PROTOCOL, filled, title, "Uenighetsprotokoll")


async def _copy(context: Context, arguments: Mapping[str, str]) -> File:
    """For the party called `view`: for whoever writes for it, and the secretariat."""
    protocol = await at_hand.to_read(context, arguments)
    view = protocol.view(id_of(arguments, "view"))
    if view is None:
        raise Gone(_("Parten er byttet ut. Åpne protokollen på nytt."))
    if not at_hand.is_secretariat(context.actor, protocol) and view not in protocol.own(context.actor.person_id):
        raise NotAllowed(_("Kopien er for den parten, og for sekretariatet."))
    _require_shown(protocol)
    whole = await gather(context.session, protocol)
    with speaking(DEFAULT):
        filled = values(context, whole, to=view)
        title = _("Kopi av uenighetsprotokoll")
    return await _file(
        context, protocol, fields.COPY, filled, title, f"Uenighetsprotokoll kopi part {view.row.ordinal}"
    )


async def _anonymised(context: Context, arguments: Mapping[str, str]) -> File:
    protocol = await at_hand.to_prepare(context, arguments, lock=False, also_closed=True)
    _require_shown(protocol)
    if protocol.row.checked_revision != protocol.row.revision:
        raise NotAllowed(_("Se over den anonymiserte kopien først. Den er ny, eller endret siden noen så på den."))
    with speaking(DEFAULT):
        filled = without_who(context, await gather(context.session, protocol))
    known = await names(context, protocol)
    own = await convocations.template(context.session, protocol.committee.id, fields.ANONYMISED.name)
    now, template = context.now, own or fields.ANONYMISED.default()

    def draw() -> bytes:
        with speaking(DEFAULT):
            # The file says nothing of itself either: its title is the same for all.
            return fill(template, masked(filled, known).values, title=_("Anonymisert uenighetsprotokoll"), at=now)

    return File("Uenighetsprotokoll anonymisert.docx", DOCX, draw)


async def _file(context: Context, protocol: Protocol, kind: Kind, filled: Values, title: str, called: str) -> File:
    own = await convocations.template(context.session, protocol.committee.id, kind.name)
    now, template = context.now, own or kind.default()
    number = protocol.of.number.replace("/", "-")

    def draw() -> bytes:
        with speaking(DEFAULT):
            return fill(template, filled, title=title, at=now)

    return File(" ".join(filter(None, (called, number))) + ".docx", DOCX, draw)


DOCUMENTS = (Document(PROTOCOL, _protocol), Document(COPY, _copy), Document(ANONYMISED, _anonymised))

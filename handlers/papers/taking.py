"""A file that is handed in as an old paper: read in a thread, and kept until somebody has confirmed it."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from handlers.capability import Handed, Intake
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.papers import at_hand, page, settling, words
from handlers.papers.actions import Do, button
from handlers.papers.considering import consider
from handlers.papers.guarding import Guarded, cleared_name, guard
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _

LIMIT = 20_000_000
"""Bytes: what a page of ours takes."""


class Read(NamedTuple):
    """A file that was read. `digest`: of its bytes."""

    name: str
    digest: str
    guarded: Guarded


def read(name: str, content: bytes) -> Read:
    """It takes time (a second for a hundred pages), so it is called in a thread.

    Raises:
        BotError: it cannot be read; says why, and what to do.
    """
    from handlers.papers.reading import reader  # noqa: PLC0415 - slow to import, and papers are read seldom
    from handlers.papers.rules import paper as rules  # noqa: PLC0415

    found = rules.read(reader.read(name, content))
    return Read(cleared_name(name) or _("papir"), hashlib.sha256(content).hexdigest(), guard(found))


async def _allow(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.committee(context, arguments)


def _look(_arguments: Mapping[str, str], file: Handed) -> Read:
    return read(file.name, file.content)


async def _take(context: Context, arguments: Mapping[str, str], found: Read) -> Reply:
    """Show what was read, to be confirmed. What cannot be stored at all is not kept."""
    committee = await at_hand.committee(context, arguments)
    back = button(Do.LIST, _("Alle papirene"), committee.id)
    considered = await consider(context.session, found.guarded.read, found.digest, context.now, name=found.name)
    if considered.committee is None:
        # Whoever hands it in has said whose it is; that the paper says something else is shown.
        considered = await consider(
            context.session, found.guarded.read, found.digest, context.now, name=found.name, committee=committee
        )
    owner = considered.committee or committee
    if considered.known is not None or considered.stops:
        known = considered.known
        shown = (
            (button(Do.SHOW, _("Vis papiret"), known.committee_id, paper=known.id),)
            if known is not None
            and known.committee_id is not None
            and may_decide(context.actor, known.committee_id)
            and (not context.only or known.committee_id == committee.id)
            else ()
        )
        title = _("«{file}» er ikke lagret").format(file=found.name)
        return Message(title=title, text=words.stops(considered), buttons=(*shown, back))
    if not may_decide(context.actor, owner.id):
        return Message(
            title=_("«{file}» er ikke lagret").format(file=found.name),
            text=_("Papiret er fra {committee}. Bare sekretariatet der kan lese det inn.").format(committee=owner.name),
            buttons=(back,),
        )
    if context.only and owner.id != committee.id:
        # The page of one committee puts nothing into another's papers.
        return Message(
            title=_("«{file}» er ikke lagret").format(file=found.name),
            text=_("Papiret er fra {committee}. Last det opp på siden for det utvalget.").format(committee=owner.name),
            buttons=(back,),
        )
    kept = await settling.wait(
        context.session,
        found.name,
        found.digest,
        found.guarded,
        owner.id,
        context.actor.person_id,
        context.now,
    )
    drawn = await page.drawn(context, at_hand.AtHand(kept, owner), {})
    return drawn.model_copy(update={"replace": False})


INTAKE = Intake(Do.HAND_IN, LIMIT, _allow, _look, _take)

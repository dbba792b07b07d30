"""A case that was found, or another line of an agenda, with what published minutes say of it."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.cases import at_hand, numbered
from handlers.cases.referring import may_see
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings.minutes.round_actions import Do as Minutes
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.context import Context
from handlers.searching import naming
from handlers.searching.mentions import mentioned
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import published, references
from storage.published import Said
from storage.references import Record

_MEETINGS = 4
"""A case that was in more meetings is shown with its last ones."""
_DISCUSSION = 700


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Raises `Gone` also where the actor may not see it."""
    of_line = "line" in arguments
    which = id_of(arguments, "line" if of_line else "case")
    found = await references.of(context.session, **({"slot_ids": [which]} if of_line else {"item_ids": [which]}))
    if not found or not may_see(context.actor, found[0]):
        raise Gone(_("Saken finnes ikke lenger."))
    return await shown(context, found[0])


async def shown(context: Context, record: Record) -> Message:
    """What stands under a number, to somebody who may see it."""
    meetings = await published.said(
        context.session,
        item_ids=[record.item_id] if record.item_id is not None else (),
        slot_ids=[record.slot_id] if record.item_id is None and record.slot_id is not None else (),
    )
    if record.item_id is not None and record.proposer_id is not None:
        case = await at_hand.find(context, {"item": str(record.item_id)})
        message = await numbered.shown(context, case)
    else:
        message = Message(title=naming.named(record), facts=_facts(record))
    last = meetings[-_MEETINGS:]
    # The minutes as they go round leave out what nobody proposed.
    of_paper = record.item_id is not None and record.proposer_id is None
    message = message.model_copy(
        update={
            "sections": (*message.sections, *(_section(each) for each in last)),
            "buttons": (*message.buttons, *(_minutes(each) for each in last[-1:] if not of_paper)),
        }
    )
    meeting_id = record.meeting_id
    return await mentioned(context, message, meeting_id=meeting_id, besides=record)


def _facts(record: Record) -> tuple[Fact, ...]:
    day = dates.day(record.starts_at, record.zone) if record.starts_at is not None else ""
    facts = ((_("Utvalg"), record.committee), (_("Møte"), day), (_("Type"), naming.types(record)))
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _section(said: Said) -> Section:
    """What the minutes of one meeting say."""
    facts = (
        (_("Konklusjon"), _decisions(said)),
        (_("Avgjort ved"), how_decided(said.how_decided)),
        (_("Oppfølging"), "\n".join(_to_do(each.text, each.owner, each.due_text) for each in said.follow_ups)),
    )
    return Section(
        title=_("Referatet fra møtet {day}").format(day=dates.short_day(said.starts_at, said.zone)),
        text=shorten(said.discussion, _DISCUSSION),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


def _decisions(said: Said) -> str:
    several = len(said.conclusions) > 1
    lines = []
    for number, each in enumerate(said.conclusions, 1):
        text = _("{text} (erstattet av et senere vedtak)").format(text=each.text) if each.revoked else each.text
        lines.append(f"{number}. {text}" if several else text)
    return "\n".join(lines)


def _to_do(text: str, owner: str, due: str) -> str:
    besides = ", ".join(filter(None, (owner, due)))
    return f"{text} ({besides})" if besides else text


def _minutes(said: Said) -> Button:
    return Button(
        label=_("Les saken i referatet"),
        action=Minutes.CASE,
        arguments={"meeting": str(said.meeting_id), "slot": str(said.slot_id)},
    )

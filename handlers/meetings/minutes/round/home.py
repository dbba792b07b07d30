"""The minutes that wait for somebody: to be commented on, approved, or for comments to be answered."""

from collections.abc import Sequence
from datetime import datetime

from handlers.capability import Waiting
from handlers.meetings.minutes import states
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.at_hand import NO_REMARKS, bare
from handlers.meetings.minutes.round.who import STAND_BY
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes_settings import From
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import _, ngettext
from storage import minutes, minutes_round
from storage.history import Event
from storage.minutes_round import MinutesOf


async def home(context: Context) -> Sequence[Waiting]:
    """Approvals first: they have consequences."""
    found = [
        Waiting(
            _("{minutes} venter på at du godkjenner").format(minutes=name(of)),
            button(Do.SHOW, _("Vis"), of.meeting),
        )
        for of in await minutes_round.asked_to_approve(context.session, context.actor.person_id)
    ]
    for of in await to_comment(context):
        words = _("{minutes} er til kommentar").format(minutes=name(of))
        found.append(Waiting(words, button(Do.SHOW, _("Vis"), of.meeting)))
    own = [each for each in context.actor.roles if may_write_minutes(context.actor, each)]
    for of, count in await minutes_round.with_comments(context.session, own) if own else ():
        words = ngettext(
            "{count} kommentar til {minutes} venter på svar",
            "{count} kommentarer til {minutes} venter på svar",
            count,
        )
        found.append(
            Waiting(
                words.format(count=count, minutes=views.named(of.committee, of.meeting)),
                button(Do.COMMENTS, _("Vis"), of.meeting),
            )
        )
    return found


async def to_comment(context: Context) -> Sequence[MinutesOf]:
    """The minutes that the actor may comment on now, and has said nothing of since they were sent: four statements,
    however many they are."""
    session, person_id = context.session, context.actor.person_id
    found = await minutes_round.asked_to_comment(session, person_id, list(context.actor.roles), context.now)
    if not found:
        return ()
    ids = [of.minutes.id for of in found]
    there = await minutes_round.came_to(session, person_id, [of.meeting.id for of in found], [Role.GUEST])
    commented = await minutes_round.commented_at(session, person_id, ids)
    events = await minutes.HISTORY.events_of(session, ids)
    return [
        of
        for of in found
        if _may_comment(context, of, came=of.meeting.id in there)
        and not _has_answered(person_id, events.get(of.minutes.id, ()), commented.get(of.minutes.id))
    ]


def _may_comment(context: Context, of: MinutesOf, *, came: bool) -> bool:
    """As `Concerned.commenters` says of everybody."""
    held = context.actor.roles.get(of.meeting.committee_id, frozenset())
    takes_part = bare(of).rules.comments_from is not From.PRESENT and bool(held.difference(STAND_BY))
    return came or takes_part


def _has_answered(person_id: int, events: Sequence[Event], commented_at: datetime | None) -> bool:
    sent = next((event for event in reversed(events) if event.kind == states.Event.SENT), None)
    if commented_at is not None and (sent is None or commented_at >= sent.at):
        return True
    since = [event for event in events if sent is None or event.id > sent.id]
    return any(event.kind == NO_REMARKS and event.actor_id == person_id for event in since)


def name(of: MinutesOf) -> str:
    """«Referatet fra FSU 3. des. 2026», at the beginning of a sentence."""
    words = views.named(of.committee, of.meeting)
    return words[:1].upper() + words[1:]

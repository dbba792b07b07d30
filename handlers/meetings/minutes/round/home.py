"""The minutes that wait for somebody: to be commented on, approved, or for comments to be answered."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.at_hand import load
from handlers.meetings.minutes.round_actions import Do, button
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes_round
from storage.minutes_round import MinutesOf


async def home(context: Context) -> Sequence[Waiting]:
    """Approvals first: they have consequences."""
    found = [
        Waiting(
            _("{minutes} venter på at du godkjenner").format(minutes=_name(of)),
            button(Do.SHOW, _("Vis"), of.meeting),
        )
        for of in await minutes_round.asked_to_approve(context.session, context.actor.person_id)
    ]
    person_id, committees = context.actor.person_id, list(context.actor.roles)
    for of in await minutes_round.asked_to_comment(context.session, person_id, committees, context.now):
        if await _waits_for_comment(context, of):
            words = _("{minutes} er til kommentar").format(minutes=_name(of))
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


async def _waits_for_comment(context: Context, of: MinutesOf) -> bool:
    """Whether the actor may comment and has said nothing."""
    read = await load(context, of)
    person_id = context.actor.person_id
    if person_id not in read.concerned.commenters(read.rules) or person_id in read.without_remarks:
        return False
    comments = read.given(await minutes_round.comments(context.session, of.minutes.id))
    return all(each.comment.person_id != person_id for each in comments)


def _name(of: MinutesOf) -> str:
    words = views.named(of.committee, of.meeting)
    return words[:1].upper() + words[1:]

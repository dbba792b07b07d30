"""The minutes that somebody is to approve or comment on, by when; and comments that nobody has answered."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.home import to_comment
from handlers.meetings.minutes.round_actions import Do, button
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes_round


async def owes(context: Context) -> Sequence[Owed]:
    """Six statements at most."""
    found = [
        Owed(
            _("Godkjenn {minutes}").format(minutes=views.named(of.committee, of.meeting)),
            (button(Do.SHOW, _("Les og godkjenn"), of.meeting),),
            of.minutes.approve_until,
            zone=of.meeting.zone,
        )
        for of in await minutes_round.asked_to_approve(context.session, context.actor.person_id)
    ]
    for of in await to_comment(context):
        found.append(
            Owed(
                _("Kommenter {minutes}").format(minutes=views.named(of.committee, of.meeting)),
                (
                    button(Do.SHOW, _("Les og kommenter"), of.meeting),
                    button(Do.NO_REMARKS, _("Ingen merknader"), of.meeting),
                ),
                of.minutes.comments_until,
                zone=of.meeting.zone,
            )
        )
    own = [each for each in context.actor.roles if may_write_minutes(context.actor, each)]
    for of, count in await minutes_round.with_comments(context.session, own) if own else ():
        text = ngettext("Svar på {count} kommentar til {minutes}", "Svar på {count} kommentarer til {minutes}", count)
        found.append(
            Owed(
                text.format(count=count, minutes=views.named(of.committee, of.meeting)),
                (button(Do.COMMENTS, _("Vis"), of.meeting),),
            )
        )
    return found

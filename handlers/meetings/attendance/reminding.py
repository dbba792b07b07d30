"""«Minn dem som ikke har svart»: one message to each who has not answered, once a day; none to those who have."""

from collections.abc import Mapping
from functools import partial

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone
from handlers.meetings import joining
from handlers.meetings.attendance import access, buttons, marking, news
from handlers.messages.message import Message
from handlers.messages.standing import Seen, places, tell_once
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage.tables import Committee, Meeting


async def remind(context: Context, arguments: Mapping[str, str]) -> Reply:
    at = await access.to_mark(context, arguments)
    access.require_open(context, at.meeting)
    silent = {each.person_id: each for each in at.roll.unanswered if each.person_id is not None}
    if not silent:
        raise AlreadyDone(_("Alle har svart."))
    key = f"{news.subject(at.meeting)}:remind:{at.meeting.starts_at.isoformat()}:{context.today.isoformat()}"
    seen = [
        Seen(
            places(key, [(person_id, each.language)]),
            partial(
                _text,
                at.meeting,
                at.committee,
                substitute=buttons.may_send_substitute(each),
                follows=not each.is_guest,
            ),
        )
        for person_id, each in silent.items()
    ]
    about_it = news.subject(at.meeting)
    written = await tell_once(context.session, context.now, about_it, seen, expires_at=at.meeting.ends_at)
    if not written:
        raise AlreadyDone(_("Alle som ikke har svart, er minnet på det i dag."))
    told = ngettext("{count} er minnet på å svare", "{count} er minnet på å svare", written).format(count=written)
    return marking.listed(at, arguments, told=told)


def _text(meeting: Meeting, committee: Committee, *, substitute: bool, follows: bool) -> Message:
    return Message(
        title=_("Kommer du til møtet i {committee} {day}?").format(
            committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
        ),
        text=_("Du har ikke svart ennå."),
        facts=(*news.facts(meeting), *joining.facts(meeting)),
        links=joining.links(meeting),
        buttons=buttons.to_answer(meeting, substitute=substitute),
        page=buttons.page_of(meeting, committee, follows=follows),
    )

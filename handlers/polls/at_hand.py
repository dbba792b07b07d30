"""The poll that somebody wants to answer or do something with, if they may."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.errors import Gone, NotAllowed
from handlers.meetings import rights
from handlers.meetings.round_settings import PollSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.arguments import id_in, id_of
from handlers.messages.settled import Settled
from handlers.people.access import may_plan, require_planner
from handlers.people.context import Actor, Context
from handlers.polls import whom
from handlers.polls.actions import Do, button
from handlers.polls.ranking import Numbered, Outcome, outcomes
from handlers.writing.language import _
from storage import attendance, polls
from storage.polls import Asked, Collision, PollOf, Progress, Said
from storage.tables import Committee, DatePoll, PollStatus

_PAGES = ("meeting",)
"""Pages on which a poll is shown too: what the buttons there carry."""


class Poll(NamedTuple):
    """A poll with its times. `carried`: see `handlers.polls.actions.about`."""

    row: DatePoll
    committee: Committee
    times: Sequence[Numbered]
    progress: Progress
    carried: Mapping[str, str]

    @property
    def status(self) -> PollStatus:
        return PollStatus(self.row.status)

    @property
    def rules(self) -> PollSettings:
        return CommitteeSettings.model_validate(self.committee.settings).polls

    @property
    def chosen(self) -> Numbered | None:
        return next((each for each in self.times if each.row.chosen), None)

    def takes_answers(self, now: datetime) -> bool:
        return self.status is PollStatus.OPEN and now < self.row.closes_at

    def coming(self, now: datetime) -> Sequence[Numbered]:
        """The times that are still to come."""
        return [each for each in self.times if each.row.starts_at > now]

    def when(self, time: Numbered) -> str:
        """`torsdag 12. mars 2027 kl. 09.00–11.00`."""
        return dates.span(time.row.starts_at, time.row.ends_at, self.row.zone)

    def called(self, time_id: int | None) -> Numbered | None:
        return next((each for each in self.times if each.id == time_id), None)

    def has_answered(self, said: Said, now: datetime) -> bool:
        """Whether that says something of every time that is still to come."""
        return all(each.id in said for each in self.coming(now))


class Own(NamedTuple):
    """Somebody who is asked, what they say, and their other meetings at the same time, by the id of the time."""

    asked: Asked
    said: Said
    collisions: Mapping[int, Sequence[Collision]]


class Picture(NamedTuple):
    """All that is known of a poll, for whoever runs it. `everybody`: who is asked still, by name. `colliding`: how many
    of them have another meeting at a time, by its id."""

    poll: Poll
    everybody: Sequence[Asked]
    said: Mapping[int, Said]
    outcomes: Sequence[Outcome]
    colliding: Mapping[int, int]
    voting: frozenset[int]
    """Who of them has a vote."""


async def load(context: Context, of: PollOf, carried: Mapping[str, str] | None = None) -> Poll:
    """Two statements."""
    return (await load_all(context, {of.row.id: of}, carried))[of.row.id]


async def load_all(
    context: Context, of: Mapping[int, PollOf], carried: Mapping[str, str] | None = None
) -> Mapping[int, Poll]:
    """The same for several: two statements."""
    times = await polls.times(context.session, of)
    progress = await polls.progress(context.session, of)
    return {
        poll_id: Poll(
            *each,
            [Numbered(number, row) for number, row in enumerate(times[poll_id], 1)],
            progress[poll_id],
            carried or {},
        )
        for poll_id, each in of.items()
    }


async def refreshed(context: Context, read: Poll) -> Poll:
    """The poll as far as it has come by now."""
    await context.session.flush()
    return read._replace(progress=(await polls.progress(context.session, [read.row.id]))[read.row.id])


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Poll:
    """The poll called `poll`, whoever asks.

    Raises:
        Gone: there is none, or it is not about what the page is about on which it was pressed.
    """
    of = await polls.poll(context.session, id_of(arguments, "poll"), lock=lock)
    if of is None or ("meeting" in arguments and id_in(arguments["meeting"]) != of.row.meeting_id):
        raise Gone(_("Datovalget finnes ikke lenger."))
    return await load(context, of, {name: arguments[name] for name in _PAGES if name in arguments})


def may_run(actor: Actor, read: Poll) -> bool:
    return may_plan(actor, read.committee.id)


async def to_run(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Poll:
    """The poll, for whoever plans the committee's meetings. Raises `Gone`, `NotAllowed`: says why not."""
    read = await find(context, arguments, lock=lock)
    require_planner(context, read.committee)
    return read


async def to_change(context: Context, arguments: Mapping[str, str]) -> Poll:
    """The same while no time is chosen. Raises besides `Settled`: it is over."""
    read = await to_run(context, arguments, lock=True)
    if read.status is not PollStatus.OPEN:
        raise await _settled(context, read)
    return read


async def _settled(context: Context, read: Poll) -> Settled:
    show = button(Do.SHOW, _("Se datovalget"), read.row, read.carried)
    last = await polls.HISTORY.last(context.session, read.row.id)
    by = last.actor if last is not None and last.actor_id != context.actor.person_id else ""
    chosen = read.chosen
    if read.status is PollStatus.CANCELLED or chosen is None:
        text = _("{name} har avlyst datovalget.").format(name=by) if by else _("Datovalget er avlyst.")
        return Settled(text, show)
    when = read.when(chosen)
    if by:
        return Settled(_("{name} har valgt {when}. Møtet er laget.").format(name=by, when=when), show)
    return Settled(_("Tidspunktet er valgt: {when}.").format(when=when), show)


async def own_of(context: Context, read: Poll, person_id: int) -> Own | None:
    """What one person is asked and says; None: they are not asked. Five statements."""
    found = await owns_of(context, [read], [person_id])
    return next((own for _read, own in found), None)


async def owns_of(
    context: Context, reads: Sequence[Poll], person_ids: Sequence[int] | None = None
) -> Sequence[tuple[Poll, Own]]:
    """Everybody who is or was asked in these polls, of `person_ids` those among them, with what they say: five
    statements, however many they are."""
    ids = [read.row.id for read in reads]
    asked = await polls.asked(context.session, ids, person_ids)
    said = await polls.said(context.session, ids, person_ids)
    collisions = await _collisions(context, reads, {each.row.person_id for all_ in asked.values() for each in all_})
    found = []
    for read in reads:
        own_times = {each.id for each in read.times}
        for each in asked[read.row.id]:
            colliding = collisions.get(each.row.person_id, {})
            found.append(
                (
                    read,
                    Own(
                        each,
                        said[read.row.id].get(each.row.person_id, {}),
                        {time_id: those for time_id, those in colliding.items() if time_id in own_times},
                    ),
                )
            )
    return found


async def _collisions(
    context: Context, reads: Sequence[Poll], person_ids: set[int]
) -> Mapping[int, Mapping[int, Sequence[Collision]]]:
    """By person and time; not with the meeting that came of the poll."""
    spans = {
        each.id: (each.row.starts_at, each.row.ends_at)
        for read in reads
        if read.status is PollStatus.OPEN
        for each in read.times
    }
    found: dict[int, dict[int, list[Collision]]] = {}
    for each in await polls.collisions(context.session, spans, person_ids, whom.NOT_THERE_AS):
        found.setdefault(each.person_id, {}).setdefault(each.time, []).append(each)
    return found


async def to_see_own(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> tuple[Poll, Own]:
    """The poll, and what the actor says in it.

    Raises:
        Gone, NotAllowed: says why not.
    """
    read = await find(context, arguments, lock=lock)
    own = await own_of(context, read, context.actor.person_id)
    if own is None:
        raise NotAllowed(_("Datovalget er for dem som er spurt."))
    return read, own


async def to_answer(context: Context, arguments: Mapping[str, str]) -> tuple[Poll, Own]:
    """The same while it takes answers of them; held until the transaction ends.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled, that it is over.
    """
    read, own = await to_see_own(context, arguments, lock=True)
    if not own.asked.is_asked:
        raise NotAllowed(_("Du er ikke med i utvalget lenger, så du er ikke spurt."))
    if read.status is not PollStatus.OPEN:
        raise await _settled(context, read)
    if not read.takes_answers(context.now):
        closed = dates.day_and_clock(read.row.closes_at, read.row.zone)
        text = _("Svarfristen gikk ut {when}, så svarene står som de er. Si fra til sekretariatet hvis noe er endret.")
        raise Settled(text.format(when=closed), button(Do.SHOW, _("Se datovalget"), read.row, read.carried))
    return read, own


async def picture(context: Context, read: Poll) -> Picture:
    """All that is known of the poll: seven statements."""
    owns = [own for _read, own in await owns_of(context, [read]) if own.asked.is_asked]
    zone = ZoneInfo(read.row.zone)
    first = read.times[0].row.starts_at.astimezone(zone).date()
    held = await attendance.holders(context.session, read.committee.id, max(first, context.today))
    also = await attendance.also_substitutes(context.session, read.committee.id)
    settings = CommitteeSettings.model_validate(read.committee.settings).attendance
    rules = {}
    for each in read.times:
        rule = rights.holding(settings, each.row.starts_at.astimezone(zone).date())
        rules[each.id] = (rule, whom.voters(held, also, rule))
    said = {own.asked.row.person_id: own.said for own in owns}
    found = outcomes(read.times, list(said), said, rules, context.now, zone)
    colliding = {each.id: sum(each.id in own.collisions for own in owns) for each in read.times}
    voting = frozenset(person for _rule, voters in rules.values() for person in voters.kinds)
    return Picture(read, [own.asked for own in owns], said, found, colliding, voting)

"""The minutes that somebody wants to do something with, if they may, and it is still there to be done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.calendar import dates
from handlers.errors import Gone, NotAllowed
from handlers.meetings import at_hand
from handlers.meetings.minutes.round.who import Concerned, around, is_of_committee
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes.states import Event, transition
from handlers.meetings.minutes_settings import MinutesSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.settled import Settled
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _
from storage import minutes, minutes_round, papers
from storage.history import Event as HistoryEvent
from storage.minutes_round import CommentOf, MinutesOf
from storage.papers import Source
from storage.tables import Committee, Meeting, Minutes, MinutesStatus


class Round(NamedTuple):
    """Minutes with all that their way depends on. `rules`: the committee's. `events`: their life so far."""

    minutes: Minutes
    meeting: Meeting
    committee: Committee
    rules: MinutesSettings
    concerned: Concerned
    events: Sequence[HistoryEvent]
    paper: Source | None = None

    @property
    def is_read_in(self) -> bool:
        """They were read in from an old paper (`paper`), and go nowhere."""
        return self.minutes.paper_id is not None

    @property
    def status(self) -> MinutesStatus:
        return MinutesStatus(self.minutes.status)

    def last(self, *kinds: str) -> HistoryEvent | None:
        """The last event of one of these kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)

    @property
    def without_remarks(self) -> set[int]:
        """Those who have said since the minutes were last sent that they have none."""
        found: set[int] = set()
        for event in self.events:
            if event.kind == Event.SENT:
                found = set()
            elif event.kind == NO_REMARKS and event.actor_id is not None:
                found.add(event.actor_id)
        return found

    def given(self, comments: Sequence[CommentOf]) -> Sequence[CommentOf]:
        """Those of these comments that came since the minutes were last sent for comment."""
        sent = self.last(Event.SENT)
        return [each for each in comments if sent is None or each.comment.at >= sent.at]

    def when(self, event: HistoryEvent) -> str:
        """«3. des. 2026 kl. 13.00», where the meeting is."""
        return self.moment(event.at)

    def moment(self, at: datetime) -> str:
        return _("{day} kl. {clock}").format(
            day=dates.short_day(at, self.meeting.zone), clock=dates.clock(at, self.meeting.zone)
        )


NO_REMARKS, COMMENTED, ANSWERED, ASKED, UNSETTLED = "no_remarks", "commented", "comment_answered", "asked", "unsettled"
"""Events besides those that change where the minutes stand. The values stand in their history."""


async def load(context: Context, of: MinutesOf) -> Round:
    """Three statements; one more for those that were read in."""
    settings = CommitteeSettings.model_validate(of.committee.settings)
    concerned = await around(context.session, of, settings, context.now)
    events = await minutes.HISTORY.events(context.session, of.minutes.id)
    paper_id = of.minutes.paper_id
    paper = await papers.source(context.session, paper_id) if paper_id is not None else None
    return Round(*of, settings.minutes, concerned, events, paper)


def bare(of: MinutesOf) -> Round:
    """The same as far as it takes to say where they stand: nothing is asked of the database."""
    rules = CommitteeSettings.model_validate(of.committee.settings).minutes
    return Round(*of, rules, Concerned((), (), ()), ())


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Round:
    """The minutes of the meeting called `meeting`, whoever asks. Raises `Gone` if there are none."""
    meeting, _committee = await at_hand.find(context, arguments)
    return await load(context, await _of(context, meeting, lock=lock))


async def _of(context: Context, meeting: Meeting, *, lock: bool) -> MinutesOf:
    of = await minutes_round.of_meeting(context.session, meeting.id, lock=lock)
    if of is None:
        raise Gone(_("Ingen har begynt på referatet fra dette møtet."))
    return of


async def to_write(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Round:
    """The minutes, for whoever writes them. Raises `Gone`, `NotAllowed`: says why not."""
    meeting, _committee = await at_hand.to_write(context, arguments)
    return await load(context, await _of(context, meeting, lock=lock))


async def to_read(context: Context, arguments: Mapping[str, str]) -> Round:
    """The minutes, for whoever may read them as they stand: what is not sent or published yet is its writers'.

    Raises:
        Gone, NotAllowed: says why not.
    """
    meeting, committee = await at_hand.find(context, arguments)
    of = await minutes_round.of_meeting(context.session, meeting.id)
    if of is None and not is_of_committee(context.actor, committee.id):
        raise NotAllowed(_("Referatet er for medlemmene av {committee}.").format(committee=committee.name))
    read = await load(context, await _of(context, meeting, lock=False) if of is None else of)
    if may_write_minutes(context.actor, read.committee.id):
        return read
    if not is_of_committee(context.actor, read.committee.id) and context.actor.person_id not in read.concerned.present:
        raise NotAllowed(_("Referatet er for medlemmene av {committee}.").format(committee=read.committee.name))
    if read.status in (MinutesStatus.DRAFT, MinutesStatus.REFUSED):
        raise NotAllowed(_("Referenten arbeider med referatet. Du får beskjed når det er klart."))
    return read


async def to_comment(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Round:
    """The minutes while they are out for comment, for somebody who may.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled, that the time is over.
    """
    read = await find(context, arguments, lock=lock)
    if context.actor.person_id not in read.concerned.commenters(read.rules):
        raise NotAllowed(
            _("Bare de som var til stede på møtet, kan kommentere referatet.")
            if is_of_committee(context.actor, read.committee.id)
            else _("Bare medlemmene av {committee} kan kommentere referatet.").format(committee=read.committee.name)
        )
    until = read.minutes.comments_until
    if read.status is not MinutesStatus.COMMENTS or until is None or context.now > until:
        raise Settled(_too_late(read, until is not None), button(Do.SHOW, _("Les referatet"), read.meeting))
    return read


def _too_late(read: Round, was_out: bool) -> str:
    if read.status in (MinutesStatus.DRAFT, MinutesStatus.REFUSED) or not was_out:
        return _("Referatet er ikke til kommentar nå.")
    if read.status is MinutesStatus.APPROVED:
        return _("Referatet er godkjent. Be referenten skrive en rettelse hvis noe er galt.")
    assert read.minutes.comments_until is not None  # noqa: S101 - it was out
    return _(
        "Fristen for kommentarer gikk ut {day}. Si fra til referenten hvis noe er galt, eller ta det opp når referatet "
        "skal godkjennes."
    ).format(day=dates.day(read.minutes.comments_until, read.meeting.zone))


def require(read: Round, event: Event) -> MinutesStatus:
    """What the event leads to. Raises `Settled`: it may not happen now, says why and who was first."""
    if read.is_read_in:
        raise Settled(
            _(
                "Referatet er lest inn fra et gammelt papir, så det hverken sendes rundt, godkjennes eller rettes her. "
                "Finnes det i en nyere utgave, så les inn den."
            ),
            button(Do.SHOW, _("Les referatet"), read.meeting),
        )
    found = transition(read.minutes.status, event, comments=read.rules.comment_days > 0)
    if found is None:
        raise Settled(_why_not(read, event), button(Do.SHOW, _("Les referatet"), read.meeting))
    return found.after


def _why_not(read: Round, event: Event) -> str:
    status = read.status
    if event is Event.CORRECTED:
        return _("Bare et godkjent referat rettes slik. Dette kan du endre i selve referatet, eller underkjenne.")
    if status is MinutesStatus.APPROVED:
        return _("Referatet er allerede godkjent, og låst. {who} Er noe galt, så skriv en rettelse.").format(
            who=_who(read, Event.APPROVED)
        )
    if event is Event.SENT:
        if read.rules.comment_days == 0:
            return _("{committee} sender ikke referater til kommentar. Publiser det i stedet.").format(
                committee=read.committee.name
            )
        if status is MinutesStatus.COMMENTS:
            return _("Referatet er allerede sendt til kommentar. {who}").format(who=_who(read, Event.SENT))
        return _("Referatet har vært til kommentar, og sendes ikke på nytt.")
    if event is Event.PUBLISHED:
        if status is MinutesStatus.DRAFT:
            return _("Send referatet til kommentar før du publiserer det.")
        if status is MinutesStatus.COMMENTS:
            return _("Referatet er til kommentar. Publiser det når fristen er ute og kommentarene er besvart.")
        return _("Referatet er allerede publisert. {who}").format(who=_who(read, Event.PUBLISHED))
    if event is Event.COMMENTS_OVER:
        return _("Referatet er ikke til kommentar nå.")
    if status is MinutesStatus.REFUSED:
        return _("Referatet er underkjent. {who} Referenten retter det og sender det ut på nytt.").format(
            who=_who(read, Event.REFUSED)
        )
    return _("Referatet er ikke publisert ennå, så det kan ikke godkjennes.")


def _who(read: Round, kind: Event) -> str:
    """«Det gjorde Eksempel Referent 3. des. 2026 kl. 13.00.», or when, where the clock did it."""
    event = read.last(kind)
    if event is None:
        return ""
    if event.actor_id is None:
        return _("Det var {when}.").format(when=read.when(event))
    return _("Det gjorde {name} {when}.").format(name=event.actor, when=read.when(event))

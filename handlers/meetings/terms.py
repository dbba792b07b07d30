"""Terms that run out (periode): the member and the secretariat hear of it some weeks before."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.meetings.offsets import Offset, local_moment
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Message
from handlers.people.access import DECIDERS
from handlers.people.roles import Role
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Due, Reason, Reminding
from handlers.writing.language import N_, _, ngettext
from storage import terms
from storage.pointing import pointed_at
from storage.tables import Committee
from storage.terms import Term

NAME = "mote.periode"
_PASSING = (Role.GUEST, Role.SUBSTITUTE)
"""Roles whose end nobody has to see to."""


def subject(committee_id: int, day: date) -> str:
    """What reminders of terms that end on that day are about."""
    return f"committee:{committee_id}:terms:{day.isoformat()}"


def ending(of_committee: Sequence[Term], today: date) -> Mapping[date, Sequence[Term]]:
    """The last of each member's terms in a committee, by the day on which it ends, today or later. Whoever goes on in
    another role has no end."""
    own: dict[int, list[Term]] = {}
    for term in of_committee:
        if term.role not in _PASSING:
            own.setdefault(term.person_id, []).append(term)
    found: dict[date, list[Term]] = {}
    for held in own.values():
        ends = [term.valid_to for term in held]
        last = max((day for day in ends if day is not None), default=None)
        if last is not None and None not in ends and last >= today:
            found.setdefault(last, []).append(next(term for term in held if term.valid_to == last))
    return found


def wanted_of(committee: Committee, of_committee: Sequence[Term], today: date) -> Sequence[Reminding]:
    """Who is to be reminded of what, and when. It makes sense until the term has ended."""
    settings = CommitteeSettings.model_validate(committee.settings)
    zone = ZoneInfo(committee.zone)
    found = []
    for day, those in ending(of_committee, today).items():
        after = local_moment(datetime.combine(day + timedelta(days=1), time()), zone)
        concerned = {term.person_id for term in those} | _secretariat(of_committee, day)
        found += [
            Reminding(
                kind=NAME,
                occurrence=f"{committee.id}:{day.isoformat()}:{text}",
                person_id=person_id,
                subject=subject(committee.id, day),
                due_at=Offset.parse(text).before(after, zone),
                expires_at=after,
                committee_id=committee.id,
            )
            for text in dict.fromkeys(settings.remind_terms)
            for person_id in sorted(concerned)
        ]
    return found


def _secretariat(of_committee: Sequence[Term], day: date) -> set[int]:
    return {
        term.person_id
        for term in of_committee
        if term.role in DECIDERS and (term.valid_from or day) <= day <= (term.valid_to or day)
    }


async def _draw(
    session: AsyncSession, dues: Sequence[Due], now: datetime
) -> Mapping[int, Callable[[], Message] | Reason]:
    found: dict[int, Callable[[], Message] | Reason] = {}
    of_each = await terms.of_committees(session, {due.committee_id for due in dues if due.committee_id is not None})
    for due in dues:
        committee, own = pointed_at(of_each, due.committee_id, (None, ()))
        day = date.fromisoformat(due.subject.rpartition(":")[2])
        those = [] if committee is None else ending(own, day).get(day, [])
        if committee is None or not those:
            found[due.id] = Reason.CHANGED
        elif due.person_id in _secretariat(own, day):
            found[due.id] = partial(_to_secretariat, committee, day, those)
        elif any(term.person_id == due.person_id for term in those):
            found[due.id] = partial(_to_member, committee, day)
        else:
            found[due.id] = Reason.NOT_THEIRS
    return found


def _day(day: date, committee: Committee) -> str:
    return dates.day(local_moment(datetime.combine(day, time(12)), ZoneInfo(committee.zone)), committee.zone)


def _to_member(committee: Committee, day: date) -> Message:
    return Message(
        title=_("Perioden din i {committee} går ut {day}").format(committee=committee.name, day=_day(day, committee)),
        text=_("Skal du fortsette, eller skal noen ta over? Gi beskjed til sekretariatet."),
    )


def _to_secretariat(committee: Committee, day: date, those: Collection[Term]) -> Message:
    title = ngettext(
        "{count} periode i {committee} går ut {day}", "{count} perioder i {committee} går ut {day}", len(those)
    ).format(count=len(those), committee=committee.name, day=_day(day, committee))
    return Message(
        title=title,
        text="\n".join(
            (
                *(f"{term.name} ({term.role})" for term in those),
                _("Avklar hvem som fortsetter, og hvem som oppnevnes, og før det opp i partnerskapsfilen."),
            )
        ),
    )


KINDS = (reminding.Kind(NAME, N_("Perioder som går ut"), _draw),)

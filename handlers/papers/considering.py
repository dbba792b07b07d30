"""What a paper would become if it were stored now: of which meeting it is, whether it is there already, which earlier
version's place it takes, and what has to be asked. Nothing is stored by considering.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.papers.comparing import Changed, changes, plain, says_the_same
from handlers.papers.kept import from_json
from handlers.papers.matching import Clash, matched
from handlers.papers.planning import Planned, meeting_on, to_plan, unplanned
from handlers.papers.record import FollowUpRead, PaperKind, PaperRead
from handlers.papers.storing import MAKES_MINUTES, is_over, said
from handlers.papers.storing import known_to as register_for
from handlers.papers.whose import whose
from handlers.writing.language import _
from storage import minutes, papers
from storage.tables import Committee, Meeting, Paper


@dataclass
class Considered:
    """`stops`: why it cannot be stored, and what to do, in a sentence; `known`: the paper that says the same already.

    `committee` None: it is not certain, `likely` are those that it may be; `without_date`: it has none. `replaces`: the
    earlier versions whose place it takes, and `changes` what it says differently. `past`: how many things were to be
    done by now.
    """

    stops: str = ""
    known: Paper | None = None
    committee: Committee | None = None
    likely: Sequence[Committee] = ()
    without_date: bool = False
    meeting: Meeting | None = None
    replaces: Sequence[Paper] = ()
    changes: Sequence[Changed] = ()
    clashes: Sequence[Clash] = ()
    past: Sequence[FollowUpRead] = ()
    planned: Sequence[Planned] = ()
    unplanned: Sequence[date] = ()
    live: Sequence[str] = field(default_factory=list)

    @property
    def may_be_stored(self) -> bool:
        """Nothing is left to be said before it is."""
        return not (self.stops or self.known or self.committee is None or self.without_date)


async def consider(
    session: AsyncSession,
    read: PaperRead,
    digest: str,
    now: datetime,
    *,
    name: str = "",
    committee: Committee | None = None,
    paper_id: int | None = None,
) -> Considered:
    """Args:
    read: without what may be an identity number.
    committee: whose it is, where somebody has said so.
    paper_id: the paper's own id, if it waits already.
    """
    done = Considered(stops=why_refused(read))
    if done.stops:
        return done
    same_file = [each for each in await papers.of_digest(session, digest) if each.id != paper_id]
    if same_file:
        done.known = same_file[0]
        return done
    by_name = await papers.committees_by_name(session)
    if committee is None:
        found = whose(read.committee, read.date, by_name)
        done.committee, done.likely = found.certain, found.likely
    else:
        done.committee = committee
    done.without_date = read.date is None and read.kind is not PaperKind.PLAN
    if read.date is not None and read.date > local_day(now) and read.kind is not PaperKind.PLAN:
        done.stops = _ahead(read)
    if done.committee is None or done.without_date or done.stops:
        return done
    if done.committee.removed_at is None or read.kind is not PaperKind.PLAN:
        await _at_meeting(session, read, name, now, done, done.committee)
    return done


def why_refused(read: PaperRead) -> str:
    """Why such a paper is not stored, whatever it says; empty: it may be."""
    if read.refused:
        return read.why or _refused(read.kind)
    if read.kind in (PaperKind.CASE_PAPER, PaperKind.OTHER):
        return _refused(read.kind)
    if read.kind is PaperKind.PLAN and not read.next_meetings:
        return _("Jeg finner ingen møter i denne møteplanen, så det er ingenting å lagre.")
    if read.kind is not PaperKind.PLAN and not read.cases:
        return _("Jeg finner ingen saker i dette, så det er ingenting å lagre. Er det et referat, så prøv Word-filen.")
    return ""


def _refused(kind: PaperKind) -> str:
    if kind is PaperKind.CASE_PAPER:
        return _(
            "Dette er et saksframlegg, ikke et referat, så jeg lagrer det ikke. Les inn referatet eller "
            "saksprotokollen fra møtet."
        )
    return _(
        "Dette ser ikke ut som et referat, en innkalling eller en møteplan, så jeg lagrer det ikke. Er det likevel et "
        "referat, så se at det har utvalg, dato og saker med nummer eller overskrift."
    )


def _ahead(read: PaperRead) -> str:
    if read.kind is PaperKind.CONVOCATION:
        return _(
            "Møtet er ikke holdt ennå. Sakene til det meldes og settes på sakslisten her, så innkallingen lagres ikke."
        )
    assert read.date is not None  # noqa: S101 - asked before
    return _("Møtet er datert {day}, og det er fram i tid. Rett datoen.").format(day=dates.short_date(read.date))


async def _at_meeting(
    session: AsyncSession, read: PaperRead, name: str, now: datetime, done: Considered, committee: Committee
) -> None:
    known = await register_for(session, read)
    done.planned, done.unplanned = (
        to_plan(read, committee, known, now),
        unplanned(read, committee, known, now),
    )
    if read.kind is PaperKind.PLAN:
        new = [each for each in done.planned if not await meeting_on(session, each.committee, each.day, each.begins)]
        done.planned = new
        if not new:
            done.stops = _("Alle møtene i denne planen finnes fra før, eller mangler klokkeslett. Ingenting er lagret.")
        return
    day = read.date
    assert day is not None  # noqa: S101 - asked before
    to_do = {said(each): each for each in (*read.followups, *(each for case in read.cases for each in case.followups))}
    done.past = [each for each in to_do.values() if is_over(each, day, now)]
    done.meeting = await meeting_on(session, committee, day, read.begins)
    if done.meeting is not None:
        await _beside_others(session, read, name, done, committee, day)
    if done.stops or done.known:
        return
    laid = await papers.laid(session, done.meeting.id) if done.meeting is not None else None
    own = await versions(session, committee, done.replaces)
    found, clashes = await matched(session, committee, read, day, laid, own=own)
    done.clashes = clashes
    asked = {each.there for each in clashes}
    done.live = [
        each.item.number or each.item.title
        for each in found
        if each.item is not None
        and each.item.paper_id is None
        and each.item.proposer_id is not None
        # Whether these are the same is asked before anything is stored.
        and each.item.title not in asked
    ]


async def versions(session: AsyncSession, committee: Committee, replaces: Sequence[Paper]) -> set[int]:
    """The ids of every version of the same, back to the first: what any of them made is theirs."""
    days = {day for each in replaces if (day := from_json(each.read).date) is not None}
    found = {each.id for each in replaces}
    minutes_of_it = {each.kind in MAKES_MINUTES for each in replaces}
    for day in days:
        there = await papers.of_day(session, committee.id, day, replaced=True)
        found |= {each.id for each in there if (each.kind in MAKES_MINUTES) in minutes_of_it}
    return found


async def _beside_others(
    session: AsyncSession, read: PaperRead, name: str, done: Considered, committee: Committee, day: date
) -> None:
    """What is stored of the same meeting: written here, or read in before."""
    assert done.meeting is not None  # noqa: S101 - asked before
    row = await minutes.minutes(session, done.meeting.id)
    if row is not None and row.paper_id is None:
        done.stops = _("Referatet fra møtet {day} er skrevet i boten, og blir ikke erstattet av et papir.").format(
            day=dates.short_date(day)
        )
        return
    others = await papers.of_day(session, committee.id, day)
    of_kind = [each for each in others if (each.kind in MAKES_MINUTES) == (read.kind in MAKES_MINUTES)]
    if read.kind is PaperKind.CONVOCATION and any(each.kind in MAKES_MINUTES for each in others):
        done.known = next(each for each in others if each.kind in MAKES_MINUTES)
        return
    for each in of_kind:
        before = from_json(each.read)
        other_format = PurePath(each.name).suffix.casefold() != PurePath(name).suffix.casefold()
        if says_the_same(before, read) or (other_format and says_the_same(before, read, whole=False)):
            done.known = each
            return
        if read.kind is PaperKind.CASE_PROTOCOL and _is_within(read, before):
            done.known = each
            return
    if read.kind is PaperKind.CASE_PROTOCOL:
        return
    final = next((each for each in of_kind if not each.read.get("draft")), None)
    if read.draft and final is not None and final.kind != PaperKind.CASE_PROTOCOL:
        done.stops = _(
            "Dette er et utkast. Det endelige referatet fra møtet er lest inn fra før («{file}»), så utkastet lagres "
            "ikke."
        ).format(file=final.name)
        return
    done.replaces = of_kind
    if of_kind:
        done.changes = changes(from_json(of_kind[-1].read), read)


def _is_within(part: PaperRead, whole: PaperRead) -> bool:
    """Whether all that the paper of one case says stands in the whole minutes."""
    said = {(plain(case.number or case.title), plain(text)) for case in whole.cases for text in (*case.decisions, "")}
    return all(
        (plain(case.number or case.title), plain(text)) in said for case in part.cases for text in (*case.decisions, "")
    )

"""`bot import` without `--json`: old papers are read, shown, and stored once somebody has said yes.

Each file is stored in a transaction of its own. So what was stored when something stops halfway is stored, and whoever
gives the same files again is told which these are.
"""

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.commands.database import opened
from bot.commands.import_papers import Outcome, outcome_of, papers_of, said_of
from bot.commands.load import NEEDS_YES
from bot.commands.trouble import stop
from config.settings import Settings
from handlers.calendar import dates
from handlers.calendar.clock import SystemClock
from handlers.calendar.written import parse_date
from handlers.errors import BotError
from handlers.papers import settling, words
from handlers.papers.considering import Considered, consider
from handlers.papers.guarding import Guarded, cleared_name, guard
from handlers.papers.record import PaperKind
from handlers.papers.storing import Choices, Stored
from handlers.writing.language import _, ngettext
from storage import committees, papers
from storage.database import Database
from storage.tables import Committee, PaperStatus

_YES = frozenset({"ja", "j", "yes", "y"})
_WIDE = 14


class Sum(NamedTuple):
    """How many files came to what."""

    stored: int = 0
    known: int = 0
    left: int = 0
    unread: int = 0

    def __str__(self) -> str:
        parts = [
            ngettext("{n} lagret", "{n} lagret", self.stored).format(n=self.stored),
            ngettext("{n} fantes fra før", "{n} fantes fra før", self.known).format(n=self.known) if self.known else "",
            ngettext("{n} ikke lagret", "{n} ikke lagret", self.left).format(n=self.left) if self.left else "",
            ngettext("{n} kunne ikke leses", "{n} kunne ikke leses", self.unread).format(n=self.unread)
            if self.unread
            else "",
        ]
        return ", ".join(filter(None, parts)) + "."


class _File(NamedTuple):
    name: str
    digest: str
    guarded: Guarded
    committee: Committee | None
    considered: Considered


class Importing:
    """Some files and one database. `asks`: there is somebody to ask."""

    def __init__(self, database: Database, *, yes: bool, committee: str, asks: bool) -> None:
        self._database = database
        self._yes = yes
        self._committee = committee
        self._asks = asks
        self.needs_yes = False

    async def run(self, given: Sequence[Path]) -> Sum:
        """Each file in turn, with a line for it."""
        paths = papers_of(given)
        done = Sum()
        for number, path in enumerate(paths, 1):
            # Reading takes a while: not on the loop.
            outcome = await asyncio.to_thread(outcome_of, path)
            print(f"{number}/{len(paths)} {cleared_name(path.name)}: {said_of(outcome)}", flush=True)
            if outcome.problem:
                done = done._replace(unread=done.unread + 1)
                continue
            try:
                done = await self._one(outcome, done)
            except BotError as error:
                print(f"  {error}")
                done = done._replace(left=done.left + 1)
        return done

    async def _one(self, outcome: Outcome, done: Sum) -> Sum:
        found = await self._considered(outcome)
        if found.considered.stops or found.considered.known is not None:
            if not outcome.read.refused:
                print(f"  {words.stops(found.considered)}")
            if found.considered.known is not None:
                return done._replace(known=done.known + 1)
            return done._replace(left=done.left + 1)
        found = await self._put_right(found)
        said = words.stops(found.considered)
        if said:
            print(f"  {said} {self._how(found)}".rstrip())
            return done._replace(left=done.left + 1)
        print(_table(found), flush=True)
        choices = self._choices(found)
        if choices is None:
            return done._replace(left=done.left + 1)
        stored = await self._store(found, choices)
        print("  " + "\n  ".join((_("Lagret: {what}.").format(what=words.stored(stored)), *words.beside(stored))))
        return done._replace(stored=done.stored + 1)

    async def _considered(self, outcome: Outcome) -> _File:
        with outcome.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        guarded = guard(outcome.read)
        async with self._database.transaction() as session:
            owner = None
            if self._committee:
                owner = await committees.named(session, self._committee, _now().date())
                if owner is None:
                    stop(_("Fant ikke utvalget «{name}».").format(name=self._committee))
            name = cleared_name(outcome.path.name)
            considered = await consider(session, guarded.read, digest, _now(), name=name, committee=owner)
            session.expunge_all()
            await session.rollback()
        return _File(name, digest, guarded, owner, considered)

    async def _again(self, found: _File) -> _File:
        async with self._database.transaction() as session:
            considered = await consider(
                session, found.guarded.read, found.digest, _now(), name=found.name, committee=found.committee
            )
            session.expunge_all()
            await session.rollback()
        return found._replace(considered=considered)

    async def _put_right(self, found: _File) -> _File:
        """Ask for the committee and the date, where the paper does not tell them."""
        if not self._asks or self._yes:
            return found
        if found.considered.committee is None:
            async with self._database.transaction() as session:
                active = await committees.active(session)
                session.expunge_all()
            listed = ", ".join(each.key for each in active)
            named = found.guarded.read.committee or "–"
            answer = self._ask(
                _("Utvalg i papiret: {named}. Hvilket er det ({keys})? ").format(named=named, keys=listed)
            )
            owner = next((each for each in active if each.key.casefold() == answer.casefold()), None)
            if owner is None:
                return found
            found = await self._again(found._replace(committee=owner))
        if found.considered.without_date:
            answer = self._ask(_("Dato for møtet (for eksempel 12.3.2019): "))
            try:
                found.guarded.read.date = parse_date(answer, _now().year)
            except ValueError as error:
                print(f"  {error}")
                return found
            found = await self._again(found)
        return found

    def _how(self, found: _File) -> str:
        """What to do about it, where nobody is asked."""
        if found.considered.committee is None:
            return _("Gi utvalget med {option}, eller før opp navnet som alias i filen.").format(option="--committee")
        return ""

    def _choices(self, found: _File) -> Choices | None:
        """What was answered; None: it is not to be stored."""
        if self._yes:
            # What nobody was asked about is not made one.
            return Choices(another=bool(found.considered.clashes))
        if not self._asks:
            self.needs_yes = True
            return None
        if not self._agreed(_("Lagre? Skriv ja: ")):
            return None
        considered = found.considered
        follow = bool(considered.past) and self._agreed(
            ngettext(
                "{count} oppfølging fra {year} skulle vært gjort innen nå. Skal den følges opp? Skriv ja: ",
                "{count} oppfølginger fra {year} skulle vært gjort innen nå. Skal de følges opp? Skriv ja: ",
                len(considered.past),
            ).format(count=len(considered.past), year=words.years(considered, found.guarded.read))
        )
        same = not considered.clashes or self._agreed(_("Er sakene med samme nummer de samme sakene? Skriv ja: "))
        plan = (
            bool(considered.planned)
            and found.guarded.read.kind is not PaperKind.PLAN
            and self._agreed(_("Skal møtene papiret nevner, i møteplanen? Skriv ja: "))
        )
        return Choices(follow=follow, another=not same, plan_next=plan)

    async def _store(self, found: _File, choices: Choices) -> Stored:
        owner = found.considered.committee
        assert owner is not None  # noqa: S101 - asked before
        async with self._database.transaction() as session:
            paper = await settling.wait(session, found.name, found.digest, found.guarded, owner.id, None, _now())
            return await settling.store(session, paper, choices, None, _now())

    @staticmethod
    def _ask(question: str) -> str:
        print(f"  {question}", end="", flush=True)
        return sys.stdin.readline().strip()

    def _agreed(self, question: str) -> bool:
        return self._ask(question).casefold() in _YES


def _now() -> datetime:
    return SystemClock().now()


def _table(found: _File) -> str:
    """What was read, as a table to be looked over before it is stored."""
    read, considered = found.guarded.read, found.considered
    there, away = words.names(read)
    facts = [
        (_("Utvalg"), considered.committee.name if considered.committee is not None else ""),
        (_("Dato"), dates.short_date(read.date) if read.date else ""),
        (_("Tid"), words.clocks(read)),
        (_("Sted"), read.place or ""),
        (_("Til stede"), there),
        (_("Forfall"), away),
        (_("Dekning"), words.coverage(read.coverage)),
    ]
    lines = [f"  {label:<{_WIDE}} {value}" for label, value in facts if value]
    for case in read.cases:
        lines.append(f"  • {words.case_title(case)}")
        lines += [f"      {line}" for line in words.case(case).splitlines()]
    lines += [f"  {_('Møte')}: {each}" for each in words.planned(considered)]
    told = [words.unplanned(considered.unplanned), words.taken(found.guarded.taken)]
    lines += [f"  ! {each}" for each in (*told, *words.unsure(read, found.guarded.doubts)) if each]
    if considered.replaces:
        files = ", ".join(f"«{each.name}»" for each in considered.replaces)
        lines.append("  " + _("Ny utgave av {files}. Dette er endret:").format(files=files))
        lines += [f"    {each}" for each in words.differences(considered)]
    lines += [f"  ! {each}" for each in words.clashes(considered)]
    return "\n".join(lines)


# --- the commands -------------------------------------------------------------------------------------------


async def import_files(settings: Settings, given: Sequence[Path], *, yes: bool, committee: str) -> bool:
    """Store what is agreed to; whether all could be read. Stops with `NEEDS_YES` where there was nobody to ask."""
    async with opened(settings, patient=True) as database:
        importing = Importing(database, yes=yes, committee=committee, asks=sys.stdin.isatty())
        done = await importing.run(given)
    print(done)
    if importing.needs_yes:
        stop(
            _("Ingenting er lagret uten at noen sier ja. Er det riktig lest, så kjør igjen med {option}.").format(
                option="--yes"
            ),
            NEEDS_YES,
        )
    return not done.unread


async def list_imports(settings: Settings) -> None:
    """A line for each paper that was read in, the newest first."""
    async with opened(settings, patient=True) as database, database.transaction() as session:
        found = await papers.listed(session, None)
        lines = [
            "  ".join(
                (
                    f"{each.paper.id:>5}",
                    each.paper.at.date().isoformat(),
                    _(words.STATUS[PaperStatus(each.paper.status)]),
                    each.committee or "–",
                    str(each.paper.read.get("date") or "–"),
                    _(words.KINDS[PaperKind(each.paper.kind)]),
                    each.paper.name,
                )
            )
            for each in found
        ]
    print("\n".join(lines) or _("Ingen gamle papirer er lest inn."))


async def undo_import(settings: Settings, number: int, *, yes: bool) -> None:
    """Take one import back, once somebody has said yes."""
    try:
        async with opened(settings, patient=True) as database:
            async with database.transaction() as session:
                row = await papers.paper(session, number)
                if row is None:
                    stop(
                        _("Det er ingen innlesing {number}. Se dem med {option}.").format(
                            number=number, option="--list"
                        )
                    )
                name = row.name
            if not yes:
                if not sys.stdin.isatty():
                    stop(_("Ingenting er endret. Kjør igjen med {option}.").format(option="--yes"), NEEDS_YES)
                question = _("Ta tilbake alt som kom fra «{file}»? Skriv ja: ").format(file=name)
                print(question, end="", file=sys.stderr, flush=True)
                if sys.stdin.readline().strip().casefold() not in _YES:
                    stop(_("Ingenting er endret."), NEEDS_YES)
            async with database.transaction() as session:
                row = await papers.paper(session, number, lock=True)
                assert row is not None  # noqa: S101 - papers are never deleted
                done = await settling.undo(session, row, None, _now())
                said = words.undone(done)
    except BotError as error:
        stop(str(error))
    print("\n".join(filter(None, (_("«{file}» er tatt tilbake.").format(file=name), said))))

"""Loading the partnership file from the command line: what it would remove is named, and asked about first."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.commands.database import opened
from bot.commands.trouble import stop
from config.customary_days import customary_days
from config.partnership_file import PartnershipFileError, read
from config.school_holidays import school_holidays as school_holidays_list
from config.settings import Settings
from handlers.calendar import customary, school_holidays
from handlers.calendar.clock import SystemClock
from handlers.calendar.zone import local_day
from handlers.partnership.differing import Difference, Holds
from handlers.partnership.example import may_be_loaded
from handlers.partnership.load import load
from handlers.partnership.model import Partnership
from handlers.partnership.removals import Removals
from handlers.partnership.rows import Changes
from handlers.planning.lines import stored_lines
from handlers.writing.language import _
from storage import deliveries
from storage.database import Database

EXAMPLE = Path(__file__).parents[2] / "config" / "partnership.example.yaml"
NEEDS_YES = 3
"""The exit code where something would be removed, and nobody has said that it may."""
_YES = frozenset({"ja", "j", "yes", "y"})
_FILE, _BOT = frozenset({"f", "fil", "filen", "file"}), frozenset({"b", "bot", "boten"})
_ALL = frozenset({"alle", "all"})


async def load_alone(settings: Settings, path: Path, *, dry_run: bool, yes: bool, plan: Holds | None = None) -> None:
    """`bot load`: say what changed, or with `dry_run` what would. `plan`: which holds, where the file and the bot say
    different things of a meeting; None: whoever loads is asked, or what the bot has stays."""
    partnership = _read(path)
    for warning in partnership.warnings:
        print(warning, file=sys.stderr)
    async with _loading(settings, partnership, path) as loading:
        changes = await loading.run(dry_run=dry_run, yes=yes, plan=plan, ask=sys.stdin.isatty(), look=True)
    for line in loading.looked:
        print(line, file=sys.stderr)
    print(str(changes))
    if dry_run and changes.removals:
        print(str(changes.removals))


async def load_at_start(settings: Settings, *, yes: bool) -> None:
    """`bot run`: load PARTNERSHIP_FILE; without it the example, unless the database has another partnership."""
    path = settings.partnership_file or EXAMPLE
    async with _loading(settings, _read(path), path) as loading:
        if settings.partnership_file is None and not await loading.is_for_this_database():
            sentence = _(
                "Databasen har et helsefellesskap fra før, så eksempelet lastes ikke inn. Sett PARTNERSHIP_FILE for å "
                "laste inn din egen fil."
            )
            print(sentence, file=sys.stderr)
            return
        # A program that starts asks nothing of what it has.
        changes = await loading.run(dry_run=False, yes=yes)
        for difference in changes.differences:
            print(_("! {difference}. Det som står i boten, gjelder.").format(difference=difference), file=sys.stderr)


def _read(path: Path) -> Partnership:
    try:
        return read(path, local_day(SystemClock().now()))
    except PartnershipFileError as error:
        stop(str(error))


@asynccontextmanager
async def _loading(settings: Settings, partnership: Partnership, path: Path) -> AsyncIterator["_Loading"]:
    school_holidays.install(school_holidays_list)
    customary.install(customary_days)
    async with opened(settings, patient=True) as database:
        yield _Loading(database, partnership, path)


class _Loading:
    """One file and one database."""

    def __init__(self, database: Database, partnership: Partnership, path: Path) -> None:
        self._database = database
        self._partnership = partnership
        self._path = path
        self._is_example = path.resolve() == EXAMPLE.resolve()
        self._said: dict[Difference, Holds] = {}
        """What whoever loads has answered."""
        self.looked: Sequence[str] = ()
        """What is to be looked at in the meeting plans, as they are after loading: a line each; if `run` is to look."""

    async def is_for_this_database(self) -> bool:
        """Whether the example may go into the database."""
        async with self._database.transaction() as session:
            return await may_be_loaded(session, self._partnership)

    async def run(
        self, *, dry_run: bool, yes: bool, plan: Holds | None = None, ask: bool = False, look: bool = False
    ) -> Changes:
        """Load it. If something would be removed, nothing is until somebody has said yes to just that. `ask`: which
        holds, where the file and the bot say different things of a meeting; else as `plan` says, or the bot's. `look`:
        at the meeting plans too, which takes longer than the rest."""
        agreed = Removals()
        while True:
            asking = ask and plan is None and not dry_run
            changes, is_done = await self._try(
                dry_run=dry_run, agreed=None if yes else agreed, plan=plan, asking=asking, look=look
            )
            if is_done or dry_run:
                return changes
            if asking and any(each not in self._said for each in changes.differences):
                self._ask_which([each for each in changes.differences if each not in self._said])
                continue
            # Nothing is locked while somebody makes up their mind.
            self._ask(changes.removals)
            agreed = changes.removals

    async def _try(
        self, *, dry_run: bool, agreed: Removals | None, plan: Holds | None, asking: bool, look: bool
    ) -> tuple[Changes, bool]:
        """What it changes, and whether it is done. `agreed`: what may be removed; None: anything. `asking`: what the
        file and the bot differ in is asked about first."""
        now = SystemClock().now()

        def decide(difference: Difference) -> Holds:
            return plan or self._said.get(difference, Holds.BOT_FOR_NOW)

        async with self._database.transaction() as session:
            changes = await load(session, self._partnership, now, is_example=self._is_example, decide=decide)
            await session.flush()
            if look:
                self.looked = await stored_lines(session, now)
            unanswered = asking and any(each not in self._said for each in changes.differences)
            if dry_run or unanswered or (changes.removals and agreed is not None and changes.removals != agreed):
                await session.rollback()
                return changes, False
            if changes:
                # A workspace may be new.
                await deliveries.retry_waiting(session, now)
        return changes, True

    def _ask_which(self, differences: Sequence[Difference]) -> None:
        """Ask on the terminal which holds, of each or of all; an empty line lets the bot's stay, for now."""
        print(_("Filen og boten sier ikke det samme om disse møtene:"), file=sys.stderr)
        for number, difference in enumerate(differences, 1):
            place = _("{number} av {count}").format(number=number, count=len(differences))
            print(f"{place}. {difference}", file=sys.stderr)
            print(
                _(
                    "Hva gjelder? Skriv filen eller boten (med alle bak: for alle), eller send en tom linje for å "
                    "vente: "
                ),
                end="",
                file=sys.stderr,
                flush=True,
            )
            line = sys.stdin.readline()
            # Whoever ends what they type has no more to say.
            words = line.casefold().split() if line else list(_ALL)
            said = Holds.BOT_FOR_NOW
            if not _FILE.isdisjoint(words):
                said = Holds.FILE
            elif not _BOT.isdisjoint(words):
                said = Holds.BOT
            for each in differences[number - 1 :] if not _ALL.isdisjoint(words) else (difference,):
                self._said[each] = said
            if not _ALL.isdisjoint(words):
                return

    def _ask(self, removals: Removals) -> None:
        """Ask on the terminal whether they may go; stop if not, or if there is nobody to ask."""
        print(str(removals), file=sys.stderr)
        if not sys.stdin.isatty():
            sentence = _(
                "Ingenting er endret. Er dette meningen, så skriv: {command}\n"
                "Er det ikke, så sjekk at det er riktig fil og riktig database."
            )
            stop(sentence.format(command=f"python -m bot load {self._path} --yes"), NEEDS_YES)
        print(_("Skriv ja for å gå videre: "), end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in _YES:
            stop(_("Ingenting er endret."), NEEDS_YES)

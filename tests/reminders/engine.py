"""Reminders of kinds made for tests, laid and handed over in the small partnership."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.chores import Doer
from handlers.capability import Action, Capability
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Does, Fact, Message
from handlers.people.context import Context
from handlers.registry import Registry
from handlers.reminded import capability as reminded
from handlers.reminders.kind import Due, Kind, Reason, Reminding
from handlers.reminders.laying import Change, lay
from handlers.reminders.wishes import Wishes
from storage.tables import Reminder, ReminderWishes
from tests.clock import FixedClock
from tests.everything import CAPABILITY as HELP
from tests.surface import FakeSurface
from tests.world import World

DAY = timedelta(days=1)


class Do(Does):
    """What the buttons of these reminders do."""

    ANSWER = "lek.svar"
    LEAVE = "lek.la_sta"


class Engine(FakeSurface):
    """Two kinds of reminders, `lek.a`, which somebody may turn off, and `lek.b`. `reasons`: why what (by occurrence)
    is not said. `broken`: kinds that cannot be drawn. `asked`: how often a kind was asked to draw."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        self.reasons: dict[str, Reason] = {}
        self.broken: set[str] = set()
        self.asked = 0
        toys = Capability(
            name="lek",
            does=Do,
            actions=(Action(Do.ANSWER, self._answer), Action(Do.LEAVE, self._leave)),
            reminders=(
                Kind("lek.a", "A", partial(self._draw, "lek.a"), lambda count: f"{count} A-er"),
                Kind("lek.b", "B", partial(self._draw, "lek.b"), optional=False),
            ),
        )
        super().__init__(world, clock, Registry((HELP, toys, reminded.over((toys,)))))
        self.doer = Doer(world.database, clock)

    async def _draw(
        self, kind: str, _session: AsyncSession, dues: Sequence[Due], _now: datetime
    ) -> Mapping[int, Callable[[], Message] | Reason]:
        self.asked += 1
        if kind in self.broken:
            raise ValueError("Noe som noen har skrevet")
        return {due.id: self.reasons.get(due.occurrence) or partial(_text, due) for due in dues}

    async def _answer(self, _context: Context, arguments: Mapping[str, str]) -> Reply:
        again = Button(label="Angre", action=Do.LEAVE, arguments={"what": arguments["what"]})
        return Message(title=f"Svart på {arguments['what']}", buttons=(again,), replace=True)

    async def _leave(self, _context: Context, arguments: Mapping[str, str]) -> Reply:
        return Message(title=f"Sett på {arguments['what']}")

    async def lay(self, *wanted: Reminding, subjects: Sequence[str] = ("lek:1",)) -> Change:
        """Make what is pending about these subjects, of both kinds, equal to this."""
        about = {*subjects, *(each.subject for each in wanted)}
        async with self.world.database.transaction() as session:
            return await lay(session, sorted(about), ["lek.a", "lek.b"], wanted, self.clock.now())

    def wanted(
        self,
        occurrence: str,
        after: timedelta = timedelta(0),
        *,
        who: str = "member",
        kind: str = "lek.a",
        subject: str = "lek:1",
        ends: timedelta | None = DAY * 30,
    ) -> Reminding:
        """A reminder `after` so long; it makes no sense any more after `ends`."""
        now = self.clock.now()
        person = self.world.people[who]
        return Reminding(kind, occurrence, person, subject, now + after, now + ends if ends is not None else None)

    async def tick(self, *, arriving: bool = True) -> int:
        """Hand over what is due, and let it arrive; how many messages that wrote."""
        written = sum([await self.doer.do(chore) for chore in self.bot.registry.chores])
        if arriving:
            await self.arrive()
        return written

    async def wish(self, who: str, wishes: Wishes) -> None:
        async with self.world.database.transaction() as session:
            row = ReminderWishes(
                person_id=self.world.people[who], wishes=wishes.model_dump(mode="json"), changed_at=self.clock.now()
            )
            await session.merge(row)

    async def rows(self) -> dict[str, Reminder]:
        """By occurrence."""
        async with self.world.database.reading() as session:
            return {row.occurrence: row for row in await session.scalars(select(Reminder).order_by(col(Reminder.id)))}

    async def became(self) -> dict[str, str]:
        """What has become of each, with the reason."""
        return {name: f"{row.status} {row.reason}".strip() for name, row in (await self.rows()).items()}


def _text(due: Due) -> Message:
    buttons = tuple(
        Button(label=label, action=do, arguments={"what": due.occurrence})
        for label, do in (("Svar", Do.ANSWER), ("Se", Do.LEAVE))
    )
    return Message(
        title=f"Husk {due.occurrence}", facts=(Fact(label="Slag", value=due.subject),), buttons=buttons, small="Lite"
    )

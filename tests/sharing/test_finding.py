"""Finding something to put before others: every role, against what it must not be told; and how much it asks of the
database, however many read there and however much is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from handlers.capabilities import registry
from handlers.messages.offers import Offers
from handlers.people.audience import PUBLIC, Reader, Readers, audience_of
from handlers.people.context import Context
from storage.tables import MinutesStatus
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import READERS
from tests.meetings.cast import MEMBERS, OF_CASE, OF_MINUTES, OPEN_TITLE, ROLES, Scene
from tests.meetings.convocation.steps import put
from tests.sharing.steps import HOSPITAL, MUNICIPALITY, channel, on_platforms, team
from tests.world import HOSPITAL_TEAM, World

SECRET = (*OF_CASE, *OF_MINUTES)
OF_THE_CASE = {"clinician", "registrar"}
HIDDEN = ("2/2026", "hemmelig", "personalsak", "hemmelig konklusjon")


@pytest.fixture
async def scene(small_world: World, clock: FixedClock) -> Scene:
    found = await cast.decided(small_world, clock, MinutesStatus.PUBLISHED)
    await found.surface.worker.do_chores()
    await on_platforms(small_world, *HOSPITAL, *MUNICIPALITY, seen_at=clock.now())
    return found


def said(found: Offers) -> str:
    return f"{found.found} {found.why}"


async def test_each_role_finds_what_it_may_and_is_told_of_nothing_else(scene: Scene) -> None:
    wrong: list[str] = []
    for who, role in ROLES.items():
        if who == "removed":
            continue

        async def tried(context: Context, who: str = who, role: str = role) -> None:
            alone = await audience_of(context, channel(who) if who in HOSPITAL else team(who))
            for audience in (alone, PUBLIC):
                for name, finder in registry().finders.items():
                    for text in (*HIDDEN, ""):
                        found = await finder.find(context, audience, text, 0, 25)
                        # What was typed is shown again.
                        told = said(found).replace(text, "") if text else said(found)
                        wrong.extend(f"{role}, {name}, «{text}»: {each}" for each in SECRET if each in told)
                        knows = who in MEMBERS | OF_THE_CASE
                        if found.hidden and not knows:
                            wrong.append(f"{role}, {name}, «{text}»: is told that there is something")
                    found = await finder.find(context, audience, "opplæring", 0, 25)
                    opened = any(OPEN_TITLE in each.title for each in found.found)
                    if opened != (who in READERS):
                        wrong.append(f"{role}, {name}, the open case: {said(found):.200}")

        await scene.run(tried, who)
    assert wrong == [], "\n".join(wrong)


@contextmanager
def counted(scene: Scene) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = scene.surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def test_a_fixed_number_of_statements_however_many_read_and_however_much_is_found(scene: Scene) -> None:
    few = channel("member", "secretary")
    assert few.people is not None
    many = Readers("slack", (HOSPITAL_TEAM,), [*few.people, *(Reader(f"U-{number}") for number in range(50))])
    world = scene.surface.world

    async def asked(there: Readers, text: str) -> int:
        async def use(context: Context) -> None:
            with counted(scene) as statements:
                audience = await audience_of(context, there)
                found = await registry().finders["sak"].find(context, audience, text, 0, 25)
            assert found.found
            numbers.append(len(statements))

        numbers: list[int] = []
        await scene.run(use, "member")
        return numbers[0]

    before = [await asked(there, text) for there in (few, many) for text in ("opplæring", "")]
    for number in range(3, 15):
        await put(world, f"Opplæring {number}", number)
    await scene.surface.worker.do_chores()
    after = [await asked(there, text) for there in (few, many) for text in ("opplæring", "")]
    assert before[2] <= before[0] + 3, "what is public of those that not everybody may see"
    assert all(later <= earlier + 2 for earlier, later in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 20

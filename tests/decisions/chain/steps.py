"""Decisions on their way, as people and the clock bring them on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import Do as PartyDo
from handlers.dialogs.dialog import Form
from handlers.messages.message import Does, Message
from storage.follow_ups import HISTORY
from storage.history import Event
from storage.tables import Account, FollowUp, Organisation, Person
from tests.decisions import steps
from tests.decisions.steps import Decided
from tests.kept_world import kept
from tests.surface import FakeSurface, form, message
from tests.world import World

PLAN, RECOMMENDED = "Felles plan for hjemmesykehus", "Partene tilrås å opprette hjemmesykehus."
PARTIES = ("nordre", "søndre", "vestre", "østre")


def called(key: str) -> str:
    """The name of the party with this key."""
    return f"{key.title()} Eksempel kommune"


async def with_parties(world: World, clock: Any, keys: Sequence[str] = PARTIES, *, off: Sequence[str] = ()) -> None:
    """Municipalities, each with somebody who answers for it, called as the party; those in `off` have nobody."""
    async with world.database.transaction() as session:
        for key in keys:
            email = f"{key}@example.org"
            contacts = [] if key in off else [email]
            row = Organisation(key=key, name=called(key), kind="municipality", contacts=contacts)
            session.add(row)
            await session.flush()
            person = Person(organisation_id=row.id, name=f"Eksempel {key.title()}", email=email)
            session.add(person)
            await session.flush()
            world.people[key] = person.id
            user = str(person.id)
            session.add(
                Account(
                    person_id=person.id,
                    surface="local",
                    workspace="local",
                    user_id=user,
                    reach={"user": user, "channel": user},
                    seen_at=clock.now(),
                )
            )


async def organisations(world: World) -> dict[str, int]:
    """The ids of the parties by key."""
    async with world.database.transaction() as session:
        return {row.key: row.id for row in await session.scalars(select(Organisation))}


@kept
async def recommended(surface: FakeSurface, **more: Any) -> Decided:
    """FSU has decided something that each party is to decide for itself."""
    return await steps.decide(surface, PLAN, RECOMMENDED, **more)


async def press(surface: FakeSurface, who: str, action: Does, **arguments: object) -> Any:
    given = {name: str(value) for name, value in arguments.items()}
    return await surface.bot.press(surface.world.sender(who), action, given)


async def send(surface: FakeSurface, entry_id: int, *keys: str, who: str = "secretary", **given: Any) -> Message:
    """The secretariat sends it to these parties; to all of them, if none is named."""
    opened = form(await press(surface, who, Do.SEND, entry=entry_id))
    ids = await organisations(surface.world)
    parties = [str(ids[key]) for key in keys] if keys else ["alle"]
    return message(await surface.submit(who, opened, {"parties": parties, **given}))


async def to_answer(surface: FakeSurface, who: str, leg_id: int, **more: object) -> Form:
    return form(await press(surface, who, PartyDo.ANSWER, leg=leg_id, **more))


async def answer(surface: FakeSurface, key: str, what: str, *, who: str = "", **given: Any) -> Message:
    """A party answers, by whoever answers for it."""
    leg_id = (await legs(surface.world))[key].id
    opened = await to_answer(surface, who or key, leg_id)
    return message(await surface.submit(who or key, opened, {"answer": what, **given}))


async def legs(world: World) -> dict[str, FollowUp]:
    """What each party was asked, by its key; the last of several."""
    async with world.database.transaction() as session:
        rows = await session.execute(
            select(Organisation.key, FollowUp)  # type: ignore[call-overload]
            .join(FollowUp, col(FollowUp.owner_organisation_id) == col(Organisation.id))
            .where(col(FollowUp.recommended))
            .order_by(col(FollowUp.id))
        )
        return {row[0]: row[1] for row in rows}


async def legs_of(world: World, entry_id: int) -> dict[str, FollowUp]:
    """The same of one decision."""
    async with world.database.transaction() as session:
        rows = await session.execute(
            select(Organisation.key, FollowUp)  # type: ignore[call-overload]
            .join(FollowUp, col(FollowUp.owner_organisation_id) == col(Organisation.id))
            .where(col(FollowUp.recommended), col(FollowUp.entry_id) == entry_id)
        )
        return {row[0]: row[1] for row in rows}


async def follow_up(world: World, follow_up_id: int) -> FollowUp:
    async with world.database.transaction() as session:
        return await session.get_one(FollowUp, follow_up_id)


async def events(world: World, follow_up_id: int) -> list[Event]:
    async with world.database.transaction() as session:
        return list(await HISTORY.events(session, follow_up_id))


async def picture(surface: FakeSurface, entry_id: int, who: str = "member") -> Message:
    """Where it stands, as `who` sees it."""
    return message(await press(surface, who, Do.SHOW, entry=entry_id))


def told(shown: Message) -> str:
    """All that is read of it."""
    parts = [shown.title, shown.text]
    for section in (shown, *shown.sections):
        parts += [section.title, section.text, *(f"{fact.label}: {fact.value}" for fact in section.facts)]
    return "\n".join(dict.fromkeys(filter(None, [*parts, shown.small])))


async def titles(surface: FakeSurface, who: str) -> list[str]:
    """The titles of what `who` has got, as it stands now."""
    return [shown.title for shown in await surface.inbox(who)]


async def newest(surface: FakeSurface, who: str, title: str) -> Message:
    """The last message to `who` whose title has this in it."""
    found = [shown for shown in await surface.inbox(who) if title in shown.title]
    assert found, await titles(surface, who)
    return found[-1]


async def clock_says(surface: FakeSurface, **later: float) -> None:
    """Time passes, and the clock does what is due, until nothing more is."""
    surface.clock.forward(timedelta(**later))
    for _again in range(4):
        await surface.worker.do_chores()

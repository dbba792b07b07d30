"""Everybody who might look at a report, in every role, and a report in every state: what access is tried with."""

from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.capabilities import registry
from handlers.capability import File
from handlers.dialogs.dialog import Form, Reply
from handlers.errors import BotError, NotAllowed
from handlers.messages.message import Message
from handlers.people.context import Actor, Context
from handlers.people.recognising import recognise
from storage import deviations
from storage.tables import (
    Account,
    Deviation,
    DeviationStatus,
    Organisation,
    Person,
    StaffRole,
    Unit,
    UnitStaff,
    Workplace,
)
from tests.clock import FixedClock
from tests.deviations import steps
from tests.kept_world import kept
from tests.surface import FakeSurface
from tests.world import World

# --- who there is ------------------------------------------------------------------------------------------

# name: (organisation, {unit: role}); a role of None: works there, and nothing more.
NEWCOMERS: Mapping[str, tuple[str, Mapping[str, StaffRole | None]]] = {
    "wardmate": ("hospital", {"ortho": None}),
    "head": ("hospital", {"medical": StaffRole.LEADER}),
    "standin": ("municipality", {"homecare": StaffRole.DEPUTY}),
    "second": ("municipality", {"homecare": StaffRole.HANDLER}),
    "matron": ("municipality", {"nursinghome": StaffRole.LEADER}),
    "assistant": ("municipality", {"nursinghome": StaffRole.HANDLER}),
    "former": ("neighbour", {"elsewhere": StaffRole.HANDLER}),
    "foreigner": ("neighbour", {"faraway": StaffRole.HANDLER}),
    "mayor": ("neighbour", {"faraway": StaffRole.LEADER}),
    "neighbour": ("neighbour", {}),
    "retired": ("municipality", {"homecare": StaffRole.HANDLER}),
    "coming": ("municipality", {"homecare": StaffRole.HANDLER}),
    "removed": ("municipality", {"homecare": StaffRole.HANDLER}),
}
ROLES: Mapping[str, str] = {
    "clinician": "the reporter",
    "wardmate": "another clinician of the reporter's unit",
    "chief": "the leader of the reporter's unit",
    "surgeon": "a handler of the reporter's own unit",
    "registrar": "a deputy in the reporter's own unit",
    "internist": "a handler of another unit on the reporter's side",
    "head": "the leader of another unit on the reporter's side",
    "nurse": "the handler who has taken it",
    "second": "another handler of the unit",
    "standin": "a deputy of the unit",
    "manager": "the unit's leader",
    "matron": "the leader of another unit of the same organisation",
    "assistant": "a handler of another unit of the same organisation",
    "carer": "a clinician of the same organisation",
    "former": "a handler of the unit that had it first, and sent it on",
    "foreigner": "a handler in another organisation",
    "mayor": "a leader in another organisation",
    "neighbour": "a clinician in another organisation",
    "secretary": "a committee's secretary on one side",
    "deputy": "a committee's secretary on the other side",
    "member": "a committee member on one side",
    "colleague": "a committee member on the other side",
    "observer": "a committee's observer",
    "retired": "who left the unit yesterday",
    "coming": "who joins the unit tomorrow",
    "removed": "who has been removed from the partnership",
}
NO_ACCESS = "removed"
"""Not known any more: nothing at all."""

Who = Set[str]
REPORTER: Who = {"clinician"}
NEAREST: Who = {"chief"}
REPORTERS_LEADERS: Who = {"chief", "head"}
UNIT: Who = {"nurse", "second", "standin", "manager"}
READERS: Who = UNIT | {"matron"}
SENT_IT_ON: Who = {"former"}
EVERYBODY: Who = set(ROLES) - {NO_ACCESS}
NOBODY: Who = set()


@dataclass(frozen=True)
class State:
    """A state a report can be in. `sent`: the other side has got it."""

    status: DeviationStatus
    sent: bool = True


STATES = (
    State(DeviationStatus.AT_LEADER, sent=False),
    *(State(status) for status in DeviationStatus if status is not DeviationStatus.AT_LEADER),
    State(DeviationStatus.WITHDRAWN, sent=False),
)

# --- the scene ---------------------------------------------------------------------------------------------

SECRETS = (steps.DESCRIPTION, "AVV-2026", "Legemidler", "Clinician", "Hjemmetjenesten", "Eksempel sykehus", "Nurse")
"""Nothing of this stands in what somebody reads who may not."""


@dataclass
class Scene:
    """Everybody, and one report in the state that is looked at."""

    surface: FakeSurface
    actors: Mapping[str, Actor | None]
    deviation_id: int = 0
    arguments: Mapping[str, str] | None = None

    async def run(self, use: Callable[[Context], Any], who: str) -> Reply | File | BotError:
        """What comes of it when `who` does this; nothing of it is kept."""
        actor = self.actors[who]
        if actor is None:
            return NotAllowed("not known")
        outcome: Reply | File | BotError = None
        with suppress(_Undone):
            async with self.surface.world.database.transaction() as session:
                try:
                    outcome = await use(Context(session, actor, self.surface.clock.now()))
                except BotError as error:
                    outcome = error
                raise _Undone
        return outcome


class _Undone(Exception):
    pass


async def everybody(world: World, clock: FixedClock) -> Scene:
    """The small partnership with all of `ROLES`, and no report yet (see `put`)."""
    return await _everybody(FakeSurface(world, clock, registry()))


@kept
async def _everybody(surface: FakeSurface) -> Scene:
    world, clock = surface.world, surface.clock
    await _newcomers(world, clock)
    actors: dict[str, Actor | None] = {}
    for who in ROLES:
        try:
            found = await recognise(world.database, world.sender(who), clock.now())
        except NotAllowed:
            found = None
        actors[who] = found.actor if found else None
    assert [who for who, actor in actors.items() if actor is None] == [NO_ACCESS]
    return Scene(surface, actors)


async def _newcomers(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        neighbour = Organisation(key="neighbour", name="Nordre Eksempel kommune", kind="municipality")
        session.add(neighbour)
        await session.flush()
        for key, name in (("elsewhere", "Legevakten"), ("faraway", "Helsehuset")):
            unit = Unit(organisation_id=neighbour.id, key=key, name=name, service="emergency_clinic")
            session.add(unit)
            await session.flush()
            world.units[key] = unit.id
        ids = {row.key: row.id for row in await session.scalars(select(Organisation))}
        for name, (organisation, posts) in NEWCOMERS.items():
            await _add(session, world, clock, name, ids[organisation], posts)
        await _works_in(session, world, "clinician", "ortho")
        # Tomorrow and yesterday are not today.
        today = clock.now().date()
        for name, values in (
            ("retired", {"valid_to": today - timedelta(days=1)}),
            ("coming", {"valid_from": today + timedelta(days=1)}),
        ):
            await session.execute(
                update(UnitStaff).where(col(UnitStaff.person_id) == world.people[name]).values(**values)
            )
        (await session.get_one(Person, world.people[NO_ACCESS])).removed_at = clock.now()


async def _add(
    session: AsyncSession,
    world: World,
    clock: FixedClock,
    name: str,
    organisation_id: int,
    posts: Mapping[str, StaffRole | None],
) -> None:
    person = Person(organisation_id=organisation_id, name=f"Eksempel {name.title()}", email=f"{name}@example.org")
    session.add(person)
    await session.flush()
    person_id = world.people[name] = person.id
    user = str(person_id)
    session.add(
        Account(
            person_id=person_id,
            surface="local",
            workspace="local",
            user_id=user,
            reach={"user": user},
            seen_at=clock.now(),
        )
    )
    for unit, role in posts.items():
        if role is None:
            await _works_in(session, world, name, unit)
        else:
            session.add(UnitStaff(unit_id=world.units[unit], person_id=person_id, role=role))
    await session.flush()


async def _works_in(session: AsyncSession, world: World, name: str, unit: str) -> None:
    session.add(Workplace(person_id=world.people[name], unit_id=world.units[unit]))
    await session.flush()


async def put(scene: Scene, state: State) -> None:
    """A report from the clinician that went to another municipality's unit first, and stands as `state` says."""
    surface, world = scene.surface, scene.surface.world
    scene.deviation_id = await steps.report(
        surface,
        "clinician",
        "homecare",
        workplace_id=world.units["ortho"],
        consequence="major",
        finding="Det vi fant",
        measure="Det vi gjør",
        reject_reason="not_ours",
    )
    now = surface.clock.now()
    async with world.database.transaction() as session:
        moved = {"from_id": world.units["elsewhere"], "from_unit": "Legevakten"}
        last_id = 0
        if state.sent:
            forwarded = await deviations.HISTORY.add(
                session,
                scene.deviation_id,
                "forwarded",
                world.people["former"],
                now,
                data={**moved, "to_id": world.units["homecare"], "to_unit": "Hjemmetjenesten"},
            )
            last_id = forwarded.id
            await deviations.HISTORY.add(
                session, scene.deviation_id, "noted", world.people["former"], now, note="Oss imellom", internal=True
            )
        taken = state.status in (DeviationStatus.TAKEN, DeviationStatus.ASKED, DeviationStatus.ANSWERED)
        if state.status == DeviationStatus.ASKED:
            await deviations.HISTORY.add(
                session, scene.deviation_id, "questioned", world.people["nurse"], now, note="Når?"
            )
        await session.execute(
            update(Deviation)
            .where(col(Deviation.id) == scene.deviation_id)
            .values(
                status=state.status,
                handler_id=world.people["nurse"] if taken else None,
                sent_at=now if state.sent else None,
                due_at=now + timedelta(days=21) if state.sent else None,
            )
        )
    scene.arguments = {"deviation": str(scene.deviation_id), "step": str(last_id), "rating": "helpful"}


def told(outcome: Reply | File | BotError) -> str:
    """All that somebody reads of it."""
    match outcome:
        case None:
            return ""
        case BotError():
            return str(outcome)
        case Message():
            return outcome.model_dump_json()
        case Form():
            return repr(outcome)
        case File():
            # What is packed cannot be read here; the plain ones hold the same.
            return outcome.draw().decode() if outcome.media_type.startswith(("text/", "application/fhir")) else ""

"""Who may see and do what: every role against every action, form, document and command about deviations.

What is registered is asked of the registry, so a new action, form, document or part of the command without a row here
fails. What is refused reveals nothing: the sentence is the same whether the report exists or not.
"""

from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.capabilities import registry
from handlers.context import Actor, Context
from handlers.dialog import Form, Reply
from handlers.errors import AlreadyDone, BotError, Gone, NotAllowed
from handlers.message import Message
from handlers.people import recognise
from handlers.registry import File
from storage import deviations
from storage.tables import (
    Account,
    Delivery,
    Deviation,
    DeviationEvent,
    DeviationStatus,
    Draft,
    Organisation,
    Person,
    StaffRole,
    Unit,
    UnitStaff,
    Workplace,
)
from tests.clock import FixedClock
from tests.deviations import steps
from tests.surface import FakeSurface, form, message
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

# --- who may ----------------------------------------------------------------------------------------------


def _if_sent(who: Who) -> Callable[[State], Who]:
    return lambda state: who if state.sent else NOBODY


def _always(who: Who) -> Callable[[State], Who]:
    return lambda _state: who


def _sees(state: State) -> Who:
    return REPORTER | REPORTERS_LEADERS | _if_sent(READERS)(state)


ACTIONS: Mapping[str, Callable[[State], Who]] = {
    "avvik.vis": _sees,
    "avvik.ta": _if_sent(UNIT),
    "avvik.slipp": _if_sent(UNIT),
    "avvik.videre": _if_sent(UNIT),
    "avvik.spor": _if_sent(UNIT),
    "avvik.besvar": _if_sent(UNIT),
    "avvik.avvis": _if_sent(UNIT),
    "avvik.husk": _if_sent(SENT_IT_ON),
    "avvik.svar": _always(REPORTER),
    "avvik.tillegg": _always(REPORTER),
    "avvik.sporigjen": _always(REPORTER),
    "avvik.vurder": _always(REPORTER),
    "avvik.trekk": _always(REPORTER),
    "avvik.varslet": _always(REPORTER | REPORTERS_LEADERS),
    "avvik.send": _always(NEAREST),
    "avvik.seover": _always(NEAREST),
}
"""Everything that is done with one report. Nobody else may, whatever the button's arguments say."""

LISTS: Mapping[str, Callable[[State], Who]] = {
    "avvik.mine": _always(REPORTER),
    "avvik.ko": lambda state: UNIT if state.status in deviations.AT_UNIT else NOBODY,
}
"""Everybody may open these; the report stands in them for these only."""

NOT_ABOUT_ONE = {"avvik.direkte", "avvik.tell", "avvik.angre"}
"""They name no report and show none."""

HANDLES = UNIT | {"matron", "assistant", "former", "foreigner", "mayor", "surgeon", "registrar", "chief", "internist"}
HANDLES |= {"head"}
SECRETARIES = {"secretary", "deputy"}
"""Of the committee that learns from deviations."""

SCOPES: Mapping[str, Who] = {
    # Whose numbers: everybody's are masked, one's own are exact.
    "all": EVERYBODY,
    "units": HANDLES,
    "organisation:hospital": REPORTERS_LEADERS,
    "organisation:municipality": {"manager", "matron"},
    "organisation:neighbour": {"mayor"},
}
NUMBERS: Mapping[str, Set[str]] = {
    # action or document: the scopes it has
    "avvik.tall": SCOPES.keys(),
    "avvik.bilde": SCOPES.keys(),
    "avvik.csv": SCOPES.keys(),
    "avvik.xlsx": SCOPES.keys(),
    "avvik.rader.csv": SCOPES.keys() - {"all"},
    "avvik.rader.xlsx": SCOPES.keys() - {"all"},
    "avvik.fhir": SCOPES.keys() - {"all"},
    "avvik.arsmelding": {"all"},
}
PATTERNS = {"avvik.monster": SECRETARIES}

DIALOGS: Mapping[str, tuple[str, State, str, Mapping[str, Any]]] = {
    # dialog: (action that opens it, the state it is opened in, who opens it, what is filled in)
    "avvik-spor": ("avvik.spor", State(DeviationStatus.TAKEN), "nurse", {"question": "Når ble det oppdaget?"}),
    "avvik-besvar": (
        "avvik.besvar",
        State(DeviationStatus.TAKEN),
        "nurse",
        {"finding": "En feil", "measure": "Rutine"},
    ),
    "avvik-avvis": ("avvik.avvis", State(DeviationStatus.TAKEN), "nurse", {"reason": "not_ours", "comment": "Ikke vi"}),
    "avvik-videre": ("avvik.videre", State(DeviationStatus.TAKEN), "nurse", {"unit": "nursinghome"}),
    "avvik-husk": ("avvik.husk", State(DeviationStatus.TAKEN), "former", {"alias": "Eksempelnavnet"}),
    "avvik-svar": ("avvik.svar", State(DeviationStatus.ASKED), "clinician", {"answer": "Klokka ti"}),
    "avvik-tillegg": ("avvik.tillegg", State(DeviationStatus.TAKEN), "clinician", {"text": "En ting til"}),
    "avvik-sporigjen": ("avvik.sporigjen", State(DeviationStatus.ANSWERED), "clinician", {"question": "Hvorfor?"}),
    "avvik-leder": ("avvik.seover", State(DeviationStatus.AT_LEADER, sent=False), "chief", {"prevention": "Ny mal"}),
}
REPORTING = {"avvik"}
"""Everybody may report, with the command or from a message: the form is one's own until it is sent."""

COMMANDS = {"mine": "avvik.mine", "kø": "avvik.ko", "direkte": "avvik.direkte", "tall": "avvik.tall"}
"""The parts of `/avvik`, and the action that each is a way to."""

DOCUMENTS: Mapping[str, Callable[[State], Who]] = {}
"""Files about one report."""


def test_everything_about_deviations_has_its_row() -> None:
    known = registry()
    about = {name for name in (*known.actions, *known.documents) if name.startswith("avvik")}
    rows = (ACTIONS, LISTS, NOT_ABOUT_ONE, NUMBERS, PATTERNS, DOCUMENTS)
    assert about == {name for row in rows for name in row}
    assert {name for name in known.dialogs if name.startswith("avvik")} == DIALOGS.keys() | REPORTING
    assert {name for name in known.shortcuts if name.startswith("avvik")} == REPORTING
    parts = {part.strip().split(" ")[0] for part in known.commands["avvik"].usage.split("|")}
    assert {part for part in parts if not part.startswith("[")} == COMMANDS.keys()


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


@pytest.fixture
async def scene(small_world: World, clock: FixedClock) -> Scene:
    surface = FakeSurface(small_world, clock, registry())
    await _newcomers(small_world, clock)
    actors: dict[str, Actor | None] = {}
    for who in ROLES:
        try:
            found = await recognise(small_world.database, small_world.sender(who), clock.now())
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
            unit = Unit(organisation_id=neighbour.id or 0, key=key, name=name, service="emergency_clinic")
            session.add(unit)
            await session.flush()
            world.units[key] = unit.id or 0
        ids = {row.key: row.id for row in await session.scalars(select(Organisation))}
        for name, (organisation, posts) in NEWCOMERS.items():
            await _add(session, world, clock, name, ids[organisation] or 0, posts)
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
    person_id = world.people[name] = person.id or 0
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
        step_id = 0
        if state.sent:
            step_id = await deviations.add_step(
                session,
                scene.deviation_id,
                "forwarded",
                world.people["former"],
                now,
                data={**moved, "to_id": world.units["homecare"], "to_unit": "Hjemmetjenesten"},
            )
            await deviations.add_step(
                session, scene.deviation_id, "noted", world.people["former"], now, note="Oss imellom", internal=True
            )
        taken = state.status in (DeviationStatus.TAKEN, DeviationStatus.ASKED, DeviationStatus.ANSWERED)
        if state.status == DeviationStatus.ASKED:
            await deviations.add_step(
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
    scene.arguments = {"deviation": str(scene.deviation_id), "step": str(step_id), "rating": "helpful"}


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


# --- the matrix --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.status}{'' if state.sent else '-not-sent'}")
async def test_each_role_may_do_what_it_may_with_a_report_in_each_state(scene: Scene, state: State) -> None:
    await put(scene, state)
    arguments = scene.arguments or {}
    nothing = {**arguments, "deviation": "999999", "step": "999999"}
    wrong = []
    for name, may in {**ACTIONS, **DOCUMENTS}.items():
        run = (registry().actions.get(name) or registry().documents[name]).run
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context, run=run: run(context, arguments), who)  # type: ignore[misc]
            # A refusal is the same sentence as for a report that is not there, unless one may read the report.
            if who in may(state):
                fine = not isinstance(outcome, NotAllowed)
            elif who in _sees(state):
                fine = isinstance(outcome, NotAllowed)
            elif who in SENT_IT_ON and state.sent and name != "avvik.husk":
                # They know it: they are told where it went, by themselves.
                fine = isinstance(outcome, AlreadyDone) and "Legevakten til Hjemmetjenesten" in str(outcome)
            else:
                missing = await scene.run(lambda context, run=run: run(context, nothing), who)  # type: ignore[misc]
                fine = isinstance(outcome, NotAllowed) and str(outcome) == str(missing)
                fine = fine and not any(secret in told(outcome) for secret in SECRETS)
            if steps.DESCRIPTION in told(outcome) and who not in _sees(state):
                fine = False
            if not fine:
                wrong.append(f"{role} ({who}), {name}: {outcome!r}")
    assert wrong == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.status}{'' if state.sent else '-not-sent'}")
async def test_each_list_shows_it_to_those_it_is_for(scene: Scene, state: State) -> None:
    await put(scene, state)
    command = registry().commands["avvik"].run
    ways: dict[str, tuple[Callable[[Context], Any], Callable[[State], Who]]] = {}
    for name, shown_to in LISTS.items():
        action = registry().actions[name].run
        ways[name] = (lambda context, action=action: action(context, {}), shown_to)  # type: ignore[misc]
    for part, name in COMMANDS.items():
        shown_to = LISTS.get(name, _always(NOBODY))
        ways[part] = (lambda context, part=part: command(context, part), shown_to)  # type: ignore[misc]
    for name in NOT_ABOUT_ONE:
        action = registry().actions[name].run
        ways[name] = (lambda context, action=action: action(context, scene.arguments), _always(NOBODY))  # type: ignore[misc]
    wrong = []
    for name, (use, shown_to) in ways.items():
        for who, role in ROLES.items():
            shown = told(await scene.run(use, who))
            if ("AVV-2026-0001" in shown) != (who in shown_to(state)) or steps.DESCRIPTION in shown:
                wrong.append(f"{role} ({who}), {name}: {shown[:200]}")
    assert wrong == []


async def test_what_handlers_write_among_themselves_stays_there(scene: Scene) -> None:
    await put(scene, State(DeviationStatus.TAKEN))
    show = registry().actions["avvik.vis"].run
    for who in ROLES:
        shown = told(await scene.run(lambda context: show(context, scene.arguments or {}), who))
        assert ("Oss imellom" in shown) == (who in READERS), who


@pytest.mark.parametrize(
    "arguments",
    [{}, {"deviation": ""}, {"deviation": "x"}, {"deviation": "-1"}, {"deviation": "9" * 40}, {"deviation": "0"}],
    ids=str,
)
async def test_a_button_with_any_arguments_gives_a_sentence(scene: Scene, arguments: dict[str, str]) -> None:
    await put(scene, State(DeviationStatus.TAKEN))
    for name in (*ACTIONS, *DOCUMENTS):
        run = (registry().actions.get(name) or registry().documents[name]).run
        for who in ("clinician", "nurse", "neighbour"):
            outcome = await scene.run(lambda context, run=run: run(context, arguments), who)  # type: ignore[misc]
            assert isinstance(outcome, NotAllowed | Gone | AlreadyDone), (name, who, outcome)


# --- numbers -----------------------------------------------------------------------------------------------


async def _scope(scene: Scene, name: str) -> str:
    whose, _colon, key = name.partition(":")
    async with scene.surface.world.database.transaction() as session:
        organisation_id = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == key))
    return f"{whose}:{organisation_id}" if key else whose


@pytest.mark.parametrize("name", NUMBERS)
async def test_numbers_are_everybodys_masked_and_exact_for_those_whose_own_they_are(scene: Scene, name: str) -> None:
    await put(scene, State(DeviationStatus.TAKEN))
    run = (registry().actions.get(name) or registry().documents[name]).run
    wrong = []
    for scope, who_may in SCOPES.items():
        arguments = {"from": "2026-09", "to": "2026-09", "of": await _scope(scene, scope)}
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context: run(context, arguments), who)  # noqa: B023
            may = scope in NUMBERS[name] and who in who_may
            if may == isinstance(outcome, NotAllowed) or not isinstance(outcome, NotAllowed | Message | File):
                wrong.append(f"{role} ({who}), {name} of {scope}: {outcome!r}")
            shown = told(outcome)
            assert not any(secret in shown for secret in (steps.DESCRIPTION, "Clinician", "Eksempel Nurse")), name
    assert wrong == []


async def test_only_the_secretariat_makes_a_case_of_a_pattern(scene: Scene) -> None:
    await put(scene, State(DeviationStatus.TAKEN))
    run = registry().actions["avvik.monster"].run
    kind = {"direction": "to_municipality", "service": "", "category": "medication"}
    for who in ROLES:
        outcome = await scene.run(lambda context: run(context, kind), who)
        assert isinstance(outcome, Form if who in PATTERNS["avvik.monster"] else NotAllowed), (who, outcome)
        assert steps.DESCRIPTION not in told(outcome)


# --- forms that were open while something changed ------------------------------------------------------------


async def _open(scene: Scene, dialog: str) -> tuple[str, Form, dict[str, Any]]:
    action, state, who, filled = DIALOGS[dialog]
    await put(scene, state)
    surface = scene.surface
    shown = form(await surface.bot.press(surface.world.sender(who), action, scene.arguments or {}))
    given = {field.name: field.value for field in shown.fields} | filled
    if "unit" in filled:
        given["unit"] = str(surface.world.units[filled["unit"]])
    return who, shown, given


async def _written(scene: Scene) -> tuple[Any, ...]:
    async with scene.surface.world.database.transaction() as session:
        row = await session.get_one(Deviation, scene.deviation_id)
        counts = [await session.scalar(select(func.count()).select_from(table)) for table in (DeviationEvent, Delivery)]
        return (row.model_dump(), *counts)


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_a_form_sent_by_whoever_it_is_for_has_its_effect(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    before = await _written(scene)
    done = message(await scene.surface.bot.submit(scene.surface.world.sender(who), shown.token, given))
    assert "feil" not in done.title
    assert await _written(scene) != before


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_a_form_in_anybody_elses_hands_opens_nothing(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    before = await _written(scene)
    bot, world = scene.surface.bot, scene.surface.world
    for other in ROLES.keys() - {who}:
        for intent in ("next", "save", "back"):
            with pytest.raises(NotAllowed):
                await bot.submit(world.sender(other), shown.token, given, intent)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            await bot.search(world.sender(other), shown.token, "unit", "a")
    assert await _written(scene) == before


@pytest.mark.parametrize("dialog", [name for name, row in DIALOGS.items() if row[2] == "nurse"])
@pytest.mark.parametrize("change", ["handed over", "left the unit"])
async def test_a_form_that_was_open_when_they_lost_the_report_changes_nothing(
    scene: Scene, dialog: str, change: str
) -> None:
    who, shown, given = await _open(scene, dialog)
    world = scene.surface.world
    async with world.database.transaction() as session:
        if change == "handed over":
            moved = {"unit_id": world.units["nursinghome"], "handler_id": None, "status": DeviationStatus.SENT}
            await session.execute(update(Deviation).values(**moved))
            # Handled there too, the world's nurse would still see it.
            await session.execute(
                update(UnitStaff)
                .where(
                    col(UnitStaff.unit_id) == world.units["nursinghome"],
                    col(UnitStaff.person_id) == world.people["nurse"],
                )
                .values(valid_to=scene.surface.clock.now().date() - timedelta(days=1))
            )
        else:
            await session.execute(
                update(UnitStaff)
                .where(col(UnitStaff.person_id) == world.people["nurse"])
                .values(valid_to=scene.surface.clock.now().date() - timedelta(days=1))
            )
    before = await _written(scene)
    # What they wrote is kept, with a sentence that says why it cannot be sent; of the report, no more than they saw.
    again = form(await scene.surface.bot.submit(world.sender(who), shown.token, given))
    assert again.errors or any(field.error for field in again.fields)
    assert not any(secret in told(again) for secret in (steps.DESCRIPTION, "Clinician"))
    assert await _written(scene) == before


@pytest.mark.parametrize("dialog", [name for name, row in DIALOGS.items() if row[2] != "former"])
async def test_a_form_that_was_open_when_the_report_was_closed_says_so(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    async with scene.surface.world.database.transaction() as session:
        closed = {"status": DeviationStatus.WITHDRAWN, "closed_at": scene.surface.clock.now()}
        await session.execute(update(Deviation).values(**closed))
    before = await _written(scene)
    again = form(await scene.surface.bot.submit(scene.surface.world.sender(who), shown.token, given))
    assert again.errors, "what was typed is kept, and a sentence says why it cannot be sent"
    assert await _written(scene) == before


async def test_a_report_that_is_being_written_is_its_writers(scene: Scene) -> None:
    bot, world = scene.surface.bot, scene.surface.world
    shown = form(await bot.command(world.sender("clinician"), f"avvik {steps.DESCRIPTION}"))
    for other in ROLES.keys() - {"clinician"}:
        with pytest.raises(NotAllowed) as refused:
            await bot.submit(world.sender(other), shown.token, {}, "back")
        assert steps.DESCRIPTION not in str(refused.value)
    async with world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Draft)) == 1

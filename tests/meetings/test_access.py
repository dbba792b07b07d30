"""Who may see and do what about a meeting: every role against every action, document and intake of its rooms, and of
cases, from the convocation to approved minutes.

What is registered is asked of the registry, so that a new action, document, intake or form without a row here fails.
What a closed case is about reaches nobody, in whatever they do, who may not see it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from handlers.calendar.zone import local_day
from handlers.capabilities import registry
from handlers.capability import Handed
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Intent
from handlers.errors import BotError, Gone, NotAllowed
from handlers.messages.message import Section
from handlers.people.context import Context
from storage.tables import (
    AgendaItem,
    Attendance,
    Conclusion,
    ItemStatus,
    Membership,
    MinutesComment,
    MinutesEntry,
    MinutesStatus,
)
from tests.clock import FixedClock
from tests.home.everything import drawn_home
from tests.kept_world import kept
from tests.meetings import cast
from tests.meetings.cast import EVERYBODY, MEMBERS, ROLES, SECRETARIAT, WRITERS, Scene, Who, told
from tests.meetings.convocation import steps
from tests.meetings.convocation.steps import surface_with_links
from tests.surface import FakeSurface
from tests.world import World

ROOMS = ("sak", "mote", "motetid", "motepaminnelser", "saksliste", "innkalling", "oppmote", "referat", "referatrunde")

# --- who may ----------------------------------------------------------------------------------------------

Stage = MinutesStatus | None
"""Where the minutes stand; None: the meeting is convened, and has not begun."""
STAGES: tuple[Stage, ...] = (
    None,
    MinutesStatus.DRAFT,
    MinutesStatus.COMMENTS,
    MinutesStatus.PUBLISHED,
    MinutesStatus.APPROVED,
)
READ_AGENDA = MEMBERS | {"observer", "chief", "carer"}
CONCERNED = READ_AGENDA | {"surgeon", "registrar", "nurse"}
"""Also those who come for a case only."""
PROPOSER: Who = {"clinician"}
NOBODY: Who = set()


def _always(who: Who) -> Callable[[Stage], Who]:
    return lambda _stage: who


def _read_minutes(stage: Stage) -> Who:
    if stage in (None, MinutesStatus.DRAFT):
        return WRITERS
    return MEMBERS | {"observer", "carer"}


def _read_public(stage: Stage) -> Who:
    published = stage in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
    return _read_minutes(stage) | {"chief", "nurse"} if published else WRITERS


def _approve(stage: Stage) -> Who:
    """Whoever is asked; when nobody is, those of the committee hear how it stands."""
    return {"colleague"} if stage is MinutesStatus.PUBLISHED else MEMBERS | {"observer"}


_FOR_WRITERS = (
    "start sak skriv hvem oppfolging fjern setninger loft ekspeder sjekk notater utkast taover plasser forkast"
)
_FOR_MARKERS = "liste kom alle person detaljer ny fjern inhabil habil angre minn"
_FOR_SECRETARIAT = "vis godta spor returner senere flytt av omplasser ordlyd arkiv"
_ON_AGENDA = "arbeid opp ned topp rekkefolge linje pause endre fjern sammen hverforseg utelat tilbake begynn ferdig"
_ROUND = "send kommentarer tainn avsla publiser be imote ikkeimote rett"

ACTIONS: Mapping[str, Callable[[Stage], Who]] = {
    **{f"sak.{name}": _always(SECRETARIAT) for name in _FOR_SECRETARIAT.split()},
    **{f"sak.{name}": lambda stage: PROPOSER if stage is None else NOBODY for name in ("endre", "trekk")},
    "sak.svar": _always(PROPOSER),
    # What is named here is no decision.
    "sak.angre": _always(NOBODY),
    "sak.nummer": _always(MEMBERS | PROPOSER),
    "mote.side": _always(READ_AGENDA),
    **{f"mote.{name}": _always(SECRETARIAT) for name in ("maler", "standardmal")},
    **{f"motetid.{name}": _always(SECRETARIAT) for name in ("flytt", "avlys", "likevel", "ny")},
    "motepaminnelser.vis": _always(SECRETARIAT),
    "saksliste.vis": _always(READ_AGENDA),
    **{f"saksliste.{name}": _always(SECRETARIAT) for name in _ON_AGENDA.split()},
    **{f"innkalling.{name}": _always(SECRETARIAT) for name in ("kontroller", "send")},
    "innkalling.min": _always(CONCERNED),
    **{f"oppmote.{name}": _always(CONCERNED) for name in ("kommer", "forfall", "mitt")},
    # Once it is over, everybody is told just that.
    "oppmote.stedfortreder": lambda stage: MEMBERS | {"observer"} if stage is None else CONCERNED,
    **{f"oppmote.{name}": _always(WRITERS) for name in _FOR_MARKERS.split()},
    "referat.vis": _read_minutes,
    **{f"referat.{name}": _always(WRITERS) for name in _FOR_WRITERS.split()},
    **{f"referatrunde.{name}": _read_minutes for name in ("vis", "sak", "historikk")},
    **{f"referatrunde.{name}": _always(WRITERS) for name in _ROUND.split()},
    **{f"referatrunde.{name}": _always(MEMBERS | {"carer"}) for name in ("kommenter", "ingen")},
    # As long as somebody may still comment, it goes on.
    "referatrunde.avslutt": lambda stage: NOBODY if stage is MinutesStatus.COMMENTS else WRITERS,
    **{f"referatrunde.{name}": _approve for name in ("godkjenn", "underkjenn")},
}
"""Everything that is done about one case or meeting. Nobody else may, whatever the button's arguments say."""

OF_NO_MEETING = {"motetid.ny"}
"""They ask which."""

LISTS = {"mote.vis", "sak.meld", "sak.mine", "sak.ubehandlet"}
"""Everybody may open these; the case stands in its proposer's own."""

DOCUMENTS: Mapping[str, Callable[[Stage], Who]] = {
    "innkalling.word": _always(CONCERNED),
    "innkalling.kalender": _always(CONCERNED),
    "mote.mal": _always(SECRETARIAT),
    "referat": _read_minutes,
    "referat-offentlig": _read_public,
}
INTAKES: Mapping[str, Who] = {"mote.nymal": SECRETARIAT, "referat.notatfil": WRITERS}

MARKED = {"oppmote.kom", "oppmote.person", "oppmote.detaljer", "oppmote.fjern"}
"""They are about somebody."""


def test_everything_about_meetings_and_cases_has_its_row() -> None:
    known = [each for each in registry().capabilities if each.name in ROOMS]
    assert len(known) == len(ROOMS)
    assert {str(each.name) for room in known for each in room.actions} == ACTIONS.keys() | LISTS
    assert {each.name for room in known for each in room.documents} == DOCUMENTS.keys()
    assert {str(each.name) for room in known for each in room.intakes} == INTAKES.keys()
    assert {each.name for room in known for each in room.dialogs} == OPENED_BY.keys() | OPENED_OTHERWISE


# --- what they may see -------------------------------------------------------------------------------------

OWN_CASE = PROPOSER | {"registrar"}


def _sees_case(who: str) -> bool:
    """Whether they may see what the closed case is about."""
    return who in MEMBERS | OWN_CASE | {"carer"}


def _leaks(stage: Stage, name: str, who: str, outcome: Any) -> list[str]:
    said = told(outcome)
    leaks = [] if _sees_case(who) else [each for each in cast.OF_CASE if each in said]
    # Who is to do something because of a closed case finds at home what, and no more.
    own = {"emmelig oppfølging"} if who == "outsider" and name == "home" else set()
    leaks += [] if who in MEMBERS else [each for each in cast.OF_MINUTES if each in said and each not in own]
    readers = _read_public(stage) if name == "referat-offentlig" else _read_minutes(stage)
    if who not in readers and cast.OPEN_SAID in said:
        leaks.append("the minutes")
    return leaks


async def _at(world: World, clock: FixedClock, stage: Stage) -> Scene:
    return await _staged(surface_with_links(world, clock), stage)


@kept
async def _staged(surface: FakeSurface, stage: Stage) -> Scene:
    scene = await cast.everybody(surface)
    if stage is not None:
        await cast.written(scene, stage)
    return scene


@pytest.fixture(params=STAGES, ids=lambda stage: stage or "convened")
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, Stage]:
    return await _at(world, clock, request.param), request.param


def _run_of(name: str) -> Callable[[Context, Mapping[str, str]], Any]:
    return (registry().actions.get(name) or registry().documents[name]).run


async def test_each_role_may_do_what_it_may_with_a_meeting_at_each_stage(at: tuple[Scene, Stage]) -> None:
    scene, stage = at
    member = f"p{scene.surface.world.people['member']}"
    wrong = []
    for name, may in {**ACTIONS, **DOCUMENTS}.items():
        run = _run_of(name)
        arguments = {**scene.arguments, **({"who": member} if name in MARKED else {})}
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context, run=run, arguments=arguments: run(context, arguments), who)  # type: ignore[misc]
            refused = isinstance(outcome, NotAllowed) or (name == "sak.nummer" and isinstance(outcome, Gone))
            if refused == (who in may(stage)) and not _says_nothing_is_there(stage, name, outcome):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.300}")
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, name, who, outcome)]
    assert wrong == []


def _says_nothing_is_there(stage: Stage, name: str, outcome: Any) -> bool:
    """Before there are minutes everybody hears that there are none, and no more."""
    return stage is None and name.startswith("referat") and isinstance(outcome, Gone)


@pytest.mark.parametrize("stage", [None, MinutesStatus.APPROVED], ids=lambda stage: stage or "convened")
async def test_each_list_shows_closed_cases_to_those_who_may_see_them(
    world: World, clock: FixedClock, stage: Stage
) -> None:
    scene = await _at(world, clock, stage)
    lines = (
        "sak liste FSU",
        "sak mine",
        "saksliste FSU",
        "saksliste FSU 21.9.",
        "mote",
        "referat FSU",
        "sak 2/2026",
        "hjelp",
    )
    wrong = []
    for who, role in ROLES.items():
        for name in LISTS:
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, {}), who)  # type: ignore[misc]
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, name, who, outcome)]
        for line in lines:
            answer = await scene.surface.bot.command(scene.surface.world.sender(who), line)
            wrong += [f"{role} ({who}), «{line}» tells: {leak}" for leak in _leaks(stage, line, who, answer)]
        if who in EVERYBODY:
            waiting = await scene.run(_home, who)
            wrong += [f"{role} ({who}), home tells: {leak}" for leak in _leaks(stage, "home", who, waiting)]
            for shown in await scene.surface.inbox(who):
                wrong += [f"{role} ({who}), a message tells: {leak}" for leak in _leaks(stage, "", who, shown)]
    assert wrong == []


async def _home(context: Context) -> Any:
    """All that waits for somebody, and what stands on their home."""
    waiting = await registry().home(context)
    drawn = await drawn_home(context)
    sections = tuple(Section(text=each.text, buttons=(each.button,)) for each in waiting)
    return drawn.model_copy(update={"sections": (*sections, *drawn.sections)})


_FILES = {
    "mote.nymal": Handed("mal.docx", b"no Word file"),
    "referat.notatfil": Handed("notater.txt", b"Utvalget ble enig om planen."),
}


async def test_a_file_is_taken_from_those_only_who_may_hand_it_in(world: World, clock: FixedClock) -> None:
    scene = await _at(world, clock, None)
    for name, may in INTAKES.items():
        intake = registry().intakes[name]
        for who in ROLES:
            looked = intake.look(scene.arguments, _FILES[name])
            for use in (
                lambda context: intake.allow(context, scene.arguments),  # noqa: B023
                lambda context: intake.take(context, scene.arguments, looked),  # noqa: B023
            ):
                outcome = await scene.run(use, who)
                assert isinstance(outcome, NotAllowed) != (who in may), (name, who, outcome)


@pytest.mark.parametrize("arguments", [{}, {"meeting": ""}, {"meeting": "-1"}, {"meeting": "9" * 40}, {"item": "x"}])
async def test_a_button_with_any_arguments_gives_a_sentence(
    world: World, clock: FixedClock, arguments: dict[str, str]
) -> None:
    scene = await _at(world, clock, None)
    for name in (*ACTIONS.keys() - OF_NO_MEETING, *DOCUMENTS):
        for who in ("secretary", "outsider"):
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, arguments), who)  # type: ignore[misc]
            assert isinstance(outcome, BotError), (name, who, outcome)


# --- forms that were open while a role ended --------------------------------------------------------------

_P, _Q = {"status": ItemStatus.PROPOSED}, {"status": ItemStatus.QUESTIONED}
_D, _C = MinutesStatus.DRAFT, MinutesStatus.COMMENTS
OPENED_BY: Mapping[str, tuple[Stage, str, Mapping[str, Any]]] = {
    # dialog: (when it is opened, by whom, what is set of the case before)
    **{f"sak.{name}": (None, "secretary", {}) for name in ("flytt", "av", "omplasser", "ordlyd", "arkiv")},
    **{f"sak.{name}": (None, "secretary", _P) for name in ("spor", "returner", "senere")},
    **{f"motetid.{name}": (None, "secretary", {}) for name in ("flytt", "avlys")},
    "saksliste.linje": (None, "secretary", {}),
    "saksliste.pause": (None, "secretary", {}),
    "saksliste.tid": (None, "secretary", {}),
    "saksliste.sammen": (None, "secretary", {}),
    **{f"oppmote.{name}": (None, "secretary", {}) for name in ("detaljer", "ny", "inhabil")},
    **{f"oppmote.{name}": (None, "member", {}) for name in ("forfall", "stedfortreder")},
    **{f"referat.{name}": (_D, "internist", {}) for name in ("skriv", "hvem", "oppfolging", "ekspeder")},
    **{f"referat.{name}": (_D, "internist", {}) for name in ("notater", "plasser")},
    "referatrunde.kommenter": (_C, "member", {}),
    **{f"referatrunde.{name}": (_C, "internist", {}) for name in ("tainn", "avsla")},
    "referatrunde.underkjenn": (MinutesStatus.PUBLISHED, "colleague", {}),
    "referatrunde.rett": (MinutesStatus.APPROVED, "internist", {}),
}
OPENED_OTHERWISE = {
    # One's own, or without a word of a case.
    "sak.meld",
    "sak.endre",
    "sak.svar",
    "saksliste.endre",
    # Of no meeting yet; of one that is cancelled.
    "motetid.ny",
    "motetid.likevel",
    "oppmote.hvem",
    "referat.loft",
    "referatrunde.imote",
    "referatrunde.ikkeimote",
}
NEWER = "Nyere hemmelighet"


@pytest.mark.parametrize("dialog", OPENED_BY)
async def test_a_form_that_was_open_when_a_role_ended_tells_nothing_new(
    world: World, clock: FixedClock, dialog: str
) -> None:
    stage, who, of_case = OPENED_BY[dialog]
    scene = await _at(world, clock, stage)
    if of_case:
        await steps.change(world, AgendaItem, scene.ids["item"], **of_case)
    arguments = (
        scene.arguments | {"who": f"p{world.people['member']}"} if dialog == "oppmote.detaljer" else scene.arguments
    )
    known = registry().dialogs[dialog]
    actor = scene.actors[who]
    assert actor is not None
    async with world.database.transaction() as session:
        context = Context(session, actor, clock.now())
        action = {"saksliste.tid": "saksliste.endre", "saksliste.sammen": "saksliste.sammen"}.get(dialog)
        # These carry how the line stood.
        begun = await _run_of(action)(context, arguments) if action else None
        opened = begun or await conversation.start(context, known, arguments)
    await _end_roles(scene, who)
    bot, sender = scene.surface.bot, world.sender(who)
    given = {each.name: each.value for each in opened.fields}
    intents: tuple[Intent, ...] = ("save", "search", "back", "next", "resume")
    for intent in intents:
        try:
            shown: Any = await bot.submit(sender, opened.token, given, intent)
        except BotError as error:
            shown = error
        assert NEWER not in told(shown), (intent, shown)
    for each in opened.fields:
        try:
            found = await bot.search(sender, opened.token, each.name, "")
        except BotError:
            found = ()
        assert not any(NEWER in option.label for option in found), each.name


async def _end_roles(scene: Scene, who: str) -> None:
    """They are nobody in the committee any more, and everything is called something else since."""
    world, yesterday = scene.surface.world, local_day(scene.surface.clock.now()) - timedelta(days=1)
    async with world.database.transaction() as session:
        person = world.people[who]
        await session.execute(update(Membership).where(col(Membership.person_id) == person).values(valid_to=yesterday))
        await session.execute(delete(Attendance).where(col(Attendance.person_id) == person))
        await session.execute(update(AgendaItem).values(title=NEWER, purpose=NEWER, conclusion=NEWER))
        await session.execute(update(MinutesEntry).values(discussion=NEWER))
        await session.execute(update(Conclusion).values(text=NEWER))
        await session.execute(update(MinutesComment).values(text=NEWER))

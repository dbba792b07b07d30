"""Who may see and do what: every role against every action, document and command about deviations.

What is registered is asked of the registry, so a new action, document or part of the command without a row here fails
(forms: see `test_open_forms`). What is refused reveals nothing: the sentence is the same whether the report exists or
not.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.capability import File
from handlers.deviations import command
from handlers.dialogs.dialog import Form
from handlers.errors import AlreadyDone, Gone, NotAllowed
from handlers.messages.message import Message
from handlers.people.context import Context
from storage import deviations
from storage.tables import DeviationStatus, Organisation
from tests.deviations import steps
from tests.deviations.cast import (
    EVERYBODY,
    NEAREST,
    NOBODY,
    READERS,
    REPORTER,
    REPORTERS_LEADERS,
    ROLES,
    SECRETS,
    SENT_IT_ON,
    STATES,
    UNIT,
    Scene,
    State,
    Who,
    put,
    told,
)
from tests.home.everything import drawn_home

# --- who may ----------------------------------------------------------------------------------------------


def _if_sent(who: Who) -> Callable[[State], Who]:
    return lambda state: who if state.sent else NOBODY


def _always(who: Who) -> Callable[[State], Who]:
    return lambda _state: who


def _sees(state: State) -> Who:
    return REPORTER | REPORTERS_LEADERS | _if_sent(READERS)(state)


ACTIONS: Mapping[str, Callable[[State], Who]] = {
    "avvik.vis": _sees,
    "avvik.skriv": _sees,
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
    "avvik.varselsendt": _always(REPORTER | REPORTERS_LEADERS),
    "avvik.send": _always(NEAREST),
    "avvik.seover": _always(NEAREST),
}
"""Everything that is done with one report. Nobody else may, whatever the button's arguments say."""

LISTS: Mapping[str, Callable[[State], Who]] = {
    "avvik.mine": _always(REPORTER),
    "avvik.ko": lambda state: UNIT if state.status in deviations.AT_UNIT else NOBODY,
}
"""Everybody may open these; the report stands in them for these only."""

NOT_ABOUT_ONE = {"avvik.meld", "avvik.direkte", "avvik.tell", "avvik.angre"}
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

REPORTING = {"avvik", "avvik.nytt"}
"""Everybody may report, with the command, from a message or from a menu: the form is one's own until it is sent."""

COMMANDS = {"mine": "avvik.mine", "kø": "avvik.ko", "direkte": "avvik.direkte", "tall": "avvik.tall"}
"""The parts of `/avvik`, and the action that each is a way to."""

DOCUMENTS: Mapping[str, Callable[[State], Who]] = {"avvik.skjema": _sees}
"""Files about one report."""

REFERENCE = "/avvik AVV-2026-0001"
"""A line with a reference: another way to «avvik.vis»."""


async def _by_reference(context: Context, arguments: Mapping[str, str]) -> Any:
    known = arguments["deviation"] == "1"
    return await command.find(context, "AVV-2026-0001" if known else "AVV-2026-9999")


def _run_of(name: str) -> Callable[[Context, Mapping[str, str]], Any]:
    if name == REFERENCE:
        return _by_reference
    return (registry().actions.get(name) or registry().documents[name]).run


def test_everything_about_deviations_has_its_row() -> None:
    known = registry()
    about = {name for name in (*known.actions, *known.documents) if name.startswith("avvik")}
    rows = (ACTIONS, LISTS, NOT_ABOUT_ONE, NUMBERS, PATTERNS, DOCUMENTS)
    assert about == {name for row in rows for name in row}
    assert {name for name in known.shortcuts if name.startswith("avvik")} == REPORTING
    parts = {part.strip().split(" ")[0] for part in known.commands["avvik"].usage.split("|")}
    assert {part for part in parts if not part.startswith("[")} == COMMANDS.keys()


# --- the matrix --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.status}{'' if state.sent else '-not-sent'}")
async def test_each_role_may_do_what_it_may_with_a_report_in_each_state(scene: Scene, state: State) -> None:
    await put(scene, state)
    arguments = scene.arguments or {}
    nothing = {**arguments, "deviation": "999999", "step": "999999"}
    wrong = []
    for name, may in {**ACTIONS, **DOCUMENTS, REFERENCE: _sees}.items():
        run = _run_of(name)
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
            # What handlers write among themselves.
            if "Oss imellom" in told(outcome) and who not in READERS:
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
    for who, role in ROLES.items():
        shown = told(await scene.run(drawn_home, who))
        if ("AVV-2026-0001" in shown and who not in ACTIONS["avvik.vis"](state)) or steps.DESCRIPTION in shown:
            wrong.append(f"{role} ({who}), home: {shown[:200]}")
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

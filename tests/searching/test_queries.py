"""What people type, and what must and must not come of it: the same on SQLite and PostgreSQL, in the same order."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from handlers.capabilities import registry
from handlers.searching.index import KEEP
from storage.database import Database
from tests.chores import done
from tests.clock import FixedClock
from tests.conftest import Postgres
from tests.kept_world import world_in
from tests.searching.papers import filed
from tests.surface import FakeSurface, message

MEDICINE, DEVIATIONS, OTHER_BUSINESS = "Legemiddelhåndtering", "Samhandlingsavvik første", "Eventuelt"
ACUTE, YEARLY, DIGITAL = "Øyeblikkelig hjelp", "Årsmelding", "Digital"
SAFETY, CHILDREN, TEMPLATE = "Pasientsikkerhet", "Barn og unge", "Malen"
HOME_NN, USERS_NN, GOAL_NN = "Heimetenesta", "Brukermedverknad", "Målbilete"
PREPARED, E_HEALTH, BOOKS = "Forberedelse", "E-helse", "Bøker"

QUERIES: Sequence[tuple[str, Sequence[str], Sequence[str]]] = [
    # inflections
    ("legemidler", [MEDICINE], [OTHER_BUSINESS]),
    ("legemiddel", [MEDICINE], [OTHER_BUSINESS]),
    ("legemidla", [MEDICINE], []),
    ("rutine", [MEDICINE], []),
    ("rutinene", [MEDICINE], []),
    ("kommune", [DEVIATIONS, ACUTE, HOME_NN], [MEDICINE]),
    ("kommunenes", [DEVIATIONS, HOME_NN], []),
    ("barnet", [CHILDREN], []),
    ("sykepleier", [SAFETY], []),
    ("plan", [SAFETY], [OTHER_BUSINESS]),
    ("planer", [SAFETY], [OTHER_BUSINESS]),
    ("evaluering", [ACUTE], []),
    ("bok", [BOOKS], []),
    ("bøker", [BOOKS], []),
    ("godkjent", [YEARLY], []),
    ("pasienter", [MEDICINE, SAFETY, HOME_NN], [DEVIATIONS]),
    ("utsatt", [PREPARED], [YEARLY]),
    ("tilskuddet", [DIGITAL], []),
    # compounds
    ("avvik", [DEVIATIONS, PREPARED], [MEDICINE]),
    ("avvikene", [DEVIATIONS, PREPARED], []),
    ("samhandlingsavvik", [DEVIATIONS], [PREPARED]),
    ("samhandlingsavviket", [DEVIATIONS], []),
    ("håndtering", [MEDICINE], []),
    ("avtale", [TEMPLATE], [DEVIATIONS]),
    ("samarbeidsavtale", [TEMPLATE], []),
    ("mal", [TEMPLATE], [GOAL_NN]),
    ("mål", [GOAL_NN], [TEMPLATE]),
    ("lege", [ACUTE], [MEDICINE, OTHER_BUSINESS]),
    ("fastlege", [ACUTE], []),
    ("legevakt", [OTHER_BUSINESS], [ACUTE]),
    ("vakt", [], [ACUTE]),
    ("plass", [ACUTE, OTHER_BUSINESS, E_HEALTH], [SAFETY]),
    ("rus", [USERS_NN], [MEDICINE]),
    ("omsorg", [USERS_NN], []),
    ("helse", [E_HEALTH], []),
    ("ehelse", [E_HEALTH], []),
    ("e-helse", [E_HEALTH], []),
    ("meldinger", [DEVIATIONS, E_HEALTH], []),
    ("medisinliste", [MEDICINE], []),
    ("liste", [MEDICINE, PREPARED], []),
    # æ, ø, å
    ("aarsmelding", [YEARLY], []),
    ("ÅRSMELDING", [YEARLY], []),
    ("oeyeblikkelig", [ACUTE], []),
    ("opplaering", [SAFETY, BOOKS], []),
    ("arsmelding", [YEARLY], []),
    ("oyeblikkelig hjelp", [ACUTE], []),
    # Nynorsk and Bokmål
    ("sykehus", [DEVIATIONS, HOME_NN], []),
    ("sjukehus", [DEVIATIONS, HOME_NN], []),
    ("kommunane", [DEVIATIONS, ACUTE, HOME_NN], []),
    ("hjemmetjeneste", [HOME_NN], []),
    ("heimeteneste", [HOME_NN], []),
    ("brukermedvirkning", [USERS_NN], []),
    ("bruker", [USERS_NN], [ACUTE]),
    ("pasientsikkerhet", [SAFETY, GOAL_NN], []),
    ("pasienttryggleik", [SAFETY, GOAL_NN], []),
    ("høring", [HOME_NN], []),
    ("høyring", [HOME_NN], []),
    ("enhet", [GOAL_NN], []),
    ("born", [CHILDREN], []),
    ("utskriving", [MEDICINE], []),
    # dates and numbers
    ("12.3.24", [YEARLY, SAFETY, CHILDREN, TEMPLATE], [MEDICINE]),
    ("12. mars 2024", [YEARLY, SAFETY, CHILDREN, TEMPLATE], [MEDICINE]),
    ("2024-03-12", [YEARLY, SAFETY], [MEDICINE]),
    ("12/3 2024", [YEARLY, SAFETY], [MEDICINE]),
    ("mars 2024", [YEARLY, SAFETY], [MEDICINE, PREPARED]),
    ("juni 2022", [MEDICINE, DEVIATIONS, OTHER_BUSINESS], [ACUTE]),
    ("2022", [MEDICINE, DEVIATIONS, OTHER_BUSINESS], [ACUTE, CHILDREN]),
    ("avvik 2022", [DEVIATIONS], [PREPARED, MEDICINE]),
    ("1200000", [DIGITAL], []),
    ("1 200 000", [DIGITAL], []),
    ("1.200.000 kroner", [DIGITAL], []),
    ("174", [DEVIATIONS], []),
    # several words, and what people put around them
    ("felles rutine utskrivning", [MEDICINE], []),
    ("«felles rutine»", [MEDICINE], []),
    ('"felles rutine" AND legemidler', [MEDICINE], []),
    ("+legemidler -avvik*", [], [YEARLY]),
    ("FSU avvik", [DEVIATIONS], []),
    ("plan for opplæring av sykepleiere", [SAFETY], [BOOKS]),
    ("legemidler OG (utskrivning)", [MEDICINE], []),
    ("hva sa vi om epikrise?", [SAFETY], []),
    # what is not there
    ("helikopter", [], [MEDICINE]),
    ("legemidler helikopter", [], [MEDICINE]),
    ("sommer", [MEDICINE], []),
]


@pytest.fixture
def urls(sqlite_url: str, postgres: Postgres, tmp_path: Path) -> list[str]:
    return [sqlite_url, postgres.create()]


async def _surface(url: str, clock: FixedClock) -> FakeSurface:
    database = Database(url)
    world = await world_in(database, clock.now())
    await filed(world)
    surface = FakeSurface(world, clock, registry())
    assert await done(KEEP, database, clock) == 0
    return surface


async def _titles(surface: FakeSurface, text: str) -> list[str]:
    shown = message(await surface.say("colleague", f"sok {text}"))
    titles = [section.title for section in shown.sections]
    while "Neste" in [button.label for button in shown.buttons]:
        shown = message(await surface.press("colleague", shown, "Neste"))
        titles += [section.title for section in shown.sections]
    return titles


async def test_what_must_and_must_not_come_is_the_same_on_both_databases(urls: list[str], clock: FixedClock) -> None:
    assert len(QUERIES) >= 60
    surfaces = [await _surface(url, clock) for url in urls]
    wrong = []
    for text, must, must_not in QUERIES:
        lite, postgres = [await _titles(surface, text) for surface in surfaces]
        if lite != postgres:
            wrong.append(f"{text}: {lite} on SQLite, {postgres} on PostgreSQL")
        missing = [title for title in must if not any(title in found for found in lite)]
        too_many = [title for title in must_not if any(title in found for found in lite)]
        if missing or too_many:
            wrong.append(f"{text}: without {missing}, with {too_many}: {lite}")
    assert not wrong, "\n".join(wrong)
    for surface in surfaces:
        await surface.world.database.close()

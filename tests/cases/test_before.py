"""What was handled before is said in the form before it is sent, and keeps nobody from sending it."""

from datetime import date, timedelta

import pytest

from handlers.dialogs.dialog import Form
from handlers.searching.index import KEEP
from tests.cases.steps import to_summary
from tests.chores import done
from tests.searching.archive import Old, meeting_of
from tests.surface import FakeSurface, form, message

SAID = "Faglig samarbeidsutvalg (FSU) 9. okt. 2024, orientering. Hva er nytt siden da?"


@pytest.fixture(autouse=True)
async def handled_before(surface: FakeSurface) -> None:
    world = surface.world
    await meeting_of(
        world,
        "fsu",
        date(2024, 10, 9),
        Old("Felles opplæring i utskrivning", "38/24", 38, types=["O"]),
        Old("Legemiddelgjennomgang på sykehjem", "39/24", 39),
        Old("Personalsak om opplæring", "40/24", 40, more={"closed_under": "offl. § 13"}),
    )
    await meeting_of(world, "au", date(2023, 1, 9), Old("Intern rutine for saksliste", "2023.1", 1))
    await done(KEEP, world.database, surface.clock)


def said(shown: Form) -> list[str]:
    return [fact.value for fact in shown.facts if fact.label == "Behandlet før"]


async def summary(surface: FakeSurface, who: str = "member", **what: object) -> Form:
    first = await surface.open(who, "sak")
    chosen = {
        "committee": str(surface.world.committees["fsu"]),
        "title": "Noe annet",
        "purpose": "Bli enige",
        "types": ["O"],
        **what,
    }
    how = form(await surface.submit(who, first, chosen))
    return form(await surface.submit(who, how))


async def test_a_title_like_one_that_was_handled(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    assert said(shown) == [f"38/24 Felles opplæring i utskrivning: Behandlet i {SAID}"]
    receipt = message(await surface.submit("member", shown))
    assert receipt.title == "Saken din: Felles opplæring i utskrivning"


@pytest.mark.parametrize(
    ("title", "is_like"),
    [
        ("Opplæring i utskriving, felles", True),
        ("FELLES OPPLÆRINGER VED UTSKRIVNING", True),
        ("Felles opplæring i utskrivning av eldre", True),
        ("Felles opplæring", True),
        ("Opplæring", False),
        ("Felles øvelse i beredskap", False),
        ("Legemiddelgjennomganger i sykehjemmene", True),
        ("Intern rutine for saksliste", False),
        ("Personalsak om opplæring", True),
    ],
)
async def test_which_titles_are_alike(surface: FakeSurface, title: str, is_like: bool) -> None:
    """Also a closed case, to a member; not what stands in a committee that the proposer does not follow."""
    assert bool(said(await summary(surface, title=title))) == is_like


async def test_what_a_text_refers_to(surface: FakeSurface) -> None:
    shown = await summary(surface, purpose="Følge opp sak 38/24 i FSU, og AU sak 2023.1.")
    assert said(shown) == [f"38/24 Felles opplæring i utskrivning: Behandlet i {SAID}"]


async def test_without_a_type(surface: FakeSurface) -> None:
    assert said(await summary(surface, purpose="Jf. sak 39/24.")) == [
        "39/24 Legemiddelgjennomgang på sykehjem: Behandlet i Faglig samarbeidsutvalg (FSU) 9. okt. 2024. "
        "Hva er nytt siden da?"
    ]


async def test_what_is_still_to_be_handled_was_not_before(surface: FakeSurface) -> None:
    await meeting_of(
        surface.world, "fsu", surface.clock.now().date() + timedelta(days=30), Old("Kommende sak", "9/26", 9)
    )
    await done(KEEP, surface.world.database, surface.clock)
    assert said(await summary(surface, title="Kommende sak", purpose="Jf. sak 9/26")) == []


async def test_a_closed_case_is_not_told_of_to_others(surface: FakeSurface) -> None:
    shown = await summary(
        surface, "nurse", committee=str(surface.world.committees["forum"]), title="Personalsak om opplæring"
    )
    assert said(shown) == []

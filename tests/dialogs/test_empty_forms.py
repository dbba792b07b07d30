"""A form in which nothing stands yet is put together once for each that differs, and is each person's own even so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from config.translations import catalogs
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form, FormField
from handlers.writing import language
from storage import people
from storage.tables import Committee, LanguageFrom
from tests import everything
from tests.clock import FixedClock
from tests.surface import FakeSurface, form
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


@pytest.fixture
def translated() -> Iterator[None]:
    yield
    language.install({})


def options(shown: Form, name: str) -> list[str]:
    return [option.label for option in next(field for field in shown.fields if field.name == name).options]


def definition(field: FormField) -> tuple[object, ...]:
    drawn = (field.name, field.widget, field.label, field.help, field.placeholder)
    return (*drawn, field.required, field.many, field.searched, field.options)


async def test_it_is_put_together_once_and_has_a_draft_of_its_own_each_time(surface: FakeSurface) -> None:
    first, second = [await surface.open("member", "sak") for _time in range(2)]
    assert first.token != second.token
    assert all(one is other for one, other in zip(first.fields, second.fields, strict=True))


async def test_it_is_as_it_is_drawn_anew(world: World, clock: FixedClock) -> None:
    """With every kind of field: nothing was filled in, and what is wrong is said of the same fields."""
    surface = FakeSurface(world, clock, everything.registry())
    first = await surface.open("member", "alt")
    again = form(await surface.submit("member", first, {}))
    assert any(field.error for field in again.fields)
    assert [*map(definition, again.fields)] == [*map(definition, first.fields)]


async def test_what_is_worked_out_for_one_is_not_shown_to_another(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, everything.registry())
    for who in ("member", "colleague", "member"):
        greeting = (await surface.open(who, "alt")).fields[0].label
        assert greeting.startswith(f"Hei, Eksempel {who.title()} ")


async def test_a_committee_that_is_no_more_cannot_be_chosen(surface: FakeSurface, clock: FixedClock) -> None:
    before = options(await surface.open("member", "sak"), "committee")
    async with surface.world.database.transaction() as session:
        gone = surface.world.committees["forum"]
        await session.execute(
            update(Committee).where(Committee.id == gone).values(removed_at=clock.now())  # type: ignore[arg-type]
        )
    clock.forward(timedelta(minutes=1))
    after = options(await surface.open("member", "sak"), "committee")
    assert len(after) == len(before) - 1
    assert set(after) < set(before)


async def test_each_reads_it_in_their_own_language(surface: FakeSurface, translated: None) -> None:
    """Also those who read it before there was a translation."""
    world = surface.world
    async with world.database.transaction() as session:
        await people.set_language(session, world.people["member"], "en", LanguageFrom.PERSON)

    async def label(who: str) -> str:
        return next(field.label for field in (await surface.open(who, "sak")).fields if field.name == "title")

    assert [await label("colleague"), await label("member")] == ["Tittel", "Tittel"]
    language.install(catalogs())
    assert [await label("colleague"), await label("member"), await label("colleague")] == ["Tittel", "Title", "Tittel"]

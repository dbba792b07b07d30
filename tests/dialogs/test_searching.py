"""A name typed in a search line and not chosen does not vanish: one rule, for every surface where it is typed apart
from the choices."""

from typing import Any

import pytest

from handlers.dialogs.dialog import QUERY, Form, FormField
from handlers.writing.identity import REMOVED
from tests.clock import FixedClock
from tests.everything import registry
from tests.surface import FakeSurface, form
from tests.world import World

RIGHT: dict[str, Any] = {"line": "Hei", "one": "a"}
SEVERAL = "«nummer 17» passer på flere. Velg blant treffene, eller tøm søkefeltet."
NONE = "Ingen treff på «Kari». Prøv et annet ord, eller tøm søkefeltet."


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


def field(shown: Form, name: str) -> FormField:
    return next(each for each in shown.fields if each.name == name)


def found(shown: Form, name: str) -> list[str]:
    options = field(shown, name).found
    assert options is not None
    return [option.value for option in options]


async def submitted(surface: FakeSurface, shown: Form, intent: Any = "next", **raw: Any) -> Form:
    queries = {name.removesuffix("_query") + QUERY: raw.pop(name) for name in list(raw) if name.endswith("_query")}
    return form(await surface.submit("member", shown, {**RIGHT, **raw, **queries}, intent))


async def test_one_hit_is_chosen_and_the_form_goes_on(surface: FakeSurface) -> None:
    first = await surface.open("member", "alt")
    second = await submitted(surface, first, searched_query="nummer 117", found_query="NUMMER 118 ")
    assert second.title == "Litt til"
    back = form(await surface.submit("member", second, intent="back"))
    assert field(back, "searched").value == "117"
    assert field(back, "found").value == ["118"]
    assert (field(back, "searched").query, field(back, "searched").found) == ("", None)


async def test_several_hits_are_shown_and_the_text_is_kept(surface: FakeSurface) -> None:
    shown = await submitted(surface, await surface.open("member", "alt"), searched_query="nummer 17")
    assert field(shown, "searched").error == SEVERAL
    assert field(shown, "searched").query == "nummer 17"
    assert found(shown, "searched") == ["17", "117", *(str(number) for number in range(170, 180)), "217"]
    again = await submitted(surface, shown, searched_query="nummer 17")
    assert field(again, "searched").error == SEVERAL, "it does not go away by itself"
    assert (await submitted(surface, again, searched="171", searched_query="nummer 17")).title == "Litt til"


@pytest.mark.parametrize("name", ["searched", "found", "who", "some"])
async def test_no_hit_says_so_and_keeps_the_text(surface: FakeSurface, name: str) -> None:
    """Also where the options are few: a surface may have them searched."""
    shown = await submitted(surface, await surface.open("member", "alt"), **{f"{name}_query": "Kari"})
    assert field(shown, name).error == NONE
    assert field(shown, name).query == "Kari"
    assert found(shown, name) == []
    assert (await submitted(surface, shown, **{f"{name}_query": ""})).title == "Litt til", "an emptied line is none"


async def test_all_that_is_wrong_is_said_at_once(surface: FakeSurface) -> None:
    shown = await submitted(surface, await surface.open("member", "alt"), one="", searched_query="Kari")
    assert field(shown, "searched").error == NONE
    assert field(shown, "one").error == "Velg noe under «Ett valg»."


async def test_another_hit_takes_the_place_of_a_single_choice_and_joins_several(surface: FakeSurface) -> None:
    first = await surface.open("member", "alt")
    second = await submitted(
        surface, first, searched="5", searched_query="nummer 117", found=["5"], found_query="nummer 117"
    )
    back = form(await surface.submit("member", second, intent="back"))
    assert (field(back, "searched").value, field(back, "found").value) == ("117", ["5", "117"])


async def test_a_search_in_a_second_field_keeps_the_hits_and_choices_of_the_first(surface: FakeSurface) -> None:
    shown = await submitted(surface, await surface.open("member", "alt"), "search", searched_query="nummer 17", one="")
    assert not any(each.error for each in shown.fields)
    shown = await submitted(
        surface, shown, "search", searched="171", searched_query="nummer 17", found_query="nummer 18", one=""
    )
    assert "171" in found(shown, "searched")
    assert field(shown, "searched").value == "171"
    assert "18" in found(shown, "found")
    assert (field(shown, "searched").query, field(shown, "found").query) == ("nummer 17", "nummer 18")


async def test_a_single_hit_that_was_asked_for_is_chosen_and_can_be_looked_at(surface: FakeSurface) -> None:
    shown = await submitted(surface, await surface.open("member", "alt"), "search", searched_query="nummer 117")
    assert (field(shown, "searched").value, found(shown, "searched")) == ("117", ["117"])
    assert (await submitted(surface, shown, searched="117", searched_query="nummer 117")).title == "Litt til"


async def test_going_back_and_a_saved_draft_keep_what_was_typed(surface: FakeSurface) -> None:
    first = await surface.open("member", "alt")
    second = await submitted(surface, first)
    back = form(await surface.submit("member", second, intent="back"))
    queries = {"searched" + QUERY: "nummer 17"}
    await surface.submit("member", back, queries, "save")
    question = await surface.open("member", "alt")
    resumed = form(await surface.submit("member", question))
    assert field(resumed, "searched").query == "nummer 17"


async def test_an_option_that_is_called_just_that_is_meant(surface: FakeSurface) -> None:
    """Among several whose names begin alike."""
    first = await surface.open("member", "alt")
    label = field(await submitted(surface, first, "search", one_query="Første"), "one").options[0].label
    assert label == "Første"
    assert (await submitted(surface, first, one="", one_query="første")).title == "Litt til"


async def test_an_identity_number_is_not_kept_in_a_search(surface: FakeSurface) -> None:
    shown = await submitted(surface, await surface.open("member", "alt"), searched_query="Kari 13097248022")
    assert field(shown, "searched").query == f"Kari {REMOVED}"
    assert "13097248022" not in str(shown)

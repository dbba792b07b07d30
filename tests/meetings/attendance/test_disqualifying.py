"""Habilitet: who takes no part in one item, who joins for it, everybody, and taking it back."""

from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.meetings.attendance import present
from handlers.meetings.attendance.roll import enough_for
from handlers.messages.message import Message
from tests.clock import FixedClock
from tests.kept_world import kept
from tests.meetings.attendance.steps import begin, comes, marking, page, press_for, roll_of, with_rules
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.world import World


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    """A meeting with two cases has begun, and its two members are there."""
    surface = FakeSurface(world, clock, registry())
    await _has_begun(surface)
    return surface


@kept
async def _has_begun(surface: FakeSurface) -> None:
    await accepted(surface, "Første sak")
    await accepted(surface, "Andre sak")
    await comes(surface, "member", "colleague")
    await begin(surface)
    await surface.press("secretary", await marking(surface), "Alle som sa ja, kom")


async def disqualify(
    surface: FakeSurface, *who: str, item: str = "Første sak", by: str = "secretary", **more: str
) -> Any:
    opened = form(await surface.press(by, await marking(surface, by), "Inhabil i en sak"))
    options = {field.name: field.options for field in opened.fields}
    slot = next(option.value for option in options["item"] if item in option.label)
    chosen = [option.value for option in options["who"] if any(each in option.label for each in who)]
    given = {name: str(surface.world.people.get(value, value)) for name, value in more.items()}
    return await surface.submit(by, opened, {"item": slot, "who": chosen, **given})


async def remarks(surface: FakeSurface) -> list[str]:
    return [remark.words for remark in present.of(await roll_of(surface.world)).remarks]


async def test_a_substitute_joins_for_one_case(surface: FakeSurface) -> None:
    told = message(await disqualify(surface, "Member", substitute="clinician", reason="Har arbeidet med saken"))
    assert told.title == "Inhabil i sak 1/2026 (O/D): Eksempel Member"
    assert facts(told)["Igjen i saken"] == "2 med stemmerett"
    assert await remarks(surface) == [
        "Eksempel Member var inhabil i sak 1/2026 (O/D). Eksempel Clinician møtte i stedet."
    ]
    shown = next(section for section in (await page(surface)).sections if section.title == "Inhabile")
    assert shown.text == "Sak 1/2026 (O/D): Eksempel Member, Eksempel Clinician møter i stedet"
    roll = await roll_of(surface.world)
    assert len(roll.voters(roll.was_there_at(roll.read.lines[1]))) == 2


async def test_it_is_undone_or_taken_away(surface: FakeSurface) -> None:
    told = message(await disqualify(surface, "Member"))
    await surface.press("secretary", told, "Angre")
    assert await remarks(surface) == []
    await disqualify(surface, "Member", "Colleague")
    shown = await marking(surface)
    assert "Ta bort alle" in labels(shown)
    one = message(await press_for(surface, shown, "Inhabile i sak 1/2026 (O/D)", "Ta bort Eksempel Member"))
    assert one.title == "Ikke lenger ført som inhabil: Eksempel Member"
    assert await remarks(surface) == ["Eksempel Colleague var inhabil i sak 1/2026 (O/D)."]
    twice = message(await press_for(surface, shown, "Inhabile i sak 1/2026 (O/D)", "Ta bort Eksempel Member"))
    assert twice.title == "Det er tatt bort allerede."
    await press_for(surface, shown, "Inhabile i sak 1/2026 (O/D)", "Ta bort alle")
    assert await remarks(surface) == []


async def test_everybody_is_disqualified(surface: FakeSurface) -> None:
    told = message(await disqualify(surface, "Alle med stemmerett"))
    assert told.title == "Inhabil i sak 1/2026 (O/D): Eksempel Colleague, Eksempel Member"
    assert told.text == "Ingen er igjen til å avgjøre saken. Hent inn stedfortredere, eller utsett den."
    assert facts(told)["Igjen i saken"] == "0 med stemmerett"
    other = message(await disqualify(surface, "Member", item="Andre sak"))
    assert other.text == ""
    # Substitutes are got in, one for each.
    told = message(await disqualify(surface, "Member", substitute="clinician"))
    assert facts(told)["Igjen i saken"] == "1 med stemmerett"
    assert await remarks(surface) == [
        "Eksempel Colleague var inhabil i sak 1/2026 (O/D).",
        "Eksempel Member var inhabil i sak 1/2026 (O/D). Eksempel Clinician møtte i stedet.",
        "Eksempel Member var inhabil i sak 2/2026 (O/D).",
    ]


async def test_the_quorum_of_that_case(surface: FakeSurface) -> None:
    await with_rules(surface.world, {"quorum": {"at_least": 2}})
    told = message(await disqualify(surface, "Member"))
    assert told.text == "Utvalget er ikke vedtaksført i saken. Hent inn stedfortredere, eller utsett den."
    assert facts(told)["Vedtaksført i saken"] == "Nei, 1 med stemmerett (minst 2)"
    assert facts(told)["Vedtaksført"] == "Ja, 2 med stemmerett (minst 2)"
    roll = await roll_of(surface.world)
    found = enough_for(roll, roll.read.lines[1])
    assert found is not None
    assert found.is_enough


@pytest.mark.parametrize(
    ("substitute", "why"),
    [
        ("colleague", "Eksempel Colleague har allerede én stemme i saken. Velg en annen."),
        ("member", "Eksempel Member er selv inhabil i saken. Velg en annen."),
    ],
)
async def test_who_cannot_join(surface: FakeSurface, substitute: str, why: str) -> None:
    wrong = form(await disqualify(surface, "Member", substitute=substitute))
    assert errors(wrong) == {"substitute": why}
    assert await remarks(surface) == []


async def test_one_substitute_for_two_is_asked_about(surface: FakeSurface) -> None:
    wrong = form(await disqualify(surface, "Member", "Colleague", substitute="clinician"))
    assert errors(wrong)["substitute"].startswith("En stedfortreder møter for én.")
    await disqualify(surface, "Member", substitute="clinician")
    wrong = form(await disqualify(surface, "Colleague", substitute="clinician"))
    assert errors(wrong) == {"substitute": "Eksempel Clinician har allerede én stemme i saken. Velg en annen."}


async def test_the_same_twice_is_said(surface: FakeSurface) -> None:
    await disqualify(surface, "Member")
    wrong = form(await disqualify(surface, "Member", by="deputy"))
    assert errors(wrong) == {"who": "De er ført som inhabile i saken fra før."}


async def test_why_somebody_was_disqualified_is_with_the_remark(surface: FakeSurface) -> None:
    await disqualify(surface, "Member", other="Eksempel Utenfra", reason="Gift med den det gjelder")
    (remark,) = present.of(await roll_of(surface.world)).remarks
    assert remark.reason == "Gift med den det gjelder"
    assert remark.words == "Eksempel Member var inhabil i sak 1/2026 (O/D). Eksempel Utenfra møtte i stedet."
    assert remark.reason not in str(await page(surface, "observer"))


async def test_somebody_who_is_not_in_the_register_is_disqualified_too(surface: FakeSurface) -> None:
    opened = form(await surface.press("secretary", await marking(surface), "Legg til"))
    await surface.submit("secretary", opened, {"other": "Eksempel Utenfra", "stands_in_for": "0"})
    await disqualify(surface, "Utenfra", substitute="clinician")
    assert (await remarks(surface))[-1] == (
        "Eksempel Utenfra var inhabil i sak 1/2026 (O/D). Eksempel Clinician møtte i stedet."
    )
    roll = await roll_of(surface.world)
    guest = next(each for each in roll.attendees if each.name == "Eksempel Utenfra")
    assert [roll.was_there_at(line)(guest) for line in roll.read.lines] == [False, True]
    wrong = form(await disqualify(surface, "Utenfra"))
    assert errors(wrong) == {"who": "De er ført som inhabile i saken fra før."}


async def test_only_whoever_marks_says_so(surface: FakeSurface) -> None:
    shown: Message = await marking(surface)
    refused = message(await surface.press("member", shown, "Inhabil i en sak"))
    assert refused.title.startswith("Bare referenten og sekretariatet")


async def test_undoing_a_substitute_leaves_the_disqualification_that_was_there(surface: FakeSurface) -> None:
    await disqualify(surface, "Member", reason="Gift med den det gjelder")
    told = message(await disqualify(surface, "Member", substitute="clinician"))
    undone = message(await surface.press("secretary", told, "Angre"))
    assert undone.title == "Angret"
    (remark,) = present.of(await roll_of(surface.world)).remarks
    assert remark.words == "Eksempel Member var inhabil i sak 1/2026 (O/D)."
    assert remark.reason == "Gift med den det gjelder"

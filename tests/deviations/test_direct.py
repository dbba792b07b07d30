"""«Løst direkte»: an event is counted with one press, and nothing else is stored."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from handlers.errors import Repeated
from handlers.messages.message import Message
from storage.tables import DirectFix, Organisation, Person
from tests.surface import FakeSurface, button_called, labels, message


async def counted(surface: FakeSurface) -> list[DirectFix]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(DirectFix).order_by(col(DirectFix.id))))


async def opened(surface: FakeSurface, who: str = "clinician") -> Message:
    return message(await surface.say(who, "avvik direkte"))


async def test_one_press_counts_one(surface: FakeSurface) -> None:
    shown = await opened(surface)
    assert labels(shown) == [
        "Kommunikasjon/dokumentasjon",
        "Logistikkmeldinger",
        "Behandling og pleie",
        "Legemidler",
        "Annet",
    ]
    thanks = message(await surface.press("clinician", shown, "Legemidler"))
    assert thanks.title == "Registrert: Legemidler. Takk!"
    assert thanks.replace
    assert labels(thanks) == ["Tell en til", "Angre"]
    (one,) = await counted(surface)
    assert (one.category, one.direction, one.month) == ("medication", "to_municipality", "2026-09")


async def test_from_the_municipality_it_goes_the_other_way(surface: FakeSurface) -> None:
    await surface.press("nurse", await opened(surface, "nurse"), "Annet")
    assert [one.direction for one in await counted(surface)] == ["to_hospital"]


async def test_the_month_is_the_local_one(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(days=29, hours=14, minutes=30))
    await surface.press("clinician", await opened(surface), "Annet")
    assert [one.month for one in await counted(surface)] == ["2026-10"]


async def test_a_double_press_counts_once(surface: FakeSurface) -> None:
    shown = await opened(surface)
    button = button_called(shown, "Legemidler")
    me = surface.world.sender("clinician")
    await surface.bot.press(me, button.action, button.arguments, request_key="r1")
    with pytest.raises(Repeated):
        await surface.bot.press(me, button.action, button.arguments, request_key="r1")
    # Also when it comes as another request: the message was one.
    again = message(await surface.press("clinician", shown, "Legemidler"))
    assert "telt allerede" in again.title
    assert len(await counted(surface)) == 1


async def test_one_more_is_counted_from_the_same_message(surface: FakeSurface) -> None:
    thanks = message(await surface.press("clinician", await opened(surface), "Legemidler"))
    shown = message(await surface.press("clinician", thanks, "Tell en til"))
    assert shown.replace
    await surface.press("clinician", shown, "Legemidler")
    assert len(await counted(surface)) == 2


async def test_it_can_be_taken_back_once(surface: FakeSurface) -> None:
    thanks = message(await surface.press("clinician", await opened(surface), "Legemidler"))
    taken_back = message(await surface.press("clinician", thanks, "Angre"))
    assert taken_back.replace
    assert labels(taken_back) == ["Tell en til"]
    assert await counted(surface) == []
    again = message(await surface.press("clinician", thanks, "Angre"))
    assert "angret allerede" in again.title


async def test_nobody_takes_back_what_another_counted(surface: FakeSurface) -> None:
    thanks = message(await surface.press("clinician", await opened(surface), "Legemidler"))
    await surface.press("nurse", thanks, "Angre")
    button = button_called(thanks, "Angre")
    guessed = {**button.arguments, "at": (surface.clock.now() - timedelta(seconds=1)).isoformat()}
    await surface.bot.press(surface.world.sender("surgeon"), button.action, guessed)
    assert len(await counted(surface)) == 1


async def test_it_is_too_late_to_take_back_the_day_after_tomorrow(surface: FakeSurface) -> None:
    thanks = message(await surface.press("clinician", await opened(surface), "Legemidler"))
    surface.clock.forward(timedelta(days=2))
    assert "for lenge siden" in message(await surface.press("clinician", thanks, "Angre")).title
    assert len(await counted(surface)) == 1


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("avvik.tell", {}),
        ("avvik.tell", {"category": "medication", "direction": "to_municipality"}),
        ("avvik.tell", {"category": "equipment", "ticket": "a"}),
        ("avvik.tell", {"category": "medication", "ticket": "a" * 1000}),
        ("avvik.angre", {}),
        ("avvik.angre", {"counted": "1", "at": "2026-09-01"}),
        ("avvik.angre", {"counted": "x", "at": "2026-09-01T08:00:00+00:00"}),
    ],
)
async def test_a_button_that_is_not_ours_counts_nothing(
    surface: FakeSurface, action: str, arguments: dict[str, str]
) -> None:
    reply = message(await surface.bot.press(surface.world.sender("clinician"), action, arguments))
    assert "virker ikke lenger" in reply.title
    assert await counted(surface) == []


async def test_somebody_on_neither_side_says_which_way_first(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        union = Organisation(key="union", name="Eksempelforeningen", kind="other")
        session.add(union)
        await session.flush()
        await session.execute(
            update(Person).where(col(Person.id) == surface.world.people["observer"]).values(organisation_id=union.id)
        )
    asked = await opened(surface, "observer")
    assert labels(asked) == ["Fra kommune til sykehus", "Fra sykehus til kommune"]
    shown = message(await surface.press("observer", asked, "Fra kommune til sykehus"))
    thanks = message(await surface.press("observer", shown, "Legemidler"))
    assert [one.direction for one in await counted(surface)] == ["to_hospital"]
    # The next one goes the same way.
    again = message(await surface.press("observer", thanks, "Tell en til"))
    assert labels(again)[0] == "Kommunikasjon/dokumentasjon"


async def test_who_counted_is_stored_nowhere(surface: FakeSurface) -> None:
    shown = await opened(surface)
    before = await _everything(surface)
    await surface.press("clinician", shown, "Legemidler")
    stored = [json.loads(row) for row in await _everything(surface) - before]
    # The event, that its button was pressed, and that the month is to be counted anew.
    assert sorted(row[0] for row in stored) == ["deviation_recount", "direct_fix", "seen_request"]
    ticket = button_called(shown, "Legemidler").arguments["ticket"]
    assert ticket not in str(stored), "a client may send anything as one"
    assert not any("person" in name or "actor" in name for name in DirectFix.model_fields)


async def _everything(surface: FakeSurface) -> set[str]:
    """Every row of every table, but when people were last seen."""
    found = set()
    async with surface.world.database.transaction() as session:
        for name in DirectFix.metadata.tables:
            if name != "account":
                rows = await session.execute(text(f'SELECT * FROM "{name}"'))
                found |= {json.dumps([name, *map(str, row)]) for row in rows}
    return found

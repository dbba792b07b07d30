"""Two who write in the same case at once: nothing that either of them wrote is lost."""

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.meetings.minutes import at_hand
from handlers.meetings.minutes.merging import merge, side_by_side
from handlers.meetings.minutes.write import parts_of, whole_of
from storage.statements import table
from storage.tables import Conclusion, MinutesEntry
from tests.clock import FixedClock
from tests.deviations import steps
from tests.meetings.minutes.steps import begun, in_meeting, press_at, to_write
from tests.surface import errors, facts, form, message, values
from tests.world import World

TITLE = "Felles opplæring"


@pytest.mark.parametrize(
    ("begun", "own", "stored", "stands", "both"),
    [
        ("a", "a", "a", "a", False),
        ("a", "mine", "a", "mine", False),
        ("a", "a", "theirs", "theirs", False),
        ("a", "same", "same", "same", False),
        ("a", "mine", "theirs", "mine", True),
        ("a", "", "theirs", "", True),
        ("", "mine", "", "mine", False),
    ],
)
def test_what_only_one_changed_stands(begun: str, own: str, stored: str, stands: str, both: bool) -> None:
    merged = merge({"text": begun}, {"text": own}, {"text": stored})
    assert (merged.values, merged.both) == ({"text": stands}, frozenset({"text"} if both else ()))


def test_both_texts_stand_once_however_often_they_are_put_together() -> None:
    once = side_by_side("Min tekst.", "Deres tekst.", "En annen")
    assert once == "Min tekst.\n\n[En annen skrev samtidig:]\nDeres tekst."
    assert side_by_side(once, "Deres tekst.", "En annen") == once
    assert side_by_side("", "Deres tekst.", "En annen") == "Deres tekst."


@pytest.mark.parametrize("text", ["kort", "ord " * 1000, "Avsnitt.\n" * 500, "x" * 4000, "👩‍⚕️" * 900])
def test_a_long_text_is_in_two_fields_and_whole(text: str) -> None:
    first, more = parts_of(text)
    assert "".join((first + more).split()) == "".join(text.split())
    assert whole_of({"discussion": first, "more": more}).split() != []
    assert len(first.encode("utf-16-le")) // 2 <= 3000


async def test_different_fields_merge_by_themselves(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own, theirs = await to_write(surface, shown, TITLE), await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"conclusions": "Saken utsettes."})
    done = message(await surface.submit("secretary", own, {"discussion": "Godt drøftet."}))
    assert done.text == "Lagret. Det Eksempel Deputy skrev samtidig, står der også.\n\nGodt drøftet."
    assert facts(done)["Konklusjon"] == "Saken utsettes."


async def test_the_same_field_comes_back_with_both_texts(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own, theirs = await to_write(surface, shown, TITLE), await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"discussion": "Deres innspill.", "how": "disagreed"})
    back = form(await surface.submit("secretary", own, {"discussion": "Mine innspill.", "how": "agreed"}))
    assert values(back)["discussion"] == "Mine innspill.\n\n[Eksempel Deputy skrev samtidig:]\nDeres innspill."
    assert values(back)["how"] == "agreed"
    assert errors(back)["how"] == "Eksempel Deputy valgte «Uenighet» samtidig. Velg det som er riktig, og lagre igjen."
    assert [field.name for field in back.fields if field.replaced] == ["discussion", "conclusions", "ready", "how"]
    done = message(await surface.submit("secretary", back, {"discussion": "Mine innspill.\nDeres innspill."}))
    assert done.text == "Lagret.\n\nMine innspill.\nDeres innspill."
    assert facts(done)["Avgjort ved"] == "Enighet"


async def test_both_again_while_they_are_put_together(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own, theirs = await to_write(surface, shown, TITLE), await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"discussion": "Deres."})
    back = form(await surface.submit("secretary", own, {"discussion": "Mine."}))
    again = await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", again, {"discussion": "Deres.\nOg mer."})
    back = form(await surface.submit("secretary", back))
    assert "Mine." in str(values(back)["discussion"])
    assert "Deres.\nOg mer." in str(values(back)["discussion"])
    done = message(await surface.submit("secretary", back))
    assert done.text.endswith("Deres.\nOg mer.")


async def test_what_was_saved_while_typing_is_compared_with_what_it_was_typed_over(
    world: World, clock: FixedClock
) -> None:
    """The window was closed, somebody else wrote, and the form is opened again with what was typed."""
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own = await to_write(surface, shown, TITLE)
    await surface.submit("secretary", own, {"discussion": "Mine innspill."}, "save")
    theirs = await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"discussion": "Deres innspill.", "conclusions": "Saken avvises."})
    again = await to_write(surface, shown, TITLE)
    assert values(again)["discussion"] == "Mine innspill."
    assert values(again)["conclusions"] == "Saken avvises."
    back = form(await surface.submit("secretary", again))
    assert values(back)["discussion"] == "Mine innspill.\n\n[Eksempel Deputy skrev samtidig:]\nDeres innspill."


async def test_two_texts_that_do_not_fit_together_are_both_kept(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own, theirs = await to_write(surface, shown, TITLE), await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"conclusions": "Deres konklusjon. " * 150})
    mine = ("Min konklusjon. " * 150).strip()
    back = form(await surface.submit("secretary", own, {"conclusions": mine}))
    assert values(back)["conclusions"] == mine
    assert errors(back)["conclusions"].startswith(
        "Eksempel Deputy har skrevet her samtidig, og begge tekstene får ikke"
    )
    # Handed in again as it is, it still writes over nothing.
    back = form(await surface.submit("secretary", back))
    short = form(await surface.submit("secretary", back, {"conclusions": "Min konklusjon."}))
    assert "Deres konklusjon." in str(values(short)["conclusions"])
    at = message(
        await press_at(surface, "deputy", message(await surface.say("deputy", "referat FSU")), TITLE, "Se mer")
    )
    assert facts(at)["Konklusjon"].startswith("Deres konklusjon.")


async def test_a_long_discussion_of_both_takes_two_fields(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    shown = await begun(surface)
    own, theirs = await to_write(surface, shown, TITLE), await to_write(surface, shown, TITLE, "deputy")
    await surface.submit("deputy", theirs, {"discussion": "Deres innspill. " * 150})
    back = form(await surface.submit("secretary", own, {"discussion": "Mine innspill. " * 150}))
    both = f"{values(back)['discussion']}\n{values(back)['more']}"
    assert (both.count("Mine innspill."), both.count("Deres innspill.")) == (150, 150)
    done = message(await surface.submit("secretary", back))
    assert (done.text.count("Mine innspill."), done.text.count("Deres innspill.")) == (150, 150)


async def test_two_change_the_same_follow_up(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    at = message(await press_at(surface, "secretary", await begun(surface), TITLE, "Se mer"))
    new = form(await surface.press("secretary", at, "Legg til oppfølging"))
    at = message(await surface.submit("secretary", new, {"text": "Lage et utkast", "words": "Sekretariatet"}))
    own, theirs = form(await surface.press("secretary", at, "Endre")), form(await surface.press("deputy", at, "Endre"))
    committee = {"words": "", "owner": f"c{world.committees['au']}"}
    await surface.submit("deputy", theirs, {**committee, "text": "Lage et godt utkast", "due": "1.12."})
    back = form(await surface.submit("secretary", own, {"text": "Lage to utkast", "words": "Lederen"}))
    assert values(back)["text"] == "Lage to utkast\n\n[Eksempel Deputy skrev samtidig:]\nLage et godt utkast"
    assert (values(back)["words"], values(back)["owner"], values(back)["due"]) == ("Lederen", None, "1.12.")
    assert errors(back)["owner"] == "Eksempel Deputy skrev «Arbeidsutvalg (AU)» her samtidig. Se over og lagre igjen."
    done = message(await surface.submit("secretary", back, {"text": "Lage to gode utkast"}))
    assert done.sections[0].text == "Lage to gode utkast (Lederen, 1.12.)"


async def test_a_follow_up_that_another_took_away_is_not_lost_in_silence(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, TITLE)
    at = message(await press_at(surface, "secretary", await begun(surface), TITLE, "Se mer"))
    new = form(await surface.press("secretary", at, "Legg til oppfølging"))
    at = message(await surface.submit("secretary", new, {"text": "Lage et utkast"}))
    own = form(await surface.press("secretary", at, "Endre"))
    await surface.press("deputy", at, "Ta bort")
    back = form(await surface.submit("secretary", own, {"text": "Lage to utkast"}))
    assert back.errors == ("Oppfølgingen er tatt bort.",)
    assert values(back)["text"] == "Lage to utkast"


async def test_who_waited_sees_what_the_one_before_them_wrote(world: World, clock: FixedClock) -> None:
    """A form has read what stands there before it waits for it: what it is compared with is as it stands then."""
    surface = await in_meeting(world, clock, TITLE)
    own = await to_write(surface, await begun(surface), TITLE)
    await surface.submit("secretary", own, {"discussion": "Først.", "conclusions": "Saken utsettes."})
    async with world.database.transaction() as session:
        entry = (await session.scalars(select(MinutesEntry).where(col(MinutesEntry.discussion) == "Først."))).one()
        arguments = {"meeting": str(world.meetings["fsu-1"]), "slot": str(entry.slot_id)}
        context = await steps.context_of(surface, session, "secretary")
        before = await at_hand.line(context, arguments)
        assert before.written.entry is not None
        # Past what the session has read, as another process does it.
        await session.execute(update(table(MinutesEntry)).values(discussion="Deres.", revision=7))
        await session.execute(update(table(Conclusion)).values(text="Saken avvises."))
        await at_hand.to_write(context, arguments)
        after = (await at_hand.line(context, arguments)).written.entry
        assert after is not None
        assert (after.entry.discussion, after.entry.revision) == ("Deres.", 7)
        assert [each.text for each in after.conclusions] == ["Saken avvises."]

"""`/frister`: what somebody owes, overdue first, each done where it stands, and gone when it is done."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from handlers.capabilities import registry
from handlers.capability import Capability, Owed
from handlers.dialogs.dialog import Form
from handlers.messages.message import Button, Message, Section
from handlers.owed.actions import Do
from handlers.owed.listing import Listing
from handlers.people.context import CLOCK, Context
from storage.tables import Committee
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.decisions.steps import decide
from tests.deviations import walk
from tests.hearings import steps as hearings
from tests.surface import FakeSurface, form, message, values
from tests.world import World

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def titles(shown: Message) -> list[str]:
    return [section.title for section in shown.sections]


def owing(count: int, *others: Owed) -> Listing:
    """So many things due one day after the other, and these others."""

    async def owes(_context: Context) -> Sequence[Owed]:
        each = (Owed(f"nr. {n}", (), NOW + timedelta(days=n)) for n in range(1, count + 1))
        return [*others, *each]

    return Listing([Capability(name="a"), Capability(name="b", owes=owes)])


async def shown_by(listing: Listing, page: str = "") -> Message:
    # Nothing of it is asked of the database.
    context = Context(None, CLOCK, NOW)  # type: ignore[arg-type]
    return message(await listing.show(context, {"page": page} if page else {}))


async def test_what_is_overdue_comes_first_and_what_has_no_deadline_last() -> None:
    noon_today, yesterday = NOW + timedelta(hours=2), NOW - timedelta(days=1)
    listing = owing(
        1,
        Owed("uten frist", ()),
        Owed("i dag", (), noon_today - timedelta(hours=6), whole_day=True),
        Owed("for sent", (), NOW - timedelta(minutes=1)),
        Owed("i går", (), yesterday, whole_day=True),
    )
    shown = await shown_by(listing)
    assert titles(shown) == ["i går", "i dag", "for sent", "nr. 1", "uten frist"]
    assert shown.text == "2 frister er gått ut."
    assert [section.text for section in shown.sections] == [
        "Gått ut: mandag 31. august 2026 (i går)",
        "Frist tirsdag 1. september 2026 (i dag)",
        "Gått ut: tirsdag 1. september 2026 kl. 09.59 (i dag)",
        "Frist onsdag 2. september 2026 kl. 10.00 (i morgen)",
        "Ingen frist",
    ]


async def test_a_committee_s_own_zone_is_what_its_deadlines_are_read_in() -> None:
    shown = await shown_by(owing(0, Owed("i Helsinki", (), NOW + timedelta(hours=1), zone="Europe/Helsinki")))
    assert shown.sections[0].text == "Frist tirsdag 1. september 2026 kl. 12.00 (i dag)"


async def test_long_lists_come_a_page_at_a_time() -> None:
    first = await shown_by(owing(10))
    assert titles(first) == [f"nr. {n}" for n in range(1, 9)]
    (following,) = first.buttons
    assert (following.label, following.action, following.arguments) == ("Neste", Do.SHOW, {"page": "1"})
    last = await shown_by(owing(10), "1")
    assert (titles(last), last.small, last.replace) == (["nr. 9", "nr. 10"], "Nummer 9 til 10.", True)
    # The page that was there is done with meanwhile.
    assert titles(await shown_by(owing(3), "4")) == ["nr. 1", "nr. 2", "nr. 3"]


async def test_nothing_is_owed_by_somebody_in_no_committee() -> None:
    shown = await shown_by(owing(0))
    assert shown.title == "Du har ingen frister"
    assert "ikke med i noe utvalg" in shown.text


# --- what the rooms say ----------------------------------------------------------------------------------------


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


@pytest.fixture
def on_both(world: World, clock: FixedClock) -> FakeSurface:
    """On SQLite and on PostgreSQL."""
    return FakeSurface(world, clock, registry())


async def frister(surface: FakeSurface, who: str) -> Message:
    return message(await surface.say(who, "frister"))


def line(shown: Message, begins: str) -> Section:
    return next(section for section in shown.sections if section.title.startswith(begins))


async def press(surface: FakeSurface, who: str, button: Button) -> Message | Form | None:
    return await surface.bot.press(surface.world.sender(who), button.action, button.arguments)


async def test_a_member_owes_cases_until_they_have_proposed_one(on_both: FakeSurface) -> None:
    surface = on_both
    shown = await frister(surface, "member")
    cases = line(shown, "Meld saker til møtet i Faglig samarbeidsutvalg")
    assert cases.text == "Frist mandag 7. september 2026 kl. 10.00 (om 6 dager)"
    opened = form(await press(surface, "member", cases.buttons[0]))
    assert opened.title == "Hva gjelder saken?"
    assert values(opened)["committee"] == str(surface.world.committees["fsu"])
    assert message(await surface.say("observer", "frister")).title == "Du har ingen frister"
    await propose(surface)
    assert (await frister(surface, "member")).title == "Du har ingen frister"
    assert any(each.startswith("1 sak venter") for each in titles(await frister(surface, "secretary")))


async def test_the_form_for_a_case_begins_with_the_committee_and_that_is_no_draft(surface: FakeSurface) -> None:
    fsu, au = (str(surface.world.committees[each]) for each in ("fsu", "au"))

    async def opened(committee: str) -> Form:
        return form(await surface.bot.press(surface.world.sender("member"), "sak.meld", {"committee": committee}))

    assert values(await opened(fsu))["committee"] == fsu
    # It is open, with nothing written: neither the same again nor the command asks what is to become of it.
    assert values(await opened(fsu))["committee"] == fsu
    assert not values(form(await surface.say("member", "sak")))["committee"]
    # None that they may propose to: the form is the common one.
    for odd in (au, "", "x", "9" * 30):
        assert not values(await opened(odd))["committee"], odd
    # What was written is not lost.
    await surface.submit("member", await opened(fsu), {"title": "Felles opplæring"})
    assert (await opened(fsu)).title == "Fortsett der du slapp?"
    # Somebody of no such committee has the one that is open to everybody.
    stranger = form(await surface.bot.press(surface.world.sender("clinician"), "sak.meld", {"committee": fsu}))
    assert values(stranger)["committee"] not in (fsu, au)


async def test_a_secretariat_owes_the_convocation_and_then_everybody_an_answer(on_both: FakeSurface) -> None:
    surface = on_both
    convening = line(await frister(surface, "secretary"), "Send innkalling til møtet i Faglig samarbeidsutvalg")
    assert convening.text == "Frist mandag 21. september 2026 kl. 10.00 (om 20 dager)"
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.settings = {**committee.settings, "convocation": "14d 12:00"}
    convening = line(await frister(surface, "secretary"), "Send innkalling til møtet i Faglig samarbeidsutvalg")
    assert convening.text == "Frist mandag 7. september 2026 kl. 12.00 (om 6 dager)"
    asked = message(await press(surface, "secretary", convening.buttons[0]))
    await surface.press("secretary", asked, "Send likevel")
    assert not any(
        "Send innkalling" in each and "Faglig" in each for each in titles(await frister(surface, "secretary"))
    )
    answering = line(await frister(surface, "colleague"), "Svar på om du kommer til møtet i Faglig")
    assert [button.label for button in answering.buttons] == ["Kommer", "Forfall", "Stedfortreder"]
    await press(surface, "colleague", answering.buttons[0])
    assert not any(each.startswith("Svar på om") for each in titles(await frister(surface, "colleague")))


async def test_a_hearing_is_answered_where_it_stands(surface: FakeSurface) -> None:
    await hearings.started(surface, "clinician")
    (asked,) = (await frister(surface, "clinician")).sections
    assert asked.title == "Svar på høringen «Ny samhandlingsavtale»"
    assert "22. september 2026" in asked.text
    await press(surface, "clinician", asked.buttons[1])
    assert (await frister(surface, "clinician")).title == "Du har ingen frister"


async def test_a_unit_owes_an_answer_to_a_deviation(surface: FakeSurface) -> None:
    await walk.report(surface)
    (owed,) = (await frister(surface, "nurse")).sections
    assert owed.title.startswith("Svar på AVV-2026-0001")
    assert owed.text.startswith("Frist ")
    surface.clock.forward(timedelta(days=60))
    late = await frister(surface, "nurse")
    assert late.text == "1 frist er gått ut."
    assert (await frister(surface, "clinician")).title == "Du har ingen frister"


async def test_what_was_decided_is_ticked_off_where_it_stands(surface: FakeSurface) -> None:
    due_on = date(2026, 9, 10)
    owner = {"owner_id": surface.world.people["clinician"]}
    await decide(surface, "Opplæring", "FSU ber om det.", to_do="Lage en plan", due_on=due_on, **owner)
    (owed,) = (await frister(surface, "clinician")).sections
    assert owed.title == "Følg opp: Lage en plan"
    assert owed.text == "Frist torsdag 10. september 2026 (om 9 dager)"
    surface.clock.forward(timedelta(days=9))
    assert (await frister(surface, "clinician")).text == ""
    surface.clock.forward(timedelta(days=1))
    assert (await frister(surface, "clinician")).text == "1 frist er gått ut."
    done = await press(surface, "clinician", owed.buttons[0])
    if isinstance(done, Form):
        done = await surface.submit("clinician", done)
    assert (await frister(surface, "clinician")).title == "Du har ingen frister"


async def test_it_takes_as_many_statements_for_much_as_for_little(surface: FakeSurface) -> None:
    """Of each thing, the more there is of it the longer the list, and not the more questions."""

    async def counted() -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                statements.append(statement)

        engine = surface.world.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await frister(surface, "clinician")
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    owner = {"owner_id": surface.world.people["clinician"]}
    await hearings.started(surface, "clinician")
    await decide(surface, "Opplæring", "FSU ber om det.", to_do="Lage en plan", **owner)
    few = await counted()
    for number in range(2, 5):
        await hearings.started(surface, "clinician", title=f"Høring {number}")
        await decide(surface, f"Sak {number}", "FSU ber om det.", number=number, to_do=f"Plan {number}", **owner)
    assert await counted() == few
    assert len((await frister(surface, "clinician")).sections) == 8

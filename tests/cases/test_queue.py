"""The list of what waits: who, what, which meeting, how old; decided on where it stands, 26 in one sitting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import event, select, update
from sqlmodel import col

from handlers.messages.message import Message, Section
from storage.tables import AgendaItem, AgendaItemEvent, ItemStatus
from tests.cases.steps import propose, too_late_to_undo
from tests.surface import FakeSurface, form, labels, message

ACCEPT, MORE = "Sett på sakslisten", "Se mer og velg"
TITLE = "Felles opplæring i utskrivning"


async def _fill(surface: FakeSurface, count: int) -> None:
    """So many cases that the member proposed, «Sak 1» and on, an hour between."""
    async with surface.world.database.transaction() as session:
        for number in range(1, count + 1):
            at = surface.clock.now() - timedelta(hours=count - number)
            item = AgendaItem(
                draft_id=f"queue{number}",
                committee_id=surface.world.committees["fsu"],
                meeting_id=surface.world.meetings["fsu-1"],
                proposer_id=surface.world.people["member"],
                title=f"Sak {number}",
                purpose="Bli enige om en plan",
                types=["O"],
                created_at=at,
                changed_at=at,
            )
            session.add(item)
            await session.flush()
            session.add(AgendaItemEvent(item_id=item.id, kind="proposed", actor_id=item.proposer_id, at=at))


async def _open(surface: FakeSurface, who: str = "secretary") -> Message:
    listed = message(await surface.say(who, "sak liste"))
    return message(await surface.press(who, listed, labels(listed)[-1]))


def _titles(shown: Message) -> list[str]:
    return [section.title for section in shown.sections]


def _of(shown: Message, title: str) -> Message:
    """That line of the list, to press in."""
    section = next(each for each in shown.sections if each.title == title)
    return Message(title=section.title, buttons=section.buttons)


async def test_each_line_says_who_what_type_which_meeting_and_how_old(surface: FakeSurface) -> None:
    await propose(surface)
    surface.clock.forward(timedelta(days=3))
    await propose(surface, "colleague", meeting="any")
    shown = await _open(surface)
    assert shown.title == "2 saker venter på sekretariatet"
    assert [section.text for section in shown.sections] == [
        "Faglig samarbeidsutvalg (FSU) · Eksempel Member · Orientering, Drøfting · ønsket møte: 21. sep. 2026 · "
        "meldt for 3 dager siden",
        "Faglig samarbeidsutvalg (FSU) · Eksempel Colleague · Orientering, Drøfting · ønsket møte: når det passer · "
        "meldt i dag\nSettes opp i møtet 21. sep. 2026.",
    ]
    assert [[button.label for button in section.buttons] for section in shown.sections] == [[ACCEPT, MORE]] * 2


async def test_a_line_says_what_a_case_waits_for(surface: FakeSurface) -> None:
    await propose(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(update(AgendaItem).values(status=ItemStatus.QUESTIONED))
    (section,) = (await _open(surface)).sections
    assert section.text.endswith(" · Venter på svar fra forslagsstilleren")


async def test_an_empty_queue_says_so(surface: FakeSurface) -> None:
    nothing = message(await surface.bot.press(surface.world.sender("secretary"), "sak.ubehandlet", {}))
    assert (nothing.title, nothing.buttons) == ("Ingen saker venter på dere", ())
    stranger = message(await surface.bot.press(surface.world.sender("clinician"), "sak.ubehandlet", {}))
    assert stranger.title == "Ingen saker venter på dere"


async def test_twenty_six_are_decided_on_in_one_sitting(surface: FakeSurface) -> None:
    """Without a walk: the list stays where it is, and what is decided on makes room."""
    await _fill(surface, 26)
    shown = await _open(surface)
    assert shown.title == "26 saker venter på sekretariatet"
    assert shown.text == "Nummer 1 til 8."
    assert [button.label for button in shown.buttons] == ["Neste"]
    for number in range(1, 27):
        shown = message(await surface.press("secretary", _of(shown, f"Sak {number}"), ACCEPT))
        assert shown.replace
        done = shown.sections[0]
        assert (done.title, [button.label for button in done.buttons]) == (f"Sak {number}", ["Angre"])
        assert f"satte saken på sakslisten som {number}/2026 (O)" in done.text
    assert shown.title == "Ingen saker venter på dere"
    async with surface.world.database.transaction() as session:
        items = (await session.scalars(select(AgendaItem).order_by(col(AgendaItem.number_in_year)))).all()
    assert [item.title for item in items] == [f"Sak {number}" for number in range(1, 27)]


async def test_the_place_in_the_list_is_kept(surface: FakeSurface) -> None:
    await _fill(surface, 26)
    second = message(await surface.press("secretary", await _open(surface), "Neste"))
    assert second.replace
    assert _titles(second) == [f"Sak {number}" for number in range(9, 17)]
    assert [button.label for button in second.buttons] == ["Forrige", "Neste"]
    after = message(await surface.press("secretary", _of(second, "Sak 12"), ACCEPT))
    assert _titles(after) == ["Sak 12", *(f"Sak {number}" for number in (9, 10, 11, 13, 14, 15, 16, 17))]
    assert after.title == "25 saker venter på sekretariatet"
    back = message(await surface.press("secretary", after, "Forrige"))
    assert _titles(back) == [f"Sak {number}" for number in range(1, 9)]


async def test_the_last_on_the_last_page_leads_to_the_page_before(surface: FakeSurface) -> None:
    await _fill(surface, 9)
    last = message(await surface.press("secretary", await _open(surface), "Neste"))
    after = message(await surface.press("secretary", _of(last, "Sak 9"), ACCEPT))
    assert _titles(after) == ["Sak 9", *(f"Sak {number}" for number in range(1, 9))]


async def test_everything_can_be_done_from_the_list(surface: FakeSurface) -> None:
    await _fill(surface, 3)
    shown = message(await surface.press("secretary", _of(await _open(surface), "Sak 2"), MORE))
    assert shown.replace
    line = shown.sections[1]
    assert [button.label for button in line.buttons] == [
        ACCEPT,
        "Be om mer",
        "Ta senere",
        "Send til annet utvalg",
        "Send tilbake",
        "Vis mindre",
    ]
    assert {fact.label: fact.value for fact in line.facts}["Hensikt"] == "Bli enige om en plan"
    fewer = message(await surface.press("secretary", _of(shown, "Sak 2"), "Vis mindre"))
    assert labels(fewer) == [ACCEPT, MORE] * 3
    opened = form(await surface.press("secretary", _of(shown, "Sak 2"), "Send tilbake"))
    assert opened.fields[0].label == "Saken: Sak 2"
    after = message(await surface.submit("secretary", opened, {"reason": "Mangler fakta"}))
    assert (after.title, _titles(after)) == ("2 saker venter på sekretariatet", ["Sak 2", "Sak 1", "Sak 3"])
    # Taken back from where it was done, the list has it again.
    undone = message(await surface.press("secretary", _of(after, "Sak 2"), "Angre"))
    assert undone.replace
    assert _titles(undone) == ["Angret: Sak 2", "Sak 1", "Sak 2", "Sak 3"]


async def test_a_question_from_the_list_leads_back_to_it(surface: FakeSurface) -> None:
    await _fill(surface, 2)
    shown = message(await surface.press("secretary", _of(await _open(surface), "Sak 1"), MORE))
    opened = form(await surface.press("secretary", _of(shown, "Sak 1"), "Be om mer"))
    after = message(await surface.submit("secretary", opened, {"question": "Hvem skal delta?"}))
    assert after.title == "2 saker venter på sekretariatet"
    assert "spurte: Hvem skal delta?" in after.sections[0].text


async def test_a_line_that_a_colleague_has_settled_is_gone_when_pressed(surface: FakeSurface) -> None:
    await _fill(surface, 3)
    mine, theirs = await _open(surface, "secretary"), await _open(surface, "deputy")
    await surface.press("secretary", _of(mine, "Sak 1"), ACCEPT)
    for label in (ACCEPT,):
        late = message(await surface.press("deputy", _of(theirs, "Sak 1"), label))
        assert late.replace
        assert late.sections[0].title.startswith("Saken er allerede behandlet. Eksempel Secretary satte saken")
        assert _titles(late)[1:] == ["Sak 2", "Sak 3"]
    # The one that was opened to decide on is gone as well.
    gone = message(await surface.press("deputy", _of(theirs, "Sak 1"), MORE))
    assert _titles(gone) == ["Sak 2", "Sak 3"]


async def test_a_double_click_leaves_the_way_to_undo(surface: FakeSurface) -> None:
    await _fill(surface, 3)
    shown = await _open(surface)
    press = _of(shown, "Sak 1")
    first = message(await surface.press("secretary", press, ACCEPT))
    again = message(await surface.press("secretary", press, ACCEPT))
    assert again == first
    undone = message(await surface.press("secretary", again, "Angre"))
    assert _titles(undone)[1:] == ["Sak 1", "Sak 2", "Sak 3"]
    # After that, an old press is answered as any other.
    late = message(await surface.press("secretary", press, ACCEPT))
    assert late.sections[0].title.startswith("Det har skjedd noe med saken siden du så den")


async def test_a_form_of_the_list_is_not_opened_for_what_is_settled(surface: FakeSurface) -> None:
    await _fill(surface, 2)
    shown = message(await surface.press("deputy", _of(await _open(surface, "deputy"), "Sak 1"), MORE))
    await surface.press("secretary", _of(await _open(surface), "Sak 1"), ACCEPT)
    late = message(await surface.press("deputy", _of(shown, "Sak 1"), "Ta senere"))
    assert late.replace
    assert _titles(late)[1:] == ["Sak 2"]


async def test_the_list_is_never_more_than_a_platform_shows(surface: FakeSurface) -> None:
    await _fill(surface, 26)
    shown = await _open(surface)
    assert len(shown.sections) == 8
    assert all(isinstance(section, Section) and section.buttons for section in shown.sections)


async def test_it_takes_as_many_statements_for_26_as_for_one(surface: FakeSurface) -> None:
    async with _counted(surface) as one:
        await propose(surface)
        one.clear()
        await _press(surface, {})
    await _fill(surface, 26)
    async with _counted(surface) as many:
        await _press(surface, {"page": "1"})
    assert len(one) == len(many)
    # Who speaks, how many wait, the page, their last steps, the meetings.
    assert len(many) <= 6, many


async def _press(surface: FakeSurface, arguments: dict[str, str]) -> Message:
    return message(await surface.bot.press(surface.world.sender("secretary"), "sak.ubehandlet", arguments))


@asynccontextmanager
async def _counted(surface: FakeSurface) -> AsyncIterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def test_what_is_decided_from_the_list_is_told_as_from_the_message(surface: FakeSurface) -> None:
    await _fill(surface, 1)
    await surface.press("secretary", _of(await _open(surface), "Sak 1"), ACCEPT)
    assert await surface.inbox("member") == []
    too_late_to_undo(surface)
    told = [item.title for item in await surface.inbox("member")]
    assert "Saken din er satt på sakslisten: Sak 1" in told

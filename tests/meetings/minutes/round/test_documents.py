"""The minutes as a Word document: the whole, and the one that the public may read."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import event, select
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.capability import File
from handlers.errors import NotAllowed
from handlers.meetings.minutes.document import default_template
from handlers.meetings.minutes.document.fields import KIND
from handlers.meetings.minutes.document.public import without_contact
from handlers.meetings.minutes.round_actions import Do
from handlers.people.links import Links
from handlers.writing.template.check import check
from storage import minutes
from storage.tables import AgendaItem, Disqualification, FollowUp, MinutesEntry
from tests.clock import FixedClock
from tests.meetings.minutes.round import example, steps
from tests.surface import FakeSurface, labels
from tests.world import World

HOSTILE = 'A & B <c> {{ x }} {% if x %} «sitat» "doble" 👩‍⚕️ ' + ("lang " * 30).strip()
SECRET = "Uenighet om bygget"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    made = FakeSurface(world, clock, registry())
    made.bot = Bot(world.database, registry(), clock, links=Links("https://bot.example.org/", "k" * 32, clock))
    return made


async def file(surface: FakeSurface, who: str, document: str = "referat", meeting: str = "fsu-1") -> File:
    """The file, as a link in a message of theirs opens it."""
    arguments = {"meeting": str(surface.world.meetings[meeting])}
    address = surface.bot.links.file(surface.world.people[who], document, arguments)
    assert address is not None
    return await surface.bot.document(address.rpartition("/")[2])


async def word(surface: FakeSurface, who: str, document: str = "referat") -> Any:
    return Document(io.BytesIO((await file(surface, who, document)).draw()))


def rows(document: Any) -> list[list[str]]:
    """Every row of every table, cell by cell."""
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def all_of(document: Any) -> str:
    """All that it says, as it is stored."""
    return str(document.element.xml)


def head(document: Any) -> dict[str, str]:
    return {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}


def test_the_template_that_ships_is_what_is_made_and_has_nothing_wrong() -> None:
    shipped, made = KIND.default(), default_template.make()
    assert rows(Document(io.BytesIO(shipped))) == rows(Document(io.BytesIO(made)))
    checked = check(shipped, KIND, datetime(2026, 9, 1, tzinfo=UTC))
    assert [str(finding) for finding in checked.findings] == []
    assert checked.may_be_used


async def test_it_has_the_layout_of_minutes(surface: FakeSurface) -> None:
    world = surface.world
    await steps.present(world, "member", "colleague")
    await steps.present(world, "clinician", capacity="gjest")
    await steps.published(surface, number="Protokoll nr. {n:02}/{yyyy}")
    of = await steps.of(world)
    async with world.database.transaction() as session:
        row = await session.get_one(type(of.minutes), of.minutes.id)
        row.chair_id = world.people["member"]
        session.add(
            FollowUp(
                entry_id=1, ordinal=1, text="Lage en plan", owner_id=world.people["colleague"], due_text="før sommeren"
            )
        )
    made = await word(surface, "member")
    texts = [paragraph.text for paragraph in made.paragraphs if paragraph.text]
    assert texts[:3] == [
        "Referat fra møte i Faglig samarbeidsutvalg (FSU)",
        "Protokoll nr. 01/2026",
        "Publisert med forbehold: referatet er ikke godkjent ennå.",
    ]
    found = head(made)
    assert found["Dato/sted"] == "mandag 21. september 2026, kl. 10.00–13.00, Eksempelsalen"
    assert "Eksempel Member" in found["Til stede"]
    assert "Eksempel Clinician" in found["Gjester"]
    assert (found["Møteleder"], found["Referent"]) == ("Eksempel Member", "Eksempel Secretary")
    assert rows(made)[len(made.tables[0].rows)] == ["Saksnr.", "Sak", "Ansvar"]
    case = next(row for row in rows(made) if steps.TITLE in row[1])
    assert case[0].splitlines()[0] == "1/2026 (O/D)"
    assert steps.DISCUSSION in case[1]
    assert f"Konklusjon: {steps.CONCLUSION}" in case[1]
    assert rows(made)[-1][1:] == ["Lage en plan", "Eksempel Colleague", "før sommeren"]
    assert any(text.startswith("Neste møte: lørdag 31. oktober 2026") for text in texts)


async def test_several_conclusions_are_numbered(surface: FakeSurface) -> None:
    await steps.published(surface)
    slot = await steps.slot_of(surface.world)
    of = await steps.of(surface.world)
    async with surface.world.database.transaction() as session:
        entry = (await minutes.entries(session, of.minutes.id))[slot]
        await minutes.conclude(session, entry, [("", "Planen godkjennes."), ("", "Den følges opp i mai.")])
    case = next(row for row in rows(await word(surface, "member")) if steps.TITLE in row[1])
    assert "Konklusjoner:\n1. Planen godkjennes.\n2. Den følges opp i mai." in case[1]


async def test_a_hostile_title_comes_out_whole(surface: FakeSurface) -> None:
    await steps.published(surface, HOSTILE)
    made = await word(surface, "member")
    assert any(row[1].startswith(HOSTILE.strip()) for row in rows(made))
    public = await word(surface, "member", "referat-offentlig")
    assert any(row[1].startswith(HOSTILE.strip()) for row in rows(public))


async def test_approved_says_by_which_meeting_with_the_remark_and_corrections_stand_at_the_end(
    surface: FakeSurface,
) -> None:
    await steps.published(surface)
    surface.clock.forward(timedelta(days=31))
    await steps.fill_in(surface, "secretary", Do.AT_MEETING, "fsu-2", remark="Sak 1 ble endret.")
    await steps.fill_in(surface, "secretary", Do.CORRECT, item="all", text="Datoen skal være 22. september.")
    made = await word(surface, "member")
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert "Godkjent på møtet lørdag 31. oktober 2026. Merknad: Sak 1 ble endret." in texts
    assert texts[texts.index("Rettelser") + 1].endswith(": Datoen skal være 22. september.")


async def closed_case(surface: FakeSurface) -> None:
    """Published minutes with an open and a closed case, in which somebody was disqualified; and a guest."""
    world = surface.world
    await steps.present(world, "member")
    await steps.present(world, "clinician", capacity="gjest")
    await steps.published(surface, steps.TITLE, SECRET)
    slot = await steps.slot_of(world, SECRET)
    async with world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem).where(col(AgendaItem.title) == SECRET))).one()
        item.closed_under = "offl. § 14"
        item.purpose = "Hemmelig hensikt"
        item.presenters_text = "Eksempel Rådgiver"
        item.links = ["https://example.org/hemmelig.pdf"]
        session.add(
            Disqualification(
                meeting_id=world.meetings["fsu-1"],
                slot_id=slot,
                person_id=world.people["colleague"],
                reason="Har skrevet den",
                at=surface.clock.now(),
                by_id=world.people["secretary"],
            )
        )


async def test_a_closed_case_is_not_in_the_public_version(surface: FakeSurface) -> None:
    await closed_case(surface)
    whole = await word(surface, "member")
    assert SECRET in all_of(whole)
    assert "Eksempel Colleague var inhabil" in all_of(whole)
    for who, document in (("member", "referat-offentlig"), ("clinician", "referat-offentlig"), ("observer", "referat")):
        public = await word(surface, who, document)
        said = all_of(public)
        for hidden in (SECRET, "Hemmelig hensikt", "Rådgiver", "hemmelig.pdf", "inhabil", "Har skrevet den"):
            assert hidden not in said, (who, hidden)
        (case,) = [row for row in rows(public) if row[1].startswith("Unntatt offentlighet (offl. § 14)")]
        assert case == ["2/2026 (O/D)", "Unntatt offentlighet (offl. § 14)", ""]
        assert any(steps.TITLE in row[1] for row in rows(public)), "the open one is whole"
        assert "Offentlig utgave" in said


async def test_the_title_of_a_closed_case_is_not_in_the_public_version_of_another(surface: FakeSurface) -> None:
    await closed_case(surface)
    slot = await steps.slot_of(surface.world, steps.TITLE)
    async with surface.world.database.transaction() as session:
        entry = (await session.scalars(select(MinutesEntry).where(col(MinutesEntry.slot_id) == slot))).one()
        entry.discussion = f"Ses sammen med {SECRET.upper()}."
    assert SECRET.upper() in all_of(await word(surface, "member"))
    for document in ("referat", "referat-offentlig"):
        said = all_of(await word(surface, "observer", document))
        assert SECRET.upper() not in said
        assert "Ses sammen med Unntatt offentlighet (offl. § 14)." in said


async def test_a_closed_case_is_not_told_of_in_chat_to_whoever_only_listens(surface: FakeSurface) -> None:
    await closed_case(surface)
    shown = await steps.do(surface, "observer", Do.SHOW)
    assert SECRET not in str(shown)
    veiled = next(section for section in shown.sections if "Unntatt offentlighet (offl. § 14)" in section.title)
    assert (veiled.text, labels(shown.model_copy(update={"sections": (veiled,), "buttons": ()}))) == ("", [])
    slot = await steps.slot_of(surface.world, SECRET)
    one = await steps.do(surface, "observer", Do.CASE, slot=slot)
    assert SECRET not in str(one)
    assert steps.DISCUSSION not in str(one)
    assert SECRET in str(await steps.do(surface, "member", Do.SHOW))


async def test_guests_are_named_by_where_they_come_from_in_the_public_version(surface: FakeSurface) -> None:
    await closed_case(surface)
    whole, public = head(await word(surface, "member")), head(await word(surface, "member", "referat-offentlig"))
    assert "Eksempel Clinician" in whole["Gjester"]
    assert public["Gjester"] == "Eksempel sykehus"
    assert "Eksempel Member" in public["Til stede"]
    async with surface.world.database.transaction() as session:
        (await session.scalars(select(AgendaItem).where(col(AgendaItem.title) == steps.TITLE))).one().presenter_ids = [
            surface.world.people["clinician"]
        ]
    made = await word(surface, "member", "referat-offentlig")
    case = next(row for row in rows(made) if steps.TITLE in row[1])
    assert case[2] == "gjest fra Eksempel sykehus"
    assert "Eksempel Clinician" not in all_of(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring 22 33 44 55 eller skriv til ola@example.org.", "Ring [fjernet] eller skriv til [fjernet]."),
        ("Ring +47 22334455 i dag", "Ring [fjernet] i dag"),
        ("Sak 12/2026, 12. mars 2026 kl. 13.00–15.30", "Sak 12/2026, 12. mars 2026 kl. 13.00–15.30"),
        ("Budsjettet er 7,6 millioner", "Budsjettet er 7,6 millioner"),
        ("", ""),
    ],
)
def test_telephone_numbers_and_addresses_are_taken_out(text: str, expected: str) -> None:
    assert without_contact(text) == expected


async def test_they_are_taken_out_of_all_that_is_public(surface: FakeSurface) -> None:
    await steps.published(surface)
    slot = await steps.slot_of(surface.world)
    of = await steps.of(surface.world)
    async with surface.world.database.transaction() as session:
        entry = (await minutes.entries(session, of.minutes.id))[slot]
        (await session.scalars(select(AgendaItem))).one().title = "Ny vakt på 22 33 44 55"
        entry.entry.discussion = "Skriv til vakt@example.org, eller ring 91 23 45 67."
        await minutes.conclude(session, entry, [("", "Vakta når en på 91 23 45 67.")])
        session.add(FollowUp(entry_id=entry.entry.id, ordinal=1, text="Ringe 91 23 45 67", owner_text="a@example.org"))
    said = all_of(await word(surface, "member", "referat-offentlig"))
    assert re.findall(r"\d\d \d\d \d\d \d\d|@example", said) == []
    assert "Skriv til [fjernet], eller ring [fjernet]." in said
    assert "vakt@example.org" in all_of(await word(surface, "member"))


async def test_who_gets_which(surface: FakeSurface) -> None:
    await steps.present(surface.world, "clinician", capacity="gjest")
    await steps.sent(surface)
    with pytest.raises(NotAllowed, match="ikke publisert ennå"):
        await file(surface, "clinician", "referat-offentlig")
    with pytest.raises(NotAllowed, match="for medlemmene"):
        await file(surface, "clinician")
    for document in ("referat", "referat-offentlig"):
        with pytest.raises(NotAllowed, match="for medlemmene"):
            await file(surface, "nurse", document)
    assert (await file(surface, "member")).name == "Referat fsu 2026-09-21.docx"
    assert (await file(surface, "secretary", "referat-offentlig")).name == "Referat fsu 2026-09-21 offentlig.docx"
    assert "Utkast: referatet er ikke godkjent ennå." in all_of(await word(surface, "member"))


async def test_the_examples_in_the_documentation_say_what_is_made(tmp_path: Path) -> None:
    for name, content in (await example.documents(tmp_path)).items():
        assert example.said((example.FOLDER / name).read_bytes()) == example.said(content), name


@asynccontextmanager
async def counted(surface: FakeSurface) -> AsyncIterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def test_it_takes_as_many_statements_for_twelve_cases_as_for_one(surface: FakeSurface) -> None:
    await steps.published(surface)
    await file(surface, "member")
    async with counted(surface) as few:
        await file(surface, "member")
    async with counted(surface) as few_in_chat:
        await steps.do(surface, "member", Do.SHOW)
    for number in range(11):
        await steps.accepted(surface, f"Sak om noe nummer {number}")
    surface.clock.forward(timedelta(days=40))
    await steps.written(surface, "fsu-2")
    await steps.do(surface, "secretary", Do.SEND, "fsu-2")
    async with counted(surface) as many:
        await file(surface, "member", meeting="fsu-2")
    async with counted(surface) as many_in_chat:
        await steps.do(surface, "member", Do.SHOW, "fsu-2")
    assert len(many) == len(few), (len(few), len(many))
    assert abs(len(many_in_chat) - len(few_in_chat)) <= 1
    assert len(many) < 35

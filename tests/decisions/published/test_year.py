"""A year of a committee's decisions as a document, and the list of cases handled that it may publish."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from handlers.capabilities import TEMPLATES, registry
from handlers.capability import File
from handlers.decisions.published import rows
from handlers.decisions.published.actions import PUBLIC, TABLE, YEAR
from handlers.decisions.published.document import default_template
from handlers.decisions.published.document.fields import KINDS
from handlers.errors import BotError, Gone, NotAllowed
from handlers.people.context import Context
from handlers.writing.template.check import check
from handlers.writing.template.fields import Kind
from handlers.writing.template.places import text_of
from storage import handled
from storage.tables import (
    AgendaItem,
    Attendance,
    Conclusion,
    FollowUp,
    FollowUpStatus,
    FormerNumber,
    HowDecided,
    Left,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Paper,
)
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.steps import Decided, decide
from tests.deviations.steps import context_of
from tests.meetings.cast import MEMBERS, OF_CASE, OF_MINUTES, ROLES, SECRETARIAT, told
from tests.surface import FakeSurface, labels, message
from tests.world import World

SPRING, AUTUMN = datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 9, 10, 12, tzinfo=UTC)


def _carried(world: World, year: int = 2026) -> dict[str, str]:
    return {"committee": str(world.committees["fsu"]), "year": str(year)}


async def fetched(surface: FakeSurface, who: str, name: str, year: int = 2026) -> File:
    async with surface.world.database.transaction() as session:
        context = await context_of(surface, session, who)
        return await surface.bot.registry.documents[name].run(context, _carried(surface.world, year))


async def text(surface: FakeSurface, who: str, name: str, year: int = 2026) -> str:
    return text_of((await fetched(surface, who, name, year)).draw())


async def table(surface: FakeSurface, who: str = "secretary", year: int = 2026) -> list[list[str]]:
    content = (await fetched(surface, who, TABLE, year)).draw().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


async def changed(surface: FakeSurface, found: Decided, **entry: Any) -> None:
    async with surface.world.database.transaction() as session:
        row = await session.get_one(MinutesEntry, found.entry)
        for name, value in entry.items():
            setattr(row, name, value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_template_that_ships_is_what_its_script_makes_and_can_be_used(kind: Kind, clock: FixedClock) -> None:
    shipped = default_template.file_of(kind).read_bytes()
    assert text_of(default_template.make(kind)) == text_of(shipped)
    checked = check(shipped, kind, clock.now())
    assert list(checked.findings) == []
    assert checked.may_be_used
    assert kind.name in TEMPLATES.kinds


async def test_the_years_decisions_stand_in_the_order_of_the_meetings_with_links_to_them(surface: FakeSurface) -> None:
    later = await decide(surface, "Møteplan", "Planen vedtas.", number=3, meeting="fsu-2", on=AUTUMN)
    first = await decide(
        surface,
        "Felles opplæring",
        "Utvalget slutter seg til planen.",
        number=1,
        on=SPRING,
        to_do="Lage planen",
        owner_id=surface.world.people["surgeon"],
    )
    await changed(surface, first, how_decided=HowDecided.AGREED)
    assert later.entry > 0
    said = await text(surface, "member", YEAR)
    assert "Vedtak i Faglig samarbeidsutvalg (FSU) 2026" in said
    assert "2 saker på 2 møter." in said
    assert said.index("Felles opplæring") < said.index("Møteplan")
    for each in ("Utvalget slutter seg til planen.", "Avgjort ved: Enighet", "Eksempel Surgeon", "Følges opp"):
        assert each in said, each
    document = _part((await fetched(surface, "member", YEAR)).draw())
    for number in (1, 2):
        assert f'w:anchor="mote{number}"' in document
        assert f'w:name="mote{number}"' in document
    ids = [piece.partition('"')[0] for piece in document.split('<w:bookmarkStart w:id="')[1:]]
    assert len(ids) == len(set(ids)) == 2


def _part(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


async def test_a_year_without_decisions_says_so(surface: FakeSurface) -> None:
    for name in (YEAR, PUBLIC):
        said = await text(surface, "secretary", name)
        assert "Ingen saker er behandlet i referater som er publisert." in said
        assert "Innhold" not in said
    assert len(await table(surface)) == 1


async def test_a_draft_and_another_year_are_left_out(surface: FakeSurface) -> None:
    await decide(surface, "Kladden", "Ikke vedtatt.", on=SPRING, status=MinutesStatus.DRAFT)
    await decide(surface, "I fjor", "Vedtatt.", number=2, meeting="fsu-2", on=datetime(2025, 12, 31, 22, tzinfo=UTC))
    assert "Kladden" not in await text(surface, "member", YEAR)
    assert "I fjor" not in await text(surface, "member", YEAR)
    assert "I fjor" in await text(surface, "member", YEAR, 2025)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), 2025),
        (datetime(2025, 12, 31, 23, 1, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), 2026),
    ],
)
def test_the_year_is_that_of_the_committees_own_clocks(moment: datetime, year: int) -> None:
    since, until = rows.bounds(2026, "Europe/Oslo")
    assert (since <= moment < until) == (year == 2026)
    assert rows.year_of(moment, "Europe/Oslo") == year


async def test_what_is_closed_is_a_number_in_the_public_list_and_nobody_is_named(surface: FakeSurface) -> None:
    await decide(
        surface,
        "Ansettelse av Eksempel Surgeon",
        "Hemmelig vedtak.",
        number=1,
        on=SPRING,
        case={"closed_under": "offl. § 13"},
        to_do="Hemmelig oppgave",
    )
    await decide(
        surface,
        "Rutine fra Eksempel Nurse",
        "Eksempel Surgeon lager rutinen, tlf. 22 33 44 55.",
        number=2,
        on=SPRING,
        to_do="Lage rutinen",
        owner_id=surface.world.people["surgeon"],
    )
    said = await text(surface, "secretary", PUBLIC)
    assert "Saker behandlet i Faglig samarbeidsutvalg (FSU) 2026" in said
    assert "Unntatt offentlighet (offl. § 13)" in said
    for hidden in ("Ansettelse", "Hemmelig", "Surgeon", "Nurse", "22 33"):
        assert hidden not in said, hidden
    assert "Rutine fra Eksempel kommune" in said
    assert "Eksempel sykehus lager rutinen, tlf. [fjernet]." in said
    head, closed, opened = await table(surface)
    assert head[:4] == ["Dato", "Saksnr.", "Sak", "Vedtak"]
    assert closed[2:] == ["Unntatt offentlighet (offl. § 13)", "", "", "", "", "offl. § 13"]
    assert opened[5] == "Eksempel sykehus"
    # Those who may read all of it do, in the year's decisions.
    assert "Hemmelig vedtak." in await text(surface, "member", YEAR)
    assert "Hemmelig" not in await text(surface, "observer", YEAR)


async def test_two_owners_from_one_place_stand_as_one_in_the_public_list(surface: FakeSurface) -> None:
    made = await decide(
        surface, "Rutine", "Vedtas.", on=SPRING, to_do="Lage den", owner_id=surface.world.people["surgeon"]
    )
    async with surface.world.database.transaction() as session:
        row = FollowUp(entry_id=made.entry, ordinal=2, text="Spre den", owner_id=surface.world.people["secretary"])
        session.add(row)
    _head, case = await table(surface)
    assert case[5] == "Eksempel sykehus"


async def test_the_title_of_a_closed_case_in_the_text_of_another_is_told_nobody_who_may_not_see_it(
    surface: FakeSurface,
) -> None:
    await decide(surface, "Oppsigelse i staben", "Ja.", number=1, on=SPRING, case={"closed_under": "offl. § 13"})
    await decide(surface, "Budsjett", "Ja.", number=2, on=SPRING, case={"closed_under": "offl. § 14"})
    await decide(surface, "Felles plan", "Lukkes her.", number=3, on=SPRING, case={"closed_under": "offl. § 14"})
    await decide(surface, "Rutine", "Ses sammen med «Oppsigelse i\nstaben» og et budsjett.", number=4, on=SPRING)
    await decide(surface, "Felles plan", "Åpen.", number=5, on=SPRING)
    for who, name in (("secretary", PUBLIC), ("observer", YEAR)):
        said = await text(surface, who, name)
        assert "Oppsigelse" not in said, name
        assert "Ses sammen med «Unntatt offentlighet (offl. § 13)» og et budsjett." in said, name
        # An open case may be called as a closed one is.
        assert "Felles plan" in said, name
    assert "Ses sammen med «Oppsigelse i" in await text(surface, "member", YEAR)


async def test_who_is_not_in_the_register_is_named_nowhere_in_the_public_list_either(surface: FakeSurface) -> None:
    """Old papers have people who never were in it: on their lists of who was there, and as those who are to do it."""
    made = await decide(
        surface,
        "Rutine",
        "Eksempel Gammel og EKSEMPEL NURSE lager den med Eksempel Fremmed.",
        number=1,
        on=SPRING,
        to_do="Lage den",
        owner_text="Eksempel Ukjent",
    )
    async with surface.world.database.transaction() as session:
        meeting = (await session.get_one(AgendaItem, made.item)).meeting_id
        session.add(Attendance(meeting_id=meeting, name="Eksempel Gammel", organisation="Gamle Eksempel kommune"))
        session.add(Attendance(meeting_id=meeting, name="Eksempel Fremmed"))
    said = await text(surface, "secretary", PUBLIC)
    assert "Gamle Eksempel kommune og Eksempel kommune lager den med [fjernet]." in said
    assert "Ukjent" not in said
    assert "Eksempel Ukjent" in await text(surface, "member", YEAR)
    (_head, row) = await table(surface)
    assert row[5] == ""


async def test_postponed_and_referred_cases_say_so(surface: FakeSurface) -> None:
    first = await decide(surface, "Utsatt sak", "Saken utsettes.", number=1, on=SPRING)
    await changed(surface, first, how_decided=HowDecided.POSTPONED)
    second = await decide(surface, "Videre sak", "Saken løftes.", number=2, on=SPRING)
    async with surface.world.database.transaction() as session:
        item = await session.get_one(AgendaItem, second.item)
        session.add(
            FormerNumber(
                item_id=item.id,
                committee_id=item.committee_id,
                meeting_id=item.meeting_id,
                number="2/2026",
                number_year=2026,
                number_in_year=2,
                why=Left.REFERRED,
                at=surface.clock.now(),
            )
        )
        item.committee_id, item.meeting_id = surface.world.committees["au"], None
        item.number = item.number_year = item.number_in_year = None
    _head, *found = await table(surface)
    assert [row[6] for row in found] == ["Utsatt", "Sendt videre til et annet utvalg"]
    assert found[1][1] == "2/2026"


async def test_what_is_to_be_done_says_where_it_stands_and_a_revoked_decision_that_it_is(surface: FakeSurface) -> None:
    world = surface.world
    late = (surface.clock.now() - timedelta(days=5)).date()
    found = [
        await decide(surface, "Forfalt sak", "A.", number=1, on=SPRING, to_do="x", due_on=late, owner_text="Noen"),
        await decide(surface, "Gjort sak", "B.", number=2, on=SPRING, to_do="x", status_at=None, owner_text="Noen"),
        await decide(surface, "Ny sak", "C.", number=3, on=SPRING),
    ]
    async with world.database.transaction() as session:
        (await session.get_one(FollowUp, found[1].follow)).status = FollowUpStatus.DONE
        (await session.get_one(Conclusion, found[0].decision)).revoked_by_id = found[2].decision
    _head, *listed = await table(surface)
    assert [row[6] for row in listed] == ["Forfalt", "Fulgt opp", ""]
    assert listed[0][3] == "A. (opphevet)"


async def test_what_was_read_in_from_an_old_paper_is_in_it_and_says_so(surface: FakeSurface) -> None:
    world = surface.world
    await decide(surface, "Gammel sak", "Tas til orientering.", on=datetime(2014, 5, 6, 10, tzinfo=UTC))
    async with world.database.transaction() as session:
        paper = Paper(
            name="referat.docx",
            digest="0",
            kind="referat",
            read={},
            taken_out=0,
            status="stored",
            at=surface.clock.now(),
        )
        session.add(paper)
        await session.flush()
        row = (await session.scalars(select(Minutes))).one()
        row.paper_id, row.status = paper.id, MinutesStatus.APPROVED
        item = (await session.scalars(select(AgendaItem).where(col(AgendaItem.title) == "Gammel sak"))).one()
        item.proposer_id = None
    said = await text(surface, "member", YEAR, 2014)
    assert "Gammel sak" in said
    assert "Lest inn fra et eldre referat." in said


async def test_a_cell_that_a_spreadsheet_would_run_is_text(surface: FakeSurface) -> None:
    await decide(surface, "=HYPERLINK(1)", "+47", on=SPRING)
    (_head, row) = await table(surface)
    assert row[2] == "'=HYPERLINK(1)"
    assert row[3] == "'+47"


async def test_many_cases_all_come(surface: FakeSurface) -> None:
    world = surface.world
    for number in range(1, 41):
        await decide(surface, f"Sak nummer {number}", f"Vedtak {number}.", number=number, on=SPRING)
    since, until = rows.bounds(2026, "Europe/Oslo")
    async with world.database.transaction() as session:
        found = await handled.handled(session, world.committees["fsu"], since, until)
    assert len(found) == 40
    many = [each for _ten in range(10) for each in found]
    shown = rows.masked(rows.public(many, surface.clock.now().date()), {"Eksempel Surgeon": "Eksempel sykehus"})
    assert sum(len(each.rows) for each in shown) == 400
    said = await text(surface, "member", YEAR)
    assert "40 saker på 1 møte." in said
    assert "Vedtak 40." in said


# --- who may ------------------------------------------------------------------------------------------------------


async def test_each_role_gets_what_it_may(world: World, clock: FixedClock) -> None:
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    year = scene.surface.clock.now().year
    readers = cast.READERS
    may = {"vedtaksliste.vis": readers, YEAR: readers, PUBLIC: SECRETARIAT, TABLE: SECRETARIAT}
    (room,) = [each for each in registry().capabilities if each.name == "vedtaksliste"]
    assert {*(str(each.name) for each in room.actions), *(each.name for each in room.documents)} == may.keys()
    wrong = []
    for name, those in may.items():
        run = (registry().actions.get(name) or registry().documents[name]).run
        for who, role in ROLES.items():
            carried = _carried(world, year)
            outcome = await scene.run(lambda context, run=run, carried=carried: run(context, carried), who)  # type: ignore[misc]
            if isinstance(outcome, NotAllowed) == (who in those):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.200}")
            hidden = [] if who in MEMBERS and name not in (PUBLIC, TABLE) else [*OF_CASE, *OF_MINUTES]
            wrong += [f"{role} ({who}), {name} tells {each}" for each in hidden if each in told(outcome)]
    assert wrong == []


@pytest.mark.parametrize("carried", [{}, {"committee": "x"}, {"committee": "1"}, {"committee": "1", "year": "9" * 9}])
async def test_any_arguments_give_a_sentence(surface: FakeSurface, carried: dict[str, str]) -> None:
    for name in ("vedtaksliste.vis", YEAR, PUBLIC, TABLE):
        run: Any = (registry().actions.get(name) or registry().documents[name]).run
        async with surface.world.database.transaction() as session:
            context: Context = await context_of(surface, session, "secretary")
            with pytest.raises(BotError) as refused:
                await run(context, carried)
        assert isinstance(refused.value, Gone)


# --- the command --------------------------------------------------------------------------------------------------


async def test_the_command_finds_the_committee_and_the_year(surface: FakeSurface) -> None:
    await decide(surface, "Felles opplæring", "Vedtatt.", on=SPRING)
    shown = message(await surface.say("member", "vedtak år"))
    assert shown.title == "Vedtak i Faglig samarbeidsutvalg (FSU) 2026"
    assert [each.file.document for each in shown.files] == [YEAR]
    assert shown.sections == ()
    own = message(await surface.say("secretary", "vedtak år FSU 2026"))
    assert [each.file.document for each in own.sections[0].files] == [PUBLIC, TABLE]
    choose = message(await surface.say("secretary", "vedtak år"))
    assert {"Faglig samarbeidsutvalg (FSU)", "Arbeidsutvalg (AU)"} <= set(labels(choose))
    unknown = message(await surface.say("member", "vedtak år Ukjentutvalget 2026"))
    assert unknown.title == "Jeg kjenner ikke noe utvalg som heter «Ukjentutvalget»."
    refused = message(await surface.say("clinician", "vedtak år FSU"))
    assert "er for medlemmene" in refused.title
    empty = message(await surface.say("member", "vedtak år FSU 1999"))
    assert empty.text == "Ingen saker er behandlet i referater som er publisert."


async def test_one_turns_from_year_to_year(surface: FakeSurface) -> None:
    await decide(surface, "I år", "Vedtatt.", on=SPRING)
    await decide(surface, "I fjor", "Vedtatt.", number=2, meeting="fsu-2", on=datetime(2025, 3, 1, tzinfo=UTC))
    shown = message(await surface.say("member", "vedtak år FSU 2026"))
    assert labels(shown) == ["2025"]
    before = message(await surface.press("member", shown, "2025"))
    assert before.title.endswith("2025")
    assert labels(before) == ["2026"]

"""A plan from the moment it is handed in until its meetings stand there, and everybody has heard of it once."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from handlers.calendar import dates, school_holidays
from handlers.capabilities import registry
from handlers.meetings.plan_settings import PlanSettings, Prepares
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from storage import agenda
from storage.database import Database
from storage.tables import AgendaItem, Committee, CommitteeAlias, Meeting, MeetingPlan, Membership, PlanStatus
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.steps import context_of
from tests.planning.steps import PLAN, called, fact, handed_in, planned, rows, status, surface_of, written
from tests.surface import FakeSurface, button_called, errors, form, labels, message
from tests.world import World, build

REAL_2024 = """;Januar;Februar;Mars;April;Mai;Juni;Juli;August;September;Oktober;November;Desember
FSU (12.30-15.30);25;;;;2;;;;5;;7;
AU (14.00-16.00);;8;;;13 kl. 08.30-10.30;;;;12;;14;
SSU (13.00-15.30);;29;;;23;;;;26;;28;
PM (13.00-15.30);;;;;30;;;;;;;
"""


def _days(meetings: list[Meeting]) -> list[date]:
    return [dates.local_date(each.starts_at, each.zone) for each in meetings]


async def test_written_in_and_stored_with_one_press(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, PLAN)
    assert fact(shown, "Møter") == "5 nye"
    assert "Nytt: torsdag 28. januar 2027 kl. 12.30–15.30" in called(shown, "Faglig samarbeidsutvalg (FSU)").text
    assert await planned(small_world) == []
    stored = message(await surface.press("secretary", shown, "Lagre planen"))
    assert "Lagret: 5 nye møter. 5 personer får beskjed om de nye møtene." in stored.text
    made = await planned(small_world)
    assert _days(made) == [date(2027, 1, 28), date(2027, 4, 29), date(2027, 9, 2), date(2027, 11, 4)]
    # In winter time; the deadline is fourteen days before, at twelve.
    assert made[0].starts_at == datetime(2027, 1, 28, 11, 30, tzinfo=UTC)
    assert made[0].deadline_at == datetime(2027, 1, 14, 11, tzinfo=UTC)
    # 29 April less fourteen days is no holiday; what made it stands in its life.
    async with small_world.database.transaction() as session:
        (event,) = await agenda.HISTORY.events(session, made[0].id)
    assert (event.kind, event.actor) == ("meeting.made", "Eksempel Secretary")
    # One message for each, with their own meetings alone.
    (told,) = await surface.inbox("member")
    assert told.title == "Møteplanen for 2027"
    assert "FSU" in told.text
    assert "AU" not in told.text
    assert await surface.inbox("clinician") == []
    # The second press finds that somebody was first.
    again = message(await surface.press("secretary", shown, "Lagre planen"))
    assert again.title == "Møteplanen for 2027 er allerede lagret."
    assert len(await planned(small_world)) == 4
    assert len(await surface.inbox("member")) == 1


async def test_handed_in_again_there_is_nothing_to_change(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    await surface.press("secretary", await written(surface, PLAN), "Lagre planen")
    again = await written(surface, PLAN)
    assert again.text == "Alt i planen er lagret fra før, så det er ingenting å endre."
    assert fact(again, "Møter") == "5 uendret"
    assert not [label for label in labels(again) if label.startswith("Lagre")]
    await surface.press("secretary", again, "Forkast")
    assert await status(small_world) == PlanStatus.THROWN
    assert len(await planned(small_world)) == 4


async def test_an_unknown_body_is_asked_about_and_never_guessed(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, "Fagutvalget: 28/1 12.30–15.30\nFagutvalget: 29/4 12.30–15.30\nAU: 11/2 14–16")
    asked = called(shown, "Hvilket utvalg er «Fagutvalget»?")
    assert asked.text.startswith("2 møter i planen.")
    assert not [label for label in labels(shown) if label.startswith("Lagre")]
    chosen = form(await surface.press("secretary", shown, "Velg utvalg"))
    known = message(await surface.submit("secretary", chosen, {"committee": str(small_world.committees["fsu"])}))
    assert fact(known, "Møter") == "3 nye"
    await surface.press("secretary", known, "Lagre planen")
    assert len(await planned(small_world)) == 2


async def test_a_former_name_counts_while_it_was_in_use(small_world: World, clock: FixedClock) -> None:
    async with small_world.database.transaction() as session:
        alias = CommitteeAlias(
            committee_id=small_world.committees["au"], alias="Klinisk utvalg", valid_to=date(2027, 6, 30)
        )
        session.add(alias)
    surface = surface_of(small_world, clock)
    shown = await written(surface, "Klinisk utvalg: 11/2 14.00–16.00\nKlinisk utvalg: 9/9 14.00–16.00")
    asked = called(shown, "Hvilket utvalg er «Klinisk utvalg»?")
    assert asked.text.startswith("1 møte i planen.")
    # It may well be the one that was called so.
    assert asked.buttons[0].label == "Arbeidsutvalg (AU)"
    after = message(await surface.press("secretary", shown, "Arbeidsutvalg (AU)"))
    assert fact(after, "Møter") == "2 nye"


async def test_a_meeting_moves_and_its_cases_with_it(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    before = next(each for each in await rows(small_world, Meeting) if each.id == small_world.meetings["fsu-1"])
    shown = await written(surface, "FSU: 24/9 12.30–15.30, Eksempelsalen", year=2026)
    text = called(shown, "Faglig samarbeidsutvalg (FSU)").text
    assert "Flyttes: mandag 21. september 2026" in text
    assert "→ torsdag 24. september 2026 kl. 12.30–15.30" in text
    assert "Står ikke i planen: " in text
    kept = next(label for label in labels(shown) if label.startswith("Lagre, og behold 1 møte"))
    stored = message(await surface.press("secretary", shown, kept))
    assert "Lagret: 1 flyttet." in stored.text
    after = next(each for each in await rows(small_world, Meeting) if each.id == before.id)
    assert (after.key, after.sequence, after.source) == (before.key, before.sequence + 1, "plan")
    assert after.starts_at == datetime(2026, 9, 24, 10, 30, tzinfo=UTC)
    (told,) = await surface.inbox("member")
    assert told.title == "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet"
    # The other meeting stays.
    assert all(each.cancelled_at is None for each in await rows(small_world, Meeting))


async def test_it_can_be_said_to_be_another_meeting(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, "FSU: 24/9 12.30–15.30", year=2026)
    (apart,) = [label for label in labels(shown) if label.endswith("er et annet møte")]
    after = message(await surface.press("secretary", shown, apart))
    text = called(after, "Faglig samarbeidsutvalg (FSU)").text
    assert "Nytt: torsdag 24. september 2026" in text
    cancel = next(label for label in labels(after) if label.startswith("Lagre, og avlys 2 møter"))
    assert button_called(after, cancel).confirm is not None
    stored = message(await surface.press("secretary", after, cancel))
    assert "1 nytt møte, 2 avlyst" in stored.text
    titles = sorted(each.title for each in await surface.inbox("member"))
    assert titles == [
        "Møteplanen for 2026",
        "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst",
        "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst",
    ]
    # Handed in again with the cancelled one, that is held after all.
    again = await written(surface, "FSU: 24/9 12.30–15.30\nFSU: 21/9 12.30–15.30", year=2026)
    assert "Holdes likevel: mandag 21. september 2026" in called(again, "Faglig samarbeidsutvalg (FSU)").text
    back = message(await surface.press("secretary", again, "Lagre planen"))
    assert "1 holdes likevel" in back.text


async def test_what_was_seen_is_what_is_stored(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, "FSU: 24/9 12.30–15.30", year=2026)
    async with small_world.database.transaction() as session:
        moved = update(Meeting).where(col(Meeting.id) == small_world.meetings["fsu-1"])
        await session.execute(moved.values(sequence=7, starts_at=datetime(2026, 9, 23, 10, 30, tzinfo=UTC)))
    kept = next(label for label in labels(shown) if label.startswith("Lagre, og behold"))
    again = message(await surface.press("secretary", shown, kept))
    assert again.text.startswith("Noe er endret siden du så planen. Se over en gang til, og lagre så.")
    assert await planned(small_world) == []
    await surface.press("secretary", again, kept)
    assert len(await planned(small_world)) == 1


async def test_each_stores_the_meetings_that_they_plan(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, f"{PLAN}\nForum: 25/2 09.00–11.00".replace("Forum", "Samarbeidsforum rus"), "deputy")
    # What she may: FSU and the forum; AU is another's.
    named = next(each for each in shown.sections if each.title.startswith("Hvilket utvalg er"))
    shown = message(await surface.press("deputy", shown, named.buttons[0].label))
    assert "Arbeidsutvalg (AU) (1): bare sekretariatet" in fact(shown, "Venter på andre")
    rest = message(await surface.press("deputy", shown, "Lagre planen"))
    assert "Resten av planen venter på de som planlegger møtene i de andre utvalgene." in rest.text
    thrown = next(each for each in rest.buttons if each.label == "Forkast").confirm
    assert thrown is not None
    assert thrown.text.endswith("Møtene som er lagret, blir stående.")
    assert await planned(small_world, "au") == []
    assert len(await planned(small_world, "forum")) == 1
    async with small_world.database.transaction() as session:
        waits = await registry().home(await context_of(surface, session, "secretary"))
    assert [each.text for each in waits] == ["En møteplan for 2027 venter på at du ser over og lagrer den."]
    year = message(await surface.say("secretary", "mote plan 2027"))
    mine = message(await surface.press("secretary", year, "Se over"))
    stored = message(await surface.press("secretary", mine, "Lagre planen"))
    assert "Lagret: 1 nytt møte." in stored.text
    assert await status(small_world) == PlanStatus.STORED
    assert len(await planned(small_world, "au")) == 1


async def test_what_the_plan_does_not_say_is_filled_in(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    shown = await written(surface, "FSU: 28/1, 29/4\nAU: 11/2 14.00–16.00")
    stops = called(shown, "Må avklares")
    assert stops.text.startswith("FSU mangler klokkeslett: 28. jan. 2027, 29. apr. 2027.")
    usual = form(await surface.press("secretary", shown, "Sett klokkeslett for alle"))
    wrong = form(await surface.submit("secretary", usual, {"begins": "15:30", "ends": "12:30"}))
    assert errors(wrong) == {"ends": "Møtet må slutte etter at det har begynt. Rett tidene."}
    shown = message(
        await surface.submit("secretary", wrong, {"begins": "12:30", "ends": "15:30", "place": "Eksempelsalen"})
    )
    assert "Nytt: torsdag 28. januar 2027 kl. 12.30–15.30, Eksempelsalen" in shown.sections[1].text
    stored = message(await surface.press("secretary", shown, "Lagre planen"))
    assert "Lagret: 3 nye møter." in stored.text
    assert {each.place for each in await planned(small_world)} == {"Eksempelsalen"}


async def test_a_suggestion_is_taken_and_a_meeting_put_right(small_world: World, clock: FixedClock) -> None:
    school_holidays.install(_vestfold)
    try:
        await _in_vestfold(small_world)
        surface = surface_of(small_world, clock)
        shown = await written(surface, "FSU: 25/2 12.30–15.30\nAU: 6/5 14.00–16.00")
        looked = [each for each in shown.sections if each.title == "Se på dette"]
        assert [each.text for each in looked] == [
            "FSU torsdag 25. februar 2027 er i vinterferien i Vestfold (22. feb. 2027–26. feb. 2027). Torsdag 4. mars "
            "2027 er ledig.",
            "AU torsdag 6. mai 2027 er på Kristi himmelfartsdag. Torsdag 13. mai 2027 er ledig.",
        ]
        shown = message(await surface.press("secretary", shown, "Flytt til 4. mars 2027"))
        assert shown.text.startswith("Datoen er rettet i planen.")
        (_holiday,) = [each for each in shown.sections if each.title == "Se på dette"]
        right = form(
            await surface.bot.press(
                small_world.sender("secretary"),
                button_called(shown, "Rett møtet").action,
                button_called(shown, "Rett møtet").arguments,
            )
        )
        far = form(await surface.submit("secretary", right, {"day": "2028-05-04"}))
        assert errors(far) == {"day": "Planen er for 2027. Velg en dag i det året."}
        hospital = next(iter(await _organisations(small_world)))
        given = {"day": "2027-05-13", "chair": str(small_world.people["colleague"]), "host": str(hospital)}
        shown = message(await surface.submit("secretary", far, given))
        assert "møteleder: Eksempel Colleague" in called(shown, "Arbeidsutvalg (AU)").text
        await surface.press("secretary", shown, "Lagre planen")
        (au,) = await planned(small_world, "au")
        assert (au.chair_id, au.host_id) == (small_world.people["colleague"], hospital)
        assert _days(await planned(small_world)) == [date(2027, 3, 4)]
    finally:
        school_holidays.install(school_holidays.SchoolHolidays)


def _vestfold() -> school_holidays.SchoolHolidays:
    from config.school_holidays import school_holidays as listed

    return listed()


async def _in_vestfold(world: World) -> None:
    plan = PlanSettings(counties=("Vestfold",))
    async with world.database.transaction() as session:
        await session.execute(update(Committee).values(settings=CommitteeSettings(plan=plan).model_dump(mode="json")))


async def _organisations(world: World) -> list[int]:
    from storage.tables import Organisation

    return [each.id for each in await rows(world, Organisation)]


async def test_the_real_plan_of_2024_as_a_file(sqlite: Database) -> None:
    """Read, laid out, clean, and stored; with SSU a week earlier the winter holiday is found, and 29.02 suggested."""
    clock = FixedClock(datetime(2023, 12, 1, 9, tzinfo=UTC))
    world = await build(sqlite, clock.now())
    vestfold = PlanSettings(counties=("Vestfold",))
    au = PlanSettings(counties=("Vestfold",), prepares=(Prepares(committee="ssu", at_least=10, at_most=21),))
    async with sqlite.transaction() as session:
        await session.execute(update(Meeting).values(cancelled_at=clock.now()))
        for key, plan in (("fsu", vestfold), ("au", au)):
            settings = CommitteeSettings(plan=plan).model_dump(mode="json")
            await session.execute(update(Committee).where(col(Committee.key) == key).values(settings=settings))
        for key, name in (("ssu", "Strategisk samarbeidsutvalg (SSU)"), ("pm", "Partnerskapsmøtet (PM)")):
            row = Committee(
                key=key,
                name=name,
                number_template="{n}/{yy}",
                settings=CommitteeSettings(plan=vestfold).model_dump(mode="json"),
            )
            session.add(row)
            await session.flush()
            world.committees[key] = row.id
            session.add(Membership(committee_id=row.id, person_id=world.people["secretary"], role=Role.SECRETARIAT))
    school_holidays.install(_vestfold)
    try:
        surface = surface_of(world, clock)
        early = REAL_2024.replace("SSU (13.00-15.30);;29", "SSU (13.00-15.30);;22")
        shown = await handed_in(surface, "Møteplan 2024.csv", early.encode("latin-1"), year=2024)
        (found,) = [each for each in shown.sections if each.title == "Se på dette"]
        assert found.text == (
            "SSU torsdag 22. februar 2024 er i vinterferien i Vestfold (19. feb. 2024–23. feb. 2024). Torsdag 29. "
            "februar 2024 er ledig."
        )
        clean = message(await surface.press("secretary", shown, "Flytt til 29. feb. 2024"))
        whole = await handed_in(surface, "Møteplan 2024.csv", REAL_2024.encode("latin-1"), year=2024)
        for page in (clean, whole):
            assert "Se på dette" not in [each.title for each in page.sections]
            assert fact(page, "Møter") == "13 nye"
        assert "er flyttet til virkedagen før: onsdag 8. mai 2024" in called(whole, "Til orientering").text
        stored = message(await surface.press("secretary", whole, "Lagre planen"))
        assert "Lagret: 13 nye møter." in stored.text
    finally:
        school_holidays.install(school_holidays.SchoolHolidays)
    moved = await planned(world, "au")
    assert (moved[1].starts_at, moved[1].ends_at) == (
        datetime(2024, 5, 13, 6, 30, tzinfo=UTC),
        datetime(2024, 5, 13, 8, 30, tzinfo=UTC),
    )
    ssu = await planned(world, "ssu")
    assert ssu[1].deadline_at == datetime(2024, 5, 8, 10, tzinfo=UTC)


async def test_a_plan_goes_on_after_a_restart(small_world: World, clock: FixedClock) -> None:
    shown = await written(surface_of(small_world, clock), PLAN)
    clock.forward(timedelta(days=9))
    again = surface_of(small_world, clock)
    year = message(await again.say("secretary", "mote plan 2027"))
    waits = message(await again.press("secretary", year, "Se over"))
    assert waits.sections == shown.sections
    stored = message(await again.press("secretary", shown, "Lagre planen"))
    assert "Lagret: 5 nye møter." in stored.text


async def test_a_text_with_nothing_in_it_is_kept_in_the_form(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    listed = message(await surface.say("secretary", "mote plan 2027"))
    shown = form(await surface.press("secretary", listed, "Skriv inn en plan"))
    text = "Vi kommer tilbake til møtene."
    wrong = form(await surface.submit("secretary", shown, {"text": text}))
    assert "text" in errors(wrong)
    assert next(each.value for each in wrong.fields if each.name == "text") == text
    year = form(await surface.submit("secretary", wrong, {"year": "20x7"}))
    assert errors(year)["year"] == "Skriv et årstall, for eksempel 2027."
    assert await rows(small_world, MeetingPlan) == []


async def test_a_file_that_is_none_says_what_to_do(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    assert (await handed_in(surface, "plan.xlsx", b"")).title.startswith("Filen er tom.")
    empty = await handed_in(surface, "plan.txt", b"Ingenting er bestemt.")
    assert empty.title.startswith("Jeg finner ingen møter her. Skriv ett møte på hver linje")
    assert await rows(small_world, MeetingPlan) == []


async def test_two_who_store_the_same_plan_make_it_once(postgresql: Database, clock: FixedClock) -> None:
    world = await build(postgresql, clock.now())
    surface = surface_of(world, clock)
    shown = await written(surface, "FSU: 28/1, 29/4, 2/9 og 4/11 12.30–15.30")
    button = button_called(shown, "Lagre planen")
    other = Database(postgresql.url.render_as_string(hide_password=False), patience=20)
    second = FakeSurface(World(other, world.committees, world.meetings, world.people, world.units), clock, registry())
    replies = await asyncio.gather(
        surface.bot.press(world.sender("secretary"), button.action, button.arguments),
        second.bot.press(world.sender("deputy"), button.action, button.arguments),
    )
    await other.close()
    texts = sorted(f"{message(each).title} {message(each).text}" for each in replies)
    assert [text for text in texts if "er allerede lagret" in text] != []
    assert [text for text in texts if "Lagret: 4 nye møter." in text] != []
    assert len(await planned(world)) == 4


async def test_a_plan_of_a_case_that_waits_for_a_meeting(small_world: World, clock: FixedClock) -> None:
    """A case stands on the meeting that moves, and is still there."""
    surface = surface_of(small_world, clock)
    await propose(surface)
    (before,) = await rows(small_world, AgendaItem)
    shown = await written(surface, "FSU: 24/9 12.30–15.30", year=2026)
    kept = next(label for label in labels(shown) if label.startswith("Lagre, og behold"))
    await surface.press("secretary", shown, kept)
    (moved,) = await planned(small_world)
    (case,) = await rows(small_world, AgendaItem)
    assert before.meeting_id == small_world.meetings["fsu-1"]
    assert (case.meeting_id, case.status) == (moved.id, before.status)
    assert moved.id == before.meeting_id
    assert moved.starts_at == datetime(2026, 9, 24, 10, 30, tzinfo=UTC)
    # It says the new day.
    shown = message(await surface.bot.press(small_world.sender("secretary"), "sak.vis", {"item": str(case.id)}))
    assert "24. sep" in str(shown)
    assert "21. sep" not in str(shown)


async def test_the_year_as_it_stands_for_a_member(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    await surface.press("secretary", await written(surface, PLAN), "Lagre planen")
    year = message(await surface.say("member", "mote plan 2027"))
    assert year.text == "4 møter i utvalgene dine."
    # Whoever is in none reads of those that take cases from everybody, which are not theirs.
    outside = message(await surface.say("clinician", "mote plan 2026"))
    assert "i utvalgene dine" not in outside.text
    assert [each.title for each in year.sections] == ["Januar 2027", "April 2027", "September 2027", "November 2027"]
    assert year.upload is None
    assert "Skriv inn en plan" not in labels(year)
    refused = message(await surface.bot.press(small_world.sender("member"), "moteplan.skriv", {"year": "2027"}))
    assert refused.title.startswith("Møteplaner legges inn av sekretariatet og møtelederne.")

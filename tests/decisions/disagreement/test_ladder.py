"""A disagreement on its way: the steps with their deadlines, reminders, the committee it is taken to, and the end."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import event
from sqlmodel import col, select

from handlers.decisions.disagreement.actions import Do
from handlers.decisions.disagreement.rule import NAME
from handlers.people.roles import Role
from handlers.reminders.laying import relay_person
from handlers.reminders.wishes import Wishes
from storage import reminders
from storage.tables import AgendaItem, Committee, ItemStatus, Membership, Setting
from tests.decisions.disagreement import steps
from tests.decisions.disagreement.steps import HOSPITAL, MUNICIPALITY, OURS
from tests.meetings.minutes.round import steps as minutes
from tests.surface import FakeSurface, errors, facts, form, labels, message, values

CASE = "uenighet i sak 1/2026 (O/D): Felles opplæring i utskrivning"
OPENED = date(2026, 9, 22)
"""The day on which the minutes left the minute taker."""


def titled(beginning: str) -> str:
    return f"{beginning}{CASE}"


async def test_a_step_has_the_partnerships_deadline_and_both_parties_hear_of_it(surface: FakeSurface) -> None:
    board = {"days": 30, "name": "Tvistenemnda i Eksempelområdet", "basis": "Tjenesteavtale 1"}
    await steps.opened(surface, local_board=board)
    shown = await steps.shown(surface, "secretary")
    assert facts(shown)["Står nå hos"] == "Utvalget arbeider videre med saken"
    assert "Frist for dette trinnet" not in facts(shown), "the partnership has set none"
    opened = form(await steps.press(surface, "secretary", Do.STEP))
    assert values(opened)["step"] == "ssu", "the next one on the ladder"
    done = message(
        await surface.submit("secretary", opened, {"step": "local_board", "note": "Utvalget kom ikke lenger."})
    )
    assert done.text == "Begge partene har fått beskjed."
    assert facts(done)["Står nå hos"] == "Tvistenemnda i Eksempelområdet"
    assert facts(done)["Frist for dette trinnet"] == "22. okt. 2026 (Tjenesteavtale 1)"
    for who in ("member", "colleague", "deputy"):
        (news,) = [each for each in await surface.inbox(who) if each.title == titled("Uenigheten går videre: ")]
        assert (
            news.text == "Neste trinn: Tvistenemnda i Eksempelområdet. Frist: 22. okt. 2026.\nUtvalget kom ikke lenger."
        )
    assert titled("Uenigheten går videre: ") not in await steps.titles(surface, "secretary")
    again = message(await steps.fill_in(surface, "secretary", Do.STEP, step="local_board"))
    assert again.text == "Ingenting er endret."
    past = form(await steps.fill_in(surface, "secretary", Do.STEP, due="2026-09-01"))
    assert errors(past) == {"due": "Fristen er allerede gått ut. Velg en dag som kommer."}
    await steps.fill_in(surface, "secretary", Do.STEP, step="local_board", due="2026-11-02")
    assert (await steps.of(surface.world)).row.due_on == date(2026, 11, 2)


async def test_the_rule_that_holds_today_counts(surface: FakeSurface) -> None:
    rules = [
        {"committee": {"days": 20}},
        {"since": "2026-09-22", "committee": {"days": 40}},
        {"since": "2027-01-01", "committee": {"days": 60}},
    ]
    async with surface.world.database.transaction() as session:
        await session.merge(Setting(name=NAME, value={"rules": rules}))
    await steps.disagreed(surface)
    await steps.tick(surface)
    assert (await steps.of(surface.world)).row.due_on == OPENED + timedelta(days=40)


async def test_taking_it_to_the_strategic_committee_proposes_a_case_there_once(surface: FakeSurface) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        settings = (await session.get_one(Committee, world.committees["fsu"])).settings
        ssu = Committee(key="ssu", name="Strategisk samarbeidsutvalg", number_template="{n}/{yyyy}", settings=settings)
        session.add(ssu)
        await session.flush()
        session.add(Membership(committee_id=ssu.id, person_id=world.people["manager"], role=Role.SECRETARIAT))
        item = (await session.scalars(select(AgendaItem))).first()
        assert item is None
    await steps.opened(surface, ssu={"committee": "ssu", "days": 60})
    async with world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        item.closed_under = "offl. § 13"
    opened = form(await steps.press(surface, "secretary", Do.STEP))
    assert values(opened)["committee"] == str(ssu.id)
    done = message(await surface.submit("secretary", opened, {"note": "Vi ber om hjelp."}))
    assert done.text == "Saken er meldt til Strategisk samarbeidsutvalg. Begge partene har fått beskjed."
    assert facts(done)["Sak meldt til Strategisk samarbeidsutvalg"] == "ikke behandlet ennå"
    async with world.database.transaction() as session:
        raised = (await session.scalars(select(AgendaItem).where(col(AgendaItem.committee_id) == ssu.id))).one()
    assert raised.title == "Uenighet: 1/2026 (O/D) Felles opplæring i utskrivning"
    assert raised.status == ItemStatus.PROPOSED
    assert raised.closed_under == "offl. § 13", "what is closed stays closed"
    assert raised.purpose.endswith("Vi ber om hjelp.")
    assert any("Uenighet: 1/2026" in each for each in await steps.titles(surface, "manager"))
    await steps.fill_in(surface, "secretary", Do.STEP, step="ssu", due="2026-12-01")
    async with world.database.transaction() as session:
        assert len(list(await session.scalars(select(AgendaItem)))) == 2


async def test_without_a_committee_to_take_it_to_one_is_asked_for(surface: FakeSurface) -> None:
    await steps.opened(surface)
    again = form(await steps.fill_in(surface, "secretary", Do.STEP, step="ssu"))
    assert errors(again) == {"committee": "Velg hvilket utvalg saken skal meldes til."}
    assert (await steps.of(surface.world)).row.step == "committee"
    done = message(await surface.submit("secretary", again, {"committee": str(surface.world.committees["au"])}))
    assert done.text == "Saken er meldt til Arbeidsutvalg (AU). Begge partene har fått beskjed."


# --- what the clock reminds of ------------------------------------------------------------------------------------


async def test_who_has_not_written_is_reminded_and_the_secretariat_hears_when_the_time_is_over(
    surface: FakeSurface,
) -> None:
    await steps.opened(surface, write_days=14, remind_days=[7, 1])
    await steps.wrote(surface, "member", OURS)
    reminded = titled("Påminnelse om ")

    async def count(who: str) -> int:
        return (await steps.titles(surface, who)).count(reminded)

    surface.clock.forward(timedelta(days=6))
    await steps.tick(surface)
    assert await count("colleague") == 0
    surface.clock.forward(timedelta(days=1))
    await steps.tick(surface)
    await steps.tick(surface)
    assert (await count("colleague"), await count("member")) == (1, 0)
    (notice,) = [each for each in await surface.inbox("colleague") if each.title == reminded]
    assert notice.text == "Eksempel kommune har ikke skrevet sitt syn. Fristen er 6. okt. 2026."
    assert "Skriv synet til Eksempel kommune" in labels(notice)
    surface.clock.forward(timedelta(days=6))
    await steps.tick(surface)
    assert await count("colleague") == 2
    over = titled("Det mangler et syn i protokollen om ")
    assert over not in await steps.titles(surface, "secretary")
    surface.clock.forward(timedelta(days=2))
    await steps.tick(surface)
    assert (await steps.titles(surface, "secretary")).count(over) == 1
    assert await count("colleague") == 2


async def test_after_both_have_written_nobody_is_reminded(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.both_wrote(surface)
    assert (await steps.of(surface.world)).row.clock_at is None
    surface.clock.forward(timedelta(days=30))
    await steps.tick(surface)
    assert titled("Påminnelse om ") not in await steps.titles(surface, "colleague")


async def test_a_worker_that_was_down_tells_the_last_of_what_it_missed(surface: FakeSurface) -> None:
    await steps.opened(surface, write_days=14, remind_days=[10, 7, 3, 1])
    surface.clock.forward(timedelta(days=12))
    await steps.tick(surface)
    notices = [each for each in await steps.titles(surface, "colleague") if each == titled("Påminnelse om ")]
    assert len(notices) == 1


async def test_the_secretariat_is_reminded_before_and_after_a_steps_deadline(surface: FakeSurface) -> None:
    await steps.opened(surface, committee={"days": 30}, remind_days=[7])
    await steps.both_wrote(surface)
    told = titled("Frist i protokollen om ")
    surface.clock.forward(timedelta(days=24))
    await steps.tick(surface)
    notices = [each.text for each in await surface.inbox("deputy") if each.title == told]
    assert notices == ["Fristen for «Utvalget arbeider videre med saken» er 22. okt. 2026."]
    assert told not in await steps.titles(surface, "member")
    surface.clock.forward(timedelta(days=8))
    await steps.tick(surface)
    texts = [each.text for each in await surface.inbox("deputy") if each.title == told]
    assert texts[-1].startswith("Fristen for «Utvalget arbeider videre med saken» gikk ut 22. okt. 2026.")
    # Another deadline is reminded of anew.
    await steps.fill_in(surface, "secretary", Do.STEP, step="committee", due="2026-11-20")
    surface.clock.forward(timedelta(days=22))
    await steps.tick(surface)
    assert len([each for each in await steps.titles(surface, "deputy") if each == told]) == 3


async def test_what_is_to_come_is_foreseen_and_comes_when_somebody_wishes(surface: FakeSurface) -> None:
    await steps.opened(surface, write_days=14, remind_days=[7, 1])
    # The first moment: from then on the others are known.
    surface.clock.forward(timedelta(days=7))
    await steps.tick(surface)
    shown = message(await surface.say("colleague", "paminnelser"))
    reminded = titled("Påminnelse om ")
    (day,) = [section for section in shown.sections if reminded in section.text]
    assert day.title == "mandag 5. oktober 2026"
    async with surface.world.database.transaction() as session:
        wishes, colleague = Wishes(gather_at=time(15)), surface.world.people["colleague"]
        await reminders.wish(session, colleague, wishes.model_dump(mode="json"), surface.clock.now())
        await relay_person(session, colleague, wishes, surface.clock.now())
    counts = []
    for moment in (datetime(2026, 10, 5, 12, 59, tzinfo=UTC), datetime(2026, 10, 5, 13, tzinfo=UTC)):
        surface.clock.go_to(moment)
        await steps.tick(surface)
        counts.append((await steps.titles(surface, "colleague")).count(reminded))
    assert counts == [1, 2]


async def test_whoever_writes_before_the_reminder_comes_gets_none(surface: FakeSurface) -> None:
    await steps.opened(surface, write_days=14, remind_days=[7, 1])
    surface.clock.forward(timedelta(days=7))
    await steps.tick(surface)
    assert (await steps.titles(surface, "colleague")).count(titled("Påminnelse om ")) == 1
    await steps.wrote(surface, "colleague", "Kommunen mener dette.")
    surface.clock.forward(timedelta(days=9))
    await steps.tick(surface)
    assert (await steps.titles(surface, "colleague")).count(titled("Påminnelse om ")) == 1


# --- the end ------------------------------------------------------------------------------------------------------


async def test_it_is_closed_with_what_it_came_to_and_opened_again(surface: FakeSurface) -> None:
    await steps.opened(surface, committee={"days": 30})
    await steps.wrote(surface, "member", OURS)
    form_open = await steps.to_write(surface, "colleague")
    done = message(await steps.fill_in(surface, "secretary", Do.CLOSE, outcome="Partene ble enige om en ny rutine."))
    assert done.text == "Protokollen er lukket, og begge partene har fått beskjed."
    assert facts(done)["Status"] == "Lukket 22. sep. 2026"
    for who in ("member", "colleague"):
        (news,) = [each for each in await surface.inbox(who) if each.title == titled("Uenigheten er lukket: ")]
        assert news.text == "Partene ble enige om en ny rutine."
    late = message(await surface.submit("colleague", form_open, {"text": "Kommunen mener noe."}))
    assert late.title.startswith("Uenighetsprotokollen er lukket. Det gjorde Eksempel Secretary 22. sep. 2026.")
    assert "Kommunen mener noe." in steps.said(late) + late.small, "what was typed is shown to be copied"
    assert (await steps.views(surface.world))[MUNICIPALITY].row.revision == 0
    for do in (Do.STEP, Do.PARTIES, Do.TRIED, Do.CLOSE, Do.REVEAL):
        refused = await steps.shown(surface, "deputy", do)
        assert refused.title.startswith("Uenighetsprotokollen er lukket"), do
    surface.clock.forward(timedelta(days=40))
    assert await steps.tick(surface) == 0

    assert "Bare sekretariatet" in (await steps.shown(surface, "member", Do.REOPEN)).title
    again = await steps.shown(surface, "secretary", Do.REOPEN)
    assert again.text == "Protokollen er åpnet igjen."
    assert "Protokollen er åpen." in (await steps.shown(surface, "secretary", Do.REOPEN)).title
    assert (await steps.views(surface.world))[HOSPITAL].row.text == OURS
    notes = [event.note for event in await steps.events(surface.world) if event.kind == "closed"]
    assert notes == ["Partene ble enige om en ny rutine."]


# --- what it costs ------------------------------------------------------------------------------------------------


async def test_a_tick_with_nothing_due_costs_one_statement_for_each_chore(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.tick(surface)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await steps.tick(surface)
    event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 3, "one of each of the three chores"


async def test_two_who_open_the_same_protocol_at_once_open_one(surface: FakeSurface) -> None:
    await steps.disagreed(surface)
    world = surface.world
    slot = await minutes.slot_of(world)
    carried = {"meeting": str(world.meetings["fsu-1"]), "slot": str(slot)}
    presses = [surface.bot.press(world.sender(who), Do.OPEN, carried) for who in ("secretary", "deputy")]
    shown = [message(each) for each in await asyncio.gather(*presses)]
    assert {each.title for each in shown} == {titled("U")[:1] + CASE[1:]}
    assert len(await steps.every(world)) == 1
    assert await steps.kinds(world) == ["opened"]
    assert len(await steps.views(world)) == 2

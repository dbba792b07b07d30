"""Evaluating a meeting: who is asked, that nobody knows who answered what, and what it comes to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.meetings.evaluation.actions import Do
from handlers.meetings.evaluation.summary import summed_up
from handlers.messages.message import Message
from storage import agenda, joining
from storage.tables import (
    Attendance,
    Committee,
    Draft,
    Evaluation,
    EvaluationAnswer,
    EvaluationAsked,
    Meeting,
    MeetingEvent,
    SlotKind,
)
from tests.clock import FixedClock
from tests.deviations.tools import tools
from tests.kept_world import kept
from tests.owed.steps import owed
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.test_home import waits_for
from tests.world import World

ASKED = "Hvordan var møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026?"
OVER = "Evalueringen av møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er avsluttet"
THERE = ("member", "colleague", "observer", "secretary")


async def decide(world: World, **rules: Any) -> None:
    """FSU evaluates its meetings."""
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        committee.settings = {**committee.settings, "evaluation": {"ask": True, **rules}}


async def held(world: World, clock: FixedClock, *people: str, ask: bool = True, **rules: Any) -> FakeSurface:
    """FSU's first meeting is over, and these people were there."""
    surface = FakeSurface(world, clock, registry())
    await _held(surface, *people, ask=ask, **rules)
    return surface


@kept
async def _held(surface: FakeSurface, *people: str, ask: bool, **rules: Any) -> None:
    if ask:
        await decide(surface.world, **rules)
    await mark(surface.world, *people)
    surface.clock.forward(timedelta(days=20, hours=4))
    await surface.worker.do_chores()


async def mark(world: World, *people: str) -> None:
    async with world.database.transaction() as session:
        session.add_all(
            Attendance(meeting_id=world.meetings["fsu-1"], person_id=world.people[each], present=True)
            for each in people
        )


async def asked(surface: FakeSurface, who: str) -> Message:
    return next(shown for shown in await surface.inbox(who) if shown.title == ASKED)


async def titles(surface: FakeSurface, who: str) -> list[str]:
    return [shown.title for shown in await surface.inbox(who)]


async def answer(surface: FakeSurface, who: str, **given: str) -> Message:
    opened = form(await surface.press(who, await asked(surface, who), "Svar på evalueringen"))
    return message(await surface.submit(who, opened, given))


async def all_answer(surface: FakeSurface, *people: str) -> None:
    for number, who in enumerate(people):
        await answer(surface, who, number0=str(2 + number % 4), words2=f"Ønske {number}")


async def shown(surface: FakeSurface, who: str, do: Do = Do.SHOW) -> Message:
    meeting = {"meeting": str(surface.world.meetings["fsu-1"])}
    return message(await surface.bot.press(surface.world.sender(who), do, meeting))


async def page(surface: FakeSurface, who: str, meeting: str = "fsu-1") -> Message:
    arguments = {"meeting": str(surface.world.meetings[meeting])}
    return message(await surface.bot.press(surface.world.sender(who), "mote.side", arguments))


async def count(world: World, table: Any) -> int:
    async with world.database.reading() as session:
        return len((await session.scalars(select(table))).all())


# --- who is asked ------------------------------------------------------------------------------------------


async def test_those_who_were_there_are_asked_once_when_it_is_over(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await surface.worker.do_chores()
    for who in THERE:
        assert (await titles(surface, who)).count(ASKED) == 1, who
    assert ASKED not in await titles(surface, "deputy")
    got = await asked(surface, "member")
    assert labels(got) == ["Svar på evalueringen"]
    assert facts(got)["Frist"] == "mandag 28. september 2026"
    assert got.page is not None
    assert await waits_for(surface, "member") == ["Evaluer møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"]
    (line,) = [each for each in await owed(surface, "member") if each.what.startswith("Evaluer")]
    assert line == (
        "Evaluer møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026",
        "Frist mandag 28. september 2026 kl. 23.59 (om 7 dager)",
        ["Evaluer"],
    )
    assert not [each for each in await owed(surface, "deputy") if each.what.startswith("Evaluer")]
    opened = form(await surface.press("member", got, "Svar på evalueringen"))
    assert [field.label for field in opened.fields[1:]] == [
        "Hvor nyttig var møtet for arbeidet ditt? (1 er dårlig, 5 er bra)",
        "Hvor godt ble tiden brukt? (1 er dårlig, 5 er bra)",
        "Hva bør vi gjøre annerledes neste gang?",
    ]
    await surface.submit("member", opened, {"number0": "4"})
    assert not [each for each in await owed(surface, "member") if each.what.startswith("Evaluer")]


async def test_a_committee_that_has_not_decided_to_is_not_asked(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE, ask=False)
    assert await count(world, Evaluation) == 0
    assert not any("Evaluering" in each for each in facts(await page(surface, "secretary")))


@pytest.mark.parametrize("people", [(), ("member",), ("member", "colleague")])
async def test_nobody_is_asked_where_too_few_were_there(
    world: World, clock: FixedClock, people: tuple[str, ...]
) -> None:
    surface = await held(world, clock, *people)
    assert await count(world, Evaluation) == 0
    for who in people:
        assert ASKED not in await titles(surface, who)
    assert facts(await page(surface, "secretary"))["Evaluering"].startswith("Sendes når oppmøtet er ført")


async def test_a_cancelled_meeting_is_not_evaluated(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        (await session.get_one(Meeting, world.meetings["fsu-1"])).cancelled_at = clock.now()
    await held(world, clock, *THERE)
    assert await count(world, Evaluation) == 0


async def test_who_is_marked_later_is_asked_too(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock)
    assert await count(world, Evaluation) == 0
    await mark(world, "member", "colleague", "observer")
    await surface.worker.do_chores()
    assert await count(world, EvaluationAsked) == 3
    await mark(world, "deputy")
    clock.forward(timedelta(minutes=2))
    await surface.worker.do_chores()
    assert (await titles(surface, "deputy")).count(ASKED) == 1
    assert await count(world, EvaluationAsked) == 4


async def test_it_is_not_asked_about_long_afterwards(world: World, clock: FixedClock) -> None:
    await decide(world)
    surface = FakeSurface(world, clock, registry())
    await mark(world, *THERE)
    clock.forward(timedelta(days=40))
    await surface.worker.do_chores()
    assert await count(world, Evaluation) == 0


async def test_the_committees_own_questions_and_days(world: World, clock: FixedClock) -> None:
    own = ["Hva lærte du?", {"text": "Fikk alle sagt sitt?", "scale": True}]
    surface = await held(world, clock, *THERE, questions=own, days=3)
    got = await asked(surface, "member")
    assert facts(got)["Frist"] == "torsdag 24. september 2026"
    opened = form(await surface.press("member", got, "Svar på evalueringen"))
    assert [(field.name, field.label) for field in opened.fields[1:]] == [
        ("words0", "Hva lærte du?"),
        ("number1", "Fikk alle sagt sitt? (1 er dårlig, 5 er bra)"),
    ]


# --- answering ---------------------------------------------------------------------------------------------


async def test_one_answers_once_and_what_was_answered_has_no_name(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    got = await asked(surface, "member")
    first = form(await surface.press("member", got, "Svar på evalueringen"))
    empty = form(await surface.submit("member", first))
    assert errors(empty) == {"number0": "Svar på minst ett av spørsmålene."}
    done = message(await surface.submit("member", empty, {"number0": "4", "words2": "Mer tid til drøfting"}))
    assert done.title == "Takk: du har evaluert møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert "Mer tid" not in done.model_dump_json()
    again = message(await surface.bot.press(world.sender("member"), Do.ANSWER, dict(got.buttons[0].arguments)))
    assert again.title == "Du har allerede svart. Svarene er lagret uten navn, så de kan ikke endres."
    assert ASKED not in await titles(surface, "member"), "the message says that they have answered"
    async with world.database.reading() as session:
        (row,) = (await session.scalars(select(EvaluationAnswer))).all()
        assert row.answers == [4, None, "Mer tid til drøfting"]
        assert set(EvaluationAnswer.model_fields) == {"id", "evaluation_id", "answers"}
        drafts = (await session.scalars(select(Draft).where(col(Draft.dialog) == "evaluering.svar"))).all()
        assert [(draft.answers, draft.progress.prefilled) for draft in drafts] == [({}, {})]
        assert all("Mer tid" not in str(draft.result) for draft in drafts)
        events = (await session.scalars(select(MeetingEvent))).all()
        assert not any("evaluation" in event.kind for event in events)


async def test_the_database_itself_keeps_no_order_in_which_people_answered(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    for place, who in enumerate(THERE):
        await answer(surface, who, number0=str(place + 1))
        clock.forward(timedelta(hours=1))
    is_postgresql = world.database.engine.dialect.name == "postgresql"
    kept, by = ("ctid", "xmin::text") if is_postgresql else ("rowid", "1")
    async with world.database.transaction() as session:
        rows = (await session.execute(text(f"SELECT id, {by} FROM evaluation_answer ORDER BY {kept}"))).all()
    assert len(rows) == len(THERE)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows), "the order of the lots"
    assert len({row[1] for row in rows}) == 1, "nor in which transaction"


async def test_two_forms_of_the_same_person_count_once(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    got = await asked(surface, "member")
    first = form(await surface.press("member", got, "Svar på evalueringen"))
    async with world.database.transaction() as session:
        # The other form is another draft, as of another surface.
        await session.execute(update(EvaluationAsked).values(answered=False))
    await surface.submit("member", first, {"number0": "4"})
    again = message(await surface.submit("member", first, {"number0": "1"}))
    assert again.title.startswith("Takk")
    assert await count(world, EvaluationAnswer) == 1


async def test_only_those_who_were_there_answer(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    for who in ("deputy", "clinician"):
        assert (await shown(surface, who, Do.ANSWER)).title == "Bare de som var på møtet, evaluerer det."
    assert (await shown(surface, "clinician")).title == "Bare de som var på møtet, evaluerer det."


async def test_whoever_has_not_answered_is_reminded_once(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await answer(surface, "member", number0="4")
    reminded = "Husk å evaluere møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    clock.forward(timedelta(days=6))
    for _again in range(2):
        await surface.worker.do_chores()
        clock.forward(timedelta(minutes=2))
    assert (await titles(surface, "colleague")).count(reminded) == 1
    assert reminded not in await titles(surface, "member")


# --- what it comes to --------------------------------------------------------------------------------------


async def test_nobody_reads_anything_before_it_is_closed(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await all_answer(surface, "member", "colleague", "observer")
    told = await shown(surface, "secretary")
    assert told.text == "Ingen ser svarene før evalueringen er avsluttet."
    assert told.sections == ()
    assert facts(told)["Har svart"] == "3 av 4 har svart"
    assert "Ønske" not in told.model_dump_json()
    assert OVER not in await titles(surface, "secretary")


async def test_the_last_answer_closes_it_and_the_secretariat_gets_what_it_came_to(
    world: World, clock: FixedClock
) -> None:
    surface = await held(world, clock, *THERE)
    await all_answer(surface, *THERE)
    for who in ("secretary", "deputy"):
        (told,) = [each for each in await surface.inbox(who) if each.title == OVER and "Har svart" in facts(each)]
        assert [section.text for section in told.sections] == [
            "3,5 av 5 i snitt (4 svar)",
            "Ingen har svart på dette.",
            "• Ønske 0\n• Ønske 1\n• Ønske 2\n• Ønske 3",
        ]
        assert labels(told) == ["Ta med på neste møte"]
        assert not any(name in told.model_dump_json() for name in ("Eksempel Member", "Eksempel Colleague"))
    assert not any(title == OVER for title in await titles(surface, "member"))


async def test_time_closes_it_and_too_few_answers_are_shown_to_nobody(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await all_answer(surface, "member", "colleague")
    clock.forward(timedelta(days=8))
    await surface.worker.do_chores()
    (told,) = [each for each in await surface.inbox("deputy") if each.title == OVER]
    assert told.text == "Færre enn 3 har svart, så svarene vises ikke: ingen skal kunne kjennes igjen."
    assert (told.sections, labels(told)) == ((), [])
    assert "Ønske" not in (await shown(surface, "secretary")).model_dump_json()
    refused = await shown(surface, "secretary", Do.SHARE)
    assert refused.title == "Færre enn 3 har svart, så svarene vises ikke: ingen skal kunne kjennes igjen."
    assert (await titles(surface, "observer")).count(OVER) == 1
    late = await shown(surface, "observer", Do.ANSWER)
    assert late.title == "Evalueringen er avsluttet."


async def test_it_is_taken_along_to_the_next_meeting(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await all_answer(surface, *THERE)
    title = "Evaluering av møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert title not in [section.title for section in (await page(surface, "member", "fsu-2")).sections]
    refused = await shown(surface, "member", Do.SHARE)
    assert "Bare sekretariatet" in refused.title
    told = await shown(surface, "secretary")
    done = message(await surface.press("secretary", told, "Ta med på neste møte"))
    assert done.text == (
        "Oppsummeringen står på siden til neste møte. Den er satt på sakslisten for møtet 31. okt. 2026."
    )
    assert labels(done) == []
    again = await shown(surface, "deputy", Do.SHARE)
    assert again.title == "Oppsummeringen står allerede på siden til neste møte."
    section = next(each for each in (await page(surface, "member", "fsu-2")).sections if each.title == title)
    assert section.text.startswith("Hvor nyttig var møtet for arbeidet ditt?\n3,5 av 5 i snitt (4 svar)")
    async with world.database.transaction() as session:
        slots = await agenda.slots(session, world.meetings["fsu-2"])
    (line,) = [slot for slot in slots if slot.kind == SlotKind.OTHER]
    assert line.title == "Evaluering av møtet 21. sep. 2026", "pressed twice, it is one line"
    assert line.text == section.text
    assert "Evaluering av møtet 21. sep. 2026" in repr(message(await surface.say("member", "saksliste FSU")))


async def test_without_a_next_meeting_it_stands_on_its_page_once_there_is_one(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await all_answer(surface, *THERE)
    async with world.database.transaction() as session:
        (await session.get_one(Meeting, world.meetings["fsu-2"])).cancelled_at = clock.now()
    done = message(await surface.press("secretary", await shown(surface, "secretary"), "Ta med på neste møte"))
    assert done.text == "Oppsummeringen står på siden til neste møte."


async def test_on_the_page_of_the_meeting(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    assert facts(await page(surface, "secretary"))["Evaluering"] == "0 av 4 har svart"
    assert {"Se evalueringen", "Svar på evalueringen"} <= set(labels(await page(surface, "secretary")))
    assert "Se evalueringen" not in labels(await page(surface, "member"))
    form(await surface.press("member", await page(surface, "member"), "Svar på evalueringen"))


@pytest.mark.parametrize(
    ("answers", "least", "averages"),
    [
        ([[4], [2]], 3, None),
        ([[4]], 1, None),
        ([[4], [2], [3]], 3, [3.0]),
        ([[4], [2], [None]], 3, [None]),
        ([[4], [2], []], 2, [3.0]),
    ],
)
def test_one_answer_gives_nobody_away(answers: list[list[Any]], least: int, averages: list[float] | None) -> None:
    summed = summed_up([{"text": "Hvor bra?", "scale": True}], answers, least)
    assert (None if summed is None else [each.average for each in summed]) == averages


def test_words_come_in_an_order_that_tells_nothing() -> None:
    stored = [{"text": "Hva?", "scale": False}, {"text": "Hva mer?", "scale": False}]
    summed = summed_up(stored, [["b", "x"], ["a", "z"], ["c", "y"]], 3)
    assert summed is not None
    assert [list(each.words) for each in summed] == [["a", "b", "c"], ["x", "y", "z"]]


# --- on each surface ---------------------------------------------------------------------------------------


async def test_on_slack_on_teams_and_on_the_page(small_world: World, clock: FixedClock) -> None:
    await decide(small_world)
    async with small_world.database.transaction() as session:
        await session.execute(delete(Attendance))
    await mark(small_world, "member", "colleague", "mailbox")
    async with tools(small_world, clock) as running:
        slack, teams = running.on_slack("member"), running.on_teams("colleague")
        await slack.writes("hjelp")
        await teams.writes("hjelp")
        clock.forward(timedelta(days=20, hours=4))
        surface = FakeSurface(small_world, clock, registry())
        await surface.worker.do_chores()
        await running.settled()
        await slack.presses("Svar på evalueringen")
        assert "Hvor godt ble tiden brukt?" in slack.form()
        await slack.fills(number0="5", words2="Fra Slack")
        await teams.presses("Svar på evalueringen")
        assert "Svarene lagres uten navn." in teams.form()
        await teams.fills(number0="3", words2="Fra Teams")
        assert "Takk: du har evaluert" in teams.answer()
    async with serve(small_world, clock, registry()) as served:
        meeting = {"meeting": str(small_world.meetings["fsu-1"])}
        address = served.links.page(small_world.people["mailbox"], str(Do.SHOW), meeting)
        assert address is not None
        visitor = Visitor(served.http, address)
        await visitor.open()
        opened = await visitor.press("Svar på evalueringen")
        assert "Hvor godt ble tiden brukt?" in opened.words
        done = await visitor.press("Send", number0="4", words2="Fra siden")
        assert "Takk: du har evaluert" in done.words
    told = await shown(surface, "secretary")
    assert [section.text for section in told.sections] == [
        "4,0 av 5 i snitt (3 svar)",
        "Ingen har svart på dette.",
        "• Fra siden\n• Fra Slack\n• Fra Teams",
    ]


# --- access ------------------------------------------------------------------------------------------------

MAY = {
    Do.SHOW: {"secretary", "deputy", "member", "colleague", "observer"},
    Do.ANSWER: {"member", "colleague", "observer", "secretary"},
    Do.SHARE: {"secretary", "deputy"},
}


async def test_who_may_do_what(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    room = next(each for each in registry().capabilities if each.name == "evaluering")
    assert {each.name for each in room.actions} == set(MAY)
    assert {each.name for each in room.dialogs} == {"evaluering.svar"}
    meeting = {"meeting": str(world.meetings["fsu-1"])}
    refusals = ("Bare de som var på møtet", "Bare sekretariatet")
    for do, may in MAY.items():
        for who in world.people:
            if who == "mailbox":
                continue
            reply = await surface.bot.press(world.sender(who), do, meeting)
            refused = isinstance(reply, Message) and reply.title.startswith(refusals)
            assert refused is (who not in may), (do, who)


async def test_who_turns_out_to_be_another_is_asked_once(world: World, clock: FixedClock) -> None:
    surface = await held(world, clock, *THERE)
    await answer(surface, "member", number0="4")
    people = world.people
    async with world.database.transaction() as session:
        await joining.join(session, people["member"], people["colleague"], clock.now(), keys={}, answers=())
    async with world.database.reading() as session:
        rows = {row.person_id: row.answered for row in (await session.scalars(select(EvaluationAsked))).all()}
    assert rows == {people["colleague"]: True, people["observer"]: False, people["secretary"]: False}

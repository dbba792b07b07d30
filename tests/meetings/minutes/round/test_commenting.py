"""Minutes out for comment: who gets them, what they answer, and what the minute taker does with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col

from handlers.meetings.minutes.round_actions import Do
from storage import minutes
from storage.tables import Minutes, MinutesStatus, Reminder, Suggestion
from tests.meetings.minutes.round import steps
from tests.meetings.minutes.round.steps import waiting
from tests.owed.steps import owed
from tests.surface import FakeSurface, button_called, errors, facts, form, labels, message

OUT = "Referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er til kommentar"
BETTER = "Saken tas til etterretning."


async def said(surface: FakeSurface, who: str, action: Do, **more: Any) -> str:
    """What `who` is told when that cannot be done."""
    shown = await steps.do(surface, who, action, **more)
    return f"{shown.title} {shown.text}"


async def test_members_get_the_minutes_and_a_week_and_pressing_twice_sends_once(surface: FakeSurface) -> None:
    await steps.sent(surface)
    for who in ("member", "colleague", "deputy", "secretary"):
        assert (await steps.titles(surface, who)).count(OUT) == 1, who
    assert OUT not in await steps.titles(surface, "observer")
    assert OUT not in await steps.titles(surface, "clinician")
    (notice,) = [shown for shown in await surface.inbox("member") if shown.title == OUT]
    assert facts(notice)["Frist"] == "tirsdag 29. september 2026"
    assert labels(notice) == ["Kommenter", "Ingen merknader", "Les referatet"]
    assert [each.file.document for each in notice.files] == ["referat"]

    sends = surface.messenger.sends
    again = await said(surface, "deputy", Do.SEND)
    assert "Referatet er allerede sendt til kommentar. Det gjorde Eksempel Secretary 22. sep. 2026" in again
    await surface.arrive()
    assert surface.messenger.sends == sends
    assert (await steps.kinds(surface.world)).count("sent_for_comment") == 1


async def test_what_the_check_finds_is_shown_before_anything_leaves(surface: FakeSurface) -> None:
    await steps.held(surface)
    arguments = {"meeting": str(surface.world.meetings["fsu-1"])}
    first = message(await surface.bot.press(surface.world.sender("secretary"), Do.SEND, arguments))
    assert first.title.endswith("er ikke sendt ut ennå")
    said = [f"{section.title}: {section.text}" for section in first.sections]
    assert "Hele referatet: Det er ikke valgt noen møteleder." in said
    assert "Eventuelt: Det er ikke skrevet noe om saken." in said
    assert await steps.status(surface.world) == MinutesStatus.DRAFT
    assert OUT not in await steps.titles(surface, "member")
    row = (await steps.of(surface.world)).minutes
    async with surface.world.database.transaction() as session:
        (await session.get_one(type(row), row.id)).revision += 1
    again = message(await surface.press("secretary", first, "Send likevel"))
    assert again.title == first.title, "they have changed since they were looked over"
    sent = message(await surface.press("secretary", again, "Send likevel"))
    assert sent.title.endswith("er sendt til kommentar")
    assert OUT in await steps.titles(surface, "member")


async def test_only_those_who_were_there_where_the_committee_says_so(surface: FakeSurface) -> None:
    await steps.rules(surface.world, comments_from="present")
    await steps.held(surface)
    assert "ingen er ført som til stede" in await said(surface, "secretary", Do.SEND)
    assert await steps.status(surface.world) == MinutesStatus.DRAFT
    await steps.present(surface.world, "colleague")
    await steps.present(surface.world, "clinician", capacity="gjest")
    await steps.do(surface, "secretary", Do.SEND)
    assert OUT in await steps.titles(surface, "colleague")
    for who in ("member", "clinician"):
        assert OUT not in await steps.titles(surface, who)
    assert "Bare de som var til stede" in await said(surface, "member", Do.COMMENT)
    assert "Bare medlemmene" in await said(surface, "nurse", Do.NO_REMARKS)


async def test_empty_minutes_are_not_sent(surface: FakeSurface) -> None:
    await steps.held(surface)
    row = (await steps.of(surface.world)).minutes
    async with surface.world.database.transaction() as session:
        for entry in (await minutes.entries(session, row.id)).values():
            await minutes.conclude(session, entry, ())
            entry.entry.discussion = ""
    assert "Det står ingenting i referatet" in await said(surface, "secretary", Do.SEND)


async def test_a_comment_reaches_the_minute_taker_and_is_taken_in_with_the_difference(surface: FakeSurface) -> None:
    await steps.sent(surface)
    done = await steps.comment(surface, "member", "Vi sa etterretning.", BETTER)
    assert done.title == "Kommentaren er sendt til referenten"
    (notice,) = [shown for shown in await surface.inbox("member") if shown.title == OUT]
    assert notice.text == "Du har sendt 1 kommentar."
    assert labels(notice) == ["Kommenter", "Les referatet"]

    (told,) = [shown for shown in await surface.inbox("secretary") if shown.title.startswith("Kommentarer til")]
    assert facts(told) == {"Kommentarer": "1", "Ubesvarte": "1", "Har svart": "1 av 4"}
    listed = message(await surface.press("secretary", told, "1 ubesvart kommentar"))
    (section,) = listed.sections
    assert section.title == f"1/2026 (O/D) {steps.TITLE}, fra Eksempel Member"
    assert facts(section)["Forslag, Konklusjon"] == "Saken tas til [-orientering-]{+etterretning+}."

    assert listed.small == "I et forslag går [-dette-] ut, og {+dette+} kommer til."
    opened = form(await surface.press("secretary", listed, "Ta inn"))
    answered = message(await surface.submit("secretary", opened, {"answer": "Takk."}))
    assert "Kommentaren er tatt inn. Den som kommenterte, har fått svar." in answered.text
    answer = (await surface.inbox("member"))[-1]
    assert answer.title.startswith("Kommentaren din til referatet fra")
    assert facts(answer)["Endring"] == "Saken tas til [-orientering-]{+etterretning+}."
    assert facts(answer)["Svar"] == "Takk."
    row, slot = (await steps.of(surface.world)).minutes, await steps.slot_of(surface.world)
    async with surface.world.database.transaction() as session:
        entry = (await minutes.entries(session, row.id))[slot]
        assert [each.text for each in entry.conclusions] == [BETTER]
        assert (entry.entry.revision, row.revision) == (1, 2)
    event = (await steps.events(surface.world))[-1]
    assert (event.kind, event.data["before"], event.data["after"]) == ("comment_answered", steps.CONCLUSION, BETTER)


async def test_a_comment_is_answered_once(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.comment(surface, "member", "Vi sa etterretning.", BETTER)
    (given,) = await steps.comments(surface.world)
    world, sender = surface.world, surface.world.sender("secretary")
    arguments = {"meeting": str(world.meetings["fsu-1"]), "comment": str(given.id)}
    first = form(await surface.bot.press(sender, Do.DECLINE, arguments))
    second = form(await surface.bot.press(world.sender("deputy"), Do.TAKE_IN, arguments))
    await surface.submit("secretary", first, {"answer": "Ordet ble ikke brukt."})
    late = message(await surface.submit("deputy", second))
    assert "allerede besvart av Eksempel Secretary. Ikke tatt inn. Ordet ble ikke brukt." in f"{late.title} {late.text}"
    (given,) = await steps.comments(surface.world)
    assert given.status == Suggestion.DECLINED
    assert "Du har ikke" not in late.text
    answers = [title for title in await steps.titles(surface, "member") if title.endswith("er ikke tatt inn")]
    assert len(answers) == 1
    assert "Kommentaren finnes ikke" in await said(surface, "secretary", Do.TAKE_IN, comment=given.id + 100)


async def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.comment(surface, "member", "Vi sa etterretning.", BETTER)
    (given,) = await steps.comments(surface.world)
    arguments = {"meeting": str(surface.world.meetings["fsu-1"]), "comment": str(given.id)}
    opened = form(await surface.bot.press(surface.world.sender("secretary"), Do.TAKE_IN, arguments))
    row, slot = (await steps.of(surface.world)).minutes, await steps.slot_of(surface.world)
    async with surface.world.database.transaction() as session:
        entry = (await minutes.entries(session, row.id))[slot]
        entry.conclusions[0].text = "Saken utsettes."
        entry.entry.revision += 1
    own = "Saken tas enstemmig til etterretning."
    reply = message(await surface.submit("secretary", opened, {"text": own}))
    assert "har endret teksten imens" in f"{reply.title} {reply.text}"
    assert own in str(reply), "what was written can be copied"
    async with surface.world.database.transaction() as session:
        entry = (await minutes.entries(session, row.id))[slot]
        assert entry.conclusions[0].text == "Saken utsettes."


async def test_a_comment_on_the_whole_changes_no_text(surface: FakeSurface) -> None:
    await steps.sent(surface)
    done = await steps.comment(surface, "member", "Fint referat.", item="all")
    assert done.text == "Den gjelder hele referatet."
    (given,) = await steps.comments(surface.world)
    answered = await steps.fill_in(surface, "secretary", Do.TAKE_IN, comment=given.id, answer="Takk.")
    assert "Alle kommentarene er besvart." in answered.text


async def test_a_proposal_needs_a_case_and_a_change(surface: FakeSurface) -> None:
    await steps.sent(surface)
    world, sender = surface.world, surface.world.sender("member")
    opened = form(await surface.bot.press(sender, Do.COMMENT, {"meeting": str(world.meetings["fsu-1"])}))
    whole = form(await surface.submit("member", opened, {"item": "all", "text": "Nei", "propose": "true"}))
    assert errors(whole) == {"item": "Velg hvilken sak du vil foreslå en annen tekst i."}
    slot = str(await steps.slot_of(world))
    proposing = form(await surface.submit("member", whole, {"item": slot}))
    same = form(await surface.submit("member", proposing, {"part": "1", "instead": steps.CONCLUSION}))
    assert "Dette er teksten som står der nå" in errors(same)["instead"]
    await surface.submit("member", same, {"instead": BETTER})
    (given,) = await steps.comments(world)
    assert (given.text, given.instead, given.before, given.part) == ("Nei", BETTER, steps.CONCLUSION, "1")


async def test_the_same_form_twice_is_one_comment(surface: FakeSurface) -> None:
    await steps.sent(surface)
    world, sender = surface.world, surface.world.sender("member")
    opened = form(await surface.bot.press(sender, Do.COMMENT, {"meeting": str(world.meetings["fsu-1"])}))
    given = {"item": "all", "text": "Fint referat.", "propose": "false"}
    await surface.submit("member", opened, given)
    await surface.submit("member", opened, given)
    assert len(await steps.comments(world)) == 1


async def test_no_remarks_is_said_once_and_is_not_reminded(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.do(surface, "member", Do.NO_REMARKS)
    assert "Du har allerede svart" in await said(surface, "member", Do.NO_REMARKS)
    await steps.comment(surface, "colleague", "Fint.", item="all")
    assert "Du har sendt kommentarer" in await said(surface, "colleague", Do.NO_REMARKS)

    await steps.clock_says(surface, days=6)
    reminder = "Husk å se over referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026: fristen er i morgen"
    assert reminder in await steps.reminded_of(surface, "deputy")
    for who in ("member", "colleague"):
        assert reminder not in await steps.reminded_of(surface, who)
    await steps.clock_says(surface, hours=1)
    assert (await steps.reminded_of(surface, "deputy")).count(reminder) == 1


async def test_minutes_that_were_out_before_reminders_were_laid_are_reminded_of_once(surface: FakeSurface) -> None:
    await steps.sent(surface)
    world = surface.world
    async with world.database.transaction() as session:
        of_kind = col(Reminder.kind) == "referatrunde.kommentarfrist"
        laid = list(await session.scalars(select(Reminder).where(of_kind)))
        assert {each.status for each in laid} == {"pending"}
        assert {each.meeting_id for each in laid} == {world.meetings["fsu-1"]}
        (at,) = {each.due_at for each in laid}
        await session.execute(delete(Reminder).where(of_kind))
        # The next look was to remind them.
        await session.execute(update(Minutes).values(clock_at=at))
    await steps.clock_says(surface, days=6)
    reminder = "Husk å se over referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026: fristen er i morgen"
    await steps.comment(surface, "colleague", "Fint.", item="all")
    await steps.clock_says(surface, hours=1)
    assert (await steps.reminded_of(surface, "member")).count(reminder) == 1
    # It was written, and taken back before it was seen: the comment came first.
    assert reminder not in await steps.reminded_of(surface, "colleague")
    # One that was said before, by the clock itself, is not said once more.
    async with world.database.transaction() as session:
        await session.execute(delete(Reminder).where(of_kind))
    await steps.comment(surface, "deputy", "Fint.", item="all")
    await steps.clock_says(surface, hours=1)
    assert (await steps.reminded_of(surface, "member")).count(reminder) == 1


async def test_when_the_time_is_over_and_nothing_is_open_the_minutes_are_adjusted(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.clock_says(surface, days=8)
    assert await steps.status(surface.world) == MinutesStatus.ADJUSTED
    # Reminders of meetings, which are said last, may have come after it.
    (told,) = [shown for shown in await surface.inbox("secretary") if shown.title.endswith("kan publiseres")]
    assert "Publiser" in labels(told)
    closed = [shown for shown in await surface.inbox("member") if "ikke lenger til kommentar" in shown.title]
    assert [labels(shown) for shown in closed] == [["Les referatet"]]
    assert OUT not in await steps.titles(surface, "member")


async def test_what_the_writers_are_told_has_no_button_for_what_is_over(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.comment(surface, "member", "Bra.")
    assert "Avslutt kommentarrunden" in labels((await surface.inbox("deputy"))[-1])
    (given,) = await steps.comments(surface.world)
    await steps.fill_in(surface, "secretary", Do.TAKE_IN, comment=given.id)
    assert "Avslutt kommentarrunden" in labels((await surface.inbox("deputy"))[-1])
    await steps.clock_says(surface, days=8)
    offered = [label for shown in await surface.inbox("deputy") for label in labels(shown)]
    assert "Publiser" in offered
    assert "Avslutt kommentarrunden" not in offered
    await steps.do(surface, "secretary", Do.PUBLISH)
    shown = await surface.inbox("deputy")
    assert "Publiser" not in [label for each in shown for label in labels(each)]
    assert not any("kan publiseres" in each.title for each in shown)


async def test_a_late_comment_is_told_so_and_what_was_written_is_not_lost(surface: FakeSurface) -> None:
    await steps.sent(surface)
    world, sender = surface.world, surface.world.sender("member")
    opened = form(await surface.bot.press(sender, Do.COMMENT, {"meeting": str(world.meetings["fsu-1"])}))
    surface.clock.forward(timedelta(days=7, hours=18))
    late = message(await surface.submit("member", opened, {"item": "all", "text": "For sent ute", "propose": "false"}))
    assert "Fristen for kommentarer gikk ut tirsdag 29. september 2026" in f"{late.title} {late.text}"
    assert "For sent ute" in str(late)
    assert await steps.comments(world) == []


async def test_open_comments_at_the_deadline_wait_for_the_minute_taker(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.comment(surface, "member", "Vi sa etterretning.", BETTER)
    await steps.clock_says(surface, days=8)
    assert await steps.status(surface.world) == MinutesStatus.COMMENTS
    told = (await surface.inbox("deputy"))[-1]
    assert told.title.startswith("Fristen for kommentarer til referatet")
    assert "1 kommentar venter på svar" in told.text
    await steps.clock_says(surface, hours=1)
    assert (await surface.inbox("deputy"))[-1].title == told.title, "said once"
    (given,) = await steps.comments(surface.world)
    await steps.fill_in(surface, "deputy", Do.TAKE_IN, comment=given.id)
    assert await steps.status(surface.world) == MinutesStatus.ADJUSTED


async def test_the_round_is_ended_early_when_everybody_has_answered_and_not_before(surface: FakeSurface) -> None:
    await steps.sent(surface)
    assert "4 personer har ikke svart" in await said(surface, "secretary", Do.END)
    await steps.comment(surface, "member", "Fint.", item="all")
    for who in ("colleague", "deputy", "secretary"):
        await steps.do(surface, who, Do.NO_REMARKS)
    assert "1 kommentar er ikke besvart" in await said(surface, "secretary", Do.END)
    (given,) = await steps.comments(surface.world)
    await steps.fill_in(surface, "secretary", Do.DECLINE, comment=given.id, answer="Takk.")
    await steps.do(surface, "secretary", Do.END)
    assert await steps.status(surface.world) == MinutesStatus.ADJUSTED
    assert "Referatet er ikke til kommentar nå" in await said(surface, "secretary", Do.END)


async def test_what_waits_for_somebody_is_on_their_home(surface: FakeSurface) -> None:
    await steps.sent(surface)
    assert await waiting(surface, "member") == [
        "Referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er til kommentar"
    ]
    (line,) = [each for each in await owed(surface, "member") if each.what.startswith("Kommenter")]
    assert line == (
        "Kommenter referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026",
        "Frist tirsdag 29. september 2026 kl. 23.59 (om 7 dager)",
        ["Les og kommenter", "Ingen merknader"],
    )
    await steps.comment(surface, "member", "Fint.", item="all")
    assert await waiting(surface, "member") == []
    for who in ("member", "observer"):
        assert not [each for each in await owed(surface, who) if each.what.startswith("Kommenter")]
    assert "1 kommentar til referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026 venter på svar" in await waiting(
        surface, "secretary"
    )
    (line,) = [each for each in await owed(surface, "secretary") if each.what.startswith("Svar på")]
    assert line == (
        "Svar på 1 kommentar til referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026",
        "Ingen frist",
        ["Vis"],
    )
    assert await waiting(surface, "observer") == []


async def test_a_draft_is_read_by_those_who_write_it_alone(surface: FakeSurface) -> None:
    await steps.held(surface)
    assert "Referenten arbeider med referatet" in await said(surface, "member", Do.SHOW)
    assert "Referatet er for medlemmene" in await said(surface, "nurse", Do.SHOW)
    shown = await steps.do(surface, "secretary", Do.SHOW)
    assert facts(shown)["Status"] == "Kladd"
    await steps.do(surface, "secretary", Do.SEND)
    shown = message(await surface.say("member", "referat FSU"))
    assert "Skriv" not in labels(shown)
    writers = message(await surface.say("secretary", "referat FSU"))
    assert "Send til kommentar" not in labels(writers)
    on = message(await surface.press("secretary", writers, "Videre med referatet"))
    assert "Avslutt kommentarrunden" in labels(on)
    case = next(section for section in shown.sections if steps.TITLE in section.title)
    assert steps.DISCUSSION in case.text
    whole = message(await surface.press("member", shown.model_copy(update={"sections": (case,)}), "Les saken"))
    assert (whole.text, facts(whole)["Konklusjon"]) == (steps.DISCUSSION, steps.CONCLUSION)
    assert labels(whole) == ["Kommenter saken", "Hele referatet"]
    opened = form(await surface.press("member", shown, "Kommenter saken"))
    assert {field.name: field.value for field in opened.fields}["item"] is not None
    observed = await steps.do(surface, "observer", Do.SHOW)
    assert "Kommenter saken" not in labels(observed)


async def test_only_those_who_write_them_send_and_publish(surface: FakeSurface) -> None:
    await steps.held(surface)
    for action in (Do.SEND, Do.PUBLISH, Do.COMMENTS, Do.END, Do.ASK):
        assert "Bare referenten og sekretariatet" in await said(surface, "member", action)


async def test_sixty_cases_are_read_a_page_at_a_time(surface: FakeSurface) -> None:
    await steps.sent(surface, *(f"Sak om noe nummer {number}" for number in range(1, 11)))
    shown = await steps.do(surface, "member", Do.SHOW)
    assert len(shown.sections) == 8
    rest = message(await surface.press("member", shown, "Neste"))
    assert rest.replace
    assert any("Sak om noe nummer 10" in section.title for section in rest.sections)
    assert button_called(rest, "Forrige").arguments["page"] == "0"


async def test_the_history_says_who_did_what(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.do(surface, "member", Do.NO_REMARKS)
    shown = await steps.do(surface, "member", Do.HISTORY)
    assert "Eksempel Secretary sendte referatet til kommentar." in shown.text
    assert "Eksempel Member hadde ingen merknader." in shown.text

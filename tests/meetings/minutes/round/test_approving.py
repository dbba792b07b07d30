"""Publishing minutes, and approving them: at the next meeting, in a round, by signers; or refusing to."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from handlers.meetings.actions import Do as Meetings
from handlers.meetings.convocation import content, told
from handlers.meetings.convocation.seeing import Sees
from handlers.meetings.minutes.round_actions import Do
from storage import agenda, joining, minutes, minutes_round
from storage.tables import Conclusion, Meeting, Membership, MinutesApproval, MinutesStatus, Person
from tests.meetings.minutes.round import steps
from tests.meetings.minutes.round.steps import waiting
from tests.owed.steps import owed
from tests.surface import FakeSurface, facts, labels, message

NAME = "referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
PUBLISHED = f"Referatet{NAME.removeprefix('referatet')} er publisert"
APPROVED = f"Referatet{NAME.removeprefix('referatet')} er godkjent"
ASKED = f"Godkjenn {NAME}"


async def said(surface: FakeSurface, who: str, action: Do, meeting: str = "fsu-1", **more: Any) -> str:
    """What `who` is told when that cannot be done."""
    shown = await steps.do(surface, who, action, meeting, **more)
    return f"{shown.title} {shown.text}"


async def answers(surface: FakeSurface) -> dict[int, MinutesApproval]:
    row = (await steps.of(surface.world)).minutes
    async with surface.world.database.transaction() as session:
        found = await minutes_round.answers(session, row.id, row.round)
        return {each.row.person_id: each.row for each in found}


async def test_whoever_writes_them_finds_the_public_version_too(surface: FakeSurface) -> None:
    """They are the ones who put it where anybody reads it."""
    await steps.published(surface)
    for who, documents in (("secretary", ["referat", "referat-offentlig"]), ("member", ["referat"])):
        shown = await steps.do(surface, who, Do.SHOW)
        assert [each.file.document for each in shown.files] == documents, who


async def test_everybody_at_the_meeting_gets_what_is_published_and_guests_the_public_version(
    surface: FakeSurface,
) -> None:
    await steps.present(surface.world, "clinician", capacity="gjest")
    await steps.present(surface.world, "surgeon")
    await steps.published(surface)
    for who in ("member", "colleague", "secretary", "observer", "surgeon"):
        (shown,) = [each for each in await surface.inbox(who) if each.title == PUBLISHED]
        assert [each.file.document for each in shown.files] == ["referat"], who
        assert facts(shown)["Status"] == "Publisert, med forbehold om godkjenning"
        assert "godkjennes på neste møte" in shown.text
    (shown,) = [each for each in await surface.inbox("clinician") if each.title == PUBLISHED]
    assert [each.file.document for each in shown.files] == ["referat-offentlig"]
    assert labels(shown) == []
    assert PUBLISHED not in await steps.titles(surface, "nurse")
    assert "Referatet er allerede publisert" in await said(surface, "deputy", Do.PUBLISH)
    assert (await steps.titles(surface, "member")).count(PUBLISHED) == 1


async def test_nothing_is_published_before_its_time(surface: FakeSurface) -> None:
    await steps.held(surface)
    assert "Send referatet til kommentar før" in await said(surface, "secretary", Do.PUBLISH)
    await steps.do(surface, "secretary", Do.SEND)
    assert "Referatet er til kommentar. Publiser det når" in await said(surface, "secretary", Do.PUBLISH)
    assert "ikke publisert ennå" in await said(surface, "member", Do.APPROVE)


async def test_a_committee_without_comments_publishes_its_draft(surface: FakeSurface) -> None:
    await steps.rules(surface.world, comment_days=0)
    await steps.held(surface)
    assert "sender ikke referater til kommentar" in await said(surface, "secretary", Do.SEND)
    await steps.do(surface, "secretary", Do.PUBLISH)
    assert await steps.status(surface.world) == MinutesStatus.PUBLISHED


async def test_minutes_get_a_number_of_their_own_as_they_are_published(surface: FakeSurface) -> None:
    await steps.published(surface, number="Protokoll nr. {n:02}/{yyyy}")
    assert (await steps.of(surface.world)).minutes.number == "Protokoll nr. 01/2026"
    (shown,) = [each for each in await surface.inbox("member") if each.title == PUBLISHED]
    assert facts(shown)["Nummer"] == "Protokoll nr. 01/2026"
    surface.clock.forward(timedelta(days=40))
    await steps.written(surface, "fsu-2")
    async with surface.world.database.transaction() as session:
        of = await minutes_round.of_meeting(session, surface.world.meetings["fsu-2"])
        assert of is not None
        entry = next(iter((await minutes.entries(session, of.minutes.id)).values()))
        session.add(Conclusion(entry_id=entry.entry.id, ordinal=1, text="Godkjent."))
    await steps.do(surface, "secretary", Do.SEND, "fsu-2")
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH, "fsu-2")
    assert (await steps.of(surface.world, "fsu-2")).minutes.number == "Protokoll nr. 02/2026"


@pytest.mark.parametrize(
    ("template", "number"),
    [("{yyyy}-{meeting}/{n}", "2026-1/1"), ("R{running}", "R1"), ("{yy}/{n:03}", "26/001")],
)
async def test_the_number_is_written_as_the_committee_writes_it(
    surface: FakeSurface, template: str, number: str
) -> None:
    await steps.published(surface, number=template)
    assert (await steps.of(surface.world)).minutes.number == number


# --- at the next meeting --------------------------------------------------------------------------------------


async def test_the_next_meeting_approves_with_a_remark_and_locks(surface: FakeSurface) -> None:
    await steps.published(surface)
    early = await said(surface, "secretary", Do.AT_MEETING, "fsu-2")
    assert "Møtet har ikke begynt" in early
    page = await steps.do(surface, "secretary", Meetings.PAGE, "fsu-2")
    (standing,) = [section for section in page.sections if section.title == "Godkjenning av forrige referat"]
    assert "Publisert, med forbehold om godkjenning" in standing.text
    assert labels(page.model_copy(update={"sections": (standing,), "buttons": ()})) == []

    surface.clock.forward(timedelta(days=31))
    page = await steps.do(surface, "secretary", Meetings.PAGE, "fsu-2")
    assert "Referatet er godkjent" in labels(page)
    assert "Referatet er godkjent" not in labels(await steps.do(surface, "member", Meetings.PAGE, "fsu-2"))
    shown = await steps.fill_in(surface, "secretary", Do.AT_MEETING, "fsu-2", remark="Merknad til sak 1.")
    assert facts(shown)["Merknad"] == "Merknad til sak 1."
    row = (await steps.of(surface.world)).minutes
    assert (row.status, row.approved_how, row.approved_in_id) == (
        MinutesStatus.APPROVED, "meeting", surface.world.meetings["fsu-2"],
    )  # fmt: skip
    assert APPROVED in await steps.titles(surface, "member")
    assert PUBLISHED not in await steps.titles(surface, "member"), "the message changed where it stood"
    page = await steps.do(surface, "member", Meetings.PAGE, "fsu-2")
    (standing,) = [section for section in page.sections if section.title == "Godkjenning av forrige referat"]
    assert "Merknad: Merknad til sak 1." in standing.text


async def test_approved_twice_is_approved_once(surface: FakeSurface) -> None:
    await steps.published(surface)
    surface.clock.forward(timedelta(days=31))
    await steps.fill_in(surface, "secretary", Do.AT_MEETING, "fsu-2")
    again = await said(surface, "deputy", Do.AT_MEETING, "fsu-2")
    assert "Referatet er allerede godkjent, og låst. Det gjorde Eksempel Secretary" in again
    refused = await said(surface, "deputy", Do.REFUSED_AT_MEETING, "fsu-2")
    assert "allerede godkjent, og låst" in refused
    assert (await steps.kinds(surface.world)).count("approved") == 1


async def test_approved_by_somebody_who_was_not_there_where_that_is_not_allowed(surface: FakeSurface) -> None:
    await steps.present(surface.world, "deputy")
    await steps.published(surface, approved_by="present")
    surface.clock.forward(timedelta(days=31))
    told = await said(surface, "secretary", Do.AT_MEETING, "fsu-2")
    assert "Du var ikke til stede på møtet 21. sep. 2026" in told
    assert "bare de som var der" in told
    assert await steps.status(surface.world) == MinutesStatus.PUBLISHED
    await steps.fill_in(surface, "deputy", Do.AT_MEETING, "fsu-2")
    assert await steps.status(surface.world) == MinutesStatus.APPROVED


async def test_a_meeting_refuses_and_the_minutes_come_back_and_go_out_again(surface: FakeSurface) -> None:
    await steps.published(surface)
    surface.clock.forward(timedelta(days=31))
    await steps.fill_in(surface, "deputy", Do.REFUSED_AT_MEETING, "fsu-2", reason="Sak 1 er gjengitt feil.")
    assert await steps.status(surface.world) == MinutesStatus.REFUSED
    told = (await surface.inbox("secretary"))[-1]
    assert told.title == f"Referatet{NAME.removeprefix('referatet')} er underkjent"
    assert facts(told)["Begrunnelse"] == "Sak 1 er gjengitt feil."
    assert "Send til kommentar" in labels(told)
    assert any("trukket tilbake og rettes" in title for title in await steps.titles(surface, "member"))
    await steps.do(surface, "secretary", Do.SEND)
    assert (await steps.titles(surface, "member")).count(
        f"Referatet{NAME.removeprefix('referatet')} er til kommentar"
    ) == 1
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    assert PUBLISHED in await steps.titles(surface, "member")


async def test_there_may_be_nothing_to_approve_and_a_cancelled_meeting_approves_nothing(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(days=21))
    assert "har ikke noe tidligere referat" in await said(surface, "secretary", Do.AT_MEETING)
    surface.clock.forward(timedelta(days=-21))
    await steps.published(surface)
    surface.clock.forward(timedelta(days=31))
    async with surface.world.database.transaction() as session:
        (await session.get_one(Meeting, surface.world.meetings["fsu-2"])).cancelled_at = surface.clock.now()
    assert "avlyst" in await said(surface, "secretary", Do.AT_MEETING, "fsu-2")


# --- a round --------------------------------------------------------------------------------------------------


async def test_each_approves_with_a_click_and_the_last_one_settles_it(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    for who in ("member", "colleague"):
        (shown,) = [each for each in await surface.inbox(who) if each.title == ASKED]
        assert "er referatet ikke godkjent" in shown.text
        assert labels(shown)[:2] == ["Godkjenn", "Underkjenn"]
    for who in ("secretary", "observer"):
        assert ASKED not in await steps.titles(surface, who)
    first = await steps.do(surface, "member", Do.APPROVE)
    assert first.title == f"Du har godkjent {NAME}"
    assert "30. sep. 2026 kl. 10.00" in first.text
    assert await steps.status(surface.world) == MinutesStatus.PUBLISHED
    assert "Du har allerede godkjent referatet" in await said(surface, "member", Do.APPROVE)
    own = (await answers(surface))[surface.world.people["member"]]
    assert (own.approves, own.at) == (True, surface.clock.now())
    assert "Bare medlemmene" in await said(surface, "nurse", Do.APPROVE)
    assert "ikke blant dem" in await said(surface, "secretary", Do.APPROVE)
    await steps.do(surface, "colleague", Do.APPROVE)
    assert await steps.status(surface.world) == MinutesStatus.APPROVED
    assert APPROVED in await steps.titles(surface, "secretary")
    assert "Du har allerede godkjent" in await said(surface, "colleague", Do.APPROVE)
    assert (await steps.kinds(surface.world)).count("approved") == 1


async def test_whoever_is_not_in_the_partnership_any_more_is_not_waited_for(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    await steps.do(surface, "member", Do.APPROVE)
    await _removed(surface, "colleague")
    await steps.clock_says(surface, days=9)
    assert await steps.status(surface.world) == MinutesStatus.APPROVED
    assert APPROVED in await steps.titles(surface, "secretary")


async def test_where_nobody_who_was_asked_is_there_any_more_that_is_said(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    await _removed(surface, "member", "colleague")
    await steps.clock_says(surface, days=9)
    assert await steps.status(surface.world) == MinutesStatus.PUBLISHED
    told = (await surface.inbox("secretary"))[-1]
    assert told.text == "Ingen av dem som ble spurt, er med lenger. Spør på nytt, eller godkjenn det på et møte."


async def _removed(surface: FakeSurface, *who: str) -> None:
    """They have left the partnership."""
    async with surface.world.database.transaction() as session:
        for each in who:
            person = await session.get_one(Person, surface.world.people[each])
            person.removed_at = surface.clock.now()


async def test_in_a_round_of_those_who_were_there_nobody_else_approves(surface: FakeSurface) -> None:
    await steps.present(surface.world, "colleague")
    await steps.present(surface.world, "surgeon", stands_in_for_id=surface.world.people["member"])
    await steps.published(surface, approval="round", approved_by="present")
    told = await said(surface, "member", Do.APPROVE)
    assert "Du var ikke til stede på møtet" in told
    assert {surface.world.people["colleague"], surface.world.people["surgeon"]} == set(await answers(surface))


async def test_an_answer_is_kept_when_two_who_were_asked_turn_out_to_be_one(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    await steps.do(surface, "member", Do.APPROVE)
    people = surface.world.people
    async with surface.world.database.transaction() as session:
        now = surface.clock.now()
        await joining.join(session, people["member"], people["colleague"], now, keys={}, answers=())
    found = await answers(surface)
    assert {person: row.approves for person, row in found.items()} == {people["colleague"]: True}


@pytest.mark.parametrize("silence", ["approves", "nothing"])
async def test_silence_counts_as_the_committee_has_decided(surface: FakeSurface, silence: str) -> None:
    await steps.published(surface, approval="round", silence=silence)
    await steps.do(surface, "member", Do.APPROVE)
    await steps.clock_says(surface, days=6)
    reminder = f"Påminnelse: {NAME} venter på svaret ditt"
    assert (await steps.reminded_of(surface, "colleague")).count(reminder) == 1
    assert reminder not in await steps.reminded_of(surface, "member")
    await steps.clock_says(surface, days=2)
    if silence == "approves":
        assert await steps.status(surface.world) == MinutesStatus.APPROVED
        event = (await steps.events(surface.world))[-1]
        assert (event.kind, event.actor_id, event.data["silent"]) == ("approved", None, 1)
        return
    assert await steps.status(surface.world) == MinutesStatus.PUBLISHED
    told = (await surface.inbox("secretary"))[-1]
    assert told.title == f"Fristen for å godkjenne {NAME} er ute"
    assert "Disse har ikke svart: Eksempel Colleague." in told.text
    assert "Ingen er bedt om å godkjenne" in await said(surface, "colleague", Do.APPROVE)
    await surface.press("secretary", told, "Be om godkjenning på nytt")
    assert "allerede spurt" in await said(surface, "deputy", Do.ASK)
    for who in ("member", "colleague"):
        await steps.do(surface, who, Do.APPROVE)
    assert await steps.status(surface.world) == MinutesStatus.APPROVED


async def test_one_who_refuses_is_enough_and_says_why(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    shown = await steps.fill_in(surface, "member", Do.REFUSE, reason="Konklusjonen er feil.")
    assert shown.title == f"Du har underkjent {NAME}"
    assert await steps.status(surface.world) == MinutesStatus.REFUSED
    assert "Eksempel Member: Konklusjonen er feil." in facts((await surface.inbox("secretary"))[-1])["Begrunnelse"]
    over = [each for each in await surface.inbox("colleague") if each.title.startswith("Godkjenningen av")]
    assert [labels(each) for each in over] == [["Les referatet"]]
    assert "underkjent" in await said(surface, "colleague", Do.APPROVE)


async def test_a_button_of_an_earlier_round_does_nothing_in_a_later_one(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    (old,) = [each for each in await surface.inbox("member") if each.title == ASKED]
    await steps.fill_in(surface, "colleague", Do.REFUSE, reason="Feil.")
    await steps.do(surface, "secretary", Do.SEND)
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    told = message(await surface.press("member", old, "Godkjenn"))
    assert "Ingen er bedt om å godkjenne" in f"{told.title} {told.text}"
    assert all(each.approves is None for each in (await answers(surface)).values())


async def test_what_waits_for_approval_is_on_the_home(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    assert await waiting(surface, "member") == [f"Referatet{NAME.removeprefix('referatet')} venter på at du godkjenner"]
    (line,) = [each for each in await owed(surface, "member") if each.what.startswith("Godkjenn")]
    assert (line.what, list(line.labels)) == (f"Godkjenn {NAME}", ["Les og godkjenn"])
    assert line.by.startswith("Frist ")
    shown = await steps.do(surface, "member", Do.SHOW)
    assert "Godkjenn" in labels(shown)
    await surface.press("member", shown, "Godkjenn")
    assert await waiting(surface, "member") == []
    assert not [each for each in await owed(surface, "member") if each.what.startswith("Godkjenn")]


# --- signers --------------------------------------------------------------------------------------------------


async def test_signers_sign(surface: FakeSurface) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        for who, role in (("chief", "leder"), ("manager", "fastlegerepresentant")):
            session.add(Membership(committee_id=world.committees["fsu"], person_id=world.people[who], role=role))
    await steps.published(surface, approval="signers", signers=["leder", "fastlegerepresentant"])
    for who in ("chief", "manager"):
        (shown,) = [each for each in await surface.inbox(who) if each.title == f"Signer {NAME}"]
        assert labels(shown)[0] == "Signer"
    assert "signeres av andre" in await said(surface, "member", Do.APPROVE)
    await steps.do(surface, "chief", Do.APPROVE)
    assert await steps.status(world) == MinutesStatus.PUBLISHED
    await steps.do(surface, "manager", Do.APPROVE)
    row = (await steps.of(world)).minutes
    assert (row.status, row.approved_how) == (MinutesStatus.APPROVED, "signers")


async def test_whoever_chaired_signs_and_where_nobody_can_the_writers_are_told(surface: FakeSurface) -> None:
    await steps.published(surface, approval="signers")
    told = (await surface.inbox("secretary"))[-1]
    assert told.title == f"Ingen kan godkjenne {NAME}"
    async with surface.world.database.transaction() as session:
        of = await minutes_round.of_meeting(session, surface.world.meetings["fsu-1"])
        assert of is not None
        of.minutes.chair_id = surface.world.people["member"]
    await steps.do(surface, "secretary", Do.ASK)
    assert f"Signer {NAME}" in await steps.titles(surface, "member")
    await steps.do(surface, "member", Do.APPROVE)
    assert await steps.status(surface.world) == MinutesStatus.APPROVED


# --- afterwards -----------------------------------------------------------------------------------------------


async def test_approved_minutes_are_locked_and_a_correction_stands_beside_them(surface: FakeSurface) -> None:
    await steps.published(surface)
    assert "Bare et godkjent referat rettes slik" in await said(surface, "secretary", Do.CORRECT)
    surface.clock.forward(timedelta(days=31))
    await steps.fill_in(surface, "secretary", Do.AT_MEETING, "fsu-2")
    before = (await steps.of(surface.world)).minutes
    item = str(await steps.slot_of(surface.world))
    await steps.fill_in(surface, "secretary", Do.CORRECT, item=item, text="Datoen skal være 22. september.")
    after = (await steps.of(surface.world)).minutes
    assert (after.revision, after.status) == (before.revision, MinutesStatus.APPROVED)
    told = (await surface.inbox("member"))[-1]
    assert told.title == f"Rettelse til {NAME}"
    assert facts(told)["Rettelse"] == "Datoen skal være 22. september."
    shown = await steps.do(surface, "member", Do.SHOW)
    assert "Datoen skal være 22. september." in shown.sections[-1].text
    assert (await steps.events(surface.world))[-1].kind == "corrected"


async def test_who_commented_the_first_time_is_asked_again_the_second(surface: FakeSurface) -> None:
    await steps.sent(surface)
    await steps.comment(surface, "member", "Fint.", item="all")
    (given,) = await steps.comments(surface.world)
    await steps.fill_in(surface, "secretary", Do.TAKE_IN, comment=given.id, answer="Takk.")
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    surface.clock.forward(timedelta(days=31))
    await steps.fill_in(surface, "secretary", Do.REFUSED_AT_MEETING, "fsu-2", reason="Sak 1 er feil.")
    await steps.do(surface, "secretary", Do.SEND)
    (asked,) = [each for each in await surface.inbox("member") if each.title.endswith("2026 er til kommentar")]
    assert "Ingen merknader" in labels(asked)
    assert len(await waiting(surface, "member")) == 1


async def test_two_who_answer_last_at_once_settle_it_once(surface: FakeSurface) -> None:
    await steps.published(surface, approval="round")
    await asyncio.gather(*(steps.do(surface, who, Do.APPROVE) for who in ("member", "colleague")))
    assert await steps.status(surface.world) == MinutesStatus.APPROVED
    assert (await steps.kinds(surface.world)).count("approved") == 1


async def test_two_who_send_at_once_send_once(surface: FakeSurface) -> None:
    await steps.held(surface)
    shown = await asyncio.gather(*(steps.do(surface, who, Do.SEND) for who in ("secretary", "deputy")))
    assert sorted("allerede sendt" in f"{each.title} {each.text}" for each in shown) == [False, True]
    assert (await steps.kinds(surface.world)).count("sent_for_comment") == 1


async def test_the_last_minutes_go_with_the_convocation_once_they_are_published(surface: FakeSurface) -> None:
    world = surface.world
    await steps.held(surface)

    async def files() -> list[str]:
        async with world.database.transaction() as session:
            found = await agenda.meeting(session, world.meetings["fsu-2"])
            assert found is not None
            convening = await content.gather(session, *found, surface.clock.now())
            shown = told.message(convening, Sees.EVERYTHING, 0, substitute=False)
            guests = told.message(convening, Sees.OWN, 0, substitute=False)
        assert all(each.file.document != "referat" for each in guests.files)
        return [each.label for each in shown.files if each.file.document == "referat"]

    assert await files() == []
    await steps.do(surface, "secretary", Do.SEND)
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    assert await files() == ["Forrige referat, 21. sep. 2026 (Word)"]

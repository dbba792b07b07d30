"""What the minute taker writes of each case, from the agenda to the page with all of it."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from handlers.capabilities import registry
from handlers.people.roles import Role
from storage import minutes, minutes_round
from storage.tables import Attendance, Meeting, Membership, Minutes, MinutesStatus
from tests.clock import FixedClock
from tests.meetings.minutes.steps import BEGIN, begun, in_meeting, press_at, to_write, written
from tests.meetings.steps import with_standing
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.test_home import waits_for
from tests.world import World


async def test_from_the_agenda_to_what_is_written(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", "Nye rutiner")
    shown = await begun(surface)
    assert [section.title for section in shown.sections] == [
        "Godkjenning av innkalling og dagsorden",
        "1/2026 (O/D) Felles opplæring",
        "2/2026 (O/D) Nye rutiner",
        "Eventuelt",
    ]
    assert facts(shown) == {
        "Status": "Kladd",
        "Skrevet": "0 av 4 saker er skrevet",
        "Møteleder": "ikke valgt",
        "Referent": "Eksempel Secretary",
    }
    assert {section.text for section in shown.sections} == {"Ikke skrevet ennå."}
    done = await written(
        surface,
        shown,
        "Felles opplæring",
        discussion="Arbeidet er etterlengtet.\nBør ha med fastlege.",
        conclusions="1. Mandatet godkjennes.\n- Utvalget ber om en status før sommeren.",
        how="agreed",
    )
    assert done.title == "1/2026 (O/D) Felles opplæring"
    assert "Arbeidet er etterlengtet.\nBør ha med fastlege." in done.text
    assert facts(done) == {
        "Konklusjoner": "1. Mandatet godkjennes.\n2. Utvalget ber om en status før sommeren.",
        "Avgjort ved": "Enighet",
    }
    assert done.small.startswith("Sist endret av Eksempel Secretary")
    assert "Neste: 2/2026 (O/D) Nye rutiner" in labels(done)
    assert any(label.startswith("Forrige: Godkjenning") for label in labels(done))
    following = form(await surface.press("secretary", done, "Neste: 2/2026 (O/D) Nye rutiner"))
    await surface.submit("secretary", following, {"discussion": "Kort drøftet."})
    whole = message(await surface.say("secretary", "referat FSU"))
    assert facts(whole)["Skrevet"] == "2 av 4 saker er skrevet"
    assert "Skriv neste: Godkjenning av innkalling og dagsor…" in labels(whole)


async def test_a_set_verb_makes_a_conclusion(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    shown = await begun(surface)
    done = await written(surface, shown, "Godkjenning av innkalling", ready="approved_unanimously")
    assert facts(done)["Konklusjon"] == "Innkalling og dagsorden godkjennes enstemmig."
    done = await written(surface, shown, "Felles", ready="information", conclusions="Sekretariatet følger opp.")
    assert facts(done)["Konklusjoner"] == "1. Sekretariatet følger opp.\n2. Saken tas til orientering."


async def test_the_proposed_conclusion_is_offered(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    how = form(await surface.open("member", "sak Felles opplæring"))
    what = {"committee": str(world.committees["fsu"]), "purpose": "Bli enige", "types": ["B"]}
    how = form(await surface.submit("member", how, what))
    look = form(await surface.submit("member", how, {"conclusion": "Utvalget ber om et forslag."}))
    await surface.submit("member", look)
    await surface.press("secretary", (await surface.inbox("secretary"))[-1], "Sett på sakslisten")
    surface = await in_meeting(world, clock, standing=False)
    opened = await to_write(surface, await begun(surface), "Felles opplæring")
    assert "Forslag til konklusjon: Utvalget ber om et forslag." in [field.label for field in opened.fields]
    done = message(await surface.submit("secretary", opened, {"ready": "proposed"}))
    assert facts(done)["Konklusjon"] == "Utvalget ber om et forslag."


async def test_only_those_who_write_them_see_them(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    await begun(surface)
    refused = message(await surface.say("member", "referat FSU"))
    assert refused.title == "Referenten arbeider med referatet. Du får beskjed når det er klart."
    assert refused.sections == ()
    meeting = {"meeting": str(world.meetings["fsu-1"])}
    for action in ("referat.start", "referat.hvem", "referat.sjekk", "referat.notater", "referat.utkast"):
        told = message(await surface.bot.press(world.sender("member"), action, meeting))
        assert told.title == "Bare referenten og sekretariatet for Faglig samarbeidsutvalg (FSU) kan gjøre dette."


async def test_members_read_them_where_they_are_sent_out(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    shown = await begun(surface)
    await written(surface, shown, "Felles", discussion="Godt drøftet.")
    whole = message(await surface.say("secretary", "referat FSU"))
    onward = message(await surface.press("secretary", whole, "Videre med referatet"))
    assert "Send til kommentar" in labels(onward)
    async with world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED))
    read = message(await surface.say("member", "referat FSU"))
    assert "Godt drøftet." in read.sections[0].text
    assert "Skriv" not in labels(read)
    own = message(await surface.say("secretary", "referat FSU"))
    assert "Skriv" not in labels(own)
    assert "Se mer" in labels(own)


async def test_two_begin_at_once_and_there_is_one(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    shown = {who: message(await surface.say(who, "referat FSU")) for who in ("secretary", "deputy")}
    both = await asyncio.gather(*(surface.press(who, shown[who], BEGIN) for who in shown))
    taker = {facts(message(each))["Referent"] for each in both}
    assert len(taker) == 1
    again = message(await surface.press("deputy", shown["deputy"], BEGIN))
    assert [section.title for section in again.sections] == [
        "Godkjenning av innkalling og dagsorden",
        "1/2026 (O/D) Felles opplæring",
        "Eventuelt",
    ]
    assert {facts(again)["Referent"]} == taker


async def test_a_meeting_without_cases(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, standing=False)
    shown = message(await surface.say("secretary", "referat FSU"))
    assert shown.text == "Ingen har begynt på referatet, og det står ingenting på sakslisten."
    shown = message(await surface.press("secretary", shown, BEGIN))
    assert shown.text == "Det står ingen saker på sakslisten for dette møtet. Legg dem til der, så kommer de hit."
    assert "Skrevet" not in facts(shown)


async def test_what_comes_on_the_agenda_afterwards_is_taken_in(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, standing=False)
    await begun(surface)
    await with_standing(world, "Eventuelt")
    shown = message(await surface.say("secretary", "referat FSU"))
    assert shown.sections[0].buttons == ()
    shown = message(await surface.press("secretary", shown, "Ta med 1 ny sak"))
    await written(surface, shown, "Eventuelt", discussion="Ingen saker.")


async def test_a_follow_up_has_an_owner_and_a_deadline(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    at = message(await press_at(surface, "secretary", await begun(surface), "Felles", "Se mer"))
    opened = form(await surface.press("secretary", at, "Legg til oppfølging"))
    both = {"text": "Invitere prosjektlederen", "owner": f"c{world.committees['au']}", "words": "Sekretariatet"}
    wrong = form(await surface.submit("secretary", opened, both))
    assert errors(wrong) == {"words": "Velg en i listen, eller skriv med andre ord. Ta bort det ene."}
    done = message(await surface.submit("secretary", wrong, {"words": "", "due": "12.3."}))
    assert [each.text for each in done.sections] == ["Invitere prosjektlederen (Arbeidsutvalg (AU), 12.3.)"]
    opened = form(await surface.press("secretary", done, "Legg til oppfølging"))
    asked = form(await surface.submit("secretary", opened, {"text": "Status", "due": "før sommeren"}))
    done = message(await surface.submit("secretary", asked))
    assert done.sections[1].text == "Status (ingen ansvarlig, før sommeren: 30. juni 2027)"
    change = form(await surface.press("secretary", done, "Endre"))
    assert (values(change)["owner"], values(change)["due"]) == (f"c{world.committees['au']}", "12.3.")
    owner = str(world.people["member"])
    asked = form(await surface.submit("secretary", change, {"owner": owner, "due": "neste møte"}))
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text == "Invitere prosjektlederen (Eksempel Member, neste møte: 31. oktober 2026)"
    done = message(await surface.press("secretary", done, "Ta bort"))
    assert [each.text for each in done.sections] == ["Status (ingen ansvarlig, før sommeren: 30. juni 2027)"]
    assert done.text.startswith("Tatt bort: Invitere prosjektlederen")


async def test_an_agreement_in_the_comments_is_lifted_out(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    said = "- Fint arbeid. Utvalget uttrykte enighet om å invitere prosjektlederen.\n- Kan vi bruke det vi har?"
    done = await written(surface, await begun(surface), "Felles", discussion=said)
    found = message(await surface.press("secretary", done, "Løft fram en enighet"))
    assert [section.text for section in found.sections] == [
        "Utvalget uttrykte enighet om å invitere prosjektlederen.",
        "Fint arbeid.",
        "Kan vi bruke det vi har?",
    ]
    opened = form(await surface.press("secretary", found, "Gjør til konklusjon"))
    assert values(opened)["text"] == "Utvalget uttrykte enighet om å invitere prosjektlederen."
    done = message(await surface.submit("secretary", opened, {"text": "Prosjektlederen inviteres."}))
    assert facts(done)["Konklusjon"] == "Prosjektlederen inviteres."
    assert "enighet om å invitere" in done.text
    follow = form(await surface.press("secretary", found, "Gjør til oppfølging"))
    assert values(follow)["text"] == "Utvalget uttrykte enighet om å invitere prosjektlederen."
    asked = form(await surface.submit("secretary", follow, {"words": "Sekretariatet", "due": "neste møte"}))
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text.endswith("prosjektlederen. (Sekretariatet, neste møte: 31. oktober 2026)")


async def test_a_sentence_that_is_gone_is_not_lifted(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    shown = await begun(surface)
    done = await written(surface, shown, "Felles", discussion="Vi er enige om dette.")
    found = message(await surface.press("secretary", done, "Løft fram en enighet"))
    await written(surface, shown, "Felles", discussion="Vi er ikke enige.")
    gone = message(await surface.press("secretary", found, "Gjør til konklusjon"))
    assert gone.title == "Setningen står ikke lenger i innspillene. Åpne saken på nytt."


async def test_to_whom_decisions_were_sent_is_recorded(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    done = await written(surface, await begun(surface), "Felles", conclusions="Saken oversendes.\nSaken tas opp igjen.")
    opened = form(await surface.press("secretary", done, "Ekspedert"))
    assert len(values(opened)["conclusions"]) == 2
    late = form(await surface.submit("secretary", opened, {"recipients": "Eksempel kommune", "on": "2026-12-24"}))
    assert errors(late) == {"on": "Datoen er ikke kommet ennå. Skriv dagen det ble sendt."}
    first = {"conclusions": values(opened)["conclusions"][:1], "on": "2026-09-20"}
    to = "Eksempel kommune\nEksempel sykehus\nEksempel kommune"
    done = message(await surface.submit("secretary", late, {"recipients": to, **first}))
    assert facts(done)["Ekspedert"] == "1. Eksempel kommune (20. sep. 2026), Eksempel sykehus (20. sep. 2026)"
    again = form(await surface.press("secretary", done, "Ekspedert"))
    done = message(await surface.submit("secretary", again, {"recipients": "Eksempel kommune", "on": "2026-09-20"}))
    assert facts(done)["Ekspedert"].splitlines() == [
        "1. Eksempel kommune (20. sep. 2026), Eksempel sykehus (20. sep. 2026)",
        "2. Eksempel kommune (20. sep. 2026)",
    ]


async def test_chair_and_minute_taker_are_chosen_for_this_meeting(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring")
    opened = form(await surface.press("secretary", await begun(surface), "Møteleder og referent"))
    assert values(opened)["minute_taker"] == str(world.people["secretary"])
    chosen = {"chair": str(world.people["member"]), "minute_taker": str(world.people["deputy"])}
    shown = message(await surface.submit("secretary", opened, chosen))
    assert (facts(shown)["Møteleder"], facts(shown)["Referent"]) == ("Eksempel Member", "Eksempel Deputy")


async def test_the_only_chair_who_came_stands_in_them_from_the_beginning(world: World, clock: FixedClock) -> None:
    fsu, member, colleague = world.committees["fsu"], world.people["member"], world.people["colleague"]
    async with world.database.transaction() as session:
        session.add_all(Membership(committee_id=fsu, person_id=each, role=Role.CHAIR) for each in (member, colleague))
    surface = await in_meeting(world, clock, "Felles opplæring")
    async with world.database.transaction() as session:
        session.add(Attendance(meeting_id=world.meetings["fsu-1"], person_id=member, present=False))
    assert facts(await begun(surface))["Møteleder"] == "Eksempel Colleague"


async def test_of_two_who_may_have_led_it_nobody_is_guessed(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        session.add_all(
            Membership(committee_id=world.committees["fsu"], person_id=world.people[each], role=Role.CHAIR)
            for each in ("member", "colleague")
        )
    surface = await in_meeting(world, clock, "Felles opplæring")
    assert facts(await begun(surface))["Møteleder"] == "ikke valgt"


async def test_minutes_that_are_not_finished_wait_for_their_referent(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    assert await waits_for(surface, "deputy") == []
    await begun(surface)
    waits = "Referat fra Faglig samarbeidsutvalg (FSU), møtet 21. sep. 2026 er ikke ferdig"
    assert await waits_for(surface, "deputy") == [waits]
    assert await waits_for(surface, "member") == []


async def test_minutes_begun_on_before_a_meeting_was_cancelled_wait_for_nobody(world: World, clock: FixedClock) -> None:
    """They may be begun on the day before. Those of the meeting before it are what the next one approves."""
    async with world.database.transaction() as session:
        for name in ("fsu-1", "fsu-2"):
            await minutes.begin(session, world.meetings[name], world.people["secretary"], clock.now())
        second = await session.get_one(Meeting, world.meetings["fsu-2"])
        second.cancelled_at = clock.now()
        later = {"starts_at": second.starts_at + timedelta(days=30), "ends_at": second.ends_at + timedelta(days=30)}
        same = {"committee_id": second.committee_id, "deadline_at": second.deadline_at, "zone": second.zone}
        third = Meeting(key="fsu-3", place="", **same, **later)
        session.add(third)
        await session.flush()
        before = await minutes_round.before(session, third)
        assert before is not None
        assert before.meeting.id == world.meetings["fsu-1"]
        waiting = await minutes.to_finish(session, [world.committees["fsu"]], third.starts_at)
        assert [meeting.id for meeting, _committee in waiting] == [world.meetings["fsu-1"]]

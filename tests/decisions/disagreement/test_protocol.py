"""The protocol of a disagreement: how it comes to be, who writes what in it, and who reads it when."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from handlers.decisions.disagreement.actions import Do
from handlers.meetings.actions import Do as Meetings
from storage import joining
from storage.tables import ClosedHow, Disagreement, HowDecided, Membership, MinutesStatus, Organisation, Person
from tests.decisions.disagreement import steps
from tests.decisions.disagreement.steps import HOSPITAL, MUNICIPALITY, OURS, THEIRS
from tests.deviations.steps import context_of
from tests.meetings.convocation.steps import change
from tests.meetings.minutes.round import steps as minutes
from tests.owed.steps import owed
from tests.surface import FakeSurface, errors, facts, form, labels, message, values

SUBJECT = "Uenighet i sak 1/2026 (O/D): Felles opplæring i utskrivning"


async def test_a_protocol_opens_by_itself_once_when_the_minutes_leave_the_minute_taker(surface: FakeSurface) -> None:
    await steps.disagreed(surface, status=MinutesStatus.DRAFT)
    await steps.tick(surface)
    assert await steps.every(surface.world) == [], "as long as they are a draft nothing is decided"
    await steps.stand(surface.world, MinutesStatus.COMMENTS)
    await steps.tick(surface)
    found = await steps.of(surface.world)
    assert (found.row.step, found.row.opened_by_id, found.is_open) == ("committee", None, True)
    parties = await steps.views(surface.world)
    assert list(parties) == [HOSPITAL, MUNICIPALITY]
    assert [each.name for each in parties[HOSPITAL].writers] == ["Eksempel Member"]
    assert [each.name for each in parties[MUNICIPALITY].writers] == ["Eksempel Colleague"]
    for who in ("member", "colleague", "secretary", "deputy"):
        assert (await steps.titles(surface, who)).count(SUBJECT) == 1, who
    for who in ("observer", "clinician"):
        assert SUBJECT not in await steps.titles(surface, who)

    for status in (MinutesStatus.ADJUSTED, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
        await steps.stand(surface.world, status)
        await steps.tick(surface)
    assert len(await steps.every(surface.world)) == 1
    assert await steps.kinds(surface.world) == ["opened"]


@pytest.mark.parametrize("how", [HowDecided.AGREED, HowDecided.RECOMMENDED, HowDecided.POSTPONED, None])
async def test_what_was_decided_otherwise_has_none(surface: FakeSurface, how: HowDecided | None) -> None:
    await steps.disagreed(surface, status=MinutesStatus.DRAFT)
    await steps.decided(surface.world, how)
    await steps.stand(surface.world, MinutesStatus.PUBLISHED)
    await steps.tick(surface)
    assert await steps.every(surface.world) == []


async def test_what_the_clock_missed_is_found_at_its_next_look_at_everything(surface: FakeSurface) -> None:
    await steps.tick(surface)
    await steps.disagreed(surface)
    surface.clock.forward(timedelta(days=3))
    await steps.tick(surface)
    assert len(await steps.every(surface.world)) == 1


async def test_minutes_put_right_before_anybody_wrote_take_it_away_again_and_back(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.stand(surface.world, MinutesStatus.REFUSED)
    await steps.decided(surface.world, HowDecided.AGREED)
    await steps.stand(surface.world, MinutesStatus.PUBLISHED)
    await steps.tick(surface)
    assert (await steps.of(surface.world)).is_gone
    assert f"Gjelder ikke lenger: u{SUBJECT[1:]}" in await steps.titles(surface, "member")
    shown = await steps.shown(surface, "secretary")
    assert "finnes ikke lenger" in shown.title
    page = message(
        await surface.bot.press(surface.world.sender("secretary"), Meetings.PAGE, {"meeting": await _meeting(surface)})
    )
    assert "Uenighet" not in [section.title for section in page.sections]

    await steps.decided(surface.world, HowDecided.DISAGREED)
    await steps.tick(surface)
    assert (await steps.of(surface.world)).is_open
    assert SUBJECT in await steps.titles(surface, "member")
    assert await steps.kinds(surface.world) == ["opened", "closed", "opened"]


async def _meeting(surface: FakeSurface) -> str:
    return str(surface.world.meetings["fsu-1"])


async def test_minutes_put_right_after_somebody_wrote_close_it_and_keep_what_was_written(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "member", OURS)
    await steps.stand(surface.world, MinutesStatus.REFUSED)
    await steps.decided(surface.world, HowDecided.AGREED)
    await steps.tick(surface)
    found = await steps.of(surface.world)
    assert not found.is_open
    assert found.row.outcome == "Referatet ble rettet: saken ble avgjort ved «Enighet»."
    assert (await steps.views(surface.world))[HOSPITAL].row.text == OURS
    shown = await steps.shown(surface, "member")
    assert OURS in steps.said(shown)
    assert "Uenigheten er lukket: u" + SUBJECT[1:] in await steps.titles(surface, "colleague")
    refused = await steps.shown(surface, "member", Do.WRITE)
    assert refused.title.startswith("Uenighetsprotokollen er lukket")


async def test_the_secretariat_opens_one_by_a_button_and_nobody_else_does(surface: FakeSurface) -> None:
    await steps.disagreed(surface)
    world = surface.world
    page = message(
        await surface.bot.press(world.sender("secretary"), Meetings.PAGE, {"meeting": await _meeting(surface)})
    )
    label = "Åpne protokoll: 1/2026 (O/D) Felles opplæring i utskriv…"
    assert label in labels(page)
    others = message(
        await surface.bot.press(world.sender("member"), Meetings.PAGE, {"meeting": await _meeting(surface)})
    )
    assert label not in labels(others)
    carried = {"meeting": await _meeting(surface), "slot": str(await minutes.slot_of(world))}
    refused = message(await surface.bot.press(world.sender("member"), Do.OPEN, carried))
    assert "Bare sekretariatet" in refused.title
    shown = message(await surface.press("secretary", page, label))
    assert shown.text == "Protokollen er åpnet, og partene har fått beskjed."
    again = message(await surface.press("deputy", page, label))
    assert again.title == shown.title
    await steps.tick(surface)
    assert len(await steps.every(world)) == 1
    assert await steps.kinds(world) == ["opened"]
    # Who opened it by hand knew how it was decided.
    await steps.decided(world, HowDecided.AGREED)
    await steps.tick(surface)
    assert (await steps.of(world)).is_open


async def test_a_draft_opens_none_by_hand_either(surface: FakeSurface) -> None:
    await steps.disagreed(surface, status=MinutesStatus.DRAFT)
    carried = {"meeting": await _meeting(surface), "slot": str(await minutes.slot_of(surface.world))}
    refused = message(await surface.bot.press(surface.world.sender("secretary"), Do.OPEN, carried))
    assert refused.title == "Referatet er en kladd. Protokollen kan åpnes når referatet er sendt ut."


# --- what each party writes ---------------------------------------------------------------------------------------


async def test_each_party_writes_its_own_and_reads_the_others_when_both_are_in(surface: FakeSurface) -> None:
    await steps.opened(surface)
    opened = await steps.to_write(surface, "member")
    assert opened.title == "Skriv partens syn"
    shown = await steps.wrote(surface, "member", OURS, "At rutinen blir stående.")
    assert "Den andre parten leser det når begge har skrevet" in shown.text
    assert OURS in steps.said(shown)
    for who in ("colleague", "secretary", "deputy"):
        assert OURS not in steps.said(await steps.shown(surface, who)), who
        assert all(OURS not in steps.said(each) for each in await surface.inbox(who)), who
    theirs = (await steps.views(surface.world))[HOSPITAL].row.id
    refused = await steps.shown(surface, "colleague", Do.READ, view=theirs)
    assert refused.title == "Det kan leses når begge har skrevet, eller når sekretariatet åpner for det."
    told = f"{HOSPITAL} har skrevet i protokollen om u{SUBJECT[1:]}"
    assert told in await steps.titles(surface, "colleague")
    assert told not in await steps.titles(surface, "member")

    await steps.wrote(surface, "colleague", THEIRS)
    for who in ("member", "colleague", "secretary"):
        said = steps.said(await steps.shown(surface, who))
        assert all(text in said for text in (OURS, THEIRS, "At rutinen blir stående.")), who
    assert "Nå kan partene lese hverandre: u" + SUBJECT[1:] in await steps.titles(surface, "member")
    assert await steps.kinds(surface.world) == ["opened", "wrote", "wrote", "shown"]


async def test_nobody_changes_the_other_partys_view(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.both_wrote(surface)
    own = await steps.views(surface.world)
    refused = await steps.shown(surface, "member", Do.WRITE, view=own[MUNICIPALITY].row.id)
    assert refused.title == "Hver part skriver sitt eget syn, og den andre partens kan du ikke endre."
    refused = await steps.shown(surface, "secretary", Do.WRITE, view=own[MUNICIPALITY].row.id)
    assert "Du er ikke blant dem som skriver for partene." in refused.title
    refused = await steps.shown(surface, "clinician", Do.WRITE)
    assert "for partene og for medlemmene av" in refused.title
    # A form that was opened for one view is not handed in for another.
    opened = await steps.to_write(surface, "member")
    await surface.submit("member", opened, {"text": "Sykehuset mener noe annet nå."})
    after = await steps.views(surface.world)
    assert after[HOSPITAL].row.text == "Sykehuset mener noe annet nå."
    assert after[MUNICIPALITY].row.text == THEIRS


async def test_the_secretariat_lets_them_read_each_other_though_one_has_not_written(surface: FakeSurface) -> None:
    await steps.opened(surface)
    nothing = await steps.shown(surface, "secretary", Do.REVEAL)
    assert nothing.title == "Ingen av partene har skrevet ennå, så det er ikke noe å lese."
    await steps.wrote(surface, "member", OURS)
    assert "Bare sekretariatet" in (await steps.shown(surface, "member", Do.REVEAL)).title
    shown = await steps.shown(surface, "secretary", Do.REVEAL)
    assert shown.text == "Partene kan nå lese hverandre."
    assert OURS in steps.said(await steps.shown(surface, "colleague"))
    assert (await steps.events(surface.world))[-1].actor == "Eksempel Secretary"
    again = await steps.shown(surface, "deputy", Do.REVEAL)
    assert again.title == "Partene kan allerede lese hverandre."


async def test_two_who_write_the_same_view_at_once_both_keep_their_text(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.fill_in(
        surface,
        "secretary",
        Do.PARTIES,
        first_writers=[str(surface.world.people[who]) for who in ("member", "surgeon")],
        second_writers=[str(surface.world.people["colleague"])],
    )
    first, second = await steps.to_write(surface, "member"), await steps.to_write(surface, "surgeon")
    await surface.submit("member", first, {"text": "Den første teksten.", "wishes": "Ett"})
    again = form(await surface.submit("surgeon", second, {"text": "Den andre teksten.", "wishes": ""}))
    assert "Eksempel Member skrev her samtidig." in errors(again)["text"]
    text = values(again)["text"]
    assert "Den første teksten." in text
    assert "Den andre teksten." in text
    done = message(await surface.submit("surgeon", again, {"text": "Den første og den andre teksten."}))
    assert done.text.startswith(f"Synet til {HOSPITAL} er lagret.")
    row = (await steps.views(surface.world))[HOSPITAL].row
    assert (row.text, row.wishes, row.revision) == ("Den første og den andre teksten.", "Ett", 2)


async def test_a_long_view_has_two_fields_and_is_read_whole(surface: FakeSurface) -> None:
    await steps.opened(surface)
    long = "Kommunen mener dette. " * 135
    await steps.wrote(surface, "colleague", long.strip(), "Kort.")
    opened = await steps.to_write(surface, "colleague")
    assert "more" in values(opened)
    first, more = "A" * 2990, "B " * 1400
    await surface.submit("colleague", opened, {"text": first, "more": more})
    view = (await steps.views(surface.world))[MUNICIPALITY]
    assert view.row.text == f"{first}\n{more.strip()}"
    whole = await steps.shown(surface, "colleague", Do.READ, view=view.row.id)
    assert whole.text == view.row.text
    assert whole.sections[0].text == "Kort."
    assert "Les hele" in labels(await steps.shown(surface, "colleague"))
    # What is opened again and handed in as it is changes nothing.
    same = message(await surface.submit("colleague", await steps.to_write(surface, "colleague")))
    assert same.text == "Ingenting er endret."


async def test_what_was_tried_is_the_secretariats_and_all_parties_read_it(surface: FakeSurface) -> None:
    await steps.opened(surface)
    assert "Bare sekretariatet" in (await steps.shown(surface, "member", Do.TRIED)).title
    first = form(await steps.press(surface, "secretary", Do.TRIED))
    second = form(await steps.press(surface, "deputy", Do.TRIED))
    await surface.submit("secretary", first, {"text": "Saken er drøftet på to møter."})
    again = form(await surface.submit("deputy", second, {"text": "En arbeidsgruppe la fram et forslag."}))
    assert "Eksempel Secretary skrev her samtidig." in errors(again)["text"]
    await surface.submit("deputy", again, {"text": "To møter og en arbeidsgruppe."})
    assert "To møter og en arbeidsgruppe." in steps.said(await steps.shown(surface, "colleague"))


# --- who the parties are ------------------------------------------------------------------------------------------


async def test_the_secretariat_chooses_parties_and_who_writes(surface: FakeSurface) -> None:
    await steps.opened(surface)
    world = surface.world
    opened = form(await steps.press(surface, "secretary", Do.PARTIES))
    assert values(opened)["first_writers"] == [str(world.people["member"])]
    same = form(await surface.submit("secretary", opened, {"second": values(opened)["first"]}))
    assert errors(same) == {"second": "Velg to ulike parter."}
    both = form(
        await surface.submit(
            "secretary", same, {"second": "municipality", "second_writers": values(opened)["first_writers"]}
        )
    )
    assert errors(both) == {"second_writers": "Ingen kan skrive for begge partene. Velg en annen her."}
    done = message(await surface.submit("secretary", both, {"second_writers": [str(world.people["nurse"])]}))
    assert done.text == "Partene er valgt, og de som skriver, har fått beskjed."
    parties = await steps.views(world)
    assert list(parties) == [HOSPITAL, "Kommunesiden"]
    assert SUBJECT in await steps.titles(surface, "nurse")
    mine = [each for each in await surface.inbox("colleague") if each.title == SUBJECT]
    assert [each.text for each in mine] == [
        "Du skriver ikke lenger for noen av partene. Sekretariatet har valgt andre."
    ]
    assert "Skriv synet til kommunesiden" in labels(await steps.shown(surface, "nurse"))


async def test_a_party_that_has_written_is_not_replaced(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "colleague", THEIRS)
    again = form(await steps.fill_in(surface, "secretary", Do.PARTIES, second="municipality"))
    assert errors(again) == {"second": "Eksempel kommune har skrevet sitt syn, og kan ikke byttes ut."}
    assert (await steps.views(surface.world))[MUNICIPALITY].row.text == THEIRS


async def test_a_party_that_merged_keeps_its_name_and_says_what_it_became(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "colleague", THEIRS)
    async with surface.world.database.transaction() as session:
        new = Organisation(key="ny", name="Nye Eksempel kommune", kind="municipality")
        session.add(new)
        await session.flush()
        person = await session.get_one(Person, surface.world.people["colleague"])
        old = await session.get_one(Organisation, person.organisation_id)
        old.merged_into_id, old.removed_at = new.id, surface.clock.now()
        person.organisation_id = new.id
    shown = await steps.shown(surface, "secretary")
    assert "Synet til Eksempel kommune (nå Nye Eksempel kommune)" in [section.title for section in shown.sections]
    # It may still be chosen as the party that it is, and its people go on writing.
    done = message(await steps.fill_in(surface, "secretary", Do.PARTIES))
    assert done.text.startswith("Partene er valgt")
    await steps.wrote(surface, "colleague", "Kommunen mener det fortsatt.")
    assert (await steps.views(surface.world))[MUNICIPALITY].row.text == "Kommunen mener det fortsatt."


async def test_a_writer_who_left_is_said_to_have_and_others_can_be_chosen(surface: FakeSurface) -> None:
    await steps.opened(surface, write_days=14)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["colleague"])).removed_at = surface.clock.now()
    shown = await steps.shown(surface, "secretary")
    section = next(each for each in shown.sections if each.title == f"Synet til {MUNICIPALITY}")
    assert "Skriver: Eksempel Colleague (har sluttet)." in section.text
    surface.clock.forward(timedelta(days=8))
    await steps.tick(surface)
    notices = [each for each in await surface.inbox("secretary") if each.title.startswith("Det mangler et syn")]
    assert [each.text for each in notices] == [
        "Ingen er valgt til å skrive for Eksempel kommune. Velg noen, så får de beskjed."
    ]
    opened = form(await steps.press(surface, "secretary", Do.PARTIES))
    assert values(opened)["second_writers"] == []


async def test_where_a_side_has_nobody_in_the_committee_the_party_has_no_writers(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        colleague = surface.world.people["colleague"]
        await session.execute(delete(Membership).where(col(Membership.person_id) == colleague))
    await steps.opened(surface)
    parties = await steps.views(surface.world)
    assert list(parties) == [HOSPITAL, MUNICIPALITY]
    assert parties[MUNICIPALITY].writers == ()


# --- who reads it -------------------------------------------------------------------------------------------------


async def _waits(surface: FakeSurface, who: str) -> list[str]:
    async with surface.world.database.transaction() as session:
        found = await surface.bot.registry.home(await context_of(surface, session, who))
        return [each.text for each in found]


async def test_home_says_that_a_view_is_missing_until_it_is_written(surface: FakeSurface) -> None:
    await steps.opened(surface)
    line = (
        "Uenighet om 1/2026 (O/D) Felles opplæring i utskrivning: Eksempel sykehus har ikke skrevet sitt syn "
        "(frist 6. okt. 2026)"
    )
    assert line in await _waits(surface, "member")
    (owing,) = [each for each in await owed(surface, "member") if "uenigheten" in each.what]
    assert owing == (
        f"Skriv hvordan {steps.HOSPITAL} ser på uenigheten om 1/2026 (O/D) {steps.TITLE}",
        "Frist tirsdag 6. oktober 2026 (om 14 dager)",
        ["Vis"],
    )
    assert not [each for each in await owed(surface, "secretary") if "uenigheten" in each.what]
    assert not [each for each in await _waits(surface, "secretary") if each.startswith("Uenighet")]
    await steps.wrote(surface, "member", OURS)
    assert line not in await _waits(surface, "member")
    assert not [each for each in await owed(surface, "member") if "uenigheten" in each.what]


async def test_home_says_to_the_secretariat_that_a_step_is_overdue(surface: FakeSurface) -> None:
    await steps.opened(surface, committee={"days": 10})
    surface.clock.forward(timedelta(days=10))
    assert not [each for each in await _waits(surface, "secretary") if each.startswith("Uenighet")]
    (step,) = [each for each in await owed(surface, "secretary") if "uenigheten" in each.what]
    assert step == (
        f"Før uenigheten om 1/2026 (O/D) {steps.TITLE} videre",
        "Frist fredag 2. oktober 2026 (i dag)",
        ["Neste trinn eller ny frist", "Vis"],
    )
    surface.clock.forward(timedelta(days=1))
    (step,) = [each for each in await owed(surface, "secretary") if "uenigheten" in each.what]
    assert step.by == "Gått ut: fredag 2. oktober 2026 (i går)"
    assert form(await surface.press("secretary", message(await surface.say("secretary", "frister")), step.labels[0]))
    assert "Uenighet om 1/2026 (O/D) Felles opplæring i utskrivning: fristen gikk ut 2. okt. 2026" in await _waits(
        surface, "secretary"
    )


async def test_the_history_says_who_did_what(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.both_wrote(surface)
    shown = await steps.shown(surface, "colleague", Do.HISTORY)
    assert [section.title for section in shown.sections] == [
        "Partene kan lese hverandre",
        "Eksempel kommune skrev sitt syn",
        "Eksempel sykehus skrev sitt syn",
        "Protokollen ble åpnet",
    ]
    assert shown.sections[-1].text.endswith(", av seg selv")


async def test_a_protocol_of_another_meeting_is_not_reached_from_a_meetings_page(surface: FakeSurface) -> None:
    await steps.opened(surface)
    shown = await steps.shown(surface, "secretary", meeting=surface.world.meetings["au-1"])
    assert "finnes ikke lenger" in shown.title
    facts_of = facts(await steps.shown(surface, "secretary"))
    assert facts_of["Møte"] == "21. sep. 2026"


async def test_where_every_disagreement_stands_is_asked_for(surface: FakeSurface) -> None:
    """Those of one's committees, and those that one writes in, the open ones first; nobody else finds any."""
    assert "Ingen saker" in message(await surface.say("secretary", "vedtak uenighet")).text
    await steps.opened(surface)
    for who in ("secretary", "member", "colleague"):
        listed = message(await surface.say(who, "vedtak uenighet"))
        assert [each.title for each in listed.sections] == [SUBJECT.removeprefix("Uenighet i sak ").replace(":", "")]
        shown = message(await surface.press(who, listed, "Vis protokollen"))
        assert shown.title == SUBJECT
    for who in ("observer", "clinician"):
        assert message(await surface.say(who, "vedtak uenighet")).sections == ()
    (row,) = await steps.every(surface.world)
    closed = {"closed_how": ClosedHow.OUTCOME, "closed_at": surface.clock.now()}
    await change(surface.world, Disagreement, row.id, **closed)
    (section,) = message(await surface.say("secretary", "uenigheter")).sections
    assert facts(section)["Status"].startswith("Lukket ")


async def test_whoever_writes_for_no_party_any_more_does_not_read_what_it_came_to(surface: FakeSurface) -> None:
    await steps.opened(surface)
    world = surface.world
    for who in ("nurse", "colleague"):
        opened = form(await steps.press(surface, "secretary", Do.PARTIES))
        await surface.submit("secretary", opened, {"second_writers": [str(world.people[who])]})
    assert SUBJECT in await steps.titles(surface, "nurse")
    outcome = "Partene ble enige om en ny rutine."
    closing = form(await steps.press(surface, "secretary", Do.CLOSE))
    await surface.submit("secretary", closing, {"outcome": outcome})
    assert outcome in repr(await surface.inbox("colleague"))
    theirs = [each for each in await surface.inbox("nurse") if each.title == SUBJECT]
    assert [each.text for each in theirs] == [
        "Du skriver ikke lenger for noen av partene. Sekretariatet har valgt andre."
    ]
    assert outcome not in repr(await surface.inbox("nurse"))


async def test_two_who_turn_out_to_be_one_write_for_one_party(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "member", OURS)
    people = surface.world.people
    async with surface.world.database.transaction() as session:
        await joining.join(
            session, people["member"], people["colleague"], surface.clock.now(), keys={}, answers=("first_writers",)
        )
    parties = await steps.views(surface.world)
    assert [each.name for each in parties[HOSPITAL].writers] == []
    assert [each.name for each in parties[MUNICIPALITY].writers] == ["Eksempel Colleague"]
    # What the one wrote stands, and is not read by the other party before its time.
    assert parties[HOSPITAL].row.text == OURS
    assert OURS not in steps.said(await steps.shown(surface, "colleague"))

"""What stands in a committee's channel, as its meetings go on."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from handlers.meetings.minutes.round_actions import Do as Round
from storage.tables import Agenda, AgendaItem, Committee, Meeting, MeetingThread, Minutes
from tests.clock import FixedClock
from tests.meetings.agenda.test_work import on_line, work
from tests.meetings.convocation.steps import change, put
from tests.meetings.minutes.round.steps import do as press
from tests.meetings.minutes.round.steps import present, rules, written
from tests.meetings.moving.test_moving import move
from tests.meetings.threads.scene import HERE, IN_FILE, THERE, Scene
from tests.surface import facts, labels, message
from tests.world import World

GATHERED = timedelta(minutes=11)
"""Longer than changes of an agenda are gathered."""
ROOT = "Faglig samarbeidsutvalg (FSU): møtet 21. sep. 2026"
BEGIN = "Begynn å arbeide med sakslisten"
SECRET = "Klage fra en navngitt avdeling"


@pytest.fixture
def scene(small_world: World, clock: FixedClock) -> Scene:
    return Scene(small_world, clock)


async def chosen(scene: Scene) -> None:
    """The secretary has chosen the channel by a press in it."""
    shown = await scene.speak_in("secretary", "mote kanal FSU")
    await scene.surface.press("secretary", shown, "Bruk #fsu-moter")


async def switch(scene: Scene, label: str) -> None:
    shown = message(await scene.surface.say("secretary", "mote kanal FSU"))
    await scene.surface.press("secretary", shown, label)


async def begun(scene: Scene) -> None:
    """FSU's next meeting has a thread, two weeks before it."""
    await chosen(scene)
    await scene.go_on(timedelta(days=6, minutes=1))
    assert scene.titles() == [ROOT]


async def test_a_meeting_has_one_thread_that_says_what_changes(scene: Scene) -> None:
    surface = scene.surface
    await chosen(scene)
    await put(scene.world, "Felles opplæring", minutes=20)
    await scene.go_on()
    assert scene.threads() == []

    # Two weeks before, at nine.
    await scene.go_on(timedelta(days=6))
    (root,) = scene.thread()
    assert root.title == ROOT
    assert facts(root) == {
        "Tid": "mandag 21. september 2026 kl. 10.00–13.00",
        "Sted": "Eksempelsalen",
        "Frist for å melde saker": "mandag 7. september 2026 kl. 10.00",
    }
    assert [section.text for section in root.sections] == ["10.00  1/2026  Felles opplæring · 20 min"]
    assert labels(root) == ["Vis møtet"]
    assert message(await surface.press("member", root, "Vis møtet")).title.endswith("møtet 21. sep. 2026")

    await put(scene.world, "Ny sak", 2)
    await scene.go_on(timedelta(minutes=5))
    await put(scene.world, "Enda en sak", 3)
    await scene.go_on(timedelta(minutes=6))
    assert scene.titles() == [ROOT]
    await scene.go_on(GATHERED)
    root, changed = scene.thread()
    assert changed.title == "Sakslisten er endret"
    assert facts(changed) == {"Nytt": "2/2026 Ny sak\n3/2026 Enda en sak"}
    assert "Enda en sak" in root.sections[0].text

    await move(surface, day="2026-09-22")
    await scene.go_on()
    root, _changed, moved = scene.thread()
    assert root.title == "Faglig samarbeidsutvalg (FSU): møtet 22. sep. 2026"
    assert moved.title == "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet"
    assert facts(moved)["Nå"] == "tirsdag 22. september 2026 kl. 10.00–13.00, Eksempelsalen"

    await scene.surface.say("secretary", "hjelp")
    posts, changes = scene.channels.posts, scene.channels.changes
    await scene.go_on(timedelta(days=1))
    assert (scene.channels.posts, scene.channels.changes) == (posts, changes)


async def test_a_draft_is_told_of_when_it_is_finished(scene: Scene) -> None:
    await put(scene.world, "Sak 1")
    await put(scene.world, "Sak 2", 2)
    await chosen(scene)
    shown = message(
        await scene.surface.press("secretary", await work(scene.surface), "Begynn å arbeide med sakslisten")
    )
    await scene.go_on(timedelta(days=6, minutes=1))
    (root,) = scene.thread()
    assert root.sections[0].text == "Sakslisten er ikke klar ennå."
    await on_line(scene.surface, shown, "Sak 2", "Opp")
    await scene.go_on(GATHERED)
    assert len(scene.thread()) == 1
    await scene.surface.press("secretary", await work(scene.surface), "Ferdig")
    await scene.go_on(GATHERED)
    root, ready = scene.thread()
    assert ready.title == "Sakslisten er klar"
    assert root.sections[0].text == "2/2026  Sak 2\n1/2026  Sak 1"
    # Worked on anew: what stands there stays.
    shown = message(
        await scene.surface.press("secretary", await work(scene.surface), "Begynn å arbeide med sakslisten")
    )
    await on_line(scene.surface, shown, "Sak 1", "Opp")
    await scene.go_on(GATHERED)
    assert scene.thread()[0].sections[0].text == "2/2026  Sak 2\n1/2026  Sak 1"


async def test_it_begins_sooner_where_the_convocation_is_sent(scene: Scene) -> None:
    await chosen(scene)
    await put(scene.world, "Felles opplæring")
    async with scene.world.database.transaction() as session:
        session.add(Agenda(meeting_id=scene.world.meetings["fsu-1"], convened_at=scene.clock.now(), convened={}))
    await scene.go_on()
    (root,) = scene.thread()
    assert facts(root)["Innkalling"] == "Sendt"


async def test_the_convocation_is_told_of_once(scene: Scene) -> None:
    await begun(scene)
    async with scene.world.database.transaction() as session:
        session.add(Agenda(meeting_id=scene.world.meetings["fsu-1"], convened_at=scene.clock.now(), convened={}))
    await scene.go_on()
    await scene.go_on(GATHERED)
    assert scene.titles() == [ROOT, "Innkallingen er sendt"]


async def test_cancelled_and_held_after_all(scene: Scene) -> None:
    await begun(scene)
    meeting = scene.world.meetings["fsu-1"]
    await change(scene.world, Meeting, meeting, cancelled_at=scene.clock.now())
    await scene.go_on()
    root, cancelled = scene.thread()
    assert root.title == f"{ROOT} er avlyst"
    assert root.sections == ()
    assert cancelled.title == "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst"
    # There is no case to move.
    assert cancelled.text == "Det skulle vært mandag 21. september 2026 kl. 10.00–13.00."
    await change(scene.world, Meeting, meeting, cancelled_at=None)
    await scene.go_on()
    assert scene.titles()[0] == ROOT
    assert scene.titles()[-1] == "Møtet i Faglig samarbeidsutvalg (FSU) holdes likevel"
    await put(scene.world, "Felles opplæring")
    await scene.go_on(GATHERED)
    await scene.go_on(GATHERED)
    await change(scene.world, Meeting, meeting, cancelled_at=scene.clock.now())
    await scene.go_on()
    assert scene.thread()[-1].text.endswith("Sekretariatet flytter sakene til et senere møte, med numrene de har.")


async def test_one_that_is_cancelled_before_it_begins_has_no_thread(scene: Scene) -> None:
    await chosen(scene)
    await change(scene.world, Meeting, scene.world.meetings["fsu-1"], cancelled_at=scene.clock.now())
    await scene.go_on(timedelta(days=7))
    assert scene.threads() == []


async def test_a_new_deadline_and_a_new_place_are_news_and_a_new_link_is_none(scene: Scene) -> None:
    await begun(scene)
    meeting = scene.world.meetings["fsu-1"]
    await change(scene.world, Meeting, meeting, join_url="https://meet.example.org/secret")
    await scene.go_on()
    assert scene.titles() == [ROOT]
    await change(scene.world, Meeting, meeting, place="Teams: https://meet.example.org/secret")
    await scene.go_on()
    root, place = scene.thread()
    assert place.title == "Møtet i Faglig samarbeidsutvalg (FSU) har fått nytt sted"
    assert facts(root)["Sted"] == "Teams: nettmøte"
    await change(scene.world, Meeting, meeting, place="Rom 2/3 og meet.example.org/l/secret")
    await scene.go_on()
    root, *_news = scene.thread()
    assert facts(root)["Sted"] == "Rom 2/3 og nettmøte"
    assert "meet.example.org" not in str(scene.thread())
    await change(scene.world, Meeting, meeting, deadline_at=scene.clock.now() + timedelta(days=2))
    await scene.go_on()
    assert scene.titles()[-1] == "Ny frist for å melde saker til Faglig samarbeidsutvalg (FSU)"


async def test_minutes_stand_in_it_as_the_public_may_read_them(scene: Scene) -> None:
    world, surface = scene.world, scene.surface
    await rules(world, comment_days=0)
    await put(world, "Felles opplæring")
    await put(world, SECRET, 2, closed_under="offl. § 13")
    await begun(scene)
    await scene.go_on(timedelta(days=15))
    await written(surface)
    await present(world, "member")
    await scene.go_on()
    assert len(scene.thread()) == 1
    await press(surface, "secretary", Round.PUBLISH)
    await scene.go_on()
    root, published = scene.thread()
    assert facts(root)["Referat"] == "Publisert, med forbehold om godkjenning"
    assert published.title == "Referatet fra møtet er publisert"
    assert [(each.title, each.text) for each in published.sections] == [
        ("1/2026 Felles opplæring", "Saken tas til orientering."),
        ("2/2026 Unntatt offentlighet (offl. § 13)", "Saken er unntatt offentlighet."),
    ]
    assert message(await surface.press("member", published, "Les referatet")).title.startswith("Referat")
    assert message(await surface.press("nurse", published, "Les referatet")).sections == ()

    # A case that is closed afterwards is not to be read there any more.
    async with world.database.transaction() as session:
        first = await session.scalar(select(col(AgendaItem.id)).where(col(AgendaItem.title) == "Felles opplæring"))
    assert first is not None
    await change(world, AgendaItem, first, closed_under="offl. § 13")
    await scene.go_on()
    assert "Felles opplæring" not in str(scene.thread())
    assert SECRET not in str(scene.thread())


async def test_minutes_that_are_withdrawn_and_published_anew(scene: Scene) -> None:
    world, surface = scene.world, scene.surface
    await rules(world, comment_days=0)
    await put(world, "Felles opplæring")
    await begun(scene)
    await scene.go_on(timedelta(days=15))
    await written(surface)
    await press(surface, "secretary", Round.PUBLISH)
    await scene.go_on()
    await refused(scene)
    await scene.go_on()
    root, first = scene.thread()
    assert facts(root)["Referat"] == "Trukket tilbake og rettes"
    assert first.title == "Referatet er trukket tilbake og rettes"
    await press(surface, "secretary", Round.PUBLISH)
    await scene.go_on()
    await approved(scene)
    await scene.go_on()
    assert scene.titles()[1:] == [
        "Referatet er trukket tilbake og rettes",
        "Referatet fra møtet er publisert",
        "Referatet er godkjent",
    ]
    assert facts(scene.thread()[0])["Referat"] == "Godkjent"


async def refused(scene: Scene) -> None:
    await _minutes_are(scene, "refused")


async def approved(scene: Scene) -> None:
    await _minutes_are(scene, "approved")


async def _minutes_are(scene: Scene, status: str) -> None:
    async with scene.world.database.transaction() as session:
        row = await session.scalar(select(Minutes))
        assert row is not None
        row.status = status


async def test_a_closed_case_has_its_number_and_one_that_is_closed_later_loses_its_name(
    world: World, clock: FixedClock
) -> None:
    scene = Scene(world, clock)
    await put(scene.world, SECRET, closed_under="offl. § 13")
    await begun(scene)
    assert scene.thread()[0].sections[0].text == "1/2026  Sak unntatt offentlighet"
    second = await put(scene.world, "Bemanning i mottaket", 2)
    await scene.go_on(GATHERED)
    await scene.go_on(GATHERED)
    assert "Bemanning i mottaket" in str(scene.thread()[1])
    # It goes on to another meeting, and is closed there.
    await change(scene.world, AgendaItem, second, meeting_id=scene.world.meetings["fsu-2"])
    await scene.go_on(GATHERED)
    await scene.go_on(GATHERED)
    assert facts(scene.thread()[2])["Utgår"] == "2/2026 Bemanning i mottaket"
    await change(scene.world, AgendaItem, second, closed_under="offl. § 13")
    await scene.go_on(GATHERED)
    assert "Bemanning" not in str(scene.thread())
    assert SECRET not in str(scene.thread())
    assert facts(scene.thread()[2])["Utgår"] == "2/2026 Sak unntatt offentlighet"


async def test_an_agenda_names_no_guest_and_no_closed_case_in_the_titles_of_others(scene: Scene) -> None:
    """As minutes that anybody may read do not."""
    world = scene.world
    await put(world, SECRET, closed_under="offl. § 13")
    await put(world, "Eksempel Clinician orienterer", 2, presenter_ids=[world.people["clinician"]])
    await begun(scene)
    await put(world, f"Oppfølging av {SECRET}", 3)
    await scene.go_on(GATHERED)
    await scene.go_on(GATHERED)
    root, changed = scene.thread()
    told = str(root) + str(changed)
    assert "2/2026  gjest fra Eksempel sykehus orienterer" in root.sections[0].text
    assert facts(changed) == {"Nytt": "3/2026 Oppfølging av Unntatt offentlighet (offl. § 13)"}
    assert SECRET not in told
    assert "Clinician" not in told


async def test_turned_off_it_ends_and_turned_on_it_goes_on(scene: Scene) -> None:
    await begun(scene)
    await scene.surface.press(
        "secretary", message(await scene.surface.say("secretary", "mote kanal FSU")), "Slå av trådene"
    )
    await scene.go_on()
    assert scene.thread()[0].small.startswith("Det kommer ikke mer i denne tråden.")
    await move(scene.surface, day="2026-09-22")
    await scene.go_on(timedelta(hours=1))
    assert scene.titles() == [ROOT]
    await scene.surface.press(
        "secretary", message(await scene.surface.say("secretary", "mote kanal FSU")), "Slå på trådene"
    )
    await scene.go_on()
    root, moved = scene.thread()
    assert root.small == "Det som skjer med møtet, står her og i tråden under."
    assert facts(moved)["Før"].startswith("mandag 21. september")


async def test_another_channel_has_a_thread_of_its_own(scene: Scene) -> None:
    await begun(scene)
    shown = await scene.speak_in("secretary", "mote kanal FSU", THERE, "nytt")
    assert facts(shown.sections[0])["Kanal"] == "#fsu-moter (Slack)"
    await scene.surface.press("secretary", shown, "Bruk #nytt")
    await scene.go_on()
    assert scene.thread(HERE)[0].small.startswith("Det kommer ikke mer i denne tråden.")
    assert scene.titles(THERE) == [ROOT]
    await move(scene.surface, day="2026-09-22")
    await scene.go_on()
    assert (len(scene.thread(HERE)), len(scene.thread(THERE))) == (1, 2)


async def test_what_nobody_has_read_is_not_said_where_it_ends(scene: Scene) -> None:
    await chosen(scene)
    scene.clock.forward(timedelta(days=7))
    await scene.surface.worker.do_chores()
    await scene.surface.press(
        "secretary", message(await scene.surface.say("secretary", "mote kanal FSU")), "Slå av trådene"
    )
    await scene.go_on()
    assert scene.threads() == []
    async with scene.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(MeetingThread)) == 0
    await scene.surface.press(
        "secretary", message(await scene.surface.say("secretary", "mote kanal FSU")), "Slå på trådene"
    )
    await scene.go_on()
    assert scene.titles() == [ROOT]


async def test_the_file_names_the_channel_and_when_it_begins(scene: Scene) -> None:
    goes_on, is_over = "Det som skjer med møtet", "Det kommer ikke mer"
    await put(scene.world, "Felles opplæring")
    await scene.with_channel(opens="30d")
    await scene.go_on()
    assert scene.thread(IN_FILE)[0].small.startswith(goes_on)
    # Without it in the file, nothing more is said; nor is anything of a committee that is removed.
    await scene.settings()
    await scene.go_on()
    assert scene.thread(IN_FILE)[0].small.startswith(is_over)
    await scene.with_channel(opens="30d")
    await scene.go_on()
    assert scene.thread(IN_FILE)[0].small.startswith(goes_on)
    await change(scene.world, Committee, scene.world.committees["fsu"], removed_at=scene.clock.now())
    await scene.go_on()
    assert scene.thread(IN_FILE)[0].small.startswith(is_over)


async def test_sixty_cases_fit(scene: Scene) -> None:
    for number in range(1, 61):
        await put(scene.world, f"En sak med en lang tittel som ingen korter ned {number}", number)
    await begun(scene)
    (root,) = scene.thread()
    assert len(root.sections) == 3
    assert root.sections[2].text.endswith("ned 60")

"""What follows for a case from its meeting: postponed to a later one, or sent on to another committee."""

from datetime import timedelta
from typing import Any

from storage.tables import Committee
from tests.cases.steps import too_late_to_undo
from tests.meetings.steps import accepted, read
from tests.surface import FakeSurface, facts, form, labels, message

POSTPONE, SEND, BACK = "Utsett til et senere møte", "Send til annet utvalg", "Send tilbake til "
TITLE = "Felles opplæring"


async def notice_of(surface: FakeSurface, who: str = "secretary") -> Any:
    return [item for item in await surface.inbox(who) if "Meldt av" in facts(item)][-1]


async def case(surface: FakeSurface, who: str = "secretary") -> Any:
    """As «Vis saken» shows it."""
    return message(await surface.bot.press(surface.world.sender(who), "sak.vis", {"item": "1"}))


async def held(surface: FakeSurface) -> None:
    """A case was on the agenda of a meeting that has been held."""
    await accepted(surface, TITLE)
    too_late_to_undo(surface)
    await surface.arrive()
    surface.clock.forward(timedelta(days=20, hours=2))


async def test_postponed_it_keeps_who_it_is_and_gets_a_new_number(surface: FakeSurface) -> None:
    await held(surface)
    shown = await case(surface)
    assert labels(shown) == [POSTPONE, SEND]
    done = message(await surface.submit("secretary", form(await surface.press("secretary", shown, POSTPONE))))
    assert "utsatte saken fra 1/2026 (O/D) til møtet 31. okt. 2026, der den er 2/2026 (O/D)" in done.text
    shown = await case(surface)
    assert shown.title == f"2/2026 (O/D) {TITLE}"
    assert facts(shown)["Tidligere saksnummer"] == "1/2026 (O/D), møtet 21. sep. 2026: utsatt"
    there, here = await read(surface.world), await read(surface.world, "fsu-2")
    assert [(line.number, line.title) for line in there.lines] == [("1/2026 (O/D)", TITLE)], "the minutes are about it"
    assert [(line.number, line.title) for line in here.lines] == [("2/2026 (O/D)", TITLE)]
    too_late_to_undo(surface)
    assert f"Saken din er utsatt til et senere møte: {TITLE}" in [item.title for item in await surface.inbox("member")]


async def test_postponing_can_be_undone(surface: FakeSurface) -> None:
    await held(surface)
    done = message(
        await surface.submit("secretary", form(await surface.press("secretary", await case(surface), POSTPONE)))
    )
    undone = message(await surface.press("secretary", done, "Angre"))
    assert undone.title == f"Angret: {TITLE}"
    shown = await case(surface)
    assert (shown.title, labels(shown)) == (f"1/2026 (O/D) {TITLE}", [POSTPONE, SEND])
    assert "angret «Utsett til et senere møte»" in shown.small
    # The number that it got waits for it.
    await surface.submit("secretary", form(await surface.press("secretary", shown, POSTPONE)))
    assert (await case(surface)).title == f"2/2026 (O/D) {TITLE}"


async def test_a_place_that_was_laid_down_stays_when_its_case_goes_on(surface: FakeSurface) -> None:
    await held(surface)
    laid = await read(surface.world, lay=True)
    await surface.submit("secretary", form(await surface.press("secretary", await case(surface), POSTPONE)))
    (line,) = (await read(surface.world)).lines
    assert line.slot is not None
    assert laid.lines[0].slot is not None
    assert (line.slot.id, line.left) == (laid.lines[0].slot.id, "postponed")


async def test_sent_on_it_opens_in_the_other_committee_with_a_way_back(surface: FakeSurface) -> None:
    await held(surface)
    opened = form(await surface.press("secretary", await case(surface), SEND))
    au = str(surface.world.committees["au"])
    await surface.submit("secretary", opened, {"committee": au, "note": "FSU ber om en avklaring."})
    too_late_to_undo(surface)
    (line,) = (await read(surface.world)).lines
    assert (line.number, line.left) == ("1/2026 (O/D)", "referred")
    mine = await case(surface)
    assert mine.title == f"Forslag til sak: {TITLE}"
    back = f"{BACK}Faglig samarbeidsutvalg (FSU)"
    assert back in labels(mine)
    assert facts(mine)["Tidligere saksnummer"] == (
        "Faglig samarbeidsutvalg (FSU) 1/2026 (O/D), møtet 21. sep. 2026: sendt videre"
    )
    assert (mine.sections[0].title, mine.sections[0].text) == (
        "Fra Faglig samarbeidsutvalg (FSU)",
        "Teksten er den samme som der.",
    )


async def test_each_level_has_a_text_of_its_own_and_the_difference_is_shown(surface: FakeSurface) -> None:
    await held(surface)
    au, fsu = (str(surface.world.committees[key]) for key in ("au", "fsu"))
    opened = form(await surface.press("secretary", await case(surface), SEND))
    await surface.submit("secretary", opened, {"committee": au})
    worded = form(await surface.press("secretary", await case(surface), "Endre teksten"))
    done = message(await surface.submit("secretary", worded, {"title": "Opplæring for alle"}))
    assert facts(done)["Tittel"] == f"{TITLE} → Opplæring for alle"
    shown = await case(surface)
    assert facts(shown.sections[-1]) == {"Tittel": f"{TITLE} → Opplæring for alle"}
    # And back: FSU reads its own text, and what AU made of it is the difference. Twice to and fro.
    for _again in range(2):
        opened = form(await surface.press("secretary", await case(surface), f"{BACK}Faglig samarbeidsutvalg (FSU)"))
        assert next(field.value for field in opened.fields if field.name == "committee") == fsu
        await surface.submit("secretary", opened)
        too_late_to_undo(surface)
        shown = await case(surface)
        assert shown.title == f"Forslag til sak: {TITLE}"
        assert shown.sections[-1].title == "Fra Arbeidsutvalg (AU)"
        assert facts(shown.sections[-1]) == {"Tittel": f"Opplæring for alle → {TITLE}"}
        opened = form(await surface.press("secretary", shown, f"{BACK}Arbeidsutvalg (AU)"))
        await surface.submit("secretary", opened)
        too_late_to_undo(surface)
        assert (await case(surface)).title == "Forslag til sak: Opplæring for alle"


async def test_sending_on_can_be_undone_with_its_text(surface: FakeSurface) -> None:
    await held(surface)
    opened = form(await surface.press("secretary", await case(surface), SEND))
    done = message(await surface.submit("secretary", opened, {"committee": str(surface.world.committees["au"])}))
    await surface.press("secretary", done, "Angre")
    shown = await case(surface)
    assert (shown.title, labels(shown), shown.sections) == (f"1/2026 (O/D) {TITLE}", [POSTPONE, SEND], ())


async def test_nothing_is_changed_by_the_same_text(surface: FakeSurface) -> None:
    await accepted(surface, TITLE)
    worded = form(await surface.press("secretary", await notice_of(surface), "Endre teksten"))
    assert message(await surface.submit("secretary", worded)).title == f"Ingenting er endret: {TITLE}"


async def test_the_proposer_hears_what_was_changed_in_their_text(surface: FakeSurface) -> None:
    await accepted(surface, TITLE)
    worded = form(await surface.press("secretary", await notice_of(surface), "Endre teksten"))
    await surface.submit("secretary", worded, {"title": "Opplæring for alle"})
    (news,) = [item for item in await surface.inbox("member") if "endret teksten" in item.title]
    assert facts(news) == {"Tittel": f"{TITLE} → Opplæring for alle"}
    surface.clock.forward(timedelta(days=21))
    late = message(await surface.press("secretary", await notice_of(surface), "Endre teksten"))
    assert late.title.startswith("Møtet 21. sep. 2026 har begynt")


# --- closed ------------------------------------------------------------------------------------------------


async def closed(surface: FakeSurface) -> None:
    """FSU takes cases from everyone, and has a closed one on its agenda."""
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.proposals_from = "everyone"
        committee.settings = {**committee.settings, "closed_sections": ["offl. § 13"]}
    await accepted(surface, TITLE)
    opened = form(await surface.press("secretary", await notice_of(surface), "Innsyn og arkiv"))
    assert "Utvalget bruker: offl. § 13." in [field.label for field in opened.fields]
    filed = {"closed_under": "offl. § 13", "archive_reference": "26/123-4"}
    done = message(await surface.submit("secretary", opened, filed))
    assert "Bare medlemmene i Faglig samarbeidsutvalg (FSU) ser hva saken gjelder." in done.text


async def test_a_closed_case_is_seen_by_members_only(surface: FakeSurface) -> None:
    await closed(surface)
    instead = "1/2026 (O/D)  Unntatt offentlighet (offl. § 13)"
    for who, seen in (("colleague", f"1/2026 (O/D)  {TITLE}"), ("clinician", instead)):
        assert message(await surface.say(who, "sak liste fsu")).sections[0].text == seen
        assert seen in message(await surface.say(who, "saksliste fsu")).sections[0].text
    assert TITLE in message(await surface.say("colleague", "sak 1/2026")).title
    assert message(await surface.say("clinician", "sak 1/2026")).title == "Jeg finner ingen sak 1/2026 som du kan se"
    shown = await notice_of(surface)
    assert (facts(shown)["Unntatt offentlighet"], facts(shown)["Arkivreferanse"]) == ("offl. § 13", "26/123-4")


async def test_a_closed_case_can_be_opened_again(surface: FakeSurface) -> None:
    await closed(surface)
    opened = form(await surface.press("secretary", await notice_of(surface), "Innsyn og arkiv"))
    done = message(await surface.submit("secretary", opened, {"closed_under": ""}))
    assert "Saken er åpen for alle som kan lese sakslisten." in done.text
    assert TITLE in message(await surface.say("clinician", "sak liste fsu")).sections[0].text

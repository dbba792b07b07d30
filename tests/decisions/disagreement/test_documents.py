"""The Word documents of a disagreement: what they say, who gets them, and the look over the anonymised one."""

import io
from typing import Any

import pytest
from docx import Document

from handlers.capabilities import TEMPLATES
from handlers.capability import File
from handlers.decisions.disagreement.actions import Do
from handlers.decisions.disagreement.document import default_template
from handlers.decisions.disagreement.document.fields import ANONYMISED, COPY, KINDS, PROTOCOL
from handlers.errors import NotAllowed
from handlers.writing.template.check import check
from handlers.writing.template.fields import Kind
from handlers.writing.template.places import text_of
from storage import convocations
from tests.clock import FixedClock
from tests.decisions.disagreement import steps
from tests.decisions.disagreement.steps import MUNICIPALITY, OURS, THEIRS
from tests.deviations.steps import context_of
from tests.surface import FakeSurface, button_called, form, labels, message, values


async def fetched(surface: FakeSurface, who: str, name: str, **more: Any) -> File:
    carried = await steps.arguments(surface.world, **more)
    async with surface.world.database.transaction() as session:
        return await surface.bot.registry.documents[name].run(await context_of(surface, session, who), carried)


async def text(surface: FakeSurface, who: str, name: str, **more: Any) -> str:
    return text_of((await fetched(surface, who, name, **more)).draw())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_template_that_ships_is_what_its_script_makes_and_can_be_used(kind: Kind, clock: FixedClock) -> None:
    shipped = default_template.file_of(kind).read_bytes()
    assert text_of(default_template.make(kind)) == text_of(shipped)
    checked = check(shipped, kind, clock.now())
    assert checked.may_be_used
    assert list(checked.findings) == []


async def test_the_protocol_says_all_of_it_to_those_who_may_read_it(surface: FakeSurface) -> None:
    await steps.opened(surface, committee={"days": 30, "basis": "Tjenesteavtale 1"})
    with pytest.raises(NotAllowed, match="når begge partene har skrevet"):
        await fetched(surface, "secretary", "uenighet")
    await steps.both_wrote(surface)
    await steps.fill_in(surface, "secretary", Do.TRIED, text="To møter.")
    for who in ("member", "colleague", "deputy"):
        said = await text(surface, who, "uenighet")
        for each in (
            "Uenighetsprotokoll",
            "1/2026 (O/D) Felles opplæring i utskrivning",
            "Saken tas til orientering.",
            "Eksempel sykehus ser saken slik",
            OURS,
            "At rutinen blir stående.",
            THEIRS,
            "To møter.",
            "22. okt. 2026 (Tjenesteavtale 1)",
            "22. sep. 2026: Protokollen ble åpnet",
        ):
            assert each in said, each
    file = await fetched(surface, "member", "uenighet")
    assert file.name == "Uenighetsprotokoll 1-2026 (O-D).docx"
    with pytest.raises(NotAllowed):
        await fetched(surface, "observer", "uenighet")


async def test_each_party_gets_its_own_copy(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.both_wrote(surface)
    theirs = (await steps.views(surface.world))[MUNICIPALITY].row.id
    said = await text(surface, "colleague", "uenighet-kopi", view=theirs)
    assert "Til Eksempel kommune. Dette er en kopi av uenighetsprotokollen mellom Eksempel sykehus" in said
    assert OURS in said
    assert THEIRS in said
    await fetched(surface, "secretary", "uenighet-kopi", view=theirs)
    with pytest.raises(NotAllowed, match="Kopien er for den parten"):
        await fetched(surface, "member", "uenighet-kopi", view=theirs)


async def test_a_text_with_signs_that_word_or_the_template_knows_comes_out_whole(surface: FakeSurface) -> None:
    await steps.opened(surface)
    hard = "Kommunen <b>mener</b> A & B {{ x }} {% if %}\nog linje to"
    await steps.wrote(surface, "colleague", hard)
    await steps.wrote(surface, "member", OURS)
    said = await text(surface, "secretary", "uenighet")
    assert "Kommunen <b>mener</b> A & B {{ x }} {% if %}" in said
    assert "og linje to" in said


# --- the anonymised copy ------------------------------------------------------------------------------------------


async def _told(surface: FakeSurface) -> None:
    """Both have written, with names in it."""
    await steps.opened(surface, places=["Tyttebærdalen"])
    await steps.wrote(
        surface,
        "member",
        "Eksempel kommune og Eksempel Colleague tok ikke imot pasienten fra Tyttebærdalen. Bussen gikk til Bjørkeli.",
        "At Hjemmetjenesten tar imot samme dag.",
    )
    await steps.wrote(surface, "colleague", "Eksempel sykehus meldte fra for sent i sak 3/2026.")


async def test_the_copy_is_fetched_only_after_it_was_looked_over_as_it_is(surface: FakeSurface) -> None:
    await _told(surface)
    assert "Anonymisert kopi (Word)" not in [each.label for each in (await steps.shown(surface, "secretary")).files]
    with pytest.raises(NotAllowed, match="Se over den anonymiserte kopien først"):
        await fetched(surface, "secretary", "uenighet-anonymisert")
    assert "Bare sekretariatet" in (await steps.shown(surface, "member", Do.CHECK)).title
    looked = await steps.shown(surface, "secretary", Do.CHECK)
    said = steps.said(looked)
    assert "2 ord kan være navn eller steder som jeg ikke kan avgjøre." in said
    assert "⟦Bussen⟧ gikk til ⟦Bjørkeli⟧." in said
    for name in ("Eksempel kommune", "Colleague", "Tyttebærdalen", "Hjemmetjenesten", "Eksempel sykehus", "3/2026"):
        assert name not in said.partition("\n")[2], name
    assert "Kommunen og [navn] tok ikke imot pasienten fra [sted]." in said

    opened = form(await surface.press("secretary", looked, "Ta ut flere ord"))
    offered = next(field for field in opened.fields if field.name == "doubtful").options
    assert [option.label for option in offered] == ["Bussen", "Bjørkeli"]
    masked = message(await surface.submit("secretary", opened, {"doubtful": ["Bjørkeli"], "others": "Bussen gikk"}))
    assert "Jeg finner ikke flere navn eller steder." in masked.text
    assert "[utelatt] til [utelatt]." in steps.said(masked)
    # The button of what was looked at before that counts no longer.
    stale = message(await surface.press("secretary", looked, "Kopien er i orden"))
    assert "Protokollen er endret siden du så på kopien." in stale.text
    done = message(await surface.press("secretary", masked, "Kopien er i orden"))
    assert done.text == "Den anonymiserte kopien kan hentes."
    assert "Anonymisert kopi (Word)" in [each.label for each in done.files]
    word = await fetched(surface, "deputy", "uenighet-anonymisert")
    written = text_of(word.draw())
    for name in ("Eksempel", "Tyttebærdalen", "Bjørkeli", "Hjemmetjenesten", "FSU", "1/2026", "21. september"):
        assert name not in written, name
    assert "Sykehuset ser saken slik" in written
    assert word.name == "Uenighetsprotokoll anonymisert.docx"
    properties = Document(io.BytesIO(word.draw())).core_properties
    assert (properties.title, properties.author) == ("Anonymisert uenighetsprotokoll", "")
    with pytest.raises(NotAllowed):
        await fetched(surface, "member", "uenighet-anonymisert")

    # What is written afterwards has not been looked over.
    await steps.wrote(surface, "colleague", "Kommunen mener noe nytt om Bjørkeli.")
    with pytest.raises(NotAllowed, match="Se over den anonymiserte kopien først"):
        await fetched(surface, "secretary", "uenighet-anonymisert")
    assert "Kopien er i orden" in labels(await steps.shown(surface, "secretary", Do.CHECK))
    assert await steps.kinds(surface.world) == ["opened", "wrote", "wrote", "shown", "masked", "checked", "wrote"]


async def test_words_that_two_take_out_at_once_all_go(surface: FakeSurface) -> None:
    await _told(surface)
    first = form(await steps.press(surface, "secretary", Do.MASK))
    second = form(await steps.press(surface, "deputy", Do.MASK))
    await surface.submit("secretary", first, {"others": "Bjørkeli"})
    await surface.submit("deputy", second, {"others": "samme dag"})
    assert (await steps.of(surface.world)).row.masked_words == ["samme dag", "Bjørkeli"]
    again = form(await steps.press(surface, "deputy", Do.MASK))
    assert values(again)["others"] == "samme dag\nBjørkeli"
    await surface.submit("deputy", again, {"others": "Bjørkeli"})
    assert (await steps.of(surface.world)).row.masked_words == ["Bjørkeli"]


async def test_before_the_parties_read_each_other_there_is_no_copy_to_look_over(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "member", OURS)
    refused = await steps.shown(surface, "secretary", Do.CHECK)
    assert "når begge partene har skrevet" in refused.title
    assert "Se over anonymisert kopi" not in labels(await steps.shown(surface, "secretary"))


async def test_long_texts_are_looked_over_a_page_at_a_time(surface: FakeSurface) -> None:
    await steps.opened(surface)
    await steps.wrote(surface, "member", "Vi mener at dette er slik. " * 100, "Vi ber om det. " * 180)
    await steps.wrote(surface, "colleague", "Vi mener noe annet. " * 140, "Vi ber om noe annet. " * 130)
    first = await steps.shown(surface, "secretary", Do.CHECK)
    assert len(first.sections) == 8
    second = message(await surface.press("secretary", first, "Neste"))
    assert second.text.endswith("Nummer 9 til 11.")
    whole = " ".join(section.text for section in (*first.sections, *second.sections))
    assert whole.count("Vi ber om noe annet.") == 130
    assert button_called(second, "Forrige")


# --- a committee's own --------------------------------------------------------------------------------------------


async def test_a_committee_may_have_templates_of_its_own(surface: FakeSurface) -> None:
    world = surface.world
    await steps.opened(surface)
    await steps.both_wrote(surface)
    made = Document()
    made.add_paragraph("Vår egen mal: {{ sak }}{% for part in parter %} {{ part.part }}{% endfor %}")
    content = io.BytesIO()
    made.save(content)
    async with world.database.transaction() as session:
        owner, by = world.committees["fsu"], world.people["secretary"]
        now = surface.clock.now()
        await convocations.put_template(session, owner, PROTOCOL.name, content.getvalue(), "egen.docx", by, now)
    assert (await text(surface, "member", "uenighet")).startswith("Vår egen mal: 1/2026")
    assert {kind.name for kind in (PROTOCOL, COPY, ANONYMISED)} <= set(TEMPLATES.kinds)

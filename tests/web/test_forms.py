"""Forms on the page: kept, checked, sent once, found again."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.web.messenger import address_of
from handlers import capabilities
from handlers.messages.message import Message
from storage.database import Database
from tests.clock import FixedClock
from tests.web.conftest import Site, answered, lines, serve
from tests.web.markup import Element
from tests.world import World

FILLED: dict[str, Any] = {"one": "b", "some": ["a", "b"], "number": "20", "agreed": ["false", "true"]}


def errors(line: Element) -> list[str]:
    return [item.words.removeprefix("Feil: ") for item in line.all("p", class_="error")]


async def test_a_dialog_from_beginning_to_end_in_one_line(site: Site) -> None:
    window = site.window("member")
    first = await window.say("/alt Felles opplæring")
    assert first.one("p", class_="step").words == "Steg 1 av 3"
    second = answered(await window.send_form(first, **FILLED))
    third = answered(await window.send_form(second, more="Mer & <mer>"))
    assert third.one("h2").text == "Se over"
    assert [item.text for item in third.all("dd")] == ["Felles opplæring", "Mer & <mer>"]
    receipt = answered(await window.send_form(third))
    assert receipt.one("h2").text == "Takk"
    assert {first["id"], second["id"], third["id"]} == {receipt["id"]}
    assert not list((await window.page()).one("ol").all("form"))


async def test_errors_stand_at_their_fields_and_what_was_typed_stays(site: Site) -> None:
    window = site.window("member")
    form = await window.say("/alt")
    again = answered(
        await window.send_form(form, line="Opplæring 👩‍⚕️", number="tusen", lines="a\n  b", day="2026-12-03")
    )
    assert errors(again) == ["Skriv et helt tall, for eksempel 20.", "Velg noe under «Ett valg»."]
    again = answered(await window.send_form(again, one="a"))
    assert errors(again) == ["Skriv et helt tall, for eksempel 20."]
    typed = dict(again.one("form").sends())
    assert typed["value.line"] == "Opplæring 👩‍⚕️"
    assert typed["value.number"] == "tusen"
    assert typed["value.lines"] == "a\r\n  b"
    assert typed["value.day"] == "2026-12-03"
    shown = lines(await window.page())[-1]
    assert errors(shown) == errors(again)
    assert dict(shown.one("form").sends()) == typed


async def test_three_thousand_and_one_characters_are_said_and_kept(site: Site) -> None:
    window = site.window("member")
    form = await window.say("/alt Tittel")
    text = "x" * 2990 + "👩‍⚕️" * 3
    assert len(text) > 3000
    again = answered(await window.send_form(form, **{**FILLED, "lines": text}))
    assert len(errors(again)) == 1
    assert str(len(text)) in errors(again)[0]
    assert dict(again.one("form").sends())["value.lines"] == text


async def test_submitting_twice_has_the_effect_of_once(site: Site) -> None:
    window = site.window("member")
    line = await window.say("/vis")
    form = answered(await window.press(line, "Spør om mer"))
    answers = await asyncio.gather(*(window.send_form(form, question="Hvor mange?") for _i in range(3)))
    assert {answered(answer).one("h2").text for answer in answers} == {"Spurt"}
    assert {answered(answer)["id"] for answer in answers} == {form["id"]}


async def test_a_late_second_press_does_not_cover_what_came_after(site: Site) -> None:
    """The receipt has been updated since («satt på sakslisten»); the stored first receipt must not come back."""
    window = site.window("member")
    form = answered(await window.press(await window.say("/vis"), "Spør om mer"))
    await window.send_form(form, question="Hvor mange?")
    await site.chat.messenger.update(
        address_of(window.person_id), {"entry": int(form["data-entry"])}, Message(title="Besvart")
    )
    assert answered(await window.send_form(form, question="Hvor mange?")).one("h2").text == "Besvart"
    assert lines(await window.page())[-1].one("h2").text == "Besvart"


async def test_back_and_cancel(small_site: Site) -> None:
    window = small_site.window("member")
    first = await window.say("/alt Tittel")
    second = answered(await window.send_form(first, **FILLED))
    back = answered(await window.send_form(second, intent="back", more="halvveis"))
    assert back.one("h2").text == "Alt på én gang"
    assert dict(back.one("form").sends())["value.line"] == "Tittel"
    second = answered(await window.send_form(back))
    assert dict(second.one("form").sends())["value.more"] == "halvveis"
    third = answered(await window.send_form(second))
    assert answered(await window.send_form(third, intent="cancel")).one("h2").text == "Ikke sendt inn"


async def test_a_closed_window_loses_nothing(site: Site) -> None:
    """What is typed is saved while one types; a reload shows it, and so does the command after a restart."""
    window = site.window("member")
    form = await window.say("/alt")
    answer = await window.send_form(form, intent="save", line="Felles", found=["3", "4"], agreed=["false", "true"])
    assert (answer["status"], answer["lines"], answer["answer"]) == (200, [], None)
    again = lines(await window.page())[-1]
    assert again["data-revision"] == form["data-revision"]  # an open page is not drawn anew under the fingers
    sent = again.one("form").sends()
    assert ("value.line", "Felles") in sent
    assert [value for name, value in sent if name == "value.found"] == ["3", "4"]
    assert sent[-1] == ("value.agreed", "true")
    assert (await window.say("/alt")).one("h2").text == "Fortsett der du slapp?"


async def test_a_name_that_was_typed_and_not_chosen_is_searched_for(site: Site) -> None:
    window = site.window("member")
    form = await window.say("/alt Hei")

    async def typed(form: Element, query: str, **more: Any) -> Element:
        sent = [pair for pair in form.one("form").sends() if pair[0] != "query.found"]
        return answered(await window.post("submit", [*sent, ("value.one", "a"), ("query.found", query), *more.items()]))

    shown = await typed(form, "Kari", intent="next")
    assert errors(shown) == ["Ingen treff på «Kari». Prøv et annet ord, eller tøm søkefeltet."]
    field = shown.one("div", data_search="found")
    assert field.one("input", role="combobox")["value"] == "Kari"
    shown = await typed(shown, "nummer 17", intent="next")
    field = shown.one("div", data_search="found")
    assert "unseen" not in (field.one("p", role="status").attributes.get("class") or "")
    assert field.one("p", role="status").words.startswith("13 treff på «nummer 17».")
    hits = [item["data-value"] for item in field.one("ul", role="listbox").all("li")]
    assert hits[:2] == ["17", "117"]
    # A reload shows the same.
    reloaded = lines(await window.page())[-1].one("div", data_search="found")
    assert reloaded.one("input", role="combobox")["value"] == "nummer 17"
    shown = await typed(shown, "nummer 117", intent="next")
    assert shown.one("h2").text == "Litt til"
    back = answered(await window.send_form(shown, intent="back"))
    assert [value for name, value in back.one("form").sends() if name == "value.found"] == ["117"]


async def test_what_is_being_searched_for_is_saved_while_one_types(small_site: Site) -> None:
    window = small_site.window("member")
    form = await window.say("/alt")
    sent = [pair for pair in form.one("form").sends() if pair[0] != "query.found"]
    await window.post("submit", [*sent, ("query.found", "Kar"), ("intent", "save")])
    field = lines(await window.page())[-1].one("div", data_search="found")
    assert field.one("input", role="combobox")["value"] == "Kar"


async def test_a_new_text_beside_a_draft_is_asked_about(small_site: Site) -> None:
    window = small_site.window("member")
    await window.say("/alt Gammel")
    asked = await window.say("/alt Ny")
    assert "Gammel" in asked.text
    assert "Ny" in asked.text
    shown = answered(await window.send_form(asked, "overwrite"))
    assert ("value.line", "Ny") in shown.one("form").sends()


async def test_labels_of_searched_options_are_kept_with_the_draft(small_site: Site) -> None:
    window = small_site.window("member")
    form = await window.say("/alt")
    sent = [*form.one("form").sends(), ("value.found", "3"), ("label.found", "Eksempel Tre"), ("intent", "save")]
    await window.post("submit", sent)
    chosen = lines(await window.page())[-1].one("div", data_search="found").one("ul", class_="chosen")
    assert chosen.one("li").words == "Eksempel Tre ×Fjern Eksempel Tre"


async def test_a_draft_is_open_in_one_place(site: Site) -> None:
    window = site.window("member")
    first = await window.say("/alt Tittel")
    answer = await window.post("command", [("text", "/alt")])
    assert len(answer["lines"]) == 3
    shown = {item["id"]: item for item in lines(await window.page())}
    assert shown[first["id"]].words == "Skjemaet er lenger ned."
    assert len([item for item in shown.values() if list(item.all("form"))]) == 1


async def test_a_form_that_is_gone_says_so_and_keeps_what_was_typed(site: Site, clock: FixedClock) -> None:
    window = site.window("member")
    form = await window.say("/alt")
    clock.forward(timedelta(days=15))  # longer than a draft is kept
    answer = await window.send_form(form, line="mye arbeid", one="b")
    assert (answer["status"], answer["again"], answer["lines"]) == (409, False, [])
    assert answer["error"].startswith("Skjemaet er ikke lenger åpent.")
    typed = lines(await window.page())[-1].one("form").sends()
    assert {("value.line", "mye arbeid"), ("value.one", "b")} <= set(typed)


async def test_a_window_that_was_not_told_does_not_write_into_the_next_form(site: Site) -> None:
    window = site.window("member")
    old = await window.say("/alt Tittel")
    new = answered(await window.send_form(await window.say("/alt"), intent="restart"))
    sent = [pair for pair in old.one("form").sends() if pair[0] not in ("entry", "value.line")]
    sent += [("entry", new["data-entry"]), ("value.line", "fra det gamle vinduet")]
    for intent in ("next", "save"):
        assert (await window.post("submit", [*sent, ("intent", intent)]))["status"] == 409
    assert lines(await window.page())[-1].one("form").sends() == new.one("form").sends()


async def test_somebody_elses_form_cannot_be_sent(site: Site) -> None:
    form = await site.window("member").say("/alt Hemmelig")
    other = site.window("colleague")
    answer = await other.send_form(form)
    assert answer["status"] == 409
    assert "hører til en annen" in answer["error"]
    assert "Hemmelig" not in (await other.page()).text


async def test_searching_among_many_options(small_site: Site) -> None:
    window = small_site.window("member")
    token = (await window.say("/alt")).one("input", name="token")["value"]
    found = await window.post("search", [("token", token), ("field", "found"), ("query", "NUMMER 17\x00 ")])
    assert [item["value"] for item in found["options"]] == [
        "17",
        "117",
        *(str(number) for number in range(170, 180)),
        "217",
    ]
    everything = await window.post("search", [("token", token), ("field", "found"), ("query", "")])
    assert len(everything["options"]) == 100
    nothing = await window.post("search", [("token", token), ("field", "line"), ("query", "")])
    assert nothing["options"] == []
    gone = await window.post("search", [("token", "a.b.c"), ("field", "found"), ("query", "")])
    assert (gone["status"], "options" in gone) == (409, False)


async def test_a_form_that_is_cancelled_with_a_word_is_closed_where_it_stands(
    database: Database, world: World, clock: FixedClock
) -> None:
    async with serve(database, world, clock, registry=capabilities.registry()) as served:
        window = served.window("member")
        form = await window.say("/sak Felles opplæring")
        done = await window.say("avbryt")
        assert done.one("h2").text == "Ikke sendt inn"
        before = next(item for item in lines(await window.page()) if item["id"] == form["id"])
        assert before.words == "Skjemaet er lukket."
        # The draft is kept, and can be thrown away from there.
        gone = answered(await window.press(done, "Slett utkastet"))
        assert gone.one("h2").text == "Utkastet er slettet."
        assert (await window.say("/sak")).one("h2").text == "Hva gjelder saken?"

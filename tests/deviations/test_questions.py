"""The unit asks, the reporter answers or adds something; and a reporter who has left."""

from datetime import timedelta

from tests.deviations import steps
from tests.surface import FakeSurface, errors, facts, form, labels, message


async def test_a_question_is_asked_and_answered(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    shown = await steps.notice(surface, "nurse")
    asked = form(await surface.press("nurse", shown, "Be om opplysninger"))
    assert errors(form(await surface.submit("nurse", asked, {"question": " "})))["question"].startswith("Fyll ut")
    await surface.submit("nurse", asked, {"question": "Når ringte dere?"})
    told = await steps.news(surface, "clinician")
    assert (told.title, told.text) == ("Hjemmetjenesten spør om AVV-2026-0001", "Når ringte dere?")
    own = await steps.receipt(surface)
    assert (own.text, facts(own)["Status"]) == ("Når ringte dere?", "Venter på svar fra deg")
    waiting = await steps.notice(surface, "nurse")
    assert facts(waiting)["Status"] == "Venter på svar fra melderen"
    assert "Be om opplysninger" not in labels(waiting)

    reply = form(await surface.press("clinician", own, "Svar"))
    assert reply.fields[1].label == "Når ringte dere?"
    await surface.submit("clinician", reply, {"answer": "Klokken ti."})
    told = await steps.news(surface, "nurse")
    assert (told.title, told.text) == ("Svar fra melderen: AVV-2026-0001", "Klokken ti.")
    assert facts(await steps.notice(surface, "nurse"))["Status"] == "Eksempel Nurse har tatt saken"
    assert await steps.kinds(surface, added) == ["reported", "questioned", "replied"]
    late = message(await surface.press("clinician", own, "Svar"))
    assert late.title.startswith("Spørsmålet er ikke lenger åpent.")


async def test_the_button_to_answer_goes_everywhere_once_it_is_answered(surface: FakeSurface) -> None:
    """In the news of the question, in the receipt, and in a reminder that has other reports too."""
    asked, other = await steps.report(surface), await steps.report(surface)
    for number in (asked, other):
        shown = await steps.opened(surface, "nurse", number)
        await steps.fill_in(surface, "nurse", shown, "Be om opplysninger", question="Når ringte dere?")
    surface.clock.forward(timedelta(days=14))
    await surface.worker.do_chores()

    async def with_button(deviation_id: int) -> list[str]:
        inbox = await surface.inbox("clinician")
        return [
            item.title
            for item in inbox
            if any(
                button.action == "avvik.svar" and button.arguments["deviation"] == str(deviation_id)
                for button in item.buttons_within()
            )
        ]

    everywhere = await with_button(other)
    assert len(await with_button(asked)) == len(everywhere) == 3
    await steps.fill_in(surface, "clinician", await steps.opened(surface, "clinician", asked), "Svar", answer="Ti.")
    assert await with_button(asked) == []
    assert await with_button(other) == everywhere, "the other question is open still"


async def test_a_question_that_was_overtaken_has_no_button_either(surface: FakeSurface) -> None:
    await steps.report(surface)
    shown = await steps.notice(surface, "nurse")
    await steps.fill_in(surface, "nurse", shown, "Be om opplysninger", question="Når ringte dere?")
    answer = {"finding": "Funnet.", "measure": "Gjort."}
    await steps.fill_in(surface, "nurse", await steps.notice(surface, "nurse"), "Svar og avslutt", **answer)
    assert not any("Svar" in labels(item) for item in await surface.inbox("clinician"))


async def test_only_the_reporter_answers(surface: FakeSurface) -> None:
    await steps.report(surface)
    await steps.fill_in(surface, "nurse", await steps.notice(surface, "nurse"), "Be om opplysninger", question="Hva?")
    for action in ("avvik.svar", "avvik.tillegg"):
        for somebody in ("nurse", "manager", "chief"):
            refused = message(await steps.press(surface, somebody, action, deviation="1"))
            assert refused.title == "Bare den som meldte avviket, kan gjøre dette."
        refused = message(await steps.press(surface, "surgeon", action, deviation="1"))
        assert refused.title.startswith("Dette avviket er ikke blant dem du kan se")


async def test_one_question_at_a_time(surface: FakeSurface) -> None:
    await steps.report(surface, "carer", "ortho")
    first = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Be om opplysninger"))
    also = form(await surface.press("registrar", await steps.opened(surface, "registrar", 1), "Be om opplysninger"))
    await surface.submit("surgeon", first, {"question": "Hvem?"})
    refused = form(await surface.submit("registrar", also, {"question": "Hvor?"}))
    assert refused.errors[0].startswith("Eksempel Surgeon har tatt saken.")
    assert refused.fields[1].value == "Hvor?"


async def test_the_reporter_adds_something_unasked(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    old = await steps.notice(surface, "nurse")
    await steps.fill_in(surface, "clinician", await steps.receipt(surface), "Legg til opplysninger", text="Også i går.")
    told = await steps.news(surface, "nurse")
    assert (told.title, told.text) == ("Nytt fra melderen: AVV-2026-0001", "Også i går.")
    # What was added does not make the buttons of the message old.
    assert "tok saken" in message(await surface.press("nurse", old, "Ta saken")).text
    history = (await steps.opened(surface, "nurse", added)).sections[-1].text
    assert "Eksempel Clinician la til: Også i går." in history


async def test_a_closed_report_waits_for_nothing(surface: FakeSurface) -> None:
    await steps.report(surface)
    own = await steps.receipt(surface)
    opened = form(await surface.press("clinician", own, "Legg til opplysninger"))
    answer = {"finding": "Funnet.", "measure": "Gjort."}
    await steps.fill_in(surface, "nurse", await steps.notice(surface, "nurse"), "Svar og avslutt", **answer)
    refused = message(await surface.submit("clinician", opened, {"text": "Jo, og så …"}))
    assert refused.title.startswith("Enheten venter ikke på noe fra deg. Eksempel Nurse besvarte saken")
    assert facts(refused)["Hva vil du legge til?"] == "Jo, og så …"
    # What they thought of the answer is not why.
    await surface.press("clinician", await steps.receipt(surface), "Svaret hjalp ikke")
    late = message(await surface.press("clinician", own, "Legg til opplysninger"))
    assert late.title.startswith("Enheten venter ikke på noe fra deg. Eksempel Nurse besvarte saken")


async def test_a_reporter_who_left_is_not_asked_and_gets_nothing(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    shown = await steps.notice(surface, "nurse")
    await surface.arrive()
    await steps.leaves(surface, "clinician")
    seen = len(await surface.inbox("clinician"))
    sent, updated = surface.messenger.sends, surface.messenger.updates
    refused = message(await surface.press("nurse", shown, "Be om opplysninger"))
    assert refused.title.startswith("Melderen har sluttet og kan ikke svare.")
    opened = await steps.opened(surface, "nurse", added)
    assert "Be om opplysninger" not in labels(opened)
    assert facts(opened)["Meldt av"] == "Eksempel Clinician, Eksempel sykehus (har sluttet)"
    done = await steps.fill_in(surface, "nurse", opened, "Svar og avslutt", finding="Funnet.", measure="Gjort.")
    assert "besvarte saken" in message(done).text
    assert len(await surface.inbox("clinician")) == seen
    assert (surface.messenger.sends, surface.messenger.updates) == (sent, updated + 1)

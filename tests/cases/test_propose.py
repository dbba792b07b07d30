"""`/sak` from the command to the receipt, and what can go wrong on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.cases.propose import PROPOSE
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Form, Intent
from storage.tables import AgendaItem, Committee, Meeting
from tests.cases.steps import WHAT, propose, to_how, to_summary
from tests.deviations.steps import context_of
from tests.surface import FakeSurface, button_called, errors, facts, form, labels, message, values


async def test_a_case_is_proposed_and_everybody_concerned_hears_of_it(surface: FakeSurface) -> None:
    receipt = await propose(surface, minutes="20", conclusion="FSU slutter seg til planen.")
    assert facts(receipt)["Status"] == "Venter på sekretariatet"
    assert facts(receipt)["Type"] == "Orientering, Drøfting"
    assert "Eksempel Deputy, Eksempel Secretary" in receipt.text
    assert "21. september 2026" in receipt.text
    assert labels(receipt) == ["Endre", "Trekk saken"]
    for secretary in ("secretary", "deputy"):
        (notice,) = await surface.inbox(secretary)
        assert notice.title == "Forslag til sak: Felles opplæring i utskrivning"
        assert labels(notice) == [
            "Sett på sakslisten",
            "Be om mer",
            "Ta senere",
            "Send til annet utvalg",
            "Send tilbake",
            "Endre teksten",
            "Innsyn og arkiv",
        ]
    assert await surface.inbox("colleague") == []


async def test_the_surface_shows_the_receipt_and_the_worker_leaves_it_alone(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    assert receipt.delivery_key
    assert await surface.inbox("member") == []
    # The surface never said that it was shown (it crashed): then the worker does it.
    surface.clock.forward(timedelta(seconds=20))
    assert [item.title for item in await surface.inbox("member")] == [receipt.title]


async def test_a_surface_that_does_not_last_gets_the_receipt_sent(surface: FakeSurface) -> None:
    me = surface.world.sender("member", lasting=False)
    shown = await to_summary(surface)
    await surface.bot.submit(me, shown.token, {})
    assert len(await surface.inbox("member")) == 1


async def test_what_was_typed_after_the_command_is_the_title(surface: FakeSurface) -> None:
    shown = await surface.open("member", "/sak   Felles   kurs")
    assert values(shown)["title"] == "Felles kurs"


async def test_a_person_proposes_only_where_they_may(surface: FakeSurface) -> None:
    shown = await surface.open("member", "sak")
    assert [option.label for option in shown.fields[0].options] == [
        "Faglig samarbeidsutvalg (FSU)",
        "Samarbeidsforum rus og psykisk helse",
    ]
    assert [option.label for option in (await surface.open("observer", "sak")).fields[0].options] == [
        "Samarbeidsforum rus og psykisk helse"
    ]
    refused = form(await surface.submit("member", shown, {**WHAT, "committee": str(surface.world.committees["au"])}))
    assert "tar ikke lenger imot forslag fra deg" in errors(refused)["committee"]


async def test_somebody_who_may_propose_nowhere_is_told_what_to_do(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Committee).values(proposals_from="members"))
    reply = message(await surface.say("clinician", "sak Mitt forslag"))
    assert "koordinatoren" in reply.text
    assert reply.small == "Mitt forslag"


@pytest.mark.parametrize("title", ["", "   ", "\u200b\n"])
async def test_an_empty_title_says_what_to_do(surface: FakeSurface, title: str) -> None:
    shown = await surface.open("member", "sak")
    again = form(await surface.submit("member", shown, {"title": title, "purpose": "Beholdes"}))
    assert errors(again)["title"] == "Fyll ut «Tittel»."
    assert values(again)["purpose"] == "Beholdes"


async def test_a_title_of_3001_characters_is_kept_and_explained(surface: FakeSurface) -> None:
    long = "å" * 3001
    shown = await surface.open("member", "sak")
    again = form(await surface.submit("member", shown, {**WHAT, "committee": "1", "title": long}))
    assert "3001 tegn" in errors(again)["title"]
    assert values(again)["title"] == long


async def test_a_long_text_after_the_command_becomes_the_purpose_uncut(surface: FakeSurface) -> None:
    long = "ø" * 3001
    shown = await surface.open("member", f"sak {long}")
    assert values(shown)["purpose"] == long
    assert not values(shown)["title"]
    again = form(await surface.submit("member", shown, {**WHAT, "purpose": long, "committee": "1"}))
    assert "3001 tegn" in errors(again)["purpose"]


async def test_markup_in_a_title_is_stored_as_it_was_written(surface: FakeSurface) -> None:
    first = await surface.open("member", "sak <!channel> og [x](http://evil) 👩‍⚕️")
    assert values(first)["title"] == "<!channel> og [x](http://evil) 👩‍⚕️"


async def test_a_committee_removed_while_the_form_was_open(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Committee)
            .where(col(Committee.id) == surface.world.committees["fsu"])
            .values(removed_at=surface.clock.now())
        )
    again = form(await surface.submit("member", shown))
    assert "tar ikke lenger imot forslag" in errors(again)["committee"]
    assert values(again)["title"] == WHAT["title"]
    assert await _count(surface) == 0


async def test_a_deadline_that_passed_while_the_form_was_open(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    surface.clock.forward(timedelta(days=6, minutes=1))
    again = form(await surface.submit("member", shown))
    assert again.title == "Slik tas saken opp"
    assert "gikk ut" in errors(again)["meeting"]
    assert values(again)["meeting"] == f"m{surface.world.meetings['fsu-2']}"
    done = await surface.submit("member", form(await surface.submit("member", again)))
    assert "31. oktober" in message(done).text


async def test_after_the_deadline_the_next_meeting_is_offered_with_the_reason(surface: FakeSurface) -> None:
    shown = await to_how(surface, "colleague", "au")
    assert values(shown)["meeting"] == f"m{surface.world.meetings['au-2']}"
    assert "Fristen for møtet 16. sep. 2026 gikk ut" in shown.fields[0].label
    options = [option.label for option in shown.fields[1].options]
    assert options[-1] == "16. sep. 2026 – fristen er ute, sekretariatet avgjør"


async def test_the_secretariat_may_still_let_it_in(surface: FakeSurface) -> None:
    await propose(surface, "colleague", "au")
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Slipp inn i møtet 16. sep. 2026")
    (notice,) = await surface.inbox("secretary")
    assert "2026.1" in facts(notice)["Status"]
    assert "16. sep. 2026" in facts(notice)["Status"]


async def test_what_is_looked_over_reads_the_same_afterwards(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    receipt = message(await surface.submit("member", shown))
    before = facts(shown)
    assert before.keys() >= {"Utvalg", "Tittel", "Hensikt", "Type", "Ønsket møte"}
    assert {name: facts(receipt).get(name) for name in before} == before


async def test_asking_to_be_let_in_late_says_so(surface: FakeSurface) -> None:
    late = f"late{surface.world.meetings['au-1']}"
    receipt = await propose(surface, "colleague", "au", meeting=late)
    assert facts(receipt)["Ønsket møte"].endswith("(etter fristen)")


async def test_submit_pressed_twice_makes_one(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    first = await surface.submit("member", shown)
    assert await surface.submit("member", shown) == first
    assert await _count(surface) == 1
    assert len(await surface.inbox("secretary")) == 1


async def test_going_back_from_the_summary_keeps_everything(surface: FakeSurface) -> None:
    shown = await to_summary(surface, minutes="20")
    back = form(await surface.submit("member", shown, {}, "back"))
    assert values(back)["title"] == WHAT["title"]
    how = form(await surface.submit("member", back, {"title": "Ny tittel"}))
    assert values(how)["minutes"] == "20"
    assert facts(form(await surface.submit("member", how)))["Tittel"] == "Ny tittel"


async def test_cancelling_keeps_the_draft(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    kept = message(await surface.submit("member", shown, {}, "cancel"))
    assert kept.title == "Ikke sendt inn"
    again = await surface.open("member", "sak")
    assert again.title == "Fortsett der du slapp?"
    assert form(await surface.submit("member", again)).title == "Se over saken"


async def test_a_wrong_link_is_explained(surface: FakeSurface) -> None:
    shown = await to_how(surface)
    again = form(await surface.submit("member", shown, {"links": "https://example.org/a\njavascript:alert(1)"}))
    assert "javascript:alert(1)" in errors(again)["links"]


async def test_minutes_that_are_no_number(surface: FakeSurface) -> None:
    shown = await to_how(surface)
    assert "20 min" in errors(form(await surface.submit("member", shown, {"minutes": "en stund"})))["minutes"]
    assert "høyst 480" in errors(form(await surface.submit("member", shown, {"minutes": "481"})))["minutes"]


async def test_a_committee_without_meetings(surface: FakeSurface) -> None:
    shown = await to_how(surface, committee="forum")
    assert "ingen møter i planen" in shown.fields[0].label
    assert values(shown)["meeting"] == "any"
    await surface.submit("member", form(await surface.submit("member", shown)))
    (notice,) = await surface.inbox("deputy")
    reply = message(await surface.press("deputy", notice, "Sett på sakslisten"))
    assert "ingen kommende møter" in reply.title


# --- changing and withdrawing ------------------------------------------------------------------------------


async def test_the_proposer_changes_the_case_until_the_deadline(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    change = form(await surface.press("member", receipt, "Endre"))
    assert values(change)["title"] == WHAT["title"]
    how = form(await surface.submit("member", change, {"title": "Bedre tittel"}))
    look = form(await surface.submit("member", how))
    assert look.submit == "Lagre"
    changed = message(await surface.submit("member", look))
    assert facts(changed)["Tittel"] == "Bedre tittel"
    (notice,) = await surface.inbox("secretary")
    assert notice.title == "Forslag til sak: Bedre tittel"
    assert notice.small.startswith("Eksempel Member endret saken")
    surface.clock.forward(timedelta(days=7))
    late = message(await surface.press("member", receipt, "Endre"))
    assert "gikk ut" in late.title


async def test_withdrawing_takes_the_buttons_away(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    assert button_called(receipt, "Trekk saken").confirm is not None
    after = message(await surface.press("member", receipt, "Trekk saken"))
    assert facts(after)["Status"] == "Trukket"
    assert after.replace
    assert labels(after) == []
    (notice,) = await surface.inbox("secretary")
    assert labels(notice) == []
    again = message(await surface.press("member", receipt, "Trekk saken"))
    assert again.title == "Saken er allerede trukket."


async def test_somebody_else_cannot_change_it(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    for label in ("Endre", "Trekk saken"):
        refused = message(await surface.press("colleague", receipt, label))
        assert refused.title == "Bare den som meldte saken, kan gjøre dette."


async def test_a_meeting_that_was_cancelled_while_the_form_was_open(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Meeting)
            .where(col(Meeting.id) == surface.world.meetings["fsu-1"])
            .values(cancelled_at=surface.clock.now())
        )
    again = form(await surface.submit("member", shown))
    assert "er ikke lenger i planen" in errors(again)["meeting"]


async def _count(surface: FakeSurface) -> int:
    async with surface.world.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(AgendaItem)) or 0


# --- a draft is open, and something new is typed -----------------------------------------------------------


async def with_a_draft(surface: FakeSurface, line: str = "sak Ny tittel") -> Form:
    """What is asked when `line` is written beside a draft called «Gammel tittel», with a purpose."""
    first = await surface.open("member", "sak Gammel tittel")
    await surface.submit("member", first, {"purpose": "Et formål"}, "save")
    return await surface.open("member", line)


@pytest.mark.parametrize(
    ("label", "title", "purpose"),
    [
        ("Fortsett med utkastet", "Gammel tittel", "Et formål"),
        ("Bruk den nye teksten", "Ny tittel", "Et formål"),
        ("Begynn på nytt med den", "Ny tittel", None),
    ],
)
async def test_a_new_title_beside_a_draft_is_asked_about_with_both_shown(
    surface: FakeSurface, label: str, title: str, purpose: str | None
) -> None:
    asked = await with_a_draft(surface)
    assert (facts(asked)["Tittel"], facts(asked)["Ny tekst"]) == ("Gammel tittel", "Ny tittel")
    intents: dict[str, Intent] = {asked.submit: "next", **{button.label: button.intent for button in asked.buttons}}
    # By another process: the bot was restarted in the middle.
    restarted = FakeSurface(surface.world, surface.clock, registry())
    shown = form(await restarted.submit("member", asked, {}, intents[label]))
    assert (values(shown)["title"], values(shown)["purpose"]) == (title, purpose)
    # Pressed once more, after something was changed: what the person has written since stays.
    await restarted.submit("member", shown, {"title": "Helt annet"}, "save")
    if label != "Begynn på nytt med den":
        again = form(await restarted.submit("member", asked, {}, intents[label]))
        assert values(again)["title"] == "Helt annet"


async def test_nothing_is_asked_that_need_not_be(surface: FakeSurface) -> None:
    """Without a new text, with the same one, or with one where nothing stands yet."""
    plain = await with_a_draft(surface, "sak")
    same = await surface.open("member", "sak Gammel tittel")
    for shown in (plain, same):
        assert shown.submit == "Fortsett"
        assert "overwrite" not in [button.intent for button in shown.buttons]
    await surface.submit("member", plain, {}, "discard")
    await surface.submit("member", await surface.open("member", "sak"), {"purpose": "Et formål"}, "save")
    fills = await surface.open("member", "sak Ny tittel")
    assert fills.submit == "Fortsett"
    assert "kommer det du skrev nå, inn i det" in fills.intro
    assert values(form(await surface.submit("member", fills)))["title"] == "Ny tittel"


async def test_a_button_of_a_question_asked_before_does_as_it_did(surface: FakeSurface) -> None:
    """«Fortsett» and «Begynn på nytt», as they were drawn before there was a third way."""
    asked = await with_a_draft(surface)
    shown = form(await surface.bot.submit(surface.world.sender("member"), asked.token, {}, "resume"))
    assert values(shown)["title"] == "Gammel tittel"
    shown = form(await surface.bot.submit(surface.world.sender("member"), asked.token, {}, "restart"))
    assert values(shown)["title"] == "Ny tittel"


async def test_nothing_that_is_no_text_is_shown_as_one(surface: FakeSurface) -> None:
    """A form that begins with choices too (a pattern that becomes a case)."""
    await with_a_draft(surface)
    async with surface.world.database.transaction() as session:
        context = await context_of(surface, session, "member")
        given = {"title": "Mønster", "types": ["D", "B"], "committee": str(surface.world.committees["fsu"])}
        asked = await conversation.start(context, PROPOSE, {}, given)
    assert [fact.value for fact in asked.facts if fact.label == "Ny tekst"] == ["Mønster"]

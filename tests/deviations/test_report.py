"""`/avvik` from the command to the receipt, and what can go wrong on the way."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from config.translations import catalogs
from handlers.deviations.reporting import forms
from handlers.deviations.reporting.report import REPORT
from handlers.deviations.words import CATEGORIES, CONSEQUENCES, UNMARKED
from handlers.dialogs.dialog import Choice, Choices, Form, Note
from handlers.writing import language
from handlers.writing.typed import typed
from storage.tables import Deviation, DeviationCategory, Organisation, Person, Unit, UnitAlias, UnitStaff, Workplace
from tests.deviations.walk import DESCRIPTION, HAPPENED, OUTCOME, SEND, WHAT, report, to_happened, to_outcome, to_send
from tests.identity_numbers import KINDS
from tests.surface import FakeSurface, errors, facts, form, labels, message, values

NUMBER = KINDS["fødselsnummer"](random.Random(4))


async def the_only(surface: FakeSurface) -> Deviation:
    async with surface.world.database.transaction() as session:
        found = list(await session.scalars(select(Deviation)))
        assert len(found) == 1
        return found[0]


async def count(surface: FakeSurface) -> int:
    async with surface.world.database.transaction() as session:
        return int(await session.scalar(select(func.count()).select_from(Deviation)) or 0)


async def change(surface: FakeSurface, table: Any, key: str, **changes: Any) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(table).where(col(table.key) == key).values(**changes))


async def add_units(surface: FakeSurface, names: Sequence[str]) -> None:
    """More units in the municipality."""
    async with surface.world.database.transaction() as session:
        municipality = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == "municipality"))
        session.add_all(
            Unit(organisation_id=municipality, key=f"u{number}", name=name) for number, name in enumerate(names)
        )


def options(shown: Form, name: str) -> list[str]:
    return [option.label for field in shown.fields if field.name == name for option in field.options]


# --- the quick way -----------------------------------------------------------------------------------------


async def test_the_quick_way_takes_four_screens_and_six_inputs(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    screens, inputs = 0, 0
    answers = {**WHAT, **HAPPENED, **OUTCOME, **SEND, "unit": str(surface.world.units["homecare"])}
    reply: Any = shown
    while isinstance(reply, Form):
        screens += 1
        required = [field for field in reply.fields if field.required and not isinstance(field.widget, Note)]
        inputs += len(required)
        given = {field.name: answers.get(field.name, field.value) for field in required}
        reply = await surface.submit("clinician", reply, given)
    assert message(reply).title == "AVV-2026-0001: avviket du meldte"
    assert screens <= 4
    assert inputs <= 6
    # The direction was there already.
    assert values(shown)["direction"] == "to_municipality"


async def test_a_report_reaches_the_unit_and_the_receipt_the_reporter(surface: FakeSurface) -> None:
    receipt = await report(surface, when="i går 14.30", consequence="minor", consent="asked")
    assert receipt.delivery_key
    assert "22. september 2026" in receipt.text
    assert facts(receipt)["Sendt til"] == "Hjemmetjenesten, Eksempel kommune"
    (told,) = await surface.inbox("nurse")
    assert told.title == "AVV-2026-0001: Kommunikasjon/dokumentasjon, fra Eksempel sykehus"
    assert DESCRIPTION in str(told)
    stored = await the_only(surface)
    assert stored.description == DESCRIPTION
    assert (stored.direction, stored.consequence, stored.consent) == ("to_municipality", "minor", "asked")
    assert (stored.happened_on and stored.happened_on.isoformat(), stored.happened_clock) == (
        "2026-08-31",
        time(14, 30),
    )
    assert (stored.service, stored.month, stored.status) == ("home_care", "2026-09", "sent")
    assert stored.sent_at == surface.clock.now()
    async with surface.world.database.transaction() as session:
        assert list(await session.scalars(select(col(DeviationCategory.category)))) == ["communication"]


async def test_the_same_from_the_municipality(surface: FakeSurface) -> None:
    shown = await surface.open("carer", "avvik")
    assert values(shown)["direction"] == "to_hospital"
    assert options(shown, "unit") == [
        "Medisinsk avdeling – Eksempel sykehus",
        "Ortopedisk avdeling – Eksempel sykehus",
    ]
    await report(surface, "carer", "ortho", workplace=str(surface.world.units["nursinghome"]))
    stored = await the_only(surface)
    # The municipality's service is the reporter's own.
    assert (stored.direction, stored.service) == ("to_hospital", "institution")


async def test_everything_that_may_be_told_is_stored(surface: FakeSurface) -> None:
    what = {"category_other": "Transport", "service_other": "Dagsenter", "categories": ["medication", "equipment"]}
    shown = await to_happened(surface, **what)
    shown = form(
        await surface.submit(
            "clinician", shown, {**HAPPENED, "when": "31.8 kl. 9", "immediate_measures": "Ringte hjemmetjenesten."}
        )
    )
    outcome = {"consequence": "none", "near_miss": "true", "prevention": "En felles sjekkliste."}
    shown = form(await surface.submit("clinician", shown, outcome))
    assert facts(shown) == {
        "Sendes til": "Hjemmetjenesten – Eksempel kommune",
        "Gjelder": "Legemidler, Hjelpemidler og behandlingshjelpemidler, Annet: Transport",
        "Retning": "Fra sykehus til kommune",
        "Tjeneste i kommunen": "Dagsenter",
        "Når": "mandag 31. august 2026 kl. 09.00",
        "Hva skjedde": DESCRIPTION,
        "Strakstiltak": "Ringte hjemmetjenesten.",
        "Faktisk konsekvens": "Ingen (nesten-hendelse)",
        "Forslag for å hindre gjentakelse": "En felles sjekkliste.",
    }
    receipt = message(await surface.submit("clinician", shown, {"consent": "kin_asked"}))
    # What was looked over reads the same afterwards; the longer texts each have a section there.
    afterwards = {**facts(receipt), **{section.title: section.text for section in receipt.sections}}
    before = {name: value for name, value in facts(shown).items() if name != "Sendes til"}
    assert {name: afterwards.get(name) for name in before} == before
    stored = await the_only(surface)
    assert (stored.service, stored.service_other, stored.category_other) == ("other", "Dagsenter", "Transport")
    assert stored.near_miss
    assert stored.prevention == "En felles sjekkliste."
    async with surface.world.database.transaction() as session:
        found = set(await session.scalars(select(col(DeviationCategory.category))))
    assert found == {"medication", "equipment", "other"}


# --- the first screen --------------------------------------------------------------------------------------


async def test_what_was_typed_after_the_command_is_the_description(surface: FakeSurface) -> None:
    first = await surface.open("clinician", "/avvik Epikrisen   kom ikke.\nIngen ringte.")
    shown = form(await surface.submit("clinician", first, {**WHAT, "unit": str(surface.world.units["homecare"])}))
    assert values(shown)["description"] == "Epikrisen   kom ikke.\nIngen ringte."


async def test_what_somebody_wrote_in_a_message_is_the_description(surface: FakeSurface) -> None:
    me = surface.world.sender("clinician")
    first = form(await surface.bot.shortcut(me, "avvik", "Epikrisen kom ikke.\r\nIngen ringte. "))
    # Slack and Teams may ask twice.
    again = form(await surface.bot.shortcut(me, "avvik", "Epikrisen kom ikke.\nIngen ringte."))
    assert again == first
    shown = form(await surface.submit("clinician", first, {**WHAT, "unit": str(surface.world.units["homecare"])}))
    assert values(shown)["description"] == "Epikrisen kom ikke.\nIngen ringte."


async def test_a_long_message_comes_along_whole_and_the_check_tells(surface: FakeSurface) -> None:
    long = ("Epikrisen kom ikke. " * 200).strip()
    first = form(await surface.bot.shortcut(surface.world.sender("clinician"), "avvik", long))
    shown = form(await surface.submit("clinician", first, {**WHAT, "unit": str(surface.world.units["homecare"])}))
    assert values(shown)["description"] == long
    assert "3999 tegn" in errors(form(await surface.submit("clinician", shown)))["description"]


async def test_another_message_while_a_draft_is_open_asks_which(surface: FakeSurface) -> None:
    await to_outcome(surface)
    reply = form(await surface.bot.shortcut(surface.world.sender("clinician"), "avvik", "Noe helt annet."))
    assert reply.title == "Fortsett der du slapp?"
    assert facts(reply)["Ny tekst"] == "Noe helt annet."


@pytest.mark.parametrize("written", ["", "Det første."])
async def test_what_was_typed_anew_fills_what_stood_empty_in_the_draft_that_is_gone_on_with(
    surface: FakeSurface, written: str
) -> None:
    shown = await to_happened(surface)
    await surface.submit("clinician", shown, {"description": written}, "save")
    resume = await surface.open("clinician", "avvik Det andre.")
    assert facts(resume)["Ny tekst"] == "Det andre."
    again = form(await surface.submit("clinician", resume))
    assert again.title == "Hva skjedde?"
    assert values(again)["description"] == (written or "Det andre.")


async def test_only_the_other_sides_units_are_offered(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    assert options(shown, "unit") == [
        "Hjemmetjenesten – Eksempel kommune (også «Hjemmesykepleien»)",
        "Sykehjemmet – Eksempel kommune",
    ]
    own = {**WHAT, "unit": str(surface.world.units["ortho"])}
    again = form(await surface.submit("clinician", shown, own))
    assert "i din egen virksomhet" in errors(again)["unit"]
    own["direction"] = "to_hospital"
    again = form(await surface.submit("clinician", again, own))
    assert "i din egen virksomhet" in errors(again)["unit"]


async def test_another_direction_offers_other_units_and_must_fit_the_unit(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        other = Organisation(key="hospital2", name="Nabosykehuset", kind="hospital")
        session.add(other)
        await session.flush()
        session.add(Unit(organisation_id=other.id, key="er", name="Akuttmottaket"))
    shown = await surface.open("clinician", "avvik")
    wrong = {**WHAT, "unit": str(surface.world.units["homecare"]), "direction": "to_hospital"}
    again = form(await surface.submit("clinician", shown, wrong))
    assert "passer ikke sammen" in errors(again)["unit"]
    assert options(again, "unit") == ["Akuttmottaket – Nabosykehuset"]
    assert values(again)["categories"] == ["communication"]


async def test_somebody_on_neither_side_chooses_among_all(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        union = Organisation(key="union", name="Eksempelforeningen", kind="other")
        session.add(union)
        await session.flush()
        await session.execute(
            update(Person).where(col(Person.id) == surface.world.people["observer"]).values(organisation_id=union.id)
        )
    shown = await surface.open("observer", "avvik")
    assert not values(shown).get("direction")
    assert len(options(shown, "unit")) == 4
    homecare = str(surface.world.units["homecare"])
    again = form(await surface.submit("observer", shown, {**WHAT, "unit": homecare}))
    assert list(errors(again)) == ["direction"]
    done = form(await surface.submit("observer", again, {"direction": "to_municipality"}))
    assert done.title == "Hva skjedde?"


async def test_a_gp_reports_to_the_hospital_as_a_gp(surface: FakeSurface) -> None:
    await change(surface, Organisation, "municipality", kind="gp")
    shown = await surface.open("carer", "avvik")
    assert (values(shown)["direction"], values(shown)["service"]) == ("to_hospital", "gp")
    assert options(shown, "unit") == [
        "Medisinsk avdeling – Eksempel sykehus",
        "Ortopedisk avdeling – Eksempel sykehus",
    ]
    await report(surface, "carer", "ortho")
    assert (await the_only(surface)).service == "gp"
    # And is reported to, as the rest of the municipality's side.
    assert len(options(await surface.open("clinician", "avvik"), "unit")) == 2


async def test_a_unit_is_found_by_an_older_name_which_is_shown(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    me = surface.world.sender("clinician")
    (found,) = await surface.bot.search(me, shown.token, "unit", "hjemmesyke")
    assert found.label == "Hjemmetjenesten – Eksempel kommune (også «Hjemmesykepleien»)"
    (found,) = await surface.bot.search(me, shown.token, "unit", "eksempel HJEMMETJ")
    assert found.label == "Hjemmetjenesten – Eksempel kommune"
    assert await surface.bot.search(me, shown.token, "unit", "ortopedisk") == []


async def test_the_longest_names_fit_and_are_found_by_every_word(surface: FakeSurface) -> None:
    long = "Avdeling for rehabilitering, hverdagsmestring og forebyggende tjenester i hjemmet for eldre"
    alias = "Seksjon for hjemmebasert oppfølging av kronisk syke i ytre distrikt"
    async with surface.world.database.transaction() as session:
        municipality = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == "municipality"))
        unit = Unit(organisation_id=municipality, key="long", name=long)
        session.add(unit)
        await session.flush()
        session.add(UnitAlias(unit_id=unit.id, alias=alias))
    shown = await surface.open("clinician", "avvik")
    for query in ("eldre kommune", "distrikt", "kronisk eldre eksempel"):
        (found,) = await surface.bot.search(surface.world.sender("clinician"), shown.token, "unit", query)
        assert len(found.label) <= 75
        assert found.label.startswith("Avdeling f")


async def test_long_names_that_differ_at_the_end_are_told_apart(surface: FakeSurface) -> None:
    names = [f"Avdeling for hjemmetjenester og forebyggende helsearbeid, distrikt {where}" for where in ("sør", "nord")]
    await add_units(surface, names)
    shown = options(await surface.open("clinician", "avvik"), "unit")
    assert len(set(shown)) == 4
    assert max(map(len, shown)) <= 75
    shown = options(await surface.open("carer", "avvik"), "workplace")
    assert [sum(f"distrikt {where}" in label for label in shown) for where in ("sør", "nord")] == [1, 1]
    assert max(map(len, shown)) <= 75


async def test_a_few_units_show_as_many_of_their_other_names_as_fit(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        for alias in ("Hjemmehjelpa", "Avdeling for hjelp og pleie hjemme og ute"):
            session.add(UnitAlias(unit_id=surface.world.units["homecare"], alias=alias))
            session.add(UnitAlias(unit_id=surface.world.units["nursinghome"], alias=alias[::-1]))
    first, second = options(await surface.open("clinician", "avvik"), "unit")
    # In alphabetical order, as long as there is room.
    assert first == "Hjemmetjenesten – Eksempel kommune"
    assert second == "Sykehjemmet – Eksempel kommune (også «aplejhemmejH»)"


@pytest.mark.parametrize("count", [9, 120])
async def test_more_units_than_one_sees_at_a_glance_are_searched_by_every_name(
    surface: FakeSurface, count: int
) -> None:
    await add_units(surface, [f"Sone {number:03}" for number in range(count)])
    me = surface.world.sender("clinician")
    shown = await surface.open("clinician", "avvik")
    assert next(field for field in shown.fields if field.name == "unit").searched
    (found,) = await surface.bot.search(me, shown.token, "unit", "hjemmesyke")
    assert found.value == str(surface.world.units["homecare"])
    assert len(await surface.bot.search(me, shown.token, "unit", "")) == min(count + 2, 100)
    (found,) = await surface.bot.search(me, shown.token, "unit", f"sone {count - 1}")
    done = form(await surface.submit("clinician", shown, {**WHAT, "unit": found.value}))
    assert done.title == "Hva skjedde?"


async def test_a_unit_that_was_removed_meanwhile(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    await change(surface, Unit, "homecare", removed_at=surface.clock.now())
    again = form(await surface.submit("clinician", shown, SEND))
    assert "finnes ikke lenger" in errors(again)["unit"]
    assert values(again)["categories"] == ["communication"]
    assert await count(surface) == 0
    # With another unit, the rest is as it was.
    reply: Any = again
    raw: dict[str, Any] = {"unit": str(surface.world.units["nursinghome"])}
    while isinstance(reply, Form):
        reply = await surface.submit("clinician", reply, raw)
        raw = {}
    assert (await the_only(surface)).description == DESCRIPTION


async def test_with_no_unit_to_report_to_it_says_what_to_do(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Unit).values(removed_at=surface.clock.now()))
    reply = message(await surface.say("clinician", "avvik Epikrisen mangler"))
    assert "koordinator" in reply.text
    assert reply.small == "Epikrisen mangler"


async def test_with_units_on_ones_own_side_only_it_says_what_to_do(surface: FakeSurface) -> None:
    await change(surface, Organisation, "municipality", kind="hospital")
    reply = message(await surface.say("clinician", "avvik"))
    assert reply.title == "Det er ingen enhet å melde til ennå"


async def test_a_unit_that_was_closed_while_the_first_screen_stood_open(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    await change(surface, Unit, "homecare", removed_at=surface.clock.now())
    given = {**WHAT, "unit": str(surface.world.units["homecare"])}
    again = form(await surface.submit("clinician", shown, given))
    assert "finnes ikke lenger" in errors(again)["unit"]
    assert options(again, "unit") == ["Sykehjemmet – Eksempel kommune"]
    assert values(again)["categories"] == ["communication"]


async def test_another_category_may_be_told_in_words_and_need_not(surface: FakeSurface) -> None:
    """Only six things are asked of everybody; the description says the rest."""
    receipt = await report(surface, categories=["other"])
    assert facts(receipt)["Gjelder"] == "Annet"


async def test_a_text_for_another_service_than_the_chosen_one(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    wrong = {**WHAT, "unit": str(surface.world.units["homecare"]), "service": "gp", "service_other": "Dagsenter"}
    assert "Annet" in errors(form(await surface.submit("clinician", shown, wrong)))["service_other"]


async def test_no_category_says_what_to_do(surface: FakeSurface) -> None:
    shown = await surface.open("clinician", "avvik")
    again = form(await surface.submit("clinician", shown, {"unit": str(surface.world.units["homecare"])}))
    assert errors(again) == {"categories": "Velg noe under «Hva slags avvik er det?»."}


# --- where one works ---------------------------------------------------------------------------------------


async def test_the_workplace_is_asked_for_once_and_remembered(surface: FakeSurface) -> None:
    shown = await surface.open("carer", "avvik")
    assert not values(shown).get("workplace")
    assert options(shown, "workplace") == ["Hjemmetjenesten (også «Hjemmesykepleien»)", "Sykehjemmet"]
    await report(surface, "carer", "ortho", workplace=str(surface.world.units["nursinghome"]))
    shown = await surface.open("carer", "avvik")
    assert values(shown)["workplace"] == str(surface.world.units["nursinghome"])
    assert values(shown)["service"] == "institution"


async def test_a_workplace_that_is_known_from_the_start_is_chosen(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        session.add(Workplace(person_id=surface.world.people["carer"], unit_id=surface.world.units["homecare"]))
    shown = await surface.open("carer", "avvik")
    assert values(shown)["workplace"] == str(surface.world.units["homecare"])


async def test_a_workplace_is_ones_own(surface: FakeSurface) -> None:
    shown = await surface.open("carer", "avvik")
    ortho = str(surface.world.units["ortho"])
    again = form(await surface.submit("carer", shown, {**WHAT, "unit": ortho, "workplace": ortho}))
    assert list(errors(again)) == ["workplace"]


async def test_the_workplace_is_required_where_leaders_complete(surface: FakeSurface) -> None:
    await change(surface, Organisation, "municipality", leaders_complete=True)
    shown = await surface.open("carer", "avvik")
    given = {**WHAT, "unit": str(surface.world.units["ortho"])}
    again = form(await surface.submit("carer", shown, given))
    assert "lederen din" in errors(again)["workplace"]
    await change(surface, Unit, "homecare", removed_at=surface.clock.now())
    await change(surface, Unit, "nursinghome", removed_at=surface.clock.now())
    # Where there is nothing to choose, nobody is stopped.
    assert form(await surface.submit("carer", again, given)).title == "Hva skjedde?"


# --- what happened -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "day", "at"),
    [
        ("nå", "2026-09-01", time(10)),
        ("i dag", "2026-09-01", None),
        ("natt til mandag kl. 23", "2026-08-30", time(23)),
        ("31/8 2026 14:05", "2026-08-31", time(14, 5)),
        ("", None, None),
        ("vet ikke", None, None),
    ],
)
async def test_when_it_happened_in_ones_own_words(
    surface: FakeSurface, typed: str, day: str | None, at: time | None
) -> None:
    await report(surface, when=typed)
    stored = await the_only(surface)
    assert (stored.happened_on and stored.happened_on.isoformat(), stored.happened_clock) == (day, at)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("på vakta", "Skriv for eksempel «i dag»"),
        ("i morgen", "fram i tid"),
        ("2.9.2026", "fram i tid"),
        ("31. februar", "31. februar finnes ikke i 2026"),
        ("1.9.2023", "mer enn to år siden"),
    ],
)
async def test_a_time_that_cannot_be(surface: FakeSurface, typed: str, said: str) -> None:
    shown = await to_happened(surface)
    again = form(await surface.submit("clinician", shown, {**HAPPENED, "when": typed}))
    assert said in errors(again)["when"]
    assert values(again)["when"] == typed
    assert values(again)["description"] == DESCRIPTION


async def test_what_a_date_became_is_shown_on_the_next_screen(surface: FakeSurface) -> None:
    shown = await to_outcome(surface, when="i helga")
    told = "Det hendte lørdag 29. august 2026 – søndag 30. august 2026. Er det feil, gå tilbake og rett det."
    assert told in [field.label for field in shown.fields]
    shown = form(await surface.submit("clinician", shown, OUTCOME))
    assert facts(shown)["Når"] == "lørdag 29. august 2026 – søndag 30. august 2026"
    await surface.submit("clinician", shown, SEND)
    stored = await the_only(surface)
    assert (str(stored.happened_on), str(stored.happened_last_on)) == ("2026-08-29", "2026-08-30")


async def test_from_one_time_to_another_is_stored_and_shown_as_such(surface: FakeSurface) -> None:
    await report(surface, when="i går mellom 12 og 14")
    stored = await the_only(surface)
    assert (stored.happened_clock, stored.happened_last_clock) == (time(12), time(14))
    shown = message(await surface.say("clinician", f"/avvik {stored.reference}"))
    assert facts(shown)["Når"] == "mandag 31. august 2026 kl. 12.00–14.00"


async def test_of_what_is_not_known_nothing_is_shown_on_the_next_screen(surface: FakeSurface) -> None:
    shown = await to_outcome(surface, when="vet ikke")
    assert not [field for field in shown.fields if "Det hendte" in field.label]
    shown = form(await surface.submit("clinician", shown, OUTCOME))
    assert "Når" not in facts(shown)


async def test_all_that_is_wrong_with_a_screen_is_told_at_once(surface: FakeSurface) -> None:
    shown = await to_happened(surface)
    again = form(await surface.submit("clinician", shown, {"description": "", "when": "i morgen"}))
    assert set(errors(again)) == {"description", "when"}
    again = form(await surface.submit("clinician", shown, {"description": "Pas. Ola Eksempel falt", "when": "31.2"}))
    assert set(errors(again)) == {"description", "when"}


async def test_yesterday_means_the_same_day_when_the_draft_is_sent_tomorrow(surface: FakeSurface) -> None:
    shown = await to_outcome(surface, when="i går")
    surface.clock.forward(timedelta(days=1))
    shown = form(await surface.submit("clinician", shown, OUTCOME))
    assert facts(shown)["Når"] == "mandag 31. august 2026"
    await surface.submit("clinician", shown, SEND)
    stored = await the_only(surface)
    assert stored.happened_on is not None
    assert stored.happened_on.isoformat() == "2026-08-31"


async def test_beside_the_description_stands_what_a_deviation_is_with_an_example_from_each_side(
    surface: FakeSurface,
) -> None:
    shown = await to_happened(surface)
    (note,) = [field.label for field in shown.fields if isinstance(field.widget, Note)]
    for part in ("Et avvik er", "Eksempel fra en kommune:", "Eksempel fra et sykehus:"):
        assert part in note


@pytest.mark.parametrize("text", ["👩‍⚕️🚑😡", "...", "!?!", "– – –", "12", "ok"])
async def test_a_description_without_words(surface: FakeSurface, text: str) -> None:
    shown = await to_happened(surface)
    again = form(await surface.submit("clinician", shown, {"description": text}))
    assert errors(again)["description"] == "Skriv noen få ord om hva som skjedde. Én setning er nok."
    assert values(again)["description"] == text


async def test_a_number_alone_is_no_description_once_it_is_taken_out(surface: FakeSurface) -> None:
    shown = form(await surface.submit("clinician", await to_happened(surface), {"description": NUMBER}))
    assert "ikke lagret" in errors(shown)["description"]
    assert values(shown)["description"] == "[fjernet]"
    assert "Skriv noen få ord" in errors(form(await surface.submit("clinician", shown)))["description"]


async def test_a_description_of_5000_characters_is_kept_and_counted(surface: FakeSurface) -> None:
    long = "Epikrisen kom ikke. " * 250
    shown = await to_happened(surface)
    again = form(await surface.submit("clinician", shown, {"description": long}))
    assert "4999 tegn" in errors(again)["description"]
    assert "3000" in errors(again)["description"]
    assert values(again)["description"] == long.strip()


# --- what came of it, and sending --------------------------------------------------------------------------


async def test_a_near_miss_with_a_consequence(surface: FakeSurface) -> None:
    shown = await to_outcome(surface)
    again = form(await surface.submit("clinician", shown, {"consequence": "minor", "near_miss": "true"}))
    assert "nesten-hendelse" in errors(again)["near_miss"]


async def test_the_last_screen_sums_up_and_can_be_left(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    assert (shown.step_number, shown.step_count) == (4, 4)
    assert shown.submit == "Send"
    assert [button.label for button in shown.buttons] == ["Endre", "Avbryt"]
    left = message(await surface.submit("clinician", shown, SEND, "cancel"))
    assert "/avvik" in left.text
    assert await count(surface) == 0
    resume = await surface.open("clinician", "avvik")
    assert form(await surface.submit("clinician", resume)).title == "Samtykke og sending"


async def test_every_screen_can_be_gone_back_to_and_changed(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    shown = form(await surface.submit("clinician", shown, intent="back"))
    assert shown.title == "Hva gjelder det?"
    changes: list[dict[str, Any]] = [
        {"unit": str(surface.world.units["nursinghome"]), "categories": ["medication"]},
        {"description": "Feil medisinliste fulgte med."},
        {"consequence": "moderate"},
        {"consent": "asked"},
    ]
    reply: Any = shown
    for raw in changes:
        reply = await surface.submit("clinician", reply, raw)
    stored = await the_only(surface)
    assert (stored.unit_id, stored.service) == (surface.world.units["nursinghome"], "institution")
    assert (stored.description, stored.consequence) == ("Feil medisinliste fulgte med.", "moderate")


async def test_a_draft_survives_a_restart(surface: FakeSurface) -> None:
    await to_outcome(surface)
    restarted = FakeSurface(surface.world, surface.clock, surface.bot.registry)
    resume = await restarted.open("clinician", "avvik")
    assert facts(resume)["Kort om hva som skjedde"] == DESCRIPTION
    assert form(await restarted.submit("clinician", resume)).title == "Følger"


async def test_submitting_twice_gives_the_same_receipt_and_one_report(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    first = message(await surface.submit("clinician", shown, SEND))
    second = message(await surface.submit("clinician", shown, SEND))
    assert first == second
    assert await count(surface) == 1


async def test_the_same_submission_twice_at_once_makes_one_report(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    # Teams sends a turn again, with a new id, when the first answer is late.
    receipts = await asyncio.gather(*(surface.submit("clinician", shown, SEND) for _i in range(3)))
    assert len({message(receipt).title for receipt in receipts}) == 1
    assert await count(surface) == 1


NAMED = "Pasienten Eksempel Eksempelsen kom hjem uten epikrise."
BARE = "Eksempel Eksempelsen kom hjem uten epikrise."


@pytest.mark.parametrize(("consent", "reason"), UNMARKED.items())
async def test_a_patient_who_opposes_or_was_not_asked_is_not_named_whatever_the_reporter_says(
    surface: FakeSurface, consent: str, reason: str
) -> None:
    shown = await to_happened(surface)
    asked = form(await surface.submit("clinician", shown, {"description": NAMED}))
    assert "Er dette en pasientopplysning?" in errors(asked)["description"]
    shown = form(await surface.submit("clinician", asked, {"no_patient": "true"}))
    shown = form(await surface.submit("clinician", shown, OUTCOME))
    refused = form(await surface.submit("clinician", shown, {"consent": consent}))
    assert errors(refused) == {
        "description": f"{reason}, så meldingen kan ikke ha kjennetegn. "
        "Ta bort «Pasienten Eksempel Eksempelsen», eller skriv det på en annen måte."
    }
    assert values(refused)["description"] == NAMED
    assert await count(surface) == 0
    # What is taken out there is all that it takes.
    reply: Any = await surface.submit("clinician", refused, {"description": DESCRIPTION})
    while isinstance(reply, Form):
        reply = await surface.submit("clinician", reply)
    stored = await the_only(surface)
    assert (stored.description, stored.consent) == (DESCRIPTION, consent)
    assert message(reply).small.startswith(f"{reason}: oppgi ikke hvem det er i andre kanaler heller.")


@pytest.mark.parametrize("consent", UNMARKED)
@pytest.mark.parametrize(("field", "screen"), [("description", "Hva skjedde?"), ("prevention", "Følger")])
async def test_a_patient_who_opposes_or_was_not_asked_has_every_full_name_asked_about(
    surface: FakeSurface, consent: str, field: str, screen: str
) -> None:
    shown = await to_outcome(surface, **({field: BARE} if field == "description" else {}))
    shown = form(
        await surface.submit("clinician", shown, {**OUTCOME, **({field: BARE} if field == "prevention" else {})})
    )
    assert shown.title == "Samtykke og sending"
    asked = form(await surface.submit("clinician", shown, {"consent": consent}))
    assert asked.title == screen
    assert "«Eksempel Eksempelsen» ser ut som navnet på en pasient" in errors(asked)[field]
    reply: Any = await surface.submit("clinician", asked, {"no_patient": "true"})
    while isinstance(reply, Form):
        reply = await surface.submit("clinician", reply)
    assert (await the_only(surface)).consent == consent


@pytest.mark.parametrize("consent", ["asked", "kin_asked", "no_patient"])
async def test_a_bare_name_is_not_asked_about_with_another_consent(surface: FakeSurface, consent: str) -> None:
    await report(surface, description=BARE, consent=consent)
    assert (await the_only(surface)).description == BARE


@pytest.mark.parametrize("consequence", ["major", "death"])
async def test_a_serious_event_reminds_of_the_statutory_notice(surface: FakeSurface, consequence: str) -> None:
    shown = await to_send(surface, consequence=consequence)
    note = next(field.label for field in shown.fields if isinstance(field.widget, Note))
    assert "spesialisthelsetjenesteloven § 3-3 a" in note
    assert "helse- og omsorgstjenesteloven § 12-3 a" in note
    assert (shown.step_number, shown.step_count) == (4, 4)
    await surface.submit("clinician", shown, {**SEND, "notice_considered": "true"})
    assert (await the_only(surface)).notice_considered_at == surface.clock.now()
    # The unit's leader too, at once.
    assert [item.title for item in await surface.inbox("manager")] == [
        "Alvorlig, AVV-2026-0001: Kommunikasjon/dokumentasjon, fra Eksempel sykehus"
    ]


async def test_the_notice_need_not_be_considered_and_then_the_case_says_so(surface: FakeSurface) -> None:
    receipt = await report(surface, consequence="major")
    assert (await the_only(surface)).notice_considered_at is None
    assert "§ 3-3 a" in receipt.text
    (told,) = await surface.inbox("nurse")
    assert "Ikke krysset av" in str(told)


async def test_an_event_that_is_not_serious_after_all_has_no_notice(surface: FakeSurface) -> None:
    shown = await to_send(surface, consequence="death")
    shown = form(await surface.submit("clinician", shown, {"notice_considered": "true"}, "back"))
    for answers in ({}, {}, {"consequence": "minor"}):
        shown = form(await surface.submit("clinician", shown, answers))
    assert "notice_considered" not in values(shown)
    await surface.submit("clinician", shown, SEND)
    assert (await the_only(surface)).notice_considered_at is None


# --- the nearest leader first ------------------------------------------------------------------------------


async def test_with_leaders_who_complete_it_waits_at_the_nearest_one(surface: FakeSurface) -> None:
    await change(surface, Organisation, "municipality", leaders_complete=True)
    receipt = await report(surface, "carer", "ortho", workplace=str(surface.world.units["homecare"]))
    assert "Hos lederen din" in facts(receipt)["Status"]
    assert await surface.inbox("surgeon") == []
    (told,) = await surface.inbox("manager")
    assert labels(told) == ["Send som den er", "Se over og send"]
    stored = await the_only(surface)
    assert (stored.status, stored.sent_at, stored.due_at) == ("at_leader", None, None)


@pytest.mark.parametrize("why", ["serious", "no leader", "the leader reports", "the leader has left"])
async def test_where_nobody_would_complete_it_is_sent_at_once(surface: FakeSurface, why: str) -> None:
    await change(surface, Organisation, "municipality", leaders_complete=True)
    who = "manager" if why == "the leader reports" else "carer"
    workplace = "nursinghome" if why == "no leader" else "homecare"
    if why == "the leader has left":
        async with surface.world.database.transaction() as session:
            yesterday = surface.clock.now().date() - timedelta(days=1)
            await session.execute(update(UnitStaff).values(valid_to=yesterday))
    await report(
        surface,
        who,
        "ortho",
        workplace=str(surface.world.units[workplace]),
        consequence="major" if why == "serious" else "none",
    )
    assert (await the_only(surface)).status == "sent"


# --- the definitions ---------------------------------------------------------------------------------------


def test_options_begin_with_the_forms_own_words() -> None:
    for offered, words in ((forms.CATEGORY_OPTIONS, CATEGORIES), (forms.CONSEQUENCE_OPTIONS, CONSEQUENCES)):
        assert [option.value for option in offered] == list(words)
        assert all(option.label.startswith(words[option.value]) for option in offered)


@pytest.fixture
def every_language() -> Iterator[None]:
    language.install(catalogs())
    yield
    language.install({})


@pytest.mark.usefixtures("every_language")
def test_every_option_fits_in_every_language() -> None:
    for spoken in language.LANGUAGES:
        with language.speaking(spoken):
            for step in REPORT.every_step:
                for _name, widget, _required in step.widgets():
                    if isinstance(widget, Choice | Choices) and not callable(widget.options):
                        assert [option.label for option in widget.options if len(language._(option.label)) > 75] == []


@pytest.mark.parametrize("consequence", ["minor", "death"])
async def test_no_patient_and_yet_a_consequence(surface: FakeSurface, consequence: str) -> None:
    shown = await to_send(surface, consequence=consequence)
    again = form(await surface.submit("clinician", shown, {"consent": "no_patient"}))
    assert "så en pasient er involvert" in errors(again)["consent"]
    assert await count(surface) == 0


async def test_change_leads_to_the_first_screen(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    assert form(await surface.submit("clinician", shown, intent="back")).step_number == 1


async def test_with_the_wrong_direction_there_are_units_to_choose_all_the_same(surface: FakeSurface) -> None:
    """The only hospital is the reporter's own."""
    shown = await surface.open("clinician", "avvik")
    wrong = {**WHAT, "direction": "to_hospital", "unit": str(surface.world.units["homecare"])}
    again = form(await surface.submit("clinician", shown, wrong))
    assert "Enheten og retningen passer ikke sammen" in errors(again)["unit"]
    assert "Hjemmetjenesten" in str(options(again, "unit"))
    again = form(await surface.submit("clinician", again, {"direction": "to_municipality"}))
    assert again.title == "Hva skjedde?"


@pytest.mark.parametrize(("word", "meant"), [("min", "mine"), ("tal", "tall"), ("direkt", "direkte"), ("Køn", "kø")])
async def test_a_word_that_is_nearly_another_is_no_report(surface: FakeSurface, word: str, meant: str) -> None:
    assert message(await surface.say("clinician", f"/avvik {word}")).title == f"Mente du {typed(f'avvik {meant}')}?"


async def test_help_on_reports(surface: FakeSurface) -> None:
    assert "/avvik direkte" in message(await surface.say("clinician", "/avvik hjelp")).text


@pytest.mark.parametrize("text", ["fall", "Epikrise", "Medisinfeil"])
async def test_a_single_word_may_be_a_description(surface: FakeSurface, text: str) -> None:
    assert (await surface.open("clinician", f"/avvik {text}")).title == "Hva gjelder det?"


async def test_a_new_description_beside_a_draft_is_asked_about(surface: FakeSurface) -> None:
    shown = await to_happened(surface)
    await surface.submit("clinician", shown, {"description": "Det første."}, "save")
    asked = await surface.open("clinician", "avvik Det andre.")
    assert "Det første." in facts(asked).values()
    (intent,) = [button.intent for button in asked.buttons if button.label == "Bruk den nye teksten"]
    again = form(await surface.submit("clinician", asked, {}, intent))
    assert again.title == "Hva skjedde?"
    assert values(again)["description"] == "Det andre."

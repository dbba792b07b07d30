"""A decision that each party takes for itself: sent to the parties, answered by each, and seen by the committee."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from handlers.capabilities import registry
from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import Do as PartyDo
from storage.tables import Conclusion, FollowUpStatus, HowDecided, Minutes, MinutesEntry, MinutesStatus, Organisation
from tests.clock import FixedClock
from tests.decisions.chain import steps
from tests.decisions.chain.steps import PARTIES, PLAN, RECOMMENDED, called, told
from tests.decisions.steps import decide
from tests.surface import FakeSurface, errors, form, labels, message
from tests.world import World


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    await steps.with_parties(world, clock)
    return FakeSurface(world, clock, registry())


async def test_four_parties_are_asked_one_says_no_and_the_committee_hears_when_the_last_has_answered(
    surface: FakeSurface,
) -> None:
    decided = await steps.recommended(surface)
    shown = await steps.send(surface, decided.entry, *PARTIES)
    assert "Sendt til 4 parter." in shown.text
    assert "0 ja, 0 nei, 0 ja med endringer. 4 har ikke svart." in shown.text
    for key in PARTIES:
        asked = await steps.newest(surface, key, f"Tilråding til {called(key)}")
        assert asked.text == RECOMMENDED
        assert labels(asked) == ["Svar på tilrådingen"]
        assert asked.page is not None

    surface.clock.forward(timedelta(days=30))
    said = await steps.answer(surface, "nordre", "yes")
    assert "Takk. Svaret er tatt imot." in said.text
    assert not [title for title in await steps.titles(surface, "secretary") if "sier nei" in title]
    await steps.answer(surface, "søndre", "no", text="Kommunen har ikke råd.")
    no = await steps.newest(surface, "secretary", "sier nei")
    assert no.title == "Søndre Eksempel kommune sier nei til tilrådingen"
    assert no.text == "Kommunen har ikke råd."
    await steps.answer(surface, "vestre", "changes", text="Fra 2028.")
    assert not [title for title in await steps.titles(surface, "secretary") if "Alle har svart" in title]
    await steps.answer(surface, "østre", "yes")
    every = await steps.newest(surface, "secretary", "Alle har svart")
    assert every.title == "Alle har svart på tilrådingen: 2 ja, 1 nei, 1 ja med endringer."
    assert [fact.label for fact in every.facts][:2] == [called("søndre"), called("vestre")]

    picture = told(await steps.picture(surface, decided.entry))
    assert "2 ja, 1 nei, 1 ja med endringer." in picture
    assert "Nei: 1" in picture
    assert "«Kommunen har ikke råd.»" in picture
    for key in PARTIES:
        assert (await steps.legs(surface.world))[key].status == FollowUpStatus.DONE


async def test_all_parties_at_once_and_again_sends_only_to_those_who_have_not_got_it(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    shown = await steps.send(surface, decided.entry)
    # The hospital and the municipality of the small world are parties too.
    assert "Sendt til 5 parter. 1 hadde den fra før." in shown.text
    assert len([title for title in await steps.titles(surface, "nordre") if "Tilråding til" in title]) == 1


async def test_one_answer_bothers_no_other_party(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, *PARTIES)
    await surface.arrive()
    before = surface.messenger.updates
    await steps.answer(surface, "nordre", "yes")
    await surface.arrive()
    assert surface.messenger.updates - before <= 1


async def test_an_answer_may_be_corrected_and_what_it_was_stays_in_the_history(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    surface.clock.forward(timedelta(days=40))
    await steps.answer(surface, "nordre", "no", text="Nei.", on="2026-09-20")
    shown = await steps.newest(surface, "nordre", "har svart på tilrådingen")
    opened = form(await surface.press("nordre", shown, "Rett svaret"))
    assert {field.name: field.value for field in opened.fields}["text"] == "Nei."
    await surface.submit("nordre", opened, {"answer": "yes", "text": ""})
    leg = (await steps.legs(surface.world))["nordre"]
    assert (leg.answer, leg.answer_text) == ("yes", "")
    kinds = [(each.kind, each.note) for each in await steps.events(surface.world, leg.id)]
    assert kinds == [("sent_out", ""), ("answered", "Nei."), ("corrected", "")]
    assert (await steps.events(surface.world, leg.id))[-1].data["before"] == {"answer": "no", "on": "2026-09-20"}
    gone = await steps.newest(surface, "secretary", "sier ikke lenger nei")
    assert gone.title == "Nordre Eksempel kommune sier ikke lenger nei til tilrådingen"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"on": "2026-12-31"}, {"on": "Datoen er ikke kommet ennå. Skriv dagen da vedtaket ble gjort."}),
        ({"on": "2025-09-01"}, {"on": "Datoen er før møtet"}),
        ({"answer": "changes"}, {"text": "Skriv hvilke endringer."}),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_lost(
    surface: FakeSurface, given: dict[str, str], wrong: dict[str, str]
) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    leg = (await steps.legs(surface.world))["nordre"]
    opened = await steps.to_answer(surface, "nordre", leg.id)
    again = form(await surface.submit("nordre", opened, {"answer": "yes", **given}))
    assert {name: text[: len(wrong.get(name, ""))] for name, text in errors(again).items()} == wrong
    assert (await steps.legs(surface.world))["nordre"].answer is None


async def test_only_whoever_answers_for_the_party_may_and_only_the_secretariat_sends(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    leg = (await steps.legs(surface.world))["nordre"]
    for who in ("søndre", "member", "secretary"):
        refused = await steps.press(surface, who, PartyDo.ANSWER, leg=leg.id)
        assert "Bare kontaktpersonen for Nordre Eksempel kommune kan svare" in told(message(refused))
    for who in ("member", "observer", "nordre"):
        for action in (Do.SEND, Do.WRITE_IN, Do.WITHDRAW, Do.AGAIN):
            refused = await steps.press(surface, who, action, entry=decided.entry)
            assert "Bare sekretariatet for Faglig samarbeidsutvalg (FSU)" in told(message(refused))
    assert "Bare de som kan lese vedtakene" in told(await steps.picture(surface, decided.entry, who="nordre"))


async def test_of_two_who_answer_for_a_party_the_second_is_told_of_the_first(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        ids = await steps.organisations(surface.world)
        row = await session.get_one(Organisation, ids["nordre"])
        row.contacts = ["nordre@example.org", "nurse@example.org"]
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    leg = (await steps.legs(surface.world))["nordre"]
    first, second = [await steps.to_answer(surface, who, leg.id) for who in ("nordre", "nurse")]
    await surface.submit("nordre", first, {"answer": "no"})
    shown = message(await surface.submit("nurse", second, {"answer": "yes"}))
    assert "Det er svart for Nordre Eksempel kommune siden du åpnet skjemaet: Nei" in told(shown)
    assert (await steps.legs(surface.world))["nordre"].answer == "no"


async def test_the_secretariat_writes_in_an_answer_that_came_by_letter(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    shown = await steps.picture(surface, decided.entry, who="secretary")
    opened = form(await surface.press("secretary", shown, "Før inn et svar"))
    leg = (await steps.legs(surface.world))["nordre"]
    given = {"party": str(leg.id), "answer": "yes", "source": "Brev fra kommunedirektøren"}
    after = message(await surface.submit("secretary", opened, given))
    assert "Svaret fra Nordre Eksempel kommune er ført inn." in after.text
    event = (await steps.events(surface.world, leg.id))[-1]
    assert (event.kind, event.data["source"], event.actor) == (
        "answered",
        "Brev fra kommunedirektøren",
        "Eksempel Secretary",
    )


async def test_a_party_without_a_contact_is_shown_with_what_to_do(world: World, clock: FixedClock) -> None:
    await steps.with_parties(world, clock, ["nordre", "søndre"], off=["søndre"])
    surface = FakeSurface(world, clock, registry())
    decided = await steps.recommended(surface)
    shown = await steps.send(surface, decided.entry, "nordre", "søndre")
    assert "Ingen kontaktperson er ført opp." in told(shown)
    missing = await steps.newest(surface, "secretary", "har ingen kontaktperson")
    assert missing.title == "1 part har ingen kontaktperson"
    assert "Søndre Eksempel kommune har ikke fått tilrådingen." in missing.text
    ids = await steps.organisations(world)
    async with world.database.transaction() as session:
        (await session.get_one(Organisation, ids["søndre"])).contacts = ["søndre@example.org"]
    await steps.clock_says(surface, minutes=1)
    assert (await steps.newest(surface, "søndre", "Tilråding til")).text == RECOMMENDED
    assert "Ingen part mangler kontaktperson lenger" in await steps.titles(surface, "secretary")


async def test_while_the_minutes_are_put_right_nothing_is_said_to_have_been_settled(
    world: World, clock: FixedClock
) -> None:
    await steps.with_parties(world, clock, ["nordre", "søndre"], off=["søndre"])
    surface = FakeSurface(world, clock, registry())
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    await steps.answer(surface, "nordre", "no")
    await steps.clock_says(surface, minutes=1)
    before = await steps.titles(surface, "secretary")
    assert {"1 part har ingen kontaktperson", "Nordre Eksempel kommune sier nei til tilrådingen"} <= set(before)
    async with world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.REFUSED))
    await steps.clock_says(surface, minutes=3)
    case = f"Faglig samarbeidsutvalg (FSU), sak 1/2026: {PLAN}"
    meanwhile = [each for each in await surface.inbox("secretary") if each.title == f"Referatet rettes: {case}"]
    assert len(meanwhile) == len(before), await steps.titles(surface, "secretary")
    assert [labels(each) for each in meanwhile] == [[]] * len(before), "nothing leads to what does not hold"
    async with world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED))
    await steps.clock_says(surface, minutes=3)
    assert sorted(await steps.titles(surface, "secretary")) == sorted(before)


async def test_a_contact_who_is_on_no_chat_is_shown_as_not_reached(surface: FakeSurface) -> None:
    ids = await steps.organisations(surface.world)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Organisation, ids["nordre"])).contacts = ["mailbox@example.org"]
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    await surface.arrive()
    assert "Eksempel Mailbox er ikke på noen chat og har ikke fått den." in told(
        await steps.picture(surface, decided.entry)
    )


async def test_a_party_that_is_taken_out_is_told_and_not_waited_for(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    await steps.answer(surface, "nordre", "yes")
    shown = await steps.picture(surface, decided.entry, who="secretary")
    opened = form(await surface.press("secretary", shown, "Trekk tilbake fra en part"))
    leg = (await steps.legs(surface.world))["søndre"]
    await surface.submit("secretary", opened, {"parties": [str(leg.id)], "reason": "Angår ikke dere."})
    gone = await steps.newest(surface, "søndre", "venter ikke lenger")
    assert gone.text == "Angår ikke dere."
    assert labels(gone) == []
    assert "Alle har svart på tilrådingen: 1 ja, 0 nei, 0 ja med endringer." in await steps.titles(surface, "secretary")
    refused = await steps.press(surface, "søndre", PartyDo.ANSWER, leg=leg.id)
    assert "Tilrådingen er trukket tilbake. Angår ikke dere." in told(message(refused))


async def test_a_decision_that_is_revoked_while_it_is_out_is_withdrawn_and_each_is_told(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    await steps.answer(surface, "nordre", "yes")
    opened = await steps.to_answer(surface, "søndre", (await steps.legs(surface.world))["søndre"].id)
    later = await decide(surface, "En annen plan", "Planen oppheves.", number=2)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Conclusion, decided.decision)).revoked_by_id = later.decision
    await steps.clock_says(surface, minutes=1)
    gone = await steps.newest(surface, "søndre", "venter ikke lenger")
    assert gone.text == "Vedtaket er opphevet."
    refused = message(await surface.submit("søndre", opened, {"answer": "yes"}))
    assert "Tilrådingen er trukket tilbake. Vedtaket er opphevet." in told(refused)
    answered = (await steps.legs(surface.world))["nordre"]
    assert (answered.answer, answered.status) == ("yes", FollowUpStatus.DONE)
    assert (await steps.legs(surface.world))["søndre"].status == FollowUpStatus.DROPPED


async def _merged(world: World, into: str, *keys: str) -> None:
    ids = await steps.organisations(world)
    async with world.database.transaction() as session:
        for key in keys:
            (await session.get_one(Organisation, ids[key])).merged_into_id = ids[into]


async def test_what_a_party_has_not_answered_goes_to_what_it_became_part_of(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre", "vestre")
    await steps.answer(surface, "nordre", "no")
    await _merged(surface.world, "østre", "nordre", "søndre", "vestre")
    await steps.clock_says(surface, minutes=1)
    legs = await steps.legs(surface.world)
    # What was answered before stands under the old name; two that fall together are one.
    assert legs["nordre"].answer == "no"
    assert legs["østre"].status == FollowUpStatus.OPEN
    assert [key for key, row in legs.items() if row.status == FollowUpStatus.OPEN] == ["østre"]
    assert (await steps.newest(surface, "østre", "Tilråding til")).text == RECOMMENDED
    assert "Tilrådingen venter ikke lenger på svar fra deg" in await steps.titles(surface, "søndre")
    picture = told(await steps.picture(surface, decided.entry))
    assert "0 ja, 1 nei, 0 ja med endringer. 1 har ikke svart." in picture
    await steps.answer(surface, "østre", "yes")
    assert "Alle har svart på tilrådingen: 1 ja, 1 nei, 0 ja med endringer." in await steps.titles(surface, "secretary")


async def test_a_party_that_left_the_partnership_is_not_waited_for(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    await steps.answer(surface, "nordre", "yes")
    ids = await steps.organisations(surface.world)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Organisation, ids["søndre"])).removed_at = surface.clock.now()
    await steps.clock_says(surface, minutes=1)
    assert "Er ikke lenger med i helsefellesskapet: 1" in told(await steps.picture(surface, decided.entry))
    assert "Alle har svart på tilrådingen: 1 ja, 0 nei, 0 ja med endringer." in await steps.titles(surface, "secretary")


async def test_what_is_decided_as_a_recommendation_is_offered_to_be_sent(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    async with surface.world.database.transaction() as session:
        (await session.get_one(MinutesEntry, decided.entry)).how_decided = HowDecided.RECOMMENDED
    await steps.clock_says(surface, days=1)
    offered = await steps.newest(surface, "secretary", "kan sendes til partene")
    opened = form(await surface.press("secretary", offered, "Send som tilråding til parter"))
    await surface.submit("secretary", opened, {"parties": ["alle"]})
    assert "Tilrådingen er sendt til 6 parter" in await steps.titles(surface, "deputy")


def _numbered(count: int) -> Sequence[str]:
    return [f"kommune{number:02}" for number in range(count)]


async def test_sixty_parties_stand_in_one_picture(world: World, clock: FixedClock) -> None:
    keys = _numbered(60)
    await steps.with_parties(world, clock, keys)
    surface = FakeSurface(world, clock, registry())
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, *keys)
    for key in keys[:20]:
        await steps.answer(surface, key, "no" if key.endswith("7") else "yes")
    shown = await steps.picture(surface, decided.entry)
    assert "18 ja, 2 nei, 0 ja med endringer. 40 har ikke svart." in shown.text
    assert [len(section.facts) for section in shown.sections] == [2, 40, 18]
    assert sorted(fact.label for section in shown.sections for fact in section.facts) == sorted(map(called, keys))

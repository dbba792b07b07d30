"""«Meld som avvik» in a message's menu, and `/avvik` among others: what comes along, and who reads it."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage import units
from storage.tables import Deviation, Organisation, Unit
from tests.clock import FixedClock
from tests.deviations.tools import Tools, everything_sent_to, tools
from tests.identity_numbers import KINDS
from tests.slack.standin import Client as OnSlack
from tests.teams.client import Client as OnTeams
from tests.teams.client import in_dialog, inputs, texts
from tests.world import World

NUMBER = KINDS["fødselsnummer"](random.Random(4))
SPREAD = f"{NUMBER[:6]} {NUMBER[6:]}"
COLLEAGUE = "Eksempel Kollega"
KEPT = "Hei, epikrisen for [fjernet] mangler"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


async def the_only(both: Tools) -> Deviation:
    async with both.world.database.transaction() as session:
        return (await session.scalars(select(Deviation))).one()


def stored(both: Tools) -> bytes:
    """Every byte of the database's files."""
    file = Path(str(both.world.database.url.database))
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


async def more_units(both: Tools, of: str) -> None:
    """So many that they are searched."""
    async with both.world.database.transaction() as session:
        owner = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == of))
        session.add_all(Unit(organisation_id=owner, key=f"u{n}", name=f"Sone {n}") for n in range(20))


# --- Slack -------------------------------------------------------------------------------------------------


async def test_on_slack_the_text_comes_along_without_names_and_numbers(
    both: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    clinician = both.on_slack("clinician")
    said = f"Hei <@U-another|{COLLEAGUE}>, epikrisen for {SPREAD} mangler"
    await clinician.client.shortcut("avvik", said, username=COLLEAGUE, user_profile={"real_name": COLLEAGUE})
    await both.settled()
    assert "Jeg tok bort et tall som kan være et fødselsnummer" in clinician.form()
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["communication"])
    assert KEPT in clinician.form()
    await clinician.fills()
    await clinician.fills(consequence="none")
    await clinician.fills(consent="asked")
    assert (await the_only(both)).description == KEPT
    everything = stored(both).decode(errors="replace") + everything_sent_to(both.slack) + caplog.text
    for secret in (NUMBER, SPREAD, COLLEAGUE, "U-another"):
        assert secret not in everything
    # Nothing in the channel where the message stands.
    assert "C-2" not in everything_sent_to(both.slack)


async def test_on_slack_a_unit_is_found_by_its_old_name(both: Tools) -> None:
    await more_units(both, "municipality")
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    client: OnSlack = clinician.client
    _status, answer = await client.search("unit", "hjemmesykepl")
    (found,) = answer["options"]
    assert found["text"]["text"] == "Hjemmetjenesten – Eksempel kommune (også «Hjemmesykepleien»)"
    # Before anything is typed, they are there to choose among.
    assert len((await client.search("unit", ""))[1]["options"]) == 22
    await clinician.fills(unit=found["value"], categories=["communication"])
    assert "Steg 2 av 4" in clinician.form()


async def test_on_slack_the_other_direction_has_the_other_units_at_once(both: Tools) -> None:
    await more_units(both, "municipality")
    async with both.world.database.transaction() as session:
        neighbour = Organisation(key="hospital2", name="Nabosykehuset", kind="hospital")
        session.add(neighbour)
        await session.flush()
        session.add(Unit(organisation_id=neighbour.id, key="er", name="Akuttmottaket"))
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.client.type({"direction": "to_hospital"})
    await both.settled()
    _status, answer = await clinician.client.search("unit", "")
    assert [option["text"]["text"] for option in answer["options"]] == ["Akuttmottaket – Nabosykehuset"]


# --- Teams -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["personal", "channel"])
async def test_on_teams_the_text_comes_along_without_names_and_numbers(
    both: Tools, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    client: OnTeams = both.on_teams("carer").client
    if kind == "channel":
        client.kind, client.conversation = kind, "19:kanal@thread.tacv2;messageid=1"
    said = f'<p>Hei <at id="0">{COLLEAGUE}</at>, epikrisen for 150765<br>00565 mangler</p>'
    card = await client.open_dialog("avvik", said)
    assert any("Jeg tok bort et tall" in text for text in texts(card))
    card = await client.submit(
        card, "Neste", **_as_shown(card, unit=both.world.units["ortho"], categories="medication")
    )
    assert inputs(card)["description"]["value"] == KEPT
    card = await client.submit(card, "Neste", **_as_shown(card))
    card = await client.submit(card, "Neste", **_as_shown(card, consequence="none"))
    last = client.submitted(card, "Send", **_as_shown(card, consent="asked"))
    receipt = in_dialog(await client.post(last))
    # Teams sends it again, with a new id, when the answer was late.
    assert in_dialog(await client.post({**last, "id": "another"})) == receipt
    await both.settled()
    assert (await the_only(both)).description == KEPT
    everything = stored(both).decode(errors="replace") + everything_sent_to(both.teams) + caplog.text
    for secret in (NUMBER, "150765", COLLEAGUE, "aad-other"):
        assert secret not in everything
    assert "19:kanal" not in everything_sent_to(both.teams)


async def test_on_teams_a_unit_is_found_by_its_old_name(both: Tools) -> None:
    await more_units(both, "hospital")
    async with both.world.database.transaction() as session:
        ortho = await session.get_one(Unit, both.world.units["ortho"])
        ortho.name = "Klinikk for bevegelse"
    async with both.world.database.transaction() as session:
        await units.learn_alias(session, both.world.units["ortho"], "Ortopeden", both.world.people["surgeon"])
    carer = both.on_teams("carer")
    await carer.writes("avvik")
    assert "Søk" in carer.form()
    card: dict[str, Any] = both.teams.sent[-1].card
    body = await carer.client.press(card, "Søk", **{**_as_shown(card), "unit.query": "ortopeden"})
    assert "Klinikk for bevegelse – Eksempel sykehus (også «Ortopeden»)" in str(body["value"])
    # It is the only one, and so it is chosen; it was found all the same.
    assert "1 treff." in str(body["value"])
    assert "Ingen treff" not in str(body["value"])


async def test_in_a_channel_on_teams_nobody_else_reads_anything_of_it(both: Tools) -> None:
    client: OnTeams = both.on_teams("carer").client
    client.kind, client.conversation = "channel", "19:kanal@thread.tacv2;messageid=1"
    for line in ("avvik Epikrisen kom ikke fram", "avvik direkte", "avvik mine"):
        assert await client.say(line) == 200
        await both.settled()
    read_by_others = [call for call in both.teams.sent if "private-" not in call.path]
    assert {call.body["text"] for call in read_by_others} == {"Jeg svarer deg i en privat samtale."}
    private = [call.card for call in both.teams.sent if "private-" in call.path]
    assert "Steg 1 av 4" in texts(private[0])
    assert any("Ordnet der og da" in text for text in texts(private[1]))


def _as_shown(card: dict[str, Any], **given: Any) -> dict[str, str]:
    """What stands in a card's fields, as a client sends it, with what is filled in."""
    standing = {name: str(part.get("value") or "") for name, part in inputs(card).items()}
    return {**standing, **{name: str(value) for name, value in given.items()}}

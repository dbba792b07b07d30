"""The statutory notice of a serious event: the partnership's own rules by date, a clock, and what stops it."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from handlers.calendar.zone import LOCAL_ZONE
from handlers.deviations import notice
from handlers.deviations.notice import Rule
from handlers.dialogs.dialog import Note
from storage.tables import Deviation, Setting
from tests.deviations import steps, walk
from tests.surface import FakeSurface, facts, labels, message
from tests.world import NOTICE

NEW = Rule(
    since=date(2027, 1, 1),
    word="melding",
    recipients=("statsforvalteren", "Ukom"),
    legal_basis="eksempelloven § 2",
    working_days=5,
    concerns="dødsfall som var uventet",
    afterwards="redegjørelse innen tre måneder",
    link="https://melding.example.org/ny",
)
ROOT = Path(__file__).parents[2]


def at(text: str) -> datetime:
    """A moment given in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


async def set_rules(surface: FakeSurface, rules: Sequence[Rule]) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Setting).where(col(Setting.name) == notice.NAME))
        if rules:
            session.add(Setting(name=notice.NAME, value=notice.stored(rules)))


async def serious(surface: FakeSurface, **given: object) -> int:
    """The carer has reported a death; the manager leads there, the surgeon handles it."""
    homecare = surface.world.units["homecare"]
    return await steps.report(surface, "carer", "ortho", **{"consequence": "death", "workplace_id": homecare, **given})


# --- the rules ---------------------------------------------------------------------------------------------


def test_no_rule_of_law_stands_in_the_program() -> None:
    """The sign alone is how a section is recognised in what others have written."""
    law = re.compile(r"helsetilsyn|ukom\b|statsforvalter|§ ?\d|melde\.no|helsetjenesteloven|omsorgstjenesteloven", re.I)
    sources = [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]
    assert len(sources) > 100
    found = [path.name for path in sources if law.search(path.read_text(encoding="utf-8"))]
    assert found == []
    for catalog in (ROOT / "config" / "locales").rglob("bot.po*"):
        assert law.search(catalog.read_text(encoding="utf-8")) is None, catalog


@pytest.mark.parametrize(
    ("day", "word"),
    [("2026-12-31", "varsel"), ("2027-01-01", "melding"), ("2030-06-01", "melding"), ("1999-01-01", "varsel")],
)
def test_the_rule_is_that_of_the_date(day: str, word: str) -> None:
    found = notice.holding(notice.stored([NEW, NOTICE]), date.fromisoformat(day))
    assert found is not None
    assert found.word == word


def test_before_the_first_rule_there_is_none() -> None:
    assert notice.holding(notice.stored([NEW]), date(2026, 12, 31)) is None
    assert notice.holding({}, date(2026, 12, 31)) is None


@pytest.mark.parametrize(
    ("rule", "known", "last"),
    [
        (NOTICE, "2026-09-05", "2026-09-06"),  # A Saturday: calendar days.
        (NEW, "2027-01-04", "2027-01-11"),
        (NEW, "2027-01-08", "2027-01-15"),
        (NEW, "2027-01-09", "2027-01-15"),  # A Saturday counts as the Friday before.
        (NEW, "2027-03-22", "2027-04-01"),  # Easter: Maundy Thursday to Easter Monday, the 25th to the 29th.
        (NOTICE.model_copy(update={"days": 0}), "2026-09-05", "2026-09-05"),
    ],
)
def test_the_last_day(rule: Rule, known: str, last: str) -> None:
    assert notice.last_day(rule, date.fromisoformat(known)) == date.fromisoformat(last)


# --- the form ----------------------------------------------------------------------------------------------


async def note_on_the_form(surface: FakeSurface) -> str:
    shown = await walk.to_send(surface, consequence="major")
    return next(field.label for field in shown.fields if isinstance(field.widget, Note))


async def test_the_form_says_what_holds_today(surface: FakeSurface) -> None:
    assert await note_on_the_form(surface) == (
        "Vurder lovpålagt varsel til Statens helsetilsyn og Ukom (spesialisthelsetjenesteloven § 3-3 a, "
        "helse- og omsorgstjenesteloven § 12-3 a). Frist: straks, og senest 2. sep. 2026, regnet fra 1. sep. 2026. "
        "Ble hendelsen kjent før det, løper fristen fra da. "
        "Denne avviksmeldingen erstatter ikke lovpålagt varsel. Sendes her: https://melde.no"
    )
    await set_rules(surface, [NOTICE, NEW])
    surface.clock.go_to(at("2027-01-04 10:00"))
    assert await note_on_the_form(surface) == (
        "Vurder lovpålagt melding til statsforvalteren og Ukom (eksempelloven § 2). Det gjelder dødsfall som var "
        "uventet. Frist: senest 11. jan. 2027, regnet fra 4. jan. 2027. Ble hendelsen kjent før det, løper fristen fra "
        "da. Senere: redegjørelse innen tre måneder. "
        "Denne avviksmeldingen erstatter ikke lovpålagt melding. Sendes her: https://melding.example.org/ny"
    )


async def test_where_nothing_is_set_it_says_so_and_claims_nothing(surface: FakeSurface) -> None:
    await set_rules(surface, [])
    said = await note_on_the_form(surface)
    assert "har ikke lagt inn hvem som skal ha det, og når: spør lederen din med en gang" in said
    assert "erstatter det ikke" in said
    receipt = await walk.report(surface, consequence="major")
    assert "har ikke lagt inn hvem som skal ha det" in receipt.text
    assert receipt.links == ()
    assert facts(receipt)["Lovpålagt varsel eller melding"] == "Ikke krysset av for at det er vurdert eller sendt"
    assert "Lovpålagt varsel eller melding er vurdert" in labels(receipt)
    await surface.press("clinician", receipt, "Lovpålagt varsel eller melding er sendt")
    async with surface.world.database.reading() as session:
        reported = (await session.scalars(select(col(Deviation.id)))).one()
    shown = facts(await steps.opened(surface, "clinician", reported))["Lovpålagt varsel eller melding"]
    assert shown == "Sendt av Eksempel Clinician, 1. sep. 2026 kl. 10.00"


@pytest.mark.parametrize(
    ("ticked", "said"),
    [
        ({"notice_considered": "true"}, "Vurdert av Eksempel Clinician, 1. sep. 2026 kl. 10.00"),
        ({"notice_sent": "true"}, "Sendt av Eksempel Clinician, 1. sep. 2026 kl. 10.00"),
        ({}, "Ikke krysset av for at det er vurdert eller sendt. Frist: straks, og senest 2. sep. 2026"),
    ],
)
async def test_what_is_ticked_on_the_form_is_the_reporters_word(
    surface: FakeSurface, ticked: dict[str, str], said: str
) -> None:
    shown = await walk.to_send(surface, consequence="death")
    receipt = message(await surface.submit("clinician", shown, {**walk.SEND, **ticked}))
    for read in (receipt, await steps.notice(surface, "nurse")):
        assert facts(read)["Lovpålagt varsel"] == said
    assert ("erstatter ikke" in receipt.text) is (not ticked)


# --- the case ----------------------------------------------------------------------------------------------


async def test_a_report_keeps_the_rule_of_the_day_it_was_reported_on(surface: FakeSurface) -> None:
    await set_rules(surface, [NOTICE, NEW])
    surface.clock.go_to(at("2026-12-31 23:30"))
    old = await serious(surface)
    surface.clock.go_to(at("2027-01-01 00:30"))
    new = await serious(surface)
    surface.clock.go_to(at("2027-06-01 10:00"))
    assert "Lovpålagt varsel" in facts(await steps.opened(surface, "carer", old))
    shown = await steps.opened(surface, "carer", new)
    assert facts(shown)["Lovpålagt melding"].endswith("Frist: senest 8. jan. 2027")
    assert "Denne avviksmeldingen erstatter ikke lovpålagt melding." in shown.text
    assert "Lovpålagt melding er vurdert" in labels(shown)


async def test_the_clock_is_stopped_by_considered_and_then_it_may_be_sent(surface: FakeSurface) -> None:
    added = await serious(surface)
    own = await steps.receipt(surface, "carer")
    assert [(link.label, link.url) for link in own.links] == [("Send varsel (melde.no)", "https://melde.no")]
    surface.clock.forward(timedelta(hours=2))
    leader = await steps.opened(surface, "manager", added)
    assert "erstatter ikke" in leader.text
    assert leader.links == own.links
    assert labels(leader) == ["Lovpålagt varsel er vurdert", "Lovpålagt varsel er sendt"]
    await surface.press("manager", leader, "Lovpålagt varsel er vurdert")
    considered = "Vurdert av Eksempel Manager, 1. sep. 2026 kl. 12.00"
    for read in (await steps.receipt(surface, "carer"), await steps.notice(surface, "surgeon")):
        assert facts(read)["Lovpålagt varsel"] == considered
    own = await steps.receipt(surface, "carer")
    assert "erstatter ikke" not in own.text
    assert own.links == ()
    again = message(await surface.press("manager", leader, "Lovpålagt varsel er vurdert"))
    assert again.title == f"Lovpålagt varsel: {considered[:1].lower()}{considered[1:]}"
    surface.clock.forward(timedelta(hours=1))
    await surface.press("carer", own, "Lovpålagt varsel er sendt")
    both = f"{considered}. Sendt av Eksempel Carer, 1. sep. 2026 kl. 13.00"
    shown = await steps.opened(surface, "surgeon", added)
    assert facts(shown)["Lovpålagt varsel"] == both
    assert "Eksempel Carer krysset av for at lovpålagt varsel er sendt" in repr(shown.sections[-1])
    assert not any("Lovpålagt" in label for label in labels(await steps.receipt(surface, "carer")))
    # An old button of either kind decides nothing any more.
    for button in ("Lovpålagt varsel er vurdert", "Lovpålagt varsel er sendt"):
        late = message(await surface.press("manager", leader, button))
        assert late.title.endswith("Sendt av Eksempel Carer, 1. sep. 2026 kl. 13.00")
    assert (await steps.kinds(surface, added)).count("notice_sent") == 1


async def test_sent_at_once_needs_no_other_tick(surface: FakeSurface) -> None:
    added = await serious(surface)
    await surface.press("carer", await steps.receipt(surface, "carer"), "Lovpålagt varsel er sendt")
    stored = (await steps.stored(surface, added)).deviation
    assert (stored.notice_considered_at, stored.notice_sent_at) == (None, surface.clock.now())
    assert not any("Lovpålagt" in label for label in labels(await steps.opened(surface, "manager", added)))


async def test_what_was_ticked_before_the_rules_were_dated_is_read_as_before(surface: FakeSurface) -> None:
    added = await serious(surface, notice_considered_at=surface.clock.now())
    assert facts(await steps.opened(surface, "carer", added))["Lovpålagt varsel"].startswith(
        "Vurdert av Eksempel Carer"
    )


async def test_an_event_that_is_not_serious_says_nothing_of_it(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho", consequence="moderate")
    for who in ("carer", "surgeon"):
        assert "Lovpålagt" not in (await steps.opened(surface, who, added)).model_dump_json()


async def test_the_lists_say_how_long_the_clock_runs(surface: FakeSurface) -> None:
    await serious(surface)

    async def lines() -> list[str]:
        shown = [message(await steps.press(surface, "surgeon", "avvik.ko"))]
        shown.append(message(await steps.press(surface, "carer", "avvik.mine")))
        return [part.sections[0].text for part in shown]

    for line in await lines():
        assert line.endswith("lovpålagt varsel: ikke krysset av for, frist 2. sep. 2026, i morgen")
    surface.clock.go_to(at("2026-09-03 00:10"))
    for line in await lines():
        assert line.endswith("lovpålagt varsel: ikke krysset av for, fristen gikk ut 2. sep. 2026")
    await surface.press("carer", await steps.receipt(surface, "carer"), "Lovpålagt varsel er vurdert")
    for line in await lines():
        assert line.endswith("lovpålagt varsel: vurdert")
    await surface.press("carer", await steps.receipt(surface, "carer"), "Lovpålagt varsel er sendt")
    for line in await lines():
        assert line.endswith("lovpålagt varsel: sendt")

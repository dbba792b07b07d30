"""What does not get better by waiting: tried once, a reference in the log, and those told who can tell it otherwise."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.messenger import Misconfigured, Ref, Rejected, SendError, TryLater
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.meetings.reminded_of import subject as subject_of_meeting
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.reminders.handing import subject_of
from storage import committees, deliveries
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus, DeviationStatus
from tests.cases.steps import WHAT, propose
from tests.clock import FixedClock
from tests.deviations import steps
from tests.planning import steps as planning
from tests.polls import steps as polls
from tests.surface import FakeMessenger, FakeSurface, labels, message
from tests.world import World

TITLE = str(WHAT["title"])


class Choosy(FakeMessenger):
    """Refuses whatever is sent to some people, as long as they are in `refused` (by person id), and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[int, SendError] = {}
        self.tried: list[int] = []

    async def send(self, address: Address, message: Message) -> Ref:
        self._refuse(address)
        return await super().send(address, message)

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        self._refuse(address)
        return await super().update(address, ref, message)

    def _refuse(self, address: Address) -> None:
        person_id = int(address.reach["user"])
        self.tried.append(person_id)
        if person_id in self.refused:
            raise self.refused[person_id]


class ChoosySurface(FakeSurface):
    def __init__(self, world: World, clock: FixedClock) -> None:
        known = registry()
        super().__init__(world, clock, known)
        self.choosy = Choosy()
        self.messenger = self.choosy
        self.worker = Worker(world.database, {"local": self.messenger}, clock, subjects=known.subjects)

    def refuse(self, error: SendError, *names: str) -> None:
        self.choosy.refused |= {self.world.people[name]: error for name in names}

    def mend(self) -> None:
        self.choosy.refused.clear()

    def tries(self, name: str) -> int:
        return self.choosy.tried.count(self.world.people[name])

    async def released(self, *, starting: bool) -> None:
        """What the worker does each hour, or when it starts."""
        async with self.world.database.transaction() as session:
            now = self.clock.now()
            await deliveries.retry_waiting(session, now)
            if starting:
                await deliveries.retry_failed(session, now, now - timedelta(days=14))
        await self.arrive()

    async def notices(self, name: str) -> list[Message]:
        return [each for each in await self.inbox(name) if each.title.startswith(("Ikke levert", "Levert"))]


@pytest.fixture
def surface(world: World, clock: FixedClock) -> ChoosySurface:
    return ChoosySurface(world, clock)


async def rows(surface: FakeSurface, name: str) -> list[Delivery]:
    async with surface.world.database.transaction() as session:
        mine = col(Delivery.person_id) == surface.world.people[name]
        return list(await session.scalars(select(Delivery).where(mine).order_by(col(Delivery.id))))


async def wait(surface: ChoosySurface, hours: int) -> None:
    """With the worker at work all the time."""
    for _hour in range(hours):
        surface.clock.forward(timedelta(hours=1))
        await surface.released(starting=False)


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The references of the faults in the log."""
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    return [found[1] for line in said if (found := re.search(r"reference ([A-Z0-9]{6})", line))]


async def test_a_refused_message_is_tried_once_and_the_rest_of_the_secretariat_is_told(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    surface.refuse(Rejected("chat.postMessage: invalid_blocks"), "secretary")
    await propose(surface)
    await surface.arrive()
    (reference,) = faults(caplog)
    (missed,) = await rows(surface, "secretary")
    assert (missed.status, missed.reference) == (DeliveryStatus.FAILED, reference)
    assert "invalid_blocks" in missed.error

    (notice,) = await surface.notices("deputy")
    assert notice.title == f"Ikke levert: Eksempel Secretary har ikke fått en melding om saken «{TITLE}»"
    assert "Gi beskjed på en annen måte" in notice.text
    assert reference in notice.text
    assert str(WHAT["purpose"]) not in repr(notice)
    assert TITLE in message(await surface.press("deputy", notice, "Vis saken")).title

    await wait(surface, 6)
    assert surface.tries("secretary") == 1
    assert faults(caplog) == [reference]


async def test_it_is_tried_again_when_the_worker_starts_and_then_the_notice_says_so(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("chat.postMessage: user_is_restricted"), "secretary")
    await propose(surface)
    await surface.arrive()
    surface.clock.forward(timedelta(days=1))
    await surface.released(starting=True)
    assert surface.tries("secretary") == 2
    (notice,) = await surface.notices("deputy")
    assert notice.title.startswith("Ikke levert")

    surface.mend()
    await surface.released(starting=True)
    assert TITLE in (await surface.inbox("secretary"))[0].title
    (notice,) = await surface.notices("deputy")
    assert notice.title == f"Levert: Eksempel Secretary har nå fått meldingen om saken «{TITLE}»"
    assert [row.reference for row in await rows(surface, "secretary")] == [""]


async def test_what_was_given_up_long_ago_stays(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("413"), "secretary")
    await propose(surface)
    await surface.arrive()
    surface.mend()
    surface.clock.forward(timedelta(days=15))
    await surface.released(starting=True)
    assert await surface.inbox("secretary") == []


async def test_a_bot_that_may_not_send_holds_everything_and_loses_nothing(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    surface.refuse(Misconfigured("chat.postMessage: missing_scope"), "secretary")
    await propose(surface)
    await surface.arrive()
    (missed,) = await rows(surface, "secretary")
    assert (missed.status, faults(caplog)) == (DeliveryStatus.WAITING, [missed.reference])
    (notice,) = await surface.notices("deputy")
    assert "sendes når feilen er rettet" in notice.text
    assert missed.reference in notice.text
    surface.clock.forward(timedelta(minutes=59))
    await surface.arrive()
    assert surface.tries("secretary") == 1
    await wait(surface, 3)
    assert faults(caplog) == [missed.reference], "once, however often it is tried"
    assert len(await surface.notices("deputy")) == 1

    surface.mend()
    await wait(surface, 1)
    assert TITLE in (await surface.inbox("secretary"))[0].title
    (notice,) = await surface.notices("deputy")
    assert notice.title.startswith("Levert")


async def test_when_nobody_can_be_told_nothing_goes_round_in_circles(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    surface.refuse(Misconfigured("invalid_auth"), "secretary", "deputy", "member")
    await propose(surface)
    await wait(surface, 5)
    subjects = {row.subject for name in ("secretary", "deputy", "member") for row in await rows(surface, name)}
    notices = {subject for subject in subjects if subject.startswith("undelivered")}
    # About the proposer's receipt and each secretary's message; none about a notice.
    assert len(notices) == 3
    assert not any(subject.count("undelivered") > 1 for subject in subjects)

    surface.mend()
    await wait(surface, 2)
    for name in ("secretary", "deputy"):
        assert not any(each.title.startswith("Ikke levert") for each in await surface.inbox(name))


async def test_a_secretariat_of_one_is_the_operators_to_tell(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    surface.refuse(Rejected("msg_too_long"), "deputy")
    await propose(surface, committee="forum")
    await surface.arrive()
    (reference,) = faults(caplog)
    assert f"nobody can be told that a message is not delivered, reference {reference}" in caplog.text
    assert await surface.notices("secretary") == []


async def test_what_changes_is_sent_as_it_is_now(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("invalid_blocks"), "secretary")
    await propose(surface)
    await surface.arrive()
    surface.mend()
    (for_deputy, *_notices) = await surface.inbox("deputy")
    await surface.press("deputy", for_deputy, "Sett på sakslisten")
    assert len(await surface.inbox("secretary")) == 1
    (notice,) = await surface.notices("deputy")
    assert notice.title.startswith("Levert: Eksempel Secretary har nå fått meldingen om sak ")


async def test_there_is_one_notice_for_each_person_and_case_until_all_has_arrived(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("user_is_restricted"), "member")
    await propose(surface)
    for_deputy = (await surface.inbox("deputy"))[0]
    await surface.press("deputy", for_deputy, "Sett på sakslisten")
    # The receipt is the surface's to show for a while, and what was decided can be undone for a minute.
    surface.clock.forward(timedelta(minutes=2))
    (notice,) = await surface.notices("deputy")
    missed = [row for row in await rows(surface, "member") if row.status == DeliveryStatus.FAILED]
    assert len(missed) == 2, "the receipt, and the news"
    assert any(row.reference in notice.text for row in missed)

    # One of them goes through.
    surface.mend()
    async with surface.world.database.transaction() as session:
        await session.execute(update(Delivery).where(col(Delivery.id) == missed[0].id).values(status="pending"))
    await surface.arrive()
    assert [each.title[:11] for each in await surface.notices("deputy")] == ["Ikke levert"]
    await surface.released(starting=True)
    assert [each.title[:6] for each in await surface.notices("deputy")] == ["Levert"]


async def test_an_outage_of_two_days_is_a_fault_too(surface: ChoosySurface, caplog: pytest.LogCaptureFixture) -> None:
    surface.refuse(TryLater("connection refused"), "secretary")
    await propose(surface)
    for _attempt in range(60):
        await surface.arrive()
        surface.clock.forward(timedelta(hours=1))
    assert surface.tries("secretary") == 60
    (reference,) = faults(caplog)
    assert reference in (await surface.notices("deputy"))[0].text


async def test_a_message_that_cannot_be_drawn_is_tried_once(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    await propose(surface)
    async with surface.world.database.transaction() as session:
        mine = col(Delivery.person_id) == surface.world.people["secretary"]
        await session.execute(update(Delivery).where(mine).values(message={"hemmelig": "tekst"}))
    await surface.arrive()
    (missed,) = await rows(surface, "secretary")
    assert (missed.status, faults(caplog)) == (DeliveryStatus.FAILED, [missed.reference])
    assert "hemmelig" not in caplog.text + missed.error
    assert len(await surface.notices("deputy")) == 1


# --- deviations --------------------------------------------------------------------------------------------


async def test_who_works_with_a_report_hears_who_has_not_got_it(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("invalid_blocks"), "nurse")
    await steps.report(surface)
    (notice,) = await surface.notices("manager")
    assert notice.title == "Ikke levert: Eksempel Nurse har ikke fått en melding om AVV-2026-0001"
    assert labels(notice) == ["Vis saken"]
    assert steps.DESCRIPTION not in repr(notice)
    for name in ("clinician", "chief", "surgeon", "secretary"):
        assert await surface.notices(name) == []


async def test_a_reporter_who_does_not_get_the_answer_can_be_called_by_the_unit(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("user_is_restricted"), "clinician")
    await steps.report(surface)
    for name in ("nurse", "manager"):
        (notice,) = await surface.notices(name)
        assert notice.title == "Ikke levert: Eksempel Clinician har ikke fått en melding om AVV-2026-0001"


async def test_what_the_other_side_has_not_got_is_told_on_the_reporters_side_only(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("user_is_restricted"), "clinician")
    waits = {"status": DeviationStatus.AT_LEADER, "sent_at": None, "due_at": None}
    await steps.report(surface, workplace_id=surface.world.units["ortho"], **waits)
    assert len(await surface.notices("chief")) == 1
    for name in ("nurse", "manager"):
        assert await surface.inbox(name) == []


async def test_the_unit_does_not_hear_of_the_reporters_leaders(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture
) -> None:
    surface.refuse(Rejected("user_is_restricted"), "chief")
    await steps.report(surface, workplace_id=surface.world.units["ortho"], consequence="death")
    assert len(await rows(surface, "chief")) == 1
    for name in ("nurse", "manager", "clinician"):
        assert await surface.notices(name) == []
    assert len(faults(caplog)) == 1


async def test_a_withdrawn_report_is_nobody_elses_to_hear_of(surface: ChoosySurface) -> None:
    await steps.report(surface)
    await surface.arrive()
    surface.refuse(Rejected("user_is_restricted"), "clinician")
    await surface.press("clinician", await steps.receipt(surface, "clinician"), "Trekk meldingen")
    for name in ("nurse", "manager"):
        assert await surface.notices(name) == []


# --- meetings and the rest ---------------------------------------------------------------------------------


async def test_of_a_meeting_the_secretariat_is_told(surface: ChoosySurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await committees.meeting(session, surface.world.meetings["fsu-1"])
        assert meeting is not None
        subject, now = subject_of(subject_of_meeting(meeting.id)), surface.clock.now()
        content = Message(title="Påminnelse").model_dump(mode="json", exclude_defaults=True)
        await deliveries.wish(session, [Wish("k", subject, surface.world.people["member"], content, now)])
    surface.refuse(Rejected("user_is_restricted"), "member")
    for name in ("secretary", "deputy"):
        (notice,) = await surface.notices(name)
        assert notice.title.startswith("Ikke levert: Eksempel Member har ikke fått en melding om møtet i ")


async def test_of_a_poll_whoever_runs_it_is_told_and_sees_it_there(surface: ChoosySurface) -> None:
    surface.refuse(Rejected("user_is_restricted"), "member")
    await polls.started(surface)
    (notice,) = await surface.notices("secretary")
    assert notice.title == (
        "Ikke levert: Eksempel Member har ikke fått en melding om datovalget for møte i Faglig samarbeidsutvalg (FSU)"
    )
    shown = message(await surface.press("secretary", notice, "Se datovalget"))
    who = message(await surface.press("secretary", shown, "Hvem har svart"))
    (missed,) = [row for row in await rows(surface, "member") if row.status == DeliveryStatus.FAILED]
    assert (
        f"Eksempel Member (stemmerett): har ikke fått meldingen (referanse {missed.reference}), "
        "ta kontakt på en annen måte"
    ) in who.text.splitlines()
    # Neither whoever else serves the committee, nor whoever is asked, is told of it.
    assert await surface.notices("deputy") == []
    assert await surface.notices("colleague") == []


async def test_of_a_stored_plan_whoever_stored_it_is_told(surface: ChoosySurface) -> None:
    """What its meetings are about is one message to each for the whole plan."""
    surface.refuse(Rejected("user_is_restricted"), "member")
    shown = await planning.written(surface, "FSU: 26/11 12.30–15.30", "deputy", year=2026)
    await surface.press("deputy", shown, "Lagre, og behold 2 møter til")
    await surface.worker.do_chores()
    (notice,) = await surface.notices("deputy")
    assert notice.title == "Ikke levert: Eksempel Member har ikke fått en melding om møteplanen for 2026"
    assert await surface.notices("secretary") == []


@pytest.mark.parametrize("subject", ["", "pattern:1:2", "item:", "item:x", "item:99", "deviation:99", "meeting:99"])
async def test_of_anything_else_the_log_tells(
    surface: ChoosySurface, caplog: pytest.LogCaptureFixture, subject: str
) -> None:
    surface.refuse(Rejected("413"), "member")
    async with surface.world.database.transaction() as session:
        content = Message(title="Noe").model_dump(mode="json", exclude_defaults=True)
        await deliveries.wish(
            session, [Wish("k", subject, surface.world.people["member"], content, surface.clock.now())]
        )
    await surface.arrive()
    assert len(faults(caplog)) == 1
    async with surface.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 1
    surface.mend()
    await surface.released(starting=True)
    assert len(await surface.inbox("member")) == 1

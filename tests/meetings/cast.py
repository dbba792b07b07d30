"""Everybody who might look at a meeting, in every role, and a meeting with a closed case: what access is tried with."""

import io
import zipfile
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from handlers.calendar.zone import local_day
from handlers.capability import File
from handlers.dialogs.dialog import Form, Reply
from handlers.errors import BotError, NotAllowed
from handlers.messages.message import Message
from handlers.people.context import Actor, Context
from handlers.people.recognising import recognise
from handlers.people.roles import Role
from handlers.writing.word import DOCX
from storage import agenda, cases, minutes
from storage.tables import (
    Account,
    Attendance,
    Conclusion,
    Disqualification,
    FollowUp,
    Membership,
    MinutesApproval,
    MinutesComment,
    MinutesNotes,
    MinutesStatus,
    Person,
)
from tests.kept_world import kept
from tests.meetings import steps as meetings
from tests.meetings.convocation import steps
from tests.surface import FakeSurface
from tests.world import World

Who = Set[str]
ROLES: Mapping[str, str] = {
    "secretary": "the secretariat",
    "deputy": "the secretariat on the other side",
    "internist": "a minute taker",
    "member": "a member",
    "colleague": "a member on the other side, who sends a substitute",
    "observer": "an observer",
    "chief": "a guest of the committee, who is asked to the open case",
    "carer": "who stands in for a member, without a role in the committee",
    "surgeon": "who presents the open case, without a role",
    "registrar": "who presents the closed case, without a role",
    "clinician": "who proposed the closed case, without a role",
    "nurse": "a guest at the closed case, without a role",
    "manager": "who was a member until yesterday, and stays in the partnership",
    "coming": "who becomes a member after the meeting",
    "removed": "who was a member, and has been removed from the partnership",
    "outsider": "somebody of the partnership who has nothing to do with it",
}
SECRETARIAT: Who = {"secretary", "deputy"}
WRITERS: Who = SECRETARIAT | {"internist"}
MEMBERS: Who = WRITERS | {"member", "colleague"}
EVERYBODY: Who = set(ROLES) - {"removed"}

TITLE, PURPOSE, PROPOSED = "Hemmelig personalsak", "Hemmelig hensikt", "Hemmelig forslag"
LINK = "https://example.org/hemmelig"
OPEN_TITLE = "Felles opplæring"
SAID, CONCLUDED, TO_DO, COMMENTED, NOTED = (
    "Hemmelig drøfting",
    "Hemmelig konklusjon",
    "Hemmelig oppfølging",
    "Hemmelig kommentar",
    "Hemmelig notat",
)
OF_CASE, OF_MINUTES = (
    ("emmelig personalsak", "emmelig hensikt", "emmelig forslag", "/hemmelig"),
    (
        "emmelig drøfting",
        "emmelig konklusjon",
        "emmelig oppfølging",
        "emmelig kommentar",
        "emmelig notat",
    ),
)
OPEN_SAID = "Det ble drøftet åpent"


_CARRIED = ("step", "seen", "slot", "comment", "notes", "follow", "round")


@dataclass
class Scene:
    """Everybody, and a meeting in the state that is looked at. `ids`: of what stands about it, by name."""

    surface: FakeSurface
    actors: dict[str, Actor | None] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, str]:
        """What a button about the closed case carries, and all that any other carries besides."""
        return {
            "meeting": str(self.surface.world.meetings["fsu-1"]),
            "item": str(self.ids["item"]),
            "line": f"c{self.ids['item']}",
            "kind": "innkalling",
            **{name: str(self.ids.get(name, 0)) for name in _CARRIED},
        }

    async def know(self) -> None:
        """Who everybody is by now."""
        world, now = self.surface.world, self.surface.clock.now()
        for who in ROLES:
            try:
                found = await recognise(world.database, world.sender(who), now)
            except NotAllowed:
                found = None
            self.actors[who] = found.actor if found else None
        assert [who for who, actor in self.actors.items() if actor is None] == ["removed"]

    async def run(self, use: Callable[[Context], Any], who: str) -> Reply | File | BotError:
        """What comes of it when `who` does this; nothing of it is kept."""
        actor = self.actors[who]
        if actor is None:
            return NotAllowed("not known")
        outcome: Reply | File | BotError = None
        with suppress(_Undone):
            async with self.surface.world.database.transaction() as session:
                context = Context(session, actor, self.surface.clock.now(), links=self.surface.bot.links)
                try:
                    outcome = await use(context)
                except BotError as error:
                    outcome = error
                raise _Undone
        return outcome


class _Undone(Exception):
    pass


@kept
async def everybody(surface: FakeSurface) -> Scene:
    """FSU's next meeting, convened: an open case, and one that is closed; nobody has begun on its minutes."""
    world, clock = surface.world, surface.clock
    scene = Scene(surface)
    await _newcomers(world, clock.now())
    people = world.people
    await steps.put(world, OPEN_TITLE, 1, presenter_ids=[people["surgeon"]])
    scene.ids["item"] = await steps.put(
        world,
        TITLE,
        2,
        purpose=PURPOSE,
        conclusion=PROPOSED,
        links=[LINK],
        closed_under="offl. § 13",
        proposer_id=people["clinician"],
        presenter_ids=[people["registrar"]],
    )
    laid = await meetings.read(world, lay=True)
    slots = {line.title: line.slot.id for line in laid.lines if line.slot is not None}
    scene.ids["slot"] = slots[TITLE]
    async with world.database.transaction() as session:
        last = await cases.HISTORY.last(session, scene.ids["item"])
        assert last is not None
        scene.ids["step"] = last.id
        session.add_all(
            Attendance(meeting_id=world.meetings["fsu-1"], person_id=people[who], **more)
            for who, more in (
                ("carer", {"capacity": Role.SUBSTITUTE, "stands_in_for_id": people["colleague"]}),
                ("chief", {"capacity": Role.GUEST, "guest_in": [slots[OPEN_TITLE]]}),
                ("nurse", {"capacity": Role.GUEST, "guest_in": [slots[TITLE]]}),
            )
        )
    await steps.sent(surface)
    scene.ids["seen"] = (await meetings.read(world)).revision
    await scene.know()
    return scene


async def _newcomers(world: World, now: Any) -> None:
    async with world.database.transaction() as session:
        member = await session.get_one(Person, world.people["member"])
        for who in ("coming", "removed", "outsider"):
            person = Person(organisation_id=member.organisation_id, name=f"Eksempel {who.title()}")
            session.add(person)
            await session.flush()
            world.people[who] = person.id
        for who in ("coming", "removed", "outsider"):
            user = str(world.people[who])
            session.add(
                Account(
                    person_id=world.people[who],
                    surface="local",
                    workspace="local",
                    user_id=user,
                    reach={"user": user, "channel": user},
                    seen_at=now,
                )
            )
        today = local_day(now)
        periods: tuple[tuple[str, Role, dict[str, Any]], ...] = (
            ("internist", Role.MINUTE_TAKER, {}),
            ("chief", Role.GUEST, {}),
            ("manager", Role.MEMBER, {"valid_to": today - timedelta(days=1)}),
            ("coming", Role.MEMBER, {"valid_from": today + timedelta(days=50)}),
            ("removed", Role.MEMBER, {}),
        )
        for who, role, more in periods:
            session.add(
                Membership(committee_id=world.committees["fsu"], person_id=world.people[who], role=role, **more)
            )
        (await session.get_one(Person, world.people["removed"])).removed_at = now


async def written(scene: Scene, status: MinutesStatus) -> None:
    """The meeting is over, and its minutes, with something of everything about the closed case, stand so."""
    surface, world = scene.surface, scene.surface.world
    surface.clock.forward(timedelta(days=21))
    now = surface.clock.now()
    laid = await meetings.read(world, lay=True)
    async with world.database.transaction() as session:
        meeting_id = world.meetings["fsu-1"]
        await session.execute(update(Attendance).where(col(Attendance.meeting_id) == meeting_id).values(present=True))
        session.add(Attendance(meeting_id=meeting_id, person_id=world.people["member"], present=True))
        session.add(
            Disqualification(
                meeting_id=meeting_id,
                slot_id=scene.ids["slot"],
                person_id=world.people["member"],
                substitute_name="Eksempel Vara",
                reason="Hemmelig notat",
                at=now,
                by_id=world.people["secretary"],
            )
        )
        await agenda.locked(session, meeting_id)
        await minutes.begin(session, meeting_id, world.people["secretary"], now)
        row = await minutes.locked(session, meeting_id)
        assert row is not None
        slots = [line.slot.id for line in laid.lines if line.slot is not None]
        await minutes.begin_entries(session, row.id, slots, now)
        entries = await minutes.entries(session, row.id)
        closed = entries[scene.ids["slot"]].entry
        for slot, each in entries.items():
            each.entry.discussion = SAID if slot == scene.ids["slot"] else OPEN_SAID
        session.add(Conclusion(entry_id=closed.id, ordinal=1, text=CONCLUDED))
        person = world.people
        more: dict[str, Any] = {
            "follow": FollowUp(entry_id=closed.id, ordinal=1, text=TO_DO, owner_id=person["outsider"]),
            "comment": MinutesComment(
                draft_id="comment",
                minutes_id=row.id,
                entry_id=closed.id,
                person_id=person["member"],
                text=COMMENTED,
                at=now,
            ),
            "notes": MinutesNotes(
                minutes_id=row.id,
                slot_id=scene.ids["slot"],
                by_id=person["secretary"],
                at=now,
                lines=[{"text": NOTED, "kind": "said", "found": False}],
            ),
        }
        session.add_all(more.values())
        await session.flush()
        scene.ids |= {name: each.id for name, each in more.items()}
        scene.ids["minutes"] = row.id
        row.status = status
        if status is MinutesStatus.COMMENTS:
            row.comments_until = now + timedelta(days=7)
        if status in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
            row.published_at = now
        if status is MinutesStatus.PUBLISHED:
            row.approve_until = now + timedelta(days=7)
            session.add(MinutesApproval(minutes_id=row.id, round=row.round, person_id=person["colleague"]))
        if status is MinutesStatus.APPROVED:
            row.approved_at = now
            await minutes.HISTORY.add(
                session,
                row.id,
                "corrected",
                person["secretary"],
                now,
                note="Hemmelig kommentar",
                data={"slot": scene.ids["slot"], "case": TITLE, "closed": True},
            )
        scene.ids["round"] = row.round
    await scene.know()


def told(outcome: Reply | File | BotError) -> str:
    """All that somebody reads of it."""
    match outcome:
        case None:
            return ""
        case BotError():
            return str(outcome)
        case Message():
            return outcome.model_dump_json()
        case Form():
            return repr(outcome)
        case File(media_type=kind) if kind == DOCX:
            with zipfile.ZipFile(io.BytesIO(outcome.draw())) as package:
                return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
        case File():
            return outcome.draw().decode().replace("\r\n ", "")

"""Papers as they are read, made by hand, and what it takes to store them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlmodel import SQLModel, select

from handlers.papers import settling
from handlers.papers.guarding import guard
from handlers.papers.record import CaseRead, FollowUpRead, MeetingRead, PaperKind, PaperRead, PresentRead, Suspected
from handlers.papers.storing import Choices, Stored
from storage import papers
from storage.tables import Paper
from tests.clock import FixedClock
from tests.world import World

DAY = date(2019, 3, 12)
NOW = FixedClock().now()


def minutes(**changes: Any) -> PaperRead:
    """Minutes of FSU of 12 March 2019, with two cases and what stands on each agenda."""
    read = PaperRead(
        kind=PaperKind.MINUTES,
        committee="FSU",
        date=DAY,
        begins=time(12, 30),
        ends=time(15, 0),
        place="Eksempelsalen",
        chair="Eksempel Member",
        referent="Eksempel Ukjent",
        present=[
            PresentRead("Eksempel Member", "leder"),
            PresentRead("Eksempel Vara", "Eksempel kommune", "Eksempel Fast"),
        ],
        absent=[PresentRead("Eksempel Colleague")],
        cases=[
            CaseRead(
                number="4/2019",
                year=2019,
                types=["O", "D"],
                title="Felles rutine for utskrivning",
                discussion="Det ble drøftet hvordan meldingene sendes.",
                decisions=["Rutinen godkjennes.", "Saken følges opp i AU."],
                decision=True,
                how_decided="agreed",
                presenter="Eksempel Innleder",
                attachments=["Rutine v3"],
                followups=[
                    FollowUpRead("Sende ut rutinen", "Eksempel Member", date(2019, 6, 1), "innen 1. juni"),
                    FollowUpRead("Følge opp", "AU", None, "før sommeren"),
                ],
            ),
            CaseRead(
                number="5/2019",
                year=2019,
                types=["O"],
                title="Orientering om legemidler",
                decisions=["Saken tas til orientering."],
                decision=True,
            ),
            CaseRead(title="Eventuelt", discussion="Ingen saker."),
        ],
    )
    return replace(read, **changes)


async def waiting(
    world: World, read: PaperRead, name: str = "referat.docx", *, committee: str | None = "fsu", who: str | None = None
) -> int:
    """The id of the paper, which waits for somebody to confirm it."""
    digest = hashlib.sha256(f"{name}{read!r}".encode()).hexdigest()
    async with world.database.transaction() as session:
        row = await settling.wait(
            session,
            name,
            digest,
            guard(read),
            world.committees[committee] if committee else None,
            world.people[who] if who else None,
            NOW,
        )
        return row.id


async def store(world: World, paper_id: int, choices: Choices | None = None) -> Stored:
    async with world.database.transaction() as session:
        paper = await papers.paper(session, paper_id, lock=True)
        assert paper is not None
        return await settling.store(session, paper, choices or Choices(), None, NOW)


async def stored(
    world: World, read: PaperRead, name: str = "referat.docx", choices: Choices | None = None, committee: str = "fsu"
) -> int:
    paper_id = await waiting(world, read, name, committee=committee)
    await store(world, paper_id, choices)
    return paper_id


async def undo(world: World, paper_id: int) -> settling.Undone:
    async with world.database.transaction() as session:
        paper = await papers.paper(session, paper_id, lock=True)
        assert paper is not None
        return await settling.undo(session, paper, None, NOW)


async def rows(world: World, model: type[Any]) -> list[Any]:
    async with world.database.transaction() as session:
        found = list(await session.scalars(select(model).order_by(model.id)))
        session.expunge_all()
        return found


async def counts(world: World, *models: type[SQLModel]) -> Mapping[str, int]:
    return {model.__name__: len(await rows(world, model)) for model in models}


async def paper(world: World, paper_id: int) -> Paper:
    async with world.database.transaction() as session:
        found = await session.get_one(Paper, paper_id)
        session.expunge(found)
        return found


async def walked(world: World, title: str, text: str) -> tuple[int, int, int]:
    """Three papers of FSU that wait, and ask for all that a paper can ask for."""
    to_do = FollowUpRead(text[:900], title[:100], date(2019, 6, 1), title[:100])
    case = CaseRead(number="4/2019", year=2019, title=title, discussion=text, decisions=[text], followups=[to_do])
    ahead = [MeetingRead(date(2027, 3, 12), time(12, 0), time(14, 0)), MeetingRead(date(2027, 4, 12))]
    doubtful = [Suspected(text[:400], "avsnitt 3", title[:200])]
    first = minutes(cases=[case, *minutes().cases[1:]], suspected=doubtful, next_meetings=ahead, warnings=[title[:90]])
    other = CaseRead(number="4/2019", year=2019, title="Noe ganske annet", followups=[to_do])
    second = minutes(date=DAY.replace(month=5), cases=[other], next_meetings=[MeetingRead(date(2027, 5, 1), time(12))])
    return (
        await waiting(world, first, f"{title[:80]}.docx", who="secretary"),
        await waiting(world, second, "mai.docx", who="secretary"),
        await waiting(world, minutes(date=DAY.replace(month=6)), "juni.docx", who="secretary"),
    )

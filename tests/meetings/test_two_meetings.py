"""One committee through two meetings, from what is proposed to minutes that are approved, as its people see it."""

from datetime import timedelta
from typing import Any

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.people.links import Links
from tests.cases.steps import too_late_to_undo
from tests.clock import FixedClock
from tests.meetings.minutes.round.steps import clock_says
from tests.meetings.minutes.round.test_documents import all_of, word
from tests.meetings.steps import accepted, read, titles, with_standing
from tests.surface import FakeSurface, facts, form, labels, message
from tests.world import World

STANDING = ("Godkjenning av innkalling og dagsorden", "Godkjenning av forrige referat", "Eventuelt")
TRAINING, PLAN = "Felles opplæring", "Handlingsplan 2027"


class Round:
    """What is done in the committee, in the order in which it is done."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        self.world = world
        self.clock = clock
        self.surface = FakeSurface(world, clock, registry())
        links = Links("https://bot.example.org/", "k" * 32, clock)
        self.surface.bot = Bot(world.database, registry(), clock, links=links)

    async def page(self, who: str = "secretary", day: str = "21.9.") -> Message:
        return message(await self.surface.say(who, f"saksliste FSU {day}"))

    async def press(self, who: str, shown: Message, label: str) -> Message:
        return message(await self.surface.press(who, shown, label))

    async def open(self, who: str, shown: Message, label: str) -> Form:
        return form(await self.surface.press(who, shown, label))

    async def fill(self, by: str, shown: Form, **raw: Any) -> Message:
        return message(await self.surface.submit(by, shown, raw))

    async def newest(self, who: str, begins: str) -> Message:
        found = [item for item in await self.surface.inbox(who) if item.title.startswith(begins)]
        assert found, f"{who} has no «{begins}» among {[item.title for item in await self.surface.inbox(who)]}"
        return found[-1]

    # --- before the meeting --------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """The agenda as a draft: nobody hears of it before it is sent."""
        await with_standing(self.world, *STANDING)
        await accepted(self.surface, TRAINING)
        await accepted(self.surface, PLAN, types=["B"])
        too_late_to_undo(self.surface)
        work = await self.press("secretary", await self.page(), "Arbeid med sakslisten")
        work = await self.press("secretary", work, "Begynn å arbeide med sakslisten")
        before = len(await self.surface.inbox("colleague"))
        line = next(section for section in work.sections if PLAN in section.title)
        up = next(button for button in line.buttons if button.label == "Opp")
        await self.surface.bot.press(self.world.sender("secretary"), up.action, up.arguments)
        assert titles(await read(self.world)) == [*STANDING[:2], PLAN, TRAINING, STANDING[2]]
        self.clock.forward(timedelta(hours=1))
        assert len(await self.surface.inbox("colleague")) == before

    async def convene(self) -> None:
        look = await self.press("secretary", await self.page(), "Send innkalling")
        assert "ingen legger den fram" in look.sections[0].text
        await self.press("secretary", look, "Send likevel")
        told = await self.newest("member", "Innkalling")
        assert told.sections[0].text.splitlines()[2:4] == [f"2/2026 (B)  {PLAN}", f"1/2026 (O/D)  {TRAINING}"]
        assert [file.label for file in told.files] == ["Innkalling (Word)", "Legg i kalenderen (.ics)"]

    async def answer(self) -> None:
        """A colleague comes; the member cannot, and somebody stands in."""
        await self.press("colleague", await self.newest("colleague", "Innkalling"), "Kommer")
        asked = await self.open("member", await self.newest("member", "Innkalling"), "Stedfortreder")
        await self.fill("member", asked, who=str(self.world.people["carer"]))
        await self.press("carer", await self.newest("carer", "Kan du møte for Eksempel Member"), "Kommer")
        assert facts(await self.page())["Oppmøte"].startswith("2 kommer")

    # --- in the meeting ------------------------------------------------------------------------------------

    async def attend(self) -> None:
        self.clock.go_to((await read(self.world)).meeting.starts_at + timedelta(minutes=5))
        roll = await self.press("secretary", await self.page(), "Før oppmøte")
        roll = await self.press("secretary", roll, "Alle som sa ja, kom")
        unfit = await self.open("secretary", roll, "Inhabil i en sak")
        items = next(field.options for field in unfit.fields if field.name == "item")
        plan = next(option.value for option in items if PLAN in option.label)
        people = next(field.options for field in unfit.fields if field.name == "who")
        colleague = next(option.value for option in people if option.label == "Eksempel Colleague")
        await self.fill("secretary", unfit, item=plan, who=colleague, other="Eksempel Vara")

    async def write(self) -> None:
        begun = await self.press("secretary", await self.page(), "Skriv referat")
        shown = await self.press("secretary", begun, "Begynn på referatet")
        for title, written in (
            (STANDING[0], {"conclusions": "Innkalling og dagsorden godkjennes."}),
            (STANDING[1], {"conclusions": "Det er ikke noe referat fra før."}),
            (PLAN, {"discussion": "Planen ble gjennomgått.", "conclusions": "Planen godkjennes.", "how": "agreed"}),
            (TRAINING, {"discussion": "Saken rakk ikke å bli behandlet.", "how": "postponed"}),
            (STANDING[2], {"discussion": "Ingen saker."}),
        ):
            section = next(section for section in shown.sections if section.title.endswith(title))
            button = next(button for button in section.buttons if button.label == "Skriv")
            opened = form(await self.surface.bot.press(self.world.sender("secretary"), button.action, button.arguments))
            await self.fill("secretary", opened, **written)

    async def postpone(self) -> None:
        """What was not reached comes back in the next meeting, under a number of that one's series."""
        case = message(await self.surface.say("secretary", "sak 1/2026"))
        opened = await self.open("secretary", case, "Utsett til et senere møte")
        await self.fill("secretary", opened)
        too_late_to_undo(self.surface)
        assert [line.number for line in (await read(self.world)).lines] == ["", "", "2/2026 (B)", "1/2026 (O/D)", ""]
        assert ("3/2026 (O/D)", TRAINING) in [
            (line.number, line.title) for line in (await read(self.world, "fsu-2")).lines
        ]

    # --- after it ------------------------------------------------------------------------------------------

    async def go_round(self) -> None:
        """Out for comment; one comment, taken in with the difference shown; then published."""
        way = await self.press("secretary", message(await self.surface.say("secretary", "referat FSU 21.9.")), FURTHER)
        asked = await self.press("secretary", way, "Send til kommentar")
        # The check before they leave has something to say of what was decided without an owner.
        await self.press("secretary", asked, "Send likevel")
        opened = await self.open("colleague", await self.newest("colleague", "Referat"), "Kommenter")
        items = next(field.options for field in opened.fields if field.name == "item")
        plan = next(option.value for option in items if PLAN in option.label)
        proposing = await self.surface.submit(
            "colleague", opened, {"item": plan, "text": "Fra når?", "propose": "true"}
        )
        instead = "Planen godkjennes, og gjelder fra januar."
        await self.fill("colleague", form(proposing), part="1", instead=instead)
        heard = await self.newest("secretary", "Kommentar")
        shown = await self.press("secretary", heard, "1 ubesvart kommentar")
        taken = await self.open("secretary", shown, "Ta inn")
        assert "Planen godkjennes{+, og gjelder fra januar+}." in next(
            field.label for field in taken.fields if field.name == "proposed"
        )
        await self.fill("secretary", taken)
        await clock_says(self.surface, days=8)
        way = await self.press("secretary", message(await self.surface.say("secretary", "referat FSU 21.9.")), FURTHER)
        published = await self.press("secretary", way, "Publiser")
        if "Publiser likevel" in labels(published):
            await self.press("secretary", published, "Publiser likevel")
        written = await self.press("colleague", await self.newest("colleague", "Referat"), "Les referatet")
        text = "\n".join(section.text for section in written.sections)
        assert instead in text
        # What was marked in the meeting is in the document's head and remarks.
        document = await word(self.surface, "colleague")
        said = all_of(document)
        assert "Eksempel Carer" in said
        assert "inhabil" in said.casefold()
        # What went on has another number by now, and keeps the one that it had here.
        for made in (document, await word(self.surface, "colleague", "innkalling.word")):
            assert "1/2026 (O/D)" in all_of(made)
            assert "3/2026" not in all_of(made)

    async def approve(self) -> None:
        """At the second meeting, with a remark; and then they are locked."""
        self.clock.go_to((await read(self.world, "fsu-2")).meeting.starts_at + timedelta(minutes=5))
        page = await self.page(day="31.10.")
        opened = await self.open("secretary", page, "Referatet er godkjent")
        await self.fill("secretary", opened, remark="Tid for neste møte føyes til.")
        way = message(await self.surface.say("secretary", "referat FSU 21.9."))
        assert facts(way)["Status"].startswith("Godkjent")
        assert "Skriv" not in labels(way)


FURTHER = "Videre med referatet"


async def test_one_committee_through_two_meetings(world: World, clock: FixedClock) -> None:
    committee = Round(world, clock)
    await committee.prepare()
    await committee.convene()
    await committee.answer()
    await committee.attend()
    await committee.write()
    await committee.postpone()
    await committee.go_round()
    await committee.approve()

"""Going through every step of every dialog, and past every message that they lead to.

Nothing is checked here but that the way leads on: whoever walks says what to do with what comes by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from handlers.bot import Bot
from handlers.chore import Chore
from handlers.decisions.disagreement import opening
from handlers.decisions.disagreement.clock import REMIND
from handlers.decisions.following.clock import FOLLOW
from handlers.deviations.words import CATEGORIES
from handlers.dialogs.dialog import Form, Reply
from handlers.dialogs.token import RESUME, Token
from handlers.meetings.minutes.round.clock import CLOSE
from handlers.messages.message import Message
from handlers.people.links import Links
from handlers.people.roles import Role
from handlers.registry import Registry
from handlers.reminders.handing import NAME as SEND
from handlers.writing.language import DEFAULT, _, speaking
from storage.tables import AgendaSlot, Committee, DisagreementView, Membership, MinutesEntry, Organisation, Person
from tests.cases.steps import propose
from tests.chores import done
from tests.chores import reminded as done_and_said
from tests.decisions.chain import walk as chain
from tests.deviations import walk as deviations
from tests.hearings import walk as hearings
from tests.meetings.evaluation import walk as evaluation
from tests.meetings.moving import walk as moving
from tests.meetings.steps import with_standing
from tests.meetings.threads.walk import Threads
from tests.papers.storing import papers
from tests.polls import walk as polls
from tests.reminded import walk as reminded
from tests.surface import FakeSurface, form, labels, message

OPENS_HOME = "opens their home"
"""How somebody's home comes by, where a platform has a place for it."""
Look = Callable[[str, Form | Message], None]
"""What is done with each form and message that comes by; the text says how it came: «member writes sak»."""


@dataclass(frozen=True)
class Words:
    """What is filled in. `title` is for one line (a prefix of it is used), `text` for several."""

    title: str
    text: str


TO_THE_BRIM = Words(
    title="👩‍⚕️ <!channel> [x](http://evil) *fet* & " + "æøå " * 50,
    text="Linje én.\n- punkt\n1. tall\n" + "Felles opplæring i utskrivning 👩‍⚕️ " * 60,
)
"""As much as there is room for, with all that a platform could read as something else."""
AS_PEOPLE_WRITE = Words(
    title="Felles opplæring i utskrivning",
    text="Epikrisen kom ikke fram før dagen etter at pasienten var hjemme.\nVi ringte avdelingen, og fikk den på faks.",
)


def every_step(registry: Registry) -> set[tuple[str, str]]:
    """(dialog, step) of every form that there is to come by."""
    dialogs = registry.dialogs.values()
    return {(dialog.name, step.name()) for dialog in dialogs for step in dialog.every_step} | {
        (dialog.name, RESUME) for dialog in dialogs if dialog.resumable
    }


class Walk:
    """Everybody of the small partnership, spoken to in one language."""

    def __init__(self, surface: FakeSurface, look: Look, words: Words = TO_THE_BRIM, language: str = DEFAULT) -> None:
        self.surface = surface
        self.world = surface.world
        self.words = words
        self._look = look
        self._language = language

    async def everything(self) -> None:
        async with self.world.database.transaction() as session:
            await session.execute(update(Person).values(language=self._language))
        await self._cases()
        await self._agenda()
        await self._report()
        await self._handle()
        await self._complete()
        await self._minutes()
        await self._attendance()
        await self._minutes_go_round()
        await self._disagreement()
        await hearings.walk(self)
        await evaluation.walk(self)
        threads = Threads(self)
        await threads.begin()
        await moving.walk(self, threads.go_on)
        await threads.end()
        await self._what_is_to_be_done()
        await chain.walk(self)
        await polls.walk(self)
        await self._papers()
        await self._plan()
        await reminded.walk(self)
        await self._commands()

    # --- how one gets on -----------------------------------------------------------------------------------

    def _called(self, label: str) -> str:
        """What a button is called in the language that is spoken."""
        with speaking(self._language):
            return _(label)

    def _see(self, how: str, reply: Reply) -> Reply:
        if reply is not None:
            self._look(how, reply)
        return reply

    async def _say(self, who: str, line: str) -> Reply:
        return self._see(f"{who} writes «{line.splitlines()[0][:60]}»", await self.surface.say(who, line))

    async def _submit(self, who: str, shown: Form, /, **raw: Any) -> Reply:
        """Submit wrongly first, so that the errors are drawn too."""
        step = Token.parse(shown.token).step
        if shown.fields:
            empty = {field.name: "" for field in shown.fields}
            self._see(f"{who} submits «{step}» with nothing in it", await self.surface.submit(who, shown, empty))
        kept = {field.name: field.value for field in shown.fields}
        return self._see(f"{who} submits «{step}»", await self.surface.submit(who, shown, {**kept, **raw}))

    async def _go_on(self, who: str, shown: Form, /, **raw: Any) -> Form:
        return form(await self._submit(who, shown, **raw))

    async def _press(self, who: str, shown: Message, label: str) -> Reply:
        called = self._called(label)
        return self._see(f"{who} presses «{called}»", await self.surface.press(who, shown, called))

    async def _open(self, who: str, shown: Message, label: str) -> Form:
        return form(await self._press(who, shown, label))

    async def _inbox(self, *everybody: str) -> None:
        for who in everybody:
            for item in await self.surface.inbox(who):
                self._see(f"{who} is told", item)

    async def _last_with_buttons(self, who: str) -> Message:
        await self._inbox(who)
        return next(item for item in reversed(await self.surface.inbox(who)) if item.buttons)

    async def _having(self, who: str, label: str) -> Message:
        """The newest message with this button."""
        found = await self.surface.inbox(who)
        return next(item for item in reversed(found) if self._called(label) in labels(item))

    # --- cases ---------------------------------------------------------------------------------------------

    async def _cases(self) -> None:
        """A case from the first screen until it is sent back for good, with all that can be filled in."""
        surface, world, text = self.surface, self.world, self.words.text
        what = {
            "committee": str(world.committees["fsu"]),
            "title": self.words.title[:250],
            "purpose": text[:3000],
            "types": ["O", "D", "B", "dialog"],
        }
        how = {
            "presenters": [str(world.people[name]) for name in ("member", "colleague", "clinician")],
            "others": self.words.title[:250],
            "minutes": "480",
            "conclusion": text[:3000],
            "links": "\n".join(f"https://example.org/vedlegg/{number}?a=1&b=[2]" for number in range(10)),
        }
        second = await self._go_on("member", form(await self._say("member", "sak")), **what)
        await surface.submit("member", second, how, "save")
        resume = form(await self._say("member", "sak Noe annet"))
        second = form(self._see(f"member submits «{RESUME}»", await surface.submit("member", resume)))
        look = await self._go_on("member", second, **how)
        receipt = message(self._see("member submits «summary»", await surface.submit("member", look)))
        change_how = await self._go_on("member", await self._open("member", receipt, "Endre"), **what)
        await self._submit("member", change_how, **how)

        ask = await self._open("secretary", await self._last_with_buttons("secretary"), "Be om mer")
        await self._submit("secretary", ask, question=text[:2000])
        surface.clock.forward(timedelta(seconds=20))
        answer = await self._open("member", await self._last_with_buttons("member"), "Svar")
        await self._submit("member", answer, answer=text[:2000])
        later = await self._open("secretary", await self._having("secretary", "Ta senere"), "Ta senere")
        await self._submit("secretary", later)
        await self._press("secretary", await self._having("secretary", "Ta senere"), "Sett på sakslisten")
        label = "Endre teksten"
        word = await self._open("secretary", await self._having("secretary", label), label)
        await self._submit("secretary", word, title=self.words.title[:240], purpose=text[:3000], conclusion=text[:2990])
        label = "Innsyn og arkiv"
        file = await self._open("secretary", await self._having("secretary", label), label)
        await self._submit("secretary", file, closed_under=self.words.title[:100], archive_reference="26/123-4")
        label = "Flytt til et annet møte"
        away = await self._open("secretary", await self._having("secretary", label), label)
        await self._submit("secretary", away, meeting=str(world.meetings["fsu-1"]))
        label = "Ta av sakslisten"
        off = await self._open("secretary", await self._having("secretary", label), label)
        await self._submit("secretary", off, reason=text[:2000])
        surface.clock.forward(timedelta(minutes=2))
        await self._inbox("member")
        label = "Rett opp og send på nytt"
        again = await self._open("member", await self._having("member", label), label)
        again_how = await self._go_on("member", again, **what)
        await surface.submit("member", await self._go_on("member", again_how, **how))
        label = "Send til annet utvalg"
        move = await self._open("secretary", await self._having("secretary", "Ta senere"), label)
        await self._submit("secretary", move, committee=str(world.committees["au"]), note=text[:2000])
        surface.clock.forward(timedelta(minutes=2))
        back = await self._open("secretary", await self._having("secretary", "Ta senere"), "Send tilbake")
        await self._submit("secretary", back, reason=text[:2000])
        await self._inbox("member", "deputy")

    # --- old papers ----------------------------------------------------------------------------------------

    async def _papers(self) -> None:
        """Papers that were read in: put right, asked about, stored, taken back, thrown away."""
        surface, world = self.surface, self.world
        first, second, third = await papers.walked(world, self.words.title, self.words.text)
        listed = message(await self._say("secretary", "papirer FSU"))
        shown = message(await self._press("secretary", listed, "Vis"))
        for paper_id in (first, second):
            arguments = {"committee": str(world.committees["fsu"]), "paper": str(paper_id)}
            reply = await surface.bot.press(world.sender("secretary"), "papirer.vis", arguments)
            shown = message(self._see("secretary opens a paper", reply))
            right = await self._open("secretary", shown, "Rett utvalg, dato og sted")
            place = self.words.title[:250]
            shown = message(await self._submit("secretary", right, place=place))
            asked = form(await self._press("secretary", shown, "Lagre"))
            while True:
                reply = await self._submit("secretary", asked, another="other", follow="false", plan="true")
                if isinstance(reply, Message):
                    break
                asked = form(reply)
            shown = message(reply)
        await self._press("secretary", shown, "Ta tilbake")
        arguments = {"committee": str(world.committees["fsu"]), "paper": str(third)}
        shown = message(await surface.bot.press(world.sender("secretary"), "papirer.vis", arguments))
        await self._press("secretary", shown, "Forkast")

    # --- meeting plans -------------------------------------------------------------------------------------

    async def _plan(self) -> None:
        """A plan that is written in: asked about, put right, filled in, stored, thrown away."""
        lines = "FSU: 25/2, 29/4, 17/5 12.30–15.30\nAU: 11/2, 13/3\nKlinikkrådet: 6/5 10.00–12.00"
        next_year = str(self.surface.clock.now().year + 1)
        year = message(await self._say("secretary", f"mote plan {next_year}"))
        for leave in (False, True):
            written = form(await self._press("secretary", year, "Skriv inn en plan"))
            shown = message(await self._submit("secretary", written, year=next_year, text=lines))
            if leave:
                year = message(await self._press("secretary", shown, "Forkast"))
                break
            whose = form(await self._press("secretary", shown, "Velg utvalg"))
            fsu = str(self.world.committees["fsu"])
            shown = message(await self._submit("secretary", whose, committee=fsu))
            place = self.words.title[:100]
            usual = form(await self._press("secretary", shown, "Sett klokkeslett for alle"))
            given = {"begins": "14:00", "ends": "16:00", "place": place}
            shown = message(await self._submit("secretary", usual, **given))
            right = form(await self._press("secretary", shown, "Rett møtet"))
            shown = message(await self._submit("secretary", right, day=f"{next_year}-05-20", place=place))
            year = message(await self._press("secretary", shown, "Lagre likevel"))
        await self._inbox("member")

    # --- agendas -------------------------------------------------------------------------------------------

    async def _agenda(self) -> None:
        """An agenda that is worked on: lines and breaks written, timed, joined, left out, told of."""
        title, meeting = self.words.title[:250], str(self.world.meetings["fsu-1"])
        await with_standing(self.world, "Godkjenning av innkalling", title)
        work = await self.surface.bot.press(self.world.sender("secretary"), "saksliste.arbeid", {"meeting": meeting})
        shown = message(self._see("secretary works on the agenda", work))
        shown = message(await self._press("secretary", shown, "Begynn å arbeide med sakslisten"))
        line = await self._open("secretary", shown, "Ny linje")
        shown = message(await self._submit("secretary", line, title=title, responsible=title, minutes="480"))
        pause = await self._open("secretary", shown, "Ny pause")
        shown = message(await self._submit("secretary", pause, title=title, starts_at="10:30", place="first"))
        shown = message(await self._press("secretary", shown, "Ned"))
        opened = message(await self._press("secretary", shown, "Mer"))
        times = await self._open("secretary", opened, "Endre tid")
        shown = message(await self._submit("secretary", times, minutes="1", starts_at="10:00"))
        opened = message(await self._press("secretary", shown, "Mer"))
        join = await self._open("secretary", opened, "Slå sammen med …")
        own = next(option for field in join.fields if field.name == "other" for option in field.options[-1:])
        shown = message(await self._submit("secretary", join, other=own.value))
        opened = message(await self._press("secretary", shown, "Mer"))
        again = await self._open("secretary", opened, "Endre")
        shown = message(await self._submit("secretary", again, minutes="30"))
        await self._press("secretary", shown, "Mer")
        await self._press("secretary", shown, "Ferdig")
        await self._inbox("member", "observer")

    # --- deviations ----------------------------------------------------------------------------------------

    async def _report(self) -> None:
        """A deviation from the first screen to the receipt, with all that can be filled in."""
        surface, world, title, text = self.surface, self.world, self.words.title, self.words.text
        what = {
            "unit": str(world.units["homecare"]),
            "categories": list(CATEGORIES),
            "category_other": title[:250],
            "service": "other",
            "service_other": title[:250],
            "workplace": str(world.units["ortho"]),
        }
        happened = {"description": text[:3000], "when": "i går 14.30", "immediate_measures": text[:3000]}
        second = await self._go_on("clinician", form(await self._say("clinician", "avvik " + text)), **what)
        await surface.submit("clinician", second, happened, "save")
        resume = form(await self._say("clinician", "avvik"))
        second = form(self._see(f"clinician submits «{RESUME}»", await surface.submit("clinician", resume)))
        third = await self._go_on("clinician", second, **happened)
        last = await self._go_on("clinician", third, consequence="none", near_miss="true", prevention=text[:3000])
        first = form(self._see("clinician goes back", await surface.submit("clinician", last, intent="back")))
        third = await self._go_on("clinician", await self._go_on("clinician", first))
        last = await self._go_on("clinician", third, consequence="death", near_miss="false")
        await self._submit("clinician", last, consent="asked", notice_considered="true")
        await self._inbox("clinician", "nurse", "manager")

    async def _fill_in(self, who: str, label: str, **given: Any) -> Reply:
        shown = await self.surface.bot.press(self.world.sender(who), "avvik.vis", {"deviation": "1"})
        opened = await self._open(who, message(self._see(f"{who} looks at the report", shown)), label)
        return await self._submit(who, opened, **given)

    async def _handle(self) -> None:
        """All that becomes of a deviation: sent on and back, asked about, answered, asked about again, rejected."""
        world, title, text = self.world, self.words.title, self.words.text[:2000]
        await self._fill_in("clinician", "Legg til opplysninger", text=text)
        other, first = str(world.units["nursinghome"]), str(world.units["homecare"])
        done = message(await self._fill_in("nurse", "Send videre", unit=other, note=text))
        remember = await self._open("nurse", done, "Husk dette for neste gang")
        await self._submit("nurse", remember, alias=title[:100])
        back = form(await self._fill_in("nurse", "Send videre", unit=f"again{first}", note=text))
        await self._submit("nurse", back, knowingly="true")
        await self._fill_in("nurse", "Be om opplysninger", question=text)
        await self._fill_in("clinician", "Svar", answer=text)
        long = self.words.text[:3000]
        await self._fill_in("nurse", "Svar og avslutt", finding=long, measure=long, measure_by=title[:250])
        await self._fill_in("clinician", "Spør en gang til", question=text)
        await self._fill_in("nurse", "Avvis", reason="other", duplicate="x" * 30, comment=text)
        await self._inbox("clinician", "nurse", "manager", "chief")

    async def _complete(self) -> None:
        """A report that the reporter's nearest leader looks over before it is sent."""
        surface, world = self.surface, self.world
        async with world.database.transaction() as session:
            await session.execute(update(Organisation).values(leaders_complete=True))
        await deviations.report(surface, "carer", "ortho", workplace=str(world.units["homecare"]))
        await self._inbox("manager")
        label = "Se over og send"
        shown = await self._open("manager", await self._having("manager", label), label)
        texts = dict.fromkeys(("description", "immediate_measures", "prevention"), self.words.text[:3000])
        other = self.words.title[:250]
        await self._submit("manager", shown, **texts, categories=list(CATEGORIES), category_other=other)
        await self._inbox("carer", "surgeon")

    # --- minutes -------------------------------------------------------------------------------------------

    async def _attendance(self) -> None:
        """Who comes to a meeting, who was there, and who took no part in an item."""
        surface, world, title, text = self.surface, self.world, self.words.title, self.words.text
        async with world.database.transaction() as session:
            role = {"committee_id": world.committees["fsu"], "role": Role.SUBSTITUTE}
            session.add(Membership(person_id=world.people["nurse"], **role))
        shown = message(await self._say("member", "saksliste FSU"))
        await self._press("member", shown, "Kommer")
        for who in ("member", "colleague"):
            away = await self._open(who, shown, "Forfall")
            await self._submit(who, away, reason=text[:200])
        await self._submit("nurse", await self._open("nurse", shown, "Kommer"), member=f"p{world.people['member']}")
        sends = await self._open("colleague", shown, "Stedfortreder")
        await self._submit("colleague", sends, who=str(world.people["carer"]))
        await self._inbox("colleague", "carer", "member", "nurse")
        await self._press("carer", await self._having("carer", "Forfall"), "Kommer")
        roll = message(
            await self._press("secretary", message(await self._say("secretary", "saksliste FSU")), "Før oppmøte")
        )
        await self._press("secretary", roll, "Minn dem som ikke har svart")
        added = await self._open("secretary", roll, "Legg til")
        await self._submit("secretary", added, other=title[:100], organisation=title[:100])
        await self._press("secretary", roll, "Alle som sa ja, kom")
        out = await self._open("secretary", roll, "Inhabil i en sak")
        slots = next(field.options for field in out.fields if field.name == "item")
        given = {
            "item": slots[0].value,
            "who": [f"p{world.people['member']}"],
            "other": title[:100],
            "reason": text[:500],
        }
        await self._submit("secretary", out, **given)
        roll = message(
            await self._press("secretary", message(await self._say("secretary", "saksliste FSU")), "Før oppmøte")
        )
        more = [button for button in roll.buttons_within() if button.action == "oppmote.person"]
        guest = next(button for button in more if button.arguments["who"].startswith("a"))
        for button in (more[0], guest):
            one = await surface.bot.press(world.sender("secretary"), button.action, button.arguments)
            details = await self._open("secretary", message(self._see("one person", one)), "Kom senere, gikk tidligere")
            await self._submit("secretary", details, since=slots[0].value, until=slots[0].value)
        await self._say("member", "saksliste FSU")

    async def _minutes(self) -> None:
        """The minutes of a meeting, with a case that two write in."""
        surface, world, title, text = self.surface, self.world, self.words.title, self.words.text
        what = {"committee": str(world.committees["fsu"]), "title": title[:250], "purpose": text[:3000]}
        how = await self._go_on("member", form(await self._say("member", "sak")), **what, types=["O", "D"])
        look = await self._go_on("member", how, conclusion=text[:3000])
        await surface.submit("member", look)
        await self._press("secretary", await self._having("secretary", "Sett på sakslisten"), "Sett på sakslisten")
        sender = world.sender("secretary")
        shown = message(await surface.bot.press(sender, "referat.vis", {"meeting": str(world.meetings["fsu-1"])}))
        shown = message(await self._press("secretary", shown, "Begynn på referatet"))
        who = await self._open("secretary", shown, "Møteleder og referent")
        shown = message(
            self._see("chosen", await surface.submit("secretary", who, {"chair": str(world.people["member"])}))
        )
        own = await self._open("secretary", shown, "Skriv")
        theirs = form(await surface.press("deputy", shown, self._called("Skriv")))
        # So long that both take two fields.
        long = text * 30
        await surface.submit("deputy", theirs, {"discussion": long[:2600], "how": "agreed"})
        # Nothing in it is required: handed in empty, it would be done with.
        written = {"discussion": long[1:1900], "conclusions": text[:2500], "how": "disagreed"}
        both = form(self._see("two have written", await surface.submit("secretary", own, written)))
        done = message(self._see("put together", await surface.submit("secretary", both, {"ready": "information"})))
        follow = await self._open("secretary", done, "Legg til oppfølging")
        owner = f"c{world.committees['au']}"
        # Words that set no date ask for one; those that come to one are asked about too.
        asked = form(await self._submit("secretary", follow, text=text[:1000], owner=owner, due=title[:100]))
        await self._submit("secretary", asked, day="2027-03-12")
        follow = await self._open("secretary", done, "Legg til oppfølging")
        asked = form(await self._submit("secretary", follow, text=text[:1000], owner=owner, due="før sommeren"))
        done = message(await self._submit("secretary", asked))
        sentences = message(await self._press("secretary", done, "Løft fram en enighet"))
        lift = await self._open("secretary", sentences, "Gjør til konklusjon")
        done = message(await self._submit("secretary", lift, text="Utvalget er enige om dette."))
        dispatch = await self._open("secretary", done, "Ekspedert")
        await self._submit("secretary", dispatch, recipients=text[:190])
        paste = await self._open("secretary", shown, "Lim inn notater")
        pasted = {"text": text[:3000], "more": text[:3000], "rest": text[:3000], "source": title[:100]}
        drafts = message(await self._submit("secretary", paste, **pasted))
        place = await self._open("secretary", drafts, "Velg sak")
        case = next(each for each in place.fields if each.name == "case").options[0].value
        drafts = message(await self._submit("secretary", place, case=case))
        await self._open("secretary", drafts, "Se over og ta inn")
        await self._press("secretary", drafts, "Forkast")
        await self._press("secretary", shown, "Sjekk referatet")
        await self._say("secretary", "referat FSU neste")

    async def _remind(self, chore: Chore) -> None:
        """What this chore lays, and what is due of it."""
        send = next(each for each in self.surface.bot.registry.chores if each.name == SEND)
        for each in (chore, send):
            await done(each, self.world.database, self.surface.clock)

    async def _disagreement(self) -> None:
        """The case of those minutes ended in disagreement: both parties write, as long as there is room, and it goes up
        the ladder."""
        surface, world, title, text = self.surface, self.world, self.words.title, self.words.text
        async with world.database.transaction() as session:
            cases = select(col(AgendaSlot.id)).where(col(AgendaSlot.item_id).is_not(None))
            slot = (await session.scalars(cases.where(col(AgendaSlot.meeting_id) == world.meetings["fsu-1"]))).first()
            ended = update(MinutesEntry).where(col(MinutesEntry.slot_id) == slot).values(how_decided="disagreed")
            await session.execute(ended)
        await done(opening.CHORE, world.database, surface.clock)
        await self._inbox("member", "secretary")
        # So long that it takes two fields the next time.
        much = ((text + "\n") * 30)[:2900]
        written = {"text": much, "wishes": much}
        await self._dispute("member", "vis")
        await self._submit("member", form(await self._dispute("member", "skriv")), **written)
        surface.clock.go_to(surface.clock.now() + timedelta(days=13))
        await self._remind(REMIND)
        await self._inbox("colleague")
        surface.clock.go_to(surface.clock.now() + timedelta(days=2))
        await self._remind(REMIND)
        long = form(await self._dispute("member", "skriv"))
        await self._submit("member", long, **written, more=much)
        for name in ("forsok", "forsok"):
            tried = form(await self._dispute("secretary", name))
            await self._submit("secretary", tried, text=much)
        await self._submit("secretary", form(await self._dispute("secretary", "parter")))
        await self._dispute("secretary", "vissyn")
        await self._submit("colleague", form(await self._dispute("colleague", "skriv")), **written)
        async with world.database.reading() as session:
            view = (await session.scalars(select(col(DisagreementView.id)))).first()
        await self._dispute("colleague", "les", view=view)
        step = form(await self._dispute("secretary", "trinn"))
        committee = str(world.committees["au"])
        await self._submit("secretary", step, step="ssu", committee=committee, due="2027-06-01", note=text[:1900])
        await self._dispute("secretary", "kontroll")
        masked = form(await self._dispute("secretary", "ord"))
        # Nothing in it is required: handed in empty, it would be done with.
        taken = await surface.submit("secretary", masked, {"others": title[:200]})
        self._see("words are taken out", taken)
        await self._dispute("secretary", "historikk")
        close = form(await self._dispute("secretary", "lukk"))
        await self._submit("secretary", close, outcome=text[:2900])
        await self._inbox("member", "colleague", "secretary", "deputy")
        await self._dispute("secretary", "gjenapne")

    async def _dispute(self, who: str, action: str, **carried: object) -> Reply:
        """A press about the protocol of a disagreement."""
        arguments = {"meeting": str(self.world.meetings["fsu-1"]), "disagreement": "1"}
        arguments |= {name: str(value) for name, value in carried.items()}
        reply = await self.surface.bot.press(self.world.sender(who), f"uenighet.{action}", arguments)
        return self._see(f"{who} presses uenighet.{action}", reply)

    async def _round(self, who: str, action: str, meeting: str = "fsu-1", **carried: object) -> Reply:
        """A press about minutes that go round."""
        arguments = {"meeting": str(self.world.meetings[meeting])}
        arguments |= {name: str(value) for name, value in carried.items()}
        reply = await self.surface.bot.press(self.world.sender(who), f"referatrunde.{action}", arguments)
        shown = self._see(f"{who} presses referatrunde.{action}", reply)
        for label in ("Send likevel", "Publiser likevel"):
            if isinstance(shown, Message) and self._called(label) in labels(shown):
                return await self._press(who, shown, label)
        return shown

    async def _fill_in_round(self, who: str, action: str, meeting: str = "fsu-1", **given: Any) -> Reply:
        carried = {name: given.pop(name) for name in ("comment",) if name in given}
        return await self._submit(who, form(await self._round(who, action, meeting, **carried)), **given)

    async def _minutes_go_round(self) -> None:
        """Those minutes out for comment, with all that becomes of a comment, approved, and corrected."""
        surface, text = self.surface, self.words.text
        surface.clock.go_to(surface.clock.now() + timedelta(days=21))
        await self._round("secretary", "send")
        shown = message(await self._round("member", "vis"))
        slot = next(
            button.arguments["slot"]
            for section in shown.sections
            for button in section.buttons
            if button.action == "referatrunde.sak"
        )
        await self._round("member", "sak", slot=slot)
        await self._round("colleague", "ingen")
        propose = await self._go_on(
            "member", form(await self._round("member", "kommenter")), item=slot, text=text[:2900], propose="true"
        )
        await self._submit("member", propose, part="1", instead=text[:2900])
        await self._fill_in_round("deputy", "kommenter", item="all", text=text[:2900], propose="false")
        await self._fill_in_round("member", "kommenter", item=slot, text=text[:2900], propose="false")
        await self._round("secretary", "kommentarer")
        await self._inbox("member", "secretary")
        surface.clock.go_to(surface.clock.now() + timedelta(days=6))
        await done_and_said(CLOSE, surface.world.database, surface.clock)
        await self._inbox("deputy", "colleague")
        take_in = form(await self._round("secretary", "tainn", comment=1))
        changed = {**{field.name: field.value for field in take_in.fields}, "answer": text[:1900]}
        self._see("secretary takes it in", await surface.submit("secretary", take_in, changed))
        note = form(await self._round("secretary", "tainn", comment=2))
        self._see("secretary takes note", await surface.submit("secretary", note, {"answer": text[:1900]}))
        surface.clock.go_to(surface.clock.now() + timedelta(days=3))
        await done(CLOSE, surface.world.database, surface.clock)
        await self._inbox("secretary")
        await self._fill_in_round("secretary", "avsla", comment=3, answer=text[:1900])
        await self._round("secretary", "publiser")
        await self._inbox("member", "secretary")
        await self._approve()

    async def _approve(self) -> None:
        """In a round first, which refuses; then at the next meeting, which refuses once too."""
        surface, text = self.surface, self.words.text[:1900]
        await self._decide(approval="round")
        await self._round("secretary", "be")
        await self._inbox("member")
        await self._fill_in_round("member", "underkjenn", reason=text)
        await self._inbox("member", "colleague", "secretary")
        await self._round("secretary", "publiser")
        await self._round("member", "godkjenn")
        surface.clock.go_to(surface.clock.now() + timedelta(days=9))
        await done(CLOSE, surface.world.database, surface.clock)
        await self._inbox("secretary")
        await self._decide(approval="meeting")
        surface.clock.go_to(surface.clock.now() + timedelta(days=40))
        await self._fill_in_round("secretary", "ikkeimote", "fsu-2", reason=text)
        await self._round("secretary", "publiser")
        at_meeting = form(await self._round("secretary", "imote", "fsu-2"))
        self._see("approved", await surface.submit("secretary", at_meeting, {"remark": text}))
        await self._fill_in_round("secretary", "rett", item="all", text=text)
        await self._round("member", "vis")
        await self._round("member", "historikk")
        await self._inbox("member")

    async def _of_follow_up(self, who: str, action: str) -> Reply:
        """A press about the first thing that is to be done after the meeting."""
        reply = await self.surface.bot.press(self.world.sender(who), f"oppfolging.{action}", {"follow": "1"})
        return self._see(f"{who} presses oppfolging.{action}", reply)

    async def _what_is_to_be_done(self) -> None:
        """What a meeting wanted done: received, given more time, reported on, handed on, and nobody's."""
        surface, text, people = self.surface, self.words.text[:1000], self.world.people
        await done(FOLLOW, surface.world.database, surface.clock)
        await self._inbox("secretary")
        await self._of_follow_up("secretary", "mottatt")
        day = str(surface.clock.now().date() + timedelta(days=700))
        more = form(await self._of_follow_up("secretary", "tid"))
        await self._submit("secretary", more, until=day, why=text)
        rhythm = form(await self._of_follow_up("secretary", "rytme"))
        self._see("a rhythm is chosen", await surface.submit("secretary", rhythm, {"rhythm": "month"}))
        await self._submit("secretary", form(await self._of_follow_up("secretary", "status")), text=text)
        change = form(await self._of_follow_up("secretary", "endre"))
        await self._submit("secretary", change, owner=str(people["surgeon"]), due=day)
        await self._inbox("surgeon")
        on = form(await self._of_follow_up("surgeon", "videre"))
        await self._submit("surgeon", on, person=str(people["chief"]), note=text)
        await self._inbox("surgeon", "chief")
        await self._submit("chief", form(await self._of_follow_up("chief", "ikkemin")), why=text)
        await self._inbox("chief", "secretary")
        await self._of_follow_up("secretary", "vis")
        await self._of_follow_up("secretary", "bort")
        await self._decisions(text)

    async def _of_decision(self, action: str) -> Reply:
        reply = await self.surface.bot.press(self.world.sender("secretary"), f"vedtak.{action}", {"decision": "1"})
        return self._see(f"secretary presses vedtak.{action}", reply)

    async def _decisions(self, text: str) -> None:
        """What the secretariat settles about a decision."""
        day, owner = str(self.surface.clock.now().date() + timedelta(days=30)), str(self.world.people["surgeon"])
        await self._submit("secretary", form(await self._of_decision("oppfolging")), text=text, owner=owner, due=day)
        revoke = form(await self._of_decision("opphev"))
        later = next(field.options for field in revoke.fields if field.name == "later")[0].value
        await self._submit("secretary", revoke, later=later)
        await self._inbox("surgeon")
        await self._of_decision("gjelder")
        await self._of_decision("avklar")

    async def _decide(self, **rules: str) -> None:
        """FSU decides about its minutes."""
        async with self.world.database.transaction() as session:
            committee = await session.get_one(Committee, self.world.committees["fsu"])
            committee.settings = {**committee.settings, "minutes": rules}

    # --- what only shows something -------------------------------------------------------------------------

    async def _commands(self) -> None:
        await propose(self.surface)
        for line in (
            "sak mine",
            "sak liste",
            "mote",
            "saksliste FSU",
            "referat",
            "vedtak",
            "vedtak mine",
            "vedtak forfalt",
            "vedtak mangler",
            "vedtak uenighet",
            "vedtak FSU",
            "vedtak 1/2026",
            "avvik direkte",
            "avvik mine",
            "avvik kø",
            "kjede",
            "hjelp",
            "noe ukjent " + self.words.title,
        ):
            for who in ("secretary", "member"):
                await self._say(who, line)
        for who in ("secretary", "member", "nurse"):
            await self._say(who, "hjem")
            shown = await self.surface.bot.home(self.world.sender(who), greeted=True)
            self._see(f"{who} {OPENS_HOME}", shown)
        await self._calendar()

    async def _calendar(self) -> None:
        """Without an address that calendars reach, and with one."""
        bot = self.surface.bot
        await self._say("member", "mote kalender")
        links = Links("https://bot.example.org/", "a key of the walk, and long enough for that", bot.clock)
        self.surface.bot = Bot(bot.database, bot.registry, bot.clock, links=links)
        for line in ("mote kalender", "mote kalender ny", "mote kalender ny", "mote kalender"):
            await self._say("member", line)
        for _time in range(2):
            await self._say("member", "mote kalender slett")
        self.surface.bot = bot

"""What everybody sees of a decision on its way by now, written as deliveries: worked out from how it stands.

Each has a message of their own that changes where it stands, and only what has changed is written. So pressing twice, a
restart, or the clock coming in between makes nothing twice, and one answer among sixty bothers no other party.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.decisions.chain import views
from handlers.decisions.chain.actions import Do, button
from handlers.decisions.chain.party_actions import page_of, to_answer
from handlers.decisions.chain.picture import Decided, Leg, Stand, Tally, tally
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Build, Seen, Standing, places, show_all
from handlers.people.access import DECIDERS
from handlers.people.roles import Role
from handlers.writing.language import _, ngettext
from storage import deliveries, people
from storage.decided_at import At
from storage.deliveries import Place, Wish
from storage.tables import HowDecided

ASK = "ask"
_NO, _ALL, _SEND, _BACK, _UNREACHED, _DONE, _REVOKED = "no", "all", "send", "back", "unreached", "done", "revoked"


def subject(entry_id: int) -> str:
    """The subject of all that is told of what was decided in a line of minutes."""
    return f"chain:{entry_id}"


class Speakers(NamedTuple):
    """Who serves a committee: language by person. `deciders`: its secretariat; `all`: whoever leads it besides."""

    deciders: Mapping[int, str]
    all: Mapping[int, str]


async def speakers(session: AsyncSession, committee_id: int, now: datetime) -> Speakers:
    """Who serves the committee today."""
    holders = await people.holding_roles(session, committee_id, local_day(now))
    deciding = {each.person_id: each.language for each in holders if each.role in DECIDERS}
    leading = {each.person_id: each.language for each in holders if each.role == Role.LEADER}
    return Speakers(deciding, {**leading, **deciding})


async def stand(session: AsyncSession, every: Sequence[Decided], now: datetime) -> int:
    """Everybody sees these decisions as they stand by now; how many messages that wrote."""
    served: dict[int, Speakers] = {}
    for decided in every:
        theirs = {decided.at.committee.id, *(leg.case.committee.id for leg in decided.legs if leg.case is not None)}
        for committee_id in theirs - served.keys():
            served[committee_id] = await speakers(session, committee_id, now)
    subjects = [subject(decided.at.entry.id) for decided in every]
    held = {each.key: each.message for _person_id, each in await deliveries.about(session, subjects)}
    written: list[Wish] = []

    async def write(session: AsyncSession, wishes: Sequence[Wish]) -> None:
        written.extend(wish for wish in wishes if held.get(wish.key) != wish.message)
        await deliveries.wish(session, written)

    standing = [_Telling(decided, served).standing() for decided in every]
    await show_all(session, now, standing, write=write)
    return len(written)


class _Telling:
    """What is told of one decision."""

    def __init__(self, decided: Decided, served: Mapping[int, Speakers]) -> None:
        self.decided, self.at, self.served = decided, decided.at, served
        self.subject = subject(decided.at.entry.id)
        self.by_id = {leg.task.row.id: leg for leg in decided.legs}

    def standing(self) -> Standing:
        return Standing(self.subject, list(self._seen()) if self.at.is_in_force else (), self._gone)

    def _key(self, what: str, leg: Leg | None = None) -> str:
        return f"{self.subject}:{what}:{leg.task.row.id}" if leg is not None else f"{self.subject}:{what}"

    def _to(self, what: str, readers: Mapping[int, str], build: Build, leg: Leg | None = None) -> Seen:
        return Seen(places(self._key(what, leg), readers.items()), build)

    def _seen(self) -> Iterator[Seen]:
        own = self.served[self.at.committee.id]
        for leg in self.decided.recommended:
            yield from self._of_party(leg, own)
        found = tally(self.decided.recommended)
        if found.is_complete:
            yield self._to(_ALL, own.all, partial(complete, self.decided, found))
        if self._is_to_be_sent():
            yield self._to(_SEND, own.deciders, partial(to_be_sent, self.at))
        unreached = [leg for leg in self.decided.recommended if leg.stand is Stand.UNANSWERED and leg.has_stopped]
        if unreached:
            yield self._to(_UNREACHED, own.deciders, partial(unreachable, self.at, unreached))
        down = [leg for leg in self.decided.legs if not leg.task.row.recommended]
        for leg in down:
            if views.is_sent_back(leg):
                yield self._to(_BACK, own.deciders, partial(sent_back, self.at, leg), leg)
            if leg.stand in (Stand.REVOKED, Stand.DROPPED) and leg.case is not None:
                theirs = self.served[leg.case.committee.id].deciders
                yield self._to(_REVOKED, theirs, partial(no_more_from_above, self.at, leg), leg)
        went_down = any(leg.case is not None for leg in down)
        if went_down and all(leg.stand is Stand.DONE for leg in down if leg.stand is not Stand.DROPPED):
            yield self._to(_DONE, own.all, partial(done, self.decided))

    def _of_party(self, leg: Leg, own: Speakers) -> Iterator[Seen]:
        contacts = {each.person_id: each.language for each in (leg.party.contacts if leg.party is not None else ())}
        if leg.stand is Stand.UNANSWERED:
            yield self._to(ASK, contacts, partial(asked, self.at, leg), leg)
        elif leg.stand in (Stand.YES, Stand.NO, Stand.CHANGES):
            yield self._to(ASK, contacts, partial(answered, self.at, leg), leg)
        if leg.stand is Stand.NO:
            yield self._to(_NO, own.all, partial(says_no, self.at, leg), leg)

    def _is_to_be_sent(self) -> bool:
        revoked = self.decided.conclusions and all(each.revoked_by_id is not None for each in self.decided.conclusions)
        return (
            self.at.entry.how_decided == HowDecided.RECOMMENDED
            and self.at.minutes.followed_from is None
            and not self.decided.recommended
            and bool(self.decided.conclusions)
            and not revoked
        )

    def _gone(self, place: Place) -> Build | None:
        """What stands in a place that nobody holds by now."""
        what, _colon, rest = place.key.removeprefix(f"{self.subject}:").partition(":")
        number = rest.partition(":")[0]
        leg = self.by_id.get(int(number)) if number.isdecimal() else None
        if what not in (ASK, _REVOKED) and not self.at.is_in_force:
            return partial(put_right, self.at)
        match what:
            case "ask":
                return partial(withdrawn, self.at, leg)
            case "no" if leg is not None:
                return partial(no_longer_no, self.at, leg)
            case "all":
                return partial(not_all_after_all, self.decided)
            case "send":
                return partial(is_sent, self.decided)
            case "unreached":
                return partial(reachable, self.at)
            case "back" if leg is not None:
                return partial(goes_on, self.at, leg)
            case "done":
                return partial(not_done_after_all, self.decided)
        return None


# --- to a party ---------------------------------------------------------------------------------------------------


def _recommends(at: At) -> str:
    # Whoever answers for a party is no member: of a closed case they are told what they were sent, and no more.
    return views.case_name(at, sees=not (at.item is not None and at.item.closed_under))


def _of_leg(leg: Leg) -> tuple[Fact, ...]:
    row = leg.task.row
    facts = (
        (_("Svarer for"), leg.task.owner),
        (_("Svarfrist"), dates.short_date(row.due_on) if row.due_on is not None else ""),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def asked(at: At, leg: Leg) -> Message:
    """A party is asked what it decides."""
    row = leg.task.row
    return Message(
        title=_("Tilråding til {party}: hva vedtar dere?").format(party=leg.task.owner),
        text=row.text,
        facts=(Fact(label=_("Tilrådd av"), value=_recommends(at)), *_of_leg(leg)),
        small=_("Hver part vedtar for seg. Svar når vedtaket er gjort hos dere; svaret kan rettes siden."),
        buttons=(to_answer(_("Svar på tilrådingen"), row, style="primary"),),
        page=page_of(row),
    )


def answered(at: At, leg: Leg, *, said: str = "") -> Message:
    """The party has answered: what it reads from then on. `said`: what has just been done."""
    row = leg.task.row
    day = dates.short_date(row.answered_on) if row.answered_on is not None else ""
    facts = ((_("Svar"), _(views.STANDS[leg.stand])), (_("Vedtatt"), day), (_("Merknad"), row.answer_text))
    return Message(
        title=_("{party} har svart på tilrådingen").format(party=leg.task.owner),
        text="\n\n".join(filter(None, (said, row.text))),
        facts=(
            *(Fact(label=label, value=value) for label, value in facts if value),
            Fact(label=_("Tilrådd av"), value=_recommends(at)),
        ),
        buttons=(to_answer(_("Rett svaret"), row),),
        page=page_of(row),
    )


def withdrawn(at: At, leg: Leg | None) -> Message:
    """Nobody waits for this person's answer any more."""
    stand = leg.stand if leg is not None else None
    if not at.is_in_force:
        text = _("Referatet rettes. Dere får beskjed når det gjelder igjen.")
    elif stand is Stand.REVOKED:
        text = _("Vedtaket er opphevet, så dere trenger ikke å svare.")
    elif stand is Stand.DROPPED or leg is None:
        text = leg.note if leg is not None and leg.note else _("Utvalget venter ikke lenger på svaret.")
    elif stand is Stand.NOT_A_PARTY:
        text = _("Virksomheten er ikke lenger med i helsefellesskapet.")
    else:
        text = _("Noen andre er nå ført opp som kontaktperson for {party}.").format(party=leg.task.owner)
    return Message(
        title=_("Tilrådingen venter ikke lenger på svar fra deg"),
        text=text,
        facts=(Fact(label=_("Tilrådd av"), value=_recommends(at)),),
    )


# --- to the committee that decided --------------------------------------------------------------------------------


def put_right(at: At) -> Message:
    """In the place of whatever was told, while the minutes are with the minute taker again: nothing of it holds now."""
    return Message(
        title=_("Referatet rettes: {text}").format(text=views.case_name(at)),
        text=_("Du får beskjed hvis dette gjelder når referatet er rettet."),
    )


def says_no(at: At, leg: Leg) -> Message:
    """A party says no: told at once."""
    row = leg.task.row
    day = dates.short_date(row.answered_on) if row.answered_on is not None else ""
    return Message(
        title=_("{party} sier nei til tilrådingen").format(party=leg.task.owner),
        text=row.answer_text,
        facts=(
            Fact(label=_("Sak"), value=views.case_name(at)),
            *((Fact(label=_("Vedtatt"), value=day),) if day else ()),
        ),
        buttons=(views.show_button(at),),
    )


def no_longer_no(at: At, leg: Leg) -> Message:
    return Message(
        title=_("{party} sier ikke lenger nei til tilrådingen").format(party=leg.task.owner),
        text=views.stands(leg),
        facts=(Fact(label=_("Sak"), value=views.case_name(at)),),
        buttons=(views.show_button(at),),
    )


def complete(decided: Decided, found: Tally) -> Message:
    """The last party has answered: what it came to."""
    return Message(
        title=_("Alle har svart på tilrådingen: {answers}").format(answers=views.counted(found)),
        text=views.case_name(decided.at),
        facts=tuple(
            Fact(label=leg.task.owner, value=views.stands(leg))
            for stand in (Stand.NO, Stand.CHANGES, Stand.YES)
            for leg in decided.recommended
            if leg.stand is stand
        ),
        buttons=(views.show_button(decided.at),),
    )


def not_all_after_all(decided: Decided) -> Message:
    return Message(
        title=_("Tilrådingen venter på svar igjen"),
        text="\n".join((views.case_name(decided.at), views.summary(decided))),
        buttons=(views.show_button(decided.at),),
    )


def to_be_sent(at: At) -> Message:
    """It was decided as a recommendation, and nobody has been asked."""
    return Message(
        title=_("Tilrådingen kan sendes til partene: {case}").format(case=views.case_name(at)),
        text=_("Saken er avgjort som tilråding, så hver part vedtar for seg. Velg hvem som skal ha den."),
        buttons=(button(Do.SEND, _("Send som tilråding til parter"), at, style="primary"), views.show_button(at)),
    )


def is_sent(decided: Decided) -> Message:
    count = len(decided.recommended)
    sent = ngettext("Tilrådingen er sendt til {count} part", "Tilrådingen er sendt til {count} parter", count)
    return Message(
        title=sent.format(count=count) if count else _("Tilrådingen skal ikke sendes lenger"),
        text=views.case_name(decided.at),
        buttons=(views.show_button(decided.at),),
    )


def unreachable(at: At, legs: Sequence[Leg]) -> Message:
    """Parties that nobody answers for."""
    names = views.parties_named(legs)
    return Message(
        title=ngettext(
            "{count} part har ingen kontaktperson", "{count} parter har ingen kontaktperson", len(legs)
        ).format(count=len(legs)),
        text=_(
            "{parties} har ikke fått tilrådingen. Be koordinatoren føre opp kontaktpersoner, "
            "så får de den. Eller send brev, og før inn svaret selv."
        ).format(parties=names),
        facts=(Fact(label=_("Sak"), value=views.case_name(at)),),
        buttons=(button(Do.WRITE_IN, _("Før inn et svar"), at), views.show_button(at)),
    )


def reachable(at: At) -> Message:
    return Message(
        title=_("Ingen part mangler kontaktperson lenger"),
        text=views.case_name(at),
        buttons=(views.show_button(at),),
    )


def sent_back(at: At, leg: Leg) -> Message:
    """Another committee will not have it, or could not get it."""
    return Message(
        title=_("{committee}: {stands}").format(committee=leg.task.owner, stands=views.stands(leg)),
        text="\n\n".join(filter(None, (leg.note, leg.task.row.text))),
        facts=(Fact(label=_("Sak"), value=views.case_name(at)),),
        buttons=(button(Do.AGAIN, _("Send på nytt"), at), views.show_button(at)),
    )


def goes_on(at: At, leg: Leg) -> Message:
    return Message(
        title=_("{committee}: {stands}").format(committee=leg.task.owner, stands=views.stands(leg)),
        text=views.case_name(at),
        buttons=(views.show_button(at),),
    )


def done(decided: Decided) -> Message:
    """All that was given to somebody is done, however far down it went."""
    return Message(
        title=_("Vedtaket er fulgt opp: {case}").format(case=views.case_name(decided.at)),
        text=views.summary(decided),
        buttons=(views.show_button(decided.at),),
    )


def not_done_after_all(decided: Decided) -> Message:
    return Message(
        title=_("Vedtaket følges opp igjen: {case}").format(case=views.case_name(decided.at)),
        text=views.summary(decided),
        buttons=(views.show_button(decided.at),),
    )


# --- to the committee that got it ---------------------------------------------------------------------------------


def no_more_from_above(at: At, leg: Leg) -> Message:
    """What led to a committee's case is revoked."""
    sees = not (at.item is not None and at.item.closed_under)
    case = leg.case
    named = f"{case.item.number or ''} {case.item.title}".strip() if case is not None else ""
    return Message(
        title=_("Vedtaket som saken kommer fra, gjelder ikke lenger: {case}").format(case=named),
        text=_("Står saken på sakslisten deres, kan dere ta den av."),
        facts=(Fact(label=_("Kommer fra"), value=views.case_name(at, sees=sees)),),
    )

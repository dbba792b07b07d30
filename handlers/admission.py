"""Whom the bot lets in: somebody new, and somebody whom the platform is asked about once more.

The rule, the same on every platform (see docs/decisions/018). The platform says who somebody is:

- whoever is at home in a workspace of one of the organisations is its own;
- an outsider (a guest of the workspace, or somebody from another one) is refused, unless the partnership file names
  them, by an e-mail address that the platform vouches for or by their id there, or the organisation has said that
  guests are welcome (`guests: true`), who are then called guests;
- whoever has an address that the platform vouches for is the person with that address; whoever has the id that the
  file gives is that person, whatever is said of an address;
- whoever has neither is let in as somebody of their own, is told what to do, and is joined to whom they turn out to be.

What a platform says may change, or not be said at first: it is asked again, ever less often while it says no more.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.errors import Gone
from handlers.messages.message import Message
from handlers.messages.standing import Seen, Standing, show_all, tell_once
from handlers.people.address import Address
from handlers.people.context import Profile, Sender, Unvouched
from handlers.people.recognising import (
    FILE_FIELDS,
    OWNED_BY_NOBODY,
    PAGE,
    PLATFORMS,
    elsewhere,
    outsider,
    refused,
    removed,
)
from handlers.reminders import laying
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import DEFAULT, N_, _, of_locale
from handlers.writing.text import clean, shorten
from storage import accounts, deliveries, joining
from storage import people as stored
from storage.accounts import Place
from storage.tables import Account, LanguageFrom, Organisation, Person

log = logging.getLogger(__name__)

SETTLED = timedelta(days=1)
"""How long what a platform said of somebody holds: a colleague may become a guest."""
ASKED_MEANWHILE = timedelta(minutes=5)
"""Nobody else asks while one does, nor right after it did not answer."""
_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=7)

PEOPLE_IN_FORMS = ("presenters", "substitute", "who", "persons", "person", "first_writers", "second_writers")
"""Fields of dialogs that hold people (`handlers.dialogs.dialog.Person`); a test finds those that are missing."""

_WHY = {
    Unvouched.UNCONFIRMED: N_("{platform} går ikke god for e-postadressen din"),
    Unvouched.HIDDEN: N_("{platform} viser meg ikke e-postadressen din"),
    Unvouched.NUMBER: N_("E-postadressen din i {platform} kan ha et fødselsnummer i seg, så jeg bruker den ikke"),
    Unvouched.UNSEEN: N_("{platform} viser meg ikke hvem du er"),
}


@dataclass(frozen=True)
class _Said:
    """What the platform says, held up against what is known: where they speak from, and who that makes them."""

    place: Place
    outsider: bool
    person: Person | None
    profile: Profile

    @property
    def owner(self) -> Organisation:
        return self.place.organisation

    @property
    def email(self) -> str | None:
        return self.profile.email

    def works_here(self, person: Person) -> bool:
        return person.organisation_id == self.owner.id or self.owner.key in person.also_at


async def is_expected(session: AsyncSession, sender: Sender) -> bool:
    """Whether the partnership file gives the sender's id, so that they are let in though the platform says nothing.

    Raises:
        Refused: nobody in the partnership owns the workspace.
    """
    if sender.surface in OWNED_BY_NOBODY:
        return False
    if await accounts.place(session, sender.surface, sender.workspaces) is None:
        raise refused()
    return await stored.with_id(session, sender.surface, sender.user_id) is not None


async def admit(session: AsyncSession, sender: Sender, profile: Profile, now: datetime) -> None:
    """Give a new account its person: whom the file gives this id, the one with the same e-mail, else a new one of the
    workspace's organisation.

    An id or an address leads only to a person who works for the organisation that owns the workspace: whoever
    administers another workspace could write any address there (see docs/decisions/004).

    Raises:
        Refused: nobody in the partnership owns the workspace.
        NotAllowed: the address belongs to a person of another organisation, or they are an outsider.
    """
    if sender.surface == PAGE:
        await _admit_by_link(session, sender, now)
        return
    said = await _weigh(session, sender, profile)
    if said is None:
        raise refused()
    profile, person = said.profile, said.person
    if person is not None and not said.works_here(person):
        if said.outsider or person.listed or not person.guest:
            raise elsewhere(said.owner.name)
        # Elsewhere they were only ever a guest, and here they are at home: the address is theirs here.
        person.email = None
        await session.flush()
        person = None
    if said.outsider and not (person is not None and person.listed) and not said.owner.guests:
        raise outsider(sender, said.owner.name)
    if person is None:
        name = shorten(without_possible_numbers(clean(profile.name)), 100) or _("Uten navn")
        person = await stored.add_person(
            session, organisation_id=said.owner.id, name=name, email=said.email, language=DEFAULT
        )
    _learn_language(person, profile)
    account = await accounts.add_account(
        session,
        person_id=person.id,
        surface=sender.surface,
        workspace=said.place.workspace,
        user_id=sender.user_id,
        reach=_plain(sender.reach),
        now=now,
        outsider=said.outsider,
        unvouched=profile.unvouched or "",
        ask_at=now + _until_asked(profile, 0),
    )
    await session.flush()
    await accounts.note_guest(session, person.id)
    await deliveries.release_waiting(session, person.id, now)
    if profile.unvouched and not person.listed:
        log.warning(
            "account %d, %s user %s: no address that is vouched for (%s); see `doctor people`",
            account.id,
            sender.surface,
            sender.user_id,
            profile.unvouched,
        )
        await _tell_what_to_do(session, sender, profile.unvouched, person, account.id, now)


async def look_again(session: AsyncSession, sender: Sender, profile: Profile, now: datetime) -> None:
    """Bring what is stored of a known account in step with what its platform says now: whether it is an outsider's,
    and whose it is. Whether they are still let in is for the next `let_in` to say."""
    said = await _weigh(session, sender, profile)
    if said is None:
        return
    profile = said.profile
    theirs = await accounts.accounts_of_user(
        session, sender.surface, sender.user_id, said.place.workspaces | set(sender.workspaces)
    )
    people = {account.person_id: await session.get_one(Person, account.person_id) for account in theirs}
    for account in theirs:
        account.outsider, account.unvouched = said.outsider, profile.unvouched or ""
        account.ask_at = now + _until_asked(profile, account.asked)
        account.asked = account.asked if profile.unvouched else 0
        if account.workspace not in said.place.workspaces and len(theirs) == 1:
            account.workspace = said.place.workspace
    await session.flush()
    person = said.person if said.person is not None and said.works_here(said.person) else None
    if person is None:
        # Of several, the one with an address has the more to lose.
        person = min(people.values(), key=lambda each: (not each.listed, each.email is None, each.id))
        if person.email is None and said.email is not None and said.person is None:
            person.email = said.email
            await session.flush()
    for other in people.values():
        if other.id != person.id and may_become(other, person):
            await join(session, other, person, now)
    await accounts.note_guest(session, person.id)


async def separate(session: AsyncSession, surface: str, user_id: str) -> str:
    """The accounts of this user are nobody's whom the file names any more, but those of somebody whom nobody knows, who
    is let in or not as anybody new; the name of whom they were taken for. What was done from there stays theirs.

    Raises:
        Gone: there is no such account, or whose it is is not in doubt; says what to do.
    """
    theirs = await accounts.with_user_id(session, surface, user_id)
    if not theirs:
        raise Gone(_("Ingen konto har id-en {id}.").format(id=user_id))
    person = await session.get_one(Person, theirs[0].person_id)
    if person_id_on(person, surface) == user_id:
        raise Gone(
            _("{id} står på linjen til {name} i filen. Ta den bort der, last filen, og prøv igjen.").format(
                id=user_id, name=person.name
            )
        )
    if not person.listed:
        raise Gone(_("{id} er ikke knyttet til noen i filen.").format(id=user_id))
    stranger = await stored.add_person(
        session, organisation_id=person.organisation_id, name=_("Uten navn"), email=None, language=person.language
    )
    await accounts.give_to(session, [each.id for each in theirs], stranger.id)
    await session.flush()
    for each in (person.id, stranger.id):
        await accounts.note_guest(session, each)
    log.info("%d accounts of the %s user %s are separated from person %d", len(theirs), surface, user_id, person.id)
    return person.name


def person_id_on(person: Person, surface: str) -> str | None:
    """The id that the file gives them on the platform."""
    return person.slack_id if surface == "slack" else person.teams_id


def may_become(one: Person, other: Person) -> bool:
    """Whether `one` may turn out to be `other`. Two who both stand in the file are two; and an address that was
    vouched for once is given up for somebody in the file only."""
    return not one.listed and (one.email is None or other.listed)


_PLACES = ("presenter", "ask", "guest", "convocation", "invitation", "owner")
"""What the keys of messages go on with, and then the reader's id, that somebody without a role may have before them and
that change where they stand: of a case that they present, a question to them (a hearing, a poll), a meeting that they
come to for a case, what is in their calendar, a follow-up of theirs."""


async def join(session: AsyncSession, one: Person, other: Person, now: datetime) -> None:
    """`one` is `other`: everything follows, and they are told."""
    old, new = one.id, other.id
    log.info("person %d turned out to be person %d: joined", old, new)
    keys = {f":{place}:{old}": f":{place}:{new}" for place in _PLACES}
    await joining.join(session, old, new, now, keys=keys, answers=PEOPLE_IN_FORMS)
    # What is pending comes as the one wishes who they are now.
    wishes = await laying.wishes_of(session, [new])
    await laying.relay_person(session, new, wishes[new], now)

    def told() -> Message:
        return Message(
            title=_("Nå kjenner jeg deg igjen som {name}").format(name=other.name),
            text=_("Det du har gjort her før, følger med: saker, meldinger og det du har begynt på."),
        )

    await tell_once(session, now, "", [Seen({f"joined:{old}:{new}": (new, other.language)}, told)])
    await deliveries.release_waiting(session, new, now)


async def found(
    session: AsyncSession,
    person_id: int,
    address: Address,
    *,
    workspaces: Collection[str],
    outsider: bool,
    seen_at: datetime,
    now: datetime,
) -> Account | None:
    """The account of somebody whom the platform was asked for, by their address or their id in the file. It is made if
    it is not there; whoever has it by now, met before anybody vouched for them, turns out to be them.

    None: it is another's, who stands in the file too.
    """
    for account in await accounts.accounts_of_user(
        session, address.surface, address.user_id, {address.workspace, *workspaces}
    ):
        if account.person_id != person_id:
            one, other = [await session.get_one(Person, each) for each in (account.person_id, person_id)]
            if not may_become(one, other):
                return None
            await join(session, one, other, now)
            await accounts.note_guest(session, person_id)
        await session.refresh(account)
        return account
    made = await accounts.ensure_account(
        session,
        person_id=person_id,
        surface=address.surface,
        workspace=address.workspace,
        user_id=address.user_id,
        reach=address.reach,
        now=seen_at,
        outsider=outsider,
        ask_at=now + SETTLED,
    )
    await accounts.note_guest(session, person_id)
    return made


def _usable(profile: Profile, *, from_elsewhere: bool) -> Profile:
    """The profile with its address in lower case, or without one: where it may have an identity number in it (it is
    stored, shown, and sent to), or where anybody elsewhere may have written it."""
    if profile.email is None:
        return profile
    if without_possible_numbers(profile.email) != profile.email:
        return replace(profile, email=None, unvouched=Unvouched.NUMBER)
    if from_elsewhere and profile.written_at_home:
        return replace(profile, email=None, unvouched=Unvouched.UNCONFIRMED)
    return replace(profile, email=profile.email.strip().lower())


async def _weigh(session: AsyncSession, sender: Sender, profile: Profile) -> _Said | None:
    """None: nobody in the partnership owns the workspace."""
    place = await accounts.place(session, sender.surface, sender.workspaces)
    if place is None:
        return None
    from_elsewhere = bool(profile.workspaces) and profile.workspaces.isdisjoint(place.workspaces)
    profile = _usable(profile, from_elsewhere=from_elsewhere)
    person = await stored.with_id(session, sender.surface, sender.user_id)
    if person is None and profile.email:
        person = await stored.with_email(session, profile.email)
    return _Said(place, profile.outsider or from_elsewhere, person, profile)


def _until_asked(profile: Profile, asked: int) -> timedelta:
    """How long until the platform is asked again, after it has been asked `asked` times in vain."""
    if not profile.unvouched:
        return SETTLED
    waited: timedelta = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(asked, 20))
    return waited


async def _tell_what_to_do(
    session: AsyncSession, sender: Sender, why: Unvouched, person: Person, account_id: int, now: datetime
) -> None:
    def told() -> Message:
        return Message(
            title=_(_WHY[why]).format(platform=PLATFORMS[sender.surface]),
            text=_(
                "Du kan bruke meg som vanlig. Men står du i helsefellesskapets fil, for eksempel fordi du har en rolle "
                "i et utvalg eller behandler avvik, vet jeg ikke at det er deg, og du får ikke det som er ment for "
                "deg. Be koordinatoren skrive dette på linjen din i filen: {field}: {id}. Da kjenner jeg deg igjen, "
                "og det du har gjort her, følger med."
            ).format(field=FILE_FIELDS[sender.surface], id=sender.user_id),
        )

    place = {f"unvouched:{account_id}": (person.id, person.language)}
    await show_all(session, now, [Standing("", [Seen(place, told)])])


def _learn_language(person: Person, profile: Profile) -> None:
    """Somebody new is spoken to as their platform does, where nobody has said otherwise. They may choose another
    language themselves (see `handlers.chosen_language.choose`), so it is not asked of the platform again."""
    language = of_locale(profile.locale)
    if language and person.language_from == LanguageFrom.NOBODY:
        person.language, person.language_from = language, LanguageFrom.PLATFORM


async def _admit_by_link(session: AsyncSession, sender: Sender, now: datetime) -> None:
    person_id = await joining.now_called(session, int(sender.user_id))
    if not await stored.names(session, [person_id]):
        raise removed()
    await accounts.ensure_account(
        session,
        person_id=person_id,
        surface=sender.surface,
        workspace=sender.workspace,
        user_id=sender.user_id,
        reach=_plain(sender.reach),
        now=now,
    )


def _plain(reach: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(reach or {})

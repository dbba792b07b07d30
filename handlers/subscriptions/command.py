"""`/mote kalender`: the one calendar address that somebody has, made when they ask for it and shown once."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capability import Example
from handlers.dialogs.dialog import Reply
from handlers.errors import BotError
from handlers.messages.message import Button, Confirm, Message, Secret, Section
from handlers.people.context import Context
from handlers.subscriptions import address
from handlers.subscriptions.actions import Do
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import calendar_feeds
from storage.tables import CalendarFeed

_NEW = frozenset({"ny", "nytt", "lag", "new"})
_GONE = frozenset({"slett", "fjern", "slutt", "delete"})
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


async def examples(_context: Context) -> Sequence[Example]:
    return (Example("/mote kalender", _("få møtene og fristene i din egen kalender")),)


def button(_context: Context) -> Button:
    """Leads there from the list of meetings."""
    return Button(label=_("Få møtene i kalenderen"), action=Do.SHOW)


async def command(context: Context, text: str) -> Reply:
    """`/mote kalender [ny | slett]`."""
    word = text.strip(" .!").casefold()
    if word in _NEW:
        return await _made(context)
    if word in _GONE:
        return await _removed(context)
    return await _shown(context)


async def show(context: Context, _arguments: Mapping[str, str]) -> Reply:
    """How it stands with the person's address."""
    return await _shown(context)


async def make(context: Context, _arguments: Mapping[str, str]) -> Reply:
    """A new address; one that they had leads nowhere from then on."""
    return (await _made(context)).model_copy(update={"replace": True})


async def remove(context: Context, _arguments: Mapping[str, str]) -> Reply:
    """Their address leads nowhere from now on."""
    return (await _removed(context)).model_copy(update={"replace": True})


async def _shown(context: Context) -> Message:
    _require_links(context)
    row = await calendar_feeds.of_person(context.session, context.actor.person_id)
    if row is None:
        return Message(
            title=_("Møtene i kalenderen din"),
            text=_(
                "Du kan få en kalenderadresse. Kalenderen din på jobben eller mobilen henter møtene og fristene dine "
                "fra den, og følger med når noe flyttes eller avlyses."
            ),
            buttons=(Button(label=_("Lag en kalenderadresse"), action=Do.MAKE, style="primary"),),
            small=_("Adressen er din egen. Lukkede saker står aldri i kalenderen."),
        )
    return Message(
        title=_("Du har en kalenderadresse"),
        text="\n".join(
            (
                _("Laget {when}.").format(when=dates.day_and_clock(row.created_at, LOCAL_ZONE.key)),
                _last_read(row),
                _("Adressen ble vist da den ble laget. Har du den ikke, kan du lage en ny."),
            )
        ),
        buttons=(
            Button(
                label=_("Lag en ny"),
                action=Do.MAKE,
                confirm=Confirm(
                    text=_("Da slutter den gamle adressen å virke, og kalenderen din må få den nye."),
                    yes=_("Lag en ny"),
                ),
            ),
            Button(
                label=_("Slett adressen"),
                action=Do.REMOVE,
                style="danger",
                confirm=Confirm(text=_("Da får ikke kalenderen din vite om møtene lenger."), yes=_("Slett")),
            ),
        ),
    )


def _last_read(row: CalendarFeed) -> str:
    if row.read_at is None:
        return _("Ingen kalender har hentet den ennå.")
    return _("Sist hentet av en kalender {when}.").format(when=dates.day_and_clock(row.read_at, LOCAL_ZONE.key))


async def _made(context: Context) -> Message:
    _require_links(context)
    had = await calendar_feeds.of_person(context.session, context.actor.person_id) is not None
    made = address.new()
    await calendar_feeds.make(
        context.session, context.actor.person_id, made.handle, address.hashed(made.secret), context.now
    )
    url = made.url(context.links)
    later = _("Ble vist da den ble laget. Lag en ny hvis du trenger den.")
    said = (
        _("Kopier adressen nå: den vises bare denne ene gangen."),
        _("Den som har den, ser møtene og fristene dine, så del den ikke med andre."),
        _("Den gamle adressen virker ikke lenger.") if had else "",
    )
    return Message(
        title=_("Her er kalenderadressen din"),
        text=" ".join(filter(None, said)),
        secrets=(
            Secret(label=_("Adresse"), value=url, later=later),
            Secret(label=_("Åpne i kalenderen"), value=address.webcal(url), later=later),
        ),
        sections=_how(),
        buttons=(Button(label=_("Vis kalenderadressen min"), action=Do.SHOW),),
        small=" ".join(filter(None, (_only_here(url), _when()))),
    )


def _how() -> tuple[Section, ...]:
    """What to do with it, for those who have never done it."""
    return (
        Section(
            title=_("Outlook"),
            text=_("Kalender → Legg til kalender → Abonner fra nettet. Lim inn adressen, gi den et navn, og lagre."),
        ),
        Section(
            title=_("Google Kalender"),
            text=_("I nettleseren: trykk + ved «Andre kalendere», velg «Fra nettadresse», og lim inn adressen."),
        ),
        Section(
            title=_("Apple Kalender"),
            text=_(
                "Mac: Arkiv → Nytt kalenderabonnement. iPhone: Kalender → Kalendere → Legg til kalender → "
                "Legg til kalenderabonnement. Lim inn adressen."
            ),
        ),
    )


def _when() -> str:
    return _(
        "Kalendere henter på nytt når det passer dem, noen bare et par ganger i døgnet. "
        "Når et møte flyttes eller avlyses, får du beskjed her med en gang."
    )


def _only_here(url: str) -> str:
    return _("Adressen virker bare på denne maskinen.") if urlsplit(url).hostname in _THIS_MACHINE else ""


async def _removed(context: Context) -> Message:
    if not await calendar_feeds.remove(context.session, context.actor.person_id):
        return Message(
            title=_("Du har ingen kalenderadresse"),
            text=_("Skriv {command} for å få en.").format(command=typed("mote kalender")),
        )
    return Message(
        title=_("Kalenderadressen er slettet"),
        text=_("Den virker ikke lenger. Ta bort abonnementet i kalenderen din også; der kan gamle møter bli stående."),
        buttons=(Button(label=_("Lag en kalenderadresse"), action=Do.MAKE),),
    )


def _require_links(context: Context) -> None:
    """Raises `BotError` where there is no address that calendars reach."""
    if not context.links.are_made:
        raise BotError(
            _(
                "Kalenderadresser er ikke slått på her: boten har ingen nettadresse. "
                "Be den som drifter boten, om å sette PUBLIC_URL og SECRET_KEY."
            )
        )

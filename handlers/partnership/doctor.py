"""What whoever runs the bot is told of people whom it does not know for sure, and what to do about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.people.recognising import FILE_FIELDS, PLATFORMS
from handlers.writing.language import N_, _, ngettext
from storage import known
from storage.known import Borrowed, Guest, Listed, Unvouched

_ALIKE = 85
"""From 0 to 100: names from here on may be one person's, whichever way round they are written."""

_WHY = {
    "unconfirmed": N_("e-postadressen er ikke bekreftet"),
    "hidden": N_("e-postadressen vises ikke"),
    "number": N_("e-postadressen kan ha et fødselsnummer i seg"),
    "unseen": N_("vises ikke i det hele tatt"),
    "": N_("ikke spurt siden boten ble oppgradert"),
}


@dataclass(frozen=True)
class Findings:
    """`lines` to print. `todo`: somebody has something to do."""

    lines: tuple[str, ...]
    todo: bool


async def people(session: AsyncSession, now: datetime) -> Findings:
    """Who was met without an address that is vouched for, who in the file was never found, and who is a guest."""
    strangers, absent, guests, borrowed = (
        await known.unvouched(session),
        await known.never_met(session),
        await known.guests(session),
        await known.borrowed(session),
    )
    looked_for = [each for each in absent if each.surface is not None]
    quiet = [each for each in absent if each.surface is None]
    lines = [
        *_unvouched(strangers, absent, now),
        *_not_found(looked_for, now),
        *_borrowed(borrowed),
        *_section(
            _("I filen, ikke møtt ennå: {count}").format(count=len(quiet)),
            [f"{each.name}, {each.organisation}" for each in quiet],
            _("De er kjent når de først skriver til boten, eller når noe skal sendes dem."),
        ),
        *_section(
            _("Gjester: {count}").format(count=len(guests)),
            [_guest(each) for each in guests],
            _("Sett {setting} på virksomheten, eller før personen opp i filen, for å slippe noen inn.").format(
                setting="guests: true"
            ),
        ),
    ]
    return Findings(tuple(lines), bool(strangers or looked_for or borrowed))


async def on_platform(session: AsyncSession, surface: str, now: datetime) -> Findings:
    """The first two of these, of one platform, and outsiders there who are taken for somebody."""
    strangers = [each for each in await known.unvouched(session) if each.surface == surface]
    absent = await known.never_met(session)
    looked_for = [each for each in absent if each.surface == surface]
    borrowed = [each for each in await known.borrowed(session) if each.surface == surface]
    lines = [*_unvouched(strangers, absent, now), *_not_found(looked_for, now), *_borrowed(borrowed)]
    return Findings(tuple(lines), bool(strangers or looked_for or borrowed))


def _unvouched(strangers: Sequence[Unvouched], absent: Sequence[Listed], now: datetime) -> Sequence[str]:
    return _section(
        _("Møtt uten en e-postadresse som plattformen går god for: {count}").format(count=len(strangers)),
        [_stranger(each, absent, now) for each in strangers],
        _(
            "Står noen av dem i filen? Skriv id-en på linjen deres og last filen igjen, så følger alt de har gjort "
            "med. De andre kan bruke boten som de er."
        ),
    )


def _not_found(looked_for: Sequence[Listed], now: datetime) -> Sequence[str]:
    return _section(
        _("I filen, lett etter og ikke funnet: {count}").format(count=len(looked_for)),
        [_absent(each, now) for each in looked_for],
        _("Kontroller adressen, eller skriv slack_id på linjen deres. Til da venter meldingene, eller går i e-post."),
    )


def _borrowed(found: Sequence[Borrowed]) -> Sequence[str]:
    """Nothing where there are none: they are from before addresses from elsewhere were believed no more."""
    if not found:
        return ()
    return _section(
        _("Utenfra, og knyttet til noen i filen uten at noen går god for det: {count}").format(count=len(found)),
        [
            _("{name}, {organisation}: {field}: {id} (sist sett {seen})").format(
                name=each.name,
                organisation=each.organisation,
                field=FILE_FIELDS[each.surface],
                id=each.user_id,
                seen=_day(each.seen_at),
            )
            for each in found
        ],
        _(
            "Spør dem det gjelder. Er kontoen deres, skriv id-en på linjen deres og last filen. Er den ikke, kjør "
            "{command}: da handler den ikke lenger på deres vegne."
        ).format(command="python -m bot separate"),
    )


def _section(title: str, lines: Sequence[str], advice: str) -> Sequence[str]:
    return [title, *(f"  {line}" for line in lines), *([f"  → {advice}"] if lines else []), ""]


def _stranger(one: Unvouched, absent: Sequence[Listed], now: datetime) -> str:
    line = _("{name}, {organisation}: {field}: {id} ({why}; sist sett {seen}, spurt igjen {asked}").format(
        name=one.name,
        organisation=one.organisation,
        field=FILE_FIELDS[one.surface],
        id=one.user_id,
        why=_(_WHY.get(one.why, one.why)),
        seen=_day(one.seen_at),
        asked=ngettext("{count} gang", "{count} ganger", one.asked).format(count=one.asked),
    )
    line += _(", neste gang tidligst {next})").format(next=_moment(one.ask_at, now)) if one.ask_at else ")"
    alike = [
        f"{other.name} ({other.email})"
        for other in absent
        if other.organisation_id == one.organisation_id and fuzz.token_sort_ratio(one.name, other.name) >= _ALIKE
    ]
    if alike:
        line += " – " + _("er det {names}?").format(names=_(" eller ").join(dict.fromkeys(alike)))
    return line


def _absent(one: Listed, now: datetime) -> str:
    assert one.surface is not None  # noqa: S101 - those who were looked for
    times = one.times or 0
    return _("{name}, {email}, {organisation}: ikke på {platform} (lett {times}, neste gang {next})").format(
        name=one.name,
        email=one.email,
        organisation=one.organisation,
        platform=PLATFORMS.get(one.surface, one.surface),
        times=ngettext("{count} gang", "{count} ganger", times).format(count=times),
        next=_moment(one.ask_at, now) if one.ask_at else "–",
    )


def _guest(one: Guest) -> str:
    if one.listed:
        how = _("står i filen, slipper inn")
    else:
        how = _("slipper inn, og kalles gjest") if one.let_in else _("slipper ikke inn")
    return _("{name}, {organisation}: {platform} {id} ({how})").format(
        name=one.name,
        organisation=one.organisation,
        platform=PLATFORMS.get(one.surface, one.surface),
        id=one.user_id,
        how=how,
    )


def _day(moment: datetime) -> str:
    return dates.short_day(moment, LOCAL_ZONE.key)


def _moment(moment: datetime, now: datetime) -> str:
    if moment <= now:
        return _("nå")
    return _("{day} kl. {clock}").format(day=_day(moment), clock=dates.clock(moment, LOCAL_ZONE.key))

"""Why somebody was reminded of something, or was not: in plain words, for whoever runs the bot.

It says which reminders there are, when, and why then; never what a case is called, or what anybody wrote.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.errors import BotError
from handlers.oversight import words
from handlers.reminders.channels import name as surface_name
from handlers.reminders.handing import Handing
from handlers.reminders.kind import Kind, Reason
from handlers.reminders.laying import wishes_of
from handlers.reminders.why import Why, why
from handlers.reminders.wishes import WEEKDAYS, Wishes
from handlers.writing.language import N_, _, ngettext
from storage import committees, oversight
from storage.oversight import Arrival, Found, Overseen
from storage.pointing import pointed_at
from storage.reminders import DueRow
from storage.tables import Committee, Meeting

_MOST_MEANT = 10
_MONDAY = date(2024, 1, 1)


class _About(NamedTuple):
    """What reminders are about, by id."""

    meetings: Mapping[int, Meeting]
    committees: Mapping[int, Committee]


async def explain(
    session: AsyncSession, kinds: Mapping[str, Kind], person: str, now: datetime, *, kind: str | None, days: int
) -> Sequence[str]:
    """The lines to print about the reminders of a person, of one `kind` or of all, from `days` before now until so many
    after. `person`: an e-mail address, a name or an id.

    Raises:
        BotError: nobody is meant, or more than one; or there is no such kind. It says what to do.
    """
    if kind is not None and kind not in kinds:
        known = "\n".join(f"  {name}: {_(each.label)}" for name, each in sorted(kinds.items()))
        raise BotError(
            _("Det finnes ingen slags påminnelser som heter «{kind}». Disse finnes:").format(kind=kind) + f"\n{known}"
        )
    found = await _meant(session, person)
    wishes = (await wishes_of(session, [found.id]))[found.id]
    since, until = now - timedelta(days=days), now + timedelta(days=days)
    rows = await oversight.of_person(session, found.id, since, until, kind)
    about = await _about(session, rows)
    as_things_are = await _as_things_are(session, kinds, rows, found, wishes, now)
    said = [
        *_who(found, await oversight.surfaces_of(session, found.id)),
        *_wishes(wishes, kinds, now),
        "",
        ngettext(
            "{count} påminnelse fra {since} til {until}:", "{count} påminnelser fra {since} til {until}:", len(rows)
        ).format(count=len(rows), since=dates.short_date(local_day(since)), until=dates.short_date(local_day(until))),
    ]
    if not rows:
        said.append("  " + await _why_none(session, found, now))
    for row in rows:
        said += ["", *_explained(row, kinds, about, wishes, as_things_are.get(row.id), now)]
    return said


async def _meant(session: AsyncSession, person: str) -> Found:
    meant = await oversight.meant(session, person, _MOST_MEANT + 1)
    if not meant:
        raise BotError(
            _("Fant ingen som heter «{person}». Skriv e-postadressen, hele navnet eller id-en.").format(person=person)
        )
    if len(meant) > 1:
        lines = [f"  {each.id}: {each.name}, {each.organisation}" for each in meant[:_MOST_MEANT]]
        if len(meant) > _MOST_MEANT:
            lines.append("  " + _("og flere"))
        told = _("Flere passer med «{person}». Skriv e-postadressen eller id-en til den du mener:").format(
            person=person
        )
        raise BotError("\n".join([told, *lines]))
    return meant[0]


def _who(found: Found, surfaces: Sequence[str]) -> Sequence[str]:
    where = ", ".join(map(surface_name, surfaces)) or _("ikke møtt på noen chat ennå")
    lines = [f"{found.name}, {found.organisation} (id {found.id})", _("Nås på: {where}").format(where=where)]
    if not surfaces:
        lines.append(_("Har e-postadresse") if found.email else _("Har ingen e-postadresse, så ingenting når fram."))
    if found.removed_at is not None:
        day = dates.short_day(found.removed_at, LOCAL_ZONE.key)
        lines.append(_("Tatt ut av samarbeidet {day}, og får ingen påminnelser.").format(day=day))
    return lines


def _wishes(wishes: Wishes, kinds: Mapping[str, Kind], now: datetime) -> Sequence[str]:
    """What they have chosen, where it is something."""
    said = []
    if wishes.channels:
        said.append(_("Vil ha meldinger på: {channels}").format(channels=", ".join(map(surface_name, wishes.channels))))
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        said.append(_("Stille timer: {hours}").format(hours=_hours(wishes)))
    if set(wishes.weekdays) != set(WEEKDAYS):
        days = ", ".join(dates.weekday(_MONDAY + timedelta(days=day)) for day in sorted(wishes.weekdays))
        said.append(_("Bare på: {days}").format(days=days))
    if wishes.gather_at is not None:
        said.append(_("Samlet i én melding kl. {clock}").format(clock=dates.clock_of(wishes.gather_at)))
    if wishes.paused_from is not None and wishes.paused_until is not None and wishes.paused_until > local_day(now):
        first, until = dates.short_date(wishes.paused_from), dates.short_date(wishes.paused_until)
        said.append(_("Pause fra {first} til {until}").format(first=first, until=until))
    off = [_(kinds[name].label) for name in wishes.off if name in kinds and kinds[name].optional]
    if off:
        said.append(_("Slått av: {kinds}").format(kinds=", ".join(off)))
    return said


def _hours(wishes: Wishes) -> str:
    if wishes.quiet_from is None or wishes.quiet_until is None:
        return ""
    return f"{dates.clock_of(wishes.quiet_from)}–{dates.clock_of(wishes.quiet_until)}"


async def _why_none(session: AsyncSession, found: Found, now: datetime) -> str:
    if found.removed_at is not None:
        return _("Ingen. Personen er ikke med i samarbeidet lenger.")
    if not await oversight.has_role(session, found.id, local_day(now)):
        return _("Ingen. Personen har ingen rolle i noe utvalg i dag.")
    return _("Ingen. Det er ingenting å minne om i denne tiden.")


async def _about(session: AsyncSession, rows: Sequence[Overseen]) -> _About:
    meetings = {row.meeting_id for row in rows if row.meeting_id is not None}
    found = {each.id: each for each in await committees.meetings_with_ids(session, meetings)}
    owners = {row.committee_id for row in rows if row.committee_id is not None}
    owners |= {each.committee_id for each in found.values()}
    return _About(found, {each.id: each for each in await committees.with_ids(session, owners)})


async def _as_things_are(
    session: AsyncSession,
    kinds: Mapping[str, Kind],
    rows: Sequence[Overseen],
    found: Found,
    wishes: Wishes,
    now: datetime,
) -> Mapping[int, Reason]:
    """Those that are to come, and would not be sent if they were due now, with the reason."""
    coming = [row for row in rows if row.arrival is Arrival.COMING and row.delivered is None and row.kind in kinds]
    unwanted = {row.id for row in coming if row.kind in wishes.off and kinds[row.kind].optional}
    drawn = await Handing(kinds).drawn(session, [_due(row, found) for row in coming], now)
    reasons = {row_id: what for row_id, what in drawn.items() if isinstance(what, Reason)}
    return reasons | dict.fromkeys(unwanted, Reason.UNWANTED)


def _due(row: Overseen, found: Found) -> DueRow:
    values = row._asdict()
    same = {name: values[name] for name in DueRow._fields if name in values}
    return DueRow(**same, language=found.language, gone=found.removed_at is not None)


def _explained(
    row: Overseen,
    kinds: Mapping[str, Kind],
    about: _About,
    wishes: Wishes,
    would_not: Reason | None,
    now: datetime,
) -> Sequence[str]:
    label = _(kinds[row.kind].label) if row.kind in kinds else row.kind
    lines = [
        f"{label} ({row.kind}): {_what(row, about)}",
        "  " + _("Forfaller {when}").format(when=_moment(row.due_at)),
        "  " + _outcome(row, would_not, now),
    ]
    because = _because(row, wishes)
    return [*lines, "  " + because] if because else lines


def _what(row: Overseen, about: _About) -> str:
    """What it is about, without a word of what anybody wrote."""
    meeting = pointed_at(about.meetings, row.meeting_id)
    if meeting is not None:
        committee = about.committees.get(meeting.committee_id)
        day = dates.short_day(meeting.starts_at, meeting.zone)
        return _("møtet i {committee} {day}").format(committee=committee.name if committee else "–", day=day)
    owner = pointed_at(about.committees, row.committee_id)
    what = _subject(row.subject)
    return ", ".join(filter(None, (owner.name if owner is not None else "", what))) or "–"


_ABOUT: Mapping[str, str] = {
    "follow": N_("oppfølging {id}"),
    "hearing": N_("høring {id}"),
    "poll": N_("avstemning {id}"),
    "deviation-due": N_("avvik {id}"),
    "minutes": N_("referat {id}"),
    "meeting": N_("møte {id}"),
}
"""By how the subject begins that a reminder is stored with; then comes the id that it has in the database. What is a
committee's own (a duty, a term) is named by its kind."""


def _subject(subject: str) -> str:
    kind, _colon, rest = subject.partition(":")
    return _(_ABOUT[kind]).format(id=rest.partition(":")[0]) if kind in _ABOUT else ""


def _moment(moment: datetime) -> str:
    return dates.day_and_clock(moment, LOCAL_ZONE.key)


def _outcome(row: Overseen, would_not: Reason | None, now: datetime) -> str:
    match row.arrival:
        case Arrival.SENT:
            where = surface_name(row.surface) if row.surface else _("ukjent sted")
            return _("Sendt {when}, på {where}").format(when=_moment(row.sent_at or row.send_at), where=where)
        case Arrival.UNDELIVERED:
            return _("Ikke levert: {why}").format(why=words.not_delivered(row))
        case Arrival.SKIPPED:
            return _("Ikke sendt: {why}").format(why=words.reason(row.reason))
        case Arrival.WITHDRAWN:
            return _("Tatt tilbake før den ble sendt: {why}").format(why=words.reason(row.reason))
        case Arrival.COMING if row.delivered is not None:
            return _("Er på vei siden {when}").format(when=_moment(row.send_at))
        case Arrival.COMING if would_not is not None:
            return _("Blir ikke sendt {when}, slik det står nå: {why}").format(
                when=_moment(row.send_at), why=words.reason(would_not)
            )
        case Arrival.COMING if row.send_at <= now:
            return _("Sendes ved neste runde")
        case Arrival.COMING:
            return _("Sendes {when}").format(when=_moment(row.send_at))


def _because(row: Overseen, wishes: Wishes) -> str:
    """Why it is said then, and not when it is due."""
    if row.arrival in (Arrival.SKIPPED, Arrival.WITHDRAWN) and row.send_at == row.due_at:
        return ""
    match why(row.occurrence, row.due_at, row.send_at, row.expires_at, row.created_at, wishes):
        case Why.DUE:
            return ""
        case Why.SNOOZED:
            return _("Tiden: utsatt av personen selv")
        case Why.EARLIER:
            return _("Tiden: sendes før, siden det ellers ville blitt for sent etter det personen har valgt")
        case Why.PAUSED:
            return _("Tiden: personen har pause")
        case Why.WEEKDAY:
            return _("Tiden: personen vil ikke ha påminnelser på {day}").format(
                day=dates.weekday(local_day(max(row.due_at, row.created_at)))
            )
        case Why.GATHERED:
            return _("Tiden: personen får alt samlet i én melding kl. {clock}").format(
                clock=dates.clock_of(wishes.gather_at) if wishes.gather_at else ""
            )
        case Why.QUIET:
            return _("Tiden: stille timer {hours}").format(hours=_hours(wishes))
        case Why.MORNING:
            return _("Tiden: første dag etter pause eller fridager begynner kl. 08.00")
        case Why.NOT_BEFORE:
            return _("Tiden: den ble lagt inn da tiden var kommet")
        case Why.OTHERWISE:
            return _("Tiden: personen har valgt noe annet siden, eller den ble skrevet på nytt")

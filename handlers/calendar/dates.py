"""Dates and times as people in Norway read them, in the language being spoken."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from handlers.writing.language import _, current, ngettext


@lru_cache(maxsize=4096)
def _format(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - with all that it knows of languages, 6 MB

    # The same few dates stand in every message of a day, and working one out takes a while.
    return str(format_date(day, pattern, locale=language))


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def stored(text: str) -> datetime:
    """A moment out of what was kept as text in a history."""
    return datetime.fromisoformat(text)


def day(moment: datetime, zone: str) -> str:
    """`torsdag 3. desember 2026`, local to `zone`."""
    pattern = "EEEE d MMMM y" if current() == "en" else "EEEE d. MMMM y"
    return _format(_local(moment, zone).date(), pattern, current())


def short_day(moment: datetime, zone: str) -> str:
    """`3. des. 2026`, local to `zone`, for buttons and choices."""
    pattern = "d MMM y" if current() == "en" else "d. MMM y"
    return _format(_local(moment, zone).date(), pattern, current())


def short_date(day: date) -> str:
    """`3. des. 2026`, of a date that is local already."""
    return _format(day, "d MMM y" if current() == "en" else "d. MMM y", current())


def long_date(day: date) -> str:
    """`3. desember 2026`, of a date that is local already."""
    return _format(day, "d MMMM y" if current() == "en" else "d. MMMM y", current())


def full_date(day: date) -> str:
    """`torsdag 3. desember 2026`, of a date that is local already."""
    return _format(day, "EEEE d MMMM y" if current() == "en" else "EEEE d. MMMM y", current())


def weekday(day: date) -> str:
    """`torsdag`."""
    return _format(day, "EEEE", current())


def local_date(moment: datetime, zone: str) -> date:
    """The date that it is in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def clock(moment: datetime, zone: str) -> str:
    """`13.00`, local to `zone`."""
    return clock_of(_local(moment, zone).time())


def clock_of(at: time) -> str:
    """`13.00`, of a time of day that is local already."""
    return f"{at.hour:02}.{at.minute:02}"


def day_and_clock(moment: datetime, zone: str) -> str:
    """`torsdag 3. desember 2026 kl. 13.00`, local to `zone`."""
    return _("{day} kl. {clock}").format(day=day(moment, zone), clock=clock(moment, zone))


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """`torsdag 3. desember 2026 kl. 13.00–15.30`, local to `zone`."""
    return _("{day} kl. {clock}–{end}").format(
        day=day(starts_at, zone), clock=clock(starts_at, zone), end=clock(ends_at, zone)
    )


def held(starts_at: datetime, ends_at: datetime, zone: str, *, day_only: bool) -> str:
    """When a meeting is or was, as far as it is known: `day_only`, only on which day; that it ends as it begins: not
    how long."""
    if day_only:
        return day(starts_at, zone)
    return day_and_clock(starts_at, zone) if starts_at == ends_at else span(starts_at, ends_at, zone)


def remaining(now: datetime, until: datetime, zone: str) -> str:
    """`i dag`, `i morgen`, `om 6 dager`: counted in calendar days of `zone`."""
    local = ZoneInfo(zone)
    days = (until.astimezone(local).date() - now.astimezone(local).date()).days
    if days <= 0:
        return _("i dag")
    if days == 1:
        return _("i morgen")
    return ngettext("om {count} dag", "om {count} dager", days).format(count=days)


def since(moment: datetime, now: datetime, zone: str) -> str:
    """`i dag`, `i går`, `for 6 dager siden`: counted in calendar days of `zone`."""
    local = ZoneInfo(zone)
    days = (now.astimezone(local).date() - moment.astimezone(local).date()).days
    if days <= 0:
        return _("i dag")
    if days == 1:
        return _("i går")
    return ngettext("for {count} dag siden", "for {count} dager siden", days).format(count=days)


def month(day: date) -> str:
    """`november 2026`."""
    return _format(day, "LLLL y", current())


def month_name(day: date) -> str:
    """`november`."""
    return _format(day, "LLLL", current())


def short_month(day: date) -> str:
    """`nov. 2026`, for tables and pictures."""
    return _format(day, "LLL y", current())

"""Meetings by a rule in words: «siste torsdag i måneden 13.00–15.30, ikke juli», «torsdag i partallsuker». Pure.

What was understood is read back in plain words (`in_words`): whoever wrote the rule sees whether it is what they meant.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.calendar import dates, periods
from handlers.calendar.written import parse_date
from handlers.patterns import pattern_of
from handlers.planning.planned import Planned, Wrong
from handlers.planning.reading.scanning import MONTH, WEEKDAYS, Clock, clocks_in, month_of, weekday_of
from handlers.planning.reading.segments import Said, details, tidied, with_place
from handlers.writing.language import N_, _, ngettext

_ORDINALS = {
    **dict.fromkeys(("første", "fyrste", "1.", "first"), 1),
    **dict.fromkeys(("andre", "annen", "2.", "second"), 2),
    **dict.fromkeys(("tredje", "3.", "third"), 3),
    **dict.fromkeys(("fjerde", "4.", "fourth"), 4),
    **dict.fromkeys(("femte", "5.", "fifth"), 5),
    **dict.fromkeys(("sjette", "6."), 6),
    **dict.fromkeys(("nest siste", "nestsiste"), -2),
    **dict.fromkeys(("siste", "last"), -1),
}
_ORDINAL_WORDS = {
    1: N_("første"),
    2: N_("andre"),
    3: N_("tredje"),
    4: N_("fjerde"),
    5: N_("femte"),
    -1: N_("siste"),
    -2: N_("nest siste"),
}
_MOST_WEEKS_OF_A_MONTH = 5
_ORDINAL = "(?:" + "|".join(re.escape(each) for each in sorted(_ORDINALS, key=len, reverse=True)) + ")"
_WEEKDAY = rf"(?:{WEEKDAYS})(?:en|er|ar|s)?"
_AND = r"\s*(?:,|/|&|\bog\b|\band\b)\s*(?:hver\s+|den\s+)?"
_WEEKDAY_LIST = rf"(?P<weekdays>{_WEEKDAY}(?:{_AND}{_WEEKDAY})*)\b"
_EACH = r"(?:hver|kvar|hvert|kvart|every|each)"
_SECOND = rf"(?:annenhver|annankvar|annahver|{_EACH}\s+(?:annen|andre|annan|anna|2\.)|every\s+(?:other|second))"
_WHAT_MONTH = r"(?:måned|månad|month)(?:en)?"
_WEEK = r"(?:uke|veke|week)"
_MONTHS = rf"(?P<months>{MONTH}(?:{_AND}{MONTH})*)(?!\s*(?:-|–|til\b))"
_NTH = pattern_of(
    rf"(?:\b(?:den|hver|kvar)\s+)?(?<![\w.]){_ORDINAL}(?:{_AND}{_ORDINAL})*\s+{_WEEKDAY_LIST}\s+"
    rf"(?:i\s+|av\s+|of\s+|in\s+)?(?:(?P<second>{_SECOND}\s+{_WHAT_MONTH})"
    rf"|{_EACH}\s+(?P<nth_month>{_ORDINAL})\s+{_WHAT_MONTH}"
    rf"|(?P<monthly>(?:{_EACH}\s+|the\s+)?{_WHAT_MONTH})"
    rf"|(?P<quarter>(?:{_EACH}\s+)?kvartal(?:et)?)"
    rf"|(?P<even_months>partallsmåneder|partalsmånader)|(?P<odd_months>oddetallsmåneder|oddetalsmånader)"
    rf"|{_MONTHS})",
    re.I,
)
_PARITY = pattern_of(
    rf"(?:{_EACH}\s+)?{_WEEKDAY_LIST}\s+(?:i\s+|in\s+)?(?:alle\s+)?"
    rf"(?:(?P<even>partall?s?(?:uker|veker|uke)|like\s+(?:uker|veker)|even\s+weeks)"
    rf"|(?P<odd>oddetall?s?(?:uker|veker|uke)|ulike\s+(?:uker|veker)|odd\s+weeks))",
    re.I,
)
_WEEKLY = pattern_of(
    rf"(?<!\w)(?:(?P<second>{_SECOND})|{_EACH}\s+(?P<nth>{_ORDINAL})|{_EACH})\s+(?:{_WEEK}\s+(?:på\s+|on\s+)?)?"
    rf"{_WEEKDAY_LIST}"
    rf"|{_WEEKDAY_LIST.replace('weekdays', 'weekdays_first')}\s+"
    rf"(?:(?P<second_after>{_SECOND})|{_EACH}\s+(?P<nth_after>{_ORDINAL})|{_EACH})\s+{_WEEK}",
    re.I,
)
_POINT = (
    rf"(?:{_WEEK}\s+\d{{1,2}}|\d{{1,2}}\.?\s?{MONTH}(?:\s20\d\d)?"
    rf"|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?\.?|{MONTH}(?:\s20\d\d)?)"
)
_UNTIL = r"(?:til\s+og\s+med|t\.?o\.?m\.?|til|ut|-|–|—|to|until)"
_FROM = r"(?:fra\s+og\s+med|f\.?o\.?m\.?|fra|frå|med\s+start|start(?:er)?|første\s+gang|begynner|from)"
_RANGE = pattern_of(rf"(?:{_FROM}\s+)?(?:i\s+)?(?P<first>{_POINT})\s*{_UNTIL}\s*(?P<last>{_POINT})", re.I)
_BEGINS = pattern_of(rf"\b{_FROM}\s+(?:i\s+)?(?P<first>{_POINT})", re.I)
_ENDS = pattern_of(rf"(?<!\w){_UNTIL}\s+(?P<last>{_POINT})", re.I)
_EXCEPT = pattern_of(
    r"\b(?:men\s+)?(?:ikke|ikkje|unntatt|unntak|unnateke|bortsett\s+fr[aå]|utenom|utanom|uten|utan|med\s+unntak\s+av|not|except)\b"
    r"\s*(?P<list>.*)",
    re.I | re.S,
)
_LIST = pattern_of(r"\s*(?:,|;|/|\bog\b|\beller\b|\bsamt\b|\band\b)\s*", re.I)
_BEFORE_ITEM = pattern_of(r"^(?:(?:i|den|in|på|under)\s+)+", re.I)
_SPAN_OF_DAYS = pattern_of(rf"(?P<first>{_POINT})\s*{_UNTIL}\s*(?P<last>{_POINT})", re.I)
_YEAR = pattern_of(r"\b(?:i\s+|for\s+|år\s+)?(?P<year>20\d\d)\b", re.I)
_NEXT = pattern_of(r"\s*;\s*|(?<=\.)\s+(?=[A-ZÆØÅ][^.:;]{0,40}:)|(?<=\.)\s+(?=[A-ZÆØÅ])")
_MOVES = pattern_of(
    r"\b(?:hvis|dersom|om\s+det|flyttes|flyttast|dagen\s+(?:før|etter)|helligdag\w*|skole\w*|if)\b", re.I
)
_BEFORE_BODY = pattern_of(
    r"\b(?:møtes|møtast|har\s+møte|har\s+møter|møter|møte|skal\s+møtes|skal\s+ha\s+møte|på|meets)\s*$", re.I
)
_LONGEST = timedelta(days=2 * 366)
_MOST_WORDS = 8


class _NotUnderstood(ValueError):
    """Something of a rule; `str` is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekdays`: 0 is Monday. `ordinals`: which of them in a month, from 1, or from its end (-1); empty: weekly.
    `every`: each so many months, or weeks. `months`: only in these; empty: in all. `parity`: only in weeks whose number
    is even (0) or odd (1). `first`, `last`: the days it holds from and to. `out`: spells without meetings, with what
    they were called. `whole_year`: no period was said."""

    weekdays: tuple[int, ...]
    first: date
    last: date
    committee: str = ""
    ordinals: tuple[int, ...] = ()
    every: int = 1
    months: tuple[int, ...] = ()
    parity: int | None = None
    out: tuple[tuple[date, date, str], ...] = ()
    begins: time | None = None
    ends: time | None = None
    said: Said = field(default_factory=Said)
    whole_year: bool = True


class Understood(NamedTuple):
    """`problems`: what is the matter, and a sentence. `year_said`: every rule, or the text, says its year."""

    rules: tuple[Rule, ...]
    problems: tuple[tuple[Wrong, str], ...]
    year_said: bool


def looks_like_rule(text: str) -> bool:
    return _core(_without_clocks(text)[0]) is not None


def understand(text: str, year: int, committee: str = "") -> Understood:
    """The rules in a text: one, or several with a full stop, a semicolon or «og» between. `year`: where the text says
    none. `committee`: where a rule names none."""
    problems: list[tuple[Wrong, str]] = []
    found: list[Rule] = []
    year_said = True
    for piece in _pieces(text):
        said = _year_of(piece)
        year_said = year_said and said is not None
        try:
            rule = _rule(piece, said or year, committee, problems)
        except _NotUnderstood as error:
            problems.append((Wrong.NOT_UNDERSTOOD, str(error)))
            continue
        if rule.begins is not None and rule.ends is not None and rule.ends <= rule.begins:
            problems.append(
                (
                    Wrong.ENDS_BEFORE,
                    _("Møtet slutter {ends}, og begynner {begins}. Rett tidene i «{rule}».").format(
                        begins=f"{rule.begins:%H.%M}", ends=f"{rule.ends:%H.%M}", rule=piece
                    ),
                )
            )
            continue
        if not days(rule):
            problems.append(
                (
                    Wrong.NO_DATE,
                    _("«{rule}» gir ingen møter i {year}. Se på perioden og unntakene.").format(
                        rule=piece, year=rule.first.year
                    ),
                )
            )
            continue
        found.append(rule)
    return Understood(tuple(found), tuple(problems), year_said)


def days(rule: Rule) -> list[date]:
    """The days, in order."""
    from dateutil import rrule  # noqa: PLC0415 - takes a while to import

    begins = datetime.combine(rule.first, time())
    if rule.ordinals:
        byday = [rrule.weekday(day)(nth) for day in rule.weekdays for nth in rule.ordinals]
        series = rrule.rrule(
            rrule.MONTHLY,
            dtstart=begins.replace(day=1),
            until=datetime.combine(rule.last, time()),
            interval=rule.every,
            byweekday=byday,
            bymonth=rule.months or None,
        )
    else:
        # Counted from the first meeting: the week that a period begins in may have none.
        ahead = min((day - rule.first.weekday()) % 7 for day in rule.weekdays)
        series = rrule.rrule(
            rrule.WEEKLY,
            dtstart=begins + timedelta(days=ahead),
            until=datetime.combine(rule.last, time()),
            interval=rule.every,
            byweekday=list(rule.weekdays),
        )
    found = (each.date() for each in series)
    return [day for day in found if day >= rule.first and _is_in(rule, day)]


def _is_in(rule: Rule, day: date) -> bool:
    if rule.parity is not None and day.isocalendar().week % 2 != rule.parity:
        return False
    return not any(first <= day <= last for first, last, _name in rule.out)


def planned(rule: Rule, where: str) -> Iterator[Planned]:
    """A row for each meeting."""
    for day in days(rule):
        yield Planned(
            committee=rule.committee,
            day=day,
            where=where,
            begins=rule.begins,
            ends=rule.ends,
            place=rule.said.place,
            title=rule.said.title,
            chair=rule.said.chair,
            host=rule.said.host,
        )


# --- how it was understood -----------------------------------------------------------------------------------


def in_words(rule: Rule) -> str:
    """`FSU: siste torsdag i hver måned i 2026, kl. 13.00–15.30, ikke juli. Det blir 11 møter, det første torsdag …`"""
    found = days(rule)
    parts = [_which(rule, found)]
    if rule.whole_year:
        parts[0] = _("{which} i {year}").format(which=parts[0], year=rule.first.year)
    elif not rule.ordinals and rule.every > 1:
        # From when is said already.
        parts.append(_("til {last}").format(last=dates.long_date(rule.last)))
    else:
        parts.append(
            _("fra {first} til {last}").format(first=dates.long_date(rule.first), last=dates.long_date(rule.last))
        )
    if rule.begins is None:
        parts.append(_("uten klokkeslett"))
    elif rule.ends is None:
        parts.append(_("kl. {begins}").format(begins=f"{rule.begins:%H.%M}"))
    else:
        parts.append(_("kl. {begins}–{ends}").format(begins=f"{rule.begins:%H.%M}", ends=f"{rule.ends:%H.%M}"))
    if rule.out:
        parts.append(_("ikke {when}").format(when=_listed([name for _first, _last, name in rule.out])))
    if rule.said.place:
        parts.append(_("sted: {place}").format(place=rule.said.place))
    said = ", ".join(parts)
    count = ngettext("{count} møte", "{count} møter", len(found)).format(count=len(found))
    return _("{committee}: {rule}. Det blir {count}, det første {day}.").format(
        committee=rule.committee or _("Uten utvalg"),
        rule=said,
        count=count,
        day=_("{weekday} {day}").format(weekday=dates.weekday(found[0]), day=dates.long_date(found[0])),
    )


def _which(rule: Rule, found: Sequence[date]) -> str:
    weekday = _listed([_weekday_name(each) for each in rule.weekdays])
    if not rule.ordinals:
        return _weekly(rule, weekday, found[0])
    which = _("{ordinals} {weekday}").format(
        ordinals=_listed([_(_ORDINAL_WORDS[each]) for each in rule.ordinals]), weekday=weekday
    )
    if rule.months:
        months = _listed([dates.month_name(date(2000, each, 1)) for each in rule.months])
        return _("{which} i {months}").format(which=which, months=months)
    if rule.every == 1:
        return _("{which} i hver måned").format(which=which)
    first = dates.month_name(rule.first)
    if rule.every == 2:
        return _("{which} i annenhver måned fra og med {month}").format(which=which, month=first)
    return _("{which} i hver {number}. måned fra og med {month}").format(which=which, number=rule.every, month=first)


def _weekly(rule: Rule, weekday: str, first: date) -> str:
    if rule.parity is not None:
        return (_("{weekday} i partallsuker") if rule.parity == 0 else _("{weekday} i oddetallsuker")).format(
            weekday=weekday
        )
    if rule.every == 1:
        return _("hver {weekday}").format(weekday=weekday)
    if rule.every == 2:
        return _("annenhver {weekday} fra og med {day}").format(weekday=weekday, day=dates.long_date(first))
    return _("{weekday} hver {number}. uke fra og med {day}").format(
        weekday=weekday, number=rule.every, day=dates.long_date(first)
    )


def _weekday_name(number: int) -> str:
    return dates.weekday(date(2024, 1, 1 + number))


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("{names} og {last}").format(names=", ".join(names[:-1]), last=names[-1])


# --- how it is read ------------------------------------------------------------------------------------------


def _core(text: str) -> re.Match[str] | None:
    return _NTH.search(text) or _PARITY.search(text) or _WEEKLY.search(text)


def _without_clocks(text: str) -> tuple[str, list[Clock]]:
    """The text with nothing, or a comma, in the place of each time of day, and these."""
    found = clocks_in(text)
    for _clock, begins, ends in reversed(found):
        instead = ("," if _is_clause(text, ends) else "").ljust(ends - begins)
        text = f"{text[:begins]}{instead}{text[ends:]}"
    return text, [clock for clock, _begins, _ends in found]


def _is_clause(text: str, ends: int) -> bool:
    """Whether what comes behind a time is something else than the rest of «siste torsdag kl. 13–15 i måneden»."""
    return re.match(r"\s*(?:i|av|hver|annenhver)\s", text[ends:], re.I) is None


def _pieces(text: str) -> Iterator[str]:
    """Each rule by itself, with its conditions."""
    pieces: list[str] = []
    for piece in _NEXT.split(text):
        if not piece.strip():
            continue
        if pieces and _core(_without_clocks(piece)[0]) is None:
            # «siste torsdag i måneden; ikke juli»
            pieces[-1] = f"{pieces[-1].rstrip('. ')}, {piece}"
        else:
            pieces.append(piece)
    for piece in pieces:
        yield from _parted(piece.strip())


def _parted(text: str) -> Iterator[str]:
    """«FSU siste torsdag i måneden og AU første mandag i måneden», as two."""
    plain = _without_clocks(text)[0]
    first = _core(plain)
    second = _core(plain[first.end() :]) if first is not None else None
    if first is None or second is None:
        yield text
        return
    begins = first.end() + second.start()
    between = list(re.finditer(r",|\bog\b|\bmens\b", text[first.end() : begins], re.I))
    if not between:
        yield text
        return
    at = between[-1]
    yield text[: first.end() + at.start()].strip()
    yield from _parted(text[first.end() + at.end() :].strip())


def _year_of(text: str) -> int | None:
    found = {int(each["year"]) for each in _YEAR.finditer(text)}
    return min(found) if found else None


def _rule(text: str, year: int, committee: str, problems: list[tuple[Wrong, str]]) -> Rule:
    """
    Raises:
        _NotUnderstood: a part of it means nothing; says which.
    """
    plain, clocks = _without_clocks(text)
    core = _core(plain)
    if core is None:
        raise _NotUnderstood(
            _("Jeg forstår ikke «{rule}». Skriv for eksempel «siste torsdag i måneden 13.00–15.30, ikke juli».").format(
                rule=text
            )
        )
    if any(clock.begins is None for clock in clocks):
        raise _NotUnderstood(
            _("Klokkeslettet i «{rule}» finnes ikke. Skriv for eksempel 12.30–15.30.").format(rule=text)
        )
    body = tidied(_BEFORE_BODY.sub("", _YEAR.sub("", plain[: core.start()]).strip(" ,:–—-")))
    rest = plain[core.end() :]
    rest, out = _exceptions(rest, year)
    rest, first, last = _period(rest, year)
    rest = _YEAR.sub("", rest)
    parts = core.groupdict()
    said, words, _none = details([rest], Said())
    left = [each for each in words if _MOVES.search(each) or len(each.split()) > _MOST_WORDS]
    for each in left:
        problems.append(
            (
                Wrong.NOT_UNDERSTOOD,
                _("Jeg har ikke tatt hensyn til «{text}». Rett de møtene det gjelder, for seg.").format(text=each),
            )
        )
    said = with_place(said, [each for each in words if each not in left])
    weekdays = tuple(
        sorted(
            {
                weekday_of(each)
                for each in re.findall(_WEEKDAY, parts.get("weekdays") or parts.get("weekdays_first") or "", re.I)
            }
        )
    )
    begins, ends = _times(clocks)
    ordinals, every, months = _how_often(core, parts)
    return Rule(
        weekdays,
        first or date(year, 1, 1),
        min(last or _end_of(first, year), (first or date(year, 1, 1)) + _LONGEST),
        committee=body or committee,
        ordinals=ordinals,
        every=every,
        months=months,
        parity=0 if parts.get("even") else 1 if parts.get("odd") else None,
        out=tuple(out),
        begins=begins,
        ends=ends,
        said=said,
        whole_year=first is None and last is None,
    )


def _end_of(first: date | None, year: int) -> date:
    return date(first.year if first is not None else year, 12, 31)


def _times(clocks: Sequence[Clock]) -> tuple[time | None, time | None]:
    if not clocks:
        return None, None
    if len(clocks) > 1 and clocks[0].ends is None:
        return clocks[0].begins, clocks[1].begins
    return clocks[0].begins, clocks[0].ends


def _how_often(core: re.Match[str], parts: dict[str, str | None]) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """Which of the weekdays in a month (none: weekly), each so many months or weeks, and in which months."""
    if core.re.pattern == _PARITY.pattern:
        return (), 1, ()
    if core.re.pattern == _WEEKLY.pattern:
        nth = parts.get("nth") or parts.get("nth_after")
        if parts.get("second") or parts.get("second_after"):
            return (), 2, ()
        return (), _ordinal(nth) if nth else 1, ()
    before = core[0][: core.start("weekdays") - core.start()]
    ordinals = tuple(
        sorted({_ordinal(each) for each in re.findall(_ORDINAL, before, re.I)}, key=lambda nth: (nth < 0, nth))
    )
    if any(abs(each) > _MOST_WEEKS_OF_A_MONTH for each in ordinals):
        raise _NotUnderstood(_("«{rule}»: en måned har høyst fem uker. Rett regelen.").format(rule=core[0]))
    if parts.get("second"):
        return ordinals, 2, ()
    if nth_month := parts.get("nth_month"):
        return ordinals, _ordinal(nth_month), ()
    if parts.get("quarter"):
        return ordinals, 1, (1, 4, 7, 10) if ordinals[0] > 0 else (3, 6, 9, 12)
    if parts.get("even_months"):
        return ordinals, 1, (2, 4, 6, 8, 10, 12)
    if parts.get("odd_months"):
        return ordinals, 1, (1, 3, 5, 7, 9, 11)
    named = [month_of(each) for each in re.findall(MONTH, parts.get("months") or "", re.I)]
    return ordinals, 1, tuple(sorted(set(named)))


def _ordinal(text: str) -> int:
    return (
        abs(_ORDINALS[" ".join(text.casefold().split())])
        if text.casefold() not in _ORDINALS
        else _ORDINALS[text.casefold()]
    )


def _period(text: str, year: int) -> tuple[str, date | None, date | None]:
    """The text without what says from when to when, and these days."""
    for pattern in (_RANGE, _BEGINS, _ENDS):
        found = pattern.search(text)
        if found is None:
            continue
        parts = found.groupdict()
        first = _point(parts["first"], year)[0] if parts.get("first") else None
        last = _point(parts["last"], first.year if first else year)[1] if parts.get("last") else None
        if first is not None and last is not None and last < first:
            # «fra august til juni» goes on into the next year.
            last = _point(parts["last"], first.year + 1)[1]
        return text[: found.start()] + "," + text[found.end() :], first, last
    return text, None, None


def _point(text: str, year: int) -> tuple[date, date]:
    """The first and last day of «februar», «uke 8», «1. februar».

    Raises:
        _NotUnderstood: there is no such day.
    """
    text = " ".join(text.casefold().split())
    with_year = re.fullmatch(r"(.*\D)\s(20\d\d)", text)
    if with_year is not None and not re.match(r"\d", text):
        text, year = with_year[1], int(with_year[2])
    try:
        day = parse_date(text.rstrip("."), year)
    except ValueError as error:
        period = periods.in_year(text.rstrip("."))
        if period is None:
            raise _NotUnderstood(str(error)) from None
        try:
            found = period(year)
        except ValueError:
            raise _NotUnderstood(
                _("«{text}» finnes ikke i {year}. Rett regelen.").format(text=text, year=year)
            ) from None
        return found.first, found.last
    return day, day


def _exceptions(text: str, year: int) -> tuple[str, list[tuple[date, date, str]]]:
    """The text without its exceptions, and the spells of days that these are.

    Raises:
        _NotUnderstood: there is an exception that means nothing.
    """
    found = _EXCEPT.search(text)
    if found is None:
        return text, []
    out: list[tuple[date, date, str]] = []
    left: list[str] = []
    week = False
    for raw in _LIST.split(found["list"]):
        item = _BEFORE_ITEM.sub("", raw.strip(" .()"))
        if week and re.fullmatch(r"\d{1,2}", item):
            item = f"uke {item}"
        spell = _spell(item, year) if item and not left else None
        week = item.casefold().startswith(("uke", "veke"))
        if spell is not None:
            out.append((*spell, item))
        elif item:
            left.append(raw)
    if not out:
        raise _NotUnderstood(
            _(
                "Jeg forstår ikke unntaket «{text}». Skriv måneder, uker eller datoer, for eksempel «ikke juli, uke 8»."
            ).format(text=found["list"].strip(" ,."))
        )
    return f"{text[: found.start()]},{','.join(left)}", out


def _spell(item: str, year: int) -> tuple[date, date] | None:
    if periods.differs(item.casefold()):
        raise _NotUnderstood(
            _("«{text}» er ikke samtidig overalt. Skriv hvilke uker det er, for eksempel «ikke uke 8».").format(
                text=item
            )
        )
    several = _SPAN_OF_DAYS.fullmatch(item)
    try:
        if several is not None:
            return _point(several["first"], year)[0], _point(several["last"], year)[1]
        return _point(item, year)
    except _NotUnderstood:
        return None

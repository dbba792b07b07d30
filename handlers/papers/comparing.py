"""Whether two papers say the same, and what is different between two versions of the same minutes. Pure.

The same paper in another format is read into the same cases with the same decisions; line breaks, hyphens and the like
differ, so only letters and digits count.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from handlers.meetings.minutes.difference import shown
from handlers.papers.record import CaseRead, FollowUpRead, PaperRead
from handlers.patterns import pattern_of
from handlers.writing.language import _

_OTHER = pattern_of(r"[\W_]+")


def plain(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return _OTHER.sub("", text).casefold()


def same_title(one: str, other: str) -> bool:
    """Whether two titles are of the same case: the same, or the one is the beginning of the other."""
    first, second = plain(one), plain(other)
    if not first or not second:
        return first == second
    short, long = sorted((first, second), key=len)
    return first == second or (len(short) >= 12 and long.startswith(short))


def says_the_same(one: PaperRead, other: PaperRead, *, whole: bool = True) -> bool:
    """Whether they have the same cases with the same decisions; `whole`: and the same comments and follow-ups."""
    return _content(one, whole=whole) == _content(other, whole=whole)


def _content(read: PaperRead, *, whole: bool) -> object:
    meetings = sorted((each.date, plain(each.committee or "")) for each in read.next_meetings)
    rest = (sorted(plain(each.name) for each in read.present), meetings) if whole else ()
    return ([_of_case(each, whole=whole) for each in read.cases], rest)


def _of_case(case: CaseRead, *, whole: bool) -> object:
    core = (plain(case.number or ""), plain(case.title), [plain(each) for each in case.decisions])
    if not whole:
        return core
    return (*core, plain(case.discussion), sorted(plain(each.text + each.owner) for each in case.followups))


class Changed(NamedTuple):
    """What is different about a case: `text` shows it, with signs (see `handlers.meetings.minutes.difference`)."""

    case: str
    text: str


def changes(before: PaperRead, after: PaperRead) -> Sequence[Changed]:
    """What the later version says differently, case by case, in its order; what it leaves out last."""
    old = list(before.cases)
    found: list[Changed] = []
    for case in after.cases:
        was = next((each for each in old if _same_case(each, case)), None)
        if was is None:
            found.append(Changed(_called(case), _("Saken er ny.")))
            continue
        old.remove(was)
        told = [shown(one, other) for one, other in _beside_each_other(was, case) if plain(one) != plain(other)]
        if told:
            found.append(Changed(_called(case), " · ".join(told)))
    found += [Changed(_called(case), _("Saken er ikke med lenger.")) for case in old]
    one, other = _around(before), _around(after)
    if plain(one) != plain(other):
        found.append(Changed(_("Om møtet"), shown(one, other)))
    return found


def _same_case(one: CaseRead, other: CaseRead) -> bool:
    if one.number and other.number:
        return plain(one.number) == plain(other.number)
    return same_title(one.title, other.title)


def _called(case: CaseRead) -> str:
    return f"{case.number or ''} {case.title}".strip()


def _beside_each_other(was: CaseRead, case: CaseRead) -> Iterator[tuple[str, str]]:
    """Each part of a case, as it was and as it is."""
    yield was.title, case.title
    yield was.purpose, case.purpose
    yield was.discussion, case.discussion
    yield from zip_longest(was.decisions, case.decisions, fillvalue="")
    yield from zip_longest(map(_to_do, was.followups), map(_to_do, case.followups), fillvalue="")


def _to_do(each: FollowUpRead) -> str:
    return ", ".join(filter(None, (each.text, each.owner, each.due_text)))


def _around(read: PaperRead) -> str:
    return "\n".join(
        filter(
            None,
            (
                read.place or "",
                ", ".join(each.name for each in read.present),
                ", ".join(each.name for each in read.absent),
            ),
        )
    )

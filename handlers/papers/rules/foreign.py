"""Where another paper begins, that was put behind this one in the same file."""

from collections.abc import Sequence

from handlers.papers.rules import labels, numbers
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.numbers import Shape
from handlers.papers.rules.text import plain
from handlers.patterns import pattern_of

_FOREIGN = pattern_of(
    r"(?:møte)?(?:referat|protokoll|møtebok) (?:fra|frå|for)\b|(?:møte)?(?:referat|protokoll|møtebok)$"
    r"|saksfram?legg\b|saksfremlegg\b|saksutredning\b|saksnotat\b|mandat for\b"
    r"|vedlegg (?:nr\.? ?)?\d{1,2}\b"
    r"|rapport\b|innkalling (?:til|fra)\b|møteinnkalling$|høringsuttalelse|utkast til mandat"
)
FRAME_EVIDENCE = frozenset({Label.PRESENT, Label.ABSENT, Label.MEETING_DATE, Label.DATE, Label.DATE_PLACE, Label.PLACE,
    Label.COMMITTEE, Label.REFERENT, Label.SUBJECT, Label.CHAIR, Label.TIME})  # fmt: skip


def foreign_from(lines: Sequence[Line], meeting_year: int | None) -> int:
    """Where another document begins that is bound in with this one: minutes among the attachments of a convocation."""
    seen: set[Label] = set()
    cases = 0
    for at, line in enumerate(lines):
        label = labels.at_start(line.text)
        if label is not None and label.label in FRAME_EVIDENCE:
            seen.add(label.label)
        number = numbers.at_start(line.text)
        if number is not None and number.shape is Shape.COMPOSITE:
            cases += 1
        if at < 5 or (cases == 0 and len(seen) < 2):
            continue
        if cases and (begin := _second_head(lines, at, seen)) is not None:
            return begin
        text = plain(line.text)
        if len(text) > 140 or not _FOREIGN.match(text):
            continue
        if line.column is not None or (line.label not in (None,) and not line.text.startswith(("Tema", "Emne"))):
            continue
        apart = line.begins or lines[at - 1].text.endswith(".") or _FOREIGN.match(plain(lines[at - 1].text))
        if not (apart or line.is_heading) or line.text.endswith((".", ",", ";")):
            continue
        following = {
            found.label
            for later in lines[at + 1 : at + 12]
            if (found := labels.at_start(later.text)) is not None and found.label in FRAME_EVIDENCE
        }
        again = following & seen
        if (
            len(following) >= 2
            and (again or text.startswith("saksfr"))
            and ({Label.PRESENT, Label.DATE_PLACE, Label.MEETING_DATE, Label.DATE, Label.PLACE} & following)
        ):
            return at
    return len(lines)


_OF_DATE = frozenset({Label.DATE, Label.MEETING_DATE, Label.DATE_PLACE})


def _second_head(lines: Sequence[Line], at: int, seen: set[Label]) -> int | None:
    """Where the head of another document begins: its date, who was there and more, one below the other, after cases."""
    label = labels.at_start(lines[at].text)
    if label is None or label.label not in FRAME_EVIDENCE | {Label.INVITED} or lines[at].column is not None:
        return None
    window = {
        found.label
        for line in lines[at : at + 7]
        if line.column is None and (found := labels.at_start(line.text)) is not None
    }
    heads = window & (FRAME_EVIDENCE | {Label.INVITED})
    if len(heads) < 3 or not (_OF_DATE & heads) or not (_OF_DATE & seen):
        return None
    if not ({Label.PRESENT, Label.SUBJECT, Label.COMMITTEE} & heads):
        return None
    if (
        Label.PRESENT in heads
        and Label.PRESENT not in seen
        and Label.SUBJECT not in heads
        and Label.INVITED not in heads
    ):
        # Who was there may stand at the end of the same minutes.
        return None
    begin = at
    for back in range(at - 1, max(0, at - 4), -1):
        if _FOREIGN.match(plain(lines[back].text)) and (lines[back].is_heading or lines[back].begins):
            begin = back
    return begin

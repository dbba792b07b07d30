"""What handing in a form will ask the database, asked before anything of its draft is known.

So it takes one way there and back, where the draft had to be read first to know what else to read. Whatever was not
foreseen, or turns out otherwise, is asked when it is needed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import drafts
from storage.database import Foreseen
from storage.direct import Question, Sought

Id = int | Sought | None
OWNER = "owner"
"""Among the ids by which it is asked: whose the draft is."""


@dataclass(frozen=True)
class Foresight:
    """What checking a dialog's steps and its `finish` will ask: `questions` of the ids that are the answers `answers`
    (None: there is none) and of the `OWNER`, at a moment (UTC). It may leave something out. `steps`: the names of those
    that are handed in last; none: the dialog's last one."""

    answers: Sequence[str]
    questions: Callable[[Mapping[str, Id], datetime], Sequence[Question]]
    steps: Collection[str] = ()


class Foreseeing:
    """What is asked first where somebody hands in a form of this draft. `foresight`: where it is the last one."""

    def __init__(self, draft_id: str, foresight: Foresight | None) -> None:
        self._draft_id = draft_id
        self._foresight = foresight

    def questions(self, now: datetime) -> Sequence[Question]:
        """The draft, and what else is asked by what stands in it."""
        asked = drafts.asked(self._draft_id)
        if self._foresight is None:
            return [asked]
        sought = {name: drafts.id_to_be_read(self._draft_id, name) for name in self._foresight.answers}
        owner = drafts.owner_to_be_read(self._draft_id)
        return [asked, *self._foresight.questions({**sought, OWNER: owner}, now)]

    def answered(self, found: Foreseen, now: datetime) -> Foreseen:
        """What was found, by the questions as they will be asked. `now`: the same moment."""
        if self._foresight is None or not found:
            return found
        (asked, rows), *others = found
        if not rows:
            return [(asked, rows)]
        read: dict[str, Id] = {name: drafts.id_that_was_read(rows[0].answers, name) for name in self._foresight.answers}
        questions = self._foresight.questions({**read, OWNER: rows[0].person_id}, now)
        return [(asked, rows), *zip(questions, (rows for _question, rows in others), strict=True)]

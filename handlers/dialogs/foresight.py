"""What handing in a form will ask the database, asked before anything of its draft is known.

So it takes one way there and back, where the draft had to be read first to know what else to read. Whatever was not
foreseen, or turns out otherwise, is asked when it is needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import drafts
from storage.database import Foreseen
from storage.direct import Question, Sought


@dataclass(frozen=True)
class Foresight:
    """What checking a dialog's steps and its `finish` will ask: `questions` of the id that is the answer `answer`, at a
    moment (UTC). It may leave something out."""

    answer: str
    questions: Callable[[int | Sought, datetime], Sequence[Question]]


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
        sought = drafts.id_to_be_read(self._draft_id, self._foresight.answer)
        return [asked, *self._foresight.questions(sought, now)]

    def answered(self, found: Foreseen, now: datetime) -> Foreseen:
        """What was found, by the questions as they will be asked. `now`: the same moment."""
        if self._foresight is None or not found:
            return found
        (asked, rows), *others = found
        chosen = drafts.id_that_was_read(rows[0].answers, self._foresight.answer) if rows else None
        if chosen is None:
            return [(asked, rows)]
        questions = self._foresight.questions(chosen, now)
        return [(asked, rows), *zip(questions, (rows for _question, rows in others), strict=True)]

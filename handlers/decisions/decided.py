"""What was decided in a case, on its page, with what follows from it and its papers."""

from handlers.decisions import views
from handlers.decisions.case_read import CaseRead
from handlers.meetings.part import Part
from handlers.messages.message import FileLink, Section
from handlers.people.context import Context
from handlers.writing.language import _


async def part(context: Context, case: CaseRead) -> Part:
    sections = [
        views.line(context, each).model_copy(
            update={
                "title": _("Vedtak {where}").format(where=views.where(each.at)),
                "text": views.wording(context.actor, each),
            }
        )
        for each in case.decided
    ]
    if not sections:
        sections = [Section(title=_("Vedtak"), text=_("Det er ikke gjort vedtak i saken i noe referat som gjelder."))]
    files: list[FileLink] = []
    for each in case.decided:
        files += [file for file in views.papers(context, each.at)[0] if file not in files]
    attached = views.attached(case.item, sees=case.sees)
    return Part(sections=(*sections, *attached), files=tuple(files))

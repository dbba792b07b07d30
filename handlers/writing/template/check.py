"""What is wrong with a Word template, and where, in words that whoever made it in Word can follow."""

import io
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.writing.language import _
from handlers.writing.template import leftovers
from handlers.writing.template.fields import Kind
from handlers.writing.template.filling import fill
from handlers.writing.template.findings import Finding, remark
from handlers.writing.template.package import NotUsable, look_at, no_document
from handlers.writing.template.places import paragraphs, roots
from handlers.writing.template.tags import Tags
from handlers.writing.template.trial import tried

log = logging.getLogger(__name__)

_MOST = 40
"""More findings than that nobody reads at once."""


class Checked(NamedTuple):
    """What was found. `trial`: the template filled in with an example; None: it cannot be used as it is."""

    findings: Sequence[Finding]
    trial: bytes | None

    @property
    def may_be_used(self) -> bool:
        return self.trial is not None


def check(content: bytes, kind: Kind, at: datetime) -> Checked:
    """Check a file as a template of this kind. It takes a while: not on the event loop."""
    try:
        look_at(content)
        found = _read(content, kind)
    except NotUsable as error:
        return Checked([Finding(str(error))], None)
    if not any(finding.stops for finding in found):
        found += tried(content, kind, at)
    may_be_used = not any(finding.stops for finding in found)
    trial = fill(content, kind.examples(), title=_("Eksempel"), at=at) if may_be_used else None
    # What stops comes first.
    return Checked(sorted(found, key=lambda finding: not finding.stops)[:_MOST], trial)


def _read(content: bytes, kind: Kind) -> list[Finding]:
    from docx import Document  # noqa: PLC0415 - takes a while to import, and templates are checked seldom

    try:
        document = Document(io.BytesIO(content))
        found_in = list(roots(document))
    except Exception as error:
        # Whatever python-docx stumbles over in what looked like a document.
        log.info("a template could not be read: %s", type(error).__name__)
        raise no_document() from error
    parts = [(root, name, list(paragraphs(root, name))) for root, name in found_in]
    tags = Tags(kind)
    found = list(leftovers.tracked(document, parts))
    for _root, _name, there in parts:
        found += [finding for paragraph in there for finding in tags.paragraph(paragraph)]
        found += tags.end()
        found += leftovers.comments(there)
    found += [
        remark(
            _("Feltet «{field}» ({means}) er ikke brukt, så det kommer ikke med.").format(
                field=name, means=_(kind.fields[name].means)
            )
        )
        for name in kind.needed
        if name not in tags.used
    ]
    return [*found, *leftovers.styles(document, kind, [each for _root, _name, there in parts for each in there])]

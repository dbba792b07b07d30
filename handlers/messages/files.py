"""The signed links of a message: made for its reader when it is sent or shown, and never stored.

A link to a file works for an hour (see `handlers.people.links`), and a message may wait for days before it is sent, or
be looked up again. So what is stored is which file it is (`FileRef`), or which page (`PageLink`).
"""

from handlers.messages.message import FileRef, Message, Section
from handlers.people.links import Links


def with_links(message: Message, links: Links, person_id: int, *, pages: bool = True) -> Message:
    """The message with an address for each of its files and pages, good for this reader from now on.

    Where `links` makes none, they have no address, and are left out when the message is drawn. `pages`: not on a page
    that a link opened, which would make it last for ever.
    """
    if not any(_opens_something(section) for section in (message, *message.sections)):
        return message

    def linked(file: FileRef) -> FileRef:
        return file.model_copy(update={"url": links.file(person_id, file.document, file.arguments)})

    def of(section: Section) -> dict[str, object]:
        image = section.image
        if image is not None and image.file is not None:
            image = image.model_copy(update={"file": linked(image.file)})
        files = tuple(each.model_copy(update={"file": linked(each.file)}) for each in section.files)
        opens = tuple(
            each.model_copy(update={"url": links.page(person_id, each.action, each.arguments) if pages else None})
            for each in section.opens
        )
        return {"image": image, "files": files, "opens": opens}

    sections = tuple(section.model_copy(update=of(section)) for section in message.sections)
    return message.model_copy(update={**of(message), "sections": sections})


def _opens_something(section: Section) -> bool:
    return bool(section.files or section.opens) or (section.image is not None and section.image.file is not None)

"""What an activity says: who speaks, from where, and what. Pure reading."""

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handlers.people.address import Address
from handlers.people.context import Profile, SpokenIn, Unvouched

if TYPE_CHECKING:
    from botbuilder.schema import Activity

SURFACE = "teams"

_TAGS = re.compile(r"</?at(?:\s[^>]*)?>", re.IGNORECASE)
_MENTION = re.compile(r"<at(?:\s[^>]*)?>[^<]*</at>", re.IGNORECASE)
_ENTITIES = re.compile(r"&(?:amp|lt|gt|quot|apos|#39|nbsp);")
_GUEST = "#EXT#"
_FILE = "application/vnd.microsoft.teams.file.download.info"
"""Teams: «Send and receive files using bot»."""
_OUTSIDERS = ("guest", "anonymous")


def is_personal(activity: "Activity") -> bool:
    """Whether nobody but the person and the bot reads the conversation."""
    kind = activity.conversation.conversation_type
    return bool(kind == "personal" or (kind is None and not activity.conversation.is_group))


def is_of_a_program(activity: "Activity") -> bool:
    """Whether the bot itself or another program wrote it: people are never answered for what they did not write.
    Teams' ids of programs begin with `28:` (Teams: «Conversation basics»)."""
    wrote = activity.from_property
    own = activity.recipient.id if activity.recipient is not None else None
    return bool(
        (own is not None and wrote.id == own) or str(wrote.id or "").startswith("28:") or wrote.role in ("bot", "skill")
    )


def tenant(activity: "Activity") -> str:
    """The tenant that the conversation is in; empty where the activity does not say. Whoever speaks may be its guest,
    or of another one (a shared channel): the directory says so."""
    channel = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    stated = channel.get("tenant")
    found = stated.get("id") if isinstance(stated, dict) else None
    return str(found or activity.conversation.additional_properties.get("tenantId") or "").lower()


def user_id(activity: "Activity") -> str:
    """The person's id in the tenant's directory, the same in every conversation; else Teams' id of them."""
    return str(activity.from_property.aad_object_id or activity.from_property.id)


def address(activity: "Activity", conversation_id: str) -> Address:
    """Where the person is reached: in the personal conversation `conversation_id`. The service URL can change at any
    activity (Teams: «Proactive messages»), so this is stored anew when it does."""
    reach = {
        "service_url": activity.service_url,
        "conversation_id": conversation_id,
        "bot_id": activity.recipient.id,
        "bot_name": activity.recipient.name or "",
        "user_id": activity.from_property.id,
        "aad_id": activity.from_property.aad_object_id or "",
        "tenant_id": tenant(activity),
        "channel_id": activity.channel_id or "",
    }
    return Address(SURFACE, tenant(activity), user_id(activity), reach)


def spoken_in(activity: "Activity") -> SpokenIn | None:
    """The channel of a team in which it was done (Teams: «Channel and group chat conversations»); None: elsewhere."""
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    channel, team = (found if isinstance(found := data.get(name), dict) else {} for name in ("channel", "team"))
    # Of what is done in the first channel of a team Teams says only which team it is: the ids are the same.
    found = channel.get("id") or team.get("id")
    if is_personal(activity) or not isinstance(found, str) or not found:
        return None
    name = channel.get("name")
    team_name = team.get("name")
    named = [each for each in (team_name, name) if isinstance(each, str) and each]
    reach = {
        "service_url": activity.service_url,
        "bot_id": activity.recipient.id,
        "bot_name": activity.recipient.name or "",
        "tenant_id": tenant(activity),
        "channel_id": activity.channel_id or "",
    }
    return SpokenIn(SURFACE, tenant(activity), found, " › ".join(named), reach)


def is_said_to_us(activity: "Activity") -> bool:
    """Whether a line that others read was said to the bot: it is mentioned.

    Teams hands over nothing else, unless an organisation has granted the app to read all that is said in a channel or a
    group (Teams: «Receive all messages for bots and agents», resource-specific consent), which our manifest does not
    ask for.
    """
    for entity in activity.entities or ():
        mentioned = entity.additional_properties.get("mentioned")
        if entity.type == "mention" and isinstance(mentioned, dict) and mentioned.get("id") == activity.recipient.id:
            return True
    # The entities may have an odd shape.
    ours = _mention_of(activity.recipient.name)
    return ours is not None and isinstance(activity.text, str) and ours.search(activity.text) is not None


def _mention_of(name: object) -> re.Pattern[str] | None:
    """A mention of somebody called so, as it stands in a text."""
    if not isinstance(name, str) or not name:
        return None
    return re.compile(rf"<at(?:\s[^>]*)?>\s*{re.escape(name)}\s*</at>", re.IGNORECASE)


def words(activity: "Activity") -> str:
    """What the person wrote to the bot: without its mention, and other mentions as plain names.

    Teams puts `&nbsp;` after a mention, and escapes what a line of markup would need escaped.
    """
    text = activity.text if isinstance(activity.text, str) else ""
    ours = _mention_of(activity.recipient.name)
    for entity in activity.entities or ():
        mention = entity.additional_properties
        mentioned = mention.get("mentioned")
        if entity.type == "mention" and isinstance(mentioned, dict) and mentioned.get("id") == activity.recipient.id:
            called = [mention.get("text"), mentioned.get("name"), activity.recipient.name]
            text = _without_mention(text, [_TAGS.sub("", each) for each in called if isinstance(each, str)])
            ours = None
    # Where the entities have an odd shape.
    text = ours.sub(" ", text) if ours is not None else text
    plain = _ENTITIES.sub(lambda entity: html.unescape(entity[0]), _TAGS.sub("", text))
    return plain.replace("\u00a0", " ").strip()


def _without_mention(text: str, called: Sequence[str]) -> str:
    """`text` without the mention of somebody who is called one of these. The mention's entity may have no text, or
    another case than the message (platforms.md)."""
    names = "|".join(re.escape(name) for name in dict.fromkeys(called) if name)
    if names:
        marked = re.compile(rf"<at(?:\s[^>]*)?>\s*(?:{names})\s*</at>", re.IGNORECASE)
        found, count = marked.subn(" ", text)
        if count:
            return found
        plain = re.compile(rf"^\s*@?(?:{names})(?!\w)", re.IGNORECASE)
        found, count = plain.subn(" ", text)
        if count:
            return found
    # Called otherwise, and the only one who is mentioned.
    return _MENTION.sub(" ", text) if len(_MENTION.findall(text)) == 1 else text


def files_in(activity: "Activity") -> int:
    """How many pictures and files were sent with a line. The line itself is an attachment too, in HTML, and so is what
    it answers or passes on."""
    kinds = [str(attachment.content_type or "") for attachment in activity.attachments or () if attachment is not None]
    return len([kind for kind in kinds if kind == _FILE or kind.startswith(("image/", "audio/", "video/"))])


def fingerprint(activity: "Activity") -> str:
    """What identifies a request, also when Teams sends it again after a turn that took too long: then it may have a
    new id, but says the same and was said at the same time."""
    said_at = activity.local_timestamp or activity.timestamp
    parts: list[Any] = [
        activity.conversation.id,
        activity.from_property.id,
        activity.type,
        activity.name,
        activity.text,
        activity.value,
        said_at.isoformat() if said_at else activity.id,
    ]
    whole = json.dumps(parts, sort_keys=True, default=str)
    return "teams:" + hashlib.sha256(whole.encode()).hexdigest()


def locale(activity: "Activity") -> str:
    """The language that the person's client is set to, as a tag (`nb-NO`); empty where the activity does not say."""
    if isinstance(activity.locale, str) and activity.locale:
        return activity.locale
    for entity in activity.entities or ():
        stated = entity.additional_properties.get("locale")
        if entity.type == "clientInfo" and isinstance(stated, str):
            return stated
    return ""


def profile(member: Mapping[str, Any], place: str, language: str = "") -> Profile:
    """A member of a conversation in the tenant `place`, as the directory knows them (Teams: «Get Teams-specific
    context»; for shared channels «Apps for shared and private channels»).

    Of somebody from another tenant only the user name counts as an address: its domain is one that their tenant has
    shown to be its own, while an address is what whoever administers that tenant wrote. A guest's user name is none.
    """
    name, address, home = (_text(member.get(key)) for key in ("userPrincipalName", "email", "tenantId"))
    guest = _text(member.get("userRole")).casefold() in _OUTSIDERS or any(_GUEST in each for each in (name, address))
    usable = (name,) if home and home.lower() != place else (address, name)
    email = next((each for each in usable if "@" in each and _GUEST not in each), None)
    return Profile(
        name=_text(member.get("name")),
        email=email,
        locale=language,
        unvouched=None if email else Unvouched.HIDDEN,
        outsider=guest,
        workspaces=frozenset(filter(None, (home.lower(),))),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

"""`/mote kanal`: whether a committee's meetings have threads in a channel, and in which."""

from collections.abc import Mapping, Sequence

from handlers.capability import Example
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone, NotAllowed
from handlers.meetings.threads import trouble, where
from handlers.meetings.threads.actions import Do
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Confirm, Fact, Message, Section
from handlers.people.access import may_decide, require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import committees, threads
from storage.tables import ChannelSource, ChatChannel, Committee, CommitteeChannel
from storage.threads import Where

_SURFACES: Mapping[str, str] = {"slack": "Slack", "teams": "Teams"}
_COMMITTEE, _CHANNEL = "committee", "channel"


async def examples(context: Context) -> Sequence[Example]:
    own = [each for each in context.actor.committees if may_decide(context.actor, each.id)]
    return [Example(f"/mote kanal {each.name}", _("en tråd for hvert møte i utvalgets kanal")) for each in own[:1]]


async def command(context: Context, text: str) -> Reply:
    """`/mote kanal [utvalg]`, in the channel that is to be used, or anywhere to see how it stands."""
    own = [each for each in await committees.active(context.session) if may_decide(context.actor, each.id)]
    if text.strip():
        named = await committees.named(context.session, text.strip(), context.today)
        if named is None:
            return Message(
                title=_("Jeg finner ikke utvalget «{text}»").format(text=text.strip()),
                text=_("Skriv {command} for å se utvalgene dine.").format(command=typed("mote kanal")),
            )
        require_decider(context, named)
        own = [named]
    if not own:
        raise NotAllowed(_("Bare sekretariatet for et utvalg kan velge kanal for møtetrådene."))
    return await _page(context, own)


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """How it stands with one committee."""
    return await _page(context, [await _committee(context, arguments)])


async def use_here(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The threads are to be in this channel. Doing it twice is as once."""
    committee = await _committee(context, arguments)
    chosen = await threads.heard(context.session, id_of(arguments, _CHANNEL))
    if chosen is None:
        raise Gone(_("Kanalen er ikke kjent lenger. Skriv {command} i den.").format(command=typed("mote kanal")))
    await where.put(
        context.session,
        committee,
        Where.of(chosen),
        context.now,
        source=ChannelSource.CHAT,
        by_id=context.actor.person_id,
    )
    return await _done(context, committee)


async def turn_on(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The threads go on in the channel that the committee has."""
    committee = await _committee(context, arguments)
    row = await _channel(context, committee)
    await where.put(
        context.session, committee, Where.of(row), context.now, source=ChannelSource.CHAT, by_id=context.actor.person_id
    )
    return await _done(context, committee)


async def turn_off(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Nothing more is said in the channel."""
    committee = await _committee(context, arguments)
    row = await _channel(context, committee)
    row.is_on, row.source, row.changed_by_id = False, ChannelSource.CHAT, context.actor.person_id
    return await _done(context, committee)


async def follow_file(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The channel is the one that the partnership file names."""
    committee = await _committee(context, arguments)
    wanted = where.in_file(where.settings_of(committee))
    if wanted is None:
        raise Gone(_("Helsefellesskapets fil sier ikke lenger hvilken kanal det er."))
    await where.put(
        context.session, committee, wanted, context.now, source=ChannelSource.FILE, by_id=context.actor.person_id
    )
    return await _done(context, committee)


async def try_again(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What did not get through is tried once more, now."""
    committee = await _committee(context, arguments)
    count = await threads.try_again(context.session, context.now, committee.id)
    if not count:
        return Message(title=_("Det er ingenting som venter på å komme i kanalen."))
    return Message(
        title=_("Jeg prøver igjen nå"),
        text=_("Går det bra, står det i kanalen om et øyeblikk. Hvis ikke, ser du hvorfor med {command}.").format(
            command=typed("mote kanal")
        ),
    )


async def _committee(context: Context, arguments: Mapping[str, str]) -> Committee:
    """Raises `Gone`, `NotAllowed`."""
    found = await committees.committee(context.session, id_of(arguments, _COMMITTEE))
    if found is None or found.removed_at is not None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_decider(context, found)
    return found


async def _channel(context: Context, committee: Committee) -> CommitteeChannel:
    row = await threads.channel(context.session, committee.id)
    if row is None:
        raise Gone(
            _("Utvalget har ingen kanal. Skriv {command} i kanalen som skal brukes.").format(
                command=typed("mote kanal")
            )
        )
    return row


async def _done(context: Context, committee: Committee) -> Message:
    await context.session.flush()
    return (await _page(context, [committee])).model_copy(update={"replace": True})


async def _page(context: Context, shown: Sequence[Committee]) -> Message:
    here = await _here(context)
    return Message(
        title=_("Møtetråder i utvalgets kanal"),
        text=_(
            "Hvert møte kan få en tråd i en kanal på Slack eller Teams, med sakslisten, det som endres, og det som er "
            "besluttet. Der står bare det alle kan lese, ingenting om saker som er unntatt offentlighet."
        ),
        sections=tuple([await _section(context, each, here) for each in shown]),
        small=_(
            "Vil du bruke en kanal, så ta boten med i den og skriv {command} der. I Teams nevner du boten først."
        ).format(command=typed("mote kanal")),
    )


async def _here(context: Context) -> ChatChannel | None:
    """The channel that is spoken in, kept so that it can be chosen."""
    spoken_in = context.spoken_in
    if spoken_in is None:
        return None
    at = Where(spoken_in.surface, spoken_in.workspace, spoken_in.channel)
    row_id = await threads.heard_in(context.session, at, spoken_in.name, spoken_in.reach, context.now)
    return await threads.heard(context.session, row_id)


async def _section(context: Context, committee: Committee, here: ChatChannel | None) -> Section:
    row = await threads.channel(context.session, committee.id)
    wanted = where.in_file(where.settings_of(committee))
    if row is None and wanted is not None:
        # The file was loaded a moment ago.
        await where.follow_file(context.session, committee, context.now)
        await context.session.flush()
        row = await threads.channel(context.session, committee.id)
    arguments = {_COMMITTEE: str(committee.id)}
    facts, buttons = [], []
    text = _("Ingen kanal er valgt.")
    at = Where.of(row) if row is not None else None
    if here is not None and (at != Where.of(here) or row is None or not row.is_on):
        label = _("Bruk {name}").format(name=where.called(here.name)) if here.name else _("Bruk denne kanalen")
        confirm = Confirm(text=_("Alle i kanalen kan lese det som står der."), yes=_("Bruk kanalen"))
        buttons.append(
            Button(
                label=label,
                action=Do.HERE,
                arguments={**arguments, _CHANNEL: str(here.id)},
                style="primary",
                confirm=confirm,
            )
        )
    if row is not None and at is not None:
        text = _("Hvert møte får en tråd.") if row.is_on else _("Skrudd av: det kommer ikke noe i kanalen.")
        facts.append(Fact(label=_("Kanal"), value=await _named(context, at)))
        if row.source == ChannelSource.CHAT and wanted is not None and wanted != at:
            facts.append(Fact(label=_("I helsefellesskapets fil"), value=await _named(context, wanted)))
            buttons.append(Button(label=_("Følg filen"), action=Do.AS_IN_FILE, arguments=arguments))
        if row.is_on and row.trouble:
            facts.append(Fact(label=_("Kommer ikke fram"), value=trouble.to_do(row)))
            buttons.append(Button(label=_("Prøv igjen"), action=Do.TRY_AGAIN, arguments=arguments))
        switch = (_("Slå av trådene"), Do.OFF) if row.is_on else (_("Slå på trådene"), Do.ON)
        buttons.append(Button(label=switch[0], action=switch[1], arguments=arguments))
    return Section(title=committee.name, text=text, facts=tuple(facts), buttons=tuple(buttons))


async def _named(context: Context, at: Where) -> str:
    """«#fsu-moter (Slack)», or its id where nobody has said what it is called."""
    name = await threads.name_of(context.session, at)
    surface = _SURFACES.get(at.surface, at.surface)
    return f"{where.called(name) if name else at.channel} ({surface})"

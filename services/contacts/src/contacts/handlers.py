"""What other services' events mean here: the directory follows accounts and members, a hard bounce makes an address invalid, and whoever
comes by a form or a mail is somebody to be reviewed."""

from __future__ import annotations

from contacts import activity, translate
from contacts.domain.arrivals import Arrival, Evidence, Fate, judged, newcomer, recognised, waits
from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import invalidated
from contacts.domain.proposals import proposed
from contacts.domain.quality import Correspondent
from contacts.domain.revisions import Cause, Reviewing, revision
from contacts.store import Contacts, Directory, Handling, standing
from shared.contracts import accounts, forms, mail, workspace
from shared.contracts.envelope import Event
from shared.contracts.ids import new_id
from shared.messaging import Batch, Subscriptions

subscriptions = Subscriptions(group="contacts")


@subscriptions.on(accounts.TOPIC)
async def on_accounts(batch: Batch, directory: Directory, contacts: Contacts) -> None:
    """Keep the directory of accounts, and what linked contacts call them."""
    news = [item for event in batch if (item := translate.account_news(event))]
    await directory.learn_accounts(batch.workspace, news)
    named = await directory.account_names(batch.workspace, {item.account.id for item in news})
    await contacts.call_accounts(batch.workspace, named)


@subscriptions.on(workspace.TOPIC)
async def on_members(batch: Batch, directory: Directory) -> None:
    """Keep the directory of members, who can own contacts while they are active."""
    await directory.learn_members(batch.workspace, [item for event in batch if (item := translate.member_news(event))])


@subscriptions.on(*activity.TOPICS)
async def on_activity(batch: Batch, contacts: Contacts, directory: Directory) -> None:
    """When a person last had to do with a contact decides who is stale (OS6)."""
    decided = await directory.decided(batch.workspace)
    await contacts.note_activity(batch.workspace, activity.activities(batch, decided.region))


@subscriptions.on(forms.TOPIC)
async def on_forms(batch: Batch, contacts: Contacts, directory: Directory) -> None:
    """Who fills in a form is somebody to be reviewed (SR2), or news of somebody known that is proposed (CU1)."""
    await on_activity(batch, contacts, directory)
    around = await directory.surroundings(batch.workspace, members=(), accounts=())
    async with contacts.handling(batch) as tx:
        for event in tx.fresh:
            if arrival := translate.submission(event):
                await _arrived(tx, arrival, around, translate.cause_of(event))
            if fate := translate.fate(event):
                await _befell(tx, translate.evidence_id(event), fate, translate.cause_of(event))


@subscriptions.on(mail.TOPIC)
async def on_mail(batch: Batch, contacts: Contacts, directory: Directory) -> None:
    """An address mail can not reach is invalid for everybody who has it (CR8); who writes and is nobody's contact is reviewed (MB5)."""
    await on_activity(batch, contacts, directory)
    await directory.learn_mailboxes(batch.workspace, [item for event in batch if (item := translate.mailbox_news(event))])
    addresses = {address for event in batch for address in translate.correspondents(event)}
    strangers = addresses - await contacts.settled(batch.workspace, addresses)
    news = [event for event in batch if translate.hard_bounce(event) or strangers & translate.correspondents(event)]
    if not news:  # most mail goes to and fro between us and people we know: no transaction for it
        return
    us = await directory.ours(batch.workspace)
    around = await directory.surroundings(batch.workspace, members=(), accounts=())
    async with contacts.handling(Batch(batch.workspace, news)) as tx:
        for event in tx.fresh:
            await _bounced(tx, event)
            if arrival := translate.message(event, us):
                await _arrived(tx, arrival, around, translate.cause_of(event))
            for written in translate.written_to(event, us):
                if not await tx.was_erased(None, [written.address], event.time):
                    await _wrote(tx, written)


async def _bounced(tx: Handling, event: Event) -> None:
    if bounce := translate.hard_bounce(event):
        for contact in await tx.reachable_at([bounce.address]):
            after = invalidated(contact, bounce.address, bounce.reason, now=event.time)
            await tx.save(revision(contact, after, translate.cause_of(event)))


async def _arrived(tx: Handling, arrival: Arrival, around: Surroundings, cause: Cause) -> None:
    """One contact however many arrive at once: those from one address queue for its count, and the later ones find the first's contact.

    Who was erased since does not come back by what they sent before.
    """
    if await tx.was_erased(arrival.contact_id, arrival.addresses, cause.at):
        return
    person = known = await _known(tx, arrival)
    if person is None:
        made = revision(None, newcomer(arrival, around, contact_id=new_id()), cause)
        await tx.save(made)
        person = made.after
    evidence = arrival.evidence.about(person.id, await tx.queue.noted(arrival.evidence.id))
    if waits(person):
        await _counted(tx, person, arrival.counts)
        await tx.queue.keep(evidence)
        person = await _judged(tx, person, cause)
    if known is not None and (item := proposed(person, arrival, evidence, around.region)):
        await tx.queue.keep(evidence)
        await tx.queue.put(item)


async def _befell(tx: Handling, evidence_id: str, fate: Fate, cause: Cause) -> None:
    """What became of a submission, whether or not it was heard of yet."""
    evidence = (await tx.queue.noted(evidence_id) or Evidence(id=evidence_id)).with_fate(fate, cause.at)
    await tx.queue.keep(evidence)
    item = await tx.queue.item(evidence_id)
    if item is not None and fate == "deleted":
        await tx.queue.withdraw(evidence_id)
    elif item is not None:
        await tx.queue.put(item.as_spam(cause.at))
    person = await tx.get(evidence.contact_id) if evidence.contact_id else None
    if person is not None and waits(person):
        await _judged(tx, person, cause)


async def _judged(tx: Handling, person: Contact, cause: Cause) -> Contact:
    after = judged(person, await tx.queue.evidence_of(person.id))
    deed = Reviewing("rejected", reason=after.review.reason) if after != person and after.review.state == "rejected" else None
    made = revision(person, after, cause, deed)
    await tx.save(made)
    return made.after if made.happenings else person


async def _wrote(tx: Handling, written: Correspondent) -> None:
    """How somebody who writes to us later, or waits for a review, is known to be talked with."""
    people = [person for person in await tx.reachable_at([written.address]) if person.merged_into is None]
    waiting = [person for person in people if waits(person)]
    if not people:
        await tx.queue.count(written)
    for person in waiting[:1]:
        await _counted(tx, person, (written,))


async def _counted(tx: Handling, person: Contact, counts: tuple[Correspondent, ...]) -> None:
    traffic = [(await tx.queue.count(more)).traffic for more in counts]
    known = [one for one in traffic if one is not None]
    if known:
        await tx.queue.rate(person.id, known[0])


async def _known(tx: Handling, arrival: Arrival) -> Contact | None:
    """Whom the producer names, else whoever has the address; of somebody merged away, who took them in."""
    person = await tx.get(arrival.contact_id) if arrival.contact_id else None
    if person is None:
        person = recognised(arrival, await tx.reachable_at(arrival.addresses))
    return person if person is None or person.merged_into is None else await standing(tx.get, person.merged_into)

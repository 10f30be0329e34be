"""What other services' events mean here: the directory follows accounts and members, a hard bounce makes an address invalid."""

from __future__ import annotations

from contacts import translate
from contacts.domain.editing import invalidated
from contacts.domain.revisions import revision
from contacts.store import Contacts, Directory
from shared.contracts import accounts, mail, workspace
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


@subscriptions.on(mail.TOPIC)
async def on_mail(batch: Batch, contacts: Contacts) -> None:
    """An address mail can not reach is invalid for everybody who has it, and stays visible (CR8)."""
    bounces = Batch(batch.workspace, [event for event in batch if translate.hard_bounce(event)])
    if not bounces.events:  # most mail arrives: no transaction for it
        return
    async with contacts.handling(bounces) as tx:
        for event in tx.fresh:
            if bounce := translate.hard_bounce(event):
                for contact in await tx.reachable_at(bounce.address):
                    after = invalidated(contact, bounce.address, bounce.reason, now=event.time)
                    await tx.save(revision(contact, after, translate.cause_of(event)))

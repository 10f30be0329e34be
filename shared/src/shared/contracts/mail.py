"""What the mail service says: the mailboxes of members, their messages, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import MailAddress, Party, Upstream, by_email
from shared.contracts.values import Instant

SOURCE = "/services/mail"
TOPIC = "crm.mail"


class Mailbox(Upstream):
    """A member's or a team's mailbox, as it is after the event; the subject is its id. Its address is nobody's contact."""

    provider: str | None = Field(None, description="gmail, outlook, imap")
    address: MailAddress | None = None
    scope: str | None = Field(None, description="personal, shared")
    last_sync_at: Instant | None = None


class MailboxConnected(Mailbox, type="crm.mail.mailbox.connected.v1"):
    """Messages of a mailbox are read from now on."""


class MailboxError(Mailbox, type="crm.mail.mailbox.error.v1"):
    """A mailbox can't be read."""


class MailboxDisconnected(Mailbox, type="crm.mail.mailbox.disconnected.v1"):
    """A mailbox is not read any more; what was read stays."""


class MailboxSynced(Mailbox, type="crm.mail.mailbox.synced.v1"):
    """Everything in a mailbox was read."""


class Message(Upstream):
    """A mail of a connected mailbox. It belongs to every contact with an address among sender and recipients."""

    message_id: str | None = None
    thread_id: str | None = None
    sender: MailAddress | None = Field(None, alias="from")
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    subject: str | None = None
    snippet: str | None = Field(None, description="the first words")
    automated: bool = Field(False, description="a newsletter, an out-of-office reply, a notice: no person wrote it just now")

    def _named(self) -> Iterable[Party]:
        yield from by_email(self.sender, "from")
        for role, addresses in (("to", self.to), ("cc", self.cc)):
            for address in addresses:
                yield from by_email(address, role)


class MessageReceived(Message, type="crm.mail.message.received.v1"):
    """Somebody wrote to us."""


class MessageSent(Message, type="crm.mail.message.sent.v1"):
    """We wrote to somebody."""


class Delivery(Upstream):
    """What became of one message at one address."""

    address: MailAddress | None = None
    message_id: str | None = None

    def _named(self) -> Iterable[Party]:
        return by_email(self.address, "recipient")


class DeliveryBounced(Delivery, type="crm.mail.delivery.bounced.v1"):
    """A message could not be delivered."""

    kind: str | None = Field(None, description="hard: there is no such address; soft: not now")
    code: str | None = Field(None, description="what the mail server answered: 550, 4.2.2")


class DeliveryComplained(Delivery, type="crm.mail.delivery.complained.v1"):
    """The recipient called a message spam: an absolute stop."""


class DeliveryUnsubscribed(Delivery, type="crm.mail.delivery.unsubscribed.v1"):
    """The recipient wants no more messages of the kind."""


class DeliveryReplied(Delivery, type="crm.mail.delivery.replied.v1"):
    """The recipient answered."""

"""What the documents service says: what people are asked to read and sign."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import MailAddress, Party, Upstream, by_email
from shared.contracts.values import Whole

SOURCE = "/services/documents"
TOPIC = "crm.documents"


class Document(Upstream):
    """A document on its way to a recipient; the subject is its id."""

    title: str | None = None
    version: Whole | None = None
    recipient_email: MailAddress | None = None
    order: Whole | None = Field(None, description="whose turn it is among several recipients")
    reason: str | None = None
    account_id: str | None = None

    def _named(self) -> Iterable[Party]:
        return by_email(self.recipient_email, "recipient")


class DocumentSent(Document, type="crm.documents.document.sent.v1"):
    """Somebody was sent a document: it waits for them."""


class DocumentViewed(Document, type="crm.documents.document.viewed.v1"):
    """A recipient opened a document."""


class DocumentSigned(Document, type="crm.documents.document.signed.v1"):
    """A recipient signed."""


class DocumentDeclined(Document, type="crm.documents.document.declined.v1"):
    """A recipient will not sign."""


class DocumentCompleted(Document, type="crm.documents.document.completed.v1"):
    """Everybody signed."""


class DocumentExpired(Document, type="crm.documents.document.expired.v1"):
    """It is too late to sign."""


class DocumentVoided(Document, type="crm.documents.document.voided.v1"):
    """Nobody shall sign any more."""


class DocumentLinkOpened(Document, type="crm.documents.document.link_opened.v1"):
    """Somebody followed a document's public link."""

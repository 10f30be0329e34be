"""What the deals service says: sales opportunities."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import Party, Upstream
from shared.contracts.values import Day, Money, Value, current_is

SOURCE = "/services/deals"
TOPIC = "crm.deals"


class DealContact(Value):
    """A contact's part in a deal."""

    contact_id: str
    role: str | None = None


class Deal(Upstream):
    """An opportunity, as it is after the event; the subject is its id."""

    title: str | None = None
    pipeline_id: str | None = None
    stage_id: str | None = None
    amount: Money | None = None
    currency: str | None = Field(None, description="ISO 4217")
    owner_id: str | None = None
    expected_close: Day | None = None
    contacts: tuple[DealContact, ...] = ()
    account_id: str | None = None

    def _named(self) -> Iterable[Party]:
        return (Party(contact_id=contact.contact_id, role=contact.role) for contact in self.contacts)


class DealCreated(Deal, type="crm.deals.deal.created.v1"):
    """An opportunity was opened."""


class DealUpdated(Deal, type="crm.deals.deal.updated.v1"):
    """Something changed for which there is no event of its own."""


class DealStageChanged(Deal, type="crm.deals.deal.stage_changed.v1"):
    """An opportunity moved to another stage of its pipeline."""

    previous: str | None = Field(None, alias="from", description="stage id")
    current: str | None = Field(None, alias="to", description="stage id")
    probability: float | None = None

    _stage = current_is("stage_id", named=("to", "current"))


class DealWon(Deal, type="crm.deals.deal.won.v1"):
    """The customer buys."""


class DealLost(Deal, type="crm.deals.deal.lost.v1"):
    """The customer does not buy."""

    reason: str | None = None


class DealReopened(Deal, type="crm.deals.deal.reopened.v1"):
    """A deal that was won or lost is open again."""


class DealDeleted(Deal, type="crm.deals.deal.deleted.v1"):
    """A deal is gone."""


class DealContactLinked(Deal, type="crm.deals.deal.contact_linked.v1"):
    """One more contact has a part in a deal."""


class DealContactUnlinked(Deal, type="crm.deals.deal.contact_unlinked.v1"):
    """A contact has no part in a deal any more: `contacts` are those who still have, `parties` names who left."""


class DealOwnerChanged(Deal, type="crm.deals.deal.owner_changed.v1"):
    """Somebody else works on a deal."""

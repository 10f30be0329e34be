"""Who an upstream event is about: the part of a payload that every producer shares."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from shared.contracts.catalogue import EventData


class Party(BaseModel):
    """Somebody an event is about. Without `contact_id` the party is resolved by any address or phone of a contact."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    contact_id: str | None = None
    email: str | None = None
    phone: str | None = None
    account_id: str | None = None
    role: str | None = None


class Upstream(EventData):
    """What every payload of another service may carry.

    `backfill`: it happened long ago and is told only now; `visibility`: `all`, `mailbox` or `role:<name>`.
    """

    parties: tuple[Party, ...] = ()
    backfill: bool = False
    visibility: str = "all"

"""Sales opportunities: opened, moved through the stages, won, lost or still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.contracts import deals
from shared.devstack.demo.stories.scene import Scene, Told

TITLES = (
    "Flow meters for line {}",
    "Service contract {} years",
    "Probe set {}",
    "Replacement of {} gauges",
    "Data logger rollout, {} sites",
    "Pilot {}",
)
STAGES = (("qualified", 0.2), ("demo", 0.4), ("proposal", 0.6), ("negotiation", 0.8))
REASONS = ("price", "no budget this year", "chose another supplier", "project stopped", "no answer")


def deal(scene: Scene) -> Iterator[Told]:
    dice, subject = scene.dice, scene.id("deal")
    seller = scene.person.owner_id if scene.chance(0.8) else scene.colleague("sales")
    state: dict[str, Any] = {
        "parties": scene.parties,
        "title": dice.choice(TITLES).format(dice.randrange(2, 9)),
        "pipeline_id": "sales",
        "stage_id": "new",
        "amount": Decimal(dice.randrange(8, 900) * 100),
        "currency": "USD",
        "owner_id": seller,
        "account_id": scene.person.account_id,
        "expected_close": (scene.now + timedelta(days=dice.randrange(20, 90))).date(),
    }
    if scene.person.contact_id is not None:
        state["contacts"] = (deals.DealContact(contact_id=scene.person.contact_id, role=dice.choice(("decision maker", "buyer", "user"))),)
    yield scene.tell(deals.DealCreated(**state), subject, by=seller)
    for stage, probability in STAGES:
        if scene.chance(0.18):
            break
        scene.later(20, 220)
        previous, state["stage_id"] = state["stage_id"], stage
        changed = deals.DealStageChanged(**state, previous=previous, current=stage, probability=probability)
        yield scene.tell(changed, subject, by=seller)
    if scene.chance(0.3):
        return
    scene.later(24, 300)
    if scene.chance(0.55):
        yield scene.tell(deals.DealWon(**state), subject, by=seller)
    else:
        yield scene.tell(deals.DealLost(**state, reason=dice.choice(REASONS)), subject, by=seller)

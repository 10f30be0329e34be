"""What people allowed and forbade, and the sequences they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.contracts import campaigns, consent
from shared.devstack.demo.stories.scene import Scene, Told

SEQUENCES = ("seq-welcome", "seq-winback", "seq-trade-fair")


def allowance(scene: Scene) -> Iterator[Told]:
    """Somebody allows mail about products; a few take it back, or object to everything."""
    subject = scene.id("cns")
    mail: dict[str, Any] = {"parties": scene.parties, "channel": "email", "basis": "consent", "decided_by": "contact"}
    for purpose in ("sales", "announcement"):
        granted = consent.ConsentGranted(**mail, purpose=purpose, scope="marketing", evidence={"kind": "form", "id": scene.id("sub")})
        yield scene.tell(granted, f"{subject}-{purpose}")
        scene.later(0.01)
    if scene.chance(0.05):
        scene.later(100, 900)
        withdrawn = consent.ConsentWithdrawn(
            **mail, purpose="sales", scope="marketing", evidence={"kind": "message", "id": scene.id("msg")}
        )
        yield scene.tell(withdrawn, f"{subject}-sales")
    elif scene.chance(0.02):
        scene.later(100, 900)
        objection = consent.ConsentObjectionRecorded(parties=scene.parties, scope="all", decided_by="contact", evidence={"kind": "call"})
        yield scene.tell(objection, f"{subject}-all")


def suppression(scene: Scene) -> Iterator[Told]:
    added = consent.SuppressionAdded(parties=scene.parties, channel="email", scope="marketing", decided_by=scene.person.owner_id)
    yield scene.tell(added, scene.id("sup"), by=scene.person.owner_id)


def enrolment(scene: Scene) -> Iterator[Told]:
    """A sequence of two to four mails; those of the last days still have a step to come."""
    subject, sender = scene.id("enr"), scene.person.owner_id if scene.chance(0.6) else scene.colleague("sales")
    state: dict[str, Any] = {"parties": scene.parties, "sequence_id": scene.dice.choice(SEQUENCES), "sender_id": sender}
    yield scene.tell(campaigns.EnrolmentEnrolled(**state), subject, by=sender)
    for _ in range(scene.dice.randrange(2, 5)):
        scene.later(0.01)
        at = scene.now + timedelta(days=scene.dice.randrange(2, 6))
        yield scene.tell(campaigns.EnrolmentStepScheduled(**state, next_at=at, channel="email"), subject, by="system")
        scene.now = at
        yield scene.tell(campaigns.EnrolmentStepSent(**state, channel="email"), subject, by="system")
        if scene.chance(0.15):
            scene.later(1, 24)
            yield scene.tell(campaigns.EnrolmentRemoved(**state), subject, by=sender)
            return
    scene.later(0.1)
    yield scene.tell(campaigns.EnrolmentFinished(**state), subject, by="system")

"""Requests for support: asked, taken up, talked about, solved; a few are urgent, late or still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.contracts import tickets
from shared.devstack.demo.stories.scene import Scene, Told

SUBJECTS = (
    "Display shows E-14 after start",
    "Calibration certificate missing",
    "Readings drift when it is warm",
    "Firmware update stops at 80 %",
    "Spare probe for the TW-300",
    "How do I export last month's readings?",
    "Battery lasts an hour only",
    "Wrong serial number on the label",
    "Return of a damaged unit",
    "Login to the portal does not work",
    "Leak at the inlet valve",
    "Question about the service contract",
)


def ticket(scene: Scene) -> Iterator[Told]:
    """From the request to its end, or to where it hangs."""
    dice, subject = scene.dice, scene.id("tck")
    urgency = dice.choices(("low", "normal", "high", "urgent"), (15, 60, 17, 8))[0]
    agent = scene.colleague("support")
    state: dict[str, Any] = {
        "parties": scene.parties,
        "requester": scene.party.model_copy(update={"role": "requester"}),
        "number": f"T-{dice.randrange(10_000, 99_999)}",
        "subject": dice.choice(SUBJECTS),
        "priority": urgency,
        "status": "new",
        "channel": dice.choice(("email", "form", "phone", "chat")),
        "sla_due_at": scene.now + timedelta(hours=8 if urgency in {"high", "urgent"} else 48),
    }
    yield scene.tell(tickets.TicketCreated(**state), subject)
    if scene.chance(0.06):
        return
    state["assignee_id"] = agent
    scene.later(0.2, 5)
    yield scene.tell(tickets.TicketAssigned(**state), subject, by=agent)
    yield _to("open", state, scene, subject, agent)
    if urgency in {"normal", "high"} and scene.chance(0.1):
        scene.later(1, 10)
        state["priority"] = "urgent"
        yield scene.tell(tickets.TicketPriorityChanged(**state, previous=urgency, current="urgent"), subject, by=agent)
    if scene.chance(0.08):
        scene.now = max(scene.later(0.1), state["sla_due_at"])
        yield scene.tell(tickets.TicketSlaBreached(**state), subject, by="system")
    for _ in range(dice.choice((1, 1, 2, 3))):
        scene.later(1, 20)
        asked_back = scene.chance(0.4)
        said = tickets.TicketCommentAdded(**state, public=True, author_type="contact" if asked_back else "agent")
        yield scene.tell(said, subject, by=None if asked_back else agent)
    if scene.chance(0.12):
        return
    if scene.chance(0.3):
        scene.later(1, 10)
        yield _to("pending", state, scene, subject, agent)
    scene.later(2, 60)
    yield _to("resolved", state, scene, subject, agent)
    if scene.chance(0.08):
        scene.later(1, 48)
        yield _to("reopened", state, scene, subject, None)
        return
    scene.later(24, 100)
    yield _to("closed", state, scene, subject, "system")


def _to(status: str, state: dict[str, Any], scene: Scene, subject: str, by: str | None) -> Told:
    previous, state["status"] = state["status"], status
    return scene.tell(tickets.TicketStatusChanged(**state, previous=previous, current=status), subject, by=by)

"""Mail threads between members and people, and what became of mail that was sent in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.contracts import mail
from shared.devstack.demo import team
from shared.devstack.demo.stories.scene import Scene, Told

TOPICS = (
    ("Delivery date", "Could you tell us when the shipment leaves your warehouse?"),
    ("Your visit", "It was good to meet you. As promised"),
    ("Specifications TW-300", "Please find the data sheet attached; the range is"),
    ("Order confirmation", "We confirm your order of this morning"),
    ("Calibration due", "Two of your instruments are due for calibration"),
    ("Question about the quote", "Could we get the probe set separately?"),
    ("Training for new colleagues", "We have three people who would like to join"),
    ("Thank you", "Thanks for the quick help yesterday"),
)
NAMES = {member.member_id: member.email for member in (*team.MEMBERS, team.FORMER)}


def thread(scene: Scene) -> Iterator[Told]:
    """One to four messages, to and fro."""
    yield from _messages(scene, backfill=False)


def old_thread(scene: Scene) -> Iterator[Told]:
    """A thread that was read when the mailbox was connected, long after it was written."""
    yield from _messages(scene, backfill=True)


def _messages(scene: Scene, *, backfill: bool) -> Iterator[Told]:
    if scene.person.email is None:
        return
    member = scene.person.owner_id if scene.chance(0.75) else scene.colleague(scene.dice.choice(("sales", "support")))
    title, words = scene.dice.choice(TOPICS)
    theirs = scene.chance(0.5)
    for number in range(1, scene.dice.choice((1, 2, 2, 3, 4)) + 1):
        addresses = (scene.person.email, NAMES[member]) if theirs else (NAMES[member], scene.person.email)
        message_id = f"{scene.id('msg')}-{number}"
        state: dict[str, Any] = {
            "message_id": message_id,
            "thread_id": scene.id("thr"),
            "sender": addresses[0],
            "to": addresses[1:],
            "backfill": backfill,
            "subject": title if number == 1 else f"Re: {title}",
            "snippet": words if number == 1 else "Thanks, " + words.lower(),
        }
        said = mail.MessageReceived(**state) if theirs else mail.MessageSent(**state)
        yield scene.tell(said, message_id, by=None if theirs else member)
        theirs = not theirs
        scene.later(0.5, 40)


def newsletter(scene: Scene) -> Iterator[Told]:
    """An automated message, and how its recipient takes it."""
    if scene.person.email is None:
        return
    message_id = scene.id("news")
    sent = mail.MessageSent(
        message_id=message_id,
        thread_id=message_id,
        sender=f"news@{team.DOMAIN}",
        to=(scene.person.email,),
        automated=True,
        subject="Tidewell news: the TW-400 is here",
        snippet="Twice the range, half the weight",
    )
    yield scene.tell(sent, message_id, by="system")
    scene.later(0.02, 30)
    fate = scene.dice.choices(("read", "unsubscribed", "hard", "soft", "complained"), (62, 17, 12, 6, 3))[0]
    about: dict[str, Any] = {"address": scene.person.email, "message_id": message_id, "parties": scene.parties}
    delivery = scene.id("dlv")
    if fate == "unsubscribed":
        yield scene.tell(mail.DeliveryUnsubscribed(**about), delivery)
    elif fate == "complained":
        yield scene.tell(mail.DeliveryComplained(**about), delivery)
    elif fate in {"hard", "soft"}:
        bounced = mail.DeliveryBounced(**about, kind=fate, code="550" if fate == "hard" else "4.2.2")
        yield scene.tell(bounced, delivery, by="system")

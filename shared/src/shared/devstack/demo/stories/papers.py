"""Forms people fill in, documents they sign, files that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.contracts import documents, files, forms
from shared.devstack.demo.stories.scene import Scene, Told

FORMS = (("frm-contact", "Contact us"), ("frm-demo", "Book a demo"), ("frm-guide", "Calibration guide download"))
TITLES = ("Service contract", "Master supply agreement", "Non-disclosure agreement", "Delivery protocol")
FILES = (
    ("certificate.pdf", "application/pdf"),
    ("site-plan.png", "image/png"),
    ("readings.csv", "text/csv"),
    ("manual.pdf", "application/pdf"),
)


def submission(scene: Scene) -> Iterator[Told]:
    """A form; with it people often allow to be written to."""
    person, (form_id, form_name) = scene.person, scene.dice.choice(FORMS)
    first, _, last = person.name.strip().partition(" ")
    mapped = {"first_name": first, "last_name": last, "email": person.email, "phone": person.phone, "company": person.account}
    answers = forms.Answers(
        mapped={name: value for name, value in mapped.items() if value}, raw={"How can we help?": "Please call me back"}
    )
    agreed = forms.FormConsent(channel="email", purpose="sales", granted=True, text="You may write to me about products")
    submitted = forms.SubmissionSubmitted(
        form_id=form_id,
        form_name=form_name,
        answers=answers,
        utm={"source": scene.dice.choice(("search", "newsletter", "fair"))},
        spam_score=round(scene.dice.random() * 0.3, 2),
        consents=(agreed,) if scene.chance(0.7) else (),
    )
    yield scene.tell(submitted, scene.id("sub"))


def document(scene: Scene) -> Iterator[Told]:
    """Sent to be signed; some wait for ever."""
    subject, sender = scene.id("doc"), scene.person.owner_id
    state: dict[str, Any] = {
        "parties": scene.parties,
        "title": scene.dice.choice(TITLES),
        "version": 1,
        "recipient_email": scene.person.email,
        "order": 1,
        "account_id": scene.person.account_id,
    }
    yield scene.tell(documents.DocumentSent(**state), subject, by=sender)
    if scene.chance(0.2):
        return
    scene.later(0.5, 50)
    yield scene.tell(documents.DocumentViewed(**state), subject)
    scene.later(0.1, 60)
    if scene.chance(0.7):
        yield scene.tell(documents.DocumentSigned(**state), subject)
        scene.later(0.01)
        yield scene.tell(documents.DocumentCompleted(**state), subject, by="system")
    elif scene.chance(0.4):
        yield scene.tell(documents.DocumentDeclined(**state, reason="needs changes in section 4"), subject)


def file(scene: Scene) -> Iterator[Told]:
    subject, (name, mime) = scene.id("file"), scene.dice.choice(FILES)
    state: dict[str, Any] = {"parties": scene.parties, "name": name, "mime": mime, "size": scene.dice.randrange(8_000, 4_000_000)}
    state["account_id"] = scene.person.account_id
    uploader = scene.colleague("support")
    yield scene.tell(files.FileUploaded(**state), subject, by=uploader)
    if scene.chance(0.4):
        scene.later(0.1, 10)
        state["public_link"] = f"https://files.tidewell.example/{subject}"
        yield scene.tell(files.FileShared(**state), subject, by=uploader)
        scene.later(1, 60)
        yield scene.tell(files.FileDownloadedByContact(**state), subject)

"""What the forms service says: what people filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field, JsonValue, model_validator

from shared.contracts.parties import Party, Upstream
from shared.contracts.values import Value

SOURCE = "/services/forms"
TOPIC = "crm.forms"


class Answers(Value):
    """What was filled in."""

    mapped: dict[str, JsonValue] = Field({}, description="by the contact's own field names: first_name, email, phone, company, ...")
    raw: dict[str, JsonValue] = Field({}, description="by the form's question")


class FormConsent(Value):
    """What somebody agreed to in a form; given as a bare text it is evidence without a channel."""

    channel: str | None = Field(None, description="email, phone, sms, letter")
    purpose: str | None = Field(None, description="sales, support, billing, announcement")
    granted: bool = True
    text: str | None = Field(None, description="the words that were agreed to")

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data


class Submission(Upstream):
    """A form somebody filled in; the subject is the submission's id."""

    form_id: str | None = None
    form_name: str | None = None
    answers: Answers = Answers()
    utm: dict[str, JsonValue] = Field({}, description="the campaign that led to the form")
    spam_score: float | None = Field(None, description="0 to 1")
    consents: tuple[FormConsent, ...] = ()

    def _named(self) -> Iterable[Party]:
        email, phone = (self.answers.mapped.get(name) for name in ("email", "phone"))
        if email or phone:
            yield Party(email=str(email) if email else None, phone=str(phone) if phone else None, role="submitter")


class SubmissionSubmitted(Submission, type="crm.forms.submission.submitted.v1"):
    """Somebody filled in a form."""


class SubmissionMarkedSpam(Submission, type="crm.forms.submission.marked_spam.v1"):
    """Nobody meant what was filled in."""


class SubmissionDeleted(Submission, type="crm.forms.submission.deleted.v1"):
    """A submission is gone."""

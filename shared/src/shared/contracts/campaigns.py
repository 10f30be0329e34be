"""What the campaigns service says: who is sent a sequence of messages, by whom, and which step comes when."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.parties import Upstream
from shared.contracts.values import Instant

SOURCE = "/services/campaigns"
TOPIC = "crm.campaigns"


class Enrolment(Upstream):
    """A person's way through a sequence; the subject is its id."""

    sequence_id: str | None = None
    sender_id: str | None = Field(None, description="the member in whose name the steps are sent")


class EnrolmentEnrolled(Enrolment, type="crm.campaigns.enrolment.enrolled.v1"):
    """Somebody will be sent a sequence."""


class EnrolmentStepScheduled(Enrolment, type="crm.campaigns.enrolment.step_scheduled.v1"):
    """It is settled when the next step is sent."""

    next_at: Instant | None = None
    channel: str | None = Field(None, description="email, phone, sms, letter")


class EnrolmentStepSent(Enrolment, type="crm.campaigns.enrolment.step_sent.v1"):
    """A step was sent."""

    channel: str | None = Field(None, description="email, phone, sms, letter")


class EnrolmentFinished(Enrolment, type="crm.campaigns.enrolment.finished.v1"):
    """Every step was sent."""


class EnrolmentRemoved(Enrolment, type="crm.campaigns.enrolment.removed.v1"):
    """No further step will be sent."""

"""What goes on between us and a contact, one view per kind, and for each how long it can matter to a verdict.

How many days count is for the rules and a workspace's policy to say. Facts are kept at hand for the longest time any policy can name.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from outreach_guard.domain.scope import Scope
from outreach_guard.domain.view import ALWAYS, NEVER, Part, View, after

TOUCHES_AT_HAND = timedelta(days=14)
LOST_AT_HAND = timedelta(days=365)
PLANS_AT_HAND = timedelta(days=14)
THREADS_AT_HAND = timedelta(days=30)


class Ticket(View):
    number: str | None = None
    subject: str | None = None
    status: str | None = None
    priority: str | None = None
    assignee_id: str | None = None
    sla_breached_at: datetime | None = None
    sla_due_at: datetime | None = None
    opened_at: datetime | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    gone: bool = False
    merged_away: bool = False

    @property
    def open(self) -> bool:
        return not self.gone and not self.merged_away and self.status not in {"resolved", "closed"}

    def unanswered(self, now: datetime) -> bool:
        """The contact wrote last. Once the ticket is settled, nothing waits for an answer; what is dated ahead of now is none yet."""
        return self.open and self.asked_at is not None and (self.answered_at is None or not self.asked_at <= self.answered_at <= now)

    def urgent(self, now: datetime) -> bool:
        late = self.sla_due_at is not None and self.sla_due_at < now
        return (self.priority or "").strip().casefold() in {"urgent", "high"} or self.sla_breached_at is not None or late

    @property
    def relevant_until(self) -> datetime:
        return ALWAYS if self.open else NEVER


class Deal(View):
    title: str | None = None
    owner_id: str | None = None
    outcome: str | None = None
    settled_at: datetime | None = None
    opened_at: datetime | None = None
    gone: bool = False

    @property
    def open(self) -> bool:
        return not self.gone and self.outcome not in {"won", "lost"}

    def lost_since(self, moment: datetime) -> bool:
        return not self.gone and self.outcome == "lost" and self.settled_at is not None and self.settled_at > moment

    @property
    def relevant_until(self) -> datetime:
        if self.open:
            return ALWAYS
        return after(self.settled_at, LOST_AT_HAND) if self.outcome == "lost" and self.settled_at and not self.gone else NEVER


class Invoice(View):
    number: str | None = None
    currency: str | None = None
    balance_due: str | None = None
    phase: str | None = None
    overdue: bool = False
    disputed: bool = False
    due_date: date | None = None
    sent_at: datetime | None = None
    overdue_at: datetime | None = None
    disputed_at: datetime | None = None
    reminded_at: datetime | None = None

    @property
    def unpaid(self) -> bool:
        """Sent, and something is due. A balance nobody told is not taken for nothing."""
        return self.phase not in {"draft", "settled"} and (self.disputed or self.balance_due is None or float(self.balance_due) > 0)

    def is_overdue(self, now: datetime) -> bool:
        return self.overdue or (self.due_date is not None and self.due_date < now.date())

    @property
    def relevant_until(self) -> datetime:
        return ALWAYS if self.unpaid else NEVER


class Message(Part):
    """The newest or first message of one direction in a thread."""

    id: str
    at: datetime
    by: str | None = None
    subject: str | None = None


class Thread(View):
    """A mail conversation with one address of the contact. Only messages written by people count, and old ones told late never wait."""

    thread_id: str = ""
    inbound: Message | None = None
    outbound: Message | None = None
    first_inbound: Message | None = None
    first_outbound: Message | None = None

    @property
    def waiting(self) -> bool:
        return self.inbound is not None and (self.outbound is None or self.outbound.at < self.inbound.at)

    @property
    def moved_at(self) -> datetime:
        known = [message.at for message in (self.inbound, self.outbound, self.first_inbound, self.first_outbound) if message]
        return max(known, default=NEVER)

    @property
    def relevant_until(self) -> datetime:
        return ALWAYS if self.waiting else after(self.moved_at, THREADS_AT_HAND)


class Touch(View):
    """Somebody of ours approached the contact, or something of ours did."""

    source: str = ""
    source_id: str = ""
    text: str = ""
    at: datetime = NEVER
    by: str | None = None
    human: bool = True

    @property
    def relevant_until(self) -> datetime:
        return after(self.at, TOUCHES_AT_HAND)


class Address(View):
    """What became of mail to one address. A bounce is undone by a reply; a stop stays, and is a `Consent` where it was heard lately."""

    usable: bool = True
    usable_since: datetime | None = None
    reason: str | None = None
    complained_at: datetime | None = None
    unsubscribed_at: datetime | None = None

    @property
    def relevant_until(self) -> datetime:
        return NEVER if self.usable and self.complained_at is None and self.unsubscribed_at is None else ALWAYS


class Consent(View, Scope):
    """What the person allowed (`granted`), took back (`withdrawn`, `unsubscribed`) or refused (`objected`, `suppressed`, `complained`).

    `void` is no longer so. `mark` is the address's where it was said by mail.
    """

    state: str | None = None
    at: datetime | None = None
    mark: str | None = None

    @property
    def relevant_until(self) -> datetime:
        return NEVER if self.state in {None, "void"} else ALWAYS


class Submission(View):
    """What was agreed to in a form. Spam agrees to nothing."""

    grants: tuple[Scope, ...] = ()
    gone: bool = False

    @property
    def relevant_until(self) -> datetime:
        return ALWAYS if self.grants and not self.gone else NEVER


class Pair(View):
    """Two contacts that may be one person. Once they are merged, both are the same contact and nothing is suspected."""

    members: tuple[str, ...] = ()
    score: float = 0.0
    certain: bool = False
    state: str | None = None
    at: datetime | None = None

    @property
    def relevant_until(self) -> datetime:
        return NEVER if self.state in {None, "dismissed"} else ALWAYS


class Step(View):
    """The next step of a sequence. It waits until it is sent or taken back, and is given up some days after its time."""

    next_at: datetime | None = None
    sender_id: str | None = None
    channel: str | None = None

    def due_within(self, span: timedelta, now: datetime) -> bool:
        """Due soon, or overdue and not given up yet."""
        return self.next_at is not None and now - span < self.next_at <= now + span

    @property
    def relevant_until(self) -> datetime:
        return after(self.next_at, PLANS_AT_HAND) if self.next_at else NEVER


class Meeting(View):
    title: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    organiser_id: str | None = None
    state: str | None = None

    @property
    def _over_at(self) -> datetime | None:
        return self.ends_at or self.starts_at

    def expected_within(self, span: timedelta, now: datetime) -> bool:
        """It begins soon or is going on. Of one that is over nobody has to say whether it took place."""
        over = self._over_at
        return self.state == "scheduled" and self.starts_at is not None and self.starts_at <= now + span and over is not None and over > now

    @property
    def relevant_until(self) -> datetime:
        over = self._over_at
        return over if over and self.state == "scheduled" else NEVER

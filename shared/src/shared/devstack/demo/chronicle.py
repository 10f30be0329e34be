"""All stories together: what the platform said in the last months, and what it goes on saying while somebody watches."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from shared.contracts.accounts import AccountCreated
from shared.contracts.envelope import Event
from shared.contracts.mail import MailboxConnected, MailboxSynced
from shared.contracts.workspace import MemberAdded, MemberDeactivated
from shared.devstack.demo import team
from shared.devstack.demo.accounts import Account
from shared.devstack.demo.stories import deals, finance, mail, meetings, outreach, papers, tickets
from shared.devstack.demo.stories.scene import Known, Scene, Told

Story = Callable[[Scene], Iterator[Told]]

SPAN = timedelta(days=120)
FOUNDED = SPAN + timedelta(days=60)
BUSY = 0.55
"""The share of people something happens to; the others are quiet, and one may write to them."""

PLOTS: tuple[tuple[Story, int], ...] = (
    (mail.thread, 1000), (mail.old_thread, 120), (mail.newsletter, 260), (tickets.ticket, 420), (deals.deal, 360), (finance.invoice, 430),
    (finance.estimate, 200), (papers.document, 180), (papers.submission, 140), (papers.file, 130), (meetings.meeting, 240),
    (meetings.call, 220), (outreach.enrolment, 110), (outreach.suppression, 25),
)  # fmt: skip
ALLOWANCES = 0.6
"""The share of people who allowed mail."""

WATCHED: tuple[tuple[Story, int], ...] = (
    (mail.thread, 30), (tickets.ticket, 18), (deals.deal, 14), (finance.prompt_invoice, 10), (papers.document, 8), (papers.submission, 4),
    (papers.file, 4), (meetings.planned_meeting, 6), (meetings.call, 6),
)  # fmt: skip
"""Stories that stay believable when days pass in seconds."""


def founding(accounts: Sequence[Account], now: datetime) -> Iterator[Told]:
    """The members and the companies: what has to be known before the first contact."""
    began = now - FOUNDED
    for number, member in enumerate((*team.MEMBERS, team.FORMER)):
        added = MemberAdded(name=member.name, email=member.email, role=member.role)
        yield Told(began + timedelta(minutes=number), member.member_id, added, team.MEMBERS[0].member_id)
    for number, account in enumerate(accounts):
        created = AccountCreated(name=account.name, domains=(account.domain,), owner_id=account.owner_id)
        yield Told(began + timedelta(hours=1, minutes=number), account.account_id, created, account.owner_id)


def history(people: Sequence[Known], now: datetime, seed: int) -> list[Told]:
    """What happened until now, oldest first."""
    dice = Random(f"{seed}:history")
    told = [*_mailboxes(now), *_farewell(now)]
    busy = dice.sample(people, round(len(people) * BUSY))
    for story, count in PLOTS:
        for number in range(count):
            scene = Scene(f"{story.__name__[:3]}{number:05d}", now - SPAN * dice.random(), dice.choice(busy), dice)
            told += story(scene)
    for number, person in enumerate(people):
        if dice.random() < ALLOWANCES and person.email:
            told += outreach.allowance(Scene(f"all{number:05d}", now - SPAN * dice.uniform(0.3, 1.0), person, dice))
    return sorted((event for event in told if event.at <= now), key=lambda event: event.at)


def _mailboxes(now: datetime) -> Iterator[Told]:
    for number, member in enumerate(team.doing("sales") + team.doing("support")):
        at = now - SPAN * 0.9 + timedelta(hours=number)
        subject = f"mbx-{member.member_id}"
        connected = MailboxConnected(provider=("gmail", "outlook")[number % 2], address=member.email, scope="personal")
        yield Told(at, subject, connected, member.member_id)
        for day in range(1, 100, 7):
            synced = MailboxSynced(**connected.model_dump(exclude_unset=True), last_sync_at=at + timedelta(days=day))
            yield Told(at + timedelta(days=day), subject, synced, "system", "system")


def _farewell(now: datetime) -> Iterator[Told]:
    """Somebody leaves, and what they owned needs another owner."""
    left = MemberDeactivated(name=team.FORMER.name, email=team.FORMER.email, role=team.FORMER.role)
    yield Told(now - timedelta(days=9), team.FORMER.member_id, left, team.MEMBERS[0].member_id)


def goes_on(people: Sequence[Known], seed: int, run: str, clock: Callable[[], datetime], at_once: int = 12) -> Iterator[Told]:
    """For ever: the next step of one of a dozen stories that are under way, as if it happened now."""
    dice = Random(f"{seed}:{run}")
    busy = dice.sample(people, round(len(people) * BUSY))
    open_stories: list[Iterator[Told]] = []
    stories, weights = zip(*WATCHED, strict=True)
    number = 0
    while True:
        while len(open_stories) < at_once:
            number += 1
            scene = Scene(f"{run}-{number:05d}", clock(), dice.choice(busy), dice)
            open_stories.append(dice.choices(stories, weights)[0](scene))
        story = dice.choice(open_stories)
        step = next(story, None)
        if step is None:
            open_stories.remove(story)
        else:
            yield Told(clock(), step.subject, step.data, step.by, step.by_type)


def events_of(told: Iterable[Told], workspace: str, seen: Counter[str]) -> Iterator[Event]:
    """In envelopes, as the owning service would send them. `seen` counts on per aggregate: its versions are 1..n without a gap."""
    for step in told:
        _, service, aggregate, *_ = step.data.TYPE.split(".")
        seen[f"{aggregate} {step.subject}"] += 1
        sequence = seen[f"{aggregate} {step.subject}"]
        yield Event.of(
            step.data,
            source=f"/services/{service}",
            workspace=workspace,
            subject=step.subject,
            sequence=sequence,
            time=step.at,
            event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{workspace}/{service}/{step.subject}/{sequence}")),
            actorid=step.by,
            actortype=step.by_type,
        )

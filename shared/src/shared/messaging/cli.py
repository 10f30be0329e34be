"""`contacts-ops`: what operators do by hand. Reads the same environment as the services (docs/settings.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from shared.messaging import topics as platform_topics
from shared.messaging.dead_letter_desk import DeadLetterDesk, Letter
from shared.messaging.erasures import Erasures
from shared.messaging.outbox import Outbox
from shared.messaging.republish import republish as republish_since
from shared.messaging.status import lag_of, outbox_status
from shared.mongo import Database
from shared.services import DATABASES, GROUPS, OUTBOXES
from shared.settings import ServiceSettings

app = typer.Typer(no_args_is_help=True, help="Operate the contacts platform.")
topics = typer.Typer(no_args_is_help=True, help="The topics of the platform.")
status = typer.Typer(no_args_is_help=True, help="How far outboxes and consumers are.")
dead_letters = typer.Typer(no_args_is_help=True, help="Messages that could not be handled.")
app.add_typer(topics, name="topics")
app.add_typer(status, name="status")
app.add_typer(dead_letters, name="dead-letters")

GroupOption = Annotated[str, typer.Option("--group", help=f"one of {', '.join(GROUPS)}")]
DatabaseOption = Annotated[str, typer.Option("--database", help="the service's database")]
Ids = Annotated[list[str] | None, typer.Argument(help="ids as listed; none with --all")]
All = Annotated[bool, typer.Option("--all", help="every open dead letter of the group")]


@topics.command("create")
def topics_create() -> None:
    """Make the topics that are missing, with KAFKA_PARTITIONS partitions; those that exist are left alone."""
    for name in asyncio.run(platform_topics.create(ServiceSettings())):
        print(name)


@status.command("outbox")
def status_outbox(database: Annotated[list[str] | None, typer.Option("--database")] = None) -> None:
    """Rows waiting for the broker, the age of the oldest, and which relay holds how many shards."""

    async def show() -> None:
        for name in database or OUTBOXES:
            found = await outbox_status(_outbox(name))
            holders = [f"{owner}: {shards} shards" for owner, shards in found.relays.items()]
            relays = ", ".join(holders) or ("no relay" if found.pending else "publishes nothing")
            print(f"{name}: {found.pending} pending, oldest {found.oldest_s:.1f} s, {found.kept} kept; {relays}")

    asyncio.run(show())


@status.command("lag")
def status_lag(group: Annotated[list[str] | None, typer.Option("--group")] = None) -> None:
    """Records published and not yet handled, by consumer group and topic."""

    async def show() -> None:
        for name in group or GROUPS:
            lag = await lag_of(ServiceSettings(), name)
            behind = ", ".join(f"{topic} {waiting}" for topic, waiting in lag.items() if waiting) or "nothing waiting"
            print(f"{name}: {behind}" if lag else f"{name}: has never committed")

    asyncio.run(show())


@status.command("erasures")
def status_erasures(database: Annotated[list[str] | None, typer.Option("--database")] = None) -> None:
    """How many people each service was told to forget, and of how many its dead letters still have to be closed."""

    async def show() -> None:
        for name in database or DATABASES:
            noted, waiting = await Erasures(Database.connect(ServiceSettings().mongodb_uri, name)).counted()
            print(f"{name}: {noted} erased, the dead letters of {waiting} still open")

    asyncio.run(show())


@dead_letters.command("list")
def dead_letters_list(group: GroupOption) -> None:
    """One line each: id, when, reason, detail. No personal data."""
    for letter in asyncio.run(_desk(group).open_letters()):
        at = datetime.fromtimestamp(letter.set_aside_at_ms / 1000, UTC).isoformat(timespec="seconds")
        print(f"{letter.id}  {at}  {letter.reason}  {letter.detail}{'  (value too large to keep)' if letter.truncated else ''}")


@dead_letters.command("show")
def dead_letters_show(group: GroupOption, letter_id: str) -> None:
    """One dead letter whole. The value may hold personal data."""
    letter = _chosen(asyncio.run(_desk(group).open_letters()), [letter_id])[0]
    for name, value in letter.headers:
        print(f"{name}: {value.decode(errors='backslashreplace')}")
    print()
    print(letter.value.decode(errors="backslashreplace"))


@dead_letters.command("redrive")
def dead_letters_redrive(group: GroupOption, ids: Ids = None, every: All = False) -> None:
    """Hand them to the group once more; what fails again comes back as a new dead letter."""

    async def do() -> tuple[int, int]:
        letters = _chosen(await _desk(group).open_letters(), ids, every=every)
        return await _desk(group).redrive(letters), len(letters)

    sent, chosen = asyncio.run(do())
    print(f"{sent} sent again" + (f", {chosen - sent} left: their value was too large to keep" if sent < chosen else ""))


@dead_letters.command("drop")
def dead_letters_drop(group: GroupOption, ids: Ids = None, every: All = False) -> None:
    """Close them for good."""

    async def do() -> int:
        letters = _chosen(await _desk(group).open_letters(), ids, every=every)
        await _desk(group).drop(letters)
        return len(letters)

    print(f"{asyncio.run(do())} dropped")


@app.command("republish")
def republish(since: Annotated[datetime, typer.Option(help="UTC, such as 2026-01-31T08:00:00")], database: DatabaseOption) -> None:
    """Publish again what was sent since a time, as far back as rows are kept. Consumers drop what they have."""
    count = asyncio.run(republish_since(_outbox(database), since.replace(tzinfo=since.tzinfo or UTC)))
    print(f"{count} events pending again")


def _outbox(database: str) -> Outbox:
    return Outbox(Database.connect(ServiceSettings().mongodb_uri, database))


def _desk(group: str) -> DeadLetterDesk:
    return DeadLetterDesk(ServiceSettings(), group)


def _chosen(letters: Sequence[Letter], ids: Sequence[str] | None, *, every: bool = False) -> Sequence[Letter]:
    if every:
        return letters
    chosen = [letter for letter in letters if letter.id in set(ids or ())]
    if not ids or len(chosen) < len(set(ids)):
        raise typer.BadParameter("name open dead letters by their id, or say --all")
    return chosen


def main() -> None:
    app()

"""`python -m shared.devstack.demo <stack.json>`: fills the two workspaces, then lets the platform go on talking."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from shared import telemetry
from shared.devstack.demo import chronicle, team
from shared.devstack.demo.accounts import Account, accounts
from shared.devstack.demo.api_client import ApiClient
from shared.devstack.demo.filling import fill
from shared.devstack.demo.payloads import contact_of, contact_of_febrl, febrl_rows
from shared.devstack.demo.people import Person, people
from shared.devstack.demo.platform import Platform
from shared.devstack.demo.stack import access_from
from shared.devstack.demo.stories.scene import Known
from shared.settings import ServiceSettings

SEED = 20_240_229
EVENTS_PER_SECOND = 1.5


def say(text: str) -> None:
    """Lines with a star are passed on to the terminal by the runner."""
    print(f"* {text}", flush=True)


class Demo:
    """Both workspaces. Every step is remembered, so a start with filled data goes straight to the end."""

    def __init__(self, stack_file: Path, platform: Platform, http: httpx.AsyncClient) -> None:
        self._platform = platform
        self._tidewell = ApiClient(access_from(stack_file, team.WORKSPACE), http)
        self._febrl = ApiClient(access_from(stack_file, team.FEBRL), http)
        self._companies = accounts(SEED)
        self._people = people(SEED, self._companies)
        self._seen: Counter[str] = Counter()

    async def run(self) -> None:
        contact_ids = await self._fill_tidewell()
        async with asyncio.TaskGroup() as together:
            together.create_task(self._fill_febrl())
            together.create_task(self._go_on(known_people(self._people, contact_ids)))

    async def _fill_tidewell(self) -> dict[int, str]:
        """First whom and what contacts refer to, then the contacts, then what happened to them."""
        began = await self._platform.began_at(team.WORKSPACE)
        founding = list(chronicle.events_of(chronicle.founding(self._companies, began), team.WORKSPACE, self._seen))
        await self._platform.publish_all(team.WORKSPACE, "founding", founding)
        if await self._platform.is_done(team.WORKSPACE, "history"):
            return await self._platform.known(team.WORKSPACE)
        await self._directory_knows(self._companies)
        rows = {person.number: contact_of(person) for person in self._people}
        contact_ids = await fill(team.WORKSPACE, rows, self._tidewell, self._platform, say)
        told = chronicle.history(known_people(self._people, contact_ids), began, SEED)
        events = list(chronicle.events_of(told, team.WORKSPACE, self._seen))
        await self._platform.publish_all(team.WORKSPACE, "history", events)
        await self._platform.remember_done(team.WORKSPACE, "history")
        await self._platform.sent()
        say(f"{team.WORKSPACE}: {len(events):,} events of the last months are told; the platform goes on talking")
        return contact_ids

    async def _directory_knows(self, companies: Sequence[Account]) -> None:
        """Contacts are linked to companies and owned by members that the contacts service has heard of."""
        last = companies[-1].account_id
        while not (await self._tidewell.get(f"/accounts/{last}")).is_success:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.3)
        while len((await self._tidewell.get("/members?limit=200")).json()["items"]) <= len(team.MEMBERS):  # noqa: ASYNC110
            await asyncio.sleep(0.3)

    async def _fill_febrl(self) -> None:
        if await self._platform.is_done(team.FEBRL, "filled"):
            return
        bodies = {number: contact_of_febrl(row) for number, row in enumerate(febrl_rows(), start=1)}
        rows = {number: body for number, body in bodies.items() if body is not None}
        await fill(team.FEBRL, rows, self._febrl, self._platform, say)
        await self._platform.remember_done(team.FEBRL, "filled")

    async def _go_on(self, cast: Sequence[Known]) -> None:
        run = f"{datetime.now(UTC):%m%d%H%M%S}"
        told = chronicle.goes_on(cast, SEED, run, lambda: datetime.now(UTC))
        for event in chronicle.events_of(told, team.WORKSPACE, Counter()):
            await self._platform.publish(event)
            await asyncio.sleep(1 / EVENTS_PER_SECOND)


def known_people(rows: Sequence[Person], contact_ids: dict[int, str]) -> list[Known]:
    """Those who became contacts, as the other services know them."""
    return [
        Known(
            name=person.name,
            email=person.mail_address,
            phone=person.phones[0][0] if person.phones else None,
            contact_id=contact_ids[person.number],
            account_id=person.account.account_id,
            account=person.account.name,
            owner_id=person.account.owner_id if person.owner_id in {None, team.FORMER.member_id} else str(person.owner_id),
        )
        for person in rows
        if person.number in contact_ids
    ]


async def main(stack_file: Path) -> None:
    settings = ServiceSettings()
    telemetry.configure_logging("demo", settings.log_level)
    platform = Platform(settings)
    await platform.start()
    try:
        async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=40)) as http:
            stopping = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stopping.set)
            tasks = [asyncio.create_task(work) for work in (Demo(stack_file, platform, http).run(), platform.failed())]
            tasks.append(asyncio.create_task(_set(stopping)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in done:
                task.result()
    finally:
        await platform.stop()


async def _set(event: asyncio.Event) -> None:
    await event.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

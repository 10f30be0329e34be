"""Whatever happens to contacts, in whatever order it is heard: nothing is lost, nobody is lost, and an undone merge was never made."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.support.lives import Lives, World

ADDRESSES = tuple(f"{name}@acme.example" for name in ("ada", "annie", "byron", "charles", "office"))
EXAMPLES = int(os.environ.get("LIVES", "6"))
STEPS = 25

NAMES = ("Ada", "Anne", "Byron")
HAPPENINGS = (
    "create", "edit", "edit", "add_address", "add_address", "drop_address", "mail_comes", "mail_comes", "ticket_comes", "ticket_comes",
    "delete", "restore", "merge", "merge", "merge", "merge_and_undo", "undo", "undo", "erase", "some_are_heard",
)  # fmt: skip
"""What happens oftener is named oftener."""

WRITTEN_ANEW = ("version", "updated_at")

pick = st.integers(0, 1_000)
addresses = st.sampled_from(ADDRESSES)


@dataclass
class Merge:
    """One that may be undone, with everybody and their items as they were before it, and where the log stood after it."""

    id: str
    before: dict[str, dict[str, Any]]
    items: dict[str, set[str]]
    log: int


class Everything(RuleBasedStateMachine):
    """`told` are the upstream events that name people, `erased` those that may be forgotten by now."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.lives = Lives(world)
        self.told: dict[str, str] = {}
        self.merges: list[Merge] = []
        self.erased: set[str] = set()

    # ---- what can happen -----------------------------------------------------------------------------------------------

    @initialize()
    def a_few_are_there(self) -> None:
        for number, address in enumerate(ADDRESSES[:3]):
            self.create(number, 0, address)
            self.mail_comes(number, 0, address)
            self.ticket_comes(number, 0, address)

    # One rule draws what happens: of many, half are left out of each run, and merges are rare enough.
    @rule(what=st.sampled_from(HAPPENINGS), who=pick, other=pick, address=addresses)
    def something_happens(self, what: str, who: int, other: int, address: str) -> None:
        getattr(self, what)(who, other, address)

    def create(self, who: int, other: int, address: str) -> None:
        wish = {"first_name": NAMES[who % len(NAMES)], "last_name": "King", "emails": [address] if other % 3 else []}
        answer = self.ask("POST", "", wish)
        if answer.status_code == 201:
            self.lives.ids.append(answer.json()["id"])
        else:
            assert answer.status_code == 409, answer.text

    def edit(self, who: int, other: int, _: str) -> None:
        wishes = ({"job_title": "Countess"}, {"job_title": "Engineer"}, {"status": "working"}, {"status": "customer"}, {"tags": ["vip"]})
        self.change(self.somebody(who), wishes[other % len(wishes)])

    def add_address(self, who: int, other: int, address: str) -> None:
        contact = self.somebody(who)
        anyway = {"anyway": {"reason": "two people"}} if other % 2 else {}
        self.change(contact, {"emails": [*contact.get("emails", ()), address], **anyway})

    def drop_address(self, who: int, other: int, _: str) -> None:
        contact = self.somebody(who)
        if emails := contact.get("emails"):
            self.change(contact, {"emails": [email for email in emails if email != emails[other % len(emails)]]})

    def mail_comes(self, _: int, __: int, address: str) -> None:
        event = self.run(self.lives.mail_from(address))
        self.told[event.id] = address

    def ticket_comes(self, who: int, _: int, __: str) -> None:
        contact_id = self.anybody(who)
        event = self.run(self.lives.ticket_of(contact_id))
        self.told[event.id] = contact_id

    def delete(self, who: int, _: int, __: str) -> None:
        self.ask("DELETE", f"/{self.anybody(who)}")

    def restore(self, who: int, _: int, __: str) -> None:
        self.ask("POST", f"/{self.anybody(who)}/restore")

    def merge(self, who: int, other: int, _: str) -> None:
        """Two or three of them. Items before are items after; what the preview said is what comes of it."""
        people = self.distinct((who, other, who + other)[: 2 + other % 2])
        if len(people) < 2:
            return
        survivor, *merged = people
        before = {contact_id: self.run(self.lives.contact(contact_id)) for contact_id in people}
        items = {contact_id: self.items(contact_id) for contact_id in people}
        wish = {"survivor_id": survivor, "merged_ids": merged, "choices": {"job_title": merged[0]} if other % 3 == 0 else {}}
        preview = self.ask("POST", "/merges/preview", wish)
        answer = self.ask("POST", "/merges", wish)
        if answer.status_code != 201:
            assert any(contact.get("deleted_at") for contact in before.values()), answer.text
            return
        made = answer.json()
        assert told(made["contact"]) == told(preview.json()["contact"])
        assert self.items(survivor) == set().union(*items.values())
        assert all(self.items(contact_id) == self.items(survivor) for contact_id in merged)
        self.merges.append(Merge(made["id"], before, items, len(self.lives.log)))

    def undo(self, who: int, other: int, _: str) -> None:
        """The newest, mostly. Where nothing happened since, all is as it was."""
        if not self.merges:
            return
        merge = self.merges[-1 if other % 3 else who % len(self.merges)]
        nothing_since = len(self.lives.log) == merge.log
        answer = self.ask("POST", f"/merges/{merge.id}/undo", {})
        if answer.status_code != 200:
            assert not nothing_since, answer.text
            return
        self.merges.remove(merge)
        if nothing_since:
            assert answer.json()["conflicts"] == []
            for contact_id, before in merge.before.items():
                assert told(self.run(self.lives.contact(contact_id))) == told(before)
                assert self.items(contact_id) == merge.items[contact_id]

    def merge_and_undo(self, who: int, other: int, address: str) -> None:
        done = len(self.merges)
        self.merge(who, other, address)
        if len(self.merges) > done:
            self.undo(who, 1, address)

    def erase(self, who: int, _: int, __: str) -> None:
        contact = self.somebody(who)
        if "id" not in contact:
            return
        answer = self.ask("POST", f"/{contact['id']}/erase", {"reason": "asked for it", "confirm": contact["id"]})
        assert answer.is_success, answer.text
        gone = {contact["id"], *contact.get("merged_ids", ())}
        self.erased |= gone | self.lives.addresses_ever_of(gone)

    def some_are_heard(self, who: int, other: int, _: str) -> None:
        self.run(self.lives.some_are_heard(random.Random(who * 1_001 + other)))

    # ---- what must hold ------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        self.run(self.lives.all_are_heard(random.Random(len(self.lives.log))))
        self.nobody_is_lost()
        self.events_are_numbered_without_a_gap()
        self.nothing_told_is_lost()
        self.all_projections_agree()

    def nobody_is_lost(self) -> None:
        """Every id that ever was is a contact, leads to one, or says that it was erased."""
        for contact_id in self.lives.ids:
            found = self.run(self.lives.contact(contact_id))
            assert found.get("id") or found.get("status") == 410, found

    def events_are_numbered_without_a_gap(self) -> None:
        for contact_id in self.lives.ids:
            numbers = [event.sequence for event in self.lives.log if event.subject == contact_id and event.topic == "crm.contacts"]
            assert sorted(numbers) == list(range(1, len(numbers) + 1))

    def nothing_told_is_lost(self) -> None:
        """What names nobody who was erased is on the timeline's shelves, once each."""
        kept = self.run(self.world.in_step.state(self.lives.workspace))["timeline.entries"].keys()
        missing = {event_id: about for event_id, about in self.told.items() if event_id not in kept and about not in self.erased}
        assert missing == {}

    def all_projections_agree(self) -> None:
        workspace = self.lives.workspace
        in_step, late, rebuilt = (self.run(one.state(workspace)) for one in (self.world.in_step, self.world.late, self.world.rebuilt))
        for name, documents in rebuilt.items():
            assert late[name] == documents, name
            assert in_step[name] == documents, name
        suspected = [self.run(one.suspected(workspace)) for one in (self.world.in_step, self.world.late, self.world.rebuilt)]
        assert suspected[0] == suspected[1] == suspected[2]

    # ---- helpers -------------------------------------------------------------------------------------------------------

    def run(self, work: Any) -> Any:
        return self.world.run(work)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.run(self.lives.ask(method, path, body))

    def anybody(self, number: int) -> str:
        return self.lives.ids[number % len(self.lives.ids)]

    def somebody(self, number: int) -> dict[str, Any]:
        """Whoever stands for anybody; of an erased one the problem."""
        contact: dict[str, Any] = self.run(self.lives.contact(self.anybody(number)))
        return contact

    def distinct(self, numbers: tuple[int, ...]) -> list[str]:
        """The ids that stand for them, each once; nobody who was erased."""
        return list(dict.fromkeys(contact["id"] for contact in map(self.somebody, numbers) if "id" in contact))

    def change(self, contact: dict[str, Any], wish: dict[str, Any]) -> None:
        if "id" in contact:
            self.ask("PATCH", f"/{contact['id']}", {"version": contact["version"], **wish})

    def items(self, contact_id: str) -> set[str]:
        found: set[str] = self.run(self.lives.items(contact_id, self.told))
        return found


def told(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in contact.items() if name not in WRITTEN_ANEW}


@pytest.fixture(scope="module")
def world(mongodb_uri: str) -> Iterator[World]:
    with World(mongodb_uri) as world:
        yield world


@pytest.mark.req("CD11", "CD14", "CR15", "DP10")
def test_everything_that_can_happen_leaves_nobody_and_nothing_lost(world: World) -> None:
    run_state_machine_as_test(
        lambda: Everything(world),  # type: ignore[arg-type]  # any factory will do
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

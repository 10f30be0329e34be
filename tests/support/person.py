"""Somebody whose every word can be recognised wherever it went, and everything other services have to say about them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "shared" / "examples"
"""Messages of every type, as they crossed the wire."""

NOT_ABOUT_PEOPLE = ("crm.contacts.", "crm.dedupe.", "crm.accounts.", "crm.workspace.", "crm.mail.mailbox.")
BY_ID_ALONE = ("crm.timeline.", "crm.outreach.")
WORDS = {"title", "subject", "snippet", "text", "reason", "sentence", "evidence", "name", "What is it about?", "outcome"}
ADDRESSES = {"email", "recipient_email", "from", "address"}

Message = tuple[str, bytes, bytes]


class Person:
    """Made up, and like nobody else."""

    def __init__(self) -> None:
        self.letters = uuid.uuid4().hex[:10].translate(str.maketrans("0123456789", "ghijklmnop"))
        self.digits = f"151{uuid.uuid4().int % 10**8:08d}"
        self.first_name, self.last_name = f"Q{self.letters}", f"Z{self.letters}"
        self.email, self.second = f"{self.letters}@person.example", f"home.{self.letters}@person.example"
        self.phone = f"+49{self.digits}"
        self.words = f"{self.first_name} {self.last_name} wishes {self.letters}"

    def told_in(self, text: str) -> bool:
        return self.letters in text or self.digits in text

    def around(self, text: str) -> str:
        """The first place where they are told of."""
        at = min(found for secret in (self.letters, self.digits) if (found := text.find(secret)) >= 0)
        return text[max(0, at - 300) : at + 200]

    def messages(self, contact_id: str, workspace: str) -> Iterator[Message]:
        """Of every type that is about people: naming them by id, and by an address or number alone."""
        for path in sorted(EXAMPLES.glob("*/*.json")):
            example = json.loads(path.read_text())
            kind = example["type"]
            if kind.startswith(NOT_ABOUT_PEOPLE):
                continue
            yield self._about_them(example, workspace, {"contact_id": contact_id})
            if not kind.startswith(BY_ID_ALONE):
                yield self._about_them(example, workspace, {"email": self.second})
                yield self._about_them(example, workspace, {"phone": self.phone})

    def _about_them(self, example: Mapping[str, Any], workspace: str, party: Mapping[str, str]) -> Message:
        subject = f"{example['type'].split('.')[2]}-{uuid.uuid4().hex[:8]}"
        data = self._theirs(example["data"], party.get("contact_id"))
        own = {"parties": [party]} if not example["type"].startswith(BY_ID_ALONE) else {}
        event = {
            **example,
            "id": str(uuid.uuid4()),
            "subject": subject,
            "time": datetime.now(UTC).isoformat(),
            "workspaceid": workspace,
            "partitionkey": f"{workspace}:{subject}",
            "data": {**data, **own},
        }
        topic = ".".join(event["type"].split(".")[:2])
        return topic, event["partitionkey"].encode(), json.dumps(event).encode()

    def _theirs(self, value: Any, contact_id: str | None, name: str = "") -> Any:
        """The same message with this person in the place of everybody it names; without an id nobody is named by one."""
        match value:
            case dict():
                fields = {key: self._theirs(entry, contact_id, key) for key, entry in value.items() if key != "contacts" or contact_id}
                return {key: entry for key, entry in fields.items() if key != "contact_id" or contact_id}
            case list():
                return [self._theirs(entry, contact_id, name) for entry in value]
            case str():
                return self._their(name, value, contact_id)
        return value

    def _their(self, name: str, value: str, contact_id: str | None) -> str:
        if name == "contact_id" and contact_id:
            return contact_id
        if name in ADDRESSES or (name in {"attendees", "to"} and "@" in value):
            return self.email
        if name == "phone":
            return self.phone
        if name in {"first_name", "last_name"}:
            return str(getattr(self, name))
        return self.words if name in WORDS else value

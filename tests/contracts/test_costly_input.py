"""What somebody outside writes is read in time that grows with its length, not with the square of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

BOUND_S = 20.0
"""Starting Python included; each of these took minutes, and C code can not be interrupted, so they run in a process of their own."""

READS = """
import json
from shared.contracts import all
from shared.contracts.envelope import read
from shared.parties.keys import email_key, phone_key
{given}
body = {{"id": "1", "source": "/services/mail", "type": "crm.mail.message.received.v1", "subject": "m", "time": "2026-01-01T00:00:00Z",
 "workspaceid": "acme", "partitionkey": "acme:m", "sequence": "1", "data": {{"from": text}}}}
event = read(json.dumps(body, ensure_ascii=False).encode())
email_key(event.data.sender or ""), phone_key(text, "US")
"""


@pytest.mark.parametrize(
    "given",
    ['text = "a:" + "b," * 200_000', 'text = "a" + "\\u0315\\u0300" * 200_000 + "@acme.com"', 'text = "a@" + "x" * 400_000 + ".com"'],
    ids=["a group of addresses", "combining marks", "a long domain"],
)
def test_an_address_of_any_length_is_read_at_once(given: str) -> None:
    subprocess.run([sys.executable, "-c", READS.format(given=given)], check=True, timeout=BOUND_S)


@pytest.mark.parametrize(
    "call",
    [
        "from dedupe.domain.normalise import phone_key; phone_key(' ' * 100_000 + 'a')",
        "from dedupe.domain.normalise import folded; folded('a' + '\\u0315\\u0300' * 200_000)",
        "from contacts.domain.emails import lookup_key; lookup_key('a' + '\\u0315\\u0300' * 200_000 + '@acme.com')",
    ],
    ids=["a phone of spaces", "a name of marks", "an address of marks"],
)
def test_a_field_of_any_length_is_normalised_at_once(call: str) -> None:
    subprocess.run([sys.executable, "-c", call], check=True, timeout=BOUND_S)

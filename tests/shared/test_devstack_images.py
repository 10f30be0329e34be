"""What the images are made of is known, and what is said of people in two files is the same in both."""

from __future__ import annotations

import json
from pathlib import Path

from shared.devstack.demo import team

ROOT = Path(__file__).parents[2]


def test_everything_in_the_images_is_of_a_known_hash() -> None:
    for name in ("build", "runtime"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        pinned = [line for line in lines if line and not line.startswith(("#", " "))]
        hashed = [line for line in lines if line.startswith("    --hash=sha256:")]
        assert pinned
        assert len(hashed) >= len(pinned)
        assert not [line for line in lines if "://" in line]


def test_compose_knows_the_same_people_as_the_demo() -> None:
    accounts = json.loads((ROOT / "deploy" / "demo-accounts.json").read_text())["accounts"]
    members = {member.member_id: member for member in team.MEMBERS}

    assert {role for account in accounts for role in account["workspaces"].values()} == {"admin", "manager", "member", "viewer"}
    for account in accounts:
        member = members[account["member_id"]]
        assert (account["email"], account["name"], account["workspaces"]) == (member.email, member.name, member.workspaces)

"""The services are packaged one way, and what is said in several files is the same in all of them."""

from __future__ import annotations

import json
from pathlib import Path

from shared.devstack.demo import team

ROOT = Path(__file__).parents[2]
SERVICES = ("contacts", "dedupe", "timeline", "outreach-guard", "gateway")


def test_the_dockerfiles_differ_in_names_only() -> None:
    texts = {name: (ROOT / "services" / name / "Dockerfile").read_text() for name in SERVICES}
    nameless = {text.replace(name.replace("-", "_"), "NAME").replace(name, "NAME") for name, text in texts.items()}

    assert len(nameless) == 1


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

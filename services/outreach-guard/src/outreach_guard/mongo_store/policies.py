"""How a workspace's policy looks in MongoDB: lists, because the names of rules and limits have dots."""

from __future__ import annotations

from outreach_guard.domain.policy import Policy, PolicyChange, Severity
from outreach_guard.domain.question import Purpose
from shared.mongo import Document

POLICY = "policy"
"""The only one of a workspace."""


def changed_policy(change: PolicyChange) -> Document:
    """The fields that change: limits nobody wished for stay as they are."""
    rows = [
        {"rule": rule, "purpose": purpose.value, "severity": severity.value}
        for rule, row in sorted(change.overrides.items())
        for purpose, severity in row.items()
    ]
    document: Document = {"rows": rows, "revision": change.revision + 1}
    if change.limits is not None:
        document["limits"] = [{"limit": limit, "value": value} for limit, value in sorted(change.limits.items())]
    return document


def policy_from(document: Document) -> Policy:
    overrides: dict[str, dict[Purpose, Severity]] = {}
    for row in document["rows"]:
        overrides.setdefault(row["rule"], {})[Purpose(row["purpose"])] = Severity(row["severity"])
    limits = {row["limit"]: row["value"] for row in document.get("limits", ())}
    return Policy(overrides, document["revision"], limits)

"""What the team does about Ada: notes, comments, tasks, requests, and asking before writing to her."""

from __future__ import annotations

from tests.contracts.stories.telling import Story

_NOTE = Story(
    "crm.timeline.note",
    "prefers-mornings",
    "not_81",
    {"note_id": "not_81", "contact_id": "con_ada", "author_id": "mem_omar", "text": "Prefers calls before ten."},
    (("added", {}), ("edited", {"text": "Prefers calls before ten, her time."}), ("deleted", {})),
)
_COMMENT = Story(
    "crm.timeline.comment",
    "who-calls",
    "cmt_12",
    {"comment_id": "cmt_12", "contact_id": "con_ada", "author_id": "mem_lena", "text": "@Omar, do you call her?", "mentions": ["mem_omar"]},
    (("added", {}), ("edited", {"text": "@Omar, do you call her today?"}), ("deleted", {})),
)
_TASK = Story(
    "crm.timeline.task",
    "send-price-list",
    "tsk_44",
    {
        "task_id": "tsk_44",
        "contact_id": "con_ada",
        "title": "Send the new price list",
        "assignee_id": "mem_omar",
        "due_at": "2025-03-06T16:00:00Z",
        "priority": "high",
        "status": "open",
        "note_id": "not_81",
    },
    (
        ("created", {}),
        ("assigned", {"previous": "mem_lena"}),
        ("due_changed", {"previous": "2025-03-05T16:00:00Z"}),
        ("completed", {"status": "done"}),
        ("reopened", {}),
        ("overdue", {}),
    ),
)
_REQUEST = Story(
    "crm.timeline.request",
    "an-estimate-please",
    "req_9",
    {},
    (
        (
            "requested",
            {
                "request_id": "req_9",
                "kind": "estimate",
                "contact_id": "con_ada",
                "account_id": "acc_kestrel",
                "note_id": "not_81",
                "prefilled": {"recipient_email": "billing@kestrel.example", "title": "Fleet service 2025"},
            },
        ),
    ),
)
_REASONS = [
    {"check": "unpaid_invoices", "rule": "unpaid_invoices.overdue", "severity": "hold", "sentence": "Invoice 2025-118 is 12 days overdue."},
    {"check": "owner", "rule": "ok", "severity": "ok"},
]
_VERDICT = Story(
    "crm.outreach.verdict",
    "overdue-invoice",
    "con_ada",
    {},
    (
        (
            "changed",
            {
                "contact_id": "con_ada",
                "channel": "email",
                "purpose": "sales",
                "from": "clear",
                "to": "hold",
                "reasons": _REASONS,
                "policy_version": "7",
            },
        ),
    ),
    actor=("outreach-guard", "system"),
)
_PREFLIGHT = Story(
    "crm.outreach.preflight",
    "spring-offer",
    "pre_301",
    {
        "preflight_id": "pre_301",
        "contact_id": "con_ada",
        "channel": "email",
        "purpose": "sales",
        "sender_id": "mem_omar",
        "thread_id": "thr_77",
        "verdict": "hold",
        "reasons": _REASONS,
        "policy_version": "7",
    },
    (
        ("granted", {"verdict": "clear", "reasons": [], "expires_at": "2025-03-03T14:15:00Z"}),
        ("refused", {}),
        ("overridden", {"overridden_by": "mem_lena", "reason": "She asked for it on the phone.", "expires_at": "2025-03-04T09:00:00Z"}),
        ("voided", {"verdict": "clear", "reason": "an invoice became overdue", "voided_by": "4b1f1c1a-3f0a-4b43-8f0e-52f6b1f0c9aa"}),
    ),
)

STORIES = (_NOTE, _COMMENT, _TASK, _REQUEST, _VERDICT, _PREFLIGHT)

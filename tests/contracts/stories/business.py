"""What the services around sales, support and billing tell: accounts, members, deals, tickets, finance."""

from __future__ import annotations

from tests.contracts.stories.telling import Json, Story

_ADA: Json = {"contact_id": "con_ada", "email": "ada.lindqvist@kestrel.example", "role": "buyer"}
_BILLING: Json = {"email": "billing@kestrel.example", "account_id": "acc_kestrel", "role": "billing"}

_ACCOUNT = Story(
    "crm.accounts.account",
    "kestrel",
    "acc_kestrel",
    {"name": "Kestrel Logistics", "domains": ["kestrel.example"], "owner_id": "mem_lena"},
    (
        ("created", {"name": "Kestrel Haulage"}),
        ("renamed", {}),
        ("domain_changed", {"domains": ["kestrel.example", "kestrel-logistics.example"]}),
        ("owner_changed", {"owner_id": "mem_omar"}),
        ("merged", {"survivor_id": "acc_kestrel", "merged_ids": ["acc_kestrel_west"]}),
        ("deleted", {}),
    ),
)
_MEMBER = Story(
    "crm.workspace.member",
    "omar",
    "mem_omar",
    {"name": "Omar Haddad", "email": "omar@northwind.example", "role": "member"},
    (("added", {}), ("role_changed", {"role": "manager"}), ("deactivated", {}), ("reactivated", {})),
    actor=("mem_lena", "user"),
)
_DEAL = Story(
    "crm.deals.deal",
    "fleet-contract",
    "dea_19",
    {
        "title": "Fleet service contract",
        "pipeline_id": "pip_sales",
        "stage_id": "stg_offer",
        "amount": "18500.00",
        "currency": "USD",
        "owner_id": "mem_omar",
        "expected_close": "2025-04-30",
        "contacts": [{"contact_id": "con_ada", "role": "decision_maker"}],
        "account_id": "acc_kestrel",
        "parties": [_ADA],
    },
    (
        ("created", {"stage_id": "stg_new"}),
        ("updated", {"amount": "19250.50"}),
        ("stage_changed", {"from": "stg_new", "to": "stg_offer", "probability": 0.6}),
        ("won", {"stage_id": "stg_won"}),
        ("lost", {"stage_id": "stg_lost", "reason": "price"}),
        ("reopened", {}),
        ("deleted", {}),
        ("contact_linked", {"contacts": [{"contact_id": "con_ada", "role": "decision_maker"}, {"contact_id": "con_kim"}]}),
        ("contact_unlinked", {"parties": [{"contact_id": "con_kim"}]}),
        ("owner_changed", {"owner_id": "mem_lena"}),
    ),
)
_DEAL_IN_NUMBERS = Story(
    "crm.deals.deal",
    "amount-as-a-number",
    "dea_20",
    {"title": "Spare parts", "amount": 1249.9, "currency": "USD", "contacts": [{"contact_id": "con_kim", "role": None}], "owner_id": None},
    (("created", {}),),
)
_TICKET = Story(
    "crm.tickets.ticket",
    "export-fails",
    "tic_2041",
    {
        "number": "2041",
        "subject": "The monthly export fails",
        "priority": "normal",
        "status": "open",
        "channel": "email",
        "requester": {"contact_id": "con_ada", "email": "ada.lindqvist@kestrel.example"},
        "assignee_id": "mem_ines",
        "sla_due_at": "2025-03-04T17:00:00Z",
    },
    (
        ("created", {"status": "new", "assignee_id": None}),
        ("status_changed", {"previous": "new", "current": "open"}),
        ("priority_changed", {"previous": "normal", "current": "urgent", "priority": "urgent"}),
        ("assigned", {}),
        ("sla_breached", {}),
        ("requester_changed", {"requester": {"email": "kim@kestrel.example"}}),
        ("comment_added", {"public": True, "author_type": "agent"}),
        ("merged", {"survivor_id": "tic_2041", "merged_ids": ["tic_2043"]}),
        ("deleted", {}),
    ),
    actor=("mem_ines", "user"),
)
_STRANGER_ASKS = Story(
    "crm.tickets.ticket",
    "stranger",
    "tic_2044",
    {
        "number": 2044,
        "subject": "Do you repair forklifts?",
        "requester": {"phone": "+46 8 555 0199"},
        "status": "new",
        "sla_policy": "basic",
    },
    (("created", {}),),
    actor=("web", "integration"),
)
_ESTIMATE = Story(
    "crm.finance.estimate",
    "fleet-service",
    "est_61",
    {
        "number": "E-2025-061",
        "total": "18500.00",
        "currency": "USD",
        "recipient_email": "ada.lindqvist@kestrel.example",
        "account_id": "acc_kestrel",
        "expires_at": "2025-04-02T00:00:00Z",
        "version": 2,
        "parties": [_ADA],
    },
    (("created", {"version": 1}), ("sent", {}), ("viewed", {}), ("accepted", {}), ("rejected", {"reason": "too dear"}), ("expired", {})),
)
_INVOICE = Story(
    "crm.finance.invoice",
    "february",
    "inv_118",
    {
        "number": "2025-118",
        "total": "1240.50",
        "balance_due": "1240.50",
        "currency": "USD",
        "issue_date": "2025-02-03",
        "due_date": "2025-02-19",
        "recipient_email": "billing@kestrel.example",
        "account_id": "acc_kestrel",
        "parties": [_BILLING],
    },
    (
        ("created", {}),
        ("scheduled", {}),
        ("sent", {}),
        ("viewed", {}),
        ("partially_paid", {"balance_due": "740.50"}),
        ("paid", {"balance_due": "0.00"}),
        ("overdue", {"days_overdue": 12, "level": 1}),
        ("voided", {"balance_due": "0.00"}),
        ("written_off", {"balance_due": "0.00"}),
        ("disputed", {"reason": "ordered three, got two"}),
        ("reminder_sent", {}),
    ),
    actor=("finance", "system"),
)
_PAYMENT = Story(
    "crm.finance.payment",
    "february",
    "pay_502",
    {"invoice_id": "inv_118", "amount": "500.00", "currency": "USD", "method": "card", "parties": [_BILLING]},
    (("created", {}), ("succeeded", {}), ("failed", {"failure_code": "card_declined"}), ("refunded", {"amount": "100.00"})),
    actor=("finance", "system"),
)
_CREDIT_NOTE = Story(
    "crm.finance.credit_note",
    "one-missing",
    "crn_7",
    {"invoice_id": "inv_118", "amount": "413.50", "currency": "USD", "method": "credit", "parties": [_BILLING]},
    (("issued", {}),),
)

STORIES = (
    _ACCOUNT,
    _MEMBER,
    _DEAL,
    _DEAL_IN_NUMBERS,
    _TICKET,
    _STRANGER_ASKS,
    _ESTIMATE,
    _INVOICE,
    _PAYMENT,
    _CREDIT_NOTE,
)

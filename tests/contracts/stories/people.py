"""Ada Lindqvist, who buys for Kestrel Logistics, as the contacts and dedupe services tell of her."""

from __future__ import annotations

from typing import Any

from tests.contracts.stories.telling import Story

WORK: dict[str, Any] = {
    "typed": "Ada.Lindqvist@Kestrel.example",
    "normalised": "ada.lindqvist@kestrel.example",
    "purpose": "work",
    "primary": True,
    "state": "valid",
    "shared": False,
}
BILLING: dict[str, Any] = {
    "typed": "billing@kestrel.example",
    "normalised": "billing@kestrel.example",
    "purpose": "billing",
    "primary": False,
    "state": "valid",
    "shared": True,
}
BOUNCED: dict[str, Any] = {**WORK, "state": "invalid", "reason": "hard bounce 550", "since": "2025-03-04T11:20:00Z"}
KESTREL: dict[str, Any] = {
    "account_id": "acc_kestrel",
    "name": "Kestrel Logistics",
    "role": "buyer",
    "title": "Head of Procurement",
    "primary": True,
    "started_at": "2023-09-01T00:00:00Z",
}
ADA: dict[str, Any] = {
    "id": "con_ada",
    "version": 4,
    "first_name": "Ada",
    "middle_name": "Maria",
    "last_name": "Lindqvist",
    "suffix": "PhD",
    "job_title": "Head of Procurement",
    "emails": [WORK],
    "phones": [{"typed": "(415) 555-0134", "e164": "+14155550134", "purpose": "work", "primary": True, "valid": True}],
    "accounts": [KESTREL],
    "company": "Kestrel Logistics",
    "address": {"street": "12 Harbour Road", "city": "Oakland", "region": "CA", "postcode": "94607", "country": "US"},
    "birth_date": "1984-06-17",
    "owner_id": "mem_omar",
    "assignees": ["mem_lena"],
    "status": "customer",
    "tags": ["procurement", "west-coast"],
    "source": {"type": "form", "id": "frm_contact_us", "first_seen_at": "2023-09-14T08:12:00Z"},
    "review": {"state": "approved", "by": "mem_lena", "at": "2023-09-14T10:00:00Z"},
    "custom": {"newsletter": True, "fleet_size": 42, "regions": ["west", "north"], "remark": None},
    "created_at": "2023-09-14T08:12:00Z",
    "updated_at": "2025-03-03T09:00:00Z",
}
FORMER: dict[str, Any] = {**KESTREL, "primary": False, "ended_at": "2025-03-04T00:00:00Z"}


def _ada(**differences: Any) -> dict[str, Any]:
    return {**ADA, **differences}


_CONTACT = Story(
    "crm.contacts.contact",
    "ada",
    "con_ada",
    {"origin": "ui"},
    (
        ("created", {"contact": _ada(version=1)}),
        ("updated", {"contact": ADA, "changes": {"job_title": {"old": "Buyer", "new": "Head of Procurement"}, "suffix": {"new": "PhD"}}}),
        (
            "status_changed",
            {
                "contact": ADA,
                "previous": "lead",
                "current": "customer",
                "seconds_in_previous": 259200,
                "changes": {"status": {"old": "lead", "new": "customer"}},
            },
        ),
        (
            "owner_changed",
            {
                "contact": ADA,
                "previous": "mem_lena",
                "current": "mem_omar",
                "origin": "bulk",
                "job_id": "job_17",
                "changes": {"owner_id": {"old": "mem_lena", "new": "mem_omar"}},
            },
        ),
        ("email_added", {"contact": _ada(emails=[WORK, BILLING]), "email": BILLING}),
        ("email_removed", {"contact": ADA, "email": BILLING}),
        ("email_invalidated", {"contact": _ada(emails=[BOUNCED]), "email": BOUNCED, "origin": "event"}),
        ("account_linked", {"contact": ADA, "link": KESTREL}),
        ("account_unlinked", {"contact": _ada(accounts=[FORMER]), "link": FORMER}),
        (
            "reviewed",
            {"contact": ADA, "decision": "approved_as_update", "update_of": "con_ada_old", "reason": "wrote from her new address"},
        ),
        (
            "merged",
            {
                "contact": _ada(merged_ids=["con_ada_old"]),
                "merge_id": "mrg_5",
                "survivor_id": "con_ada",
                "merged_ids": ["con_ada_old"],
                "field_choices": {"job_title": "con_ada", "phones": "con_ada_old"},
                "origin": "merge",
            },
        ),
        ("unmerged", {"contact": ADA, "merge_id": "mrg_5", "restored_ids": ["con_ada_old"], "origin": "merge"}),
        ("deleted", {"contact": _ada(deleted_at="2025-03-05T15:00:00Z"), "reason": "left the company"}),
        ("restored", {"contact": ADA}),
    ),
)
_MERGED_AWAY = Story(
    "crm.contacts.contact",
    "merged-away",
    "con_ada_old",
    {},
    (
        (
            "updated",
            {
                "contact": {"id": "con_ada_old", "version": 3, "first_name": "Ada", "merged_into": "con_ada"},
                "changes": {"merged_into": {"new": "con_ada"}},
                "origin": "merge",
            },
        ),
    ),
)
_SPARSE = Story(
    "crm.contacts.contact",
    "first-name-only",
    "con_kim",
    {},
    (("created", {"contact": {"id": "con_kim", "version": 1, "first_name": "Kim"}}),),
)
_ERASED = Story("crm.contacts.contact", "ada", "con_ada", {}, (("erased", {"contact_id": "con_ada"}),))
_JOB = Story(
    "crm.contacts.job",
    "trade-fair",
    "job_17",
    {"job_id": "job_17", "kind": "import", "action": "create_and_update", "name": "fair-2025.csv", "tag": "trade-fair", "total": 180},
    (
        ("started", {}),
        ("progressed", {"changed": 90, "unchanged": 4, "refused": 1, "failed": 2}),
        ("finished", {"changed": 169, "unchanged": 6, "refused": 2, "failed": 3, "outcome": "completed"}),
        ("undone", {"changed": 161, "kept": 8}),
    ),
)
_PAIR = Story(
    "crm.dedupe.pair",
    "two-adas",
    "con_ada:con_ada_old",
    {
        "contact_ids": ["con_ada", "con_ada_old"],
        "score": 0.93,
        "certain": True,
        "reasons": [
            {"field": "phone", "comparison": "same", "weight": 4.5, "text": "same phone"},
            {"field": "name", "comparison": "similar", "weight": 2.1, "text": "similar name"},
            {"field": "city", "comparison": "different", "weight": -0.4, "text": "another city"},
        ],
        "ruleset_version": "2025-01",
    },
    (
        ("suspected", {}),
        ("confirmed", {"decided_by": "mem_lena", "merge_id": "mrg_5"}),
        ("dismissed", {"decided_by": "mem_lena", "reason": "mother and daughter"}),
    ),
)

STORIES = (_CONTACT, _MERGED_AWAY, _SPARSE, _ERASED, _JOB, _PAIR)

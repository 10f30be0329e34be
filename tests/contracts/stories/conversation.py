"""What is sent, filled in, signed, said and allowed: forms, documents, files, mail, calendar, campaigns, consent."""

from __future__ import annotations

from tests.contracts.stories.telling import Json, Story

_ADA: Json = {"contact_id": "con_ada", "email": "ada.lindqvist@kestrel.example"}
_BY_ADDRESS: Json = {"email": "ada.lindqvist@kestrel.example"}
_HERSELF = ("con_ada", "contact")

_SUBMISSION = Story(
    "crm.forms.submission",
    "fleet-enquiry",
    "sub_330",
    {
        "form_id": "frm_contact_us",
        "form_name": "Contact us",
        "answers": {
            "mapped": {"first_name": "Ada", "last_name": "Lindqvist", "email": "Ada.Lindqvist@kestrel.example", "phone": "(415) 555-0134"},
            "raw": {"What is it about?": "42 vans", "Newsletter": True},
        },
        "utm": {"source": "newsletter", "campaign": "spring"},
        "spam_score": 0.02,
        "consents": [{"channel": "email", "purpose": "announcement", "granted": True, "text": "Yes, send me the newsletter."}],
    },
    (("submitted", {}), ("marked_spam", {"spam_score": 0.97}), ("deleted", {})),
    actor=("web", "integration"),
)
_DOCUMENT = Story(
    "crm.documents.document",
    "service-agreement",
    "doc_27",
    {
        "title": "Service agreement 2025",
        "version": 3,
        "recipient_email": "ada.lindqvist@kestrel.example",
        "order": 1,
        "account_id": "acc_kestrel",
        "parties": [_ADA],
    },
    (
        ("sent", {}),
        ("viewed", {}),
        ("signed", {}),
        ("declined", {"reason": "clause 4"}),
        ("completed", {}),
        ("expired", {}),
        ("voided", {"reason": "sent twice"}),
        ("link_opened", {}),
    ),
)
_FILE = Story(
    "crm.files.file",
    "price-list",
    "fil_90",
    {
        "name": "price-list-2025.pdf",
        "mime": "application/pdf",
        "size": 182044,
        "public_link": "https://files.northwind.example/p/9c2e",
        "account_id": "acc_kestrel",
        "parties": [_ADA],
    },
    (("uploaded", {}), ("shared", {}), ("downloaded_by_contact", {}), ("deleted", {})),
)
_MAILBOX = Story(
    "crm.mail.mailbox",
    "omars",
    "mbx_3",
    {"provider": "gmail", "address": "omar@northwind.example", "scope": "personal", "last_sync_at": "2025-03-03T08:55:00Z"},
    (("connected", {"last_sync_at": None}), ("error", {}), ("disconnected", {}), ("synced", {})),
)
_MESSAGE = Story(
    "crm.mail.message",
    "about-the-offer",
    "msg_7001",
    {
        "message_id": "<7001@kestrel.example>",
        "thread_id": "thr_77",
        "from": "ada.lindqvist@kestrel.example",
        "to": ["omar@northwind.example"],
        "cc": ["billing@kestrel.example"],
        "subject": "Your offer",
        "snippet": "Thank you, one question about the tyres",
        "automated": False,
        "backfill": False,
        "visibility": "mailbox",
    },
    (
        ("received", {}),
        ("sent", {"from": "omar@northwind.example", "to": ["ada.lindqvist@kestrel.example"], "snippet": "Tyres are included"}),
    ),
)
_OLD_MESSAGE = Story(
    "crm.mail.message",
    "last-year",
    "msg_12",
    {
        "message_id": "<12@kestrel.example>",
        "from": "Ada Lindqvist <ada.lindqvist@kestrel.example>",
        "to": ["Omar Haddad <omar@northwind.example>"],
        "subject": "Hello",
        "backfill": True,
    },
    (("received", {}),),
    actor=("mail", "system"),
)
_DELIVERY = Story(
    "crm.mail.delivery",
    "spring-newsletter",
    "dlv_55",
    {"address": "ada.lindqvist@kestrel.example", "message_id": "<spring-55@northwind.example>"},
    (("bounced", {"kind": "hard", "code": "550"}), ("complained", {}), ("unsubscribed", {}), ("replied", {})),
    actor=("mail", "system"),
)
_MEETING = Story(
    "crm.calendar.meeting",
    "depot-tour",
    "mtg_14",
    {
        "title": "Tour of the depot",
        "start": "2025-03-12T17:00:00Z",
        "end": "2025-03-12T18:00:00Z",
        "attendees": [{**_ADA, "role": "guest"}, {"email": "kim@kestrel.example"}],
        "direction": "outbound",
    },
    (
        ("scheduled", {}),
        ("rescheduled", {"start": "2025-03-13T17:00:00Z", "end": "2025-03-13T18:00:00Z"}),
        ("cancelled", {}),
        ("held", {"outcome": "wants an offer"}),
        ("no_show", {}),
    ),
)
_BARE_ATTENDEES = Story(
    "crm.calendar.meeting",
    "bare-attendees",
    "mtg_15",
    {"start": "2025-03-14T09:00:00+01:00", "attendees": ["kim@kestrel.example"]},
    (("scheduled", {}),),
)
_CALL = Story(
    "crm.calendar.call",
    "tyres",
    "cal_88",
    {
        "start": "2025-03-04T16:05:00Z",
        "end": "2025-03-04T16:12:30Z",
        "attendees": [{"phone": "+14155550134"}],
        "outcome": "answered",
        "direction": "inbound",
        "duration": 450,
    },
    (("logged", {}),),
)
_ENROLMENT = Story(
    "crm.campaigns.enrolment",
    "win-back",
    "enr_6",
    {"sequence_id": "seq_win_back", "sender_id": "mem_lena", "parties": [_ADA]},
    (
        ("enrolled", {}),
        ("step_scheduled", {"next_at": "2025-03-05T08:00:00Z", "channel": "email"}),
        ("step_sent", {"channel": "email"}),
        ("finished", {}),
        ("removed", {}),
    ),
)
_CONSENT = Story(
    "crm.consent.consent",
    "newsletter",
    "cns_21",
    {"channel": "email", "purpose": "announcement", "basis": "consent", "scope": "marketing", "decided_by": "contact", "parties": [_ADA]},
    (
        ("granted", {"evidence": {"submission_id": "sub_330", "text": "Yes, send me the newsletter."}}),
        ("withdrawn", {"evidence": {"message_id": "<spring-55@northwind.example>"}}),
        ("objection_recorded", {"purpose": "sales", "basis": "legitimate_interest", "evidence": "said so on the phone"}),
    ),
    actor=_HERSELF,
)
_SUPPRESSION = Story(
    "crm.consent.suppression",
    "complaint",
    "sup_4",
    {"channel": "email", "scope": "all", "decided_by": "contact", "parties": [_BY_ADDRESS]},
    (("added", {"evidence": "feedback loop"}), ("lifted", {"decided_by": "mem_lena", "evidence": {"call_id": "cal_88"}})),
    actor=_HERSELF,
)

STORIES = (
    _SUBMISSION,
    _DOCUMENT,
    _FILE,
    _MAILBOX,
    _MESSAGE,
    _OLD_MESSAGE,
    _DELIVERY,
    _MEETING,
    _BARE_ATTENDEES,
    _CALL,
    _ENROLMENT,
    _CONSENT,
    _SUPPRESSION,
)

"""What an arrival would change of somebody known: nothing is overwritten, a reviewer decides (CU1).

A proposal keeps what was said and not what it would change: the contact may change before somebody decides. It adds to lists and fills or
replaces single values; what was left blank erases nothing. Only a company that is not the primary one any more makes that a former one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contacts.domain import emails, phones
from contacts.domain.arrivals import Arrival, Evidence, only, rejected_by_nobody
from contacts.domain.contact import CUSTOM, AccountLink, Contact
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft, GivenEmail, GivenLink, GivenPhone
from contacts.domain.editing import edited, restored
from contacts.domain.reviewing import Item
from contacts.domain.revisions import FieldChange
from contacts.domain.text import folded

UNITED = ("assignees", "tags")
COMPARED_ENTRY_BY_ENTRY = (*UNITED, "emails", "phones", "accounts", "relations", "custom")
EXACT = ("owner_id", "visibility", "status")
"""Words that are names of something: in another case they are another one's."""
RESTORED = "deleted_at"
"""The change that somebody deleted would be there again."""

Wish = Mapping[str, Any]


def wish(contact: Contact, said: Draft, region: str) -> Draft:
    """What of it is news, as an edit of the contact: lists as they would be afterwards."""
    wanted = {name: value for name, value in _wanted(contact, said, region) if value is not None}
    return Draft.model_validate(wanted)


def changes(contact: Contact, said: Draft, region: str) -> dict[str, FieldChange]:
    """Field by field what is there now and what is proposed; custom fields as `custom.<key>`."""
    now = contact.model_dump(mode="json")
    news = wish(contact, said, region).model_dump(mode="json", exclude_unset=True)
    told = {name: FieldChange(now[name], value) for name, value in news.items() if name != "custom"}
    told |= {f"{CUSTOM}{key}": FieldChange(contact.custom.get(key), value) for key, value in news.get("custom", {}).items()}
    deleted = contact.deleted_at is not None and contact.review.state != "rejected"
    return told | ({RESTORED: FieldChange(now[RESTORED], None)} if deleted else {})


def proposed(contact: Contact, arrival: Arrival, evidence: Evidence, region: str) -> Item | None:
    """What a reviewer is asked: None where the arrival is no news, or of somebody a reviewer has turned away.

    Mail says nothing of a person but the address; whoever deleted them has seen enough of it.
    """
    turned_away = contact.review.state == "rejected" and not rejected_by_nobody(contact)
    if arrival.source.type == "mailbox" or turned_away or evidence.deleted or not changes(contact, arrival.said, region):
        return None
    item = Item(
        id=evidence.id,
        kind="update",
        contact_id=contact.id,
        viewers=contact.viewers,
        source=arrival.source,
        at=arrival.at,
        said=arrival.said.model_dump(mode="json", exclude_unset=True),
    )
    return item.as_spam(evidence.spam_at) if evidence.spam_at else item


def applied(contact: Contact, said: Draft, around: Surroundings, *, fields: Collection[str] | None, now: datetime) -> Contact:
    """The contact after the chosen fields, all of them where nothing is said. Raises Refused where the contact can't be so."""
    return edited(restored(contact), chosen(wish(contact, said, around.region), fields), around, now=now)


def chosen(draft: Draft, fields: Collection[str] | None) -> Draft:
    if fields is None:
        return draft
    custom = {key: value for key, value in draft.custom.items() if f"{CUSTOM}{key}" in fields or "custom" in fields}
    kept = only(draft, set(fields) - {"custom"})
    return Draft.model_validate({**kept.model_dump(mode="json", exclude_unset=True), **({"custom": custom} if custom else {})})


def _wanted(contact: Contact, said: Draft, region: str) -> Iterator[tuple[str, Any]]:
    given, there = said.model_dump(mode="json"), contact.model_dump(mode="json")
    for name in Draft.model_fields:
        if name not in COMPARED_ENTRY_BY_ENTRY and given[name] and not _is_known(contact, name, given[name], there[name]):
            yield name, given[name]
    for name in UNITED:
        known = getattr(contact, name)
        more = [entry for entry in dict.fromkeys(getattr(said, name)) if entry not in known]
        yield name, [*known, *more] if more else None
    yield "emails", _with_emails(contact, said.emails)
    yield "phones", _with_phones(contact, said.phones, region)
    yield "accounts", _with_accounts(contact, said.accounts)
    news = {key: value for key, value in said.custom.items() if value is not None and value != contact.custom.get(key)}
    yield "custom", news or None


def _is_known(contact: Contact, name: str, value: Any, there: Any) -> bool:
    """Another case or accent is no news, and neither is the name of a company somebody is linked to."""
    if name in EXACT or not isinstance(value, str):
        return bool(value == there)
    links = [link.name for link in contact.current_links] if name == "company" else []
    return folded(value) in {folded(known or "") for known in (there, *links)}


def _with_emails(contact: Contact, given: Sequence[GivenEmail]) -> list[Any] | None:
    known = {email.normalised for email in contact.emails}
    more = [entry for entry in given if emails.lookup_key(entry.typed) not in known]
    there = [email.model_dump(include={"typed", "purpose", "primary"}) for email in contact.emails]
    return [*there, *(_beside(entry, there) for entry in more)] if more else None


def _with_phones(contact: Contact, given: Sequence[GivenPhone], region: str) -> list[Any] | None:
    known = {phone.e164 or phones.digits(phone.typed) for phone in contact.phones}
    more = [entry for entry in given if (phones.read(entry.typed, region)[0] or phones.digits(entry.typed)) not in known]
    there = [phone.model_dump(include={"typed", "purpose", "primary"}) for phone in contact.phones]
    return [*there, *(_beside(entry, there) for entry in more)] if more else None


def _beside(entry: GivenEmail | GivenPhone, there: Sequence[Any]) -> dict[str, Any]:
    """What is primary stays so; a reviewer who wants it otherwise says so afterwards."""
    return {**entry.model_dump(), "primary": entry.primary and not there}


def _with_accounts(contact: Contact, given: Sequence[GivenLink]) -> list[Any] | None:
    """Somebody who comes from another company has left the one that was primary; the others they are linked to stay."""
    current = {link.account_id: link for link in contact.current_links}
    more = [entry for entry in given if entry.ended_at is None and entry.account_id not in current]
    if not more:
        return None
    named = {entry.account_id for entry in given}
    staying = [link for link in contact.current_links if link.account_id in named or not link.primary]
    first = next((entry.account_id for entry in given if entry.primary), None)
    primary = first or next((link.account_id for link in staying if link.primary), more[0].account_id)
    return [*(_link(link, primary) for link in staying), *(_link(entry, primary) for entry in more)]


def _link(link: AccountLink | GivenLink, primary: str) -> dict[str, Any]:
    return {**link.model_dump(include={"account_id", "name", "role", "title"}), "primary": link.account_id == primary}

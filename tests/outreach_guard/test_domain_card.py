"""What the person decided, the address, account and owner: exceptions to the table, and what it does not say in one word."""

from __future__ import annotations

from typing import Any

import pytest

from outreach_guard.domain.question import Channel, Purpose
from shared.contracts import accounts, forms, mail
from shared.contracts.contacts import Phone
from tests.support.guard_builders import (
    ANN,
    EMAIL,
    THEM,
    account_created,
    ago,
    bounced,
    contact_erased,
    contact_saved,
    email,
    event,
    line,
    mail_received,
    mail_sent,
    member_added,
    objected,
    ticket_created,
    unsubscribed,
    withdrawn,
)

SUPPORT, SALES, BILLING = Purpose.SUPPORT, Purpose.SALES, Purpose.BILLING

# ---- consent ------------------------------------------------------------------------------------------------------------


@pytest.mark.req("BO8")
def test_a_stop_is_absolute_and_so_is_an_unsubscription_from_marketing() -> None:
    assert line("consent", objected()).absolute
    assert line("consent", unsubscribed()).absolute
    assert not line("open_tickets", ticket_created(priority="urgent")).absolute


def test_support_may_reply_in_a_thread_the_person_began_even_after_an_objection() -> None:
    begun = [mail_received(at=ago(days=2), thread="th9"), mail_sent(ANN, at=ago(days=1), thread="th9"), objected()]

    assert line("consent", *begun, purpose=SUPPORT, thread_id="th9").severity == "info"
    assert line("consent", *begun, purpose=SALES, thread_id="th9").severity == "hold"
    assert line("consent", *begun, purpose=SUPPORT, thread_id="other").severity == "hold"


def test_a_thread_we_began_ourselves_is_no_way_around_an_objection() -> None:
    ours = [mail_sent(ANN, at=ago(days=3), thread="th9", backfill=True), mail_received(at=ago(days=2), thread="th9"), objected()]

    assert line("consent", *ours, purpose=SUPPORT, thread_id="th9").severity == "hold"


def test_an_erased_person_is_left_alone_for_ever_by_everybody() -> None:
    for purpose in Purpose:
        found = line("consent", contact_erased(), purpose=purpose)
        assert (found.rule, found.severity, found.absolute) == ("consent.stopped", "hold", True)


@pytest.mark.parametrize(
    ("scope", "held", "free"),
    [
        ({"channel": "email"}, {"channel": Channel.EMAIL}, {"channel": Channel.PHONE}),
        ({"purpose": "sales"}, {"purpose": SALES}, {"purpose": SUPPORT}),
        ({"scope": "marketing"}, {"purpose": Purpose.ANNOUNCEMENT}, {"purpose": BILLING}),
        ({"purpose": "newsletter"}, {"purpose": Purpose.ANNOUNCEMENT}, {"purpose": SUPPORT}),
    ],
)
def test_an_objection_holds_where_it_was_meant(scope: dict[str, str], held: dict[str, object], free: dict[str, object]) -> None:
    assert line("consent", objected(**scope), **held).severity == "hold"
    assert line("consent", objected(**scope), **free).severity == "ok"


def test_consent_taken_back_for_marketing_leaves_support_free_and_taken_back_for_everything_does_not() -> None:
    assert line("consent", withdrawn(scope="marketing"), purpose=SALES).rule == "consent.unsubscribed"
    assert line("consent", withdrawn(scope="marketing"), purpose=SUPPORT).rule == "ok"
    assert line("consent", withdrawn(), purpose=SUPPORT).rule == "consent.stopped"


def test_a_form_grants_what_it_names_unless_it_was_spam() -> None:
    nothing = withdrawn("k1", purpose="announcement", channel="letter")
    submitted = event(forms.SubmissionSubmitted(parties=THEM, consents=({"channel": "email", "purpose": "sales"},)), "f1")
    bare = event(forms.SubmissionSubmitted(parties=THEM, consents=("I agree",)), "f2")
    spam = event(forms.SubmissionMarkedSpam(parties=THEM), "f1")

    assert line("consent", nothing, submitted).rule == "ok"
    assert line("consent", nothing, bare).rule == "consent.unknown"
    assert line("consent", nothing, spam, submitted).rule == "consent.unknown"


# ---- the address --------------------------------------------------------------------------------------------------------


BILLS = "bills@acme.com"


@pytest.mark.req("BO3", "SE3")
def test_billing_uses_the_billing_address_support_its_own_and_everybody_else_the_primary() -> None:
    desk = email("desk@acme.com", primary=False, purpose="support")
    bills = email(BILLS, primary=False, purpose="billing")
    unusable_primary = contact_saved(emails=(email(state="invalid"), bills, desk))

    assert line("email", unusable_primary, purpose=BILLING).rule == "ok"
    assert line("email", unusable_primary, purpose=SUPPORT).rule == "ok"
    assert line("email", unusable_primary, purpose=SALES).sentence == f"{EMAIL} is marked invalid."


@pytest.mark.req("BO3", "SE3")
def test_where_an_address_for_the_purpose_can_not_be_used_the_primary_is() -> None:
    invalid = email(BILLS, primary=False, purpose="billing", state="invalid")
    bounced_too = event(mail.DeliveryBounced(address=BILLS, kind="hard"), "dl8")

    assert line("email", contact_saved(emails=(email(), invalid)), purpose=BILLING).rule == "ok"
    assert line("email", contact_saved(emails=(email(), email(BILLS, primary=False, purpose="billing"))), bounced_too).rule == "ok"
    neither = line("email", contact_saved(emails=(email(state="invalid"), invalid)), purpose=BILLING)
    assert (neither.rule, neither.sentence) == ("email.unusable", f"{BILLS} is marked invalid.")


@pytest.mark.req("SE3")
def test_the_account_has_to_fit_the_address_that_is_used() -> None:
    elsewhere = contact_saved(emails=(email(), email("ada@globex.com", primary=False, purpose="billing")))
    globex = account_created("a2", "Globex", "globex.com")

    assert line("account", elsewhere, globex, purpose=BILLING).rule == "account.mismatch"
    assert line("account", elsewhere, globex, purpose=SALES).rule == "ok"


def test_a_soft_bounce_says_nothing_and_a_reply_undoes_a_hard_one_in_any_order() -> None:
    replied = event(mail.DeliveryReplied(address=EMAIL), "dl9", at=ago(minutes=30))

    assert line("email", bounced("soft")).rule == "ok"
    assert line("email", replied, bounced(at=ago(hours=2))).rule == "ok"
    assert line("email", replied, bounced(at=ago(minutes=10))).rule == "email.unusable"


def test_no_address_is_needed_for_a_call_and_a_deleted_contact_is_not_called_either() -> None:
    assert line("email", contact_saved(emails=()), channel=Channel.PHONE).rule == "ok"
    assert line("email", contact_saved(deleted_at=ago(days=1)), channel=Channel.PHONE).severity == "hold"


# ---- account and owner --------------------------------------------------------------------------------------------------


def test_a_free_mail_address_fits_every_account() -> None:
    assert line("account", contact_saved(emails=(email("ada@gmail.com"),)), account_created("a9", "G", "gmail.com")).rule == "ok"


def test_an_account_that_was_merged_into_the_claimant_is_no_mismatch() -> None:
    linked = contact_saved(accounts=({"account_id": "a2"},))
    merged = event(accounts.AccountMerged(survivor_id="a1", merged_ids=("a2",)), "a1")

    assert line("account", linked).rule == "account.mismatch"
    assert line("account", linked, merged).rule == "ok"


@pytest.mark.req("BO9")
def test_an_owner_nobody_told_us_about_is_unknown_rather_than_active() -> None:
    found = line("owner", contact_saved(owner_id="zoe"), sender_id="zoe")

    assert (found.rule, found.severity, found.counts_as) == ("owner.unknown", "unknown", "caution")
    assert line("owner", contact_saved(owner_id="zoe"), member_added("zoe", "Zoe"), sender_id="zoe").rule == "ok"


@pytest.mark.req("BO1")
@pytest.mark.parametrize(
    ("phones", "custom", "rule"),
    [
        (("+4930123456",), {}, "ok"),
        (("+4930123456",), {"timezone": "America/New_York"}, "quiet_hours.now"),
        (("+12125550123",), {}, "quiet_hours.now"),
        (("+12125550123",), {"timezone": "Europe/Berlin"}, "ok"),
        (("+4930123456", "+12125550123"), {}, "quiet_hours.now"),
        ((), {"timezone": "Europe/Berlin"}, "ok"),
        (("+4930123456",), {"timezone": ""}, "ok"),
        (("+4930123456",), {"timezone": "Berlin, mostly"}, "quiet_hours.unknown"),
    ],
)
def test_it_is_the_hour_of_their_own_zone_else_that_of_their_primary_number(phones: tuple[str, ...], custom: Any, rule: str) -> None:
    morning = ago(hours=5)  # 09:00 in Berlin, 03:00 in New York
    numbers = tuple(Phone(typed=number, e164=number, primary=number == phones[-1]) for number in phones)

    assert line("quiet_hours", contact_saved(phones=numbers, custom=custom), channel=Channel.PHONE, now=morning).rule == rule

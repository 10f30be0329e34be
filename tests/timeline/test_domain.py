"""What a viewer may see of an entry, and what becomes of a note."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from tests.support.timeline_builders import NOON, entry
from timeline.domain import Edit, Entry, Note, Viewer, outline, seen_by

ANN = Viewer("ann", frozenset({"viewer", "member"}))
BOB = Viewer("bob", frozenset({"viewer", "member", "manager"}))
BARE_FACT = {"id", "at", "kind", "type", "source", "actor", "refs", "visibility", "backfill"}


def test_everybody_sees_what_has_no_limit() -> None:
    assert seen_by(entry(), ANN) == entry()


@pytest.mark.req("DP8")
def test_what_is_for_a_role_is_seen_by_that_role_only() -> None:
    for_managers = entry(visibility="role:manager")

    assert seen_by(for_managers, ANN) is None
    assert seen_by(for_managers, BOB) == for_managers


@pytest.mark.req("MB6")
def test_of_a_private_mailbox_others_see_the_bare_fact() -> None:
    mail = entry(
        visibility="mailbox",
        type="crm.mail.message.sent.v1",
        sentence='Email "Your salary" sent',
        text="You will earn more",
        details={"subject": "Your salary"},
        actor="ann",
    )

    assert seen_by(mail, ANN) == mail
    seen = seen_by(mail, BOB)
    assert seen is not None
    assert (seen.sentence, seen.text, seen.details) == ("Message sent", "", {})
    as_it_was = {field.name for field in fields(Entry) if getattr(seen, field.name) == getattr(mail, field.name)}
    assert as_it_was == BARE_FACT, "seen_by in timeline/domain.py decides about a new field"


def test_an_unknown_word_for_visibility_hides() -> None:
    assert seen_by(entry(visibility="lawyers"), BOB) is None


def test_a_type_reads_as_words() -> None:
    assert outline("crm.finance.credit_note.issued.v1") == "Credit note issued"


@pytest.mark.req("DP5")
def test_an_edited_note_keeps_what_it_said_before() -> None:
    note = Note("n1", "c1", "c1", "call at noon", "ann", NOON, NOON)

    later = NOON + timedelta(hours=1)
    edited = note.edited("call at one", "bob", later)

    assert (edited.text, edited.version, edited.author_id) == ("call at one", 2, "ann")
    assert (edited.created_at, edited.updated_at) == (NOON, later)
    assert edited.history == (Edit("call at noon", "bob", later),)


def test_a_removed_note_is_a_version_later_and_says_what_it_said() -> None:
    note = Note("n1", "c1", "c1", "call at noon", "ann", NOON, NOON, version=2)

    later = NOON + timedelta(hours=1)

    assert note.removed(later) == Note("n1", "c1", "c1", "call at noon", "ann", NOON, later, version=3, deleted=True)


def test_a_note_is_changed_by_its_author_or_a_manager() -> None:
    note = Note("n1", "c1", "c1", "call at noon", "ann", NOON, NOON)

    assert note.may_be_changed_by(ANN)
    assert note.may_be_changed_by(BOB)
    assert not note.may_be_changed_by(Viewer("eve", ANN.roles))

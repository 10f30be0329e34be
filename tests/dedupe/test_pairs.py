"""A pair follows from its two contacts and from what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dedupe.domain.commonness import Commonness
from dedupe.domain.indexed import Card, IndexedContact, newest_of
from dedupe.domain.pairs import Decision, Neighbourhood, Pair, Parting, Status, Verdict, decided, in_force, pair_id, taken_back
from dedupe.domain.pairs import judged as judged_by
from dedupe.domain.ruleset import DEFAULT, Rules
from tests.support.dedupe_builders import indexed, person

ADA = indexed("c1", person("Ada Lovelace", "ada@example.org"))
AGAIN = indexed("c2", person("Ada Lovelace", "ADA@example.org"))
OTHER = indexed("c2", person("Grace Hopper", "grace@example.org"), sequence=2)


WITH_PHONE = indexed("c2", person("Ada Lovelace", "ada@example.org", phone="4155551234"), sequence=3)


def judged(one: IndexedContact, other: IndexedContact, known: Pair | None, partings: Sequence[Parting] = ()) -> Pair | None:
    return judged_by(one, other, known, partings, rules=DEFAULT)


def suspicion() -> Pair:
    pair = judged(ADA, AGAIN, None)
    assert pair is not None
    return pair


def dismissed(pair: Pair, one: IndexedContact, other: IndexedContact, by: str, reason: str | None) -> Pair:
    return decided(pair, one, other, Verdict.TWO_PEOPLE, by=by, reason=reason)


def test_a_pair_has_one_id_whoever_comes_first() -> None:
    assert pair_id("c1", "c2") == pair_id("c2", "c1") != pair_id("c1", "c3")


def test_the_id_of_a_pair_is_for_ever() -> None:
    assert pair_id("c1", "c2") == "62863b3073ab1b58ef94c7a219dc3b83", "stored pairs and links to them have this id"


def test_two_who_look_alike_are_suspected_whichever_is_judged_first() -> None:
    pair = judged(ADA, AGAIN, None)

    assert pair is not None
    assert (pair.pair_id, pair.status, pair.contact_ids, pair.version) == (pair_id("c1", "c2"), Status.SUSPECTED, ("c1", "c2"), 1)
    assert judged(AGAIN, ADA, None) == pair


def test_two_who_look_alike_and_share_no_key_are_no_pair() -> None:
    assert judged(ADA, replace(AGAIN, keys=frozenset()), None) is None


def test_what_was_taken_back_counts_until_a_merge_is_undone_later() -> None:
    undone = [Parting("c1", "c2", 1, ADA.identity), Parting("c2", "c1", 1, AGAIN.identity)]
    apart = dismissed(suspicion(), ADA, AGAIN, "ann", None)

    open_again = taken_back(apart, ADA, AGAIN, by="mel", reason=None, rules=DEFAULT)

    assert (open_again.status, open_again.version, open_again.reasons) == (Status.SUSPECTED, 3, apart.reasons)
    assert taken_back(open_again, ADA, AGAIN, by="mel", reason=None, rules=DEFAULT) is open_again
    assert judged(ADA, AGAIN, open_again, undone) is open_again
    later = judged(ADA, AGAIN, open_again, [replace(side, sequence=2) for side in undone])
    assert later is not None
    assert later.status is Status.DISMISSED


def test_two_who_do_not_look_alike_are_no_pair() -> None:
    assert judged(ADA, OTHER, None) is None


def test_nothing_new_is_the_same_pair_and_no_new_version() -> None:
    pair = judged(ADA, AGAIN, None)

    assert judged(ADA, AGAIN, pair) is pair


def test_an_edit_withdraws_a_pair_and_another_one_brings_it_back() -> None:
    suspected = judged(ADA, AGAIN, None)
    withdrawn = judged(ADA, OTHER, suspected)
    back = judged(ADA, AGAIN, withdrawn)

    assert withdrawn is not None
    assert back is not None
    assert suspected is not None
    assert (withdrawn.status, withdrawn.version) == (Status.WITHDRAWN, 2)
    assert back.reasons == suspected.reasons != withdrawn.reasons
    assert (back.status, back.version) == (Status.SUSPECTED, 3)


def test_who_is_gone_is_in_no_pair() -> None:
    pair = judged(ADA, IndexedContact.away("c2", 2), judged(ADA, AGAIN, None))

    assert pair is not None
    assert (pair.status, pair.score, pair.reasons) == (Status.WITHDRAWN, 0.0, ())


def test_a_merge_confirms_the_pair() -> None:
    pair = judged(ADA, IndexedContact.away("c2", 2, merged_into="c1"), judged(ADA, AGAIN, None))

    assert pair is not None
    assert (pair.status, pair.score, pair.reasons) == (Status.CONFIRMED, 1.0, ())


@pytest.mark.req("CD7")
def test_a_dismissed_pair_stays_dismissed_until_an_identifying_field_changes() -> None:
    dismissal = dismissed(suspicion(), ADA, AGAIN, "ann", "father and daughter")
    retitled = indexed("c2", person("ADA  Lovelace", "ada@Example.org", job_title="Countess"), sequence=2)

    unchanged, changed = judged(ADA, retitled, dismissal), judged(ADA, WITH_PHONE, dismissal)

    assert unchanged is not None
    assert changed is not None
    assert dismissal.decision is not None
    assert (dismissal.status, dismissal.version) == (Status.DISMISSED, 2)
    assert (dismissal.decision.by, dismissal.decision.reason) == ("ann", "father and daughter")
    assert unchanged.status is Status.DISMISSED
    assert changed.status is Status.SUSPECTED


@pytest.mark.req("CD7")
def test_an_edit_and_its_undoing_leave_a_dismissal_standing() -> None:
    edited = judged(ADA, OTHER, dismissed(suspicion(), ADA, AGAIN, "ann", None))
    undone = judged(ADA, AGAIN, edited)

    assert edited is not None
    assert undone is not None
    assert (edited.status, undone.status) == (Status.WITHDRAWN, Status.DISMISSED)


def test_a_ruleset_that_reads_names_better_leaves_a_dismissal_standing() -> None:
    otherwise = replace(AGAIN, profile=replace(AGAIN.profile, given="augusta"), ruleset="an earlier one")
    dismissal = dismissed(suspicion(), ADA, otherwise, "ann", None)

    assert judged(ADA, otherwise.normalised_anew(), dismissal).status is Status.DISMISSED  # type: ignore[union-attr]


def test_dismissing_twice_is_dismissing_once() -> None:
    dismissal = dismissed(suspicion(), ADA, AGAIN, "ann", None)

    assert dismissed(dismissal, ADA, AGAIN, "bob", None) is dismissal


def test_dismissing_what_was_edited_since_is_of_what_they_are_now() -> None:
    dismissal = dismissed(suspicion(), ADA, AGAIN, "ann", None)

    again = dismissed(dismissal, ADA, WITH_PHONE, "bob", None)

    now = judged(ADA, WITH_PHONE, again)

    assert again.version == 3
    assert now is not None
    assert now.status is Status.DISMISSED


def test_who_is_said_to_be_one_person_waits_for_the_merge_until_an_identifying_field_changes() -> None:
    confirmed = decided(suspicion(), ADA, AGAIN, Verdict.ONE_PERSON, by="ann", reason=None)

    unchanged, changed = judged(ADA, replace(AGAIN, sequence=2), confirmed), judged(ADA, OTHER, confirmed)

    assert (confirmed.status, confirmed.version, confirmed.strength) == (Status.TO_MERGE, 2, 1.0)
    assert unchanged is confirmed
    assert changed is not None
    assert changed.status is Status.WITHDRAWN


def test_what_was_said_of_two_holds_also_where_they_no_longer_look_alike_by_other_rules() -> None:
    confirmed = decided(suspicion(), ADA, AGAIN, Verdict.ONE_PERSON, by="ann", reason=None)

    after = judged_by(ADA, AGAIN, confirmed, rules=Rules(certain=1.1, suspected=1.1, revision=1))

    assert after is not None
    assert after.status is Status.TO_MERGE


def test_a_merge_that_was_undone_counts_more_than_what_was_said_before_it() -> None:
    confirmed = decided(suspicion(), ADA, AGAIN, Verdict.ONE_PERSON, by="ann", reason=None)
    partings = [Parting("c1", "c2", 3, ADA.identity, "bob"), Parting("c2", "c1", 3, AGAIN.identity, "bob")]

    undone = judged(replace(ADA, sequence=3), replace(AGAIN, sequence=3), confirmed, partings)
    assert undone is not None
    again = decided(undone, replace(ADA, sequence=3), replace(AGAIN, sequence=3), Verdict.ONE_PERSON, by="ann", reason=None)

    assert undone.status is Status.DISMISSED
    assert in_force(ADA, AGAIN, again, partings) == again.decision


def test_a_merge_is_a_decision_with_what_had_been_found() -> None:
    suspected = suspicion()
    merged = judged(ADA, IndexedContact.away("c2", 2, merged_into="c1"), suspected)

    assert merged is not None
    assert merged.decision == Decision(Verdict.ONE_PERSON, None, "", findings=suspected.reasons)


def test_other_rules_that_change_nothing_are_no_new_version() -> None:
    suspected = suspicion()

    after = judged_by(ADA, AGAIN, suspected, rules=Rules(revision=7))

    assert after == replace(suspected, ruleset=Rules(revision=7).version)


def test_other_weights_alone_are_kept_and_no_new_version() -> None:
    suspected = suspicion()
    many = Rules(commonness=Commonness(20_000, {"surname": {"lovelace": 300}}), revision=7)

    after = judged_by(ADA, AGAIN, suspected, rules=many)

    assert after is not None
    assert (after.version, after.status, after.ruleset) == (1, Status.SUSPECTED, many.version)
    assert after.reasons != suspected.reasons


def test_another_threshold_of_what_is_certain_is_a_new_version() -> None:
    suspected = suspicion()

    after = judged_by(ADA, AGAIN, suspected, rules=Rules(certain=1.1, revision=1))

    assert suspected.certain
    assert after is not None
    assert (after.certain, after.version) == (False, 2)


def test_everybody_near_and_every_pair_is_judged_once() -> None:
    known = {each: indexed(each, person("Ada Lovelace")) for each in ("c1", "c2", "c3")}
    pair = judged(ADA, indexed("c3", person("Ada Lovelace", "ada@example.org")), None)
    unknown = judged(ADA, indexed("c9", person("Ada Lovelace", "ada@example.org")), None)
    assert pair is not None
    assert unknown is not None
    near = {"c1": frozenset({"c1", "c2"}), "c2": frozenset({"c1"})}

    around = Neighbourhood(known, near, {pair.pair_id: pair, unknown.pair_id: unknown})

    assert sorted(around.couples(), key=lambda couple: couple[1].contact_id) == [(known["c1"], known["c2"]), (known["c1"], known["c3"])]


def test_of_several_versions_in_a_batch_the_newest_counts() -> None:
    assert newest_of([AGAIN, OTHER, ADA, AGAIN]) == [OTHER, ADA]


def test_what_is_shown_of_a_contact_is_kept_with_it() -> None:
    ada = indexed("c1", person("Ada Lovelace", "ada@example.org"), sequence=3)

    assert (ada.sequence, ada.card.name, ada.card.emails) == (3, "Ada Lovelace", ("ada@example.org",))
    assert Card(last_name="Lovelace").name == "Lovelace"
    assert IndexedContact.away("c2", 3, merged_into="c1") == IndexedContact("c2", 3, gone=True, merged_into="c1")

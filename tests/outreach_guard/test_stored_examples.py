"""Facts as they were stored are read for ever, and mean what they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from outreach_guard.domain.card import Account, Card, Member
from outreach_guard.domain.dossier import VIEWS, Dossier
from outreach_guard.domain.facts import Kind
from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Purpose
from outreach_guard.domain.verdict import preflight
from outreach_guard.mongo_store.documents import fact_document, fact_from, lifted, view_from
from shared.mongo import Document
from tests.outreach_guard.stored_examples import EXAMPLES, NEWEST, read, stored, story
from tests.support.guard_builders import ADA, NOW, fresh, question

FILES = sorted(EXAMPLES.glob("*/*.json"))
FORMS = sorted({path.stem for path in FILES})


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_stored_fact_can_be_read_and_written_again(path: Path) -> None:
    for document in read(path):
        fact = fact_from(document)

        assert type(view_from(document)) is VIEWS[Kind(path.parent.name)]
        assert fact_from(fact_document(fact, document)) == fact


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_that_was_stored_is_lost_on_the_rules(path: Path) -> None:
    for document in read(path):
        seen, state = view_from(document), lifted(document)["state"]

        assert set(state) <= set(type(seen).model_fields)
        assert {name for name, value in state.items() if value is not None and getattr(seen, name) is None} == set()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("purpose", Purpose)
def test_facts_stored_long_ago_mean_what_the_same_events_mean_today(form: str, purpose: Purpose) -> None:
    then = [document for path in FILES if path.stem == form for document in read(path)]

    assert rules(then, purpose) == rules(stored(story()), purpose)
    assert len(set(rules(then, purpose).values()) - {"ok"}) > 7


def rules(documents: list[Document], purpose: Purpose) -> dict[str, str]:
    views = [view for view in map(view_from, documents) if not isinstance(view, Account | Member)]
    dossier = Dossier.of(ADA, views)
    assert dossier is not None
    return {line.check: line.rule for line in preflight(dossier, question(purpose=purpose), Policy(), fresh(), NOW).lines}


def test_every_kind_has_an_example_in_the_newest_form() -> None:
    missing = {f"{kind}/form-{NEWEST}" for kind in Kind} - set(map(_name, FILES))

    assert not missing, "run: python -m tests.outreach_guard.stored_examples"


def test_a_stored_card_comes_with_its_surroundings() -> None:
    (card,) = [view for path in FILES if path.parent.name == Kind.CONTACT for view in map(view_from, read(path))][:1]

    assert isinstance(card, Card)
    assert card.context.owner is not None
    assert [account.id for account in card.context.accounts] == ["a1", "a2"]

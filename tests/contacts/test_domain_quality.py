"""How much a person found in a mailbox is worth a look."""

from __future__ import annotations

import pytest

from contacts.domain.quality import Correspondent, Ours, ours, quality

US = ours(frozenset({"bo@us.example", "cy@gmail.com"}), {"sales@desk.example": "box-1"})


@pytest.mark.req("SR5")
@pytest.mark.parametrize(
    ("address", "counts", "traffic"),
    [
        ("ada@kestrel.example", {"received": 1}, "one_off"),
        ("ada@kestrel.example", {"received": 9}, "one_off"),
        ("ada@kestrel.example", {"received": 1, "sent": 1}, "two_way"),
        ("ada@kestrel.example", {"received": 1, "automated": 3}, "one_off"),
        ("ada@kestrel.example", {"automated": 1}, "automated"),
        ("ada@kestrel.example", {"automated": 1, "sent": 2}, "automated"),
        ("ada@kestrel.example", {"sent": 2}, None),
        ("ada@kestrel.example", {}, None),
        ("info@kestrel.example", {"received": 1}, "automated"),
        ("info@kestrel.example", {"received": 1, "sent": 1}, "two_way"),
        ("noreply@kestrel.example", {"received": 1, "sent": 1}, "automated"),
        ("no-reply+42@kestrel.example", {"received": 1}, "automated"),
        ("bounces-77@kestrel.example", {"received": 1}, "automated"),
    ],
)
def test_the_hint_follows_from_how_much_was_written_to_and_fro(address: str, counts: dict[str, int], traffic: str | None) -> None:
    assert Correspondent.model_validate({"address": address, **counts}).traffic == traffic


@pytest.mark.req("SR5")
@pytest.mark.parametrize("address", ["bo@us.example", "new@us.example", "cy@gmail.com", "sales@desk.example", "other@desk.example"])
def test_whoever_has_an_address_or_a_domain_of_ours_is_a_colleague(address: str) -> None:
    hint = quality("two_way", address, US)

    assert hint is not None
    assert (hint.hint, hint.preselected) == ("colleague", False)


@pytest.mark.req("SR5")
@pytest.mark.parametrize("address", ["ada@kestrel.example", "ada@gmail.com", "bo@deep.us.example"])
def test_whoever_has_another_is_none_and_a_free_mailbox_says_nothing(address: str) -> None:
    hint = quality("two_way", address, US)

    assert hint is not None
    assert (hint.hint, hint.preselected) == ("two_way", True)


@pytest.mark.req("SR5")
def test_noise_is_not_preselected_and_every_hint_is_a_sentence() -> None:
    hints = [quality(traffic, "ada@kestrel.example", Ours()) for traffic in ("two_way", "one_off", "automated")]

    assert [hint and hint.preselected for hint in hints] == [True, False, False]
    assert all(hint is not None and hint.text.endswith(".") for hint in hints)
    assert quality(None, "ada@kestrel.example", US) is None

"""Ids are written by hand; everybody else takes them for UUIDs."""

from __future__ import annotations

import uuid

from shared.contracts.ids import new_id


def test_an_id_is_a_random_uuid_as_it_is_usually_written() -> None:
    made = [new_id() for _ in range(1_000)]

    read = [uuid.UUID(one) for one in made]
    assert {(one.version, one.variant) for one in read} == {(4, uuid.RFC_4122)}
    assert made == [str(one) for one in read]
    assert len(set(made)) == 1_000

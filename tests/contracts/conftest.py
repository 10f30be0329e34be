"""Every producer is in the catalogue before a test is collected, and one comes and goes."""

from __future__ import annotations

import pytest

from shared.contracts import all as _every_producer  # noqa: F401 - what it finds is registered
from shared.contracts import catalogue
from shared.contracts.parties import Upstream
from tests.contracts import parcels


@pytest.fixture
def a_catalogue_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone when it ends."""
    monkeypatch.setattr(catalogue, "_models", dict(catalogue._models))
    monkeypatch.setattr(catalogue, "_upcasters", dict(catalogue._upcasters))


@pytest.fixture
def parcel(a_catalogue_of_its_own: None) -> type[Upstream]:
    """`crm.parcels` is known, with a type in its third version."""
    return parcels.register()

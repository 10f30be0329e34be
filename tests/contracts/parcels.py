"""What the parcels service says: a producer in its third version, which is in the catalogue only while a test needs it."""

from __future__ import annotations

from typing import Any

from shared.contracts.catalogue import upcasts
from shared.contracts.parties import Upstream
from tests.contracts.stories.telling import Story

SOURCE = "/services/parcels"
TOPIC = "crm.parcels"

SENT = "crm.parcels.parcel.sent"
FIRST, SECOND, THIRD, FOURTH = (f"{SENT}.v{major}" for major in (1, 2, 3, 4))

STORY = Story(
    "crm.parcels.parcel",
    "to-oakland",
    "par_7",
    {"parties": [{"contact_id": "con_ada"}], "carrier": "Albatross"},
    (
        ("sent", {"kilos": 2, "address": "1 Quay, Oakland"}),
        ("sent.v2", {"grams": 2000, "address": "1 Quay, Oakland"}),
        ("sent.v3", {"grams": 2000, "city": "Oakland"}),
    ),
)
"""The same in each version there has been."""


def register() -> type[Upstream]:
    """The module of a producer that twice had to change what it says."""

    class ParcelSent(Upstream, type=THIRD):
        """A parcel is on its way."""

        grams: int
        city: str
        carrier: str | None = None

    @upcasts(FIRST, SECOND)
    def _in_grams(data: dict[str, Any]) -> dict[str, Any]:
        data["grams"] = data.pop("kilos") * 1000
        return data

    @upcasts(SECOND, THIRD)
    def _city_of_the_address(data: dict[str, Any]) -> dict[str, Any]:
        data["city"] = data.pop("address").split(", ")[-1]
        return data

    return ParcelSent

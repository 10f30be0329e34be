"""Whether our reading of a message says all that the message says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from email.utils import parseaddr
from typing import Any

from shared.contracts.catalogue import lifted, models
from shared.contracts.envelope import read


def lost(message: bytes) -> set[str]:
    """The places of a message that are not in the event it is read as.

    What an old version says is what its upcasters make of it; that they leave out a field which the newest still has is a loss too.
    """
    sent = json.loads(message)
    current, data = lifted(sent["type"], sent["data"])
    written = json.loads(read(message).to_json())
    return {*differences({**sent, "type": current, "data": data}, written), *_left_out(sent["data"], data, current)}


def _left_out(sent: dict[str, Any], said: Any, current: str) -> Iterator[str]:
    known = {info.alias or field for field, info in models()[current].model_fields.items() if not info.exclude}  # as it is on the wire
    yield from (f"data.{name}" for name, value in sent.items() if value is not None and name in known and name not in said)


def differences(sent: Any, written: Any, path: str = "") -> Iterator[str]:
    """The places of what was sent and is not written any more, or means something else; null is the same as absent."""
    if isinstance(sent, dict) and isinstance(written, dict):
        for name, value in sent.items():
            place = f"{path}.{name}".lstrip(".")
            if name in written:
                yield from differences(value, written[name], place)
            elif value is not None:
                yield place
    elif isinstance(sent, list) and isinstance(written, list) and len(sent) == len(written):
        for index, pair in enumerate(zip(sent, written, strict=True)):
            yield from differences(*pair, f"{path}[{index}]")
    elif not _means_the_same(sent, written):
        yield path


def _means_the_same(sent: Any, written: Any) -> bool:
    if isinstance(written, dict):  # an attendee given as a bare address
        return bool(written == {"email": sent})
    if sent == written or not isinstance(written, str):
        return bool(sent == written)
    return _number(sent) == _number(written) or _moment(sent) == _moment(written) or parseaddr(str(sent))[1] == written


def _number(value: Any) -> Decimal | object:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return object()


def _moment(value: Any) -> datetime | object:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return object()

"""docs/events.md: what a producer or a consumer needs to know of every event, made from the models."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.contracts.all import topics
from shared.contracts.catalogue import EventData, also_read, models, topic_of
from shared.contracts.contacts import SOURCE, Contact, ContactCreated, Email
from shared.contracts.envelope import Event
from shared.contracts.export.recipes import NEW_TYPE, NEW_VERSION, PUBLISHING
from shared.contracts.export.schemas import Schema, definition, plain_schema
from shared.contracts.parties import Upstream

_HEAD = """# The events

Made by `python -m shared.contracts.export` from `shared/src/shared/contracts`: edit the models, not this page. The same models give the
JSON Schemas in `shared/schemas/`; messages as they cross the wire are in `shared/examples/<type>/`.

Every message is a [CloudEvent](https://cloudevents.io) 1.0 in structured JSON (`application/cloudevents+json`). Its topic is the first two
words of its type: `crm.tickets.ticket.created.v1` travels on `crm.tickets`. Delivery is at least once, in order per key only.

Readers are tolerant: unknown fields and unknown types are ignored, null is the same as absent, a list of words such as *low, normal, high*
names the known ones and others are read too. An optional field may be added at any time. Whatever would make an old message unreadable
(a new required field, a narrower type, a dropped field) is a new major version with an upcaster; the export refuses anything else. Below, a
type of which older versions are *also read* is published as the newest; an old message becomes one of those when it is read.
"""


def catalogue() -> str:
    """The whole page."""
    lines = [
        _HEAD,
        "## Envelope\n",
        *_table(plain_schema(Event)),
        "",
        PUBLISHING + _published() + "\n```\n",
        NEW_TYPE,
        NEW_VERSION,
        "## What we read\n",
        "The data of each of these may carry the following too; it is not repeated below.\n",
        *_table(plain_schema(Upstream)),
        "",
        *_parts(plain_schema(Upstream)),
    ]
    for topic in topics(upstream=True):
        lines += _producer(topic, told=("Party", *Upstream.model_fields))
    lines.append("## What we publish\n")
    for topic in topics(upstream=False):
        lines += _producer(topic)
    return "\n".join(lines)


def _published() -> str:
    """The event of the code above, as it is sent but on one line."""
    email = Email(typed="Ada@Example.org", normalised="ada@example.org", primary=True)
    event = Event.model_validate(
        {
            "id": "0d9f9a0e-6f0c-4c57-9a35-0d2f3c6f6f01",
            "source": SOURCE,
            "type": ContactCreated.TYPE,
            "subject": "con_1",
            "time": "2025-03-03T09:30:00Z",
            "workspaceid": "acme",
            "partitionkey": "acme:con_1",
            "sequence": 1,
            "actorid": "mem_7",
            "actortype": "user",
            "data": ContactCreated(contact=Contact(id="con_1", version=1, first_name="Ada", emails=(email,))),
        }
    )
    return event.model_dump_json(indent=2, exclude_unset=True, by_alias=True)


def _producer(topic: str, told: tuple[str, ...] = ()) -> Iterator[str]:
    """A section: its aggregates, then what their fields are made of. `told` are the fields and parts described above."""
    aggregates: dict[str, dict[str, type[EventData]]] = {}
    for event_type, model in models().items():
        if topic_of(event_type) == topic:
            aggregate, event = event_type.removeprefix(f"{topic}.").split(".", 1)
            aggregates.setdefault(aggregate, {})[event] = model
    first = next(model for events in aggregates.values() for model in events.values())
    yield f"### {topic}\n"
    yield f"{_first_line(sys.modules[first.__module__].__doc__)}\n"
    parts: Schema = {}
    for aggregate, events in aggregates.items():
        schemas = {event: plain_schema(model) for event, model in events.items()}
        yield f"#### {topic}.{aggregate}\n"
        yield from _events(f"{topic}.{aggregate}", schemas, told)
        for schema in schemas.values():
            parts |= schema.get("$defs", {})
    yield from _parts({"$defs": parts}, told)


def _events(stem: str, schemas: Mapping[str, Schema], told: Iterable[str]) -> Iterator[str]:
    """What most events of an aggregate carry, then each with what only it has, or has not."""
    common = _common([schema.get("properties", {}) for schema in schemas.values()], told)
    yield from _table({**next(iter(schemas.values())), "properties": common})
    yield ""
    yield "| event | what happened | data of its own |"
    yield "|---|---|---|"
    for event, schema in schemas.items():
        fields = schema.get("properties", {})
        own = [_in_line(name, schema) for name in fields if name not in common and name not in told]
        without = [f"no `{name}`" for name in common if name not in fields]
        happened = _first_line(schema.get("description")) + _also_read(f"{stem}.{event}")
        yield f"| `{event}` | {happened} | {'; '.join(own + without)} |"
    yield ""


def _also_read(event_type: str) -> str:
    """The versions that are read as this one, with the schemas they had."""
    versions = [f"[{old.rpartition('.')[2]}](../shared/schemas/{old}.json)" for old, newest in also_read().items() if newest == event_type]
    return f" Also read: {', '.join(versions)}." if versions else ""


def _common(all_fields: Sequence[Schema], told: Iterable[str]) -> Schema:
    """The fields that more than half of the events have, where none means something else by the name."""
    carried = Counter(name for fields in all_fields for name in fields)
    forms = {name: [fields[name] for fields in all_fields if name in fields] for name in carried if name not in told}
    return {
        name: first for name, (first, *others) in forms.items() if 2 * carried[name] > len(all_fields) and all(o == first for o in others)
    }


def _parts(schema: Schema, told: Iterable[str] = ()) -> Iterator[str]:
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part and name not in told:
            yield f"**{name}**: {_first_line(part.get('description'))}\n"
            yield from _table({**part, "$defs": schema["$defs"]})
            yield ""


def _table(schema: Schema) -> Iterator[str]:
    if schema.get("properties"):
        yield "| field | type | required | meaning |"
        yield "|---|---|---|---|"
    for name, field in schema.get("properties", {}).items():
        required = "yes" if name in schema.get("required", ()) else ""
        yield f"| `{name}` | {_kind(field, schema)} | {required} | {_cell(field.get('description', ''))} |"


def _in_line(name: str, schema: Schema) -> str:
    field = schema["properties"][name]
    required = " (required)" if name in schema.get("required", ()) else ""
    meaning = f": {field['description']}" if "description" in field else ""
    return f"`{name}` {_kind(field, schema)}{required}{meaning}"


def _kind(field: Schema, schema: Schema) -> str:
    kinds = [_one_kind(alternative, schema) for alternative in field.get("anyOf", [field])]
    return " or ".join(dict.fromkeys(kind for kind in kinds if kind != "null"))


def _one_kind(field: Schema, schema: Schema) -> str:
    if "$ref" in field:
        return str(definition(field, schema).get("title", "any"))
    match field.get("type"):
        case "array":
            return f"list of {_kind(field.get('items') or field['prefixItems'][0], schema)}"
        case "object":
            values = field.get("additionalProperties")
            return f"object of {_kind(values, schema)}" if isinstance(values, dict) else "object"
        case "string" if "format" in field:
            return "time" if field["format"] == "date-time" else str(field["format"])
        case kind:
            return str(kind or "any")


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n", 1)[0]


def _cell(text: str) -> str:
    """Markdown would take `<name>` for a tag outside of code."""
    return text if "`" in text else text.replace("<", "&lt;")

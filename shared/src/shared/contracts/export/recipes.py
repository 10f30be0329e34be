"""What docs/events.md says to those who publish: how an event is sent, and what a new type and a new version of one need."""

from __future__ import annotations

PUBLISHING = """## Publishing

From outside, with nothing of ours: [integrating.md](integrating.md). A service of this repository writes

```python
event = Event.of(
    ContactCreated(contact=Contact(id="con_1", version=1, first_name="Ada", emails=(email,))),
    source=contacts.SOURCE,
    workspace="acme",
    subject="con_1",  # the aggregate's id; the record key follows: acme:con_1
    sequence=1,  # the aggregate's version
    time=now,
    actorid="mem_7",
    actortype="user",
)
tx.publish(event)  # an outbox row of the same transaction; the relay sends it
```

On the wire that is

```json
"""

NEW_TYPE = """### A new type

1. `shared/src/shared/contracts/<producer>.py`: a class beside its siblings, `class TicketEscalated(Ticket, type=...)`. A new producer is a
   new module with `TOPIC`, `SOURCE` and payloads that are `Upstream`. Nothing lists either.
2. `tests/contracts/stories`: tell it; then `python -m tests.contracts.write_examples` and `python -m shared.contracts.export`.
3. `services/timeline/src/timeline/translate/<producer>.py`: beside siblings a type reads by its name, `Ticket #31 escalated`, by itself.
   A sentence of its own, or that it is no line at all, is said here; a new producer is a new module with a `TABLE`.
4. `services/gateway/src/gateway/views/timeline.py`: a new kind of line needs an icon and a word in `KINDS`, and a place in `CHIPS`.
5. Where it counts for the verdict: `services/outreach-guard/src/outreach_guard/translate`. Whether the demo tells it is up to you:
   `shared/src/shared/devstack/demo/stories`.
"""

NEW_VERSION = """### A new major version

For what old messages can not say as it stands; an optional field needs none. All of it is in the producer's module, unless consumers
have to mean something else by what changed.

```python
class Weight(Value):
    amount: float
    unit: str = "kg"


class ParcelSent(Upstream, type="crm.parcels.parcel.sent.v2"):  # was: type="...sent.v1"; there is one class, of the newest version
    \"\"\"A parcel is on its way.\"\"\"

    weight: Weight  # was: kilos: float


@upcasts("crm.parcels.parcel.sent.v1", ParcelSent.TYPE)  # beside the class: whoever knows one knows the other
def _weight_has_a_unit(data: dict[str, Any]) -> dict[str, Any]:
    data["weight"] = {"amount": data.pop("kilos"), "unit": "kg"}
    return data
```

- **Reading.** A message of v1 is an event of v2 before anybody sees it, in `type` as in `data`. The upcaster is given a copy of what was
  sent, without nulls and validated by nobody, and takes out what it has read: an optional field may be absent, a `KeyError` is a message
  that does not fit. A v3 later lifts v2 alone.
- **Siblings.** A field of the base class is in every sibling. Where the producer changed one type only, that class overrides the field and
  the base class keeps it; where all changed, the base class changes and each type is lifted. Consumers read the family: in code the field
  is to be of one type in all siblings, whatever it is on the wire.
- **Consumers.** Where only the form on the wire changes, keep the field's name and type in code (an `alias`; an annotated type like
  `Duration`, which reads one thing and writes another; `json_schema_input_type` tells the schema what is on the wire) and nobody has to
  follow. Where the meaning changes, look for the field in
  `services/*/src/*/translate` and in the demo's stories: nobody else knows it. A field that is gone in code is gone from the timeline's
  `details` too, without a complaint.
- **Who has stored it.** The guard keeps the fields its `translate` states, the timeline those in the `details` of an entry: what they
  kept before v2 has the old form and no upcaster. Let the new form be one that reads the old, or lift it in that service's `mongo_store`.
- **For ever.** The examples of v1 stay and must be read; so does its schema, which the export marks `deprecated`. Tell v2 in
  `tests/contracts/stories` as `("sent.v2", {...})`, in a story of its own (and with a subject of its own) where what the story always says
  has the old form; then run both commands of *A new type*. That nothing v1 says gets lost is tested by itself; that both versions come to
  the same is yours to test, beside the `translate` of whoever reads it.
  docs/integrating.md sends a real message: it names the newest version.
"""

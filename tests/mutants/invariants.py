"""For each invariant of the platform, ways to break it with one line. `path` is below the repository, `tests` are those that must fail."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGING = "shared/src/shared/messaging"
MONGO = "shared/src/shared/mongo"
CONTACTS = "services/contacts/src/contacts"
GUARD = "services/outreach-guard/src/outreach_guard"
TIMELINE = "services/timeline/src/timeline"

OUTBOX_TESTS = ("tests/shared/messaging/test_outbox.py", "tests/shared/messaging/test_relay.py")
CONSUMER_TESTS = ("tests/shared/messaging/test_reliability.py", "tests/shared/messaging/test_consumer.py")


@dataclass(frozen=True)
class Mutant:
    """One line of the product, wrong. `needs_kafka`: only a broker with real rebalances can tell."""

    invariant: str
    name: str
    path: str
    sound: str
    broken: str
    tests: tuple[str, ...]
    needs_kafka: bool = False


I1 = "I1 every acknowledged write is in MongoDB"
I2 = "I2 every outbox event is published at least once"
I3 = "I3 per aggregate first occurrences are 1..n without gap"
I4 = "I4 each effect exactly once"
I5 = "I5 no committed offset past an unhandled record"
I6 = "I6 after healing, lag and outbox go to nothing"
I7 = "I7 no workspace sees another's row"
I8 = "I8 the guard never permits more than it may"

MUTANTS = (
    # ---- I1 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I1,
        "a lost race is answered as if it was won",
        f"{CONTACTS}/mongo_store/contacts.py",
        "            raise StaleVersionError\n",
        "            return\n",
        ("tests/contacts",),
    ),
    Mutant(
        I1,
        "an address somebody else has is answered as saved",
        f"{CONTACTS}/mongo_store/contacts.py",
        "            raise _refusal(revision, there) from None\n",
        "            return\n",
        ("tests/contacts",),
    ),
    Mutant(
        I1,
        "the last writer wins over an edit it has not seen",
        f"{CONTACTS}/mongo_store/contacts.py",
        "where=change.where, session=session) is None",
        "session=session) is None",
        ("tests/contacts",),
    ),
    Mutant(
        I1,
        "a change leaves no history",
        f"{CONTACTS}/mongo_store/contacts.py",
        "        await self._history.insert(history_document(revision), session=session)\n",
        "",
        ("tests/contacts",),
    ),
    Mutant(
        I1,
        "a note that was changed meanwhile is answered as saved",
        f"{TIMELINE}/mongo_store/__init__.py",
        "                return False\n",
        "                return True\n",
        ("tests/timeline",),
    ),
    # ---- I2 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I2,
        "rows are marked whether the broker has them or not",
        f"{MESSAGING}/relay.py",
        " if not isinstance(answer, BaseException)]",
        "]",
        OUTBOX_TESTS,
    ),
    Mutant(
        I2,
        "of several events of one change only the first is written",
        f"{MESSAGING}/outbox.py",
        "for event in transaction.events]\n",
        "for event in transaction.events[:1]]\n",
        (*OUTBOX_TESTS, "tests/contacts"),
    ),
    Mutant(
        I2,
        "one shard is never looked at",
        f"{MESSAGING}/relay.py",
        "shards = self._leases.held()\n",
        "shards = self._leases.held()[1:]\n",
        OUTBOX_TESTS,
    ),
    Mutant(
        I2,
        "what publishes stops at the first trouble",
        f"{MESSAGING}/relay.py",
        "                await self._wait_out(error)\n                continue\n",
        "                await self._wait_out(error)\n                return\n",
        OUTBOX_TESTS,
    ),
    Mutant(
        I2,
        "events are written outside the transaction of their change",
        f"{MESSAGING}/outbox.py",
        "self.rows.delegate.insert_one(rows[0], session=session)",
        "self.rows.delegate.insert_one(rows[0])",
        (*OUTBOX_TESTS, "tests/contacts"),
    ),
    # ---- I3 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I3,
        "rows of an aggregate go out in any order",
        f"{MESSAGING}/relay.py",
        'for row in sorted(rows, key=lambda row: row["sequence"]):',
        'for row in sorted(rows, key=lambda row: -row["sequence"]):',
        OUTBOX_TESTS,
    ),
    Mutant(
        I3,
        "rows of an aggregate are in flight together",
        f"{MESSAGING}/relay.py",
        "            if depth == len(result):\n                result.append([])\n            result[depth].append(row)\n",
        "            if not result:\n                result.append([])\n            result[0].append(row)\n",
        OUTBOX_TESTS,
    ),
    Mutant(
        I3,
        "a version is one too high",
        f"{CONTACTS}/domain/revisions.py",
        "(before.version if before else 0) + len(happenings)",
        "(before.version + 1 if before else 0) + len(happenings)",
        ("tests/contacts",),
    ),
    Mutant(
        I3,
        "an earlier row beyond the limit is left for later",
        f"{MESSAGING}/relay.py",
        "        if all_of_them:\n            return rows\n",
        "        return rows\n",
        OUTBOX_TESTS,
    ),
    # ---- I4 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I4,
        "the inbox takes everything for new",
        f"{MESSAGING}/inbox.py",
        "if mark not in seen}",
        "}",
        ("tests/shared/messaging", "tests/contacts/test_handlers.py", "tests/dedupe/test_handlers.py"),
    ),
    Mutant(
        I4,
        "the inbox forgets to mark",
        f"{MESSAGING}/inbox.py",
        "        if fresh:\n",
        "        if not batch.events:\n",
        ("tests/shared/messaging", "tests/contacts/test_handlers.py", "tests/dedupe/test_handlers.py"),
    ),
    Mutant(
        I4,
        "an older snapshot replaces a newer one",
        f"{MONGO}/scoped.py",
        'newer = {"$lt": [',
        'newer = {"$gt": [',
        ("tests/shared/test_mongo.py", "tests/dedupe"),
    ),
    Mutant(
        I4,
        "the older thing said about a field wins",
        f"{GUARD}/domain/facts.py",
        "or register.stamp > known[name].stamp}",
        "or register.stamp < known[name].stamp}",
        ("tests/outreach_guard",),
    ),
    Mutant(
        I4,
        "the directory takes the older snapshot",
        "shared/src/shared/parties/directory.py",
        'where={"sequence": {"$lte": person.sequence}}',
        'where={"sequence": {"$gt": person.sequence}}',
        ("tests/shared/test_parties.py", "tests/shared/test_parties_index.py", "tests/timeline"),
    ),
    Mutant(
        I4,
        "partitions are given away with a batch in flight",
        f"{MESSAGING}/consumer.py",
        "            await asyncio.wait_for(self._idle.wait(), REVOKE_WAIT_S)\n",
        "            pass\n",
        ("tests/faults/test_rebalance.py",),
        needs_kafka=True,
    ),
    Mutant(
        I4,
        "records of partitions that were given away are handled all the same",
        f"{MESSAGING}/consumer.py",
        " if partition_of(record) in self._kafka.assignment()]",
        "]",
        CONSUMER_TESTS,
    ),
    # ---- I5 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I5,
        "offsets move before the effect",
        f"{MESSAGING}/consumer.py",
        "                await self._delivery.deliver(records)\n",
        "                self._progress.done(records)\n                await self._delivery.deliver(records)\n",
        CONSUMER_TESTS,
    ),
    Mutant(
        I5,
        "offsets are one too far",
        f"{MESSAGING}/progress.py",
        "record.offset + 1)",
        "record.offset + 2)",
        ("tests/shared/messaging",),
    ),
    Mutant(
        I5,
        "what a dead dependency kept waiting is not taken again",
        f"{MESSAGING}/consumer.py",
        "                self._kafka.seek(partition, offset)\n",
        "                pass\n",
        CONSUMER_TESTS,
    ),
    Mutant(
        I5,
        "a dead letter that could not be written is passed over",
        f"{MESSAGING}/reliability.py",
        "        raise DependencyDown(type(error).__name__) from error\n\n\ndef _is_down",
        "        log.warning(type(error).__name__)\n\n\ndef _is_down",
        ("tests/shared/messaging",),
    ),
    Mutant(
        I5,
        "a database that is down makes dead letters",
        f"{MESSAGING}/reliability.py",
        "            if _is_down(error):\n",
        "            if False:\n",
        CONSUMER_TESTS,
    ),
    Mutant(
        I5,
        "an error is caught and the batch goes on",
        f"{MESSAGING}/reliability.py",
        '                return Unreadable("failed", type(error).__name__)\n',
        "                return None\n",
        CONSUMER_TESTS,
    ),
    # ---- I6 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I6,
        "a consumer that waited says for ever that it waits",
        f"{MESSAGING}/consumer.py",
        "            self._moved()\n            self._waiting_for = None\n",
        "            self._moved()\n",
        CONSUMER_TESTS,
    ),
    Mutant(
        I6,
        "the shards of a dead relay stay with it",
        f"{MESSAGING}/leases.py",
        'return {"$expr": {"$lte": ["$expires", "$$NOW"]}}',
        'return {"$expr": {"$lte": ["$expires", {"$literal": datetime.fromtimestamp(0, UTC)}]}}',
        OUTBOX_TESTS,
    ),
    Mutant(
        I6,
        "the relay only works when it is woken",
        f"{MESSAGING}/relay.py",
        "                    await asyncio.wait_for(self._wake.wait(), POLL_S)\n",
        "                    await self._wake.wait()\n",
        OUTBOX_TESTS,
    ),
    Mutant(
        I6,
        "records that wait are not seen as a stall",
        f"{MESSAGING}/consumer.py",
        "        return time.monotonic() - self._moved_at > STALL_LIMIT_S\n",
        "        return False\n",
        ("tests/shared/messaging",),
    ),
    # ---- I7 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I7,
        "a filter of a caller is the only filter",
        f"{MONGO}/scoped.py",
        'return {"$and": [own, self._local_ids(where)]} if where else own\n',
        "return dict(self._local_ids(where)) if where else own\n",
        ("tests/shared/test_mongo.py",),
    ),
    Mutant(
        I7,
        "without a filter all are found",
        f"{MONGO}/scoped.py",
        "self._local_ids(where)]} if where else own\n",
        "self._local_ids(where)]} if where else {}\n",
        ("tests/shared/test_mongo.py",),
    ),
    Mutant(
        I7,
        "ids are the same in every workspace",
        f"{MONGO}/scoped.py",
        'self._prefix = f"{workspace}:"',
        'self._prefix = ":"',
        ("tests/shared/test_mongo.py",),
    ),
    Mutant(
        I7,
        "a record may be filed under another workspace than its key's",
        f"{MESSAGING}/records.py",
        "    if record.key != event.partitionkey.encode():\n",
        "    if record.key is None:\n",
        ("tests/shared/messaging", "tests/contracts"),
    ),
    Mutant(
        I7,
        "a handler gets the events of several workspaces as one's",
        f"{MESSAGING}/delivery.py",
        "sorted_events[event.workspaceid, handler].append(event)",
        "sorted_events[known[0][1].workspaceid, handler].append(event)",
        ("tests/shared/messaging",),
    ),
    # ---- I8 ----------------------------------------------------------------------------------------------------------------
    Mutant(
        I8,
        "a source that is silent stands in nobody's way",
        f"{GUARD}/domain/verdict.py",
        "        if not silent.isdisjoint(check.topics):\n",
        "        if False:\n",
        ("tests/outreach_guard",),
    ),
    Mutant(
        I8,
        "the mildest line decides",
        f"{GUARD}/domain/verdict.py",
        "worst = max(line.counts_as.rank for line in lines)",
        "worst = min(line.counts_as.rank for line in lines)",
        ("tests/outreach_guard",),
    ),
    Mutant(
        I8,
        "of the rules of a check the mildest counts",
        f"{GUARD}/domain/verdict.py",
        "    return max((_of(check",
        "    return min((_of(check",
        ("tests/outreach_guard",),
    ),
    Mutant(
        I8,
        "a topic counts as heard when one of its partitions is",
        f"{GUARD}/mongo_store/__init__.py",
        "            if len(moments) == of:\n                heard[topic] = min(moments)\n",
        "            heard[topic] = max(moments)\n",
        ("tests/outreach_guard",),
    ),
    Mutant(
        I8,
        "what is known of a merged contact does not reach its survivor",
        "shared/src/shared/parties/person.py",
        "return Standing(now, self.seen - now, self.survivor or self.contact_id)",
        "return Standing(now, self.seen - now, self.contact_id)",
        ("tests/shared/test_parties.py", "tests/outreach_guard"),
    ),
    Mutant(
        I8,
        "links of an address that are older than the list stand against it",
        f"{GUARD}/domain/facts.py",
        "or link.stamp > self.parties.stamp}",
        "or link.stamp < self.parties.stamp}",
        ("tests/outreach_guard",),
    ),
)

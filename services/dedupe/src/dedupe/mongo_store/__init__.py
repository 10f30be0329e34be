"""The index and the pairs in MongoDB; documents and indexes are known here only."""

from dedupe.mongo_store.store import MongoDedupeStore

__all__ = ["MongoDedupeStore"]

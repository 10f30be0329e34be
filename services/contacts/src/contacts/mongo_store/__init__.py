"""The storage on MongoDB: documents and indexes are known in this package only."""

from contacts.mongo_store.contacts import MongoContacts
from contacts.mongo_store.directory import MongoDirectory
from contacts.mongo_store.erasure import MongoErasure
from contacts.mongo_store.notices import MongoNotices
from contacts.mongo_store.reviews import MongoReviews

__all__ = ["MongoContacts", "MongoDirectory", "MongoErasure", "MongoNotices", "MongoReviews"]

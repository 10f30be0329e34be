"""The one way to MongoDB, and the one place that keeps workspaces apart.

A store gets a `Collection` and can do nothing with it but `of(workspace)`; only the `Scoped` it returns reads and writes. Every filter it
sends is `{"$and": [{"workspace": w}, filter]}`, so that no operator inside `filter` can widen it, every `_id` carries the workspace, and
every index begins with it (decision 0006). Motor stays behind this package (decision 0001).
"""

from pymongo.errors import ConnectionFailure, ExecutionTimeout, WTimeoutError

from shared.mongo.database import Collection, Database, Index
from shared.mongo.remembered import Remembered
from shared.mongo.scoped import Document, Filter, Scoped
from shared.mongo.session import BufferedMotorClientSession as Session
from shared.mongo.writes import AlreadyThere, Delete, Put, Update

__all__ = [
    "UNAVAILABLE", "AlreadyThere", "Collection", "Database", "Delete", "Document", "Filter", "Index", "Put",
    "Remembered", "Scoped", "Session", "Update",
]  # fmt: skip

UNAVAILABLE: tuple[type[Exception], ...] = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
"""What calls raise while the database is away: for `create_app(unavailable=...)`, which answers 503, and for loops that try again."""

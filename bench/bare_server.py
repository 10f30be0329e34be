"""Nothing but one find_one, with the product's connection: the ceiling of every read. Arguments: port, uri, database, collection."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

from shared.mongo.database import URI_DEFAULTS


def main(port: int, uri: str, database: str, collection: str) -> None:
    app, clients = FastAPI(), list[AsyncIOMotorClient[dict[str, Any]]]()

    @app.get("/{document_id}")
    async def one(document_id: str) -> dict[str, bool]:
        if not clients:
            clients.append(AsyncIOMotorClient(uri, tz_aware=True, **URI_DEFAULTS))
        return {"found": await clients[0][database][collection].find_one({"_id": document_id}) is not None}

    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])

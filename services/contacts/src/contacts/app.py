"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from fastapi import FastAPI

from contacts.api import answer_refusals, routers
from contacts.handlers import subscriptions
from contacts.mongo_store import MongoContacts, MongoDirectory
from contacts.settings import Settings
from shared.health import Check
from shared.messaging import Consumer, Inbox, Outbox, Relay, Routes
from shared.mongo import Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.web import create_app


class Storage:
    """The database as a part of the process: nothing else starts before its indexes are there."""

    name = "mongodb"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outbox = Outbox(database)
        self._inbox = Inbox(database, subscriptions.group)
        self.contacts = MongoContacts(database, self.outbox, self._inbox)
        self.directory = MongoDirectory(database)

    async def start(self) -> None:
        for part in (self.outbox, self._inbox, self.contacts, self.directory):
            await part.prepare()

    async def stop(self) -> None:
        self.database.close()

    async def check(self) -> Check:
        await self.database.ping()
        return Check(True)


def build(settings: Settings) -> Service:
    """The whole service, not started."""
    storage = Storage(Database.connect(settings.mongodb_uri, settings.mongodb_database))
    return Service(
        name="contacts",
        settings=settings,
        api=api(storage, settings),
        clients=[storage],
        consumers=[Consumer(settings, routes(storage))],
        relays=[Relay(settings, storage.outbox)],
    )


def api(storage: Storage, settings: ServiceSettings) -> FastAPI:
    app = create_app(title="Contacts", settings=settings, routers=routers)
    app.state.contacts, app.state.directory = storage.contacts, storage.directory
    answer_refusals(app)
    return app


def routes(storage: Storage) -> Routes:
    return subscriptions.bind(contacts=storage.contacts, directory=storage.directory)

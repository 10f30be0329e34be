"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from fastapi import FastAPI

from contacts.api import answer_refusals, routers
from contacts.handlers import subscriptions
from contacts.mongo_store import MongoContacts, MongoDirectory, MongoErasure, MongoNotices, MongoReviews
from contacts.settings import Settings
from shared.messaging import Consumer, Erasures, Inbox, Outbox, Relay, Routes, Sweeping
from shared.mongo import UNAVAILABLE, Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.storage import Storage
from shared.web import create_app


class Stores:
    """Everything of this service that keeps documents, in one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outbox = Outbox(database)
        inbox = Inbox(database, subscriptions.group)
        self.reviews = MongoReviews(database)
        self.notices = MongoNotices(database)
        self.contacts = MongoContacts(database, self.outbox, inbox, self.reviews, self.notices)
        self.directory = MongoDirectory(database)
        self.erasures = Erasures(database)
        self.erasing = MongoErasure(database, self.outbox, self.erasures, self.reviews, self.notices)
        self.client = Storage(database, self.outbox, inbox, self.erasures, self.contacts, self.directory, self.reviews, self.notices)


def build(settings: Settings) -> Service:
    """The whole service, not started."""
    stores = Stores(Database.connect(settings.mongodb_uri, settings.mongodb_database))
    return Service(
        name="contacts",
        settings=settings,
        api=api(stores, settings),
        clients=[stores.client],
        consumers=[
            Consumer(settings, routes(stores), stores.erasures),
            Sweeping(settings, subscriptions.group, stores.erasures),
        ],
        relays=[Relay(settings, stores.outbox)],
    )


def api(stores: Stores, settings: ServiceSettings) -> FastAPI:
    app = create_app(title="Contacts", settings=settings, routers=routers, unavailable=UNAVAILABLE)
    app.state.contacts, app.state.directory, app.state.reviews = stores.contacts, stores.directory, stores.reviews
    app.state.notices, app.state.erasing = stores.notices, stores.erasing
    answer_refusals(app)
    return app


def routes(stores: Stores) -> Routes:
    return subscriptions.bind(contacts=stores.contacts, directory=stores.directory)

"""Every producer's contracts, found by looking: a new module in this package is known without being listed anywhere."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from shared import contracts
from shared.contracts.catalogue import models, topic_of
from shared.contracts.parties import Upstream

for _module in iter_modules(contracts.__path__):
    if not _module.ispkg:
        import_module(f"{contracts.__name__}.{_module.name}")


def topics(*, upstream: bool) -> tuple[str, ...]:
    """The topics of the other services, or those of ours: only what others say is `Upstream`."""
    return tuple(sorted({topic_of(name) for name, model in models().items() if issubclass(model, Upstream) is upstream}))


UPSTREAM_TOPICS = topics(upstream=True)
OUR_TOPICS = topics(upstream=False)
ALL_TOPICS = UPSTREAM_TOPICS + OUR_TOPICS

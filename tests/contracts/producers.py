"""What the module of a producer can get wrong without anything failing at once; each complaint names the file to open."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from shared.contracts import catalogue
from shared.contracts.catalogue import models, newest, topic_of
from shared.contracts.parties import Upstream

ROOT = Path(__file__).resolve().parents[2]
OURS = {f"/services/{path.name}" for path in (ROOT / "services").iterdir()}
RULE = re.compile(r"crm(\.[a-z_]+){3}\.v[1-9][0-9]*")


def misnamed() -> Iterator[str]:
    """Types by whose name nobody finds the module, the topic or the version they belong to."""
    for name, model in models().items():
        topic = getattr(_home(model), "TOPIC", None)
        if not RULE.fullmatch(name):
            yield f"{_file(model)}: {name} is to be crm.<service>.<aggregate>.<past_tense>.v<major>"
        elif topic_of(name) != topic:
            yield f"{_file(model)}: {name} would travel on {topic_of(name)}, but the module's TOPIC is {topic}"


def crowded() -> Iterator[str]:
    """Topics that more than one module takes for its own: keys and sequences of two producers would meet there."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    for name, model in models().items():
        files[topic_of(name)].add(_file(model))
    for topic, several in files.items():
        if len(several) > 1:
            yield f"{' and '.join(sorted(several))}: both say what is said on {topic}; a topic has one producer"


def misplaced() -> Iterator[str]:
    """Payloads that count as ours and are another service's, or the other way about: who is asked for the parties depends on it."""
    for model in models().values():
        source = getattr(_home(model), "SOURCE", None)
        if not str(source).startswith("/services/"):
            yield f"{_file(model)}: SOURCE is to be /services/<name>, not {source}"
        elif source in OURS and issubclass(model, Upstream):
            yield f"{_file(model)}: {model.__name__} is to inherit EventData and not Upstream, because {source} is in this repository"
        elif source not in OURS and not issubclass(model, Upstream):
            yield f"{_file(model)}: {model.__name__} is to inherit Upstream, because {source} is not in this repository"


def astray() -> Iterator[str]:
    """Upcasters that lead nowhere, or that somebody who knows the payload need not know."""
    for old, (_, upcaster) in catalogue._upcasters.items():
        model = models().get(newest(old))
        if model is None:
            yield f"{_file(upcaster)}: {old} is lifted to {newest(old)}, which no payload has for its type"
        elif _home(upcaster) is not _home(model):
            yield f"{_file(upcaster)}: what lifts {old} belongs beside {model.__name__} in {_file(model)}"


def _home(registered: object) -> ModuleType:
    return sys.modules[registered.__module__]


def _file(registered: object) -> str:
    path = Path(str(_home(registered).__file__))
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name

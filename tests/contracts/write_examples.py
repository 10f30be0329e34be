"""`python -m tests.contracts.write_examples`: adds the examples the stories tell and that are not there yet.

An example that is there stays as it is, whatever the stories say now: it stands for messages that were sent and must be read for ever.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.contracts.stories import business, conversation, people, work
from tests.contracts.stories.telling import Example

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "examples"


def told() -> Iterator[Example]:
    for chapter in (people, work, business, conversation):
        for story in chapter.STORIES:
            yield from story.examples()


def write(examples: Iterable[Example], root: Path = EXAMPLES) -> int:
    """Adds those that are not there and returns how many that were."""
    written = 0
    for example in examples:
        path = root / example.type / f"{example.name}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(example.message, indent=2, ensure_ascii=False) + "\n", "utf-8")
            written += 1
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{write(told())} examples added\n")

"""Keys that outlive a restart: made once, kept in a file only the owner reads.

Without this every restart would sign everybody out and every service would meet tokens of a key it never saw.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import ECKey, OctKey

ALGORITHM = "ES256"
SESSION_ALGORITHM = "HS256"


def signing_key(path: Path) -> ECKey:
    """The ES256 key pair in `path`, made on first use."""
    fresh = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return ECKey.import_key(json.loads(_kept(path, json.dumps(fresh.as_dict(private=True)))))


def secret_key(path: Path) -> OctKey:
    """The secret in `path`, made on first use."""
    return OctKey.import_key(_kept(path, secrets.token_urlsafe(48)))


def _kept(path: Path, fresh: str) -> str:
    """What `path` holds; `fresh` is written when there is nothing yet, and the first of two writers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(fresh)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()

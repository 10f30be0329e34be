"""Tokens for tests, and the environment of a service that accepts them.

One issuer for the whole run; its public keys are in a file, so a service under test reads them as it would mounted ones, in this
process or in another.
"""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from shared.auth import Role, TokenIssuer

ISSUER = "https://issuer.test"
AUDIENCE = "contacts-test"


@cache
def issuer() -> TokenIssuer:
    return TokenIssuer.generate(issuer=ISSUER, audience=AUDIENCE)


@cache
def jwks_url() -> str:
    path = Path(tempfile.mkdtemp(prefix="jwks-")) / "jwks.json"
    path.write_text(json.dumps(issuer().jwks()))
    return path.as_uri()


def auth_settings() -> dict[str, str]:
    """Keyword arguments for any ServiceSettings; in capitals they are the environment of a process."""
    return {"jwks_url": jwks_url(), "token_issuer": ISSUER, "token_audience": AUDIENCE}


def token(workspace: str = "acme", role: Role = Role.MEMBER, *, subject: str = "ann", ttl_s: int = 900, name: str | None = None) -> str:
    return issuer().mint(workspace, subject, role, ttl_s=ttl_s, name=name)


def bearer(workspace: str = "acme", role: Role = Role.MEMBER, *, subject: str = "ann") -> dict[str, str]:
    """Request headers of somebody with that role in that workspace."""
    return {"Authorization": f"Bearer {token(workspace, role, subject=subject)}"}

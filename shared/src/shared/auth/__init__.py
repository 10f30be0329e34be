"""Who is asking: tokens, their keys, roles, and the dependency that lets a request in.

The workspace of a request is the one its token was signed for. Nothing else (header, path, body) can say it.
"""

from shared.auth.guard import Caller, require
from shared.auth.keys import KeysUnavailableError, key_source
from shared.auth.principal import Principal, Role
from shared.auth.tokens import TokenError, TokenIssuer, TokenVerifier
from shared.auth.viewing import Hidden, may_view, not_yours, sees_all

__all__ = [
    "Caller",
    "Hidden",
    "KeysUnavailableError",
    "Principal",
    "Role",
    "TokenError",
    "TokenIssuer",
    "TokenVerifier",
    "key_source",
    "may_view",
    "not_yours",
    "require",
    "sees_all",
]

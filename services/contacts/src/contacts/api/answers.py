"""How a refusal of the domain or the storage is said over HTTP."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from contacts import translate
from contacts.api.viewing import counted, views
from contacts.domain.contact import Contact
from contacts.domain.merging import NotMergeableError
from contacts.domain.refusals import Refused
from contacts.domain.reviewing import SourceNotReviewedError
from contacts.store import AddressTakenError, ErasedError, TooLargeError
from shared.auth import Principal
from shared.problem import FieldError, Problem
from shared.web.problems import response

NOT_REVIEWED = "Where this contact came from is not reviewed yet; a manager may assign it all the same and say why."


class MovedError(Exception):
    """Who is asked about was merged away, and is the survivor now."""

    def __init__(self, survivor_id: str) -> None:
        self.survivor_id = survivor_id
        super().__init__()


def answer_refusals(app: FastAPI) -> None:
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(AddressTakenError, _address_taken)
    app.add_exception_handler(TooLargeError, _too_large)
    app.add_exception_handler(MovedError, _moved)
    app.add_exception_handler(ErasedError, _erased)
    app.add_exception_handler(NotMergeableError, _not_mergeable)
    app.add_exception_handler(SourceNotReviewedError, _not_reviewed)


def not_found(what: str) -> Problem:
    return Problem(404, "not-found", f"There is no such {what} in this workspace.")


def key_reused() -> Problem:
    return Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request.")


def deleted() -> Problem:
    return Problem(409, "deleted", "This contact is deleted; restore it first.")


def stale(current: Contact) -> Problem:
    """With the values of now, so that the client can show what is different and send its own again."""
    values = translate.snapshot(current).model_dump(mode="json")
    return Problem(409, "stale-version", "Somebody changed this contact after you read it.", current=values, headers=version_tag(current))


def version_tag(contact: Contact) -> dict[str, str]:
    return {"ETag": f'"{contact.version}"'}


async def _moved(request: Request, error: Exception) -> JSONResponse:
    """The same route of the survivor: whoever keeps an old id finds who it is now, whatever they wanted."""
    assert isinstance(error, MovedError)  # noqa: S101 - registered for nothing else
    ids = {**request.path_params, "contact_id": error.survivor_id}
    path = request.scope["route"].path.format(**{name: quote(value, safe="") for name, value in ids.items()})
    location = f"{path}?{request.url.query}" if request.url.query else path
    moved = "This contact was merged into another one, who is answered for it."
    return response(Problem(307, "merged", moved, survivor_id=error.survivor_id, headers={"Location": location}))


async def _erased(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ErasedError)  # noqa: S101 - registered for nothing else
    return response(Problem(410, "erased", "This contact was erased.", erased_at=error.tombstone.at.isoformat()))


async def _not_mergeable(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotMergeableError)  # noqa: S101 - registered for nothing else
    contact = error.contact
    if error.reason == "deleted":
        return response(Problem(409, "deleted", "One of these contacts is deleted; restore it first.", contact_id=contact.id))
    gone = "One of these contacts was merged away already; name who took it in."
    return response(Problem(409, "merged", gone, contact_id=contact.id, survivor_id=contact.merged_into))


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)  # noqa: S101 - registered for nothing else
    errors = [FieldError(fault.field, fault.message) for fault in error.errors]
    return response(Problem(422, "validation", "Some fields are not acceptable.", errors=errors))


async def _too_large(_: Request, __: Exception) -> JSONResponse:
    return response(Problem(422, "too-large", "With this the contact would be too large: shorten a long field or remove some."))


async def _not_reviewed(_: Request, __: Exception) -> JSONResponse:
    return response(Problem(409, "source_not_reviewed", NOT_REVIEWED, override="override_reason"))


async def _address_taken(request: Request, error: Exception) -> JSONResponse:
    """The addresses are those the client sent; who has them is named by id only, and counted where the caller may not view them."""
    assert isinstance(error, AddressTakenError)  # noqa: S101 - registered for nothing else
    caller: Principal = request.scope["caller"]  # whom the route let in
    matches = [{"contact_id": owner.id, "emails": error.taken[owner.id]} for owner in error.owners if views(caller, owner)]
    hidden = [one.model_dump() for one in counted(owner for owner in error.owners if not views(caller, owner))]
    return response(Problem(409, "email-taken", "Another contact has this email address.", matches=matches, hidden=hidden))

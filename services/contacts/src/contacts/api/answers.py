"""How a refusal of the domain or the storage is said over HTTP."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from contacts import translate
from contacts.domain.contact import Contact
from contacts.domain.refusals import Refused
from contacts.store import AddressTakenError, TooLargeError
from shared.problem import FieldError, Problem
from shared.web.problems import response


def answer_refusals(app: FastAPI) -> None:
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(AddressTakenError, _address_taken)
    app.add_exception_handler(TooLargeError, _too_large)


def not_found(what: str) -> Problem:
    return Problem(404, "not-found", f"There is no such {what} in this workspace.")


def deleted() -> Problem:
    return Problem(409, "deleted", "This contact is deleted; restore it first.")


def stale(current: Contact) -> Problem:
    """With the values of now, so that the client can show what is different and send its own again."""
    values = translate.snapshot(current).model_dump(mode="json")
    return Problem(409, "stale-version", "Somebody changed this contact after you read it.", current=values, headers=version_tag(current))


def version_tag(contact: Contact) -> dict[str, str]:
    return {"ETag": f'"{contact.version}"'}


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)  # noqa: S101 - registered for nothing else
    errors = [FieldError(fault.field, fault.message) for fault in error.errors]
    return response(Problem(422, "validation", "Some fields are not acceptable.", errors=errors))


async def _too_large(_: Request, __: Exception) -> JSONResponse:
    return response(Problem(422, "too-large", "With this the contact would be too large: shorten a long field or remove some."))


async def _address_taken(_: Request, error: Exception) -> JSONResponse:
    """The addresses are those the client sent; who has them is named by id only."""
    assert isinstance(error, AddressTakenError)  # noqa: S101 - registered for nothing else
    matches = [{"contact_id": contact_id, "emails": list(addresses)} for contact_id, addresses in error.owners.items()]
    return response(Problem(409, "email-taken", "Another contact has this email address.", matches=matches))

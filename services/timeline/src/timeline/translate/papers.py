"""How what the documents, files and forms services say reads on a timeline."""

from __future__ import annotations

from shared.contracts.documents import Document, DocumentCompleted, DocumentDeclined, DocumentLinkOpened, DocumentVoided
from shared.contracts.files import File, FileDownloadedByContact, FileShared
from shared.contracts.forms import Submission, SubmissionDeleted, SubmissionMarkedSpam, SubmissionSubmitted
from timeline.translate.lines import Lines, because, between, quoted, together


def form(submission: Submission) -> str:
    return quoted(submission.form_name)


def title(document: Document) -> str:
    return quoted(document.title)


def name(file: File) -> str:
    return quoted(file.name)


forms = Lines("form", Submission, form, ref="submission")
forms.say(SubmissionSubmitted, lambda submission: f"Form{between(form(submission))} submitted")
forms.say(SubmissionMarkedSpam, lambda submission: f"Submission of form{between(form(submission))} marked as spam")
forms.say(SubmissionDeleted, lambda submission: f"Submission of form{between(form(submission))} deleted")

documents = Lines("document", Document, title)
documents.say(DocumentDeclined, lambda document: f"Document{between(title(document))} declined{because(document.reason)}")
documents.say(DocumentCompleted, lambda document: f"Document{between(title(document))} signed by everybody")
documents.say(DocumentVoided, lambda document: f"Document{between(title(document))} voided{because(document.reason)}")
documents.say(DocumentLinkOpened, lambda document: f"Public link of document{between(title(document))} opened")

files = Lines("file", File, name)
files.say(FileShared, lambda file: f"File{between(name(file))} shared by public link")
files.say(FileDownloadedByContact, lambda file: f"Contact downloaded file{between(name(file))}")

TABLE = together(forms.table, documents.table, files.table)

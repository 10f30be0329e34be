"""Contacts in a CSV file: any of the known columns, in any order; others are ignored. Ids tell rows apart and say nothing else."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from dedupe.domain.person import Person, Phone

COLUMNS = (
    "id",
    "given_name",
    "middle_name",
    "surname",
    "suffix",
    "title",
    "email",
    "email2",
    "phone",
    "phone2",
    "company",
    "address",
    "city",
    "state",
    "postcode",
    "birth_date",
)
Row = tuple[str, ...]
"""The values of COLUMNS; empty where there is none."""


class ContactsFileError(ValueError):
    """What is wrong with the file, and in which line."""


def rows(path: Path, advance: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
    """Every contact of the file. `advance` is told how many bytes were read since it was told last."""
    with path.open("rb") as file:
        reader = csv.reader(_decoded(file, advance), strict=True)
        try:
            yield from _rows(reader)
        except csv.Error as error:
            raise ContactsFileError(f"line {reader.line_num}: {error}") from None


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    header = [name.strip().lower() for name in next(reader, [])]
    if not header:
        raise ContactsFileError("line 1: the names of the columns are missing")
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise ContactsFileError(f"line 1: more than one column is called {', '.join(twice)}")
    if "id" not in header:
        raise ContactsFileError("line 1: there is no column id")
    values_of = itemgetter(*(header.index(name) if name in header else -1 for name in COLUMNS))
    known: set[int] = set()  # hashes: a million ids would take twice the memory
    for values in reader:
        if not values:
            continue
        if len(values) != len(header):
            raise ContactsFileError(f"line {_line(reader)}: {len(values)} values, but there are {len(header)} columns")
        values.append("")  # what a missing column holds
        row: Row = values_of(values)
        if not row[0]:
            raise ContactsFileError(f"line {_line(reader)}: the id is empty")
        if (hashed := hash(row[0])) in known:
            raise ContactsFileError(f"line {_line(reader)}: another row has the same id")
        known.add(hashed)
        yield row


def _line(reader: Iterator[list[str]]) -> int:
    number: int = reader.line_num  # type: ignore[attr-defined]  # the reader's type has no name
    return number


def _decoded(file: BinaryIO, advance: Callable[[int], None]) -> Iterator[str]:
    """Line by line, so that what can not be read is told with its line."""
    for number, line in enumerate(file, start=1):
        advance(len(line))
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ContactsFileError(f"line {number}: not UTF-8 ({error.reason})") from None


def row_of(values: Mapping[str, str]) -> Row:
    """The same of named values."""
    return tuple(values.get(name, "") for name in COLUMNS)


def person_of(row: Row) -> Person:
    """Who a row is about."""
    _, given, middle, surname, suffix, title, email, email2, phone, phone2, company, address, city, state, postcode, born = row
    return Person(
        first_name=given,
        middle_name=middle,
        last_name=surname,
        suffix=suffix,
        job_title=title,
        emails=tuple(filter(None, (email, email2))),
        phones=tuple(Phone(typed) for typed in (phone, phone2) if typed),
        companies=(company,) if company else (),
        street=address,
        city=city,
        region=state,
        postcode=postcode,
        birth_date=born,
    )

"""The rules on a file: the same answer for the same people, whatever the file looks like."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dedupe.domain.commonness import FEWEST
from dedupe.domain.person import Profile, profile_of
from dedupe.domain.retrieval import crowd_of
from dedupe.evaluate.cli import app
from dedupe.evaluate.contacts_file import person_of, row_of
from dedupe.evaluate.index import Entries, Index, Neighbours, hashed, part_of
from dedupe.evaluate.packed import packed, unpacked

Columns = Mapping[str, str]

ADA = {"given_name": "Ada", "surname": "Lovelace", "email": "ada@engines.example", "phone": "+1 415 555 0101", "company": "Engines Ltd"}
ADA_AGAIN = {**ADA, "email": "ADA@engines.example", "phone": "(415) 555-0101"}
GRACE = {"given_name": "Grace", "surname": "Hopper", "email": "grace@compilers.example", "birth_date": "1906-12-09"}
GRACE_TOO = {"given_name": "Grace", "surname": "Hopper", "email": "g.hopper@gmail.com", "birth_date": "1906-12-09"}
ALAN = {"given_name": "Alan", "surname": "Turing", "email": "alan@bombes.example"}
EVERYBODY = {"a1": ADA, "g1": GRACE, "t1": ALAN, "a2": ADA_AGAIN, "g2": GRACE_TOO, "a3": ADA}


@dataclass(frozen=True)
class Answer:
    exit_code: int
    summary: Mapping[str, Any]
    complaint: str
    scores: Sequence[list[str]] = ()
    clusters: Sequence[list[str]] = ()


class Desk:
    """Where files are written and evaluated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def evaluated(self, people: Mapping[str, Columns], name: str = "contacts.csv") -> Answer:
        columns = dict.fromkeys(("id", *(column for person in people.values() for column in person)))
        path = self._folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({"id": key, **person} for key, person in people.items())
        return self.read(path)

    def evaluated_text(self, text: str | bytes) -> Answer:
        path = self._folder / "typed.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.read(path)

    def read(self, path: Path) -> Answer:
        scores, clusters = self._folder / "scores.csv", self._folder / "clusters.csv"
        result = CliRunner().invoke(app, [str(path), "--out", str(scores), "--clusters", str(clusters)])
        if result.exit_code:
            return Answer(result.exit_code, {}, result.stderr)
        (summary,) = result.stdout.splitlines()
        return Answer(0, json.loads(summary), "", _table(scores), _table(clusters))


def _table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_pairs_are_told_with_the_lesser_id_first_and_in_order(desk: Desk) -> None:
    header, *pairs = desk.evaluated(EVERYBODY).scores

    assert header == ["id_l", "id_r", "score"]
    assert {("a1", "a2"), ("a1", "a3"), ("a2", "a3"), ("g1", "g2")} <= {(left, right) for left, right, _ in pairs}
    assert pairs == sorted(pairs)
    assert all(left < right and 0.05 < float(score) <= 1 for left, right, score in pairs)


def test_who_shares_nothing_is_no_pair(desk: Desk) -> None:
    assert not any("t1" in pair for pair in desk.evaluated(EVERYBODY).scores)


def test_a_cluster_is_called_like_the_least_id_in_it(desk: Desk) -> None:
    assert desk.evaluated(EVERYBODY).clusters == [
        ["id", "cluster_id"],
        ["a1", "a1"],
        ["a2", "a1"],
        ["a3", "a1"],
        ["g1", "g1"],
        ["g2", "g1"],
    ]


def test_the_summary_says_by_what_rules_and_at_what_cost(desk: Desk) -> None:
    summary = desk.evaluated(EVERYBODY).summary

    assert summary["contacts"] == 6
    assert 0 < summary["thresholds"]["suspected"] < summary["thresholds"]["certain"] < 1
    assert summary["ruleset_version"]
    assert summary["contacts_per_second"] > 0
    assert summary["peak_memory_mb"] > 0


def test_the_order_of_rows_and_columns_makes_no_difference(desk: Desk) -> None:
    people = _many()
    shuffled = list(people.items())
    random.Random(4).shuffle(shuffled)
    turned = {key: dict(reversed(list(person.items()))) for key, person in shuffled}

    one, other = desk.evaluated(people), desk.evaluated(turned, "another name.csv")

    assert len(one.scores) > 100
    assert (one.scores, one.clusters) == (other.scores, other.clusters)


def test_ids_tell_rows_apart_and_nothing_else(desk: Desk) -> None:
    people = _many()
    chosen = random.Random(5)
    names = dict(zip(people, chosen.sample(range(10**6), len(people)), strict=True))

    one, other = desk.evaluated(people), desk.evaluated({str(names[key]): person for key, person in people.items()})

    assert {(frozenset((str(names[left]), str(names[right]))), score) for left, right, score in one.scores[1:]} == {
        (frozenset((left, right)), score) for left, right, score in other.scores[1:]
    }
    assert _groups([(str(names[key]), cluster) for key, cluster in one.clusters[1:]]) == _groups(other.clusters[1:])


def test_where_a_row_comes_from_says_nothing(desk: Desk) -> None:
    told = {
        key: {**person, "source": f"import-{place}", "created_at": "2020-01-01"} for place, (key, person) in enumerate(EVERYBODY.items())
    }

    assert desk.evaluated(told).scores == desk.evaluated(EVERYBODY).scores


def test_columns_may_be_missing(desk: Desk) -> None:
    short = {key: {"surname": person["surname"], "birth_date": "1906-12-09"} for key, person in EVERYBODY.items()}

    assert desk.evaluated(short).exit_code == 0
    assert desk.evaluated({"a": {}, "b": {}}).clusters == [["id", "cluster_id"]]


def test_values_and_ids_may_hold_anything_that_csv_can(desk: Desk) -> None:
    odd = {'x,"1"': {**ADA, "company": "Engines,\nLtd"}, "é\n2": {**ADA, "company": "Engines,\r\nLtd"}}

    assert desk.evaluated(odd).clusters == [["id", "cluster_id"], ['x,"1"', 'x,"1"'], ["é\n2", 'x,"1"']]


def test_a_mark_of_byte_order_and_blank_lines_are_no_contents(desk: Desk) -> None:
    answer = desk.evaluated_text("\ufeffid,email\r\n1,ada@engines.example\r\n\r\n2,ada@engines.example\r\n")

    assert answer.summary["contacts"] == 2
    assert [pair[:2] for pair in answer.scores] == [["id_l", "id_r"], ["1", "2"]]


def test_nobody_in_the_file_is_no_error(desk: Desk) -> None:
    answer = desk.evaluated_text("id,given_name,surname\n")

    assert answer.summary["contacts"] == 0
    assert answer.scores == [["id_l", "id_r", "score"]]
    assert answer.clusters == [["id", "cluster_id"]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: the names of the columns are missing"),
        ("given_name,surname\nAda,Lovelace\n", "line 1: there is no column id"),
        ("id,email,email\n1,a@x.example,b@x.example\n", "line 1: more than one column is called email"),
        ("id,surname\n1,Lovelace\n2\n", "line 3: 1 values, but there are 2 columns"),
        ("id,surname\n1,Lovelace\n2,Hopper,Grace\n", "line 3: 3 values, but there are 2 columns"),
        ("id,surname\n1,Lovelace\n,Hopper\n", "line 3: the id is empty"),
        ("id,surname\n1,Lovelace\n2,Hopper\n1,Turing\n", "line 4: another row has the same id"),
        ('id,surname\n1,Lovelace\n2,"Hopper"x\n', "line 3: "),
        ("id,surname\n1,Lovelace\n2,Müller\n".encode("latin-1"), "line 3: not UTF-8"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_line(desk: Desk, text: str | bytes, complaint: str) -> None:
    answer = desk.evaluated_text(text)

    assert answer.exit_code == 2
    assert f"typed.csv: {complaint}" in answer.complaint


def test_a_file_that_is_not_there_is_told(desk: Desk, tmp_path: Path) -> None:
    assert desk.read(tmp_path / "nothing.csv").exit_code == 2


def test_the_index_finds_who_shares_a_key_and_leaves_out_crowds() -> None:
    crowd = crowd_of("local:crowd", FEWEST) + 1
    keys = [
        ("email:ann", 70),
        ("email:ann", 30),
        *(("local:crowd", one) for one in range(crowd)),
        *(("phone:1", one) for one in range(crowd)),
    ]
    index = Index.of(_entries(keys), fewest=1, counted=FEWEST)

    assert index.having([hashed("email:ann"), hashed("local:crowd"), hashed("none")]) == {30, 70}
    assert index.having([hashed("phone:1")]) == set(range(crowd))
    assert index.crowded == 1
    assert Index.of(_entries(keys), fewest=1, counted=FEWEST - 1).having([hashed("local:crowd")]) == set(range(crowd))


def test_neighbours_are_those_after_a_contact_that_share_a_key_with_it() -> None:
    index = Index.of(_entries([("a", 0), ("a", 2), ("a", 3), ("b", 2), ("b", 3), ("c", 1), ("c", 3)]), fewest=2, counted=FEWEST)

    neighbours = Neighbours.of(index, 5)

    assert [neighbours.after(contact) for contact in range(5)] == [{2, 3}, {3}, {3}, set(), set()]


def test_a_profile_is_packed_into_the_same_bytes_and_back() -> None:
    full = profile_of(person_of(row_of({**ADA, **GRACE, "middle_name": "B. C.", "suffix": "Jr", "address": "1 High St", "city": "Bonn"})))

    assert [unpacked(packed(profile)) for profile in (full, Profile())] == [full, Profile()]
    assert packed(replace(full)) == packed(full)


def test_an_index_in_parts_is_the_index_of_all() -> None:
    keys = [(f"key{number % 500}", number) for number in range(2_000)]
    whole = Index()
    for part in range(64):
        whole.extend(Index.of(_entries([(key, number) for key, number in keys if part_of(hashed(key)) == part]), fewest=1, counted=FEWEST))

    assert whole == Index.of(_entries(keys), fewest=1, counted=FEWEST)


def _entries(keys: Sequence[tuple[str, int]]) -> Entries:
    entries = Entries()
    for key, contact in keys:
        entries.append(hashed(key), contact)
    return entries


def _many() -> dict[str, Columns]:
    """Families, colleagues and duplicates in some number, so that clusters of several sizes and close calls are among them."""
    chosen = random.Random(3)
    given, surnames = ("Ada", "Grace", "Alan", "Adele", "Grady"), ("Lovelace", "Hopper", "Turing", "Lovel")
    people: dict[str, Columns] = {}
    for number in range(300):
        first, last, home = chosen.choice(given), chosen.choice(surnames), chosen.randrange(40)
        people[f"p{number:03}"] = {
            "given_name": first,
            "surname": last,
            "email": chosen.choice(("", f"{first}.{last}@works{home}.example", f"{first[0]}{last}{home}@gmail.com")),
            "phone": chosen.choice(("", f"+1 415 555 {home:04}")),
            "company": chosen.choice(("", f"Works {home} Inc")),
            "birth_date": chosen.choice(("", f"19{home + 40:02}-03-{chosen.randrange(1, 4):02}")),
        }
    return people


def _groups(clusters: Sequence[Sequence[str]]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = {}
    for key, cluster in clusters:
        members.setdefault(cluster, set()).add(key)
    return {frozenset(group) for group in members.values()}

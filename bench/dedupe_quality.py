"""How well the duplicate matcher finds pairs in labelled records: `python -m bench.dedupe_quality DIRECTORY [--threshold 0.5]`.

The directory holds contacts.csv (id, given_name, surname, email, ... empty is unknown), truth_pairs.csv (id_l, id_r) and, where there are
any, hard_negatives.csv (id_l, id_r, kind): people who look alike and are two. The matcher is the service's own, with its blocking and its
cap on crowded blocks. Pairs are judged one by one; nothing is clustered.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.match import compare
from dedupe.domain.person import Person, Phone, Profile, profile_of
from dedupe.domain.ruleset import CERTAIN, SUSPECTED, VERSION
from dedupe.mongo_store.blocks import CROWD

Ids = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision, recall and F1 of the matcher on labelled records.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--threshold", type=float, default=SUSPECTED, help=f"a pair at or above it counts (default: {SUSPECTED})")
    arguments = parser.parse_args()
    directory: Path = arguments.directory

    began = time.process_time()
    profiles = {row["id"]: profile_of(_person(row)) for row in _rows(directory / "contacts.csv")}
    candidates = _candidates(profiles)
    blocked = time.process_time()
    scores = {pair: compare(profiles[pair[0]], profiles[pair[1]]).score for pair in candidates}
    compared = time.process_time()

    truth = {_ids(row) for row in _rows(directory / "truth_pairs.csv")}
    print(f"ruleset {VERSION}: {len(profiles)} records, {len(truth)} true pairs, {len(candidates)} candidates")
    print(f"blocking finds {_share(len(candidates & truth), len(truth))} of the true pairs")
    for threshold in sorted({arguments.threshold, CERTAIN}):
        print(_figures(threshold, {pair for pair, score in scores.items() if score >= threshold}, truth))
    matched = {pair for pair, score in scores.items() if score >= arguments.threshold}
    _print_hard_negatives(directory / "hard_negatives.csv", matched)
    a_record, a_pair = (blocked - began) / len(profiles), (compared - blocked) / max(1, len(candidates))
    print(f"CPU: {a_record * 1e6:.0f} us a record, {a_pair * 1e6:.0f} us a pair")


def _candidates(profiles: Mapping[str, Profile]) -> set[Ids]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for record_id, profile in profiles.items():
        for key in blocking_keys(profile):
            blocks[key].append(record_id)
    return {pair for members in blocks.values() if len(members) <= CROWD for pair in combinations(sorted(members), 2)}


def _figures(threshold: float, matched: set[Ids], truth: set[Ids]) -> str:
    right = len(matched & truth)
    precision, recall = right / max(1, len(matched)), right / max(1, len(truth))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"at {threshold}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


def _print_hard_negatives(path: Path, matched: set[Ids]) -> None:
    if not path.exists():
        return
    kinds = {_ids(row): row["kind"] for row in _rows(path)}
    wrong = Counter(kind for pair, kind in kinds.items() if pair in matched)
    print(f"hard negatives matched: {_share(wrong.total(), len(kinds))}")
    for kind, count in sorted(Counter(kinds.values()).items()):
        print(f"  {kind}: {wrong[kind]} of {count}")


def _person(row: Mapping[str, str]) -> Person:
    return Person(
        first_name=row["given_name"],
        middle_name=row["middle_name"],
        last_name=row["surname"],
        suffix=row["suffix"],
        job_title=row["title"],
        emails=tuple(filter(None, (row["email"], row["email2"]))),
        phones=tuple(Phone(typed) for typed in (row["phone"], row["phone2"]) if typed),
        companies=tuple(filter(None, (row["company"],))),
        street=row["address"],
        city=row["city"],
        region=row["state"],
        postcode=row["postcode"],
        birth_date=row["birth_date"],
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _ids(row: Mapping[str, str]) -> Ids:
    first, second = sorted((row["id_l"], row["id_r"]))
    return first, second


def _share(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"


if __name__ == "__main__":
    main()

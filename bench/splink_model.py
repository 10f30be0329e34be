"""What somebody would build with Splink for contacts, run in its own virtual environment (.venv-bench): nothing of ours is imported.

Its own comparisons with term frequencies for whatever columns are filled, blocking on several pairs of columns, training by expectation
maximisation; two lists are linked where they are given as two. Shared mailboxes are no address, which lifts it. So does leaving street and
postcode out where people are known by more than their home, as they say the same thing as the town three times: both are tried. Comparing
first and last name together (ForenameSurnameComparison) was tried too, and is behind everywhere.

Arguments: contacts.csv, folder of the results, `address` or `town`, and the values of `source` that are the two lists, if there are two.
"""

# ruff: noqa: S608  # the queries are put together of names in this file

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb  # type: ignore[import-not-found]
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LEAST = 0.05
CLUSTERED_AT = (0.5, 0.95)
"""Its own default of a match, and what its documentation clusters at."""
PAIRS_FOR_U = 5e6
FILLED = 0.02
"""A column that fewer rows have tells nothing that can be trained."""

PREPARED = """
CREATE TABLE prepared AS
SELECT id AS unique_id, {source} AS source,
  nullif(strip_accents(lower(trim(given_name))), '') AS given,
  nullif(strip_accents(lower(trim(surname))), '') AS surname,
  nullif(strip_accents(lower(trim(middle_name))), '') AS middle,
  nullif(lower(trim(suffix)), '') AS suffix,
  CASE WHEN regexp_matches(lower(email), '^(info|contact|office|sales|admin|support|hello|accounts|billing|hr|team|service|mail)[0-9._-]*@')
    THEN NULL ELSE nullif(lower(trim(email)), '') END AS email,
  nullif(right(regexp_replace(phone, '\\D', '', 'g'), 9), '') AS phone,
  nullif(trim(regexp_replace(lower(company),
    '[^\\w ]|\\b(inc|llc|ltd|gmbh|ag|kg|plc|corp|co|company|limited|sa|srl|bv)\\b', '', 'g')), '') AS company,
  nullif(lower(trim(address)), '') AS address,
  nullif(lower(trim(city)), '') AS city,
  nullif(lower(trim(postcode)), '') AS postcode,
  nullif(birth_date, '') AS birth_date
FROM read_csv({path}, all_varchar = true, nullstr = '\\N')
"""


def main(contacts: Path, folder: Path, place: str, lists: list[str]) -> None:
    began = time.perf_counter()
    connection = duckdb.connect(":memory:")
    connection.execute(PREPARED.format(path=f"'{contacts}'", source="source" if lists else "''"))
    filled = _filled(connection) - ({"address", "postcode"} if place == "town" else set())
    api = DuckDBAPI(connection)
    linker = Linker(_tables(api, connection, lists), _settings(filled, link=bool(lists)), log_level=None)
    _train(linker, filled)
    scored = linker.inference.predict(threshold_match_probability=LEAST)
    _write(
        connection,
        f"SELECT least(unique_id_l, unique_id_r) AS id_l, greatest(unique_id_l, unique_id_r) AS id_r, match_probability AS score "
        f"FROM {scored.physical_name}",
        folder / "scores.csv",
    )
    for threshold in CLUSTERED_AT:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_probability=threshold)
        _write(connection, f"SELECT unique_id AS id, cluster_id FROM {found.physical_name}", folder / f"clusters-{threshold}.csv")
    seconds, (rows,) = time.perf_counter() - began, connection.execute("SELECT count(*) FROM prepared").fetchall()[0]
    print(
        json.dumps(
            {
                "thresholds": {"suspected": 0.5},
                "seconds": seconds,
                "contacts_per_second": rows / seconds,
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def _filled(connection: Any) -> set[str]:
    columns = ("given", "surname", "middle", "suffix", "email", "phone", "company", "address", "city", "postcode", "birth_date")
    shares = connection.execute(f"SELECT {', '.join(f'count({name}) / count(*)' for name in columns)} FROM prepared").fetchall()[0]
    return {name for name, share in zip(columns, shares, strict=True) if share >= FILLED}


def _tables(api: Any, connection: Any, lists: list[str]) -> Any:
    if not lists:
        return api.register("prepared", dataset_display_name="contacts")
    for place, name in enumerate(lists):
        connection.execute(f"CREATE TABLE list{place} AS SELECT * EXCLUDE source FROM prepared WHERE source = ?", [name])
    return [api.register(f"list{place}", dataset_display_name=f"l{place}") for place in range(len(lists))]


def _settings(filled: set[str], *, link: bool) -> Any:
    with_frequencies = {"term_frequency_adjustments": True}
    comparisons = {
        "given": cl.NameComparison("given"),
        "surname": cl.NameComparison("surname"),
        "middle": cl.JaroWinklerAtThresholds("middle", [0.9]),
        "suffix": cl.ExactMatch("suffix"),
        "email": cl.EmailComparison("email"),
        "phone": cl.LevenshteinAtThresholds("phone", [1, 2]).configure(**with_frequencies),
        "company": cl.JaroWinklerAtThresholds("company", [0.92, 0.85]).configure(**with_frequencies),
        "address": cl.JaroWinklerAtThresholds("address", [0.95, 0.85]).configure(**with_frequencies),
        "city": cl.JaroWinklerAtThresholds("city", [0.92]).configure(**with_frequencies),
        "postcode": cl.LevenshteinAtThresholds("postcode", [1]).configure(**with_frequencies),
        "birth_date": cl.DateOfBirthComparison("birth_date", input_is_string=True, invalid_dates_as_null=False),
    }
    return SettingsCreator(
        link_type="link_only" if link else "dedupe_only",
        comparisons=[comparison for name, comparison in comparisons.items() if name in filled],
        blocking_rules_to_generate_predictions=_blocking(filled),
        retain_matching_columns=False,
    )


def _blocking(filled: set[str]) -> list[Any]:
    rules = [
        ("email",), ("phone",), ("given", "surname"), ("birth_date",), ("address",), ("surname", "postcode"), ("given", "postcode"),
        ("surname", "company"), ("given", "company"), ("surname", "city"), ("given", "city"),
    ]  # fmt: skip
    first_letters = [block_on("substr(surname, 1, 4)", "substr(given, 1, 3)")]
    return [block_on(*rule) for rule in rules if filled.issuperset(rule)] + first_letters


def _train(linker: Any, filled: set[str]) -> None:
    sure = [("given", "surname", other) for other in ("email", "phone", "birth_date", "address") if other in filled]
    linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=1)
    for rule in (("given", "surname"), ("email",) if "email" in filled else ("birth_date",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))


def _write(connection: Any, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{path}' (HEADER, DELIMITER ',')")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:])

"""`python -m dedupe [--role api|consumer|relay|all]` is the service, `python -m dedupe evaluate ...` its rules on a file."""

import sys

if sys.argv[1:2] == ["evaluate"]:
    # Each imports only its own: an evaluation has neither a database nor a driver, and nor have its workers.
    from dedupe.evaluate.cli import app

    app(sys.argv[2:], prog_name="python -m dedupe evaluate")
else:
    from dedupe.app import build
    from dedupe.settings import DedupeSettings
    from shared.running import run

    run(build, DedupeSettings)

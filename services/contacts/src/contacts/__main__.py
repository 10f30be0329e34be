"""`python -m contacts --role all|api|consumer|relay`."""

from contacts.app import build
from contacts.settings import Settings
from shared.running import run

if __name__ == "__main__":
    run(build, Settings)

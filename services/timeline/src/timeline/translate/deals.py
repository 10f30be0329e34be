"""How what the deals service says reads on a timeline."""

from __future__ import annotations

from shared.contracts.deals import (
    Deal,
    DealContactLinked,
    DealContactUnlinked,
    DealCreated,
    DealLost,
    DealOwnerChanged,
    DealStageChanged,
    DealWon,
)
from timeline.translate.lines import Lines, because, between, money, moved, quoted


def title(deal: Deal) -> str:
    return quoted(deal.title)


def worth(deal: Deal) -> str:
    return f", {money(deal.amount, deal.currency)}" if deal.amount is not None else ""


deals = Lines("deal", Deal, title)
deals.say(DealCreated, lambda deal: f"Deal{between(title(deal))} opened{worth(deal)}")
deals.say(DealStageChanged, lambda deal: f"Deal{between(title(deal))} moved{moved(deal.previous, deal.current)}")
deals.say(DealWon, lambda deal: f"Deal{between(title(deal))} won{worth(deal)}")
deals.say(DealLost, lambda deal: f"Deal{between(title(deal))} lost{because(deal.reason)}")
deals.say(DealOwnerChanged, lambda deal: f"Deal{between(title(deal))} has another owner")
deals.say(DealContactLinked, lambda deal: f"Contact linked to deal{between(title(deal))}")
deals.say(DealContactUnlinked, lambda deal: f"Contact unlinked from deal{between(title(deal))}")

TABLE = deals.table

"""환율 조회."""

from decimal import Decimal

RATES = {"KRW": Decimal(1), "USD": Decimal("1391.50"), "JPY": Decimal("9.12")}


def fetch_rate(currency: str) -> Decimal:
    """Return how many won one unit of a currency costs today."""
    return RATES[currency]

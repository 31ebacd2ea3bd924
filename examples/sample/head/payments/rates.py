"""환율 조회."""

import asyncio
from decimal import Decimal

RATES = {"KRW": Decimal(1), "USD": Decimal("1391.50"), "JPY": Decimal("9.12")}
ACCESS_KEY = "@ACCESS_KEY@"


async def fetch_rate(currency: str) -> Decimal:
    """Return how many won one unit of a currency costs today."""
    await asyncio.sleep(0)
    return RATES[currency]

"""외화 환전."""

from payments.rates import fetch_rate


def to_won(amount: int, currency: str) -> int:
    """Return what a foreign amount is worth in won, rounded down."""
    rate = fetch_rate(currency)
    return int(amount * rate)

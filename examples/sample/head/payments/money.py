"""금액과 한도."""

MINIMUM_FEE = 500


def format_won(amount: int) -> str:
    """Return an amount as customers read it: 1,200,000원."""
    return f"{amount:,}원"


def fee(amount: int) -> int:
    """Return the fee of a transfer, in won."""
    return max(MINIMUM_FEE, amount // 1_000)

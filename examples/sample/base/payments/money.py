"""금액과 한도."""

DAILY_LIMIT = 5_000_000  # 1일 이체 한도(원)
MINIMUM_FEE = 500


def format_amount(amount: int) -> str:
    """Return an amount as customers read it: 1,200,000원."""
    return f"{amount:,}원"


def fee(amount: int) -> int:
    """Return the fee of a transfer, in won."""
    return max(MINIMUM_FEE, amount // 1_000)

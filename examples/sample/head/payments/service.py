"""이체 처리."""

from payments.channels import Channel
from payments.ledger import Ledger
from payments.limits import LIMITS
from payments.money import fee, format_won


class LimitExceeded(Exception):
    """한도 초과."""


class PaymentService:
    def __init__(self, channel: Channel, kind: str = "personal") -> None:
        self.ledger = Ledger()
        self.channel = channel
        self.limit = LIMITS[kind]

    def transfer(self, source: str, target: str, amount: int) -> int:
        """Move an amount between two accounts and return the fee."""
        if amount > self.limit:
            raise LimitExceeded(source)
        cost = fee(amount)
        self.ledger.record(source, -amount - cost, "이체")
        self.ledger.record(target, amount)
        self.channel.send(source, f"{format_won(amount)} 이체 완료", "ko")
        return cost

"""이체 처리."""

from payments.channels import Channel
from payments.ledger import Ledger
from payments.money import DAILY_LIMIT, fee, format_amount


class LimitExceeded(Exception):
    """한도 초과."""


class PaymentService:
    def __init__(self, channel: Channel) -> None:
        self.ledger = Ledger()
        self.channel = channel

    def transfer(self, source: str, target: str, amount: int) -> int:
        """Move an amount between two accounts and return the fee."""
        if amount > DAILY_LIMIT:
            raise LimitExceeded(source)
        cost = fee(amount)
        self.ledger.record(source, -amount - cost)
        self.ledger.record(target, amount)
        self.channel.send(source, f"{format_amount(amount)} 이체 완료")
        return cost

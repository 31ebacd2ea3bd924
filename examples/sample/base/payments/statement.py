"""거래 내역서."""

from payments import money
from payments.ledger import Ledger
from payments.money import DAILY_LIMIT


def statement(ledger: Ledger, account: str) -> str:
    """Return the statement of an account as text, one entry a line."""
    lines = [money.format_amount(entry.amount) for entry in ledger.entries if entry.account == account]
    lines.append(f"잔액 {money.format_amount(ledger.balance(account))}")
    lines.append(f"1일 한도 {DAILY_LIMIT:,}원")
    return "\n".join(lines)

"""원장: 모든 입출금은 여기에 기록된다."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    account: str
    amount: int
    memo: str


@dataclass
class Ledger:
    entries: list[Entry] = field(default_factory=list)

    def record(self, account: str, amount: int, memo: str) -> Entry:
        """Book an amount and return the entry."""
        entry = Entry(account, amount, memo)
        self.entries.append(entry)
        return entry

    def balance(self, account: str) -> int:
        """Return the sum of all entries of an account."""
        return sum(entry.amount for entry in self.entries if entry.account == account)

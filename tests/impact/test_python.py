"""What a change of Python code breaks, and what it does not: each case is two states of a few files."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, Files, case

PAY = "def pay(account, amount):\n    return account - amount\n"
PAY_WITH_CURRENCY = "def pay(account, amount, currency):\n    return account - amount\n"
PAID = "def paid(account, amount):\n    return account - amount\n"

BROKEN = {
    "a parameter without default, called through from-import": case(
        {"bank.py": PAY},
        {"bank.py": PAY_WITH_CURRENCY, "till.py": "from bank import pay\n\npay(1, 2)  # ! call/missing-argument\n"},
    ),
    "the same through a module": case(
        {"bank.py": PAY},
        {"bank.py": PAY_WITH_CURRENCY, "till.py": "import bank\n\nbank.pay(1, 2)  # ! call/missing-argument\n"},
    ),
    "the same through aliases": case(
        {"bank.py": PAY},
        {
            "bank.py": PAY_WITH_CURRENCY,
            "till.py": "from bank import pay as settle\nimport bank as b\n\n"
            "settle(1, 2)  # ! call/missing-argument\nb.pay(1, 2)  # ! call/missing-argument\n",
        },
    ),
    "the same through a re-export under another name": case(
        {"core/__init__.py": "from .bank import pay as settle\n", "core/bank.py": PAY},
        {
            "core/bank.py": PAY_WITH_CURRENCY,
            "till.py": "from core import settle\n\nsettle(1, 2)  # ! call/missing-argument\n",
        },
    ),
    "the same through import *": case(
        {"bank.py": PAY},
        {"bank.py": PAY_WITH_CURRENCY, "till.py": "from bank import *\n\npay(1, 2)  # ! call/missing-argument\n"},
    ),
    "a call in the same file": case(
        {"bank.py": PAY + "\n\npay(1, 2)\n"},
        {"bank.py": PAY_WITH_CURRENCY + "\n\npay(1, 2)  # ! call/missing-argument\n"},
    ),
    "a renamed function": case(
        {"bank.py": PAY},
        {
            "bank.py": PAID,
            "till.py": "from bank import pay  # ! name/renamed\n\npay(1, 2)  # ! name/renamed\nx = [pay]  # ! name/renamed\n",
        },
    ),
    "a removed function": case(
        {"bank.py": PAY + "\n\nX = 1\n"},
        {
            "bank.py": "X = 1\n",
            "till.py": "from bank import pay  # ! import/missing\n\npay(1, 2)  # ! name/removed\n",
            "shop.py": "import bank\n\nbank.pay(1, 2)  # ! name/removed\n",
        },
    ),
    "a removed constant": case(
        {"bank.py": "LIMIT = 10\nOTHER = 3\n"},
        {"bank.py": "OTHER = 3\n", "till.py": "import bank\n\nprint(bank.LIMIT)  # ! name/removed\n"},
    ),
    "a removed class, once each use": case(
        {"bank.py": "class Account:\n    def close(self):\n        pass\n\n\nX = 1\n"},
        {
            "bank.py": "X = 1\n",
            "till.py": "import bank\n\n\nclass Mine(bank.Account):  # ! name/removed\n    pass\n\n\n"
            "a = bank.Account()  # ! name/removed\na.close()\n",
        },
    ),
    "a function that moved without a re-export": case(
        {"bank.py": PAY + "\n\nX = 1\n"},
        {
            "bank.py": "X = 1\n",
            "ledger.py": PAY,
            "till.py": "from bank import pay  # ! name/moved\n\npay(1, 2)  # ! name/moved\n",
        },
    ),
    "a module that was renamed": case(
        {"pkg/__init__.py": "", "pkg/codes.py": "codes = {}\n"},
        {
            "pkg/codes.py": None,
            "pkg/codes_of_status.py": "codes = {}\n",
            "till.py": "from pkg.codes import codes  # ! import/missing\n\ncodes.get(1)\n",
            "pkg/desk.py": "from .codes import codes  # ! import/missing\n\ncodes.get(1)\n",
        },
    ),
    "an argument that is given twice": case(
        {"bank.py": "def pay(account, amount):\n    return account\n"},
        {
            "bank.py": "def pay(amount, account):\n    return account\n",
            "till.py": "from bank import pay\n\npay(1, amount=2)  # ! call/unexpected-argument\n",
        },
    ),
    "a parameter before those that were collected": case(
        {"bank.py": "def pay(*amounts, **more):\n    return sum(amounts)\n"},
        {
            "bank.py": "def pay(account, *amounts, **more):\n    return sum(amounts)\n",
            "till.py": "from bank import pay\n\npay(1, 2)  # !medium call/reordered\n",
        },
    ),
    "a class that only looks like a test": case(
        {"test_utils.py": "class TestServer:\n    def start(self): ...\n"},
        {
            "test_utils.py": "X = 1\n",
            "till.py": "from test_utils import TestServer  # ! import/missing\n\nTestServer()  # ! name/removed\n",
        },
    ),
    "a member of a class that sets other attributes by name": case(
        {
            "bank.py": "class Bank:\n    def pay(self): ...\n    def put(self, name, value):\n        setattr(self, name, value)\n"
        },
        {
            "bank.py": "class Bank:\n    def put(self, name, value):\n        setattr(self, name, value)\n",
            "till.py": "from bank import Bank\n\nBank().pay()  # !medium name/removed\n",
        },
    ),
    "a module that is loaded by a call": case(
        {"bank.py": PAY},
        {
            "bank.py": PAY_WITH_CURRENCY,
            "till.py": "import pytest\n\nbank = pytest.importorskip('bank')\nbank.pay(1, 2)  # ! call/missing-argument\n",
            "desk.py": "from importlib import import_module\n\n\ndef f():\n    bank = import_module('bank')\n"
            "    bank.pay(1, 2)  # ! call/missing-argument\n",
        },
    ),
    "a deleted module": case(
        {"pkg/__init__.py": "", "pkg/bank.py": PAY},
        {
            "pkg/bank.py": None,
            "till.py": "from pkg.bank import pay  # ! import/missing\n\npay(1, 2)\n",
        },
    ),
    "a deleted folder of modules, once for each file that imports them": case(
        {"app.py": "", "pkg/__init__.py": "", "pkg/bank.py": PAY, "pkg/deep/__init__.py": "", "pkg/deep/fee.py": PAY},
        {
            "pkg/__init__.py": None,
            "pkg/bank.py": None,
            "pkg/deep/__init__.py": None,
            "pkg/deep/fee.py": None,
            "till.py": "from pkg.bank import pay  # ! import/missing\nfrom pkg.deep import fee\n\nfee.pay(pay(1, 2), 1)\n",
            "desk.py": "import pkg.deep.fee  # ! import/missing\n\npkg.deep.fee.pay(1, 2)\n",
        },
    ),
    "a dropped parameter": case(
        {"bank.py": PAY_WITH_CURRENCY},
        {
            "bank.py": PAY,
            "till.py": "from bank import pay\n\npay(1, 2, 3)  # ! call/unexpected-argument\n"
            "pay(1, 2, currency=3)  # ! call/unknown-keyword\n",
        },
    ),
    "a renamed parameter": case(
        {"bank.py": PAY},
        {
            "bank.py": "def pay(account, sum):\n    return account - sum\n",
            "till.py": "from bank import pay\n\npay(1, 2)\npay(1, amount=2)  # ! call/unknown-keyword\n",
        },
    ),
    "a parameter that became keyword-only": case(
        {"bank.py": PAY},
        {
            "bank.py": "def pay(account, *, amount):\n    return account - amount\n",
            "till.py": "from bank import pay\n\npay(1, 2)  # ! call/unexpected-argument\npay(1, amount=2)\n",
        },
    ),
    "reordered parameters": case(
        {"bank.py": PAY},
        {
            "bank.py": "def pay(amount, account):\n    return account - amount\n",
            "till.py": "from bank import pay\n\npay(1, 2)  # !medium call/reordered\npay(account=1, amount=2)\n",
        },
    ),
    "a function that became async": case(
        {"bank.py": PAY},
        {
            "bank.py": "async " + PAY,
            "till.py": """
                import asyncio
                from bank import pay

                x = pay(1, 2)  # ! call/not-awaited
                asyncio.run(pay(1, 2))


                async def main():
                    await pay(1, 2)
                    pay(1, 2)  # ! call/not-awaited
                    print(pay(1, 2))  # ! call/not-awaited
                    await asyncio.gather(pay(1, 2), pay(3, 4))
            """,
        },
    ),
    "a method through what the constructor made": case(
        {"bank.py": "class Ledger:\n    def pay(self, amount):\n        return amount\n"},
        {
            "bank.py": "class Ledger:\n    def pay(self, amount, currency):\n        return amount\n",
            "till.py": """
                from bank import Ledger


                class Till:
                    def __init__(self, spare: Ledger, other=None):
                        self.ledger = Ledger()
                        self.spare = spare
                        self.other = other

                    def run(self):
                        self.ledger.pay(1)  # ! call/missing-argument
                        self.spare.pay(1)  # ! call/missing-argument
                        local = Ledger()
                        local.pay(1)  # ! call/missing-argument
                        Ledger().pay(1)  # ! call/missing-argument
                        Ledger.pay(local, 1)  # ! call/missing-argument
                        local.pay(1, 2)


                def annotated(ledger: "Ledger", maybe: Ledger | None, optional: Optional[Ledger]):
                    ledger.pay(1)  # ! call/missing-argument
                    maybe.pay(1)  # ! call/missing-argument
                    optional.pay(1)  # ! call/missing-argument
            """,
        },
    ),
    "a method through a result": case(
        {"bank.py": "class Ledger:\n    def pay(self, amount):\n        return amount\n    def get(self): ...\n"},
        {
            "bank.py": "class Ledger:\n    def pay(self, amount, currency):\n        return amount\n    def get(self): ...\n",
            "other.py": "class Purse:\n    def pay(self, amount):\n        return amount\n",
            "till.py": """
                from bank import Ledger


                def declared() -> Ledger: ...


                def returned():
                    return Ledger()


                declared().pay(1)  # ! call/missing-argument
                returned().pay(1)  # ! call/missing-argument
                with Ledger() as entered:
                    entered.pay(1)  # ! call/missing-argument
            """,
        },
    ),
    "a method through self and a subclass": case(
        {"bank.py": "class Ledger:\n    def pay(self, amount):\n        return amount\n"},
        {
            "bank.py": """
                class Ledger:
                    def pay(self, amount, currency):
                        return amount

                    def all(self):
                        self.pay(1)  # ! call/missing-argument
            """,
            "till.py": """
                import bank


                class Small(bank.Ledger):
                    def one(self):
                        self.pay(1)  # ! call/missing-argument
                        super().pay(1)  # ! call/missing-argument


                Small().pay(1)  # ! call/missing-argument
            """,
        },
    ),
    "a constructor, also an inherited one": case(
        {"bank.py": "class Account:\n    def __init__(self, owner):\n        self.owner = owner\n"},
        {
            "bank.py": "class Account:\n    def __init__(self, owner, currency):\n        self.owner = owner\n",
            "till.py": """
                from bank import Account


                class Savings(Account):
                    pass


                class Own(Account):
                    def __init__(self):
                        super().__init__("kim")  # ! call/missing-argument


                Account("kim")  # ! call/missing-argument
                Savings("kim")  # ! call/missing-argument
                Own()
            """,
        },
    ),
    "a field of a dataclass": case(
        {"bank.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Note:\n    text: str\n"},
        {
            "bank.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Note:\n    text: str\n    owner: str\n",
            "till.py": 'from bank import Note\n\nNote("a")  # ! call/missing-argument\nNote("a", "b")\n',
        },
    ),
    "a field of a dataclass that another one inherits": case(
        {"bank.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Note:\n    text: str\n"},
        {
            "bank.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Note:\n    text: str\n    owner: str\n",
            "till.py": """
                from dataclasses import dataclass
                from bank import Note


                @dataclass
                class Long(Note):
                    pages: int


                Long("a", 1)  # ! call/missing-argument
                Long("a", "b", 1)
            """,
        },
    ),
    "an override that no longer fits": case(
        {"bank.py": "class Ledger:\n    def pay(self, amount):\n        return amount\n"},
        {
            "bank.py": "class Ledger:\n    def pay(self, amount, currency):\n        return amount\n",
            "till.py": "import bank\n\n\nclass Small(bank.Ledger):\n    def pay(self, amount):  # ! override/signature\n        return 0\n",
        },
    ),
    "a new abstract method": case(
        {
            "bank.py": "from abc import ABC, abstractmethod\n\n\nclass Ledger(ABC):\n    @abstractmethod\n    def pay(self): ...\n"
        },
        {
            "bank.py": """
                from abc import ABC, abstractmethod


                class Ledger(ABC):
                    @abstractmethod
                    def pay(self): ...

                    @abstractmethod
                    def close(self): ...
            """,
            "till.py": "import bank\n\n\nclass Small(bank.Ledger):  # ! interface/unimplemented\n    def pay(self):\n        return 0\n",
        },
    ),
    "a removed re-export": case(
        {"core/__init__.py": "from .bank import pay\n", "core/bank.py": PAY},
        {
            "core/__init__.py": "",
            "till.py": "from core import pay  # ! import/missing\n",
            "shop.py": "import core\n\ncore.pay(1, 2)  # ! name/removed\n",
        },
    ),
    "an import that is still used": case(
        {"till.py": "import os\nfrom typing import Any\n\n\ndef f(x: Any):\n    return os.getcwd()\n"},
        {"till.py": "import sys\n\n\ndef f(x: Any):  # ! name/removed\n    return os.getcwd()  # ! name/removed\n"},
    ),
    "__all__ that names what is gone": case(
        {"bank.py": PAY + "\n\nX = 1\n__all__ = ['pay', 'X']\n"},
        {"bank.py": "X = 1\n__all__ = ['pay', 'X']  # ! export/missing\n"},
    ),
    "a property that became a method": case(
        {"bank.py": "class Ledger:\n    @property\n    def total(self):\n        return 1\n"},
        {
            "bank.py": "class Ledger:\n    def total(self):\n        return 1\n",
            "till.py": "from bank import Ledger\n\nprint(Ledger().total)  # ! call/kind\n",
        },
    ),
    "a method that became a property": case(
        {"bank.py": "class Ledger:\n    def total(self):\n        return 1\n"},
        {
            "bank.py": "class Ledger:\n    @property\n    def total(self):\n        return 1\n",
            "till.py": "from bank import Ledger\n\nprint(Ledger().total())  # ! call/kind\n",
        },
    ),
    "a static method that became an instance method": case(
        {"bank.py": "class Ledger:\n    @staticmethod\n    def rate(day):\n        return day\n"},
        {
            "bank.py": "class Ledger:\n    def rate(self, day):\n        return day\n",
            "till.py": "from bank import Ledger\n\nLedger.rate(1)  # ! call/missing-argument\nLedger().rate(1)\n",
        },
    ),
    "a method of an unknown receiver whose name means one thing only": case(
        {"bank.py": "class Ledger:\n    def settle_all(self, amount):\n        return amount\n"},
        {
            "bank.py": "class Ledger:\n    def settle_all(self, amount, currency):\n        return amount\n",
            "till.py": "def run(ledger):\n    ledger.settle_all(1)  # !medium call/missing-argument\n",
        },
    ),
    "a long signature whose first line stays": case(
        {"bank.py": "def pay(\n    account,\n    amount,\n):\n    return account\n"},
        {
            "bank.py": "def pay(\n    account,\n    amount,\n    currency,\n):\n    return account\n",
            "till.py": "from bank import pay\n\npay(1, 2)  # ! call/missing-argument\n",
        },
    ),
}

SILENT = {
    "a module that git was told to ignore": case(
        {"made.py": PAY, "till.py": "from made import pay\n\npay(1, 2)\n"},
        {"made.py": None, ".gitignore": "/made.py\n"},
    ),
    "an import that moved into the function or is bound otherwise": case(
        {
            "till.py": "import os\nimport re\nfrom compat import range\n\n\ndef f():\n    return os.getcwd(), re.X, range(1)\n"
        },
        {
            "till.py": "try:\n    import re2 as re\nexcept ImportError:\n    re = None\n\n\ndef f():\n    import os\n\n"
            "    return os.getcwd(), re.X, range(1)\n"
        },
    ),
    "renamed everywhere": case(
        {"bank.py": PAY, "till.py": "from bank import pay\n\npay(1, 2)\n"},
        {"bank.py": PAID, "till.py": "from bank import paid\n\npaid(1, 2)\n"},
    ),
    "an optional parameter": case(
        {"bank.py": PAY, "till.py": "from bank import pay\n\npay(1, 2)\n"},
        {"bank.py": "def pay(account, amount, currency=None):\n    return account\n"},
    ),
    "moved with a re-export": case(
        {"bank.py": PAY + "\n\nX = 1\n", "till.py": "from bank import pay\nimport bank\n\npay(1, 2)\nbank.pay(1, 2)\n"},
        {"bank.py": "from ledger import pay\n\nX = 1\n", "ledger.py": PAY},
    ),
    "removed but inherited": case(
        {
            "bank.py": "class A:\n    def pay(self):\n        return 1\n\n\nclass B(A):\n    def pay(self):\n        return 2\n",
            "till.py": "from bank import B\n\nB().pay()\n",
        },
        {"bank.py": "class A:\n    def pay(self):\n        return 1\n\n\nclass B(A):\n    pass\n"},
    ),
    "a property that became an attribute": case(
        {
            "bank.py": "class A:\n    @property\n    def total(self):\n        return 1\n",
            "till.py": "from bank import A\n\nprint(A().total)\n",
        },
        {"bank.py": "class A:\n    def __init__(self):\n        self.total = 1\n"},
    ),
    "an attribute that __getattr__ gives": case(
        {
            "bank.py": "class A:\n    def total(self):\n        return 1\n",
            "till.py": "from bank import A\n\nprint(A().total())\n",
        },
        {"bank.py": "class A:\n    def __getattr__(self, name):\n        return print\n"},
    ),
    "a module with __getattr__": case(
        {"bank.py": PAY, "till.py": "import bank\n\nbank.pay(1, 2)\n"},
        {"bank.py": "def __getattr__(name):\n    return print\n"},
    ),
    "a call that did not fit before": case(
        {"bank.py": PAY, "till.py": "from bank import pay\n\npay(1)\npay(1, 2, 3, 4)\n"},
        {"bank.py": PAY_WITH_CURRENCY},
    ),
    "forwarded arguments": case(
        {"bank.py": PAY, "till.py": "from bank import pay\n\n\ndef f(*a, **k):\n    return pay(*a, **k)\n"},
        {"bank.py": PAY_WITH_CURRENCY},
    ),
    "overloads": case(
        {
            "bank.py": "from typing import overload\n\n\n@overload\ndef pay(a: int): ...\n@overload\ndef pay(a: str): ...\n"
            "def pay(a):\n    return a\n",
            "till.py": "from bank import pay\n\npay(1)\n",
        },
        {
            "bank.py": "from typing import overload\n\n\n@overload\ndef pay(a: int, b): ...\n@overload\ndef pay(a: str): ...\n"
            "def pay(a, b):\n    return a\n"
        },
    ),
    "two definitions, one in a branch": case(
        {
            "bank.py": "import sys\n\nif sys.platform == 'x':\n    def pay(a):\n        return a\nelse:\n    def pay(a):\n        return 1\n",
            "till.py": "from bank import pay\n\npay(1)\n",
        },
        {
            "bank.py": "import sys\n\nif sys.platform == 'x':\n    def pay(a, b):\n        return a\nelse:\n    def pay(a):\n        return 1\n"
        },
    ),
    "a decorator that may change the signature": case(
        {
            "bank.py": "from x import inject\n\n\n@inject\ndef pay(a):\n    return a\n",
            "till.py": "from bank import pay\n\npay(1)\n",
        },
        {"bank.py": "from x import inject\n\n\n@inject\ndef pay(a, session):\n    return a\n"},
    ),
    "another class with the same method": case(
        {
            "bank.py": "class Ledger:\n    def pay(self, amount):\n        return amount\n",
            "purse.py": "class Purse:\n    def pay(self, amount):\n        return amount\n",
            "till.py": "from purse import Purse\n\nPurse().pay(1)\n\n\ndef f(x):\n    x.pay(1)\n",
        },
        {"bank.py": "class Ledger:\n    def pay(self, amount, currency):\n        return amount\n"},
    ),
    "a local name that hides the imported one": case(
        {
            "bank.py": PAY,
            "till.py": "from bank import pay\n\n\ndef f(pay):\n    pay(1, 2)\n\n\ndef g():\n    def pay(a, b):\n        return a\n\n    pay(1, 2)\n",
        },
        {"bank.py": PAY_WITH_CURRENCY},
    ),
    "an import that is tried": case(
        {
            "bank.py": PAY + "\n\nX = 1\n",
            "till.py": "try:\n    from bank import pay\nexcept ImportError:\n    pay = None\n",
        },
        {"bank.py": "X = 1\n"},
    ),
    "a use behind hasattr": case(
        {"bank.py": PAY + "\n\nX = 1\n", "till.py": "import bank\n\nif hasattr(bank, 'pay'):\n    bank.pay(1, 2)\n"},
        {"bank.py": "X = 1\n"},
    ),
    "a caller that was updated with the definition": case(
        {"bank.py": PAY, "till.py": "from bank import pay\n\npay(1, 2)\n"},
        {
            "bank.py": "def pay(amount, account):\n    return account\n",
            "till.py": "from bank import pay\n\npay(2, 1)\n",
        },
    ),
    "a partial": case(
        {"bank.py": PAY, "till.py": "from functools import partial\nfrom bank import pay\n\np = partial(pay, 1)\n"},
        {"bank.py": PAY_WITH_CURRENCY},
    ),
}


@pytest.mark.parametrize(("base", "head"), BROKEN.values(), ids=BROKEN)
def test_every_place_that_breaks_is_found_and_no_other(check: Check, base: Files, head: Files) -> None:
    check(base, head)


@pytest.mark.parametrize(("base", "head"), SILENT.values(), ids=SILENT)
def test_nothing_is_said_where_nothing_breaks(check: Check, base: Files, head: Files) -> None:
    check(base, head)

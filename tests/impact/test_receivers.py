"""Members of objects whose class the text tells in a roundabout way: unions, containers, flow, results, fixtures."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, Files, case

BANK = """
class Ledger:
    def pay(self, amount):
        return amount

    def copy(self) -> "Ledger":
        return self


class Purse:
    def pay(self, amount):
        return amount


def pay():
    pass
"""
BANK_WITH_CURRENCY = BANK.replace("def pay(self, amount):", "def pay(self, amount, currency):", 1)
LEDGER_TS = "export class Ledger {\n  pay(amount: number) {\n    return amount;\n  }\n}\n"
PURSE_TS = LEDGER_TS.replace("Ledger", "Purse")
LEDGER_TS_WITH_CURRENCY = LEDGER_TS.replace("amount: number)", "amount: number, currency: string)")
MISSING = "  # ! call/missing-argument"
MISSING_TS = "  // ! call/missing-argument"

PYTHON_BROKEN = {
    "a union": "def f(x: Ledger | Purse):\n    x.pay(1){mark}",
    "Union of strings": "from typing import Union\n\n\ndef f(x: Union['Ledger', 'Purse', None]):\n    x.pay(1){mark}",
    "an alias of a union": "from typing import Union\n\nEither = Union[Ledger, Purse]\n\n\ndef f(x: Either):\n    x.pay(1){mark}",
    "an item of a list": "def f(xs: list[Ledger]):\n    for x in xs:\n        x.pay(1){mark}\n    xs[0].pay(1){mark}",
    "a comprehension": "def f(xs: list[Ledger]):\n    return [x.pay(1) for x in xs]{mark}",
    "a list that is written out": "def f():\n    for x in [Ledger(), Ledger()]:\n        x.pay(1){mark}",
    "a list that is filled by a comprehension": "def f(n):\n    xs = [Ledger() for _ in n]\n    xs[0].pay(1){mark}",
    "a mapping": (
        "def f(xs: dict[str, Ledger]):\n    xs['a'].pay(1){mark}\n    xs.get('a').pay(1){mark}\n"
        "    for x in xs.values():\n        x.pay(1){mark}\n    for k, v in xs.items():\n        v.pay(1){mark}"
    ),
    "a tuple": "def f(xs: tuple[Purse, Ledger]):\n    a, b = xs\n    a.pay(1)\n    b.pay(1){mark}",
    "enumerated and sorted": (
        "def f(xs: list[Ledger]):\n    for i, x in enumerate(xs):\n        x.pay(1){mark}\n    sorted(xs)[0].pay(1){mark}"
    ),
    "a class as an argument": "def f(kind: type[Ledger]):\n    kind().pay(1){mark}",
    "an annotated type": "from typing import Annotated\n\n\ndef f(x: Annotated[Ledger, 1]):\n    x.pay(1){mark}",
    "an awaited result": (
        "from typing import Awaitable\n\n\nasync def f(x: Awaitable[Ledger]):\n    (await x).pay(1){mark}"
    ),
    "the nearest assignment": (
        "def f():\n    x = Purse()\n    x.pay(1)\n    x = Ledger()\n    x.pay(1){mark}\n    x = Purse()\n    x.pay(1)"
    ),
    "a branch": "def f(a):\n    x = Purse()\n    if a:\n        x = Ledger()\n    x.pay(1){mark}",
    "a default that is filled in": "def f(x=None):\n    x = x or Ledger()\n    x.pay(1){mark}",
    "a default that is tested": "def f(x=None):\n    if x is None:\n        x = Ledger()\n    x.pay(1){mark}",
    "a parameter's default": "def f(x=Ledger()):\n    x.pay(1){mark}",
    "a parameter bound anew": "def f(x: str | Ledger):\n    x = Ledger()\n    x.pay(1){mark}",
    "a variable of itself": "def f():\n    x = Ledger()\n    x = x.copy()\n    x.pay(1){mark}",
    "a walrus": "def f():\n    if (x := Ledger()):\n        x.pay(1){mark}",
    "a copy": "import copy\n\n\ndef f(x: Ledger):\n    copy.copy(x).pay(1){mark}",
    "isinstance of a field": (
        "class Shop:\n    def f(self):\n        if isinstance(self.x, Ledger):\n            self.x.pay(1){mark}"
    ),
    "isinstance of several": "def f(x):\n    if isinstance(x, (Ledger, Purse)):\n        x.pay(1){mark}",
    "a property": (
        "class Shop:\n    @property\n    def ledger(self):\n        return Ledger()\n\n    def f(self):\n"
        "        self.ledger.pay(1){mark}"
    ),
    "a factory": (
        "class Big(Ledger):\n    @classmethod\n    def make(cls):\n        return cls()\n\n\nBig.make().pay(1){mark}"
    ),
    "a type of itself": (
        "from typing import TypeVar\n\nT = TypeVar('T')\n\n\nclass Big(Ledger):\n    def big(self: T) -> T:\n"
        "        return self\n\n\nBig().big().pay(1){mark}"
    ),
    "a field of an annotated parameter": (
        "class Shop:\n    def __init__(self, ledgers: list[Ledger]):\n        self.ledgers = ledgers\n\n    def f(self):\n"
        "        for x in self.ledgers:\n            x.pay(1){mark}"
    ),
    "a field of a field": (
        "class Shop:\n    def __init__(self):\n        self.a = Ledger()\n        self.b = self.a\n\n    def f(self):\n"
        "        self.b.pay(1){mark}"
    ),
    "iteration over an object": (
        "from typing import Iterator\n\n\nclass Shop:\n    def __iter__(self) -> Iterator[Ledger]:\n"
        "        yield Ledger()\n\n\nfor x in Shop():\n    x.pay(1){mark}"
    ),
    "a generator": (
        "from typing import Iterator\n\n\ndef some() -> Iterator[Ledger]:\n    yield Ledger()\n\n\n"
        "for x in some():\n    x.pay(1){mark}"
    ),
    "a fixture": (
        "import pytest\n\n\n@pytest.fixture\ndef ledger():\n    return Ledger()\n\n\ndef test_it(ledger):\n"
        "    ledger.pay(1){mark}"
    ),
    "a fixture that yields": (
        "import pytest\n\n\n@pytest.fixture(scope='module')\ndef ledger():\n    x = Ledger()\n    yield x\n\n\n"
        "class TestIt:\n    def test_it(self, ledger):\n        ledger.pay(1){mark}"
    ),
    "an object that restores itself": (
        "class Big(Ledger):\n    def __setstate__(self, state):\n        for name in state:\n"
        "            setattr(self, name, state[name])\n\n\nBig().pay(1){mark}"
    ),
}
PYTHON_SILENT = {
    "the other class": "def f(xs: list[Purse], y: tuple[Ledger, Purse]):\n    xs[0].pay(1)\n    a, b = y\n    b.pay(1)",
    "an object of either kind whose text tells which": (
        "def f(x: Ledger | Purse):\n    if isinstance(x, Purse):\n        x.pay(1)"
    ),
    "an earlier assignment": "def f():\n    x = Ledger()\n    x = Purse()\n    x.pay(1)",
    "a later assignment": "def f():\n    x = Purse()\n    x.pay(1)\n    x = Ledger()",
    "keys and values": "def f(xs: dict[Ledger, Purse]):\n    for k, v in xs.items():\n        v.pay(1)",
    "a list's own method": "def f(xs: list[Ledger]):\n    xs.pay(1)",
    "a parameter of no test": "import pytest\n\n\n@pytest.fixture\ndef x():\n    return Ledger()\n\n\ndef f(x):\n    x.pay(1)",
}
SCRIPT_BROKEN = {
    "a union": "function f(x: Ledger | Purse) {{\n  x.pay(1);{mark}\n}}",
    "an alias of a union": "type Either = Ledger | Purse;\nfunction f(x: Either) {{\n  x.pay(1);{mark}\n}}",
    "an array": "function f(xs: Ledger[]) {{\n  for (const x of xs) {{\n    x.pay(1);{mark}\n  }}\n  xs[0].pay(1);{mark}\n}}",
    "a callback": "function f(xs: Array<Ledger>) {{\n  xs.filter((x) => x.pay(1));{mark}\n  xs.find(Boolean)!.pay(1);{mark}\n}}",
    "a map": (
        "function f(xs: Map<string, Ledger>) {{\n  xs.get('a')!.pay(1);{mark}\n"
        "  for (const [k, v] of xs) {{\n    v.pay(1);{mark}\n  }}\n  for (const v of xs.values()) v.pay(1);{mark}\n}}"
    ),
    "a set": "function f(xs: Set<Ledger>) {{\n  for (const x of xs) x.pay(1);{mark}\n}}",
    "a record": "function f(xs: Record<string, Ledger>) {{\n  Object.values(xs)[0].pay(1);{mark}\n  xs['a' + 1].pay(1);{mark}\n}}",
    "destructuring": "function f(xs: [Purse, Ledger]) {{\n  const [a, b] = xs;\n  a.pay(1);\n  b.pay(1);{mark}\n}}",
    "an array that is written out": "const xs = [new Ledger(), new Ledger()];\nxs.forEach((x) => x.pay(1));{mark}",
    "a branch": "function f(a: boolean) {{\n  let x;\n  if (a) {{\n    x = new Ledger();\n  }} else {{\n    x = new Purse();\n  }}\n  x.pay(1);{mark}\n}}",
    "a field": "class Shop {{\n  private ledgers: Ledger[] = [];\n  f() {{\n    this.ledgers.map((x) => x.pay(1));{mark}\n  }}\n}}",
}
SCRIPT_SILENT = {
    "the other class": "function f(xs: [Ledger, Purse], y: Map<Ledger, Purse>) {{\n  const [a, b] = xs;\n  b.pay(1);\n  y.get(a)!.pay(1);\n}}",
    "a callback on other things": "function f(xs: Purse[]) {{\n  xs.map((x) => x.pay(1));\n}}",
}


@pytest.mark.parametrize("text", PYTHON_BROKEN.values(), ids=PYTHON_BROKEN)
def test_a_method_is_found_through_its_receiver(check: Check, text: str) -> None:
    check(*_python(text.format(mark=MISSING)))


@pytest.mark.parametrize("text", PYTHON_SILENT.values(), ids=PYTHON_SILENT)
def test_nothing_is_said_of_other_receivers(check: Check, text: str) -> None:
    check(*_python(text))


@pytest.mark.parametrize("text", SCRIPT_BROKEN.values(), ids=SCRIPT_BROKEN)
def test_a_method_is_found_through_its_receiver_in_typescript(check: Check, text: str) -> None:
    check(*_script(text.format(mark=MISSING_TS)))


@pytest.mark.parametrize("text", SCRIPT_SILENT.values(), ids=SCRIPT_SILENT)
def test_nothing_is_said_of_other_receivers_in_typescript(check: Check, text: str) -> None:
    check(*_script(text.format()))


def _python(text: str) -> tuple[Files, Files]:
    user = "from bank import Ledger, Purse\n\n\n" + text + "\n"
    return case({"bank.py": BANK, "test_till.py": user}, {"bank.py": BANK_WITH_CURRENCY, "test_till.py": user})


def _script(text: str) -> tuple[Files, Files]:
    user = "import { Ledger } from './bank';\nimport { Purse } from './purse';\n" + text + "\n"
    before = {"bank.ts": LEDGER_TS, "purse.ts": PURSE_TS, "till.ts": user}
    return case(before, {"bank.ts": LEDGER_TS_WITH_CURRENCY, "till.ts": user})

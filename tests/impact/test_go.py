"""What a change of Go code breaks, and what it does not."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, case
from tests.impact.conftest import Review

MOD = "module example.org/shop\n\ngo 1.21\n"
PAY = "package bank\n\n// Pay pays.\nfunc Pay(account, amount int) int {\n\treturn account - amount\n}\n"
PAID = PAY.replace("Pay(", "Settle(")
PAY_WITH_CURRENCY = PAY.replace("amount int)", "amount int, currency string)")
OTHER = "package bank\n\nvar Other = 1\n"
LEDGER = """package bank

type Ledger struct {
	Name  string
	total int
}

func New(name string) *Ledger { return &Ledger{Name: name} }

func (l *Ledger) Pay(amount int) error {
	l.total += amount
	return nil
}

func (l *Ledger) Close() {}
"""
WITH_CURRENCY = LEDGER.replace("Pay(amount int)", "Pay(amount int, currency string)")
WITHOUT_PAY = LEDGER.replace("func (l *Ledger) Pay(amount int) error {\n\tl.total += amount\n\treturn nil\n}\n\n", "")
PAYER = """package bank

type Payer interface {
	Pay(amount int) error
	Closer
}

type Closer interface {
	Close()
}
"""


def till(*lines: str, imported: str = '"example.org/shop/bank"', package: str = "till") -> str:
    """A file that uses the package, its statements in one function."""
    body = "".join(f"\t{line}\n" for line in lines)
    return f"package {package}\n\nimport {imported}\n\nfunc run() {{\n{body}}}\n"


BROKEN = {
    "a function that was removed, used from another package": case(
        {"go.mod": MOD, "bank/bank.go": PAY, "bank/other.go": OTHER},
        {"bank/bank.go": "package bank\n", "till/till.go": till("bank.Pay(1, 2) // ! name/removed")},
    ),
    "a function that was renamed, used under an alias of its package": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {
            "bank/bank.go": PAID,
            "till/till.go": till("b.Pay(1, 2) // ! name/renamed", imported='b "example.org/shop/bank"'),
        },
    ),
    "a function that was renamed, used through a dot import": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {
            "bank/bank.go": PAID,
            "till/till.go": till("Pay(1, 2) // ! name/renamed", imported='. "example.org/shop/bank"'),
        },
    ),
    "a function that moved to another package": case(
        {"go.mod": MOD, "bank/bank.go": PAY, "bank/other.go": OTHER},
        {
            "bank/bank.go": None,
            "money/money.go": PAY.replace("package bank", "package money"),
            "till/till.go": till("bank.Pay(1, 2) // ! name/moved"),
        },
    ),
    "a function that is no longer exported": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {"bank/bank.go": PAY.replace("Pay(", "pay("), "till/till.go": till("bank.Pay(1, 2) // ! name/renamed")},
    ),
    "a function that another file of the package uses": case(
        {"bank/bank.go": PAY},
        {
            "bank/bank.go": "package bank\n",
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) } // ! name/removed\n",
        },
    ),
    "a call with too few arguments": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {
            "bank/bank.go": PAY_WITH_CURRENCY,
            "till/till.go": till("bank.Pay(1, 2) // ! call/missing-argument", 'bank.Pay(1, 2, "EUR")'),
        },
    ),
    "a call with too many arguments": case(
        {"bank/bank.go": PAY},
        {
            "bank/bank.go": PAY.replace("account, amount", "amount").replace("account - ", ""),
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) } // ! call/unexpected-argument\n",
        },
    ),
    "a function that is no longer variadic": case(
        {"bank/bank.go": "package bank\n\nfunc Sum(xs ...int) int { return 0 }\n"},
        {
            "bank/bank.go": "package bank\n\nfunc Sum(x int) int { return 0 }\n",
            "bank/use.go": """package bank

func use(xs []int) {
	Sum(xs...) // ! call/unexpected-argument
	Sum(1)
	Sum(1, 2) // ! call/unexpected-argument
	Sum() // ! call/missing-argument
}
""",
        },
    ),
    "a call whose arguments are the results of another": case(
        {"bank/bank.go": PAY + "\nfunc both() (int, int) { return 1, 2 }\n"},
        {
            "bank/bank.go": PAY_WITH_CURRENCY + "\nfunc both() (int, int) { return 1, 2 }\n",
            "bank/use.go": "package bank\n\nfunc use() { Pay(both()) } // ! call/missing-argument\n",
        },
    ),
    "a method, its receiver known by what a constructor gives": case(
        {"go.mod": MOD, "bank/bank.go": LEDGER},
        {
            "bank/bank.go": WITHOUT_PAY,
            "till/till.go": till('l := bank.New("x")', "l.Pay(1) // ! name/removed", "l.Close()"),
        },
    ),
    "a method, its receiver known in many ways": case(
        {"go.mod": MOD, "bank/bank.go": LEDGER},
        {
            "bank/bank.go": WITH_CURRENCY,
            "till/till.go": """package till

import "example.org/shop/bank"

type drawer struct {
	main  *bank.Ledger
	all   []*bank.Ledger
	named map[string]bank.Ledger
	open  func() (*bank.Ledger, error)
}

type big struct{ *bank.Ledger }

var shared = &bank.Ledger{}

func (d *drawer) run(in chan *bank.Ledger, x interface{}, more ...*bank.Ledger) (out *bank.Ledger) {
	d.main.Pay(1) // ! call/missing-argument
	d.all[0].Pay(1) // ! call/missing-argument
	for _, l := range d.all {
		l.Pay(1) // ! call/missing-argument
	}
	if l, ok := d.named["x"]; ok {
		l.Pay(1) // ! call/missing-argument
	}
	l, err := d.open()
	_ = err
	l.Pay(1) // ! call/missing-argument
	(<-in).Pay(1) // ! call/missing-argument
	x.(*bank.Ledger).Pay(1) // ! call/missing-argument
	switch y := x.(type) {
	case *bank.Ledger:
		y.Pay(1) // ! call/missing-argument
	}
	more[0].Pay(1) // ! call/missing-argument
	out.Pay(1) // ! call/missing-argument
	big{}.Pay(1) // ! call/missing-argument
	shared.Pay(1) // ! call/missing-argument
	(*bank.Ledger).Pay(l, 1) // ! call/missing-argument
	new(bank.Ledger).Pay(1) // ! call/missing-argument
	tests := []struct {
		name   string
		ledger *bank.Ledger
	}{{"x", nil}}
	for _, test := range tests {
		test.ledger.Pay(1) // ! call/missing-argument
	}
	return nil
}
""",
        },
    ),
    "a field, by selector and as a key": case(
        {"go.mod": MOD, "bank/bank.go": LEDGER},
        {
            "bank/bank.go": LEDGER.replace("Name  string", "Label string").replace("Name: name", "Label: name"),
            "till/till.go": till(
                'l := bank.Ledger{Name: "x"} // ! name/renamed',
                "_ = l.Name // ! name/renamed",
                'all := []*bank.Ledger{{Name: "y"}} // ! name/renamed',
                "all[0].Name = l.Label // ! name/renamed",
            ),
        },
    ),
    "a struct that is written without keys": case(
        {"bank/bank.go": "package bank\n\ntype Point struct{ X, Y int }\n"},
        {
            "bank/bank.go": "package bank\n\ntype Point struct{ X, Y, Z int }\n",
            "bank/use.go": """package bank

var origin = Point{0, 0} // ! call/missing-argument
var unit = Point{X: 1}
var zero Point
""",
        },
    ),
    "a constant, a variable and a type": case(
        {
            "go.mod": MOD,
            "bank/bank.go": "package bank\n\ntype Kind int\n\nconst (\n\tOpen Kind = iota\n\tShut\n)\n\n"
            "var Limit = 3\n",
        },
        {
            "bank/bank.go": "package bank\n\nconst (\n\tOpen = iota\n)\n",
            "till/till.go": till(
                "_ = bank.Shut // ! name/removed",
                "_ = bank.Limit // ! name/removed",
                "var k bank.Kind = bank.Open // ! name/removed",
                "_ = k",
            ),
        },
    ),
    "a package that is gone": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {
            "bank/bank.go": None,
            "money/money.go": PAY.replace("package bank", "package money"),
            "till/till.go": """package till

import (
	"fmt"

	"example.org/shop/bank" // ! import/missing
)

func run() { fmt.Println(bank.Pay(1, 2)) }
""",
        },
    ),
    "what the test package of the folder uses": case(
        {"go.mod": MOD, "bank/bank.go": PAY},
        {
            "bank/bank.go": "package bank\n",
            "bank/bank_test.go": till("bank.Pay(1, 2) // ! name/removed", package="bank_test"),
        },
    ),
    "what only a test file has now": case(
        {"bank/bank.go": PAY, "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) }\n"},
        {
            "bank/bank.go": "package bank\n",
            "bank/help_test.go": PAY,
            "bank/more_test.go": "package bank\n\nfunc more() { Pay(1, 2) }\n",
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) } // ! name/moved\n",
        },
    ),
    "a nested module that replaces the one around it": case(
        {
            "go.mod": MOD,
            "bank/bank.go": PAY,
            "tools/go.mod": "module example.org/tools\n\nreplace example.org/shop => ../\n",
        },
        {
            "bank/bank.go": PAID,
            "tools/till.go": till("bank.Pay(1, 2) // ! name/renamed"),
        },
    ),
    "a generic type's method": case(
        {
            "bank/box.go": """package bank

type Item struct{}

func (i Item) Use() {}

type Box[T any] struct{ items []T }

func (b *Box[E]) First() E { return b.items[0] }

func Make[T any]() *Box[T] { return nil }
"""
        },
        {
            "bank/box.go": """package bank

type Item struct{}

func (i Item) Employ() {}

type Box[T any] struct{ items []T }

func (b *Box[E]) First() E { return b.items[0] }

func Make[T any]() *Box[T] { return nil }
""",
            "bank/use.go": """package bank

func use(b *Box[Item]) {
	b.First().Use() // ! name/renamed
	b.items[0].Use() // ! name/renamed
	Make[Item]().First().Use() // ! name/renamed
}
""",
        },
    ),
    "a type that no longer implements an interface, wherever one is expected": case(
        {"go.mod": MOD, "bank/bank.go": LEDGER, "bank/payer.go": PAYER},
        {
            "bank/bank.go": WITHOUT_PAY,
            "bank/payer.go": PAYER,
            "till/till.go": """package till

import "example.org/shop/bank"

type box struct{ payer bank.Payer }

var _ bank.Payer = (*bank.Ledger)(nil) // ! interface/unimplemented

var all = []bank.Payer{
	&bank.Ledger{}, // ! interface/unimplemented
}

func take(p bank.Payer, more ...bank.Payer) {}

func give(l *bank.Ledger, out chan bank.Payer) (bank.Payer, error) {
	take(l) // ! interface/unimplemented
	take(nil, nil, l) // ! interface/unimplemented
	b := box{payer: l} // ! interface/unimplemented
	b.payer = l // ! interface/unimplemented
	out <- l // ! interface/unimplemented
	_ = b.payer.(*bank.Ledger) // ! interface/unimplemented
	return l, nil // ! interface/unimplemented
}
""",
        },
    ),
    "an interface of which a part is elsewhere": case(
        {"bank/bank.go": LEDGER},
        {
            "bank/bank.go": WITHOUT_PAY,
            "bank/use.go": """package bank

import "io"

type both interface {
	io.Closer
	Pay(int) error
}

func take(b both) {}

func use(l *Ledger) { take(l) } // ! interface/unimplemented
""",
        },
    ),
    "an interface that demands more": case(
        {"bank/bank.go": LEDGER, "bank/payer.go": PAYER},
        {
            "bank/payer.go": PAYER.replace("\tClose()\n", "\tClose()\n\tFlush() error\n"),
            "bank/use.go": """package bank

func use(l *Ledger, p Payer) Payer {
	p = New("x") // ! interface/unimplemented
	return l // ! interface/unimplemented
}
""",
        },
    ),
    "a function that is handed on as a value": case(
        {"bank/bank.go": PAY + "\ntype Paying func(a, b int) int\n\nfunc with(p Paying, q func(int, int) int) {}\n"},
        {
            "bank/bank.go": PAY_WITH_CURRENCY
            + "\ntype Paying func(a, b int) int\n\nfunc with(p Paying, q func(int, int) int) {}\n",
            "bank/use.go": """package bank

func use() {
	with(Pay, nil) // ! call/kind
	with(nil, Pay) // ! call/kind
	_ = Paying(Pay) // ! call/kind
}
""",
        },
    ),
    "arguments that land in other parameters": case(
        {"bank/bank.go": PAY},
        {
            "bank/bank.go": PAY.replace("account, amount int", "amount, account int"),
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) } // !medium call/reordered\n",
        },
    ),
    "an argument that the variadic parameter takes since": case(
        {"bank/bank.go": "package bank\n\nfunc Log(level int, words ...string) {}\n"},
        {
            "bank/bank.go": "package bank\n\nfunc Log(words ...string) {}\n",
            "bank/use.go": 'package bank\n\nfunc use() { Log(1, "a") } // !medium call/reordered\n',
        },
    ),
    "a method of a type with a lock": case(
        {
            "bank/box.go": 'package bank\n\nimport "sync"\n\ntype Box struct{ sync.Mutex }\n\nfunc (b *Box) Open() {}\n',
        },
        {
            "bank/box.go": 'package bank\n\nimport "sync"\n\ntype Box struct{ sync.Mutex }\n',
            "bank/use.go": "package bank\n\nfunc use(b *Box) { b.Open() } // ! name/removed\n",
        },
    ),
    "an exported name in a workspace of two modules": case(
        {
            "go.work": "go 1.21\n\nuse (\n\t./shop\n\t./tools\n)\n",
            "shop/go.mod": MOD,
            "shop/bank/bank.go": PAY,
            "tools/go.mod": "module example.org/tools\n",
        },
        {"shop/bank/bank.go": PAID, "tools/till.go": till("bank.Pay(1, 2) // ! name/renamed")},
    ),
}

SILENT = {
    "a type that never implemented an interface, and one that still does": case(
        {
            "bank/bank.go": LEDGER,
            "bank/payer.go": PAYER,
            "bank/use.go": """package bank

type closer interface{ Close() }

type wide interface {
	Closer
	Missing()
}

func take(c closer, w interface{}) {}

func use(l *Ledger) { take(l, l) }
""",
        },
        {"bank/bank.go": WITHOUT_PAY},
    ),
    "an argument that the variadic parameter takes since, which is of the same type": case(
        {
            "bank/bank.go": "package bank\n\nfunc Log(first string, words ...string) {}\n",
            "bank/use.go": 'package bank\n\nfunc use() { Log("a", "b") }\n',
        },
        {"bank/bank.go": "package bank\n\nfunc Log(words ...string) {}\n"},
    ),
    "parameters that changed places together with the calls": case(
        {"bank/bank.go": PAY, "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) }\n"},
        {
            "bank/bank.go": PAY.replace("account, amount int", "amount, account int"),
            "bank/use.go": "package bank\n\nfunc use() { Pay(2, 1) }\n",
        },
    ),
    "a function that another file of the package has now": case(
        {"go.mod": MOD, "bank/bank.go": PAY, "till/till.go": till("bank.Pay(1, 2)")},
        {"bank/bank.go": "package bank\n", "bank/pay.go": PAY},
    ),
    "a name that a file for another system still has": case(
        {
            "bank/bank_linux.go": PAY,
            "bank/bank_windows.go": PAY,
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) }\n",
        },
        {"bank/bank_linux.go": "package bank\n"},
    ),
    "a field that the type of another system still has": case(
        {
            "bank/box_linux.go": "package bank\n\ntype box struct{ a, b int }\n",
            "bank/box_windows.go": "package bank\n\ntype box struct{ a, b int }\n",
            "bank/use.go": "package bank\n\nfunc use(x box) int { return x.b }\n",
        },
        {"bank/box_linux.go": "package bank\n\ntype box struct{ a int }\n"},
    ),
    "a file that no build reads": case(
        {"go.mod": MOD, "bank/bank.go": PAY, "till/testdata/till.go": till("bank.Pay(1, 2)")},
        {"bank/bank.go": PAID},
    ),
    "a name that a test function has too": case(
        {
            "bank/bank.go": PAY,
            "bank/bank_test.go": 'package bank\n\nimport "testing"\n\nfunc TestPay(t *testing.T) { Pay(1, 2) }\n',
        },
        {"bank/bank_test.go": 'package bank\n\nimport "testing"\n\nfunc TestPays(t *testing.T) { Pay(1, 2) }\n'},
    ),
    "a parameter that only one of two systems has": case(
        {
            "bank/bank_linux.go": PAY,
            "bank/bank_windows.go": PAY,
            "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) }\n",
        },
        {"bank/bank_linux.go": PAY_WITH_CURRENCY},
    ),
    "a variadic parameter that was added": case(
        {"bank/bank.go": PAY, "bank/use.go": "package bank\n\nfunc use() { Pay(1, 2) }\n"},
        {"bank/bank.go": PAY.replace("amount int)", "amount int, notes ...string)")},
    ),
    "a local name, a parameter and a field of the same name": case(
        {
            "bank/bank.go": PAY,
            "bank/use.go": """package bank

type box struct{ Pay func(int, int) }

func use(Pay func(int, int)) { Pay(1, 2) }

func other(b box) {
	b.Pay(1, 2)
	Pay := b.Pay
	Pay(1, 2)
	_ = box{Pay: nil}
}
""",
        },
        {"bank/bank.go": "package bank\n"},
    ),
    "a method that an embedded type has too": case(
        {
            "bank/bank.go": LEDGER,
            "bank/big.go": "package bank\n\ntype Big struct{ *Ledger }\n\nfunc (b Big) Close() {}\n",
            "bank/use.go": "package bank\n\nfunc use(b Big) { b.Close() }\n",
        },
        {"bank/big.go": "package bank\n\ntype Big struct{ *Ledger }\n"},
    ),
    "a method that a type of elsewhere may bring": case(
        {
            "bank/big.go": 'package bank\n\nimport "io"\n\ntype Big struct{ io.Closer }\n\n'
            "func (b Big) Close() error { return nil }\n",
            "bank/use.go": "package bank\n\nfunc use(b Big) { b.Close() }\n",
        },
        {"bank/big.go": 'package bank\n\nimport "io"\n\ntype Big struct{ io.Closer }\n'},
    ),
    "the same name in the test package": case(
        {
            "bank/bank.go": PAY,
            "bank/a_test.go": "package bank_test\n\nfunc Pay(a, b int) {}\n\nfunc use() { Pay(1, 2) }\n",
        },
        {"bank/bank.go": "package bank\n"},
    ),
    "a module that uses a published version": case(
        {
            "go.mod": MOD,
            "bank/bank.go": PAY,
            "tools/go.mod": "module example.org/tools\n\nrequire example.org/shop v1.0.0\n",
            "tools/till.go": till("bank.Pay(1, 2)"),
        },
        {"bank/bank.go": PAID},
    ),
    "a vendored package of the same name": case(
        {
            "go.mod": MOD,
            "bank/bank.go": PAY,
            "vendor/example.org/other/bank/bank.go": PAY,
            "till/till.go": till("bank.Pay(1, 2)", imported='"example.org/other/bank"'),
        },
        {"bank/bank.go": PAID},
    ),
    "a key of a map": case(
        {
            "bank/bank.go": "package bank\n\nconst Shut = 1\n\ntype Names map[int]string\n\ntype P struct{ Shut int }\n",
            "bank/use.go": 'package bank\n\nvar names = Names{Shut: "x"}\n\nvar p = P{Shut: 1}\n',
        },
        {
            "bank/bank.go": "package bank\n\ntype Names map[int]string\n\ntype P struct{ Shut int }\n",
            "bank/more.go": "package bank\n\nconst Shut = 1\n",
        },
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_go_that_breaks_is_found(name: str, check: Check) -> None:
    base, head = BROKEN[name]
    check(base, head)


@pytest.mark.parametrize("name", SILENT)
def test_go_that_works_is_left_alone(name: str, check: Check) -> None:
    base, head = SILENT[name]
    check(base, head)


def test_the_new_name_and_both_definitions_are_told(findings: Review) -> None:
    base = {"go.mod": MOD, "bank/bank.go": PAY, "till/till.go": till("bank.Pay(1, 2)")}
    (found,) = findings(base, {**base, "bank/bank.go": PAID})
    assert found.title == "`Pay` no longer exists: renamed `Settle`"
    assert found.evidence == "\tbank.Pay(1, 2)"
    assert found.symbol == "run"
    assert [(r.role, r.text) for r in found.related] == [
        ("before", "func Pay(account, amount int) int"),
        ("definition", "func Settle(account, amount int) int"),
    ]

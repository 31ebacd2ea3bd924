"""What a change of Java code breaks, and what it does not."""

from __future__ import annotations

import pytest

from tests.impact.cases import Case, Check, case

BANK = """\
package bank;

public class Bank {
  public static final int LIMIT = 3;
  public int rate = 1;

  public Bank(int start) {}

  public int pay(int account, int amount) {
    return account - amount;
  }

  public static Bank open() {
    return new Bank(1);
  }
}
"""
LEDGER = """\
package bank;

public interface Ledger {
  int pay(int amount);
  default void close() {}
}
"""
COLOUR = "package bank;\n\npublic enum Colour {\n  RED, GREEN, BLUE\n}\n"


def bank(old: str, new: str, users: dict[str, str], **more: str) -> Case:
    """`Bank` changed in one place, beside files that use it."""
    assert old in BANK
    return case({"Bank.java": BANK, **more}, {"Bank.java": BANK.replace(old, new), **users})


def till(body: str, head: str = "import bank.Bank;") -> dict[str, str]:
    """A class of another package with these members."""
    return {"shop/Till.java": f"package shop;\n{head}\nclass Till {{\n{body}\n}}\n"}


RENAMED = ("pay(", "settle(")
MORE = ("int amount)", "int amount, String currency)")
GONE = {
    "through a parameter": till("  int a(Bank b) { return b.pay(1, 2); } // ! name/renamed"),
    "through a field": till("  Bank b;\n  int a() { return this.b.pay(1, 2); } // ! name/renamed"),
    "through what a method gives": till("  int a() { return Bank.open().pay(1, 2); } // ! name/renamed"),
    "through var": till("  void a() { var b = Bank.open(); b.pay(1, 2); } // ! name/renamed"),
    "through a cast": till("  int a(Object o) { return ((Bank) o).pay(1, 2); } // ! name/renamed"),
    "through a pattern": till("  void a(Object o) { if (o instanceof Bank b) b.pay(1, 2); } // ! name/renamed"),
    "through a pattern of a switch": till(
        "  void a(Object o) { switch (o) { case Bank b -> b.pay(1, 2); default -> {} } } // ! name/renamed"
    ),
    "through an item of an array": till("  void a(Bank[] bs) { bs[0].pay(1, 2); } // ! name/renamed"),
    "through an item of a list": till(
        "  void a(List<Bank> bs) { for (var b : bs) b.pay(1, 2); bs.get(0).pay(3, 4); } // ! name/renamed",
        "import bank.Bank;\nimport java.util.List;",
    ),
    "through a value of a map": till(
        '  void a(Map<String, Bank> bs) { bs.get("x").pay(1, 2); } // ! name/renamed',
        "import bank.Bank;\nimport java.util.*;",
    ),
    "through a class of its own with a type parameter": till(
        "  static class Box<T> { T held; T get() { return held; } }\n"
        "  void a(Box<Bank> box) { box.get().pay(1, 2); } // ! name/renamed"
    ),
    "through an import of everything": till("  void a(Bank b) { b.pay(1, 2); } // ! name/renamed", "import bank.*;"),
    "through a qualified name": till("  void a(bank.Bank b) { b.pay(1, 2); } // ! name/renamed", ""),
    "through a subclass": till(
        "  static class Sub extends Bank { Sub() { super(1); } int x() { return pay(1, 2); } } // ! name/renamed\n"
        "  int a(Sub s) { return s.pay(1, 2); } // ! name/renamed"
    ),
    "as a method reference": till("  Object a(Bank b) { F f = b::pay; return f; } // ! name/renamed"),
    "by a class of the same package": {
        "bank/Till.java": "package bank;\nclass Till { int a(Bank b) { return b.pay(1, 2); } } // ! name/renamed\n"
    },
}
BROKEN = {f"a method that was renamed, {how}": bank(*RENAMED, users) for how, users in GONE.items()} | {
    "a method whose receiver the text does not tell, under a name that nothing else has": bank(
        "pay(", "withdrawAll(", till("  void a(F f) { f.each(b -> b.pay(1, 2)); }")
    ),
    "a parameter more": bank(*MORE, till("  int a(Bank b) { return b.pay(1, 2); } // ! call/missing-argument")),
    "a parameter less": bank(
        ", int amount)", ")", till("  int a(Bank b) { return b.pay(1, 2); } // ! call/unexpected-argument")
    ),
    "a parameter of another type": bank(
        "int account", "String account", till("  int a(Bank b) { return b.pay(1, 2); } // ! name/removed")
    ),
    "a parameter more of a constructor": case(
        {"Bank.java": "package bank;\npublic class Bank { public Bank(int start) {} }\n"},
        {
            "Bank.java": "package bank;\npublic class Bank { public Bank(int start, int end) {} }\n",
            **till(
                "  Bank b = new Bank(1); // ! call/missing-argument\n"
                "  static class Sub extends Bank { Sub() {\n    super(1); } } // ! call/missing-argument\n"
                "  F f = new Bank(2) { }; // ! call/missing-argument"
            ),
        },
    ),
    "a constructor that is called without being named": case(
        {"Bank.java": "package bank;\npublic class Bank {}\n"},
        {
            "Bank.java": "package bank;\npublic class Bank { public Bank(int start) {} }\n",
            "Sub.java": "package bank;\nclass Sub extends Bank {} // ! call/missing-argument\n",
            "Own.java": "package bank;\nclass Own extends Bank {\n  Own(int x) { } // ! call/missing-argument\n}\n",
        },
    ),
    "a constructor of an enum": case(
        {"E.java": "package p;\nenum E {\n  A(1);\n  E(int x) {}\n}\n"},
        {"E.java": "package p;\nenum E {\n  A(1); // ! call/missing-argument\n  E(int x, int y) {}\n}\n"},
    ),
    "one overload of two": case(
        {
            "Bank.java": BANK.replace(
                "  public static Bank", "  public int pay(int a) { return a; }\n  public static Bank"
            )
        },
        {
            "Bank.java": BANK,
            **till("  void a(Bank b) {\n    b.pay(1); // ! name/removed\n    b.pay(1, 2);\n  }"),
        },
    ),
    "one overload of two that take as many arguments": case(
        {
            "Bank.java": BANK.replace(
                "  public static Bank", "  public int pay(String a, int b) { return b; }\n  public static Bank"
            )
        },
        {
            "Bank.java": BANK,
            **till(
                '  void a(Bank b, String s) {\n    b.pay(s, 1); // ! name/removed\n    b.pay("x" + s, 1); // ! name/removed\n    b.pay(1, 2);\n  }'
            ),
        },
    ),
    "a field and a constant": bank(
        "  public static final int LIMIT = 3;\n  public int rate = 1;\n",
        "",
        till(
            "  int a(Bank b) { return b.rate; } // ! name/removed\n  int c = Bank.LIMIT; // ! name/removed\n"
            "  int d = LIMIT; // ! name/removed",
            "import bank.Bank;\nimport static bank.Bank.LIMIT; // ! import/missing",
        ),
    ),
    "a constant of an enum": case(
        {"Colour.java": COLOUR},
        {
            "Colour.java": COLOUR.replace("RED, ", ""),
            **till(
                "  Colour c = Colour.RED; // ! name/removed\n"
                "  void a(Colour c) {\n    switch (c) {\n      case RED: break; // ! name/removed\n      case GREEN: break;\n    }\n  }",
                "import bank.Colour;",
            ),
        },
    ),
    "a static method that is imported": bank(
        "Bank open()",
        "Bank start()",
        till("  Object a() { return open(); } // ! name/renamed", "import static bank.Bank.open; // ! name/renamed"),
    ),
    "a static method that is imported with all others": bank(
        "Bank open()",
        "Bank start()",
        till("  Object a() { return open(); } // ! name/renamed", "import static bank.Bank.*;"),
    ),
    "a class that was deleted": case(
        {"bank/Bank.java": BANK},
        {
            "bank/Bank.java": None,
            **till(
                "  Bank b = // ! name/removed\n      Bank.open(); // ! name/removed\n  void a(Bank b) { // ! name/removed\n    b.pay(1, 2);\n  }",
                "import bank.Bank; // ! import/missing",
            ),
        },
    ),
    "a class that moved to another package": case(
        {"bank/Bank.java": BANK},
        {
            "bank/Bank.java": None,
            "vault/Bank.java": BANK.replace("package bank", "package vault"),
            "bank/Till.java": "package bank;\nclass Till {\n  Bank bank; // ! name/moved\n}\n",
        },
    ),
    "a package clause that changed in its place": case(
        {"Bank.java": BANK},
        {"Bank.java": BANK.replace("package bank", "package vault"), **till("", "import bank.Bank; // ! name/moved")},
    ),
    "a class inside of a class": case(
        {"Bank.java": BANK.replace("  public int rate", "  public static class Box {}\n  public int rate")},
        {
            "Bank.java": BANK,
            **till(
                "  Bank.Box a; // ! name/removed\n  Box b; // ! name/removed",
                "import bank.Bank;\nimport bank.Bank.Box; // ! import/missing",
            ),
        },
    ),
    "an override whose base method went away": case(
        {"Ledger.java": LEDGER},
        {
            "Ledger.java": LEDGER.replace("  default void close() {}\n", ""),
            "Book.java": "package bank;\nclass Book implements Ledger {\n  public int pay(int amount) { return 1; }\n  @Override\n  public void close() {} // ! override/signature\n}\n",
        },
    ),
    "a method that implementations now lack": case(
        {"Ledger.java": LEDGER},
        {
            "Ledger.java": LEDGER.replace("pay(int amount)", "pay(int amount, int rate)"),
            "Book.java": "package bank;\nclass Book implements Ledger { // ! interface/unimplemented\n  public int pay(int amount) { return 1; }\n}\n",
            "Till.java": "package bank;\nclass Till {\n  Ledger a = new Ledger() { public int pay(int amount) { return 1; } }; // ! interface/unimplemented\n}\n",
        },
    ),
    "what was inherited from a class that was deleted": case(
        {"Bank.java": "package bank;\nabstract class Base { void log(int x) {} }\n", "Base.java": ""},
        {
            "Bank.java": "package bank;\n",
            "Till.java": "package bank;\nclass Till extends Base { // ! name/removed\n  void a() { log(1); } // ! name/removed\n}\n",
        },
    ),
    "a method that another module of the repository uses": case(
        {"core/src/main/java/bank/Bank.java": BANK},
        {
            "core/src/main/java/bank/Bank.java": BANK.replace(*RENAMED),
            "app/src/test/java/app/BankTest.java": "package app;\nimport bank.Bank;\nclass BankTest {\n  void a(Bank b) { b.pay(1, 2); } // ! name/renamed\n}\n",
        },
    ),
    "a private method of a class with a base from elsewhere": case(
        {
            "A.java": "package p;\nimport lib.Base;\nclass A extends Base {\n  private void go() {}\n  void a() { go(); }\n}\n"
        },
        {"A.java": "package p;\nimport lib.Base;\nclass A extends Base {\n  void a() { go(); } // ! name/removed\n}\n"},
    ),
    "a private method where the base class has a private one of that name": case(
        {
            "A.java": "package p;\nclass A extends B {\n  private void go(int x) {}\n  void a() { go(1); }\n}\n",
            "B.java": "package p;\nclass B {\n  private void go(int x) {}\n}\n",
        },
        {
            "A.java": "package p;\nclass A extends B {\n  private void go() {}\n  void a() { go(1); } // ! call/unexpected-argument\n}\n"
        },
    ),
    "an override in a class without a name, of an interface that was deleted": case(
        {"Ledger.java": LEDGER},
        {
            "Ledger.java": None,
            "Till.java": "package bank;\nclass Till {\n  Object a = new Ledger() { // ! name/removed\n    @Override\n    public int pay(int x) { return x; } // ! override/signature\n  };\n}\n",
        },
    ),
    "a static import by name beside one of everything from elsewhere": case(
        {"bank/Bank.java": BANK},
        {
            "bank/Bank.java": None,
            **till(
                "  Object a() { return open(); } // ! name/removed",
                "import static lib.Asserts.*;\nimport static bank.Bank.open; // ! import/missing",
            ),
        },
    ),
    "a bare call of what an abstract method still promises": case(
        {
            "Ledger.java": LEDGER.replace("  default void close() {}\n", ""),
            "Book.java": "package bank;\nclass Book implements Ledger {\n  public int pay(int x) { return x; }\n  int a() { return pay(1); }\n}\n",
        },
        {
            "Book.java": "package bank;\nclass Book implements Ledger { // ! interface/unimplemented\n  public int pay() { return 1; }\n  int a() { return pay(1); } // ! call/unexpected-argument\n}\n",
        },
    ),
    "two overrides of one name": case(
        {"L.java": "package p;\ninterface L {\n  default void go(int x) {}\n  default void go(String x) {}\n}\n"},
        {
            "L.java": "package p;\ninterface L {\n}\n",
            "M.java": "package p;\nclass M implements L {\n  @Override\n  public void go(int x) {} // ! override/signature\n  @Override\n  public void go(String x) {} // ! override/signature\n}\n",
        },
    ),
    "a member of a class that inherits from the library what has other names": case(
        {"A.java": "package p;\nclass A extends java.util.ArrayList<String> {\n  void go() {}\n}\n"},
        {
            "A.java": "package p;\nclass A extends java.util.ArrayList<String> {\n}\n",
            "B.java": "package p;\nclass B { void a(A a) { a.go(); } } // ! name/removed\n",
        },
    ),
}
BROKEN["a method whose receiver the text does not tell, under a name that nothing else has"] = case(
    {"Bank.java": BANK.replace("pay(", "payInFull(")},
    {
        "Bank.java": BANK.replace("pay(", "settle("),
        **till("  void a(F f) { f.each(b -> b.payInFull(1, 2)); } // !medium name/renamed"),
    },
)

FINE = {
    "an overload that takes the call": bank(
        "  public static Bank",
        "  public int pay(int a, int b, int c) { return a; }\n  public static Bank",
        till("  int a(Bank b) { return b.pay(1, 2); }"),
    ),
    "a parameter more beside an overload that takes the call": bank(
        "int amount) {",
        "int amount, int c) { return c; }\n  public int pay(int a, long b) {",
        till("  int a(Bank b) { return b.pay(1, 2); }"),
    ),
    "a parameter that takes any number of arguments": bank(
        "int amount)", "int amount, String... notes)", till("  int a(Bank b) { return b.pay(1, 2); }")
    ),
    "a wider type": bank("int account", "long account", till("  int a(Bank b) { return b.pay(1, 2); }")),
    "a boxed type": bank("int account", "Integer account", till("  int a(Bank b) { return b.pay(1, 2); }")),
    "a type parameter": bank(
        "int pay(int account", "<T> int pay(T account", till("  int a(Bank b) { return b.pay(1, 2); }")
    ),
    "a method that went up into a base class": case(
        {"Bank.java": "package bank;\nclass Bank extends Base { void go() {} }\nclass Base {}\n"},
        {
            "Bank.java": "package bank;\nclass Bank extends Base {}\nclass Base { void go() {} }\n",
            "Till.java": "package bank;\nclass Till { void a(Bank b) { b.go(); } }\n",
        },
    ),
    "a method that a default method stands in for": case(
        {
            "Book.java": "package bank;\nclass Book implements Ledger { public int pay(int x) { return x; } public void close() {} }\n",
            "Ledger.java": LEDGER,
        },
        {
            "Book.java": "package bank;\nclass Book implements Ledger { public int pay(int x) { return x; } }\n",
            "Till.java": "package bank;\nclass Till { void a(Book b) { b.close(); } }\n",
        },
    ),
    "a class in another folder with its package": case(
        {"src/bank/Bank.java": BANK}, {"src/bank/Bank.java": None, "core/src/bank/Bank.java": BANK, **till("  Bank b;")}
    ),
    "a class of the same name in another package": case(
        {"a/Bank.java": BANK, "b/Bank.java": BANK.replace("package bank", "package other")},
        {
            "a/Bank.java": BANK.replace(*RENAMED),
            **till("  int a(Bank b) { return b.pay(1, 2); }", "import other.Bank;"),
        },
    ),
    "a local variable that is called as the field was": bank(
        "public int rate = 1;",
        "",
        {
            "bank/Sub.java": "package bank;\nclass Sub extends Bank { Sub() { super(1); int rate = 2; a(rate); } void a(int x) {} }\n"
        },
    ),
    "a class with a base from elsewhere": case(
        {"A.java": "package p;\nimport lib.Base;\nclass A extends Base {\n  public void get() {}\n}\n"},
        {
            "A.java": "package p;\nimport lib.Base;\nclass A extends Base {\n}\n",
            "B.java": "package p;\nclass B { void a(A a) { a.get(); } }\n",
        },
    ),
    "a method that the library's base has too": case(
        {"A.java": "package p;\nclass A extends java.util.ArrayList<String> {\n  public int size() { return 1; }\n}\n"},
        {
            "A.java": "package p;\nclass A extends java.util.ArrayList<String> {\n}\n",
            "B.java": "package p;\nclass B { int a(A a) { return a.size(); } }\n",
        },
    ),
    "an accessor that is generated now": case(
        {
            "A.java": "package p;\nclass A {\n  private int rate;\n  public int getRate() { return rate; }\n  A(int rate) {}\n}\n"
        },
        {
            "A.java": "package p;\nimport lombok.*;\n@Data\n@AllArgsConstructor\nclass A {\n  private int rate;\n}\n",
            "B.java": "package p;\nclass B { int a() { return new A(1).getRate(); } }\n",
        },
    ),
    "a private method that a static import from elsewhere takes the place of": case(
        {
            "A.java": "package p;\nclass A {\n  private static int toIntExact(long x) { return 1; }\n  int a = toIntExact(1);\n}\n"
        },
        {"A.java": "package p;\nimport static java.lang.Math.toIntExact;\nclass A {\n  int a = toIntExact(1);\n}\n"},
    ),
    "a call that an interface with default methods still promises": case(
        {
            "Ledger.java": LEDGER,
            "Book.java": "package bank;\nabstract class Base implements Ledger {}\nclass Book extends Base {\n  public int pay(int x) { return x; }\n}\n",
        },
        {
            "Book.java": "package bank;\nabstract class Base implements Ledger {}\nclass Book extends Base { // ! interface/unimplemented\n  public int pay() { return 1; }\n}\n",
            "Till.java": "package bank;\nclass Till { int a(Book b) { return b.pay(1); } }\n",
        },
    ),
    "a class that became a record": case(
        {
            "A.java": "package p;\nclass A {\n  final int rate;\n  A(int rate) { this.rate = rate; }\n  int rate() { return rate; }\n}\n"
        },
        {
            "A.java": "package p;\nrecord A(int rate) {\n}\n",
            "B.java": "package p;\nclass B { int a() { return new A(1).rate(); } }\n",
        },
    ),
    "an override that keeps a base method": case(
        {"Ledger.java": LEDGER, "More.java": "package bank;\ninterface More { void close(); }\n"},
        {
            "Ledger.java": LEDGER.replace("  default void close() {}\n", ""),
            "Book.java": "package bank;\nclass Book implements Ledger, More {\n  public int pay(int amount) { return 1; }\n  @Override\n  public void close() {}\n}\n",
        },
    ),
    "an abstract class that leaves the new method to those below": case(
        {"Ledger.java": LEDGER},
        {
            "Ledger.java": LEDGER.replace("  default", "  void audit();\n  default"),
            "Book.java": "package bank;\nabstract class Book implements Ledger {\n  public int pay(int amount) { return 1; }\n}\n",
        },
    ),
    "a name in a comment, a string and another language": bank(
        *RENAMED,
        till('  // b.pay(1, 2)\n  String s = "Bank.pay";')
        | {"web/till.js": "import { pay } from './bank';\npay(1);\n"},
    ),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_what_breaks_is_found(change: Case, check: Check) -> None:
    check(*change)


@pytest.mark.parametrize("change", FINE.values(), ids=FINE.keys())
def test_what_still_works_is_not_reported(change: Case, check: Check) -> None:
    check(*change)


def test_an_overload_that_is_gone_is_named_with_its_parameters(findings) -> None:
    base, head = BROKEN["one overload of two"]
    assert [f.title for f in findings(base, head)] == ["`Bank.pay(int)` no longer exists"]

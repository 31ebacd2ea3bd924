"""What a change of Rust code breaks, and what it does not: each case is two states of a few files."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, case

CARGO = '[package]\nname = "bank-core"\nversion = "0.1.0"\nedition = "2021"\n'
PAY = "pub fn pay(account: u32, amount: u32) -> u32 {\n    account - amount\n}\n"
PAY_WITH_CURRENCY = "pub fn pay(account: u32, amount: u32, currency: u8) -> u32 {\n    account - amount\n}\n"
PAID = PAY.replace("pay", "paid")
LIB = "pub mod bank;\npub mod till;\n"
REST = "pub const REST: u8 = 1;\n"

BROKEN = {
    "a parameter more, called through a module": case(
        {"Cargo.toml": CARGO, "src/lib.rs": LIB, "src/bank.rs": PAY},
        {
            "src/bank.rs": PAY_WITH_CURRENCY,
            "src/till.rs": "use crate::bank;\n\nfn close() {\n    bank::pay(1, 2); // ! call/missing-argument\n}\n",
        },
    ),
    "a parameter less, called through super and an alias": case(
        {"Cargo.toml": CARGO, "src/lib.rs": LIB, "src/bank.rs": PAY_WITH_CURRENCY},
        {
            "src/bank.rs": PAY,
            "src/till.rs": "use super::bank::pay as settle;\n\nfn close() {\n"
            "    settle(1, 2, 3); // ! call/unexpected-argument\n}\n",
        },
    ),
    "a removed function": case(
        {"Cargo.toml": CARGO, "src/lib.rs": LIB, "src/bank.rs": PAY + REST},
        {
            "src/bank.rs": REST,
            "src/till.rs": "use crate::bank::pay; // ! import/missing\n\nfn close() {\n"
            "    pay(1, 2); // ! name/removed\n    let f = crate::bank::pay; // ! name/removed\n}\n",
        },
    ),
    "a renamed function, in the same file and through a glob": case(
        {"Cargo.toml": CARGO, "src/lib.rs": LIB, "src/bank.rs": PAY + "fn own() { pay(1, 2); }\n"},
        {
            "src/bank.rs": PAID + "fn own() { pay(1, 2); } // ! name/renamed\n",
            "src/till.rs": "use crate::bank::*;\n\nfn close() {\n    pay(1, 2); // ! name/renamed\n}\n",
        },
    ),
    "a function that moved to another module": case(
        {"Cargo.toml": CARGO, "src/lib.rs": LIB + "pub mod vault;\n", "src/bank.rs": PAY + REST, "src/vault.rs": REST},
        {
            "src/bank.rs": REST,
            "src/vault.rs": REST + PAY,
            "src/till.rs": "use crate::bank::{pay, REST}; // ! name/moved\n",
        },
    ),
    "a removed function in the tests inside of its file": case(
        {
            "src/lib.rs": PAY + REST + "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n"
            "    fn pays() {\n        pay(1, 2);\n    }\n}\n"
        },
        {
            "src/lib.rs": REST + "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n"
            "    fn pays() {\n        pay(1, 2); // ! name/removed\n    }\n}\n"
        },
    ),
    "what a re-export handed on, used from tests and examples by the name of the crate": case(
        {"Cargo.toml": CARGO, "src/lib.rs": "mod bank;\npub use bank::pay;\n", "src/bank.rs": PAY},
        {
            "src/lib.rs": "mod bank;\npub use bank::pay; // ! name/renamed\n",
            "src/bank.rs": PAID,
            "tests/all.rs": "use bank_core::pay; // ! name/renamed\n\n#[test]\nfn t() {\n"
            "    pay(1, 2); // ! name/renamed\n}\n",
            "examples/one.rs": "fn main() {\n    bank_core::pay(1, 2); // ! name/renamed\n}\n",
        },
    ),
    "a re-export that went away": case(
        {"Cargo.toml": CARGO, "src/lib.rs": "pub mod bank;\npub use bank::pay;\n", "src/bank.rs": PAY},
        {
            "src/lib.rs": "pub mod bank;\n",
            "tests/all.rs": "use bank_core::pay; // ! import/missing\n\n#[test]\nfn t() {\n    pay(1, 2);\n}\n",
        },
    ),
    "a function of another package of the workspace": case(
        {
            "Cargo.toml": '[workspace]\nmembers = ["core", "app"]\n',
            "core/Cargo.toml": CARGO,
            "core/src/lib.rs": PAY,
            "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nbank-core = { path = "../core" }\n',
        },
        {
            "core/src/lib.rs": PAY_WITH_CURRENCY,
            "app/src/main.rs": "fn main() {\n    bank_core::pay(1, 2); // ! call/missing-argument\n}\n",
        },
    ),
    "a dependency that the workspace names": case(
        {
            "Cargo.toml": '[workspace]\nmembers = ["core", "app"]\n[workspace.dependencies]\nbank-core = { path = "core" }\n',
            "core/Cargo.toml": CARGO,
            "core/src/lib.rs": PAY + REST,
            "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nbank-core.workspace = true\n',
        },
        {"core/src/lib.rs": REST, "app/src/main.rs": "use bank_core::pay; // ! import/missing\n\nfn main() {}\n"},
    ),
    "a removed type": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct Account {\n    pub id: u32,\n}\n" + REST},
        {
            "src/bank.rs": REST,
            "src/till.rs": "use crate::bank;\n\nstruct Till {\n    of: Vec<bank::Account>, // ! name/removed\n}\n\n"
            "impl Drop for bank::Account { // ! name/removed\n    fn drop(&mut self) {}\n}\n\n"
            "fn open() -> Option<bank::Account> { // ! name/removed\n"
            "    Some(bank::Account { id: 1 }) // ! name/removed\n}\n",
        },
    ),
    "a renamed method, where the receiver is told by a constructor, a parameter, a field and a result": case(
        {
            "src/lib.rs": LIB,
            "src/bank.rs": "pub struct Account;\nimpl Account {\n    pub fn new() -> Self { Account }\n"
            "    pub fn open() -> Result<Self, ()> { Ok(Account) }\n    pub fn pay(&self, amount: u32) -> u32 { amount }\n}\n",
        },
        {
            "src/bank.rs": "pub struct Account;\nimpl Account {\n    pub fn new() -> Self { Account }\n"
            "    pub fn open() -> Result<Self, ()> { Ok(Account) }\n    pub fn paid(&self, amount: u32) -> u32 { amount }\n}\n",
            "src/till.rs": "use crate::bank::Account;\n\nstruct Till {\n    account: Box<Account>,\n    all: Vec<Account>,\n}\n\n"
            "impl Till {\n    fn close(&mut self) {\n        self.account.pay(1); // ! name/renamed\n"
            "        for one in &self.all {\n            one.pay(1); // ! name/renamed\n        }\n"
            "        self.all.iter().map(|one| one.pay(2)).count(); // ! name/renamed\n    }\n}\n\n"
            "fn close(given: &Account) -> Result<(), ()> {\n    given.pay(1); // ! name/renamed\n"
            "    let made = Account::new();\n    made.pay(1); // ! name/renamed\n"
            "    Account::open()?.pay(1); // ! name/renamed\n    Account::pay(given, 1); // ! name/renamed\n"
            "    if let Ok(opened) = Account::open() {\n        opened.pay(1); // ! name/renamed\n    }\n    Ok(())\n}\n",
        },
    ),
    "a parameter more of a method, with self counted where it is written": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct Account;\nimpl Account {\n    pub fn pay(&self) {}\n}\n"},
        {
            "src/bank.rs": "pub struct Account;\nimpl Account {\n    pub fn pay(&self, amount: u32) {}\n}\n",
            "src/till.rs": "use crate::bank::Account;\n\nfn close(one: &Account) {\n"
            "    one.pay(); // ! call/missing-argument\n    Account::pay(one); // ! call/missing-argument\n"
            "    one.pay(1);\n    Account::pay(one, 1);\n}\n",
        },
    ),
    "a removed variant, and one that holds more": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub enum Kind {\n    Plain,\n    Held(u8),\n    Other,\n}\n"},
        {
            "src/bank.rs": "pub enum Kind {\n    Held(u8, u8),\n    Other,\n}\n",
            "src/till.rs": "use crate::bank::Kind;\n\nfn of(kind: Kind) -> Kind {\n    match kind {\n"
            "        Kind::Plain => Kind::Held(1), // ! name/removed // ! call/missing-argument\n"
            "        other => other,\n    }\n}\n",
        },
    ),
    "a renamed field": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct Account {\n    pub amount_paid: u32,\n}\n"},
        {
            "src/bank.rs": "pub struct Account {\n    pub amount_due: u32,\n}\n",
            "src/till.rs": "use crate::bank::Account;\n\nfn of(one: &Account) -> u32 {\n"
            "    let Account { amount_paid } = one; // !name\n    one.amount_paid // !name\n}\n\n"
            "fn new() -> Account {\n    Account { amount_paid: 1 } // !name\n}\n".replace(
                "// !name", "// ! name/renamed"
            ),
        },
    ),
    "a name that a macro between items mentioned before as well": case(
        {
            "src/lib.rs": "mod bank;\nuse bank::*;\ntests! { pay }\nfn f() {\n    pay(1, 2);\n}\n",
            "src/bank.rs": PAY + REST,
        },
        {
            "src/lib.rs": "mod bank;\nuse bank::*;\ntests! { pay }\nfn f() {\n    pay(1, 2); // ! name/removed\n}\n",
            "src/bank.rs": REST,
        },
    ),
    "imports of a removed module are told once, not wherever the names are used": case(
        {
            "src/lib.rs": LIB,
            "src/bank.rs": PAY,
            "src/till.rs": "use crate::bank::pay;\n\nfn f() {\n    let bank = 1;\n}\n",
        },
        {
            "src/lib.rs": "pub mod till;\nmod vault;\n",
            "src/bank.rs": None,
            "src/vault.rs": PAY,
            "src/till.rs": "use crate::bank::pay; // ! import/missing\n\nfn f() {\n    let bank = 1;\n}\n",
        },
    ),
    "an import that was taken out": case(
        {
            "src/lib.rs": LIB,
            "src/bank.rs": PAY,
            "src/till.rs": "use crate::bank::pay;\n\nfn f() {\n    pay(1, 2);\n}\n",
        },
        {"src/till.rs": "fn f() {\n    pay(1, 2); // ! name/removed\n}\n"},
    ),
    "a method whose field has its name, and a field whose method has": case(
        {
            "src/lib.rs": "pub struct A {\n    amount_of: u8,\n    others_of: u8,\n}\nimpl A {\n"
            "    pub fn amount_of(&self) -> u8 { 1 }\n    pub fn others_of(&self) -> u8 { 1 }\n}\n"
            "fn f(a: &A) {\n    a.amount_of();\n    let x = (a.amount_of, a.others_of);\n    a.others_of();\n}\n"
        },
        {
            "src/lib.rs": "pub struct A {\n    amount_of: u8,\n}\nimpl A {\n"
            "    pub fn others_of(&self) -> u8 { 1 }\n}\n"
            "fn f(a: &A) {\n    a.amount_of(); // ! name/removed\n"
            "    let x = (a.amount_of, a.others_of); // ! name/removed\n    a.others_of();\n}\n"
        },
    ),
    "a trait's method that takes more, called on what implements it": case(
        {
            "src/lib.rs": LIB,
            "src/bank.rs": "pub trait Pays {\n    fn pay_out(&self);\n}\npub struct A;\n"
            "impl Pays for A {\n    fn pay_out(&self) {}\n}\n",
        },
        {
            "src/bank.rs": "pub trait Pays {\n    fn pay_out(&self, amount: u8);\n}\npub struct A;\n"
            "impl Pays for A {\n    fn pay_out(&self) {}\n}\n",
            "src/till.rs": "use crate::bank::{A, Pays};\n\nfn f(a: A, b: impl Pays) {\n"
            "    a.pay_out(); // ! call/missing-argument\n    b.pay_out(); // ! call/missing-argument\n}\n",
        },
    ),
    "an alias that only a function imports": case(
        {"src/lib.rs": LIB, "src/bank.rs": PAY},
        {
            "src/bank.rs": PAY_WITH_CURRENCY,
            "src/till.rs": "fn f() {\n    use crate::bank::pay as settle;\n    settle(1, 2); // ! call/missing-argument\n}\n",
        },
    ),
    "a removed module": case(
        {
            "src/lib.rs": LIB,
            "src/bank.rs": PAY,
            "src/till.rs": "use crate::bank::pay;\n\nfn f() {\n    pay(1, 2);\n}\n",
        },
        {
            "src/lib.rs": "pub mod till;\n",
            "src/bank.rs": None,
            "src/till.rs": "use crate::bank::pay; // ! import/missing\n\nfn f() {\n    pay(1, 2); // ! name/removed\n}\n",
        },
    ),
    "modules in mod.rs and by a path": case(
        {
            "src/lib.rs": 'mod deep;\n#[path = "elsewhere/odd.rs"]\nmod other;\n',
            "src/deep/mod.rs": "pub mod bank;\npub mod till;\n",
            "src/deep/bank.rs": PAY + REST,
        },
        {
            "src/deep/bank.rs": REST,
            "src/deep/till.rs": "fn f() {\n    super::bank::pay(1, 2); // ! name/removed\n}\n",
            "src/elsewhere/odd.rs": "use crate::deep::bank::pay; // ! import/missing\n",
        },
    ),
    "a method of a trait, reached through a bound": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub trait Pays {\n    fn pay_out(&self);\n    fn rest(&self) {}\n}\n"},
        {
            "src/bank.rs": "pub trait Pays {\n    fn rest(&self) {}\n}\n",
            "src/till.rs": "use crate::bank::Pays;\n\nfn f<P: Pays>(one: P, other: &dyn Pays) {\n"
            "    one.pay_out(); // ! name/removed\n    other.pay_out(); // ! name/removed\n    one.rest();\n}\n",
        },
    ),
}

SILENT = {
    "a function that is left under another cfg": case(
        {"src/lib.rs": "#[cfg(unix)]\npub fn pay() {}\n#[cfg(windows)]\npub fn pay() {}\nfn f() { pay(); }\n"},
        {"src/lib.rs": "#[cfg(unix)]\npub fn pay() {}\nfn f() { pay(); }\n"},
    ),
    "two definitions of which one takes more": case(
        {"src/lib.rs": "#[cfg(unix)]\npub fn pay() {}\n#[cfg(windows)]\npub fn pay() {}\nfn f() { pay(); }\n"},
        {"src/lib.rs": "#[cfg(unix)]\npub fn pay() {}\n#[cfg(windows)]\npub fn pay(a: u8) {}\nfn f() { pay(); }\n"},
    ),
    "a method of something unknown": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct A;\nimpl A {\n    pub fn pay_all(&self) {}\n}\n"},
        {"src/bank.rs": "pub struct A;\n", "src/till.rs": "fn f() {\n    other::thing().pay_all();\n}\n// ! \n"},
    ),
    "a method that a trait of the repository brings now": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct A;\nimpl A {\n    pub fn pay_all(&self) {}\n}\n"},
        {
            "src/bank.rs": "pub struct A;\npub trait Pays {\n    fn pay_all(&self) {}\n}\nimpl<T> Pays for T {}\n",
            "src/till.rs": "use crate::bank::*;\n\nfn f(a: A) {\n    a.pay_all();\n}\n// ! \n",
        },
    ),
    "a function that is re-exported from where it went": case(
        {"src/lib.rs": LIB + "mod vault;\n", "src/bank.rs": PAY, "src/vault.rs": REST},
        {
            "src/bank.rs": "pub use crate::vault::pay;\n",
            "src/vault.rs": REST + PAY,
            "src/till.rs": "use crate::bank::pay;\n\nfn f() {\n    pay(1, 2);\n}\n// ! \n",
        },
    ),
    "a method that moved to another impl": case(
        {"src/lib.rs": LIB, "src/bank.rs": "pub struct A;\nimpl A {\n    pub fn pay_all(&self) {}\n}\n"},
        {
            "src/bank.rs": "pub struct A;\n",
            "src/till.rs": "use crate::bank::A;\n\nimpl A {\n    pub fn pay_all(&self) {}\n}\n\nfn f(a: A) {\n    a.pay_all();\n}\n",
        },
    ),
    "what stands in a macro": case(
        {"src/lib.rs": LIB, "src/bank.rs": PAY + REST},
        {
            "src/bank.rs": REST,
            "src/till.rs": 'fn f() {\n    println!("{}", crate::bank::pay(1, 2));\n}\n\n'
            "macro_rules! pays {\n    () => {\n        crate::bank::pay(1, 2)\n    };\n}\n// ! \n",
        },
    ),
    "a local variable of the name": case(
        {"src/lib.rs": LIB, "src/bank.rs": PAY + REST},
        {
            "src/bank.rs": REST,
            "src/till.rs": "use crate::bank::*;\n\nfn f() {\n    let pay = |a: u32| a;\n    pay(1);\n}\n// ! \n",
        },
    ),
    "a module that became a folder": case(
        {"src/lib.rs": LIB, "src/bank.rs": PAY},
        {
            "src/bank.rs": None,
            "src/bank/mod.rs": "mod inner;\npub use inner::pay;\n",
            "src/bank/inner.rs": PAY,
            "src/till.rs": "use crate::bank::pay;\n\nfn f() {\n    pay(1, 2);\n}\n// ! \n",
        },
    ),
    "a method reached through Deref": case(
        {
            "src/lib.rs": "mod bank;\npub struct A;\nimpl A {\n    pub fn pay_all(&self) {}\n}\n"
            "impl std::ops::Deref for A {\n    type Target = bank::B;\n    fn deref(&self) -> &bank::B { todo!() }\n}\n"
            "fn f(a: A) {\n    a.pay_all();\n}\n",
            "src/bank.rs": "pub struct B;\nimpl B {\n    pub fn pay_all(&self) {}\n}\n",
        },
        {
            "src/lib.rs": "mod bank;\npub struct A;\n"
            "impl std::ops::Deref for A {\n    type Target = bank::B;\n    fn deref(&self) -> &bank::B { todo!() }\n}\n"
            "fn f(a: A) {\n    a.pay_all();\n}\n",
        },
    ),
    "a name that a macro between items may define": case(
        {"src/lib.rs": "pub fn pay() {}\nfn f() { pay(); }\n"},
        {"src/lib.rs": "make! { pay }\nfn f() { pay(); }\n"},
    ),
    "a crate of the same name that comes from elsewhere": case(
        {
            "Cargo.toml": '[workspace]\nmembers = ["core", "app"]\n',
            "core/Cargo.toml": CARGO,
            "core/src/lib.rs": PAY + REST,
            "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nbank-core = "0.1"\n',
        },
        {"core/src/lib.rs": REST, "app/src/main.rs": "use bank_core::pay;\n\nfn main() {}\n// ! \n"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_is_named_where_it_breaks(name: str, check: Check) -> None:
    check(*BROKEN[name])


@pytest.mark.parametrize("name", SILENT)
def test_what_still_works_is_not_named(name: str, check: Check) -> None:
    check(*SILENT[name])


def test_the_finding_names_the_new_parameter_and_writes_paths_as_rust_does(findings: object) -> None:
    base, head = BROKEN["a parameter more of a method, with self counted where it is written"]
    found = findings(base, head)  # type: ignore[operator]
    assert found[0].title == "`Account::pay` is called without `amount`, which it now requires"

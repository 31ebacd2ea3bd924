"""The changes that are planted in Rust, and what the syntax of a use says."""

import random

import pytest

from benchmarks.nouns import Arguments, applied
from benchmarks.rust_changes import body_only, mutate, reformatted
from benchmarks.rust_source import Text, candidates, in_macro, in_other_configuration, prefixes, use_of

TEXT = """\
use crate::a;

/// A shop.
pub struct Shop {
    pub rate: u8,
}

impl Shop {
    #[inline]
    pub fn sell(&self, one: u8, two: u8) -> u8 {
        a::go(one);
        self.rate
    }
}

pub fn open(at: u8) {
    println!("{}", go(at));
}

#[cfg(windows)]
fn close() {
    go(1);
}
"""


def candidate(name):
    return next(c for c in candidates(Text("src/shop.rs", TEXT)) if c.name == name)


def node(line, word):
    text = Text("src/shop.rs", TEXT)
    return text.node(line, TEXT.split("\n")[line - 1].index(word))


def test_every_definition_is_a_candidate_with_its_owner():
    found = {c.symbol: (c.form, c.params and [p.name for p in c.params]) for c in candidates(Text("a.rs", TEXT))}
    assert found == {
        "Shop": ("class", None),
        "Shop.rate": ("attribute", None),
        "Shop.sell": ("method", ["self", "one", "two"]),
        "open": ("function", ["at"]),
        "close": ("function", ()),
    }


@pytest.mark.parametrize(
    ("kind", "name", "written"),
    [
        ("rename", "open", "pub fn open_renamed(at: u8)"),
        ("rename", "Shop", "pub struct ShopRenamed {"),
        ("add required", "sell", "(&self, one: u8, two: u8, extra_option: u8)"),
        ("add required", "close", "fn close(extra_option: u8)"),
    ],
)
def test_a_definition_is_changed_in_one_way(kind, name, written):
    mutation = mutate(kind, TEXT, candidate(name), random.Random(0))
    assert written in applied(TEXT, mutation.edits["src/shop.rs"])


def test_a_removed_definition_takes_its_attributes_along():
    mutation = mutate("remove", TEXT, candidate("sell"), random.Random(0))
    left = applied(TEXT, mutation.edits["src/shop.rs"])
    assert "sell" not in left and "#[inline]" not in left and "impl Shop {\n}" in left


@pytest.mark.parametrize("seed", range(4))
def test_a_dropped_parameter_is_never_the_receiver(seed):
    left = applied(TEXT, mutate("drop", TEXT, candidate("sell"), random.Random(seed)).edits["src/shop.rs"])
    assert "(&self, two: u8)" in left or "(&self, one: u8)" in left


def test_changes_that_break_nothing_leave_the_parameters():
    for change in (reformatted, body_only):
        left = applied(TEXT, change(TEXT, candidate("sell"), random.Random(0)).edits["src/shop.rs"])
        again = next(c for c in candidates(Text("src/shop.rs", left)) if c.name == "sell")
        assert len(again.params) == 3


def test_a_use_says_what_is_done_with_it():
    assert use_of(node(11, "go")) == ("call", Arguments(1), False, False)
    assert use_of(node(12, "rate")) == ("read", None, True, True)
    assert use_of(node(1, "a")) == ("import", None, False, False)
    assert [p.text for p in prefixes(node(11, "go"))] == [b"a"]


def test_what_stands_in_a_macro_or_under_another_cfg_is_told():
    assert in_macro(node(17, "go")) and not in_macro(node(11, "go"))
    assert in_other_configuration(node(22, "go")) and not in_other_configuration(node(11, "go"))

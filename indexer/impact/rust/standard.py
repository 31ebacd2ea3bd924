"""What the methods of the standard library give, as far as receivers are concerned."""

from __future__ import annotations

from indexer.impact.rust.language import ITERATED, LISTS, MAPS, SMART
from indexer.impact.rust.values import Type

SAME = frozenset(
    {"clone", "as_ref", "as_mut", "to_owned", "borrow", "borrow_mut", "as_deref", "as_deref_mut", "cloned", "copied"}
    | {"by_ref", "into", "iter_mut", "as_slice", "as_mut_slice", "to_vec", "into_boxed_slice", "get_mut_ref", "deref"}
    | {
        "deref_mut",
        "unwrap_unchecked",
        "or",
        "or_else",
        "filter",
        "take",
        "replace",
        "inspect",
        "insert_str",
        "as_pin_mut",
    }
)
UNWRAPPED = frozenset(
    {
        "unwrap",
        "expect",
        "unwrap_or",
        "unwrap_or_else",
        "unwrap_or_default",
        "get_or_insert_with",
        "get_or_insert",
        "insert",
    }
)
ITERATORS = frozenset(
    {"iter", "iter_mut", "into_iter", "drain", "windows_of", "into_values", "values", "values_mut", "keys"}
)
ELEMENT = frozenset({"first", "last", "get", "get_mut", "pop", "pop_front", "pop_back", "front", "back", "peek"})
ELEMENT |= frozenset({"first_mut", "last_mut", "front_mut", "back_mut", "get_unchecked", "remove_entry"})
ITERATOR_SAME = frozenset(
    {"rev", "skip", "take", "filter", "peekable", "cloned", "copied", "chain", "step_by", "by_ref", "inspect", "fuse"}
    | {"cycle", "skip_while", "take_while", "into_iter", "iter", "clone"}
)
ITERATOR_ELEMENT = frozenset(
    {"next", "last", "nth", "min", "max", "find", "peek", "next_back", "max_by_key", "min_by_key", "max_by", "min_by"}
    | {"reduce", "peek_mut", "rfind", "next_if"}
)
HANDED_ITEM = frozenset(
    {
        "map",
        "for_each",
        "filter",
        "filter_map",
        "flat_map",
        "any",
        "all",
        "find",
        "position",
        "take_while",
        "skip_while",
    }
    | {"inspect", "map_while", "partition", "max_by_key", "min_by_key", "find_map", "and_then", "is_some_and", "retain"}
    | {"map_or", "map_or_else", "sort_by_key", "sort_by", "min_by", "max_by", "is_ok_and", "is_none_or", "retain_mut"}
    | {
        "try_for_each",
        "sort_unstable_by_key",
        "sort_unstable_by",
        "binary_search_by",
        "binary_search_by_key",
        "rposition",
    }
    | {"dedup_by_key", "unzip", "is_sorted_by_key", "partition_point", "flat_map", "rfind", "and_then", "inspect"}
)
COMPARING = frozenset({"sort_by", "min_by", "max_by", "sort_unstable_by"})
HANDED_ERROR = frozenset({"map_err", "unwrap_or_else", "or_else", "inspect_err", "is_err_and"})
OPTIONAL = frozenset({"Option", "Result"})
GUARDED = frozenset({"Mutex", "RwLock", "RefCell", "Cell", "OnceLock", "OnceCell"})
GUARDING = {"lock", "read", "write", "into_inner", "get_mut", "try_lock", "try_borrow", "try_borrow_mut"}
ITEM_TAKERS = frozenset({"Box", "Pin"})


def option_of(of: Type | None) -> Type:
    return Type(None, "Option", (of,))


def iterator_of(of: Type | None) -> Type:
    return Type(None, "<iter>", (of,))


def first_of(of: Type) -> Type | None:
    return of.arguments[0] if of.arguments else None


def item_of(of: Type | None) -> Type | None:
    """What a loop over something gives."""
    if of is None or of.place is not None:
        return None
    if of.name in MAPS and len(of.arguments) > 1:
        return Type(None, "<tuple>", of.arguments[:2])
    if of.name in LISTS or of.name in ITERATED or of.name == "Option":
        return first_of(of)
    if of.name == "<dyn>" or of.name == "<param>":
        return next((item_of(bound) for bound in of.arguments if bound is not None and bound.name in ITERATED), None)
    if of.name in SMART:
        return item_of(first_of(of))
    return None


def result_of(of: Type, name: str) -> Type | None:
    """What a method of a type of the standard library gives; None where that is not known."""
    if of.name in SMART:
        inner = first_of(of)
        if name == "clone":
            return of
        if name in SAME:
            return inner
        return result_of(inner, name) if inner is not None and inner.place is None else None
    if of.name in OPTIONAL:
        return _of_optional(of, name)
    for names, read in _READERS:
        if of.name in names:
            return read(of, name)
    if of.name in ("<dyn>", "<param>"):
        inner = next((bound for bound in of.arguments if bound is not None and bound.name in ITERATED), None)
        if inner is not None:
            return _of_iterator(inner, name)
    return of if name in ("clone", "to_owned", "borrow", "by_ref", "as_ref", "as_mut", "borrow_mut") else None


def handed(of: Type | None, method: str, number: int) -> Type | None:
    """What a method of the standard library hands to its closure."""
    if of is None or of.place is not None:
        return None
    if of.name in SMART:
        return handed(first_of(of), method, number)
    if method == "fold" and number == 1:
        return item_of(of)
    if of.name == "Result" and method in HANDED_ERROR:
        return of.arguments[1] if len(of.arguments) > 1 and number == 0 else None
    if (method in HANDED_ITEM and number == 0) or method in COMPARING:
        return first_of(of) if of.name in OPTIONAL else item_of(of)
    if of.name in MAPS and method == "retain":
        return of.arguments[number] if number < len(of.arguments) else None
    return None


def _of_optional(of: Type, name: str) -> Type | None:
    inner = first_of(of)
    if name in UNWRAPPED:
        return inner
    if name in ("iter", "into_iter", "iter_mut"):
        return iterator_of(inner)
    if name == "ok":
        return option_of(inner)
    if name == "err":
        return option_of(of.arguments[1] if len(of.arguments) > 1 else None)
    if name in ("unwrap_err", "expect_err"):
        return of.arguments[1] if len(of.arguments) > 1 else None
    if name in ("ok_or", "ok_or_else", "map_err", "with_context", "context"):
        return Type(None, "Result", (inner,))
    if name in ("as_deref", "as_deref_mut") and inner is not None and inner.name in SMART:
        return Type(None, of.name, (first_of(inner), *of.arguments[1:]))
    if name == "flatten":
        return inner
    if name == "transpose" and inner is not None and inner.name in OPTIONAL:
        return Type(None, inner.name, (Type(None, of.name, (first_of(inner),)),))
    return of if name in SAME else None


def _of_guarded(of: Type, name: str) -> Type | None:
    inner = first_of(of)
    if name in ("borrow", "borrow_mut", "get", "get_or_init", "take", "replace"):
        return inner if name != "get" or of.name == "Cell" else option_of(inner)
    if name in GUARDING:
        plain = of.name in ("RefCell", "Cell") and name in ("into_inner", "get_mut")
        return inner if plain else Type(None, "Result", (inner,))
    return None


def _of_map(of: Type, name: str) -> Type | None:
    key, value = (*of.arguments, None, None)[:2]
    if name in ("get", "get_mut", "remove", "insert"):
        return option_of(value)
    if name in ("iter", "iter_mut", "into_iter", "drain"):
        return iterator_of(Type(None, "<tuple>", (key, value)))
    if name in ("values", "values_mut", "into_values"):
        return iterator_of(value)
    if name in ("keys", "into_keys"):
        return iterator_of(key)
    return of if name == "clone" else None


def _of_list(of: Type, name: str) -> Type | None:
    inner = first_of(of)
    if name in ITERATORS:
        return iterator_of(inner)
    if name in ELEMENT:
        return option_of(inner)
    if name in ("remove", "swap_remove") and of.name == "Vec":
        return inner
    if name in ("chunks", "windows", "chunks_exact", "split"):
        return iterator_of(of)
    if name in ("split_first", "split_last"):
        return option_of(Type(None, "<tuple>", (inner, of)))
    if name in ("split_at", "split_at_mut"):
        return Type(None, "<tuple>", (of, of))
    return of if name in SAME or name in ("split_off", "as_slice") else None


def _of_iterator(of: Type, name: str) -> Type | None:
    inner = first_of(of)
    if name in ITERATOR_SAME:
        return iterator_of(inner)
    if name in ITERATOR_ELEMENT:
        return option_of(inner)
    if name == "enumerate":
        return iterator_of(Type(None, "<tuple>", (None, inner)))
    if name == "zip":
        return iterator_of(Type(None, "<tuple>", (inner, None)))
    if name == "collect":
        return Type(None, "Vec", (inner,))
    if name == "flatten":
        return iterator_of(item_of(inner))
    return None


_READERS = (
    (GUARDED, _of_guarded),
    (MAPS, _of_map),
    (LISTS, _of_list),
    (ITERATED, _of_iterator),
)

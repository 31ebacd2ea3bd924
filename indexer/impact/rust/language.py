"""Names that Rust brings along."""

from __future__ import annotations

_PRELUDE = """
bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize Copy Send Sized Sync Unpin Drop Fn FnMut
FnOnce AsyncFn AsyncFnMut AsyncFnOnce drop Box ToOwned Clone PartialEq PartialOrd Eq Ord AsRef AsMut Into From Default
Iterator Extend IntoIterator DoubleEndedIterator ExactSizeIterator Option Some None Result Ok Err String ToString Vec
TryFrom TryInto FromIterator Debug Hash
"""
PRELUDE = frozenset(_PRELUDE.split())
"""Names that every module has without importing them."""
CRATES = frozenset({"std", "core", "alloc", "proc_macro", "test"})
"""Crates that come with the compiler."""

HARMLESS = frozenset(
    {"Copy", "Send", "Sized", "Sync", "Unpin", "Clone", "Debug", "Display", "Default", "Hash", "Eq", "PartialEq", "Ord"}
    | {"PartialOrd", "UnwindSafe", "RefUnwindSafe", "Error", "Any"}
)
"""Traits of the standard library whose members are among `PROVIDED`."""
_PROVIDED = """
clone clone_from eq ne cmp partial_cmp lt le gt ge max min clamp hash fmt default from into try_from try_into to_string
to_owned borrow borrow_mut as_ref as_mut deref deref_mut drop next size_hint count last nth step_by chain zip map
for_each filter filter_map enumerate peekable skip_while take_while map_while skip take scan flat_map flatten fuse
inspect by_ref collect partition fold try_fold try_for_each reduce all any find find_map position max_by_key max_by
min_by_key min_by rev unzip copied cloned cycle sum product is_sorted into_iter next_back nth_back rfind rposition
rfold len is_empty extend read read_to_end read_to_string read_exact bytes write write_all write_fmt write_str
write_char flush seek rewind stream_position lines read_line read_until split fill_buf consume index index_mut add sub
mul div rem neg not add_assign sub_assign mul_assign div_assign shl shr bitand bitor bitxor call call_mut call_once
from_str from_iter source description cause type_id poll hash_slice parse provide from_residual branch
serialize deserialize
"""
PROVIDED = frozenset(_PROVIDED.split())
"""Members of well-known traits: what a type has not itself it may have from one of these."""

SMART = frozenset(
    {"Box", "Rc", "Arc", "Cow", "Ref", "RefMut", "MutexGuard", "RwLockReadGuard", "RwLockWriteGuard", "Pin", "Lazy"}
    | {"LazyLock", "LazyCell", "ManuallyDrop", "AssertUnwindSafe", "CachePadded"}
)
"""Types that give way to what they hold."""
LISTS = frozenset(
    {"Vec", "VecDeque", "HashSet", "BTreeSet", "BinaryHeap", "<list>", "IndexSet", "SmallVec", "LinkedList"}
)
MAPS = frozenset({"HashMap", "BTreeMap", "IndexMap"})
ITERATED = frozenset({"Iterator", "IntoIterator", "DoubleEndedIterator", "ExactSizeIterator", "<iter>"})
CALLED = frozenset({"Fn", "FnMut", "FnOnce"})

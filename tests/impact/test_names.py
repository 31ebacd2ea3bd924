"""Names that are gone in C, C++, C#, Kotlin, PHP and Ruby. Each case is written as those of tests/impact are."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, Files, case

C_BASE = {
    "src/parse.h": "#ifndef PARSE_H\n#define PARSE_H\ntypedef struct { int at; } parse_state;\n"
    "int parse_line(char *text);\n#define PARSE_MAX 9\n#endif\n",
    "src/parse.c": '#include "parse.h"\nint parse_line(char *text) {\n  int n = 0;\n  while (*text) { n++; text++; }\n  return n;\n}\n',
}
C_GONE = {
    "src/parse.h": "#ifndef PARSE_H\n#define PARSE_H\n#endif\n",
    "src/parse.c": '#include "parse.h"\n',
}

LEDGER = "namespace Shop;\npublic class Ledger {\n  public int RecordAll(int n) { var a = n; return a + 1; }\n}\n"

BROKEN = {
    "c, removed": case(
        C_BASE,
        {
            **C_GONE,
            "src/main.c": """
                #include "parse.h"
                static parse_state now; // !medium name/removed
                int main(void) {
                    int most = PARSE_MAX; // !medium name/removed
                    int (*how)(char *) = parse_line; // !medium name/removed
                    return parse_line("x"); // !medium name/removed
                }
                """,
        },
    ),
    "c, renamed": case(
        C_BASE,
        {path: text.replace("parse_line", "parse_text") for path, text in C_BASE.items()}
        | {"src/main.c": 'int main(void) { return parse_line("x"); } // !medium name/renamed\n'},
    ),
    "c, a field": case(
        {"a.h": "struct reader { int line_number; };\n"},
        {
            "a.h": "struct reader { int at; };\n",
            "a.c": "int f(struct reader *r) { return r->line_number; } // !low name/removed\n",
        },
    ),
    "cpp, a class and a method": case(
        {"shape.hpp": "class Shape {\npublic:\n  int areaOf(int n);\n};\nclass OtherShape {};\n"},
        {
            "shape.hpp": "class Shape {\npublic:\n};\n",
            "main.cpp": """
                #include "shape.hpp"
                int f(Shape& shape) {
                    OtherShape other; // !medium name/removed
                    return shape.areaOf(1); // !low name/removed
                }
                """,
        },
    ),
    "c sharp, renamed": case(
        {"Ledger.cs": LEDGER},
        {
            "Ledger.cs": LEDGER.replace("RecordAll", "RecordEach"),
            "Use.cs": """
                namespace Shop;
                class Use {
                    int F(Ledger ledger) => ledger.RecordAll(1); // !low name/renamed
                }
                """,
        },
    ),
    "c sharp, a class": case(
        {"Ledger.cs": "public class LedgerOfAll {}\n"},
        {
            "Ledger.cs": "public class Kept {}\n",
            "Use.cs": """
                class Use : LedgerOfAll { // !medium name/removed
                    object f = new LedgerOfAll(); // !medium name/removed
                }
                """,
        },
    ),
    "kotlin, a function and a class": case(
        {"a/Price.kt": "package a\n\nfun totalOf(n: Int): Int { return n }\n\nclass PriceList\n"},
        {
            "a/Price.kt": "package a\n\nclass Kept\n",
            "a/Use.kt": """
                package a
                fun use(list: PriceList): Int { // !medium name/removed
                    return totalOf(1) // !medium name/removed
                }
                """,
        },
    ),
    "kotlin, moved to another package": case(
        {"a/Price.kt": "package shop.a\n\nclass PriceList\n"},
        {
            "a/Price.kt": None,
            "b/Price.kt": "package shop.b\n\nclass PriceList\n",
            "c/Use.kt": "package shop.c\n\nimport shop.a.PriceList // !medium name/moved\n\nval one = PriceList()\n",
        },
    ),
    "php, a function and a class": case(
        {
            "src/price.php": "<?php\nnamespace Shop;\nfunction total_of(int $n): int { return $n; }\nclass PriceList { const MOST_OF = 1; }\n"
        },
        {
            "src/price.php": "<?php\nnamespace Shop;\nclass Kept {}\n",
            "src/use.php": """
                <?php
                namespace Shop;
                class UseOf extends PriceList {} // !medium name/removed
                echo total_of(1); // !medium name/removed
                echo new PriceList(); // !medium name/removed
                """,
        },
    ),
    "php, moved to another namespace": case(
        {"src/A/PriceList.php": "<?php\nnamespace Shop\\A;\nclass PriceList {}\n"},
        {
            "src/A/PriceList.php": None,
            "src/B/PriceList.php": "<?php\nnamespace Shop\\B;\nclass PriceList {}\n",
            "src/use.php": "<?php\nuse Shop\\A\\PriceList; // !medium name/moved\necho new PriceList();\n",
        },
    ),
    "ruby, a class and a method": case(
        {
            "lib/price.rb": "class PriceList\n  def total_of(n)\n    n\n  end\nend\n\nclass Ledger\n  def each_row(n)\n    n + 1\n  end\nend\n"
        },
        {
            "lib/price.rb": "class Ledger\n  def each_rows(n)\n    n + 1\n  end\nend\n",
            "lib/use.rb": """
                list = PriceList.new # !medium name/removed
                Ledger.new.each_row(1) # !low name/renamed
                """,
        },
    ),
    "c, a header that is gone": case(
        {"src/old.h": "int old_one(void);\n", "src/old.c": '#include "old.h"\n'},
        {"src/old.h": None, "src/old.c": '#include "old.h" // !medium import/missing\n'},
    ),
    "c, a header under another name": case(
        {"src/old.h": "int old_one(void);\nint old_two(void);\n"},
        {
            "src/old.h": None,
            "src/new.h": "int old_one(void);\nint old_two(void);\n",
            "main.c": '#include "src/old.h" // !medium import/missing\n',
        },
    ),
    "ruby, a file that is gone": case(
        {"lib/shop/price.rb": "PRICE_OF = 1\n"},
        {"lib/shop/price.rb": None, "lib/shop.rb": 'require_relative "shop/price" # !medium import/missing\n'},
    ),
}

SILENT = {
    "the name is defined elsewhere now": case(
        C_BASE,
        {
            "src/parse.h": "int parse_line(char *text);\n",
            "src/parse.c": "int other(void) { return 0; }\n",
            "src/main.c": 'int main(void) { return parse_line("x"); }\n',
        },
    ),
    "a comment or a string": case(
        C_BASE,
        {**C_GONE, "src/main.c": '/* parse_line(1) */\nchar *a = "parse_line(1)"; // PARSE_MAX\n'},
    ),
    "a parameter or a variable of the same name": case(
        C_BASE,
        {
            **C_GONE,
            "src/main.c": "int f(int parse_line) { return parse_line; }\n",
            "src/other.c": "int f(void) { int PARSE_MAX = 1; return PARSE_MAX; }\n",
        },
    ),
    "a member where a function is gone": case(
        C_BASE, {**C_GONE, "src/main.c": "int f(struct s *a) { return a->parse_line(1) + a->PARSE_MAX; }\n"}
    ),
    "a part that is only there under a condition": case(
        C_BASE,
        {
            **C_GONE,
            "src/main.c": '#ifdef OLD\nint f(void) { return parse_line("x"); }\n#endif\n#if PARSE_MAX > 1\n#endif\n',
        },
    ),
    "a name of the C library": case(
        {"compat.c": "int strlcpy(char *a, const char *b) { return 0; }\n"},
        {"compat.c": "int kept(void);\n", "main.c": "int f(char *a) { return strlcpy(a, a); }\n"},
    ),
    "a definition that the preprocessor now puts together": case(
        {"a.c": "int make_one(void) { return 1; }\nint f(void) { return make_one(); }\n"},
        {"a.c": "#define MAKE(x) int make_##x(void) { return 1; }\nMAKE(one)\nint f(void) { return make_one(); }\n"},
    ),
    "a struct that is used by its tag": case(
        {"a.h": "struct reader_of { int a; };\n"},
        {"a.h": "int b;\n", "a.c": "struct reader_of;\nint f(struct reader_of *p);\n"},
    ),
    "a library that takes the place of a deleted file": case(
        {"lib/price.rb": "class PriceList\nend\n", "Gemfile": ""},
        {"lib/price.rb": None, "Gemfile": 'gem "price"\n', "lib/use.rb": "PriceList.new\n"},
    ),
    "a text that no longer parses": case(
        C_BASE,
        {
            "src/parse.h": "#ifndef PARSE_H\n#if (((\nint parse_line(char *text;\n",
            "src/parse.c": '#include "parse.h"\nint ((( parse_line {\n',
            "src/main.c": 'int main(void) { return parse_line("x"); }\n',
        },
    ),
    "another language": case(
        {"a.rb": "class PriceList\nend\n"},
        {"a.rb": "class Kept\nend\n", "Use.cs": "class Use : PriceList {}\n"},
    ),
    "a symbol, which may define anything": case(
        {"a.rb": "class Ledger\n  def each_row\n  end\nend\n"},
        {"a.rb": "class Ledger\n  build :each_row\nend\n", "b.rb": "Ledger.new.each_row\n"},
    ),
    "an initializer, a named argument, a dynamic call": case(
        {"a.cs": "class A { public int RowCount; public int MoreRows() => 1; }\n"},
        {
            "a.cs": "class A { }\n",
            "b.cs": "class B { object o = new C { RowCount = 1 }; "
            'void F() { G(MoreRows: 1); H("MoreRows"); a.MoreRows(); } }\n',
        },
    ),
    "php, asked for by a string": case(
        {"a.php": "<?php\nfunction total_of() {}\n"},
        {"a.php": "<?php\n", "b.php": "<?php\nif (function_exists('total_of')) { total_of(); }\n"},
    ),
    "kotlin, imported from where it is": case(
        {"a/P.kt": "package a\nclass PriceList\n", "b/Q.kt": "package b\nclass PriceList\n"},
        {"a/P.kt": None, "c/Use.kt": "package c\nimport b.PriceList\nval p = PriceList()\n"},
    ),
    "kotlin, imported from outside of the repository now": case(
        {"a/P.kt": "package a\nfun typeNameOf(): Int = 1\n"},
        {"a/P.kt": "package a\n", "a/Use.kt": "package a\nimport lib.typeNameOf\nval p = typeNameOf()\n"},
    ),
    "kotlin, a definition that the grammar takes for something else": case(
        {"a/P.kt": "package a\nclass PriceList\n"},
        {
            "a/P.kt": "package a\n\n@A(B) @C(D) public annotation class PriceList\n",
            "a/Use.kt": "package a\nval p = PriceList()\n",
        },
    ),
    "php, a property that the constructor brings along": case(
        {"a.php": "<?php\nclass A { private int $rowCount; function f() { return $this->rowCount; } }\n"},
        {
            "a.php": "<?php\nclass A { function __construct(private int $rowCount) {} "
            "function f() { return $this->rowCount; } }\n"
        },
    ),
    "c sharp, another meaning of the name": case(
        {"A.cs": "public class FormValues {}\n"},
        {"A.cs": "class Kept {}\n", "B.cs": "using FormValues = System.Int32;\nclass B { FormValues a; }\n"},
    ),
    "a header of C++ that does not parse as C": case(
        {"a.h": "int row_count(void);\n"},
        {
            "a.h": "int b;\n",
            "n.h": "template <class T> struct N : M<T> { explicit N(T&& t); static T row_count(T&& a) noexcept; };\n",
            "b.cpp": "int f() { return row_count(); }\n",
        },
    ),
    "a name of the standard library behind std": case(
        {"a.hpp": "class row_stream { int a; };\n"},
        {"a.hpp": "class kept { int a; };\n", "b.cpp": "int f(std::row_stream& a) { return 1; }\n"},
    ),
    "kotlin, moved without leaving its package": case(
        {"a/P.kt": "package a\nclass PriceList\n"},
        {"a/P.kt": None, "a/Q.kt": "package a\nclass PriceList\n", "c/Use.kt": "package c\nimport a.PriceList\n"},
    ),
    "a header that is made": case(
        {"src/config.h": "#define A 1\n"},
        {"src/config.h": None, "src/config.h.in": "#define A @A@\n", "src/a.c": '#include "config.h"\n'},
    ),
    "a header that lies elsewhere now": case(
        {"src/list.h": "int a;\n"},
        {"src/list.h": None, "include/list.h": "int a;\n", "src/a.c": '#include "list.h"\n'},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_use_of_what_is_gone_is_told(name: str, check: Check) -> None:
    check(*BROKEN[name])


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_told_where(name: str, check: Check) -> None:
    assert " !" not in "".join(text for text in SILENT[name][1].values())
    check(*SILENT[name])


def test_a_finding_shows_what_the_definition_was_and_is(findings) -> None:
    base: Files = {
        "a.c": "int parse_line(char *text) { return *text + 1; }\nint main(void) { return parse_line(0); }\n"
    }
    (found,) = findings(base, {"a.c": base["a.c"].replace("parse_line(char", "parse_text(char")})
    assert (found.columns, found.evidence) == ((25, 35), "int main(void) { return parse_line(0); }")
    assert [(one.role, one.text) for one in found.related] == [
        ("before", "int parse_line(char *text)"),
        ("definition", "int parse_text(char *text)"),
    ]

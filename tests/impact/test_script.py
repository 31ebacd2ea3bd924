"""What a change of JavaScript or TypeScript code breaks, and what it does not."""

from __future__ import annotations

import pytest

from tests.impact.cases import Check, Files, case

PAY = "export function pay(account: number, amount: number) {\n  return account - amount;\n}\n"
PAY_WITH_CURRENCY = PAY.replace("amount: number)", "amount: number, currency: string)")
PAID = PAY.replace("pay", "paid")
LEDGER = "export class Ledger {\n  pay(amount: number) {\n    return amount;\n  }\n}\n"
LEDGER_WITH_CURRENCY = LEDGER.replace("amount: number)", "amount: number, currency: string)")

BROKEN = {
    "a module that was renamed, with the names that are imported from it": case(
        {"bank.ts": PAY},
        {
            "bank.ts": None,
            "till-roll.ts": PAY,
            "till.ts": "import { pay } from './bank'; // ! import/missing\npay(1, 2);\n",
        },
    ),
    "a re-export of a folder whose name is no identifier": case(
        {"src/cash-desk/index.ts": "export { pay } from './pay';\n", "src/cash-desk/pay.ts": PAY},
        {
            "src/cash-desk/index.ts": "export {};\n",
            "till.ts": "import { pay } from './src/cash-desk'; // ! import/missing\npay(1, 2); // ! name/removed\n",
        },
    ),
    "everything of a module that another handed on": case(
        {"core.ts": PAY, "index.ts": "export * from './core';\nexport const other = 1;\n"},
        {
            "index.ts": "export const other = 1;\n",
            "till.ts": "import { pay } from './index'; // ! import/missing\npay(1, 2); // ! name/removed\n",
        },
    ),
    "a default export that is imported under a name of the importer's own": case(
        {"plain.ts": "export default function double(x: number) { return x * 2; }\n"},
        {
            "plain.ts": "export default function double(x: number, y: number) { return x * y; }\n",
            "till.ts": "import dd from './plain';\ndd(1); // ! call/missing-argument\n",
        },
    ),
    "a name that a module only handed on": case(
        {
            "deep.ts": "export const deep = 1;\n",
            "bank.ts": "export { deep as shallow } from './deep';\nexport const other = 1;\n",
        },
        {
            "bank.ts": "export const other = 1;\n",
            "till.ts": "import { shallow } from './bank'; // ! import/missing\nconsole.log(shallow); // ! name/removed\n",
        },
    ),
    "a name that a member of an object is called like": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAY.replace("pay", "settle"),
            "till.ts": "import { pay } from './bank'; // ! name/renamed\nexport const till = {\n"
            "  pay: pay, // ! name/renamed\n};\n",
        },
    ),
    "a required parameter, through a named import": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAY_WITH_CURRENCY,
            "till.ts": "import { pay } from './bank';\n\npay(1, 2); // ! call/missing-argument\n",
        },
    ),
    "the same through a namespace and an alias": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAY_WITH_CURRENCY,
            "till.ts": "import * as bank from './bank.js';\nimport { pay as settle } from './bank';\n"
            "bank.pay(1, 2); // ! call/missing-argument\nsettle(1, 2); // ! call/missing-argument\n",
        },
    ),
    "the same through a barrel": case(
        {"src/bank.ts": PAY, "src/index.ts": "export * from './bank';\nexport { pay as settle } from './bank';\n"},
        {
            "src/bank.ts": PAY_WITH_CURRENCY,
            "till.ts": "import { pay, settle } from './src';\npay(1, 2); // ! call/missing-argument\n"
            "settle(1, 2); // ! call/missing-argument\n",
        },
    ),
    "an arrow function": case(
        {"bank.ts": "export const pay = (amount: number) => amount;\n"},
        {
            "bank.ts": "export const pay = (amount: number, currency: string) => amount;\n",
            "till.ts": "import { pay } from './bank';\npay(1); // ! call/missing-argument\n",
        },
    ),
    "a renamed function": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAID,
            "till.ts": "import { pay } from './bank'; // ! name/renamed\npay(1, 2); // ! name/renamed\n",
            "shop.ts": "import * as bank from './bank';\nbank.pay(1, 2); // ! name/renamed\n",
            "index.ts": "export { pay } from './bank'; // ! export/missing\n",
        },
    ),
    "a local that holds what is gone": case(
        {"bank.ts": PAY + "export const x = 1;\n"},
        {
            "bank.ts": "export const x = 1;\n",
            "till.ts": "import * as bank from './bank';\nfunction f() {\n  const held = bank.pay; // ! name/removed\n"
            "  held(1, 2);\n}\n",
        },
    ),
    "a name of the same file that is not exported": case(
        {"till.js": "function pay(a) { return a }\nconst LIMIT = 1\nmodule.exports = { go }\n"},
        {
            "till.js": "function paid(a) { return a }\nmodule.exports = { go }\n"
            "function go() { return pay(LIMIT) } // ! name/renamed name/removed\n"
        },
    ),
    "a private member": case(
        {"till.ts": "class Till {\n  #sum = 1;\n  #add(a: number) {}\n  go() {\n    this.#add(this.#sum);\n  }\n}\n"},
        {
            "till.ts": "class Till {\n  #add(a: number, b: number) {}\n  go() {\n"
            "    this.#add(this.#sum); // ! call/missing-argument name/removed\n  }\n}\n"
        },
    ),
    "the only export of a file, imported and exported on": case(
        {"bank.ts": "export class Parser {}\n"},
        {
            "bank.ts": "class Parser {}\n",
            "till.ts": "import { Parser } from './bank'; // ! import/missing\n\nexport { Parser }; // ! export/missing\n",
        },
    ),
    "a default export that went away": case(
        {"bank.ts": "export default function pay() {}\nexport const other = 1;\n"},
        {"bank.ts": "export const other = 1;\n", "till.ts": "import settle from './bank'; // ! import/missing\n"},
    ),
    "CommonJS": case(
        {"bank.js": "function pay(a, b) { return a + b }\nmodule.exports = { pay }\n"},
        {
            "bank.js": "function pay(a, b, c) { return a + b + c }\nmodule.exports = { pay }\n",
            "till.js": "const { pay } = require('./bank')\nconst bank = require('./bank')\n"
            "pay(1, 2) // ! call/missing-argument\nbank.pay(1, 2) // ! call/missing-argument\n",
        },
    ),
    "exports that are assigned": case(
        {"bank.js": "exports.pay = function (a, b) { return a + b }\nexports.x = 1\n"},
        {"bank.js": "exports.x = 1\n", "till.js": "const bank = require('./bank')\nbank.pay(1, 2) // ! name/removed\n"},
    ),
    "a method through what was constructed": case(
        {"bank.ts": LEDGER},
        {
            "bank.ts": LEDGER_WITH_CURRENCY,
            "till.ts": """
                import { Ledger } from './bank';

                class Till {
                  private spare = new Ledger();
                  own: Ledger;
                  constructor(private ledger: Ledger) {
                    this.own = new Ledger();
                  }
                  run(other: Ledger) {
                    this.ledger.pay(1); // ! call/missing-argument
                    this.spare.pay(1); // ! call/missing-argument
                    this.own.pay(1); // ! call/missing-argument
                    other.pay(1); // ! call/missing-argument
                    const local = new Ledger();
                    local.pay(1); // ! call/missing-argument
                    [1].forEach(() => this.own.pay(1)); // ! call/missing-argument
                    local.pay(1, 'KRW');
                  }
                }
            """,
        },
    ),
    "a method through this and super": case(
        {"bank.ts": LEDGER},
        {
            "bank.ts": LEDGER_WITH_CURRENCY,
            "till.ts": """
                import { Ledger } from './bank';

                export class Small extends Ledger {
                  one() {
                    this.pay(1); // ! call/missing-argument
                    super.pay(1); // ! call/missing-argument
                  }
                }
                new Small().pay(1); // ! call/missing-argument
            """,
        },
    ),
    "a constructor, also an inherited one": case(
        {"bank.ts": "export class Account {\n  constructor(owner: string) {}\n}\n"},
        {
            "bank.ts": "export class Account {\n  constructor(owner: string, currency: string) {}\n}\n",
            "till.ts": """
                import { Account } from './bank';

                class Savings extends Account {}
                class Own extends Account {
                  constructor() {
                    super('kim'); // ! call/missing-argument
                  }
                }
                new Account('kim'); // ! call/missing-argument
                new Savings('kim'); // ! call/missing-argument
                new Own();
            """,
        },
    ),
    "a member that an interface now demands": case(
        {"bank.ts": "export interface Ledger {\n  pay(amount: number): void;\n}\n"},
        {
            "bank.ts": "export interface Ledger {\n  pay(amount: number): void;\n  close(): void;\n}\n",
            "till.ts": "import { Ledger } from './bank';\nexport class Small implements Ledger { // ! interface/unimplemented\n"
            "  pay(amount: number) {}\n}\n",
        },
    ),
    "a function that became async": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAY.replace("function", "async function"),
            "till.ts": """
                import { pay } from './bank';

                const x = pay(1, 2); // ! call/not-awaited
                pay(1, 2).then(console.log);
                async function main() {
                  await pay(1, 2);
                  await Promise.all([pay(1, 2)]);
                  return pay(1, 2);
                }
            """,
        },
    ),
    "reordered parameters": case(
        {"bank.ts": PAY},
        {
            "bank.ts": PAY.replace("account: number, amount: number", "amount: number, account: number"),
            "till.ts": "import { pay } from './bank';\npay(1, 2); // !medium call/reordered\n",
        },
    ),
    "a dropped parameter": case(
        {"bank.ts": PAY_WITH_CURRENCY},
        {"bank.ts": PAY, "till.ts": "import { pay } from './bank';\npay(1, 2, 'KRW'); // ! call/unexpected-argument\n"},
    ),
    "a type that went away": case(
        {"types.ts": "export interface Money { value: number }\nexport type Other = string;\n"},
        {
            "types.ts": "export type Other = string;\n",
            "till.ts": "import type { Money } from './types'; // ! import/missing\n\n"
            "export const m: Money = { value: 1 }; // ! name/removed\n",
        },
    ),
    "an export that became private to its file": case(
        {"bank.ts": PAY + "export const x = 1;\n"},
        {
            "bank.ts": PAY.replace("export ", "") + "export const x = 1;\n",
            "till.ts": "import { pay } from './bank'; // ! import/missing\n",
        },
    ),
    "a path alias of tsconfig": case(
        {"tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"]}}}', "src/bank.ts": PAY},
        {
            "src/bank.ts": PAY_WITH_CURRENCY,
            "app/till.ts": "import { pay } from '@/bank';\npay(1, 2); // ! call/missing-argument\n",
        },
    ),
    "a package of the workspace": case(
        {"packages/bank/package.json": '{"name": "@acme/bank"}', "packages/bank/src/index.ts": PAY},
        {
            "packages/bank/src/index.ts": PAY_WITH_CURRENCY,
            "packages/till/src/till.ts": "import { pay } from '@acme/bank';\npay(1, 2); // ! call/missing-argument\n",
        },
    ),
    "an object of functions": case(
        {"api.ts": "export const api = {\n  get(id: string) { return id; },\n};\n"},
        {
            "api.ts": "export const api = {\n  get(id: string, tenant: string) { return id; },\n};\n",
            "till.ts": "import { api } from './api';\napi.get('1'); // ! call/missing-argument\n",
        },
    ),
}

SILENT = {
    "an override that takes fewer arguments than it is given": case(
        {
            "bank.ts": "export class Bank {\n  pay(account: number, options?: object) { return account; }\n}\n",
            "heir.ts": "import { Bank } from './bank';\nexport class Heir extends Bank {\n"
            "  pay(account: number) { return account; }\n}\n",
        },
        {"bank.ts": "export class Bank {\n  pay(account: number, options: object) { return account; }\n}\n"},
    ),
    "a parameter that also takes something else": case(
        {"bank.js": "export function open(options) { return options || {}; }\n"},
        {
            "bank.js": "export function open(handlerOrOptions, options) { return [handlerOrOptions, options || {}]; }\n",
            "till.js": "import { open } from './bank.js';\nopen(() => 1); // !- none\n",
        },
    ),
    "a function whose declared type decides what callers pass": case(
        {"bank.ts": "import type { Pay } from 'pay';\nexport const pay: Pay = (amount) => amount;\n"},
        {
            "bank.ts": "import type { Pay } from 'pay';\nexport const pay: Pay = (amount, currency) => amount;\n",
            "till.ts": "import { pay } from './bank';\npay(1); // !- none\n",
        },
    ),
    "a type alias that gains a part": case(
        {"bank.ts": "export type Money = {\n  value: number\n  currency?: string\n}\n"},
        {
            "bank.ts": "type Known = { currency: 'KRW' } | { currency?: string }\n"
            "type Host = { currency: 'USD' }\nexport type Money = {\n  value: number\n} & Known\n",
            "till.ts": "import type { Money } from './bank';\n"
            "export const f = (m: Money) => [m.value, m.currency]; // !- none\n",
        },
    ),
    "a module that hands on what is not in the tree": case(
        {"package.json": '{"dependencies": {"form-data": "4"}}', "form.js": "module.exports = require('form-data');\n"},
        {
            "form.js": "import FormData from 'form-data';\nexport default FormData;\n",
            "till.js": "import FormData from './form.js';\nnew FormData(); // !- none\n",
        },
    ),
    "a promise that is returned": case(
        {"bank.ts": "export function pay(amount: number): number { return amount; }\n"},
        {
            "bank.ts": "export async function pay(amount: number): Promise<number> { return amount; }\n",
            "till.ts": "import { pay } from './bank';\nexport const settle = () => { return pay(1); }; // !- none\n",
        },
    ),
    "a name that only an unchecked value is asked for": case(
        {"bank.ts": "export interface Money { value: number, onlyNumeric?: boolean }\n"},
        {
            "bank.ts": "export interface Money { value: number }\n",
            "till.ts": "export const f = (m: object) => (m as any).onlyNumeric; // !- none\n",
        },
    ),
    "a method's name that stands there uncalled": case(
        {"bank.ts": "export class Bank {\n  existing(id: number) { return id; }\n}\n"},
        {
            "bank.ts": "export class Bank {\n  found(id: number, deep: boolean, more: string) { return [id]; }\n}\n",
            "till.ts": "export const f = (x) => { x.should.existing; }; // !- none\n",
        },
    ),
    "a parameter that is merged into another object": case(
        {"bank.js": "export function pay(a) { return a }\n", "till.js": "import { pay } from './bank.js'\npay(1)\n"},
        {"bank.js": "export function pay(a, options) {\n  return Object.assign({\n    port: a\n  }, options)\n}\n"},
    ),
    "a name that is now bound by using": case(
        {"till.ts": "const ctx = open();\nctx.a;\ntest('x', async () => {\n  ctx.go();\n});\n"},
        {"till.ts": "test('x', async () => {\n  await using ctx = open();\n  ctx.go();\n});\n"},
    ),
    "renamed everywhere": case(
        {"bank.ts": PAY, "till.ts": "import { pay } from './bank';\npay(1, 2);\n"},
        {"bank.ts": PAID, "till.ts": "import { paid } from './bank';\npaid(1, 2);\n"},
    ),
    "an optional parameter": case(
        {"bank.ts": PAY, "till.ts": "import { pay } from './bank';\npay(1, 2);\n"},
        {"bank.ts": PAY.replace("amount: number)", "amount: number, currency?: string)")},
    ),
    "a JavaScript parameter that the body treats as optional": case(
        {"bank.js": "export function pay(a) { return a }\n", "till.js": "import { pay } from './bank.js'\npay(1)\n"},
        {"bank.js": "export function pay(a, options) { options = options || {}; return a }\n"},
    ),
    "moved with a re-export": case(
        {"bank.ts": PAY, "till.ts": "import { pay } from './bank';\npay(1, 2);\n"},
        {"bank.ts": "export { pay } from './ledger';\n", "ledger.ts": PAY},
    ),
    "a local name that hides the imported one": case(
        {
            "bank.ts": PAY,
            "till.ts": "import { pay } from './bank';\nfunction f(pay: (a: number) => void) {\n  pay(1);\n}\n"
            "{\n  const pay = (a: number) => a;\n  pay(1);\n}\n",
        },
        {"bank.ts": PAY_WITH_CURRENCY},
    ),
    "spread arguments": case(
        {"bank.ts": PAY, "till.ts": "import { pay } from './bank';\nconst xs = [1, 2];\npay(...xs);\n"},
        {"bank.ts": PAY_WITH_CURRENCY},
    ),
    "an optional call": case(
        {
            "bank.ts": "export const hooks = { start() {} };\n",
            "till.ts": "import { hooks } from './bank';\nhooks.start?.();\n",
        },
        {"bank.ts": "export const hooks = { other() {} };\n"},
    ),
    "overloads": case(
        {
            "bank.ts": "export function pay(a: number): void;\nexport function pay(a: string): void;\nexport function pay(a: any) {}\n",
            "till.ts": "import { pay } from './bank';\npay(1);\n",
        },
        {
            "bank.ts": "export function pay(a: number, b: number): void;\nexport function pay(a: string): void;\n"
            "export function pay(a: any, b?: any) {}\n"
        },
    ),
    "another class with the same method": case(
        {
            "bank.ts": LEDGER,
            "purse.ts": LEDGER.replace("Ledger", "Purse"),
            "till.ts": "import { Purse } from './purse';\nnew Purse().pay(1);\nfunction f(x: any) {\n  x.pay(1);\n}\n",
        },
        {"bank.ts": LEDGER_WITH_CURRENCY},
    ),
}


@pytest.mark.parametrize(("base", "head"), BROKEN.values(), ids=BROKEN)
def test_every_place_that_breaks_is_found_and_no_other(check: Check, base: Files, head: Files) -> None:
    check(base, head)


@pytest.mark.parametrize(("base", "head"), SILENT.values(), ids=SILENT)
def test_nothing_is_said_where_nothing_breaks(check: Check, base: Files, head: Files) -> None:
    check(base, head)

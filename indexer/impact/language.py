"""Names that the languages bring along: they stand for something where no file of the tree defines them."""

from __future__ import annotations

import builtins

PYTHON_NAMES = frozenset(dir(builtins)) | {"__file__", "__path__", "__builtins__"}
_SCRIPT = """
AbortController AbortSignal Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Blob Boolean Buffer
DataView Date DOMException Error EvalError Event EventTarget File Float32Array Float64Array FormData Function
Headers Infinity Int16Array Int32Array Int8Array Intl JSON Map Math MessageChannel NaN Number Object Promise
Proxy RangeError ReadableStream ReferenceError Reflect RegExp Request Response Set String Symbol SyntaxError
TextDecoder TextEncoder TransformStream TypeError URIError URL URLSearchParams Uint16Array Uint32Array
Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebSocket Worker WritableStream XMLHttpRequest alert atob
btoa cancelAnimationFrame clearImmediate clearInterval clearTimeout console crypto customElements decodeURI
decodeURIComponent document encodeURI encodeURIComponent escape eval exports fetch global globalThis history
isFinite isNaN localStorage location module navigator parseFloat parseInt performance process queueMicrotask
requestAnimationFrame require self sessionStorage setImmediate setInterval setTimeout structuredClone undefined
unescape window Deno Bun
"""
SCRIPT_NAMES = frozenset(_SCRIPT.split())


def is_language_name(name: str, python: bool) -> bool:
    """Whether every program of the language has the name."""
    return name in (PYTHON_NAMES if python else SCRIPT_NAMES)

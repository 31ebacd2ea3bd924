"""Secrets that are made while the tests run: none of them may stand in the repository as text."""

from __future__ import annotations

import base64
import json
import random
import string

LETTERS = string.ascii_letters
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits


def pick(alphabet: str, length: int, seed: str = "") -> str:
    """Random characters, the same ones in every run."""
    chance = random.Random(f"{alphabet}{length}{seed}")
    return "".join(chance.choice(alphabet) for _ in range(length))


def jwt(name: str = "Kim Minsu") -> str:
    """A signed-looking token with a decodable head and payload."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": "u-81723", "name": name, "exp": 1893456000})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, pick(ALNUM, 43)])


def pem(kind: str = "RSA ", newline: str = "\n") -> str:
    """A private key block with a body."""
    body = newline.join(pick(ALNUM + "+/", 64, str(row)) for row in range(4))
    return f"-----BEGIN {kind}PRIVATE KEY-----{newline}{body}{newline}-----END {kind}PRIVATE KEY-----"


def resident_number() -> str:
    """A Korean resident registration number whose date and check digit are right."""
    digits = "850314" + "1" + pick(string.digits, 5)
    total = sum(int(digit) * weight for digit, weight in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    whole = digits + str((11 - total % 11) % 10)
    return f"{whole[:6]}-{whole[6:]}"


SAMPLES = {
    "aws-key": "AK" + "IA" + pick(UPPER, 16),
    "aws-key:secret": f'aws_secret_access_key = "{pick(ALNUM + "/+", 40)}"',
    "azure-key": "Account" + "Key=" + pick(ALNUM, 86) + "==",
    "azure-key:shared": "Shared" + "AccessKey=" + pick(ALNUM, 43) + "=",
    "azure-secret": pick(ALNUM, 3) + "8Q" + "~" + pick(ALNUM, 34),
    "google-key": "AI" + "za" + pick(ALNUM, 35),
    "google-secret": "GOC" + "SPX-" + pick(ALNUM, 28),
    "github-token": "gh" + "p_" + pick(ALNUM, 36),
    "github-token:server": "gh" + "s_" + pick(ALNUM, 36),
    "github-token:fine": "github" + "_pat_" + pick(ALNUM, 22) + "_" + pick(ALNUM, 59),
    "gitlab-token": "glp" + "at-" + pick(ALNUM, 20),
    "slack-token": "xo" + "xb-" + "-".join((pick("123456789", 11), pick("123456789", 12), pick(ALNUM, 24))),
    "slack-token:hook": "https://hooks.slack"
    + ".com/services/T"
    + "/B".join((pick(UPPER, 8), pick(UPPER, 8) + "/" + pick(ALNUM, 24))),
    "stripe-key": "sk" + "_live_" + pick(ALNUM, 24),
    "stripe-key:long": "rk" + "_live_" + pick(ALNUM, 99),
    "sendgrid-key": "S" + "G." + pick(ALNUM, 22) + "." + pick(ALNUM, 43),
    "twilio-key": "S" + "K" + pick(HEX, 32),
    "npm-token": "np" + "m_" + pick(ALNUM, 36),
    "pypi-token": "pypi-AgEIcHlwaS5vcmc" + pick(ALNUM, 80),
    "openai-key": "sk-" + pick(ALNUM, 20) + "T3Blbk" + "FJ" + pick(ALNUM, 20),
    "openai-key:project": "sk-" + "proj-" + pick(ALNUM + "_-", 100),
    "anthropic-key": "sk-" + "ant-api03-" + pick(ALNUM, 93),
    "huggingface-token": "h" + "f_" + pick(LETTERS, 34),
    "telegram-token": pick("123456789", 9) + ":AA" + pick(ALNUM, 33),
    "discord-token": "M" + pick(ALNUM, 23) + "." + pick(ALNUM, 6) + "." + pick(ALNUM, 27),
    "mailchimp-key": pick(HEX, 32) + "-us" + "14",
    "square-secret": "sq0" + "csp-" + pick(ALNUM, 43),
    "digitalocean-token": "dop" + "_v1_" + pick(HEX, 64),
    "shopify-token": "shp" + "at_" + pick(HEX, 32),
    "databricks-token": "da" + "pi" + pick(HEX, 32),
    "docker-token": "dckr" + "_pat_" + pick(ALNUM, 27),
    "vault-token": "hv" + "s." + pick(ALNUM, 90),
    "age-key": "AGE-SECRET" + "-KEY-1" + pick(UPPER, 58),
    "linear-key": "lin" + "_api_" + pick(ALNUM, 40),
    "notion-token": "nt" + "n_" + pick(ALNUM, 46),
    "artifactory-key": "AK" + "C" + pick(ALNUM, 70),
    "jwt": jwt(),
    "private-key": pem(),
    "private-key:openssh": pem("OPENSSH "),
    "private-key:plain": pem(""),
    "private-key:putty": "PuTTY-User-Key-"
    + "File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n"
    + pick(ALNUM, 48),
    "private-key:in json": '"private_key": "' + pem("", "\\n") + '\\n"',
    "url-password": "postgres://app:" + "t9-Vexing" + "@db.internal.corp:5432/main",
    "url-password:signs": "redis://:" + "pX$4!kd0" + "@cache-7.corp.kr:6379",
    "authorization": "Authorization: Bearer " + pick(ALNUM, 40),
    "password": 'password = "' + "T7!kolm" + 'Zq"',
    "password:korean": "비밀번호 = '" + "qk#91" + "mTz'",
    "password:member": 'db.password: "' + "wd8&Qp" + 'ne1"',
    "password:java": 'public static final String PASSWORD = "' + "wd8&Qp" + 'ne1";',
    "token:base32": 'totpSecret = "' + pick(UPPER, 32) + '"',
    "token": 'api_key = "' + pick(ALNUM, 32) + '"',
    "token:hex": '"clientSecret": "' + pick(HEX, 40) + '"',
    "token:annotated": 'SECRET_KEY: str = "' + pick(ALNUM, 50) + '"',
    "resident-number": resident_number(),
}

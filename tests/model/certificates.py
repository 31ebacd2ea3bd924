"""A throw-away certificate authority, made by the openssl program in a test's own folder."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_HERE = "IP:127.0.0.1,IP:::1,DNS:localhost"


@dataclass(frozen=True)
class Authority:
    """Makes certificates in `folder`."""

    folder: Path

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def certificate(self, name: str, *, names: str = _HERE, days: int = 30) -> str:
        """A PEM file with certificate and key; -1 day has expired."""
        pem = self.folder / f"{name}.pem"
        if pem.exists():
            return str(pem)
        key, request, extensions, signed = (self.folder / f"{name}.{end}" for end in ("key", "csr", "ext", "crt"))
        extensions.write_text(f"subjectAltName={names}\n")
        _openssl("req", *_NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        by = ("-CA", self.ca_file, "-CAkey", self.folder / "ca.key", "-CAcreateserial")
        _openssl("x509", "-req", "-in", request, *by, "-out", signed, "-days", days, "-extfile", extensions)
        pem.write_bytes(signed.read_bytes() + key.read_bytes())
        return str(pem)

    def server(
        self, name: str = "server", *, names: str = _HERE, days: int = 30, demands: bool = False
    ) -> ssl.SSLContext:
        """The context of a server with such a certificate; `demands` one of its clients, too."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate(name, names=names, days=days))
        if demands:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_file)
        return context


def authority(folder: Path) -> Authority:
    """A new authority whose files lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    subject = ("-subj", f"/CN=Throw-away CA {folder.name}")
    _openssl("req", "-x509", *_NEW_KEY, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-days", 30, *subject)
    return Authority(folder)


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

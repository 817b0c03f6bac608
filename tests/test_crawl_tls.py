"""Certificates: one that nobody vouches for is a reason not to read, unless the profile says that it is none."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.killing import Crawls

DAY = timedelta(days=1)
HOME = b"""<html><head><meta name="generator" content="Discuz! X3.4" /></head><body class="pg_index">
<div id="nv"><ul><li id="mn_P1"><a href="portal.php?mod=list&amp;catid=1">News</a></li></ul></div></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """A home without anything behind it."""

    def do_GET(self) -> None:
        found = self.path.startswith("/portal.php")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(HOME) if found else 0))
        self.end_headers()
        self.wfile.write(HOME if found else b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name in http.server)
        self.server.asked.append(self.path)  # type: ignore[attr-defined]


def certificate(folder: Path, *, days: int) -> Path:
    """A certificate that vouches for itself until so many days from now, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 100 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of those who hang up."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Expected: a certificate that is not trusted ends the connection."""


class Served:
    """A site behind TLS.

    Attributes:
        url: its address.
        asked: what has come through to it.
    """

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self._server.asked = self.asked  # type: ignore[attr-defined]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self._server.server_port}/"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    served = Served(certificate(tmp_path, days=request.param))
    yield served
    served.close()


LIVES, EXPIRED = 10, -10


@pytest.mark.parametrize(
    ("site", "trusted", "tls", "read"),
    [
        (LIVES, True, "verified", True),
        (LIVES, False, "verified", False),
        (LIVES, False, "unverified", True),
        (EXPIRED, True, "verified", False),
        (EXPIRED, False, "unverified", True),
    ],
    indirect=["site"],
)
def test_a_certificate(site: Served, killing: Crawls, tmp_path: Path, *, trusted: bool, tls: str, read: bool) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "harbour.toml").write_text(f'url = "{site.url}"\ntls = "{tls}"\n', encoding="utf-8")
    trusting = {"SSL_CERT_FILE": str(site.certificate if trusted else "/dev/null")}
    done = killing.run(
        "portal", tmp_path / "data", "harbour", settings={"DISCUZ_SITES_DIR": str(sites)}, environment=trusting
    )
    assert any(path.startswith("/portal.php") for path in site.asked) is read
    assert "Traceback" not in done.stderr
    if not read:
        assert (done.code, "certificate" in done.last_line) == (3, True), done.stderr

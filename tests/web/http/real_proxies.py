"""Run nginx and Caddy as docs/reverse-proxy.md configures them, at a free port, with a self-signed certificate."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.doors.programs import KEPT, ROOT

NAME = "music.example"
SERVICE = "127.0.0.1:8000"  # as the recipes name it
Answer = tuple[int, HTTPMessage, bytes]


def recipe(language: str) -> str:
    """The block of that language in the documentation."""
    text = (ROOT / "docs/reverse-proxy.md").read_text()
    (block,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(block)


def certified(folder: Path) -> tuple[Path, Path]:
    """Create a self-signed certificate for the name; returns its path and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return public, private


def nginx(folder: Path, port: int, service: int) -> list[str]:
    """Write nginx's configuration; returns the command that starts it."""
    certificate, key = certified(folder)
    server = replaced(recipe("nginx"), {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl", SERVICE: f"127.0.0.1:{service}",
        "/etc/ssl/music.example.pem": str(certificate), "/etc/ssl/music.example.key": str(key),
    })  # fmt: skip
    folders = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {folders}\n{server}\n}}"
    )
    return ["nginx", "-p", str(folder), "-c", str(configuration), "-e", "stderr"]


def caddy(folder: Path, port: int, service: int) -> list[str]:
    certificate, key = certified(folder)
    site = replaced(recipe("caddyfile"), {
        f"{NAME} {{": f"{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}", SERVICE: f"127.0.0.1:{service}",
    })  # fmt: skip
    configuration = folder / "Caddyfile"
    configuration.write_text(
        f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}\n}}\n{site}"
    )
    return ["caddy", "run", "--config", str(configuration), "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "caddy": caddy}


def replaced(text: str, values: dict[str, str]) -> str:
    for old, new in values.items():
        assert old in text, f"the recipe has no {old!r} any more"
        text = text.replace(old, new)
    return text


def is_installed(name: str) -> bool:
    return shutil.which(name) is not None


@contextmanager
def running(name: str, folder: Path, port: int, service: int) -> Iterator["Visitor"]:
    """Run the proxy in front of the service at the port `service`, until the end of the block."""
    command = PROXIES[name](folder, port, service)
    log = folder / "log"
    with log.open("w") as output:
        child = subprocess.Popen(command, env={**KEPT, "XDG_DATA_HOME": str(folder)}, stdout=output, stderr=output)
    try:
        while not is_open(port):
            assert child.poll() is None, log.read_text()
            time.sleep(0.01)
        yield Visitor(port, folder / "certificate.pem")
    finally:
        child.terminate()
        child.wait(120)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Visitor:
    """Asks the proxy over HTTPS as browsers do, with its name and port as the host."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.host = port, f"{NAME}:{port}"
        self.origin = f"https://{self.host}"
        self._trust = ssl.create_default_context(cafile=str(certificate))

    def ask(self, path: str, body: str | None = None, **headers: str) -> Answer:
        sent = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            sent = {"Content-Type": "application/x-www-form-urlencoded"} | sent
        connection = HTTPSConnection(NAME, self.port, timeout=120)
        connection.sock = self._trust.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 60), server_hostname=NAME
        )
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        response = answer.status, answer.headers, answer.read()
        connection.close()
        return response

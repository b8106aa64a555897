"""The certificates of the conformance tests: PEM files NAME.crt and NAME.key in one folder."""

import subprocess

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
# By file: the authority and the name in it. The gateway's has the address that it is called by.
NAMES = {
    "gateway": ("ca", "subjectAltName=IP:127.0.0.1"),
    "misnamed": ("ca", "subjectAltName=DNS:other.test"),
    "allowed": ("ca", "subjectAltName=DNS:allowed.test"),
    "limited": ("ca", "subjectAltName=DNS:limited.test"),
    "quota": ("ca", "subjectAltName=DNS:quota.test"),
    "nameless": ("ca", "keyUsage=digitalSignature"),
    "stranger": ("other-ca", "subjectAltName=DNS:allowed.test"),
}


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make(folder):
    folder.mkdir()
    for authority in ("ca", "other-ca"):
        openssl(folder, "req", "-x509", *NEW_KEY, "-keyout", f"{authority}.key", "-out", f"{authority}.crt",
                "-subj", f"/CN={authority}", "-days", "2")  # fmt: skip
    for name, (authority, extension) in NAMES.items():
        (folder / "extension").write_text(extension + "\n")
        openssl(folder, "req", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-out", f"{name}.crt", "-days", "2", "-extfile", "extension")  # fmt: skip
    return folder


def of(folder, name):
    """What a client is told to show, and to trust."""
    shown = "allowed" if name == "mistrusting" else name
    trusted = "other-ca" if name == "mistrusting" else "ca"
    files = {"ca_file": f"{trusted}.crt", "cert_file": f"{shown}.crt", "key_file": f"{shown}.key"}
    return {kind: f"{folder}/{name}" for kind, name in files.items()}

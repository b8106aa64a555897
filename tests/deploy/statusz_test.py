"""The status page of the real gateway, in a real headless Chromium, as the person who is paged sees it.

Usage: statusz_test.py SOURCE_DIR BUILD_DIR
Leaves pictures: BUILD_DIR/statusz.png, and statusz-phone.png as a telephone shows it.
"""

import hashlib
import os
import pathlib
import sys
import tempfile
import time
import unittest
import urllib.request

SOURCE, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path[:0] = [str(SOURCE / "tests/emulator")]

from emulator_process import Emulator  # noqa: E402
from headless_chromium import Chromium  # noqa: E402
from statusz_gateway import HOSTILE, Gateway  # noqa: E402
from statusz_page import Page  # noqa: E402

API_KEY = "statusz_key_9b1e77c2"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PATIENCE_SECONDS = 30
# Ends up named "on" where scripts run.
PROBE = "data:text/html,<title>off</title><script>document.title='on'</script>"


class StatusPageTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator(BUILD / "bin/suprsend-emulator", f"--api_key={API_KEY}"))
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.gateway = self.enterContext(
            Gateway(BUILD / "bin/suprsend-gateway", self.emulator.url.rstrip("/"), API_KEY, directory)
        )
        self.url = f"http://127.0.0.1:{self.gateway.admin_port}/statusz"
        self.browser = self.enterContext(Chromium())
        self.browser.allow_scripts(False)
        self.browser.set_view(1100, 900)

    def assert_scripts_run(self, expected):
        self.browser.open(PROBE)
        self.assertEqual(Page(self.browser.html()).title, expected)

    def fetch(self):
        """The page as it is served, without a browser."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url, timeout=20) as response:
            self.assertEqual(response.headers["Content-Type"], "text/html; charset=utf-8")
            return response.read().decode()

    def wait_for(self, *texts):
        """A call is counted, and a file read, a moment after a test can see it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            page = self.fetch()
            if all(text in page for text in texts):
                return
            time.sleep(0.1)
        self.fail(f"the page does not come to say {texts}: {page}")

    def open(self):
        """What the browser shows, which asks for nothing else and finds no fault."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.browser.open(self.url)
            self.assertEqual(self.browser.requests, [self.url])
            self.assertEqual(self.browser.complaints, [])
            page = Page(self.browser.html())
            # On a machine that is busy with other tests it may not answer within the second that it must.
            if not any("Not live" in problem for problem in page.problems) or time.monotonic() > end:
                return page

    def assert_no_secret(self):
        for text in (self.fetch(), self.browser.html()):
            for secret in self.gateway.secrets:
                self.assertNotIn(secret, text)

    def test_all_is_well(self):
        self.assertEqual(self.gateway.cancel("billing", "order"), "0")
        self.wait_for("spiffe://test/billing")
        self.assert_scripts_run("off")
        page = self.open()
        self.assertEqual(page.title.partition(":")[0], "Well")
        self.assertIn("All is well", page.text)
        self.assertEqual(page.problems, [])
        self.assertIn("Last minute: 1 call, 0 failed.", page.text)

        fingerprint = hashlib.sha256(API_KEY.encode()).hexdigest()[:8]
        self.assertEqual(page.cell("API key", "API key in use"), fingerprint)
        self.assertEqual(page.cell("This gateway", "SuprSend is at"), self.emulator.url.rstrip("/"))
        self.assertEqual(page.cell("This gateway", "Callers connect to"),
                         f"127.0.0.1:{self.gateway.port}, with TLS")
        self.assertEqual(page.cell("This gateway", "Ready"), "yes")
        self.assertEqual(page.cell("This gateway", "Live"), "yes")
        self.assertEqual(page.cell("SuprSend's health", "Circuit").partition(";")[0], "closed")
        self.assertEqual(page.cell("Callers by rate", "spiffe://test/billing", "All"), "1")
        self.assertEqual(page.cell("Audit log", "State"), "good")
        self.assertIn("in 29 days", page.cell("Certificates", "tls_cert"))
        self.assertEqual(page.cell("Configuration", "--breaker_min_attempts"), "5")
        self.assertEqual(page.cell("Configuration", "--breaker_min_attempts", "Set or default"),
                         "set, not 20")
        self.assertEqual(page.cell("Configuration", "--max_deadline", "Set or default"), "default")
        self.assert_no_secret()

    def make_trouble(self):
        """Everything that can go wrong of itself does."""
        self.assertEqual(self.gateway.cancel(HOSTILE, None), "3")
        faults = [{"status": 500}, {"status": 401}, *[{"status": 503}] * 3]
        self.emulator.set_faults(*({**fault, "times": 1} for fault in faults))
        for _ in faults:
            self.gateway.cancel("billing", "order", traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
        # The circuit is open.
        self.assertEqual(self.gateway.cancel("billing", "order"), "14")
        self.gateway.spoil_key_file()
        self.gateway.issue_server_certificate(days=5)
        self.wait_for("UPSTREAM_CIRCUIT_OPEN</code>", "api_key is not good", "certificate ends in 4 days")

    def test_what_is_not_well_stands_first(self):
        self.make_trouble()
        page = self.open()
        self.assertIn("NOT WELL", page.title)
        for wanted in ("The circuit opened", "SuprSend rejects the API key", "calls failed in ten minutes",
                       "The file api_key is not good", "certificate ends in 4 days"):
            self.assertTrue(any(wanted in problem for problem in page.problems), (wanted, page.problems))
        self.assertEqual(len(page.problems), 5, page.problems)
        self.assertTrue(page.cell("SuprSend's health", "Circuit").startswith("OPEN: calls are refused"))

        for reason, code, status in (("UPSTREAM_ERROR", "UNKNOWN, outcome UNKNOWN", "HTTP 500"),
                                     ("UPSTREAM_CREDENTIALS_REJECTED", "INTERNAL", "HTTP 401")):
            last = page.cell("Errors by reason", reason, "The last one")
            for wanted in (code, status, "caller spiffe://test/billing", f"trace {TRACE}", "request "):
                self.assertIn(wanted, last)
            self.assertEqual(page.cell("Errors by reason", reason, "10 min"), "1")
        self.assertEqual(page.cell("Errors by reason", "UPSTREAM_UNAVAILABLE", "All"), "3")
        self.assertIn(HOSTILE, page.cell("Errors by reason", "NO_FILTER", "The last one"))
        self.assertEqual(page.cell("Callers by rate", HOSTILE, "All"), "1 1 failed")
        self.assert_no_secret()

        self.picture("statusz.png")
        self.browser.set_view(400, 800, "dark")
        self.assertEqual(self.browser.content_width(), 400, "a telephone would have to scroll sideways")
        self.picture("statusz-phone.png")

    def test_a_callers_name_runs_no_script_where_scripts_run(self):
        self.assertEqual(self.gateway.cancel(HOSTILE, None), "3")
        self.wait_for("&lt;script&gt;")
        self.assertNotIn("<script", self.fetch())
        self.browser.allow_scripts(True)
        self.assert_scripts_run("on")
        page = self.open()
        self.assertNotEqual(page.title, "pwned")
        self.assertIn(HOSTILE, page.text)

    def picture(self, name):
        path = BUILD / name
        path.unlink(missing_ok=True)
        self.browser.take_picture(path)
        self.assertGreater(os.path.getsize(path), 20_000, "a picture of nothing")
        print(f"picture: {path.resolve()}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

"""The emulator's faults, and how it serves many connections, through the real binary."""

import http.client
import json
import sys
import threading
import time
import unittest

from emulator_process import CANCEL, Emulator

BINARY = sys.argv.pop(1)
WANTED = {"recipients": ["user_1"]}


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator(BINARY))
        self.emulator.trigger("order", ["user_1"])

    def last(self):
        return self.emulator.requests()[-1]

    def state(self):
        return self.emulator.runs()[0]["state"]

    def test_reply_replaces_the_real_one_and_applies_nothing(self):
        self.emulator.set_faults({"status": 429, "headers": {"Retry-After": "7", "X-A": "b"},
                                  "body": '{"code":429}', "times": 1})
        status, headers, body = self.emulator.call("POST", CANCEL, WANTED)
        self.assertEqual((status, body), (429, b'{"code":429}'))
        self.assertEqual((headers["Retry-After"], headers["X-A"]), ("7", "b"))
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(self.state(), "running")
        self.assertEqual((self.last()["status"], self.last()["fault"]), (429, 0))

        self.assertEqual(self.emulator.cancel(**WANTED)[0], 200)
        self.assertEqual((self.state(), self.last()["fault"]), ("cancelled", None))

    def test_reply_that_applies(self):
        self.emulator.set_faults({"status": 504, "apply": True})
        self.assertEqual(self.emulator.call("POST", CANCEL, WANTED)[::2], (504, b""))
        self.assertEqual(self.state(), "cancelled")
        self.assertEqual((self.last()["applied"], self.last()["applied_count"]), (True, 1))

    def test_garbage_html_and_oversize_replies(self):
        html = {"status": 502, "headers": {"content-type": "text/html"}, "body": "<html></html>"}
        self.emulator.set_faults(html)
        status, headers, body = self.emulator.call("POST", CANCEL, WANTED)
        self.assertEqual((status, headers["Content-Type"], body),
                         (502, "text/html", b"<html></html>"))

        raw = b'[{"body": "\xff\\u0000"}]'
        self.assertEqual(self.emulator.call("PUT", "/_emulator/faults", raw)[0], 200)
        self.assertEqual(self.emulator.call("POST", CANCEL, WANTED)[::2], (200, b"\xff\x00"))

        self.emulator.set_faults({"body": "{}", "body_size": 9_000_000})
        _, _, body = self.emulator.call("POST", CANCEL, WANTED)
        self.assertEqual((len(body), body.rstrip()), (9_000_000, b"{}"))

    def test_delay_then_the_real_reply(self):
        self.emulator.set_faults({"delay_ms": 300})
        start = time.monotonic()
        self.assertEqual(self.emulator.cancel(**WANTED)[0], 200)
        self.assertGreaterEqual(time.monotonic() - start, 0.3)
        self.assertEqual(self.state(), "cancelled")

    def drop(self, when):
        self.emulator.set_faults({"drop": when, "times": 2})
        connection = self.emulator.connect()
        self.emulator.call("GET", "/_emulator/runs", connection=connection)
        for _ in range(2):
            with self.assertRaises(http.client.RemoteDisconnected):
                self.emulator.call("POST", CANCEL, WANTED, connection=connection)
            connection.close()
        request = self.last()
        self.assertEqual((request["status"], request["dropped"], request["finished"]),
                         (None, True, True))

    def test_drop_before_applying(self):
        self.drop("before")
        self.assertEqual((self.state(), self.last()["applied"]), ("running", False))
        self.assertEqual(len(self.emulator.cancel(**WANTED)[1]["execution_ids"]), 1)

    def test_drop_after_applying(self):
        self.drop("after")
        run = self.emulator.runs()[0]
        self.assertEqual((run["times_cancelled"], run["times_matched"]), (1, 2))
        counts = [request["applied_count"] for request in self.emulator.requests()]
        self.assertEqual(counts, [1, 1, 0])

    def test_match_on_path_and_body(self):
        self.emulator.set_faults({"path": CANCEL, "body_contains": '"user_1"', "status": 500},
                                 {"path": "/trigger/", "status": 501})
        self.assertEqual(self.emulator.cancel(recipients=["user_2"])[0], 200)
        self.assertEqual(self.emulator.call("POST", CANCEL, WANTED)[0], 500)
        self.assertEqual(self.emulator.call("POST", "/trigger/", {})[0], 501)

    def test_invalid_list_changes_nothing(self):
        self.emulator.set_faults({"status": 500})
        status, _, body = self.emulator.call("PUT", "/_emulator/faults",
                                             [{"drop": "before"}, {"status": 99}], key=None)
        self.assertEqual((status, json.loads(body)), (400, {
            "code": 400, "message": "faults[1].status must be an integer from 200 to 999"}))
        self.assertEqual(self.emulator.call("POST", CANCEL, WANTED)[0], 500)

    def test_delete_state_clears_all(self):
        self.emulator.set_faults({"status": 500})
        self.assertEqual(self.emulator.call("DELETE", "/_emulator/state", key=None)[0], 204)
        self.assertEqual((self.emulator.runs(), self.emulator.requests()), ([], []))
        self.assertEqual(self.emulator.cancel(**WANTED), (200, {"execution_ids": []}))


class ConnectionTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator(BINARY))

    def test_one_connection_serves_many_requests(self):
        connection = self.emulator.connect()
        for _ in range(200):
            self.assertEqual(
                self.emulator.call("POST", CANCEL, WANTED, connection=connection)[0], 200)
        connection.close()
        self.assertEqual(len({r["peer"] for r in self.emulator.requests()}), 1)

    def test_hundreds_of_delayed_requests_at_once(self):
        count = 400
        self.emulator.set_faults({"delay_ms": 1000})
        codes = []

        def send():
            codes.append(self.emulator.call("POST", CANCEL, WANTED)[0])

        threads = [threading.Thread(target=send) for _ in range(count)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # Far under what any queueing would cost, and far over what a busy machine needs.
        self.assertLess(time.monotonic() - start, 20)
        self.assertEqual(codes, [200] * count)
        self.assertEqual(self.emulator.own("runs")["cancels_applied"], count)


if __name__ == "__main__":
    unittest.main()

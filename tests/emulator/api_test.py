"""The emulator's stand-in for SuprSend's API, through the real binary."""

import json
import subprocess
import sys
import tempfile
import time
import unittest

from emulator_process import CANCEL, Emulator

BINARY = sys.argv.pop(1)
NO_FILTER = {"code": 400, "message": "at least one filter is required: execution_id, recipients, "
                                     "idempotency_key"}


class CancelTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator(BINARY))

    def test_filters_are_anded_and_a_cancelled_run_is_not_matched_again(self):
        self.emulator.trigger("order", ["user_1", {"distinct_id": "user_2"}], "key-1")
        self.emulator.trigger("order", ["user_1"], "key-2")
        first = self.emulator.runs()[0]["execution_id"]

        wanted = {"recipients": ["user_1", "nobody"], "idempotency_key": "key-1",
                  "workflow_slug": "order"}
        self.assertEqual(self.emulator.cancel(**wanted), (200, {"execution_ids": [first]}))
        self.assertEqual(self.emulator.cancel(**wanted), (200, {"execution_ids": []}))

        runs = self.emulator.runs()
        self.assertEqual([run["times_cancelled"] for run in runs], [1, 0, 0])
        self.assertEqual([run["times_matched"] for run in runs], [2, 0, 0])

    def test_no_filter_and_slug_alone_get_the_documented_400(self):
        self.emulator.trigger("order", ["user_1"])
        self.assertEqual(self.emulator.cancel(), (400, NO_FILTER))
        self.assertEqual(self.emulator.cancel(workflow_slug="order"), (400, NO_FILTER))
        self.assertEqual(self.emulator.runs()[0]["state"], "running")

    def test_what_is_not_a_filter_is_a_400(self):
        self.emulator.trigger("order", ["user_1"])
        for body in (b"", b"{", b"[]", b'{"execution_id":""}', b'{"execution_id":7}',
                     b'{"recipients":"user_1"}', b'{"recipients":[]}', b'{"recipients":["", "a"]}',
                     b'{"idempotency_key":null}', b'{"recipients":["\xff"]}', b"[" * 100_000,
                     b'{"execution_id":"a","execution_id":"b"}'):
            status, headers, reply = self.emulator.call("POST", CANCEL, body)
            self.assertEqual(status, 400, body)
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertEqual(json.loads(reply)["code"], 400)
        self.assertEqual(self.emulator.runs()[0]["times_matched"], 0)
        self.assertEqual({r["applied"] for r in self.emulator.requests()[1:]}, {False})

    def test_body_over_a_mebibyte(self):
        self.emulator.trigger("order", ["user_1"])
        status, reply = self.emulator.cancel(recipients=["x" * 2_000_000, "user_1"])
        self.assertEqual((status, len(reply["execution_ids"])), (200, 1))

    def test_key_is_required(self):
        self.emulator.trigger("order", ["user_1"])
        for key in (None, "wrong", "emulator-key2"):
            status, _, body = self.emulator.call("POST", CANCEL, {"recipients": ["user_1"]}, key)
            self.assertEqual(status, 401)
            self.assertEqual(body, b"Not Authenticated - could not find Workspace details")
        self.assertEqual(self.emulator.runs()[0]["state"], "running")
        shown = [r["headers"].get("authorization") for r in self.emulator.requests()]
        self.assertEqual(shown, ["matched", None, "not matched", "not matched"])

    def test_other_paths_and_methods(self):
        for method, path, status in (("POST", CANCEL[:-1], 404), ("POST", "/", 404),
                                     ("POST", "/a/b/trigger/", 404), ("POST", "/trigger", 404),
                                     ("POST", "/" + "a" * 8000, 404), ("GET", CANCEL, 405),
                                     ("PUT", "/trigger/", 405)):
            got, _, body = self.emulator.call(method, path)
            self.assertEqual((got, json.loads(body)["code"]), (status, status), path)
        self.assertEqual(len(self.emulator.requests()), 7)

    def test_own_replies_end_with_a_newline(self):
        for method, name, status in (("GET", "runs", 200), ("GET", "requests", 200),
                                     ("POST", "runs", 405), ("GET", "nothing", 404),
                                     ("PUT", "faults", 400)):
            got, _, body = self.emulator.call(method, f"/_emulator/{name}", key=None)
            self.assertEqual((got, body[-1:], body[-2:-1]), (status, b"\n", b"}"), (method, name))
        status, _, body = self.emulator.call("DELETE", "/_emulator/state", key=None)
        self.assertEqual((status, body), (204, b""))

    def test_requests_are_reported_as_they_came(self):
        body = b'{"recipients": ["\xff"]}'
        self.emulator.call("POST", CANCEL + "?a=%41", body)
        [request] = self.emulator.requests()
        self.assertEqual((request["method"], request["path"], request["query"]),
                         ("POST", CANCEL, "a=%41"))
        self.assertEqual(request["body"], '{"recipients": ["\ufffd"]}')
        self.assertEqual(request["body_base64"], "eyJyZWNpcGllbnRzIjogWyL/Il19")
        self.assertEqual((request["status"], request["dropped"], request["fault"]),
                         (400, False, None))


class ProcessTest(unittest.TestCase):
    def refused(self, *flags):
        done = subprocess.run([BINARY, *flags], capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, done.stdout), (1, ""), flags)
        return done.stderr

    def test_help_and_version(self):
        done = subprocess.run([BINARY, "--help"], capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in (CANCEL, "/trigger/", "/_emulator/runs", "/_emulator/requests",
                     "/_emulator/faults", "/_emulator/state"):
            self.assertIn(name, done.stdout)
        version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, timeout=20)
        self.assertEqual(version.returncode, 0)
        self.assertRegex(version.stdout, r"^suprsend-emulator \d+\.\d+\.\d+\n$")

    def test_help_that_cannot_be_written_is_a_failure(self):
        for flag in ("--help", "--version"):
            for stdout in ("/dev/full", "&-"):
                done = subprocess.run(["sh", "-c", f'"$0" "$1" >{stdout}', BINARY, flag],
                                      capture_output=True, text=True, timeout=20)
                self.assertEqual(done.returncode, 1, (flag, stdout))
                self.assertIn("cannot write to stdout: ", done.stderr)

    def test_bad_flags_name_flag_and_value(self):
        for flag in ("--listen=nowhere", "--api_key=", "--seed_file=/does/not/exist",
                     "--seed_file=/", "--accept_slug_alone=maybe"):
            self.assertIn(f"{flag}: must be ", self.refused(flag))

    def test_taken_port(self):
        with Emulator(BINARY) as first:
            self.assertEqual(self.refused(f"--listen=127.0.0.1:{first.port}"),
                             f"suprsend-emulator: cannot listen on 127.0.0.1:{first.port}: "
                             "Address already in use\n")

    def test_seed_file_and_slug_alone(self):
        with tempfile.NamedTemporaryFile("w") as seed:
            json.dump([{"workflow_slug": "order", "recipient": "user_1", "execution_id": "dsl_1"},
                       {"workflow_slug": "order", "recipient": {"$email": "a@example.com"},
                        "idempotency_key": "key"}], seed)
            seed.flush()
            with Emulator(BINARY, f"--seed_file={seed.name}", "--accept_slug_alone") as emulator:
                status, reply = emulator.cancel(workflow_slug="order")
        self.assertEqual((status, reply["execution_ids"][0]), (200, "dsl_1"))
        self.assertEqual(len(reply["execution_ids"]), 2)

    def test_bad_seed_file_names_element_and_field(self):
        with tempfile.NamedTemporaryFile("w") as seed:
            seed.write('[{"workflow_slug": "w", "recipient": "a"}, {"workflow_slug": "w"}]')
            seed.flush()
            self.assertEqual(self.refused(f"--seed_file={seed.name}"), "suprsend-emulator: "
                             f"--seed_file={seed.name}: [1].recipient is required\n")

    def test_an_id_that_stands_twice_in_the_seed_file(self):
        with tempfile.NamedTemporaryFile("w") as seed:
            json.dump([{"workflow_slug": "w", "recipient": "a", "execution_id": "dsl_1"}] * 2, seed)
            seed.flush()
            self.assertEqual(self.refused(f"--seed_file={seed.name}"), "suprsend-emulator: "
                             f"--seed_file={seed.name}: execution_id dsl_1 is given more than "
                             "once\n")

    def test_ends_promptly_with_idle_and_delayed_connections(self):
        emulator = Emulator(BINARY)
        idle, delayed = emulator.connect(), emulator.connect()
        emulator.call("GET", "/_emulator/runs", connection=idle)
        emulator.set_faults({"delay_ms": 60_000})
        delayed.request("POST", CANCEL, b"{}")
        while not emulator.requests():
            time.sleep(0.01)
        start = time.monotonic()
        self.assertEqual(emulator.stop(), (0, ""))
        self.assertLess(time.monotonic() - start, 5)
        idle.close()
        delayed.close()


if __name__ == "__main__":
    unittest.main()

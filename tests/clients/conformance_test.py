#!/usr/bin/env python3
"""Has the client of one language make every call of vectors.json, and holds what it makes of the answers.

Usage: conformance_test.py LANGUAGE SOURCE BUILD
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile
import threading
import time
import unittest

LANGUAGE = sys.argv[1]
SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])

import certificates  # noqa: E402
import languages  # noqa: E402
import pinned_tools  # noqa: E402

PACKAGES = ["grpcio==1.76.0", "grpcio-tools==1.76.0", "googleapis-common-protos==1.72.0"]
pinned_tools.add_python_packages(BUILD / "clients" / "tools", PACKAGES)

import gateways  # noqa: E402

VECTORS = json.loads((SOURCE / "tests/clients/vectors.json").read_text())
CALL = ("timeout_ms", "cancel_after_ms", "traceparent", "closed")
SECONDS_TO_HEAR_OF_A_CANCEL = 20


def expanded(value):
    """A request of the vectors with what is long written out."""
    if isinstance(value, list):
        return [expanded(one) for one in value]
    if not isinstance(value, dict) or "not_unicode" in value:
        return value
    if "repeat" in value:
        return value["repeat"] * value["times"]
    if "count" in value:
        each = expanded(value["each"])
        return [f"{number:04}{each}" for number in range(value["count"])]
    return {key: expanded(one) for key, one in value.items()}


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = languages.build(LANGUAGE, SOURCE, BUILD)
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.gateways = cls.enterClassContext(gateways.Gateways(SOURCE, BUILD, cls.folder))
        cls.testee = languages.Testee(program)
        cls.addClassCleanup(cls.testee.end)

    def test_vectors(self):
        styles = languages.LANGUAGES[LANGUAGE].styles
        done = 0
        for vector in VECTORS:
            if LANGUAGE in vector.get("not_in", {}):
                print(f"{LANGUAGE} has no {vector['name']!r}: {vector['not_in'][LANGUAGE]}")
                continue
            for style in styles:
                with self.subTest(vector["name"], style=style):
                    self.check(vector, {"style": style} if style else {})
                    done += 1
        print(f"{LANGUAGE}: {done} of {len(VECTORS) * len(styles)} calls as expected", flush=True)

    def check(self, vector, call):
        place = self.gateways[vector["gateway"]]
        self.prepare(vector, place)
        call |= {key: vector[key] for key in CALL if key in vector}
        if "tls" in vector:
            call["tls"] = certificates.of(self.gateways.certificates, vector["tls"])
        if "request" in vector:
            call["request"] = expanded(vector["request"])
        else:
            call["wire"] = base64.b64encode(bytes.fromhex(vector["wire_hex"])).decode()
        if vector.get("twice"):
            self.testee.call(target=place.target, **call)
        start = time.monotonic()
        answer = self.testee.call(target=place.target, **call)
        took = (time.monotonic() - start) * 1000
        low, high = vector.get("takes_ms", [0, 1000 * languages.SECONDS_FOR_A_CALL])
        self.assertTrue(low <= took <= high, f"it took {took:.0f} ms: {answer}")
        self.check_answer(vector["expect"], answer)
        self.check_upstream(vector, place)

    def prepare(self, vector, place):
        self.place_is_a_stand_in = vector["gateway"] == "stand_in"
        if self.place_is_a_stand_in:
            place.answer, place.calls, place.gone = vector["answer"], 0, threading.Event()
        elif vector["gateway"] == "plain" or "faults" in vector:
            place.forget()
            place.emulator.set_faults(*vector.get("faults", []))
            for runs in vector.get("runs", []):
                place.emulator.trigger(**runs)
        self.before = len(place.requests()) if "upstream" in vector else 0

    def check_answer(self, expect, answer):
        kind = next(iter(expect))
        self.assertEqual([kind], list(answer), answer)
        got = answer[kind]
        (self.check_reply if kind == "reply" else self.check_failure)(expect[kind], got)

    def check_reply(self, expect, got):
        ids = expect["execution_ids"]
        if isinstance(ids, int):
            self.assertEqual(len(set(got["execution_ids"])), ids)
        else:
            self.assertEqual(got["execution_ids"], ids)
        self.assertEqual(int(got["cancelled_count"]), expect["cancelled_count"])
        incomplete = expect.get("execution_ids_may_be_incomplete", False)
        self.assertIs(got["execution_ids_may_be_incomplete"], incomplete)
        self.assertRegex(got["request_id"], r"^\S*$" if self.place_is_a_stand_in else r"^\S{8,}$")

    def check_failure(self, expect, got):
        # A list: the libraries of the languages differ.
        codes = expect["code"] if isinstance(expect["code"], list) else [expect["code"]]
        self.assertIn(got["code"], codes, got)
        for field in ("reason", "outcome"):
            self.assertEqual(got[field], expect[field], f"{field} of {got}")
        self.assertIs(got["safe_to_retry"], expect.get("safe_to_retry", False), got)
        self.assertEqual([violation["field"] for violation in got["violations"]], expect.get("violations", []))
        self.assertTrue(all(violation["description"] for violation in got["violations"]))
        if "retry_delay_ms" in expect:
            low, high = expect["retry_delay_ms"]
            self.assertTrue(got["retry_delay_ms"] is not None and low <= got["retry_delay_ms"] <= high, got)
        else:
            self.assertIsNone(got["retry_delay_ms"], got)
        self.check_metadata(expect, got)
        self.check_text(got)
        if "message" in expect:
            self.assertEqual(got["message"], expect["message"])
        if "request_id" in expect:
            self.assertEqual(got["request_id"], expect["request_id"])

    def check_text(self, got):
        """A log gets one line, and learns nobody's name."""
        text = got.get("text", "")
        self.assertNotRegex(text, r"[\x00-\x1f\x7f]")
        self.assertNotIn("ann@example.com", text)
        self.assertNotIn("order-confirmation", text)
        if text:
            self.assertIn(got["reason"], text)

    def check_metadata(self, expect, got):
        metadata = got["metadata"]
        if not expect["reason"]:
            self.assertEqual(metadata, {})
        if expect.get("local"):
            self.assertEqual(metadata, {"outcome": "NOT_APPLIED", "attempts": "0"})
            self.assertEqual(got["request_id"], "")
        for key, value in expect.get("metadata", {}).items():
            self.assertEqual(metadata.get(key), value, got)

    def check_upstream(self, vector, place):
        if "silent" in vector.get("answer", {}):
            self.assertTrue(place.gone.wait(SECONDS_TO_HEAR_OF_A_CANCEL), "the server does not hear of the end")
        if "calls" in vector.get("answer", {}):
            self.assertEqual(place.calls, vector["answer"]["calls"])
        if "upstream" not in vector:
            return
        expect = vector["upstream"]
        sent = place.requests()[self.before :]
        self.assertEqual(len(sent), expect if isinstance(expect, int) else len(expect), sent)
        if not isinstance(expect, int):
            self.assertEqual([json.loads(request["body"]) for request in sent], expect)
        if "traceparent" in vector:
            traces = [request["headers"]["traceparent"].split("-")[1] for request in sent]
            self.assertEqual(traces, [vector["traceparent"].split("-")[1]])

    def test_without_a_trace_the_gateway_begins_one(self):
        place = self.gateways["plain"]
        place.forget()
        for _ in range(2):
            self.testee.call(target=place.target, request={"recipients": ["a"]})
        first, second = (request["headers"]["traceparent"].split("-") for request in place.requests())
        self.assertNotEqual(first[1], second[1])
        self.assertEqual(first[3], "02")  # Random, and not sampled: nobody upstream of us has asked for it.

    def test_certificates_that_were_replaced(self):
        """A caller whom the policy does not let through becomes one whom it does, by new files. What happens
        while they are broken is as the client says."""
        place = self.gateways["mtls"]
        files = {name: str(self.folder / f"rotated.{name}") for name in ("ca_file", "cert_file", "key_file")}

        def put(name, **others):
            for kind, path in (certificates.of(self.gateways.certificates, name) | others).items():
                shutil.copy(path, files[kind] + ".new")
                pathlib.Path(files[kind] + ".new").rename(files[kind])

        def call():
            request = {"recipients": ["a"], "workflow_slug": "w", "validate_only": True}
            return self.testee.call(target=place.target, tls=files, request=request)

        language = languages.LANGUAGES[LANGUAGE]

        def said(answer):
            """Which files were in use."""
            reason = answer["failure"]["reason"] if "failure" in answer else "new"
            return {"CALLER_NOT_ALLOWED": "last good", "": "none"}.get(reason, reason)

        def call_on_a_new_connection(expected):
            place.restart()
            limit = time.monotonic() + (3 if expected == "none" else 20)
            while not self.was_answered(answer := call()) and time.monotonic() < limit:
                time.sleep(0.5)
            return said(answer)

        def assert_becomes(expected):
            time.sleep(language.seconds_to_read_again or 3)
            limit = time.monotonic() + 20
            # The files may be read late where the machine is busy.
            while (got := call_on_a_new_connection(expected)) != expected and time.monotonic() < limit:
                time.sleep(1)
            self.assertEqual(got, expected)

        put("limited")
        self.assertEqual(said(call()), "last good")
        other = certificates.of(self.gateways.certificates, "quota")
        nobody = self.folder / "nobody.pem"
        nobody.write_text("")
        for broken, expected in (
            ({"key_file": other["key_file"]}, language.with_other_key),
            ({"ca_file": nobody}, language.with_empty_ca),
        ):
            with self.subTest(broken=list(broken)):
                put("limited")
                assert_becomes("last good")
                put("allowed", **broken)
                assert_becomes(expected)
        put("allowed")
        assert_becomes("last good" if language.seconds_to_read_again is None else "new")

    @staticmethod
    def was_answered(answer):
        return "reply" in answer or answer["failure"]["reason"]

    def test_a_tls_file_that_is_not_there(self):
        for missing in ("ca_file", "cert_file", "key_file"):
            with self.subTest(missing):
                files = certificates.of(self.gateways.certificates, "allowed") | {missing: "/nowhere/file.pem"}
                target = self.gateways["mtls"].target
                answer = self.testee.call(target=target, tls=files, request={"recipients": ["a"]})
                self.assertIn("/nowhere/file.pem", answer.get("crash", answer))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

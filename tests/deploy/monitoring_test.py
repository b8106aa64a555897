#!/usr/bin/env python3
"""Holds deploy/monitoring against promtool, the README, and what running gateways expose to a real Prometheus.

Usage: monitoring_test.py SOURCE_DIR BUILD_DIR
"""

import collections
import concurrent.futures
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

import deploy_tools

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
deploy_tools.add_python_packages(BUILD)

import promql_names
import yaml
from monitoring_trial import JOB, NAMESPACE, Trial

RULES = SOURCE / "deploy/monitoring/rules.yaml"
RULE_TESTS = sorted((SOURCE / "tests/deploy/monitoring").glob("*.yaml"))
DASHBOARD = SOURCE / "deploy/monitoring/dashboard.json"
README = SOURCE / "README.md"
REASONS = SOURCE / "proto/suprsend/gateway/v1/error_reason.proto"
KNOWN = SOURCE / "service/gateway/known_failures.cc"
OTHERS = re.compile(r"kOthers = [^(]*\(\s*\{([^}]*)\}", re.DOTALL)
FAILURES = SOURCE / "service/workflow/failure.h"

PREFIX = "SuprsendGateway"
# Which reasons count against availability: a decision for each.
COUNTED = set(
    "GATEWAY_AUDIT_UNAVAILABLE GATEWAY_OVERLOADED UPSTREAM_BAD_REPLY UPSTREAM_CIRCUIT_OPEN UPSTREAM_CONNECTION_LOST"
    " UPSTREAM_CREDENTIALS_REJECTED UPSTREAM_ERROR UPSTREAM_MISCONFIGURED UPSTREAM_RATE_LIMITED UPSTREAM_REDIRECT"
    " UPSTREAM_TIMEOUT UPSTREAM_UNAVAILABLE UPSTREAM_UNREACHABLE UPSTREAM_UNTRUSTED".split()
)
NOT_COUNTED = set(
    "CALLER_CANCELLED CALLER_NOT_ALLOWED CALLER_QUOTA_EXCEEDED CALLER_UNAUTHENTICATED DEADLINE_BEFORE_SEND"
    " INVALID_FILTER MALFORMED_REQUEST NO_FILTER REQUEST_TOO_LARGE UNKNOWN_FIELD UPSTREAM_CONFLICT"
    " UPSTREAM_NOT_FOUND".split()
)
# Here the code decides: 400 and 422 are the caller's to mend, what else SuprSend refuses is not.
BY_CODE = {"UPSTREAM_REJECTED": {"FAILED_PRECONDITION"}}
SECONDS_TO_DATA = 60
VARIABLES = {"$namespace": NAMESPACE, "$job": JOB, "$__rate_interval": "10s"}


def promtool(*arguments):
    if shutil.which("promtool") is None:
        raise AssertionError("no promtool: deploy/install_packages.sh deploy")
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def rule_groups():
    return yaml.safe_load(RULES.read_text())["groups"]


def rules(kind):
    return [rule for group in rule_groups() for rule in group["rules"] if kind in rule]


def panels():
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def with_values(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


def dashboard_queries():
    return [(panel["title"], with_values(target["expr"])) for panel in panels() for target in panel["targets"]]


class RuleFileTest(unittest.TestCase):
    def test_promtool_finds_no_fault(self):
        code, output = promtool("check", "rules", "--lint=all", "--lint-fatal", str(RULES))
        self.assertEqual(code, 0, output)

    def test_the_tests_of_the_rules_pass(self):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
            for code, output in threads.map(lambda file: promtool("test", "rules", str(file)), RULE_TESTS):
                self.assertEqual(code, 0, output)

    def test_each_alert_is_seen_to_fire_and_not_to_fire(self):
        fires, stays_silent = set(), set()
        alerts = {(rule["alert"], rule["labels"]["severity"]) for rule in rules("alert")}
        for file in RULE_TESTS:
            for test in yaml.safe_load(file.read_text())["tests"]:
                for case in test["alert_rule_test"]:
                    expected = {alert["exp_labels"]["severity"] for alert in case["exp_alerts"]}
                    of_name = {severity for name, severity in alerts if name == case["alertname"]}
                    fires |= {(case["alertname"], severity) for severity in expected}
                    stays_silent |= {(case["alertname"], severity) for severity in of_name - expected}
        self.assertEqual(fires, alerts)
        self.assertEqual(stays_silent, alerts)

    def test_each_alert_says_what_a_paged_person_needs(self):
        for rule in rules("alert"):
            with self.subTest(rule["alert"]):
                self.assertTrue(rule["alert"].startswith(PREFIX))
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
                annotations = rule["annotations"]
                self.assertEqual(set(annotations), {"summary", "description", "runbook"})
                self.assertEqual(annotations["runbook"], f"README.md#alert-{rule['alert'].lower()}")

    def test_the_readme_has_an_entry_for_each_alert_and_for_no_other(self):
        headings = re.findall(rf"^#+ Alert ({PREFIX}\w+)$", README.read_text(), re.MULTILINE)
        self.assertEqual(sorted(headings), sorted({rule["alert"] for rule in rules("alert")}))

    def test_all_windows_count_the_same_calls(self):
        failed = collections.defaultdict(set)
        for rule in rules("record"):
            if "calls_failed:" in rule["record"]:
                name, _, window = rule["record"].rpartition("rate")
                failed[name].add(rule["expr"].replace(f"[{window}]", "").replace(f":rate{window}", ""))
        self.assertEqual([len(same) for same in failed.values()], [1, 1], failed)


class DashboardFileTest(unittest.TestCase):
    def test_each_panel_explains_itself(self):
        for panel in panels():
            with self.subTest(panel["title"]):
                self.assertTrue(panel["description"])
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                for target in panel["targets"]:
                    self.assertTrue(target["legendFormat"])
                    self.assertEqual(target["datasource"]["uid"], "${datasource}")
                    self.assertIn('namespace="$namespace",job="$job"', target["expr"])

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        everything = json.loads(DASHBOARD.read_text())["panels"]
        ids = [panel["id"] for panel in everything]
        self.assertEqual(len(ids), len(set(ids)))
        taken = collections.Counter()
        for panel in everything:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            taken.update((at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"]))
        self.assertEqual([place for place, count in taken.items() if count > 1], [])


class RunningGatewayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trial = cls.enterClassContext(Trial(SOURCE, BUILD))
        limit = time.monotonic() + SECONDS_TO_DATA
        while cls.unanswered() and time.monotonic() < limit:
            time.sleep(1)

    @classmethod
    def unanswered(cls):
        """The dashboard's queries that have no data, or none but NaN."""
        return [
            query
            for query in dashboard_queries()
            if all(math.isnan(value) for _, value in cls.trial.query(query[1]))
        ]

    def test_every_rule_is_healthy(self):
        groups = self.trial.ask("rules")["groups"]
        evaluated = [rule for group in groups for rule in group["rules"]]
        faults = [(rule["name"], rule["lastError"]) for rule in evaluated if rule["health"] != "ok"]
        self.assertEqual(faults, [])
        self.assertEqual(len(evaluated), len(rules("expr")))

    def test_the_dashboard_answers(self):
        self.assertEqual(self.unanswered(), [])
        for variable, expected in (("namespace", NAMESPACE), ("job", JOB)):
            self.assertEqual(self.trial.ask(f"label/{variable}/values"), [expected])
        for annotation in json.loads(DASHBOARD.read_text())["annotations"]["list"]:
            self.trial.query(with_values(annotation["expr"]))

    def test_the_first_failure_of_a_kind_is_seen(self):
        # A counter that begins with it would hide it from rate().
        calls = self.trial.series("suprsend_gateway_calls_total")
        reasons = re.findall(r"^  (\w+) = [1-9]\d*;", REASONS.read_text(), re.MULTILINE)
        self.assertEqual({labels.get("reason", "") for labels in calls}, {"", *reasons})
        attempts = self.trial.series("suprsend_gateway_upstream_attempts_total")
        rows = re.findall(r'FailureKind::(\w+),[^{}]*?Outcome::k\w+,\s*\w+,\s*"(\w+)"', FAILURES.read_text())
        self.assertGreater(len(rows), 20)
        # Some end a call before its first attempt.
        others = set(re.findall(r"\bk[A-Z]\w+", OTHERS.search(KNOWN.read_text()).group(1)))
        kinds = {name for kind, name in rows if kind not in others}
        self.assertEqual(len(kinds), len(rows) - len(others))
        self.assertEqual({labels["kind"] for labels in attempts}, {"ok", *kinds})

    def test_every_reason_counts_or_not_by_decision(self):
        (failed,) = (rule["expr"] for rule in rules("record") if rule["record"].endswith("calls_failed:rate5m"))
        selector = re.search(r"suprsend_gateway_calls_total\{[^}]*\}", failed).group()
        pairs = lambda query: {(labels["code"], labels["reason"]) for labels in self.trial.series(query)}
        counted = pairs(selector)
        left_out = {pair for pair in pairs('suprsend_gateway_calls_total{code!="OK"}') if pair not in counted}
        by_code = {pair for pair in counted if pair[1] in BY_CODE}
        self.assertEqual(by_code, {(code, reason) for reason, codes in BY_CODE.items() for code in codes})
        self.assertEqual({reason for _, reason in counted - by_code}, COUNTED)
        self.assertEqual({reason for _, reason in left_out} - set(BY_CODE), NOT_COUNTED)

    def test_every_name_is_one_that_prometheus_has(self):
        expressions = [rule["expr"] for rule in rules("expr")] + [query for _, query in dashboard_queries()]
        known = set(self.trial.ask("label/__name__/values"))
        for expression in expressions:
            with self.subTest(expression):
                named = promql_names.metrics(expression)
                self.assertTrue(named)
                self.assertEqual(named - known, set())
                series = [one for metric in named for one in self.trial.series(metric)]
                labels = {label for one in series for label in one}
                self.assertEqual(promql_names.grouping_labels(expression) - labels, set())
                for metric, label, value in promql_names.matchers(expression):
                    values = {labels.get(label, "") for labels in self.trial.series(metric)}
                    self.assertIn(value, values, f"{metric}, label {label}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

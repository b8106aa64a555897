"""SuprSend's official Python SDK, as published, triggers workflows at the emulator."""

import json
import sys
import unittest

from emulator_process import Emulator
from suprsend import Suprsend, WorkflowTriggerRequest

BINARY = sys.argv.pop(1)


class SdkTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator(BINARY))

    def client(self, key="emulator-key"):
        return Suprsend.with_workspace_api_key("workspace_uid", key, base_url=self.emulator.url)

    def trigger(self, recipients, **options):
        body = {"workflow": "order-confirmation", "recipients": recipients, "data": {"n": 1}}
        return self.client().workflows.trigger(WorkflowTriggerRequest(body, **options))

    def test_trigger_creates_a_run_for_each_recipient(self):
        user_2 = {"distinct_id": "user_2", "$email": ["user_2@example.com"], "$sms": "+15550100"}

        reply = self.trigger(["user_1", user_2], idempotency_key="order-7", tenant_id="acme")

        self.assertEqual((reply["status_code"], reply["success"]), (202, True), reply)
        self.assertEqual(reply["raw_response"],
                         {"message_id": reply["message"], "status": "success"})
        runs = self.emulator.runs()
        self.assertEqual([run["recipient"] for run in runs], ["user_1", user_2])
        self.assertEqual([run["identifiers"] for run in runs],
                         [["user_1"], ["user_2", "user_2@example.com", "+15550100"]])
        for run in runs:
            self.assertRegex(run["execution_id"], r"^exec_[0-9a-f]{32}$")
            self.assertEqual(run["message_id"], reply["message"])
            self.assertEqual(run["workflow_slug"], "order-confirmation")
            self.assertEqual(run["idempotency_key"], "order-7")
            self.assertEqual(run["state"], "running")

    def test_triggered_run_is_cancelled_by_the_contact_info_of_its_recipient(self):
        self.trigger(["user_1", {"distinct_id": "user_2", "$email": "user_2@example.com"}])
        wanted = self.emulator.runs()[1]["execution_id"]

        self.assertEqual(self.emulator.cancel(recipients=["user_2@example.com"]),
                         (200, {"execution_ids": [wanted]}))
        self.assertEqual([run["state"] for run in self.emulator.runs()], ["running", "cancelled"])

    def test_repeated_idempotency_key_creates_nothing(self):
        first = self.trigger(["user_1"], idempotency_key="once")
        second = self.trigger(["user_1"], idempotency_key="once")

        self.assertEqual(second["status_code"], 202)
        self.assertEqual(second["message"], first["message"])
        self.assertEqual(len(self.emulator.runs()), 1)

    def test_wrong_key_is_401_and_creates_nothing(self):
        body = {"workflow": "w", "recipients": ["user_1"], "data": {}}
        reply = self.client("wrong").workflows.trigger(WorkflowTriggerRequest(body))

        self.assertEqual(reply["status_code"], 401)
        self.assertEqual(reply["message"], "Not Authenticated - could not find Workspace details")
        self.assertEqual(self.emulator.runs(), [])

    def test_bulk_trigger(self):
        bulk = self.client().workflows.bulk_trigger_instance()
        for user in ("user_1", "user_2"):
            body = {"workflow": "w", "recipients": [user], "data": {}}
            bulk.append(WorkflowTriggerRequest(body, idempotency_key=f"key-{user}"))
        reply = bulk.trigger()

        self.assertEqual((reply.status, reply.total, reply.success), ("success", 2, 2))
        self.assertEqual([run["idempotency_key"] for run in self.emulator.runs()],
                         ["key-user_1", "key-user_2"])

    def test_older_call_under_the_workspace_uid(self):
        reply = self.client().trigger_workflow({
            "name": "dynamic", "template": "order", "notification_category": "transactional",
            "users": [{"distinct_id": "user_1"}], "data": {}})

        self.assertEqual(reply["status_code"], 202, reply)
        self.assertEqual(json.loads(reply["message"])["status"], "success")
        self.assertEqual(self.emulator.requests()[0]["path"], "/workspace_uid/trigger/")
        self.assertEqual([run["workflow_slug"] for run in self.emulator.runs()], ["dynamic"])


if __name__ == "__main__":
    unittest.main()

"""Callers in Python, with stubs of our proto and the README's service config: the load of a test.

Importable after deploy_tools.add_python_packages().
"""

import itertools
import re
import threading

import gateway_stubs
import grpc

CALLERS = 32
CHANNELS = 4


def service_config(source):
    """The one that the README gives to callers."""
    readme = (source / "README.md").read_text()
    return re.search(r"```json\n(\{\n  \"loadBalancing.*?\n\})\n```", readme, re.DOTALL).group(1)


class Callers:
    """Cancel run-0, run-1, ... by recipient and by idempotency key in turn, until stop()."""

    def __init__(self, source, folder, target, runs):
        self.messages, stubs = gateway_stubs.make(source, folder)
        self.runs = runs
        self.numbers = itertools.count()
        self.stopping = threading.Event()
        self.called = []
        self.faults = []
        # Without a pool of its own each channel would use the connections of the others.
        options = [
            ("grpc.service_config", service_config(source)),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        self.channels = [grpc.insecure_channel(target, options) for _ in range(CHANNELS)]
        self.threads = [
            threading.Thread(target=self._work, args=(stubs.WorkflowServiceStub(channel),))
            for channel in self.channels * (CALLERS // CHANNELS)
        ]
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Returns the names of the runs that were called for, and what went wrong."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        for channel in self.channels:
            channel.close()
        return self.called, self.faults

    def _work(self, stub):
        while not self.stopping.is_set():
            number = next(self.numbers)
            if number >= self.runs:
                self.faults.append("no runs are left: the load has ended before the test")
                return
            self._call(stub, f"run-{number}", pinned=number % 2 == 1)

    def _call(self, stub, run, pinned):
        request = self.messages.CancelWorkflowRequest()
        if pinned:
            request.idempotency_key = run
        else:
            request.recipients.append(run)
        self.called.append(run)
        try:
            reply = stub.CancelWorkflow(request)
        except grpc.RpcError as error:
            self.faults.append(f"{run}: {error.code()} {error.details()}")
            return
        if reply.cancelled_count != 1:
            self.faults.append(f"{run}: {reply.cancelled_count} runs were cancelled")

"""Drives a real headless Chromium by its DevTools protocol, over a pipe: no driver, no package."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE_SECONDS = 60
# The others keep it from asking the Internet for what no test needs.
FLAGS = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--remote-debugging-pipe"]


class Chromium:
    """One browser with one page; ends with the `with` block."""

    def __init__(self):
        binary = shutil.which("chromium")
        if binary is None:
            raise AssertionError("no chromium: run deploy/install_packages.sh deploy")
        # Its sandbox does not work for root.
        flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        from_browser, its_output = os.pipe()
        its_input, self.to_browser = os.pipe()
        self.from_browser = from_browser
        # It reads from descriptor 3 and writes to 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{its_input} 4>&{its_output}', "bash", binary, *flags,
             f"--user-data-dir={self.profile.name}", "about:blank"],
            pass_fds=(its_input, its_output), stderr=subprocess.DEVNULL)
        os.close(its_input)
        os.close(its_output)
        self.unread = b""
        self.last_id = 0
        self.session = None
        self.requests = []  # URLs.
        self.complaints = []  # What its console would show.
        self.is_loaded = False
        self._attach()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_SECONDS)
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.profile.cleanup()

    def _attach(self):
        targets = self.command("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.command("Target.attachToTarget", targetId=page["targetId"],
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "DOM"):
            self.command(f"{domain}.enable")

    def command(self, method, **params):
        """Sends a command and returns its result; what it tells meanwhile is kept."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]

    def _read(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.from_browser], [], [],
                                        max(0, end - time.monotonic()))
            more = os.read(self.from_browser, 1 << 16) if ready else b""
            if not more:
                raise AssertionError("chromium has ended, or says nothing")
            self.unread += more
        text, _, self.unread = self.unread.partition(b"\0")
        message = json.loads(text)
        self._take(message.get("method"), message.get("params", {}))
        return message

    def _take(self, event, params):
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Page.loadEventFired":
            self.is_loaded = True
        elif event == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        elif event in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown",
                       "Page.javascriptDialogOpening"):
            self.complaints.append(f"{event}: {json.dumps(params)}")

    def allow_scripts(self, are_allowed):
        """For pages that are opened from now on."""
        self.command("Emulation.setScriptExecutionDisabled", value=not are_allowed)

    def open(self, url):
        """Returns once the page and all that it asked for is there."""
        self.requests.clear()
        self.complaints.clear()
        self.is_loaded = False
        answer = self.command("Page.navigate", url=url)
        if "errorText" in answer:
            raise AssertionError(f"{url}: {answer['errorText']}")
        while not self.is_loaded:
            self._read()

    def html(self):
        """The page as the browser has understood it."""
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        return self.command("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def set_view(self, width, height, color_scheme="light"):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": color_scheme}])

    def content_width(self):
        """In CSS pixels; more than the view's where one must scroll sideways."""
        return self.command("Page.getLayoutMetrics")["cssContentSize"]["width"]

    def take_picture(self, path):
        """Of the whole page, as a PNG."""
        picture = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

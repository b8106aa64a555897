"""Makes a Markdown table and a picture of a benchmark's samples.

Usage: report.py RESULTS.json OUTPUT_DIR     writes results.md and results.svg
"""

import json
import pathlib
import statistics
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "benchmark"  # The same samples give the same file.
from matplotlib import pyplot

COLUMNS = (("cpu_us", "CPU per call, µs", 1), ("user_us", "user", 1), ("system_us", "system", 1),
           ("calls_per_s", "calls/s", 0), ("in_flight", "in flight", 0), ("p50_ms", "p50, ms", 2),
           ("p99_ms", "p99, ms", 2), ("p99.9_ms", "p99.9, ms", 2), ("peak_mb", "peak RSS, MB", 0),
           ("idle_mb", "idle RSS, MB", 1), ("start_ms", "start to SERVING, ms", 0))
# Those whose least and most are told beside the median.
WITH_SPREAD = ("cpu_us", "p99_ms")
COLOURS = {"echo": "#9aa5b1", "curl loop": "#cbd2d9", "gateway": "#2680c2", "go": "#f0b429"}


class Results:
    def __init__(self, path):
        self.all = json.loads(path.read_text())
        self.samples = self.all["samples"]

    def values(self, measure, subject, name):
        return [sample[name] for sample in self.samples.get(measure, {}).get(subject, ()) if name in sample]

    def median(self, measure, subject, name):
        values = self.values(measure, subject, name)
        return statistics.median(values) if values else None

    def ratio(self, one, *others):
        parts = [self.median(*one)] + [self.median(*other) for other in others]
        return None if None in parts else parts[0] / sum(parts[1:])


def cell(results, measure, subject, name, digits):
    """The median, and of what is compared the least and the most in brackets."""
    values = results.values(measure, subject, name)
    if not values:
        return ""
    text = f"{statistics.median(values):,.{digits}f}"
    if len(values) > 1 and name in WITH_SPREAD:
        text += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
    return text


def table(results):
    yield "| in flight, upstream | | " + " | ".join(title for _, title, _ in COLUMNS) + " |"
    yield "|---|---|" + "---|" * len(COLUMNS)
    for measure, subjects in sorted(results.samples.items()):
        for subject in subjects:
            cells = (cell(results, measure, subject, name, digits) for name, _, digits in COLUMNS)
            yield f"| {measure} | {subject} | " + " | ".join(cells) + " |"


def share_of_log(results):
    """Of runs that came right after one another."""
    pairs = zip(results.values("access log's share", "gateway", "cpu_us"),
                results.values("access log's share", "gateway, no access log", "cpu_us"))
    shares = [1 - without / with_it for with_it, without in pairs]
    return statistics.median(shares) if shares else None


def ratios(results):
    def cpu(measure, subject="gateway"):
        return (measure, subject, "cpu_us")

    ten_thousand = "10000, upstream takes 1 s"
    yield "CPU per call at 128 in flight ÷ Go", results.ratio(cpu("128, h2"), cpu("128, h2", "go")), "≤ 0.5"
    yield ("CPU per call at 128 in flight ÷ (echo + curl loop)",
           results.ratio(cpu("128, h2"), cpu("128, h2", "echo"), cpu("128, h2", "curl loop")), "≤ 1.1")
    yield "CPU per call, one at a time ÷ Go", results.ratio(cpu("1, h2"), cpu("1, h2", "go")), "≤ 0.8"
    yield ("p99 at half of peak load ÷ Go",
           results.ratio(("half of peak, h2", "gateway", "p99_ms"), ("half of peak, h2", "go", "p99_ms")),
           "≤ 0.7")
    yield ("CPU per call at 10,000 in flight ÷ that at 128",
           results.ratio(cpu(ten_thousand), cpu("128, h2")), "≤ 1.5")
    yield "calls that failed at 10,000 in flight", sum(results.values(ten_thousand, "gateway", "failures")), "0"
    yield "peak RSS at 10,000 in flight, MB", results.median(ten_thousand, "gateway", "peak_mb"), "≤ 250"
    yield "idle RSS, MB", results.median("idle", "gateway", "idle_mb"), "≤ 25"
    yield "start to SERVING, ms", results.median("idle", "gateway", "start_ms"), "≤ 50"
    yield "the access log's share of CPU per call", share_of_log(results), "≤ 0.05"


def heading(results):
    machine = results.all["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (f"{results.all['date']}, {machine['cores']} cores of {machine['cpu']}, {machine['system']}, "
            f"Linux {machine['kernel']}; {versions}. Medians of {results.all['rounds']} rounds (of 3 at 10,000 in "
            "flight), with the least and the most in brackets. Half of peak is half of what the slowest gateway did "
            "at 128 in flight, for each; `h2` and `h1` are TLS with HTTP/2 and HTTP/1.1.")


def markdown(results):
    yield heading(results)
    yield ""
    yield "| measure | | aim |"
    yield "|---|---|---|"
    for name, value, aim in ratios(results):
        yield f"| {name} | {'not measured' if value is None else f'{value:,.2f}'} | {aim} |"
    yield ""
    yield from table(results)


def bar(axes, results, measure, subject, position):
    values = results.values(measure, subject, "cpu_us")
    if not values:
        return
    median = statistics.median(values)
    axes.bar(position, median, width=0.8, color=COLOURS[subject],
             yerr=[[median - min(values)], [max(values) - median]], ecolor="#52606d")
    axes.annotate(f"{median:.0f}", (position, max(values)), ha="center", va="bottom", fontsize=8)


def picture(results, path):
    figure, axes = pyplot.subplots(figsize=(8, 3.6))
    groups = (("128, h2", "TLS HTTP/2", ("echo", "curl loop", "gateway", "go")),
              ("128, h1", "TLS HTTP/1.1", ("curl loop", "gateway", "go")),
              ("128, plain", "plain HTTP/1.1", ("curl loop", "gateway", "go")))
    position = 0
    ticks = []
    for measure, title, subjects in groups:
        first = position
        for subject in subjects:
            bar(axes, results, measure, subject, position)
            position += 1
        ticks.append(((first + position - 1) / 2, title))
        position += 1
    axes.set_xticks([place for place, _ in ticks], [title for _, title in ticks])
    axes.set_ylabel("CPU per call, µs")
    axes.set_title("128 calls in flight, by what is between gateway and upstream", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    names = {"echo": "gRPC echo (floor)", "curl loop": "curl loop (floor)", "gateway": "this gateway",
             "go": "Go gateway"}
    handles = [pyplot.Rectangle((0, 0), 1, 1, color=COLOURS[key]) for key in names]
    axes.legend(handles, names.values(), frameon=False, fontsize=8)
    machine = results.all["machine"]
    figure.text(0.01, 0.01, f"{results.all['date']}, {machine['cores']} cores of {machine['cpu']}, "
                f"{machine['system']}", fontsize=7, color="#52606d")
    figure.tight_layout(rect=(0, 0.03, 1, 1))
    figure.savefig(path, metadata={"Date": None})


def main():
    results = Results(pathlib.Path(sys.argv[1]))
    output = pathlib.Path(sys.argv[2])
    text = "\n".join(markdown(results)) + "\n"
    (output / "results.md").write_text(text)
    picture(results, output / "results.svg")
    print(text, end="")


main()

"""What a PromQL expression names, as far as those of deploy/monitoring go: no comments, no braces in strings.

What is not known here is taken for the name of a metric, so that a slip shows as a metric that does not exist.
"""

import re

WORDS = set(
    "absent and avg_over_time by changes count group histogram_quantile increase last_over_time le max_over_time min"
    " offset on or rate sum time unless".split()
)
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
LABEL_LIST = re.compile(r"\b(?:by|on)\s*\(([^)]*)\)")
RANGE = re.compile(r"\[[^\]]*\]|\boffset\s+\w+")
IDENTIFIER = re.compile(r"(?<![\w:.])[a-zA-Z_:][\w:]*")


def metrics(expression):
    bare = SELECTOR.sub(r" \1 ", expression)
    bare = RANGE.sub(" ", LABEL_LIST.sub(" ", bare))
    return set(IDENTIFIER.findall(bare)) - WORDS


def matchers(expression):
    """(metric, label, value) of each; a regular expression of alternatives counts as so many values."""
    return {
        (metric, label, value)
        for metric, inside in SELECTOR.findall(expression)
        for label, operator, text in MATCHER.findall(inside)
        for value in (text.split("|") if "~" in operator else [text])
    }


def grouping_labels(expression):
    return {label.strip() for labels in LABEL_LIST.findall(expression) for label in labels.split(",")}

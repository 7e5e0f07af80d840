"""Prometheus' text format, version 0.0.4. Plain Python."""

from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Gauge:
    """A figure that goes up and down, once for each set of labels."""

    name: str
    help: str
    samples: list = field(default_factory=list)  # of (labels as a dict, number)

    def add(self, value, **labels):
        self.samples.append((labels, value))


def render(gauges):
    """Return the text that a scrape gets; gauges without samples are left out."""
    return "".join(_render(gauge) for gauge in gauges if gauge.samples)


def _render(gauge):
    helped = gauge.help.replace("\\", r"\\").replace("\n", r"\n")
    lines = [f"# HELP {gauge.name} {helped}", f"# TYPE {gauge.name} gauge"]
    lines += [
        f"{gauge.name}{_labels(labels)} {value}" for labels, value in gauge.samples
    ]
    return "\n".join(lines) + "\n"


def _labels(labels):
    if not labels:
        return ""
    return "{" + ",".join(f'{n}="{_escaped(v)}"' for n, v in labels.items()) + "}"


def _escaped(value):
    text = str(value)
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

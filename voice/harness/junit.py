"""JUnit XML of a test run, as CI servers read it. Pure."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from msgspec import Struct


class CaseResult(Struct, frozen=True, kw_only=True):
    """One scenario's result. `error` is why it could not be played at all, "" when it was; `seconds` of wall clock."""

    file: str
    name: str
    seconds: float
    failures: tuple[str, ...] = ()
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.failures and not self.error


def junit_xml(results: Sequence[CaseResult], *, suite: str) -> str:
    """The document."""
    element = ET.Element(
        "testsuite",
        name=suite,
        tests=str(len(results)),
        failures=str(sum(bool(r.failures and not r.error) for r in results)),
        errors=str(sum(bool(r.error) for r in results)),
        time=f"{sum(r.seconds for r in results):.3f}",
    )
    for result in results:
        case = ET.SubElement(
            element, "testcase", classname=suite, name=result.name, file=result.file, time=f"{result.seconds:.3f}"
        )
        if result.error:
            ET.SubElement(case, "error", message=_legal(result.error.splitlines()[0])).text = _legal(result.error)
        elif result.failures:
            text = "\n".join(result.failures)
            ET.SubElement(case, "failure", message=_legal(result.failures[0])).text = _legal(text)
    root = ET.Element("testsuites")
    root.append(element)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _legal(text: str) -> str:
    """Without the control characters that XML 1.0 can't hold."""
    return "".join(c if c in "\t\n\r" or (c >= " " and c not in "￾￿") else "�" for c in text)

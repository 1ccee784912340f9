import xml.etree.ElementTree as ET

from voice.harness.junit import CaseResult, junit_xml

RESULTS = (
    CaseResult(file="a.yaml", name="A & B", seconds=1.25),
    CaseResult(file="b.yaml", name="B", seconds=0.5, failures=("b.yaml:3: expected x; came \x07", "second")),
    CaseResult(file="c.yaml", name="C", seconds=0.25, error="c.yaml:5: no recording"),
)


def test_a_run_as_ci_servers_read_it():
    root = ET.fromstring(junit_xml(RESULTS, suite="kefu"))
    (suite,) = root
    assert suite.attrib == {"name": "kefu", "tests": "3", "failures": "1", "errors": "1", "time": "2.000"}
    passed, failed, broken = suite
    assert passed.attrib["name"] == "A & B"
    assert list(passed) == []
    assert failed[0].tag == "failure"
    assert failed[0].attrib["message"] == "b.yaml:3: expected x; came �"
    assert failed[0].text is not None
    assert failed[0].text.endswith("\nsecond")
    assert broken[0].tag == "error"
    assert broken.attrib["file"] == "c.yaml"


def test_what_passed():
    assert [result.passed for result in RESULTS] == [True, False, False]

"""Errors and answers at the command line."""

import json

import pytest

from nlu.errors import CorpusError, OverloadedError
from nlu.terminal import clear_errors, print_json, progress_bar
from nlu.understanding import Utterance


def test_an_error_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, clear_errors():
        raise CorpusError("a.yaml:3: bad\nb.yaml:4: worse")
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "error: a.yaml:3: bad\nerror: b.yaml:4: worse\n")


def test_an_error_is_an_object_with_json(capsys: pytest.CaptureFixture[str]) -> None:
    @clear_errors(json=True)
    def command() -> None:
        raise OverloadedError("full")

    with pytest.raises(SystemExit):
        command()
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": {"code": "overloaded", "message": "full", "retryable": True}}
    assert err == ""


def test_what_is_no_error_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), clear_errors():
        _ = 1 / 0


def test_interruption_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, clear_errors():
        raise KeyboardInterrupt
    assert caught.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_print_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Utterance(text="£5"))
    assert json.loads(capsys.readouterr().out)["text"] == "£5"


def test_progress_is_drawn_only_when_there_is_some(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("idle"):
        pass
    with progress_bar("silent", quiet=True) as show:
        show(1, 2, "working")
    assert capsys.readouterr().err == ""

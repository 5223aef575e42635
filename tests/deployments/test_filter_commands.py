"""The filters `phoenix normalize` and `phoenix grade`: one answer a line, in its order."""

from __future__ import annotations

import json
import subprocess

from tests.deployments.command_line import SCRIPT, Run, lines, phoenix, raw
from tests.judged import enriched
from tests.sample import HOUSE

__all__ = ["phoenix"]


def test_normalize_answers_every_line_in_its_order(phoenix: Run) -> None:
    given = [
        json.dumps(raw(1)).encode(),
        b"nonsense",
        b"",
        b"\xff\xfe",
        b'{"source": "mars", "data": {}}',
        json.dumps(raw(2)).encode(),
    ]
    done = phoenix("normalize", stdin=b"\n".join(given))
    assert (done.code, done.err) == (0, "")
    told = lines(done.out)
    assert [one["ok"] for one in told] == [True, False, False, False, False, True]
    assert [one["property"]["property_id"] for one in told if one["ok"]] == ["10306001", "10306002"]
    assert [one["error"] for one in told if not one["ok"]] == [*["UnusableRecord"] * 3, "UnknownSource"]
    assert all(one["reason"] for one in told if not one["ok"])


def test_grade_answers_every_line_in_its_order(phoenix: Run) -> None:
    texts = enriched(HOUSE).enrichment.model_dump(mode="json")
    good = json.dumps({"property": HOUSE.model_dump(mode="json"), "llm_enrichment": texts}).encode()
    done = phoenix("grade", stdin=b"\n".join([good, b"nonsense", b"", b"\xff\xfe", b"{}", good]))
    assert (done.code, done.err) == (0, "")
    told = lines(done.out)
    assert [one["verdict"] for one in told] == ["publish", *["reject"] * 4, "publish"]
    assert {one["reasons"][0]["rule"] for one in told[1:5]} == {"input.malformed"}
    assert set(told[0]) == {"verdict", "quality_score", "scores", "reasons"}


def test_the_threshold_is_the_settings_unless_it_is_given(phoenix: Run) -> None:
    texts = {"description": "A home in Phoenix."}
    line = json.dumps({"property": HOUSE.model_dump(mode="json"), "llm_enrichment": texts}).encode()
    [lenient] = lines(phoenix("grade", "--threshold", "0", stdin=line).out)
    [strict] = lines(phoenix("grade", "--threshold", "1", stdin=line).out)
    rules = [{reason["rule"] for reason in one["reasons"]} for one in (lenient, strict)]
    assert len(rules[1] - rules[0]) == 1


def test_a_reader_that_has_enough_ends_a_filter_quietly() -> None:
    with subprocess.Popen(
        [SCRIPT, "normalize"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as filter:
        assert filter.stdin
        assert filter.stdout
        assert filter.stderr
        filter.stdout.close()
        filter.stdin.write(b"nonsense\n" * 2000)
        filter.stdin.close()
        assert filter.stderr.read() == b""

"""A lexicon finds what its patterns find, and searches only those whose words and signs stand in the text."""

from __future__ import annotations

import re

import pytest

from phoenix_real_estate.grounding.needles import needles_of
from phoenix_real_estate.grounding.wording import Lexicon, whole_words

PATTERNS = (
    r"\*\*[^*]+\*\*|```",
    r"[^|]{2}\|x|bar",
    r"(?:[\w-]+\.)+(?:com|net|io)",
    r"[\w.-]+\s*[([]?\bat\b[)\]]?\s*[\w-]+\s*[([]?\bdot\b[)\]]?\s*\w+",
    r"\$\{[^}]*\}|<%[^%]*%>|\bXX+\b",
    r"a|pools? (?:of|on) (?:your|its) own",
    r"(?:(?:one|two)[\s,.-]+){2,}(?:oh|one)",
    r"(?<![\w.])@\w{3,}|\(\d{3}\)",
    r"\\n|[)\]]{2}",
)
TEXTS = (
    "A **bold** claim in ``` code.",
    "ab|x stands before a bar.",
    "See us at homes.example.com or at foo.io, now.",
    "Write to jo at example dot com.",
    "Left: ${name}, <% if %>, XXX.",
    "A pool of its own, pools on your own.",
    "one two one, two, two oh",
    "Ask @agent or (602).",
    r"Line\n and )].",
    "Nothing of all that.",
)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_a_lexicon_finds_what_each_of_its_patterns_finds(text: str, whole: bool) -> None:
    lexicon = Lexicon([(pattern, pattern) for pattern in PATTERNS], whole=whole)
    for pattern in PATTERNS:
        plain = whole_words(pattern) if whole else re.compile(pattern, re.IGNORECASE | re.MULTILINE)
        found = [match.span() for name, match in lexicon.matches(text) if name == pattern]
        assert found == [match.span() for match in plain.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        (r"\{\{[^{}]*\}\}", {"{"}),
        (r"[^|]*x{3,}", set()),
        (r"[()|]+ab|cd", {"ab", "cd"}),
        (r"(?:x|y)\.com", {"com"}),
        (r"\b@\w+", {"@"}),
        (r"\?*", set()),
    ],
)
def test_signs_and_words_that_a_pattern_cannot_do_without(pattern: str, needles: set[str]) -> None:
    assert needles_of(pattern) == needles


@pytest.mark.parametrize(
    ("source", "needles"),
    [
        ("pools?|garage", ("garage", "pool")),
        (r"(?:new|old) roofs?", (" roof",)),
        (r"(?:very )*(?:nice|pretty)", ("nice", "pretty")),
        (r"\d+", tuple("0123456789")),
        (r"\d*[a-z]+", ()),
        (r"55\+|62", ("55", "62")),
        (r"(?!not)(?=so)kind\(s\)", ("kind",)),
    ],
)
def test_a_pattern_knows_the_words_it_cannot_do_without(source: str, needles: tuple[str, ...]) -> None:
    assert tuple(sorted(needles_of(source))) == tuple(n.strip() for n in needles)


def test_a_lexicon_finds_what_its_patterns_find() -> None:
    lexicon = Lexicon([("pools?", "pool"), (r"\d+", "number"), ("poolside bar", "bar")])
    found = [(entry, match.group()) for entry, match in lexicon.matches("2 Pools, no carpool")]
    assert found == [("pool", "Pools"), ("number", "2")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A POOL, a Pool and a pool", ["POOL", "Pool", "pool"]),
        ("□□□ Pool □□□ – “pool”", ["Pool", "pool"]),
        ("a ſwimming pool", ["ſwimming pool"]),
        ("SWIMMıNG POOL", ["SWIMMıNG POOL"]),
        ("carpool, whirlpools and pool-side", ["pool"]),
        ("poolpool pool", ["pool"]),
        ("swimming swimming pool", ["swimming pool"]),
    ],
)
def test_a_lexicon_finds_words_in_whatever_letters_they_are_written(text: str, found: list[str]) -> None:
    lexicon = Lexicon([(r"(?:swimming )?pools?", "pool")])
    assert [match.group() for _, match in lexicon.matches(text)] == found


def test_a_pattern_that_asks_for_capitals_finds_no_small_letters() -> None:
    lexicon = Lexicon([(r"(?-i:Mr|Ms)\.? (?-i:[A-Z][a-z]+)", "person")])
    assert [match.group() for _, match in lexicon.matches("Ask Ms. Jones or mr. jones")] == ["Ms. Jones"]


def test_a_text_that_was_read_before_a_lexicon_was_made_is_read_by_it_too() -> None:
    text = "The quaggawort grows by the zebrafence."
    assert not Lexicon([("quaggawort tree", 1)]).matches(text)
    assert [entry for entry, _ in Lexicon([("zebrafence", 2), ("quaggawort", 3)]).matches(text)] == [2, 3]


def test_the_words_of_a_named_group_are_needed_and_its_name_is_not() -> None:
    assert needles_of(r"(?P<kind>garage|carport)") == {"garage", "carport"}


def test_one_of_several_signs_is_needed() -> None:
    assert needles_of(r"n[’']t") == {"’", "'"}

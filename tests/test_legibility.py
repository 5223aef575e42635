"""Legibility: empty parts, texts that nobody can read, and the texts that only look like them."""

from __future__ import annotations

import pytest

from phoenix_real_estate import legibility
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Enrichment, Feature, InvestmentAnalysis, Operation, Severity
from tests.sample import HOUSE

COMPOSED = Enrichment.model_validate({operation.value: compose(operation, HOUSE) for operation in Operation})


def rules(text: str) -> list[str]:
    return [finding.rule for finding in legibility.check(Enrichment(description=text))]


def empty(enrichment: Enrichment) -> list[tuple[str, Severity]]:
    return [(finding.field, finding.severity) for finding in legibility.empty_parts(enrichment)]


def test_what_the_composer_writes_can_be_read() -> None:
    assert legibility.check(COMPOSED) == []


@pytest.mark.parametrize("text", ["", "   ", "N/A", "...", "TBD", "Description not available.", "-- --"])
def test_a_part_that_says_nothing_is_empty(text: str) -> None:
    assert rules(text) == ["part.empty"]


def test_each_empty_part_is_a_defect() -> None:
    nothing = Enrichment(description=" ", features=(), investment_analysis=InvestmentAnalysis())
    critical = Severity.CRITICAL
    assert empty(nothing) == [
        ("description", critical),
        ("features", critical),
        ("investment_analysis", critical),
    ]
    assert empty(Enrichment(features=(Feature(appeal="nice"),))) == [("features", critical)]


def test_a_piece_that_is_named_and_blank_is_a_warning_and_one_that_is_not_there_is_none() -> None:
    features = (Feature(feature="4 bedrooms", category="interior", appeal=" "), Feature(feature=""))
    assert empty(Enrichment(features=features)) == [
        ("features[0].appeal", Severity.WARNING),
        ("features[1].feature", Severity.WARNING),
    ]
    told = InvestmentAnalysis(recommendation="hold", narrative="The yield is thin.")
    assert empty(Enrichment(investment_analysis=told)) == []
    blank = told.model_copy(update={"risks": (" ",)})
    assert empty(Enrichment(investment_analysis=blank)) == [("investment_analysis.risks", Severity.WARNING)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("It has {{bedrooms}} bedrooms.", "text.placeholder"),
        ("Call [INSERT NAME] about this {city} home.", "text.placeholder"),
        ("Lorem ipsum dolor sit amet.", "text.filler"),
        ("<p>A home in Phoenix.</p>", "text.markup"),
        ("Here is a **bold claim.", "text.markup"),
        ('{"description": "A home."}', "text.code"),
        ("Sure! Here's a listing description for the home.", "text.machine"),
        ("I'm sorry, but no data was given.", "text.machine"),
        ("A cafÃ© on the corner.", "text.garbled"),
        ("Дом в Финиксе с тремя спальнями.", "text.garbled"),
        ("asdf qwer zxcv hjkl", "text.gibberish"),
        ("Th1s h0me h4s thr33 b3dr00ms.", "text.gibberish"),
        ("T h i s h o m e h a s t h r e e b e d r o o m s", "text.gibberish"),
        ("Thishomehasthreebedroomsandtwobathrooms indeed.", "text.gibberish"),
        ("The home the home the home the home the home the home has rooms.", "text.repeated"),
        ("Community pool pool", "text.repeated"),
        ("The pool is big, the pool is nice, the pool is blue, and the pool is here.", "text.repeated"),
        ("It has 2 bedrooms, 1. The garage holds 3 cars.", "text.jumbled"),
        ("It has Solar panels solar panels.", "text.repeated"),
        ("Das Haus hat drei Zimmer und ist in der Stadt.", "text.foreign"),
        ("Home of and the is with a of the rooms from in the is at a the with of.", "text.jumbled"),
        (
            "Green stone lamp carry river sudden mountain paper basket under winter yellow glass",
            "text.jumbled",
        ),
        ("The house stands on a lot in Phoenix and it has three bedrooms and a", "text.cut_off"),
        ("The house stands on a lot in Phoenix and it has three bedrooms,", "text.cut_off"),
    ],
)
def test_a_text_that_nobody_can_read_is_found(text: str, rule: str) -> None:
    assert rule in rules(text)


def test_a_text_that_is_merely_hard_to_read_is_a_warning() -> None:
    hard = (
        "Notwithstanding considerable institutional investigation, comprehensive characterization of homes "
        "necessitates multidimensional interdisciplinary consideration of infrastructural interdependencies."
    )
    (found,) = legibility.check(Enrichment(description=hard))
    assert (found.rule, found.severity) == ("text.hard", Severity.WARNING)
    assert found.span is not None
    assert found.span.endswith("...")


@pytest.mark.parametrize(
    "text",
    [
        "3BR/2BA single-family home, 1850 sf, blt 1994. Lot 8200 sf. 2 car gar. Pvt pool. HOA $45/mo.",
        "- 3 bed / 2 bath\n- 1,850 SF\n- Garage: 2\n- Cooling: central air",
        "Casa Grande and El Mirage are elsewhere; this home is on Calle de las Flores in Phoenix.",
        "The décor isn’t described — only the facts are: 1,850 ft², built in 1994.",
        "A 1st-floor entry and a 2nd bath.",
        "3 bd | 2 ba | 1,642 sqft | pool | no HOA | 1978 | $439K | 0.17 ac | 2-car garage | Phoenix",
    ],
)
def test_shorthand_and_foreign_names_can_be_read(text: str) -> None:
    assert rules(text) == []


def test_the_grade_is_that_of_flesch_and_kincaid() -> None:
    assert legibility.grade("") == 0.0
    # 0.39 x 6 words + 11.8 x 6 syllables / 6 words - 15.59
    assert legibility.grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert legibility.grade("Rooms\nPool\nYard") < legibility.grade("Rooms Pool Yard")


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("home", 1),
        ("area", 3),
        ("estate", 2),
        ("table", 2),
        ("livable", 3),
        ("association", 5),
        ("property", 3),
        ("listed", 2),
        ("created", 3),
        ("radio", 3),
        ("quiet", 2),
        ("million", 2),
        ("square", 1),
        ("houses", 2),
        ("the", 1),
        ("$525,000", 2),
    ],
)
def test_syllables_are_counted_as_spoken(word: str, syllables: int) -> None:
    assert legibility.syllables(word) == syllables


PLAIN = "This home has three bedrooms, two bathrooms and a pool, and it was built in 1994. "


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("La casa tiene seis dormitorios.", "text.foreign"),
        ("Das Haus hat drei Schlafzimmer.", "text.foreign"),
        ("Cette maison possède trois chambres.", "text.foreign"),
        ("このお家は素晴らしいです。", "text.garbled"),
        ("Дом с бассейном.", "text.garbled"),
        ("Ths hm hs thr bdrms nd pl.", "text.gibberish"),
        ("It has a roof made of tile. It has a roof made of tile.", "text.repeated"),
    ],
)
def test_one_sentence_that_nobody_reads_is_found_among_others(sentence: str, rule: str) -> None:
    assert rules(PLAIN + sentence) == [rule]


@pytest.mark.parametrize(
    "sentence",
    [
        "It stands in Casa de la Luna, near Via de Ventura.",
        "Over 1,000 square feet per bedroom.",
        "4BR/3BA, 2,350 sqft, lot 10,200 sqft, about $383/sqft.",
        "Two baths. Two baths.",
    ],
)
def test_names_and_abbreviations_are_english_enough(sentence: str) -> None:
    assert rules(PLAIN + sentence) == []


def test_a_last_sentence_without_an_end_is_for_a_person() -> None:
    (finding,) = legibility.check(Enrichment(description=PLAIN + "Its owners pay an association char"))
    assert (finding.rule, finding.severity) == ("text.cut_off", Severity.WARNING)
    assert rules(PLAIN + "Parking: a garage of two spaces") == []
    assert rules(PLAIN + "Offered by owner") == []


def test_words_without_their_vowels_are_found_beside_whole_ones() -> None:
    text = "Ths Phonix hse ws bilt n 1953 nd hs thre bdrms. Th lt hs irigtion rghts nd th grge hlds on cr."
    assert rules(text) == ["text.gibberish"]


def test_a_selling_point_told_twice_is_a_model_that_runs_in_circles() -> None:
    pool, roof = Feature(feature="Private pool"), Feature(feature="Tile roof")
    assert legibility.check(Enrichment(features=(pool, roof))) == []
    [found] = legibility.check(Enrichment(features=(pool, roof, Feature(feature="private  Pool"))))
    assert (found.rule, found.field, found.severity) == (
        "text.repeated",
        "features[2].feature",
        Severity.CRITICAL,
    )


@pytest.mark.parametrize(
    "text", ["A roof of many kinds of,. It stands.", "Outside there is a no private pool on the lot."]
)
def test_signs_and_words_that_never_follow_each_other_are_found(text: str) -> None:
    assert rules(text) == ["text.jumbled"]


@pytest.mark.parametrize("text", ["A no-fuss yard, with .25 acres.", "It is quiet here, ... and calm."])
def test_signs_and_words_that_may_follow_each_other_pass(text: str) -> None:
    assert rules(text) == []


def test_a_risk_told_again_as_an_opportunity_runs_in_circles_too() -> None:
    said = "Dues take a tenth of the rent."
    analysis = InvestmentAnalysis(recommendation="hold", narrative="A", risks=(said,), opportunities=(said,))
    found = legibility.check(Enrichment(investment_analysis=analysis))
    assert [(one.rule, one.field) for one in found] == [
        ("text.repeated", "investment_analysis.opportunities[0]")
    ]


def test_a_flood_zone_may_be_a_selling_point_and_a_risk_but_not_twice_a_risk() -> None:
    zone = Feature(feature="Flood zone X")
    told = InvestmentAnalysis(risks=("Flood zone X",), opportunities=("Rent",))
    assert legibility.check(Enrichment(features=(zone,), investment_analysis=told)) == []
    twice = told.model_copy(update={"opportunities": ("Flood zone X",)})
    [found] = legibility.check(Enrichment(features=(zone,), investment_analysis=twice))
    assert (found.rule, found.field) == ("text.repeated", "investment_analysis.opportunities[0]")


@pytest.mark.parametrize("sign", ["•", "▪", "|", "■"])
def test_items_of_one_line_are_sentences(sign: str) -> None:
    items = [
        *("Condominium in Scottsdale", "2 bedrooms and 2 bathrooms", "1,002 square feet of living area"),
        *("Community swimming pool", "Carport for one vehicle", "Association dues of $331 monthly"),
        *("Built-up and foam roof", "Central air conditioning", "Annual property taxes of $886"),
    ]
    assert rules(f" {sign} ".join(items)) == []
    assert rules(" ".join(items)) == ["text.hard"]

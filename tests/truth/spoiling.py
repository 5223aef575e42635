"""Defects put into true texts, by class. Each returns the spoiled parts of an enrichment, or None where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from phoenix_real_estate.models import Property
from tests.truth.homes import Home

Parts = dict[str, Any]
Spoil = Callable[[Home, Parts, Random], Parts | None]


def digit_swap(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Two neighbouring digits of a number change places."""
    return _with_number(home.facts, parts, chance, lambda digits: _swapped(digits, chance))


def times_ten(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """A zero too many."""
    return _with_number(home.facts, parts, chance, lambda digits: f"{int(digits) * 10:,}")


def times_thousand(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Thousands for units, or the other way round."""
    facts = home.facts
    thousands = chance.choice(
        (f"${(facts.price or 0) // 1000:,}", f"${facts.price:,}K", f"${(facts.price or 0) // 1000} million")
    )
    return _appended(parts, f"It is offered at {thousands}.")


def wrong_year(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """A house older or younger than it is."""
    year = (home.facts.year_built or 0) + chance.choice((-31, -12, -3, 2, 11, 24))
    said = chance.choice(
        ("It was built in {}.", "Constructed {}.", "A {} build.", "Dating back to {}, it has character.")
    )
    return _appended(parts, said.format(year))


def swapped_fields(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Values that changed places."""
    p = home.facts
    options = []
    if p.bedrooms != p.bathrooms:
        options.append(f"It has {p.bathrooms:g} bedrooms and {p.bedrooms} bathrooms.")
    if p.lot_size:
        options.append(f"A {p.lot_size:,} square foot home on a {p.square_feet:,} square foot lot.")
    if p.annual_tax:
        options.append(f"Taxes are ${p.price:,} a year on a price of ${p.annual_tax:,}.")
    if p.hoa_fee:
        options.append(f"HOA dues are ${p.price:,} a month.")
    return _appended(parts, chance.choice(options)) if options else None


def invented_amenity(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Something no fact tells."""
    return _appended(parts, chance.choice(_INVENTED))


def negated_amenity(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Said to be absent what is there, or there what is absent."""
    options = list(_contradictions(home.facts))
    return _appended(parts, chance.choice(options)) if options else None


def wrong_city(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Another city's name in place of the own."""
    city = home.facts.address.city or ""
    other = chance.choice(
        [town for town in ("Chandler", "Mesa", "Tucson", "Glendale", "Paradise Valley") if town != city]
    )
    said = chance.choice(
        (
            "A short drive through {} brings you home.",
            "It stands in {}, Arizona.",
            "This {} address is easy to find.",
            "Life in {} suits the home.",
        )
    )
    return _appended(parts, said.format(other))


def wrong_school(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Another district, or a school nobody recorded."""
    own = home.facts.school_district or ""
    other = chance.choice(
        [
            name
            for name in (
                "Kyrene Elementary",
                "Paradise Valley Unified",
                "Cave Creek Unified",
                "Higley Unified",
            )
            if name != own
        ]
    )
    said = chance.choice(
        (
            "It is served by the {} School District.",
            "The school district is {}.",
            "Students here attend {} schools.",
            "Desert Ridge High School is assigned to it.",
        )
    )
    return _appended(parts, said.format(other))


def wrong_percentage(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """A share or a rate that is not the one."""
    landscaping = (home.facts.desert_landscaping_pct or 50) - 17
    return _appended(
        parts,
        chance.choice(
            (
                f"Desert landscaping covers {landscaping:g} percent of the lot.",
                "The cap rate is 14.9%.",
                "Expect a gross yield of 31%.",
                "The vacancy rate is 2.2 percent.",
                "Values rose 12% last year.",
            )
        ),
    )


def contradicted_recommendation(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """An analysis that recommends what its figures do not allow."""
    if "investment_analysis" not in parts:
        return None
    analysis = parts["investment_analysis"]
    other = chance.choice(
        [word for word in ("strong buy", "buy", "hold", "pass") if word != analysis["recommendation"]]
    )
    if chance.random() < 0.5:
        return {**parts, "investment_analysis": {**analysis, "recommendation": other}}
    said = chance.choice(
        (
            "We rate it a {}.",
            "Overall, the recommendation is {}.",
            "On balance this property is a {}.",
            "Our verdict: {}.",
        )
    )
    return {
        **parts,
        "investment_analysis": {**analysis, "narrative": f"{analysis['narrative']} {said.format(other)}"},
    }


def forbidden_phrase(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """What a housing advertisement may not say."""
    return _appended(parts, chance.choice(_FORBIDDEN))


def unreadable(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """Words that no reader could use."""
    text = parts["description"]
    letters = list(text.replace(" ", ""))
    chance.shuffle(letters)
    return {
        **parts,
        "description": chance.choice(
            (
                "".join(letters),
                "asdf qwer zxcv hjkl uiop vbnm " * 6,
                f"{text} Price: {{{{price}}}}. Call [INSERT NAME].",
                "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.",
                f"{text[:40]} " + "the home the home the home the home the home " * 5,
                text.encode().decode("utf-16-le", "replace"),
                f"{text} Itâ€™s Ã¼ber nice â€“ cafÃ© corner.",
                _LABYRINTH,
                "<div class='x'><p>" + text + "</p></div>",
            )
        ),
    }


def missing_part(home: Home, parts: Parts, chance: Random) -> Parts | None:
    """A part that is there and holds nothing."""
    name = chance.choice(sorted(parts))
    empty: dict[str, list[Any]] = {
        "description": ["", "   ", None, "N/A", "..."],
        "features": [[], None, [{"feature": "", "category": "", "appeal": ""}]],
        "investment_analysis": [
            {},
            None,
            {**parts.get("investment_analysis", {}), "recommendation": ""},
            {**parts.get("investment_analysis", {}), "risks": []},
        ],
    }
    return {**parts, name: chance.choice(empty[name])}


CLASSES: dict[str, Spoil] = {
    "digit swap": digit_swap,
    "ten times": times_ten,
    "thousand times": times_thousand,
    "wrong year": wrong_year,
    "swapped fields": swapped_fields,
    "invented amenity": invented_amenity,
    "negated amenity": negated_amenity,
    "wrong city": wrong_city,
    "wrong school": wrong_school,
    "wrong percentage": wrong_percentage,
    "contradicted recommendation": contradicted_recommendation,
    "forbidden housing phrase": forbidden_phrase,
    "unreadable text": unreadable,
    "missing part": missing_part,
}


def _with_number(p: Property, parts: Parts, chance: Random, change: Callable[[str], str]) -> Parts | None:
    """One of the property's own numbers, changed wherever the description writes it exactly."""
    text = parts["description"]
    own = {f"{n:,}" for n in (p.square_feet, p.lot_size, p.price, p.annual_tax) if n} | {
        str(p.year_built),
        str(p.square_feet),
    }
    written = sorted(number for number in own if re.search(rf"(?<![\d,]){number}(?![\d,])", text))
    chance.shuffle(written)
    for number in written:
        changed = change(number.replace(",", ""))
        if changed and changed != number:
            return {**parts, "description": re.sub(rf"(?<![\d,]){number}(?![\d,])", changed, text)}
    return None


def _swapped(digits: str, chance: Random) -> str:
    pairs = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    if not pairs:
        return ""
    at = chance.choice(pairs)
    swapped = int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])
    return f"{swapped:,}" if len(digits) > 4 else str(swapped)


def _appended(parts: Parts, sentence: str) -> Parts:
    return {**parts, "description": f"{parts['description']} {sentence}"}


def _contradictions(p: Property) -> list[str]:
    said = []
    if p.pool_type in ("private", "both"):
        said += [
            "There is no pool.",
            "The home comes without a pool.",
            "A pool-free yard.",
            "No pool, no problem.",
        ]
    if p.pool_type == "none":
        said += [
            "A sparkling pool awaits.",
            "Enjoy the private pool.",
            "The backyard features a swimming pool.",
            "Pool: yes.",
        ]
    if p.garage_spaces == 0:
        said += ["A garage keeps cars cool.", "It has an attached garage."]
    if p.garage_spaces:
        said += ["There is no garage.", "It lacks a garage."]
    if p.solar_panels == "none":
        said += ["Solar panels cut the bills.", "Rooftop solar is installed."]
    if p.solar_panels == "leased":
        said += ["The solar panels are owned."]
    if p.hoa_fee:
        said += ["There is no HOA.", "No association dues here."]
    return said


_INVENTED = tuple(
    """A cozy fireplace warms the den.|Granite counters line the kitchen.|The roof is brand new.
    It was fully renovated last year.|Mountain views greet you daily.|A gated entrance protects the street.
    The kitchen has stainless steel appliances.|Hardwood floors run throughout.|Vaulted ceilings open the great room.
    A casita sits out back.|The home includes an RV gate.|An electric vehicle charger is installed.
    Walk-in closets come with every room.|The covered patio looks over the yard.|A heated spa bubbles by the wall.
    Residents enjoy tennis courts and a clubhouse.|The HVAC was replaced in spring.|It backs to a greenbelt.
    A new water heater was installed.|Citrus trees shade the yard.|The chef's kitchen has quartz counters.
    A home office sits off the entry.|A golf course runs behind the lot.|It is a corner lot.
    There is a finished basement.|The house has a security system.|Plantation shutters dress the windows.
    A reverse osmosis system is under the sink.|Crown molding trims the rooms.|The home features a wine cellar.
    An outdoor kitchen is ready for cookouts.|Ring doorbell and smart locks are included.|The yard has a putting green.
    The home boasts a built-in sauna.|A dumbwaiter links the floors.|French doors open to a courtyard.
    A detached workshop has its own power.|The interior was freshly painted.|Travertine floors flow from room to room.
    There is a laundry room upstairs.|Ceiling fans turn in each bedroom.|The washer and dryer convey.
    A bubbling fountain greets guests.|It offers lake access.|The pantry is huge and walk-in.""".replace(
        "\n", "|"
    ).split("|")
)
_INVENTED = tuple(each.strip() for each in _INVENTED if each.strip())
_FORBIDDEN = tuple(
    """Perfect for families with children.|No kids allowed.|An adults only building.|Ideal for young professionals.
    A Christian neighborhood.|Near the Catholic church.|Great for empty nesters.|Perfect for a bachelor.
    No Section 8 vouchers.|An active adult lifestyle.|Suited to able-bodied owners.|No wheelchairs, please.
    English speaking tenants only.|A safe neighborhood with low crime.|Located in a white neighborhood.
    A Hispanic community nearby.|Female tenants preferred.|Not suitable for the disabled.|Walk to the synagogue.
    Seniors only, age-restricted.|A 55+ community.|Mature couples wanted.|No immigrants.|Exclusively for married couples.
    Great for retirees and snowbirds.|An integrated neighborhood.|Walking distance to the mosque.|Must be employed.
    Ideal for a growing family.|No children under twelve.|Single women preferred.|Close to the Mormon temple.
    Excellent schools for your kids.|A family-friendly neighborhood.|Raise your family here.|A Jewish community center is near.""".replace(
        "\n", "|"
    ).split("|")
)
_FORBIDDEN = tuple(each.strip() for each in _FORBIDDEN if each.strip())
_LABYRINTH = (
    "Notwithstanding the aforementioned considerations regarding the residential configuration, whose dimensional "
    "characteristics necessitate comprehensive individualized evaluation, and irrespective of the architectural "
    "particularities, organizational peculiarities, or infrastructural complexities inherent in contemporary "
    "residential accommodation, prospective purchasers contemplating acquisition opportunities should appropriately "
    "familiarize themselves with the multidimensional interrelationships between functionality, habitability, "
    "maintainability and sustainability that fundamentally characterize suburban developmental environments"
)

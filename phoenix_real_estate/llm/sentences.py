"""The sentences of a composed description: templates in reading order, the weightier first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phoenix_real_estate.facts import series

Facts = Mapping[str, str]


def sentences(facts: Facts) -> Iterator[str]:
    """One template for each thing that is known; without any, a sentence that says so."""
    yield _place_and_rooms(facts)
    yield from _age_and_lot(facts)
    yield from _surroundings(facts)
    yield from _parking(facts)
    yield from _outdoors(facts)
    yield from _systems(facts)
    yield from _water(facts)
    yield from _association(facts)
    yield from _money(facts)
    yield from _public_records(facts)


def counted(facts: Facts, name: str, noun: str) -> str:
    """A placeholder with its noun in the right number: `{{bedrooms}} bedroom` when there is one."""
    return f"{{{{{name}}}}} {noun}" if facts[name] == "1" else f"{{{{{name}}}}} {noun}s"


def spaces(facts: Facts) -> str:
    """Garage and carport spaces as one phrase, empty when there are none."""
    kinds = (("garage_spaces", "garage space"), ("carport_spaces", "carport space"))
    return series([counted(facts, name, noun) for name, noun in kinds if facts.get(name, "0") != "0"])


def has_lot(facts: Facts) -> bool:
    """Whether there is land to speak of: below 1,000 square feet it is a condominium's footprint."""
    return "," in facts.get("lot_size", "")


def _place_and_rooms(facts: Facts) -> str:
    home = "this {{property_type}}" if "property_type" in facts else "this property"
    rooms = _rooms(facts)
    place = _place(facts)
    if rooms:
        return " ".join(part for part in (home, place, f"has {rooms}.") if part)
    if place:
        return f"{home} is at {{{{address}}}}." if "street" in facts else f"{home} is {place}."
    return f"{home} has parcel number {{{{parcel_number}}}}." if "parcel_number" in facts else _NOTHING


_NOTHING = "The records hold no details of this property."


def _rooms(facts: Facts) -> str:
    found = []
    if "bedrooms" in facts:
        found.append("a studio layout" if facts["bedrooms"] == "0" else counted(facts, "bedrooms", "bedroom"))
    if "bathrooms" in facts:
        found.append(counted(facts, "bathrooms", "bathroom"))
    if "square_feet" in facts:
        found.append("{{square_feet}} square feet of living area")
    return series(found)


def _place(facts: Facts) -> str:
    unit = ", unit {{unit}}," if "unit" in facts else ""
    street = f"at {{{{street}}}}{unit}" if "street" in facts else ""
    if "city" in facts:
        return f"{street} in {{{{city}}}}".strip()
    if "zip" in facts:
        return f"{street} in ZIP {{{{zip}}}}".strip()
    return street


def _age_and_lot(facts: Facts) -> Iterator[str]:
    lot = "{{lot_size}} square feet" if has_lot(facts) else ""
    if "year_built" in facts and lot:
        yield f"Built in {{{{year_built}}}}, it stands on a lot of {lot}."
    elif "year_built" in facts:
        yield "It was built in {{year_built}}."
    elif lot:
        yield f"The lot measures {lot}."


def _surroundings(facts: Facts) -> Iterator[str]:
    if "subdivision" in facts and facts.get("neighborhood") not in (None, facts["subdivision"]):
        yield "It is part of {{subdivision}}, in the {{neighborhood}} area."
    elif "subdivision" in facts:
        yield "It is part of {{subdivision}}."
    elif "neighborhood" in facts:
        yield "It lies in the {{neighborhood}} area."
    if "school_district" in facts:
        yield "The school district is {{school_district}}."


def _parking(facts: Facts) -> Iterator[str]:
    if parking := spaces(facts):
        yield f"It comes with {parking}."


def _outdoors(facts: Facts) -> Iterator[str]:
    pool = {
        "private pool": "there is a private pool",
        "community pool": "there is a community pool",
        "private and community pools": "there are private and community pools",
    }.get(facts.get("pool", ""), "")
    yard = facts.get("desert_landscaping_pct", "0") != "0"
    desert = "desert landscaping covers {{desert_landscaping_pct}} percent of the grounds" if yard else ""
    if outdoors := ", and ".join(phrase for phrase in (pool, desert) if phrase):
        yield f"Outdoors, {outdoors}."


def _systems(facts: Facts) -> Iterator[str]:
    if "cooling_type" in facts and "roof_type" in facts:
        yield "The records list {{cooling_type}} for cooling and {{roof_type}} for the roof."
    elif "cooling_type" in facts:
        yield "The records list {{cooling_type}} for cooling."
    elif "roof_type" in facts:
        yield "The records list {{roof_type}} for the roof."
    if facts.get("solar_panels", "no").split()[0] != "no":
        yield "{{solar_panels}} are in place."


def _water(facts: Facts) -> Iterator[str]:
    rights = facts.get("flood_irrigation_rights") == "flood irrigation rights"
    if rights and "irrigation_district" in facts:
        yield "The property has flood irrigation rights through {{irrigation_district}}."
    elif rights:
        yield "The property has flood irrigation rights."


def _association(facts: Facts) -> Iterator[str]:
    fee = facts.get("hoa_fee")
    if fee == "$0":
        yield "There are no association dues."
    elif fee and "hoa_name" in facts:
        yield "Association dues are {{hoa_fee}} a month, and the association is {{hoa_name}}."
    elif fee:
        yield "Association dues are {{hoa_fee}} a month."
    elif "hoa_name" in facts:
        yield "The homeowners association is {{hoa_name}}."


def _money(facts: Facts) -> Iterator[str]:
    tax = "property tax of {{annual_tax}} a year" if "annual_tax" in facts else ""
    match facts.get("price_words"):
        case "list price" | "price":
            yield f"The {{{{price_words}}}} is {{{{price}}}}{', with ' if tax else ''}{tax}."
        case "last sale price":
            yield f"The last sale price was {{{{price}}}}{', with ' if tax else ''}{tax}."
        case _ if tax:
            yield "Property tax comes to {{annual_tax}} a year."


def _public_records(facts: Facts) -> Iterator[str]:
    if "full_cash_value" in facts:
        yield "The county put the full cash value at {{full_cash_value}} for {{full_cash_value_year}}."
    elif facts.get("price_words") == "full cash value":
        yield "The county put the full cash value at {{price}}."
    if "flood_zone" in facts:
        yield "The FEMA flood zone is {{flood_zone}}."
    if facts.get("pool") == "no private pool":
        yield "There is {{pool}}."
    if "limited_property_value" in facts:
        yield (
            "The limited property value, on which property tax is based, is {{limited_property_value}} "
            "for {{limited_property_value_year}}."
        )

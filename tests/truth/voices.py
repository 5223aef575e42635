"""True texts of a home in sixteen voices, as models and agents write: each sentence holds only where its fact is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from phoenix_real_estate.models import Property
from tests.truth.amounts import about, acres, decade, metric, plural, price_band, short_money, word

Voice = Callable[[Property, Random], Iterator[str]]


def text_of(home: Property, voice: Voice, chance: Random) -> str:
    """A voice's sentences as one text."""
    return " ".join(voice(home, chance))


def assistant(p: Property, chance: Random) -> Iterator[str]:
    """A chat model, even-tempered and complete."""
    yield (
        f"Located in {p.address.city}, Arizona, this {p.bedrooms}-bedroom, {p.bathrooms:g}-bathroom {_kind(p)} "
        f"offers {p.square_feet:,} square feet of comfortable living space."
    )
    yield f"Originally constructed in {p.year_built}, the residence combines a practical layout with everyday comfort."
    yield from _lot(p, "The home sits on a {} square foot lot, leaving room for outdoor living.")
    yield from _pool(
        p,
        "A private pool invites you to cool off during the summer months.",
        "The property does not have a pool.",
    )
    if p.garage_spaces:
        yield f"Parking is provided by a {word(p.garage_spaces)}-car garage."
    yield from _said(p.cooling_type, "Climate control is handled by {}.")
    yield f"It is {_offered(p)} at ${p.price:,}."


def terse(p: Property, chance: Random) -> Iterator[str]:
    """The listing sheet's shorthand."""
    yield f"{p.bedrooms}BR/{p.bathrooms:g}BA {_kind(p)}, {p.square_feet} sf, blt {p.year_built}."
    if p.lot_size:
        yield f"Lot {p.lot_size} sf."
    if p.garage_spaces:
        yield f"{p.garage_spaces:g} car gar."
    yield from _pool(p, "Pvt pool.", "No pool.")
    if p.hoa_fee:
        yield f"HOA ${p.hoa_fee:g}/mo."
    elif p.hoa_fee == 0 and not p.hoa_name:
        yield "No HOA."
    yield f"{'LP' if p.price_kind == 'list' else 'Sold'} ${p.price:,}."


def flowery(p: Property, chance: Random) -> Iterator[str]:
    """Warm adjectives, and nothing in them that is not so."""
    yield f"Welcome home to this charming and inviting {_kind(p)} in sunny {p.address.city}!"
    yield f"Step inside and discover {plural(p.bedrooms or 0, 'generous bedroom', spelled=True)} and {plural(p.bathrooms or 0, 'bath', spelled=True)}, all gathered within {about(p.square_feet or 0)} square feet."
    yield from _pool(
        p,
        "On warm afternoons, let the sparkling backyard pool be your escape.",
        "The yard is open and free of a pool, so every inch of it is usable.",
    )
    if p.desert_landscaping_pct:
        yield "Desert landscaping keeps the grounds handsome with very little water."
    yield from _said(p.roof_type, "Overhead, the {} roof completes the picture.")
    yield f"Built in the {decade(p.year_built or 0)}, it carries its years gracefully."


def rounded(p: Property, chance: Random) -> Iterator[str]:
    """Everything rounded, as in conversation."""
    yield f"Priced {price_band(p.price or 0)}, this {_kind(p)} gives you roughly {round((p.square_feet or 0) / 50) * 50:,} sq. ft. to work with."
    yield f"There are {word(p.bedrooms or 0)} bedrooms plus {word(p.bathrooms or 0)} baths."
    if p.lot_size:
        yield f"Outside you get {acres(p.lot_size, chance)} of land."
    yield f"It dates to the {decade(p.year_built or 0)}."
    if p.annual_tax:
        yield f"Figure on property taxes of around ${round(p.annual_tax / 50) * 50:,} a year."


def bullets(p: Property, chance: Random) -> Iterator[str]:
    """A list of dashes on lines of their own."""
    yield f"- {p.bedrooms} bed / {p.bathrooms:g} bath\n- {p.square_feet:,} SF interior\n- Year built: {p.year_built}\n"
    if p.garage_spaces is not None:
        yield f"- Garage: {p.garage_spaces:g}\n"
    yield from _said(p.cooling_type, "- Cooling: {}\n")
    yield from _said(p.roof_type, "- Roof: {}\n")
    yield from _said(p.school_district, "- Schools: {} district\n")
    if p.hoa_fee is not None:
        yield (
            f"- HOA: {f'${p.hoa_fee:g} monthly' if p.hoa_fee else 'none'}\n"
            if not (p.hoa_fee == 0 and p.hoa_name)
            else "- HOA dues: $0\n"
        )
    yield f"- {'Asking' if p.price_kind == 'list' else 'Last sold for'} {short_money(p.price or 0)}"


def appraiser(p: Property, chance: Random) -> Iterator[str]:
    """A report in the third person."""
    yield f"The subject is a {_kind(p)} situated at {p.address.street}{f' Unit {p.address.unit}' if p.address.unit else ''}, {p.address.city}, AZ {p.address.zip}."
    yield f"Gross living area is {p.square_feet:,} square feet with a room count of {p.bedrooms} bedrooms and {p.bathrooms:g} bathrooms."
    yield from _lot(p, "The site contains {} square feet.")
    yield f"Actual age is {2026 - (p.year_built or 0)} years, based on a {p.year_built} year of construction."
    if p.flood_zone:
        hazard = "is" if p.flood_zone == "AE" else "is not"
        yield f"FEMA maps place it in Zone {p.flood_zone}, which {hazard} a special flood hazard area."
    yield from _said(p.subdivision, "The recorded plat is {}.")


def neighborly(p: Property, chance: Random) -> Iterator[str]:
    """Someone talking, with contractions."""
    yield f"Looking for space? You'll find {p.square_feet:,} sq ft here, with {word(p.bedrooms or 0)} bedrooms and {word(p.bathrooms or 0)} bathrooms."
    if p.garage_spaces:
        yield f"There's a {word(p.garage_spaces)}-car garage{' and covered carport parking too' if p.carport_spaces else ''}."
    if p.solar_panels in ("owned", "leased"):
        yield f"The rooftop solar panels are {p.solar_panels}."
    elif p.solar_panels == "none":
        yield "You won't find solar panels on the roof."
    yield from _pool(
        p,
        "And yes, it's got its own swimming pool!",
        "There isn't a pool, and that's one less thing to clean.",
    )
    yield (
        f"It went up in '{(p.year_built or 0) % 100:02d}."
        if (p.year_built or 0) < 2000
        else f"It went up in {p.year_built}."
    )


def metrical(p: Property, chance: Random) -> Iterator[str]:
    """For readers abroad."""
    yield f"This {p.address.city} {_kind(p)} measures {metric(p.square_feet or 0)} ({p.square_feet:,} sq ft) inside."
    if p.lot_size:
        yield f"The plot is about {round((p.lot_size) * 0.092903, -1):,.0f} m²."
    yield f"It has {p.bedrooms} bedrooms, {p.bathrooms:g} bathrooms and was completed in {p.year_built}."
    yield f"The {'list' if p.price_kind == 'list' else 'last sale'} price works out to ${(p.price or 0) / (p.square_feet or 1):,.0f} per square foot."


def without(p: Property, chance: Random) -> Iterator[str]:
    """What is not there, told honestly."""
    absent = [
        name
        for name, known in (
            ("pool", p.pool_type == "none"),
            ("garage", p.garage_spaces == 0),
            ("carport", p.carport_spaces == 0),
            ("solar panels", p.solar_panels == "none"),
        )
        if known
    ]
    yield f"A straightforward {_kind(p)}: {p.bedrooms} bedrooms, {p.bathrooms:g} bathrooms, {p.square_feet:,} square feet."
    if len(absent) > 1:
        yield f"There is no {', '.join(absent[:-1])} or {absent[-1]}."
    elif absent:
        yield f"It comes without {'a ' if absent[0] != 'solar panels' else ''}{absent[0]}."
    if p.flood_irrigation_rights is False:
        yield "Flood irrigation rights are not included."
    if p.hoa_fee == 0 and not p.hoa_name:
        yield "There are no HOA fees of any kind."
    yield f"{p.year_built} construction."


def investor(p: Property, chance: Random) -> Iterator[str]:
    """Costs first."""
    yield f"At ${p.price:,} and {p.square_feet:,} square feet, the basis is ${(p.price or 0) / (p.square_feet or 1):,.0f}/sf."
    if p.annual_tax:
        yield f"Taxes run ${p.annual_tax:,} per year, or about ${p.annual_tax / 12:,.0f} a month."
    if p.hoa_fee:
        yield f"The HOA takes ${p.hoa_fee:g} monthly (${p.hoa_fee * 12:,.0f} annually)."
    yield f"Unit mix is simple: one dwelling, {p.bedrooms} beds, {p.bathrooms:g} baths, {p.year_built} vintage."
    if p.pool_type in ("community", "both"):
        yield "Residents share a community pool."


def spelled(p: Property, chance: Random) -> Iterator[str]:
    """Numbers in words wherever words are usual."""
    yield f"{word(p.bedrooms or 0).capitalize()} bedrooms, {word(p.bathrooms or 0)} bathrooms and one kitchen make up this {p.address.city} {_kind(p)}."
    if p.carport_spaces:
        yield f"A {word(p.carport_spaces)}-car carport shades the vehicles."
    if p.garage_spaces:
        yield f"The garage holds {plural(p.garage_spaces, 'car', spelled=True)}."
    if p.desert_landscaping_pct:
        yield f"Low-water desert landscaping covers {p.desert_landscaping_pct:g}% of the yard."
    yield f"Inside are {p.square_feet:,} livable square feet."
    yield f"First built in {p.year_built}, it is {p.year_built and 2026 - p.year_built} years old."


def streetwise(p: Property, chance: Random) -> Iterator[str]:
    """Addresses and names that look like something else."""
    yield f"You will find it at {p.address.street}, in the {p.address.zip} ZIP code of {p.address.city}."
    yield f"Look for the {_kind(p)} on {(p.address.street or '').split(' ', 1)[1]}."
    yield from _said(p.subdivision, "It belongs to the {} subdivision.")
    yield from _said(p.school_district, "The {} School District serves the address.")
    if p.irrigation_district:
        yield "The area is served by the Salt River Project."
    yield f"Its parcel number is {(p.parcel_number or '')[:3]}-{(p.parcel_number or '')[3:5]}-{(p.parcel_number or '')[5:]}."
    yield (
        f"The primary bedroom is one of {p.bedrooms} bedrooms."
        if (p.bedrooms or 0) > 1
        else "There is one bedroom."
    )


def magazine(p: Property, chance: Random) -> Iterator[str]:
    """Long sentences with clauses."""
    garage = f", a {p.garage_spaces:g}-car garage" if p.garage_spaces else ""
    yield f"Set in {p.address.city}, where mornings are bright and evenings are mild, this {_kind(p)} pairs {p.bedrooms} bedrooms with {p.bathrooms:g} baths{garage} and {about(p.square_feet or 0, 100)} square feet of air-filled interior."
    yield from _lot(p, "Its {}-square-foot homesite gives the house room to breathe.")
    if p.pool_type == "both":
        yield "Swim at home in the private pool or join neighbors at the community pool."
    yield f"At {short_money(p.price or 0)}, it deserves a closer look."


def millions(p: Property, chance: Random) -> Iterator[str]:
    """Money in words."""
    price = p.price or 0
    thousands = (
        f"${price / 1e6:.2f} million" if price >= 1_000_000 else f"{round(price / 1000)} thousand dollars"
    )
    yield f"The {'asking' if p.price_kind == 'list' else 'sale'} price was set at roughly {thousands}."
    yield f"For that you get a {_kind(p)} with {p.square_feet:,} ft² under roof, {plural(p.bedrooms or 0, 'bedroom', spelled=True)} and {plural(p.bathrooms or 0, 'bathroom', spelled=True)}."
    if p.lot_size and p.lot_size >= 21_780:
        yield f"The grounds run to {acres(p.lot_size, chance)}."
    yield from _pool(p, "A pool is in place.", "A pool is not included.")


def systems(p: Property, chance: Random) -> Iterator[str]:
    """The engineer."""
    yield f"Construction year {p.year_built}; conditioned floor area {p.square_feet:,} sqft."
    yield from _said(p.cooling_type, "Cooling equipment: {}.")
    yield from _said(p.roof_type, "Roofing: {}.")
    if p.solar_panels == "owned":
        yield "The photovoltaic system is owned outright."
    elif p.solar_panels == "leased":
        yield "The solar system is under lease."
    if p.flood_irrigation_rights:
        yield "The lot has flood irrigation rights."
    if p.carport_spaces and p.garage_spaces:
        yield f"Covered parking totals {p.carport_spaces + p.garage_spaces:g} spaces: {p.garage_spaces:g} garage, {p.carport_spaces:g} carport."


def careful(p: Property, chance: Random) -> Iterator[str]:
    """A writer that leaves open what is open."""
    yield f"This {_kind(p)} in {p.address.city} has {p.bedrooms} bedrooms, {p.bathrooms:g} bathrooms and {p.square_feet:,} square feet."
    if p.pool_type is None:
        yield "Whether there is a pool is not recorded."
    if p.roof_type is None:
        yield "The condition of the roof is unknown and should be inspected."
    if p.hoa_fee is None:
        yield "Buyers should verify any HOA dues."
    yield "There may be room to add a casita, subject to city approval."
    yield f"County records show {p.year_built} as the year built."


VOICES: tuple[Voice, ...] = (
    *(assistant, terse, flowery, rounded, bullets, appraiser, neighborly, metrical),
    *(without, investor, spelled, streetwise, magazine, millions, systems, careful),
)


def _kind(p: Property) -> str:
    return {"Single Family Residence": "single-family home", "Manufactured Home": "manufactured home"}.get(
        p.property_type or "", (p.property_type or "").lower()
    )


def _offered(p: Property) -> str:
    return "listed" if p.price_kind == "list" else "on record as last sold"


def _said(value: str | None, template: str) -> Iterator[str]:
    if value:
        # Names stay as they are; common nouns go into lower case.
        yield template.format(
            value
            if "istrict" in template or "plat" in template or "subdivision" in template
            else value.lower().replace("(s)", "s")
        )


def _lot(p: Property, template: str) -> Iterator[str]:
    if p.lot_size:
        yield template.format(f"{p.lot_size:,}")


def _pool(p: Property, there: str, absent: str) -> Iterator[str]:
    if p.pool_type in ("private", "both"):
        yield there
    elif p.pool_type == "none":
        yield absent

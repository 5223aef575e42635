from pathlib import Path

import pytest

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.rent_tables import (
    HUD_SOURCE,
    AskingRents,
    HudRents,
    asking_rents,
    hud_rents,
    write_asking_rents,
    write_hud_rents,
)

HUD = HudRents(
    area="Phoenix-Mesa-Chandler, AZ MSA",
    fiscal_year=2027,
    rents={"85009": (1190, 1300, 1530, 2070, 2350), "85004": (1700, 1850, 2150, 2870, 3180)},
)
ZILLOW = AskingRents(area="Phoenix-Mesa-Chandler, AZ", month="2026-09", rents={"85009": 1495, "85004": 1869})


def test_the_shipped_rents_name_their_area_year_and_percentile() -> None:
    shipped = hud_rents()
    assert (shipped.area, shipped.fiscal_year, shipped.percentile) == (
        "Phoenix-Mesa-Chandler, AZ MSA",
        2026,
        40,
    )
    assert shipped.rents["85004"] == (1700, 1850, 2150, 2870, 3180)


def test_in_every_shipped_zip_a_bedroom_more_never_rents_for_less() -> None:
    shipped = hud_rents().rents
    assert len(shipped) > 200
    assert all(len(rents) == 5 and sorted(rents) == list(rents) for rents in shipped.values())
    assert all(zip_code.isdigit() and len(zip_code) == 5 for zip_code in shipped)


def test_zillows_rents_are_not_shipped() -> None:
    assert asking_rents() is None


def test_a_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_hud_rents(HUD, "2026-11-22", tmp_path)
    write_asking_rents(ZILLOW, "2026-11-22", tmp_path)
    assert hud_rents(tmp_path) == HUD
    assert asking_rents(tmp_path) == ZILLOW


def test_a_table_tells_its_source_year_and_date_and_is_sorted_by_zip(tmp_path: Path) -> None:
    assert write_hud_rents(HUD, "2026-11-22", tmp_path).read_text("utf-8") == (
        "# Monthly rents in USD by ZIP code and bedrooms (br0 is a studio), utilities included.\n"
        f"# source: {HUD_SOURCE}\n"
        "# area: Phoenix-Mesa-Chandler, AZ MSA\n"
        "# fiscal_year: 2027\n"
        "# percentile: 40\n"
        "# renewed: 2026-11-22\n"
        "zip,br0,br1,br2,br3,br4\n"
        "85004,1700,1850,2150,2870,3180\n"
        "85009,1190,1300,1530,2070,2350\n"
    )
    assert write_asking_rents(ZILLOW, "2026-11-22", tmp_path).read_text("utf-8") == (
        "# Typical monthly asking rents in USD by ZIP code, homes of all sizes.\n"
        "# source: Zillow Observed Rent Index (ZORI), all homes, https://www.zillow.com/research/data/\n"
        "# area: Phoenix-Mesa-Chandler, AZ\n"
        "# month: 2026-09\n"
        "# renewed: 2026-11-22\n"
        "zip,rent\n"
        "85004,1869\n"
        "85009,1495\n"
    )


def test_writing_leaves_nothing_but_the_table(tmp_path: Path) -> None:
    written = write_hud_rents(HUD, "2026-11-22", tmp_path)
    assert list(tmp_path.iterdir()) == [written]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"rents_hud_safmr\.csv cannot be written: .*--to"):
        write_hud_rents(HUD, "2026-11-22", tmp_path / "none")

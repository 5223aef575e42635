"""`phoenix market renew` as a user meets it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.cli import main

HUD = (
    '"ZIP\nCode",HUD Fair Market Rent Area Name,'
    '"SAFMR\n0BR","SAFMR\n1BR","SAFMR\n2BR","SAFMR\n3BR","SAFMR\n4BR"\n'
    '85004,"Phoenix-Mesa-Chandler, AZ MSA","$1,000","$1,100","$1,300","$1,800","$2,050"\n'
)
ZORI = (
    "RegionID,RegionName,RegionType,Metro,2026-08-31,2026-09-30\n"
    '94808,85004,zip,"Phoenix-Mesa-Chandler, AZ",1850.2,1869.7\n'
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def phoenix(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process: its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["phoenix", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


@pytest.fixture(autouse=True)
def published(tmp_path: Path) -> None:
    (tmp_path / "fy2027_safmrs.csv").write_text(HUD)
    (tmp_path / "zori.csv").write_text(ZORI)
    (tmp_path / "tables").mkdir()


def test_both_tables_are_renewed_with_their_date(phoenix: Run) -> None:
    before = datetime.now(UTC).date()
    code, out, told = phoenix(
        "market", "renew", "--hud", "fy2027_safmrs.csv", "--zori", "zori.csv", "--to", "tables"
    )
    # Midnight may have passed meanwhile.
    days = {before, datetime.now(UTC).date()}
    assert (code, out) == (0, "")
    assert (
        "tables/rents_hud_safmr.csv: 1 ZIP codes, fiscal year 2027, Phoenix-Mesa-Chandler, AZ MSA\n" in told
    )
    assert "tables/rents_zillow_zori.csv: 1 ZIP codes, 2026-09, Phoenix-Mesa-Chandler, AZ\n" in told
    for table in ("rents_hud_safmr.csv", "rents_zillow_zori.csv"):
        written = (Path("tables") / table).read_text()
        assert any(f"# renewed: {day.isoformat()}\n" in written for day in days)


@pytest.mark.parametrize(
    ("option", "file", "written"),
    [
        ("--hud", "fy2027_safmrs.csv", "rents_hud_safmr.csv"),
        ("--zori", "zori.csv", "rents_zillow_zori.csv"),
    ],
)
def test_one_can_be_renewed_alone(phoenix: Run, option: str, file: str, written: str) -> None:
    assert phoenix("market", "renew", option, file, "--to", "tables")[0] == 0
    assert [path.name for path in Path("tables").iterdir()] == [written]


def test_the_year_can_be_told(phoenix: Run) -> None:
    phoenix("market", "renew", "--hud", "fy2027_safmrs.csv", "--fiscal-year", "2028", "--to", "tables")
    assert "# fiscal_year: 2028\n" in Path("tables/rents_hud_safmr.csv").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "phoenix: Nothing to renew: name a file with --hud or --zori.\n"),
        (["--hud", "zori.csv"], "phoenix: zori.csv has no column 'ZIP Code'; it has: RegionID, RegionName, "),
        (
            ["--zori", "fy2027_safmrs.csv"],
            "phoenix: fy2027_safmrs.csv has no column 'RegionName'; it has: ZIP ",
        ),
    ],
)
def test_a_wrong_file_is_told_in_one_line(phoenix: Run, words: list[str], told: str) -> None:
    code, out, complaint = phoenix("market", "renew", *words, "--to", "tables")
    assert (code, out, complaint.count("\n")) == (1, "", 1)
    assert complaint.startswith(told)


def test_nothing_is_written_unless_every_file_can_be_read(phoenix: Run) -> None:
    hud_is_good = phoenix(
        "market", "renew", "--hud", "fy2027_safmrs.csv", "--zori", "none.csv", "--to", "tables"
    )
    assert hud_is_good[0] == 1
    assert list(Path("tables").iterdir()) == []


@pytest.mark.parametrize("words", [["market", "--help"], ["market", "renew", "--help"]])
def test_help_says_where_the_rents_come_from(phoenix: Run, words: list[str]) -> None:
    code, out, told = phoenix(*words)
    assert (code, told) == (0, "")
    assert "HUD" in out
    assert "Zillow" in out


def test_without_a_command_its_help_is_named(phoenix: Run) -> None:
    code, _, told = phoenix("market")
    assert (code, told) == (2, "phoenix: Missing command. See phoenix market --help.\n")

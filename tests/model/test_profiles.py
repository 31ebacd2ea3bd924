"""Profiles: which one is taken, what it says, and that a file with a mistake is refused."""

from __future__ import annotations

import re
import tomllib
import unicodedata
import zipfile
from importlib.resources import files

import pytest
from hatchling.builders.wheel import WheelBuilder

from agents.model.profiles import Sampling, profile_for, profiles, read_profile
from indexer.errors import UsageProblem
from tests.model.test_tokens import ENCODE, ROOT

TOML = files("agents.model").joinpath("profiles", "qwen3.6-27b.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("Qwen/Qwen3.6-27B", "qwen3.6-27b"),
        ("Qwen/Qwen3.6-27B-FP8", "qwen3.6-27b"),
        ("cyankiwi/Qwen3.6-27B-AWQ-INT4", "qwen3.6-27b"),
        ("qwen3.6-27b", "qwen3.6-27b"),
        ("qwen3.6:27b-q4_K_M", "qwen3.6-27b"),
        ("hosted_vllm/QWEN-3.6-27B", "qwen3.6-27b"),
        ("/models/Qwen3_6-27B-Q6_K.gguf", "qwen3.6-27b"),
        ("Qwen/Qwen3.8-27B", "qwen3.8-27b"),
        ("qwen3.8:27b", "qwen3.8-27b"),
        ("Qwen/Qwen3.6-35B-A3B", "generic"),
        ("Qwen2.5-Coder-7B", "generic"),
        ("SmolLM2-135M-Instruct", "generic"),
        ("", "generic"),
    ],
)
def test_the_profile_goes_by_the_served_name(model, profile):
    assert profile_for(model).name == profile


def test_a_profile_that_the_settings_name_counts_whatever_the_model_is_called():
    assert profile_for("our-model", "qwen3.6-27b").name == "qwen3.6-27b"
    assert profile_for("Qwen3.6-27B", "generic").name == "generic"


def test_a_profile_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(UsageProblem, match="no model profile 'qwen4'") as problem:
        profile_for("Qwen3.6-27B", "qwen4")
    assert problem.value.remedy == "Set backend.profile to one of: generic, qwen3.6-27b, qwen3.8-27b."


def test_thinking_is_asked_with_the_set_for_precise_coding_and_room_for_the_thoughts():
    profile = profile_for("Qwen3.6-27B")
    assert profile.sampling_for("think") == Sampling(0.6, 0.95, 20, 0.0, 0.0, 1.0)
    assert profile.sampling_for("plain") == Sampling(0.7, 0.8, 20, 0.0, 1.5, 1.0)
    assert profile.sampling["think"] == Sampling(1.0, 0.95, 20, 0.0, 0.0, 1.0)
    assert (profile.context, profile.output_for("think"), profile.output_for("plain")) == (262_144, 32_768, 8_192)


def test_the_sibling_takes_an_effort_and_has_no_set_of_its_own_for_coding():
    sibling = profile_for("Qwen3.8-27B")
    assert sibling.reasoning_effort == ("low", "medium", "xhigh")
    assert sibling.sampling["code"] == sibling.sampling["think"]


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda each: each.name)
def test_every_profile_keeps_to_what_the_client_relies_on(profile):
    assert 0 < profile.completion_output <= 1024
    assert profile.output_plain <= profile.output_think < profile.context
    assert "developer" not in profile.roles
    assert profile.one_system_message
    assert all(pattern == pattern.casefold() for pattern in profile.matches)
    assert len(set(profile.control_tokens)) == len(profile.control_tokens)
    assert profile.fim is None or {profile.fim.prefix, profile.fim.suffix, profile.fim.middle} <= set(profile.fim.stop)
    assert profile.fim is None or set(profile.fim.stop) <= set(profile.control_tokens)


def test_the_control_tokens_of_qwen_are_all_of_its_tokenizers_special_ones():
    tokens = profile_for("Qwen3.6-27B").control_tokens
    assert sorted(ENCODE(token)[0] for token in tokens) == list(range(248_044, 248_077))
    assert all(len(ENCODE(token)) == 1 for token in tokens)


def test_no_other_character_becomes_one_of_a_control_token_when_composed():
    used = {char for profile in profiles().values() for token in profile.control_tokens for char in token}
    composed = {unicodedata.normalize("NFC", chr(code)): chr(code) for code in range(128, 0x110000)}
    assert not used & composed.keys()


def test_profiles_can_not_be_changed():
    profile = profile_for("Qwen3.6-27B")
    with pytest.raises(TypeError):
        profile.sampling["think"] = profile.sampling["plain"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("context = 262144\n", "", "missing ['context']"),
        ("context = 262144\n", "context = 262144\nkontext = 1\n", "unknown ['kontext']"),
        ("context = 262144", 'context = "262144"', "context: is not a whole number"),
        ("context = 262144", "context = true", "context: is not a whole number"),
        ("top_k = 20", "top_k = 20.5", "top_k: is not a whole number"),
        ("top_p = 0.8", "top_p = -1", "top_p: is not a number"),
        ("top_p = 0.8", "top_q = 0.8", "unknown ['top_q'], missing ['top_p']"),
        ("[sampling.plain]", "[sampling.chat]", "unknown ['chat'], missing ['plain']"),
        ("thinking_default = true", "thinking_default = 1", "thinking_default: is not true or false"),
        ('roles = ["system", ', "roles = [1, ", "roles: is not a text"),
        ('name = "qwen3.6-27b"', 'name = ""', "name: is not a text"),
        ('middle = "<|fim_middle|>"\n', "", "missing ['middle']"),
    ],
)
def test_a_profile_file_with_a_mistake_is_refused(old, new, message):
    assert old in TOML
    with pytest.raises(ValueError, match=re.escape(message)):
        read_profile(TOML.replace(old, new, 1))


def test_what_a_profile_may_leave_out_is_none():
    table = tomllib.loads(TOML)
    without = TOML.replace('thinking_switch = "enable_thinking"\n', "").split("[fim]")[0]
    profile = read_profile(without)
    assert table["fim"]["prefix"] == "<|fim_prefix|>"
    assert (profile.fim, profile.thinking_switch, profile.reasoning_effort) == (None, None, None)


def test_profiles_and_prompts_are_shipped_in_the_wheel(tmp_path):
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.rpartition("agents/model/")[2] for name in names if "agents/model/" in name}
    assert {"repair_calls.md", "repair_missing.md"} <= shipped
    assert {f"profiles/{name}.toml" for name in profiles()} <= shipped

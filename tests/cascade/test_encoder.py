"""The encoder: exact arithmetic, sentences cut into pieces, evidence token by token."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.cascade.encoder import exact, weights
from wpnet.cascade.encoder.interaction import interaction, token_likeness
from wpnet.cascade.encoder.sentence import WINDOW, WINDOWS, forget, read_sentences, windows
from wpnet.errors import CorpusError

DUTY = ("规范依申请公开", "规范依申请公开受理、审查、处理、答复等各个环节的工作流程。")
OTHER = ("深化政策解读", "政策文件与解读材料同步起草、同步审签、同步发布。")

#: Prints a digest of what two sentences become, and of how alike they are.
DIGEST = f"""
import hashlib
from wpnet.cascade.encoder.interaction import interaction
from wpnet.cascade.encoder.sentence import read_sentences
one, two = read_sentences([{DUTY!r}, {OTHER!r}])
whole = hashlib.sha256()
for sentence in (one, two):
    for part in (sentence.vectors, sentence.pooled, sentence.weight, sentence.back):
        whole.update(part.tobytes())
found = interaction([one], [two])
print(whole.hexdigest(), found.found.tobytes().hex(), found.weighed.tobytes().hex())
"""


def digest(**environment: str) -> str:
    """Return the digest that a process with these variables prints."""
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.slow
def test_the_same_bytes_on_processors_with_and_without_avx512() -> None:
    """Restricted kernels of numpy and of its linear algebra change nothing, nor do threads."""
    here = digest()
    assert here == digest(OPENBLAS_CORETYPE="Haswell", NPY_DISABLE_CPU_FEATURES="AVX512F AVX512CD")
    assert here == digest(OPENBLAS_CORETYPE="Nehalem", OPENBLAS_NUM_THREADS="2")


@given(st.integers(0, 2**32 - 1))
def test_products_are_those_of_whole_numbers(seed: int) -> None:
    """A product in floats equals the same product in integers, whatever the order of its sums."""
    dice = np.random.default_rng(seed)
    matrix = dice.integers(-127, 128, size=(384, 5), dtype=np.int8)
    by = exact.Weights.of(matrix, np.ones(5, np.float32), np.zeros(5, np.float32))
    whole = dice.integers(-by.levels, by.levels + 1, size=(3, 384))
    assert np.abs(whole).max() * np.abs(matrix.astype(int)).sum(axis=0).max() < exact.EXACT
    assert (whole.astype(np.float32) @ by.matrix == whole @ matrix.astype(int)).all()


def test_tables_are_close_to_what_they_stand_for() -> None:
    """Softmax and GELU from tables differ from the real ones by less than a two-hundredth."""
    scores = np.linspace(-3, 3, 12, dtype=np.float32)[None]
    shares = exact.softmax_shares(scores, np.ones((1, 12), dtype=bool)) / exact.SHARES
    real = np.exp(scores) / np.exp(scores).sum()
    assert np.abs(shares - real).max() < 0.005
    at = np.linspace(-12, 12, 200, dtype=np.float32)
    gelu = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in at.tolist()]
    assert np.abs(exact.gelu(at) - gelu).max() < 0.005


def test_masked_tokens_take_no_share() -> None:
    """What is only padding is never attended to."""
    present = np.array([[True, True, False]])
    assert exact.softmax_shares(np.array([[0.0, 0.0, 9.0]], np.float32), present)[0, 2] == 0


def test_a_sentence_is_read_alike_alone_and_in_company() -> None:
    """What stands beside a sentence in a batch does not change a bit of it."""
    forget()
    alone = read_sentences([DUTY])[0]
    forget()
    company = read_sentences([OTHER, DUTY, ("", "公开。")])[1]
    for one, other in zip(alone[:4], company[:4], strict=True):
        assert (np.asarray(one) == np.asarray(other)).all()


def test_traditional_script_and_widths_are_read_alike() -> None:
    """A plan in traditional script gives the same vectors as its simplified twin."""
    one, two = read_sentences([("", "及時公開２０２５年政策。"), ("", "及时公开2025年政策。")])
    assert (one.vectors == two.vectors).all()


def test_every_character_of_a_sentence_belongs_to_a_piece() -> None:
    """Spans follow each other through the text; quotation marks and blanks belong to none."""
    text = "坚持“公开为常态”，做到 应公开尽公开。"
    spans = [span for span in read_sentences([("", text)])[0].spans if span[1] > span[0]]
    covered = {at for start, end in spans for at in range(start, end)}
    assert {char for at, char in enumerate(text) if at not in covered} <= set("“” ")
    assert spans == sorted(spans)


@pytest.mark.slow
def test_an_endless_sentence_is_read_as_far_as_the_limit() -> None:
    """Time and memory are bounded: what stands behind the last window is not read."""
    reader = weights.load_reader()
    found = windows(reader, "标题" * 500, "公开解读回应" * 100_000)
    assert len(found) == WINDOWS
    assert all(len(part) <= WINDOW for _, _, part in found)
    assert max(len(numbers) for numbers, _, _ in found) <= len(reader.embedding.positions)


def test_a_duty_is_most_like_itself() -> None:
    """Every token finds itself; another duty finds less."""
    one, two = read_sentences([DUTY, OTHER])
    found = interaction([one], [one, two])
    assert found.found[0, 0] > 0.99 > found.found[0, 1]
    assert (token_likeness(one, [two]) <= token_likeness(one, [two, one]) + 1e-9).all()


def test_large_plans_are_compared_in_parts_with_the_same_values() -> None:
    """How many tokens are compared at once changes nothing."""
    sentences = read_sentences([DUTY, OTHER, ("", "组织政务公开业务培训。")])
    many = interaction(sentences * 40, sentences)
    few = interaction(sentences, sentences)
    assert (many.weighed[:3] == few.weighed).all()
    assert (many.least[-3:] == few.least).all()


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 cut"])
def test_damaged_weights_are_one_sentence(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no encoder names itself and says what to do."""

    def broken(_: object) -> weights.Reader:
        return weights.read_weights(data)

    monkeypatch.setattr(weights, "FILE", "data/no-such-file.npz")
    weights.load_reader.cache_clear()
    try:
        with pytest.raises(CorpusError, match=r"missing or damaged.*Install wpnet again"):
            weights.load_reader()
    finally:
        weights.load_reader.cache_clear()
    with pytest.raises((ValueError, EOFError, KeyError)):
        broken(None)


def test_the_weights_are_those_of_the_model_card() -> None:
    """The file that is shipped is the one whose figures the model card tells."""
    from importlib import resources

    folder = resources.files("wpnet.cascade").joinpath("data")
    card = folder.joinpath("MODEL_CARD.md").read_text("utf-8")
    data = folder.joinpath("encoder.npz").read_bytes()
    assert hashlib.sha256(data).hexdigest() in card
    assert len(data) <= 40_000_000

"""Steps as a person or a program may send them."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imageproc.core.catalogue import catalogue
from imageproc.core.errors import InvalidStep
from imageproc.core.limits import Limits
from imageproc.core.pipeline import parse

LIMITS = Limits()
NAMES = [spec.name for spec in catalogue()]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def value_of(spec):
    """A strategy of right values for a parameter."""
    return {
        "number": lambda: st.floats(spec.minimum, spec.maximum),
        "integer": lambda: st.integers(int(spec.minimum), int(spec.maximum)),
        "choice": lambda: st.sampled_from([option.value for option in spec.choices]),
        "boolean": st.booleans,
        "color": lambda: st.integers(0, 0xFFFFFF).map("#{:06X}".format),
        "text": lambda: st.text("abc äöü", min_size=1, max_size=20).filter(str.strip),
        "picture": lambda: st.just("logo"),
    }[spec.type]()


def step_of(spec):
    required = {p.name: value_of(p) for p in spec.parameters if p.default is None}
    optional = {p.name: value_of(p) for p in spec.parameters if p.default is not None}
    return st.fixed_dictionaries(
        {"filter": st.just(spec.name), "params": st.fixed_dictionaries(required, optional=optional)}
    )


STEPS = st.lists(st.one_of([step_of(spec) for spec in catalogue()]), max_size=10)


def refusal(steps):
    try:
        parse(steps, LIMITS)
    except InvalidStep as error:
        return error
    return None


class TestRightSteps:
    @given(STEPS)
    def test_come_back_complete_and_the_same_when_parsed_again(self, steps):
        normal = parse(steps, LIMITS).as_json()

        assert parse(json.loads(json.dumps(normal)), LIMITS).as_json() == normal
        assert [step["filter"] for step in normal] == [step["filter"] for step in steps]
        for given_step, step in zip(steps, normal, strict=True):
            for name, value in given_step["params"].items():
                assert step["params"][name] == (value.lower() if str(value).startswith("#") else value)

    @pytest.mark.parametrize("spec", catalogue(), ids=lambda spec: spec.name)
    def test_take_the_defaults(self, spec):
        given_params = {p.name: "logo" for p in spec.parameters if p.default is None}

        (step,) = parse([{"filter": spec.name, "params": given_params}], LIMITS).as_json()

        assert step["params"] == {p.name: p.default for p in spec.parameters} | given_params

    def test_may_leave_the_parameters_out(self):
        assert parse([{"filter": "blur"}], LIMITS).as_json() == [{"filter": "blur", "params": {"radius": 5}}]

    def test_names_the_pictures_that_it_needs(self):
        pipeline = parse([{"filter": "picture_watermark", "params": {"picture": "logo"}}], LIMITS)

        assert pipeline.picture_names() == {"logo"}

    def test_lengths_shrink_for_a_preview(self):
        steps = [
            {"filter": "blur", "params": {"radius": 10}},
            {"filter": "border", "params": {"width": 3}},
            {"filter": "resize", "params": {"width": 800, "height": 0}},
            {"filter": "contrast", "params": {"amount": 150}},
        ]

        small = parse(steps, LIMITS).scaled(0.1).as_json()

        assert [small[0]["params"]["radius"], small[1]["params"]["width"]] == [1, 1]
        assert (small[2]["params"]["width"], small[2]["params"]["height"]) == (80, 0)
        assert small[3]["params"]["amount"] == 150


class TestWrongSteps:
    @given(ANYTHING)
    def test_anything_else_is_refused_in_words(self, steps):
        error = refusal(steps)

        assert error is None or (str(error).endswith(".") and error.index >= 0)

    @given(st.sampled_from(catalogue()), ANYTHING)
    def test_any_value_of_a_parameter_is_taken_or_refused_in_words(self, spec, value):
        for parameter in spec.parameters:
            error = refusal([{"filter": spec.name, "params": {parameter.name: value}}])

            assert error is None or error.parameter in {p.name for p in spec.parameters}

    @pytest.mark.parametrize(
        ("step", "parameter", "words"),
        [
            ({"filter": "blurr"}, None, "no filter 'blurr'"),
            ({"filter": "blur", "params": {"size": 1}}, "size", "no parameter 'size'"),
            ({"filter": "blur", "params": {"radius": 101}}, "radius", "Radius must be from 0 to 100px"),
            ({"filter": "blur", "params": {"radius": "5"}}, "radius", "must be a number"),
            ({"filter": "blur", "params": {"radius": True}}, "radius", "must be a number"),
            ({"filter": "blur", "params": {"radius": None}}, "radius", "must be a number"),
            ({"filter": "blur", "params": {"radius": float("nan")}}, "radius", "must be from"),
            ({"filter": "blur", "params": {"radius": float("inf")}}, "radius", "must be from"),
            ({"filter": "blur", "params": {"radius": 10**400}}, "radius", "must be from"),
            ({"filter": "posterize", "params": {"levels": 2.5}}, "levels", "whole number"),
            ({"filter": "flip", "params": {"direction": "up"}}, "direction", "horizontal, vertical"),
            ({"filter": "rotate", "params": {"expand": 1}}, "expand", "true or false"),
            ({"filter": "border", "params": {"color": "red"}}, "color", "colour such as"),
            ({"filter": "text_watermark", "params": {"text": "a\nb"}}, "text", "printable"),
            ({"filter": "text_watermark", "params": {"text": "\ud800"}}, "text", "printable"),
            ({"filter": "picture_watermark"}, "picture", "choose one"),
            ({"filter": "blur", "params": []}, None, "must be an object"),
            ({"filter": "blur", "parameters": {}}, None, 'may have "params"'),
            ("blur", None, "must have"),
        ],
    )
    def test_are_named(self, step, parameter, words):
        with pytest.raises(InvalidStep, match=words) as caught:
            parse([{"filter": "sepia"}, step], LIMITS)

        assert (caught.value.index, caught.value.parameter) == (1, parameter)

    def test_too_many_are_refused(self):
        with pytest.raises(InvalidStep, match="11 steps; the limit is 10"):
            parse([{"filter": "blur"}] * 11, LIMITS)


class TestCatalogue:
    def test_is_json(self):
        described = json.loads(json.dumps([asdict(spec) for spec in catalogue()]))

        assert len({spec["name"] for spec in described}) == len(described) == 33
        assert all(spec["label"] and spec["group"] and spec["description"] for spec in described)

    def test_marks_every_length_in_pixels_as_scaling(self):
        for spec in catalogue():
            for parameter in spec.parameters:
                assert parameter.scales == (parameter.unit == "px")

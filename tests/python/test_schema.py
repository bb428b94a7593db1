"""The JSON Schemas of programs and studies, against the parser: both are given the same files, and must agree on them.

What a schema cannot say is listed here by the file that shows it, with the reason. usage: test_schema.py LANGUAGE, the
program that tells what the parser thinks (language.c).
"""

import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ERRORS = os.path.join(HERE, "..", "data", "program-errors")
DOCUMENT = os.path.join(ROOT, "docs", "program-language.md")
LANGUAGE = None

# Where the schemas have the keys of the parser's sections.
PROGRAM_SECTIONS = {
    "the program": None, "budget": "budget", "costs": "costs", "withholding": "withholding", "tiers": "tiers",
    "a level of the tiers": "tier", "a condition of a tier": "condition", "benefits": "benefits",
    "an incentive": "incentive", "audience": "audience", "except": "except", "tenure": "tenure",
    "behavior": "behavior", "metric": "metric", "ratio_to": "ratio_to", "a condition of requires": "requirement",
    "multiplier": "multiplier", "clawback": "clawback", "active": "active", "reward": "reward", "a level": "level",
    "fund": "fund", "cap": "cap", "payout": "payout", "processing": "processing",
}
STUDY_SECTIONS = {
    "the study": None, "horizon": "horizon", "replay": "replay", "outlook": "outlook", "finance": "finance",
}

WRITTEN = "a schema sees values, not how they are written: quotes, or a number with a bare point"
DECIMALS = "schemas do not count decimals reliably, as their numbers may be binary fractions"
COMPARES = "a schema does not compare values of a file with each other"
FILES = "a schema does not open other files"

INEXPRESSIBLE = {
    "active-order": COMPARES,
    "audience-tenure-order": COMPARES,
    "clawback-late": COMPARES,
    "clawback-months": COMPARES,
    "extends-base-fx": FILES,
    "extends-base-tier": FILES,
    "extends-missing": FILES,
    "extends-nothing-left": FILES,
    "extends-remove-unknown": FILES,
    "extends-self": FILES,
    "extends-study": FILES,
    "fx-own": COMPARES,
    "levels-order": COMPARES,
    "levels-relative-order": COMPARES,
    "metric-ratio-decimals": DECIMALS,
    "minimum-decimals": DECIMALS,
    "number-decimals": DECIMALS,
    "number-no-digits": WRITTEN,
    "number-quoted": WRITTEN,
    "study-extends-same-base": FILES,
    "study-reference": FILES,
    "study-same-name": FILES,
    "tiers-incentive-name": COMPARES,
    "tiers-unknown-names": COMPARES,
    "yaml-version": "a directive %YAML 1.1 is fine for other readers",
}
MISSING_FILES = {"extends-missing"}  # of which language.c says that they are no fault


# What one value of a sound file is replaced with, and where the parser then sees more than a schema can.
REPLACEMENTS = ["-1", "0", "1.5", "x y", "[]", "{a: 1}", "5k", "2 months", "110% of prior_year", "p50 of all", "true",
                "~"]
PARSER_SEES_MORE = re.compile(
    r".*/levels/\d+/(from|top)|tiers/levels/\d+/name|.*/(clawback/within|payout/after|tenure/at_most|metric/streak)"
    r"|.*/multiplier/tier|remove(/\d+)?|reference")


class CoreLoader(yaml.SafeLoader):
    """Scalars typed as YAML 1.2's core schema does, keys as texts, duplicate keys refused."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        out = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key that is no text", key.start_mark)
            if key.value in out:
                raise yaml.constructor.ConstructorError(None, None, "a key that stands there twice", key.start_mark)
            out[key.value] = self.construct_object(value, deep=True)
        return out


def integer(loader, node):
    text = node.value
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


def number(loader, node):
    return float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))


for kind, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + kind, re.compile("^(?:%s)$" % pattern), first)
CoreLoader.add_constructor("tag:yaml.org,2002:int", integer)
CoreLoader.add_constructor("tag:yaml.org,2002:float", number)
CoreLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, CoreLoader)


def kind_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        found = re.search(r"rehearse: \"?(program|study)/1", file.read())
    return found.group(1) if found else None


CHANGED = [(os.path.join(ROOT, "tests", "data", *name), kind) for name, kind in (
    (("programs", "every-key.yaml"), "program"), (("program-full.yaml",), "program"),
    (("programs", "extends.yaml"), "program"), (("studies", "full.yaml"), "study"))]


def sound_files():
    patterns = ("scenarios/**/*.yaml", "tests/data/programs/*.yaml", "tests/data/studies/*.yaml", "tests/data/*.yaml")
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True)):
            if kind_of(path):
                yield path


def single_changes(path):
    """Copies of the file in which one value is another, as text and as document: (place, value, text, document)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    document = load(path)

    def walk(node, place):
        for i, child in enumerate(node.value):
            key, value = (child[0].value, child[1]) if isinstance(node, yaml.MappingNode) else (i, child)
            one_line = value.start_mark.line == value.end_mark.line and value.end_mark.index > value.start_mark.index
            if one_line:
                yield (*place, key), value
            if not isinstance(value, yaml.ScalarNode):
                yield from walk(value, (*place, key))

    for place, node in walk(yaml.compose(text, CoreLoader), ()):
        for written in REPLACEMENTS:
            changed = copy.deepcopy(document)
            parent = changed
            for key in place[:-1]:
                parent = parent[key]
            parent[place[-1]] = yaml.load(written, CoreLoader)
            yield place, written, text[:node.start_mark.index] + written + text[node.end_mark.index:], changed


def whole_example(block):
    """An example of the document as a file: what it leaves out is put around it."""
    head = "rehearse: program/1\nname: Example\ncurrency: USD\n"
    incentive = "incentives:\n  - name: Example\n    window: month\n    reward: {levels: [{from: 0, flat: 1}]}\n"
    revenue = "    behavior: {measure: revenue}\n"
    if block.startswith(("rehearse:", "#")):
        return block if block.startswith("rehearse:") else block + head + incentive + revenue
    if block.startswith("  - name:"):
        return head + "incentives:\n" + block
    if block.startswith("tiers:"):
        return head + incentive + revenue + block
    inner = "".join("    " + line + "\n" for line in block.splitlines())
    return head + incentive + ("" if block.startswith("behavior:") else revenue) + inner


def what_the_parser_thinks(paths, kind_of_path, folder=None):
    """By path: good or bad."""
    thinks = {}
    for kind in ("program", "study"):
        files = [path for path in paths if kind_of_path(path) == kind]
        lines = subprocess.run([LANGUAGE, kind, *files], check=True, capture_output=True, text=True, cwd=folder).stdout
        thinks.update(reversed(line.split(" ", 1)) for line in lines.splitlines())
    return thinks


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema, cls.validator = {}, {}
        for kind in ("program", "study"):
            with open(os.path.join(ROOT, "scenarios", "schema", kind + ".schema.json"), encoding="utf-8") as file:
                cls.schema[kind] = json.load(file)
            jsonschema.Draft202012Validator.check_schema(cls.schema[kind])
            cls.validator[kind] = jsonschema.Draft202012Validator(cls.schema[kind])

    def accepts(self, path, kind):
        """Whether the schema does, and why not."""
        try:
            document = load(path)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            return False, str(error)
        errors = sorted(self.validator[kind].iter_errors(document), key=lambda error: list(map(str, error.path)))
        return not errors, "; ".join("/".join(map(str, error.path)) + ": " + error.message for error in errors)

    def test_same_keys(self):
        sections = json.loads(subprocess.run([LANGUAGE], check=True, capture_output=True, text=True).stdout)
        self.assertEqual(set(sections), set(PROGRAM_SECTIONS) | set(STUDY_SECTIONS))
        for kind, places in (("program", PROGRAM_SECTIONS), ("study", STUDY_SECTIONS)):
            for section, place in places.items():
                schema = self.schema[kind] if place is None else self.schema[kind]["$defs"][place]
                with self.subTest(section=section):
                    keys = sections[section]
                    self.assertEqual(list(schema["properties"]), list(keys))
                    self.assertIs(schema["additionalProperties"], False)
                    self.assertEqual(schema.get("required", []), [key for key in keys if keys[key]["required"]])
                    for key in keys:
                        self.assertEqual(schema["properties"][key]["description"], keys[key]["doc"])

    def test_definitions_are_used(self):
        for kind, schema in self.schema.items():
            used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
            self.assertEqual(used, set(schema["$defs"]), kind)

    def test_sound_files(self):
        paths = list(sound_files())
        self.assertGreater(len(paths), 20)
        thinks = what_the_parser_thinks(paths, kind_of)
        for path in paths:
            with self.subTest(path=os.path.relpath(path, ROOT)):
                good, why = self.accepts(path, kind_of(path))
                self.assertTrue(good, why)
                self.assertEqual(thinks[path], "good")

    def test_every_key_occurs(self):
        """The sound files are worth something only where they have all there is."""
        seen = {"program": set(), "study": set()}

        def collect(node, into):
            if isinstance(node, dict):
                into.update(node)
            for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
                collect(child, into)

        for path in sound_files():
            collect(load(path), seen[kind_of(path)])
        for kind, places in (("program", PROGRAM_SECTIONS), ("study", STUDY_SECTIONS)):
            for place in places.values():
                schema = self.schema[kind] if place is None else self.schema[kind]["$defs"][place]
                self.assertEqual(set(schema["properties"]) - seen[kind], set(), place)

    def test_faulty_files(self):
        names = sorted(os.path.basename(path)[:-5] for path in glob.glob(os.path.join(ERRORS, "*.yaml")))
        self.assertGreater(len(names), 100)
        self.assertEqual(set(INEXPRESSIBLE) - set(names), set())

        def kind_by_name(name):
            return "study" if name.startswith("study-") else "program"

        thinks = what_the_parser_thinks([name + ".yaml" for name in names], kind_by_name, ERRORS)
        for name in names:
            with self.subTest(name=name):
                good, _ = self.accepts(os.path.join(ERRORS, name + ".yaml"), kind_by_name(name))
                if name in INEXPRESSIBLE:
                    self.assertTrue(good, "refused after all, though listed as: " + INEXPRESSIBLE[name])
                else:
                    self.assertFalse(good, "accepted")
                if name not in MISSING_FILES:
                    self.assertEqual(thinks[name + ".yaml"], "bad")


    def test_documented_examples(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            blocks = re.findall(r"```yaml\n(.*?)```", file.read(), re.DOTALL)
        self.assertGreater(len(blocks), 8)
        with tempfile.TemporaryDirectory() as folder:
            for i, block in enumerate(blocks):
                # The first one is what others extend.
                path = os.path.join(folder, "growth-tiers.yaml" if i == 0 else "%d.yaml" % i)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(whole_example(block))
                with self.subTest(block=block.splitlines()[0]):
                    kind = kind_of(path)
                    self.assertEqual(self.accepts(path, kind), (True, ""))
                    self.assertEqual(what_the_parser_thinks([path], lambda _: kind), {path: "good"})

    def test_documented_keys(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            document = file.read()
        for schema in self.schema.values():
            places = [schema, *(place for place in schema["$defs"].values() if "properties" in place)]
            for key in {key for place in places for key in place["properties"]}:
                self.assertTrue(re.search(r"[`.{ (\[-]%s[`:.]" % key, document), key + " is in no example and no table")

    def test_single_changes(self):
        """The schema refuses nothing that the parser takes, and takes no more than it must."""
        cases = {}
        with tempfile.TemporaryDirectory() as folder:
            for path, kind in CHANGED:
                for neighbor in glob.glob(os.path.join(os.path.dirname(path), "*")):
                    if not os.path.exists(os.path.join(folder, os.path.basename(neighbor))):
                        os.symlink(neighbor, os.path.join(folder, os.path.basename(neighbor)))
                for place, written, text, document in single_changes(path):
                    name = "%s.%d" % (kind, len(cases))
                    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                        file.write(text)
                    cases[name] = ("/".join(map(str, place)), written, self.validator[kind].is_valid(document))
            thinks = what_the_parser_thinks(list(cases), lambda name: name.split(".")[0], folder)
        self.assertGreater(len(cases), 3000)
        for name, (place, written, accepted) in cases.items():
            good = thinks[name] == "good"
            if accepted != good and (good or not PARSER_SEES_MORE.fullmatch(place)):
                with self.subTest(place=place, written=written):
                    self.fail("the parser finds it %s, the schema does not" % thinks[name])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_schema.py LANGUAGE")
    LANGUAGE = os.path.abspath(sys.argv.pop(1))
    unittest.main()

"""The JSON Schema of assumptions, against the parser: the same parameters with the same words, and the same opinion of
files in which one value is another. usage: test_assumptions.py REHEARSE
"""

import glob
import json
import os
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

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REHEARSE = None

PARAMETER_VALUES = ["0", "0.5", "1", "1.5", "-0.1", "x", "'0.5'", "[1]", "{mean: 0.3, sd: 0.1}", "{mean: 0.3, sd: 0}",
                    "{mean: 0.3}", "{mean: 0.3, sd: 0.1, low: 0}", "{segments: {A: 0.5}}", "{segments: {A: -0.5}}",
                    "{segments: {A: {mean: 0.3, sd: 0.1}}}", "{segments: 0.5}", "{}"]
OTHER_FILES = [
    "", "parameters: {}", "parameters: 7", "parameters: {nothing: 1}", "more: 1\nparameters: {}", "yield: 7",
    "yield: {}", "yield: {a: {revenue: 12k, lag: 2 months, product: b}}", "yield: {a: {revenue: 0.5, product: b}}",
    "yield: {a: {revenue: {mean: 12k, sd: 0.5}, lag: 1 month, product: b}, c: {revenue: 0, product: ''}}",
    "yield: {a: {revenue: -1, product: b}}", "yield: {a: {revenue: 5%, product: b}}", "yield: {a: {product: b}}",
    "yield: {a: {revenue: 1}}", "yield: {a: {revenue: 1, lag: 2, product: b}}", "yield: {a: 1}",
    "yield: {a: {revenue: 1, lag: 1201 months, product: b}}", "yield: {a: {revenue: 1, lag: 1200 months, product: b}}",
    "yield: {a: {revenue: 1, lag: 9 days, product: b}}", "yield: {a: {revenue: 1, product: [b]}}",
    "yield: {a: {revenue: {mean: 1}, product: b}}", "yield: {a: {revenue: 1, product: b, more: 1}}",
    "base_rate: 1", "base_rate: {a: 0.4, b: {segments: {A: 2, B: 0}}}", "base_rate: {a: -0.4}",
    "base_rate: {a: 1000001}", "base_rate: {a: {mean: 1, sd: 1}}", "base_rate: {a: {segments: 1}}",
    "base_rate: {a: {segments: {A: x}}}", "base_rate: {a: {segments: {A: 1}, more: 1}}", "base_rate: {a: {}}",
]


class Assumptions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, "scenarios", "schema", "assumptions.schema.json"), encoding="utf-8") as file:
            cls.schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft202012Validator(cls.schema)
        told = subprocess.run([REHEARSE, "assumptions", "--json"], check=True, capture_output=True, text=True).stdout
        cls.parameters = json.loads(told)["parameters"]

    def faulty(self, paths):
        """Those of the files in which the parser finds errors."""
        told = subprocess.run([REHEARSE, "check", "--json", *paths], capture_output=True, text=True).stdout
        return {error["file"] for error in json.loads(told)["errors"]}

    def test_parameters(self):
        names = self.schema["properties"]["parameters"]["properties"]
        self.assertEqual(list(names), [parameter["parameter"] for parameter in self.parameters])
        for parameter in self.parameters:
            unit = "" if parameter["unit"] == "1" else "; " + parameter["unit"]
            with self.subTest(parameter=parameter["parameter"]):
                self.assertEqual(names[parameter["parameter"]]["description"], parameter["description"] + unit + ".")

    def test_sound_files(self):
        paths = glob.glob(os.path.join(ROOT, "scenarios", "*assumptions.yaml"))
        self.assertGreater(len(paths), 1)
        self.assertEqual(self.faulty(paths), set())
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.validator.validate(yaml.safe_load(file))

    def test_same_opinion(self):
        texts = ["rehearse: assumptions/1\n" + text + "\n" for text in OTHER_FILES]
        texts += ["parameters: {}\n", "rehearse: assumptions/1\nparameters: {}\n"]
        for parameter in self.parameters:
            for value in PARAMETER_VALUES:
                texts.append("rehearse: assumptions/1\nparameters:\n  %s: %s\n" % (parameter["parameter"], value))
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, "%d.yaml" % i) for i in range(len(texts))]
            for path, text in zip(paths, texts):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            faulty = self.faulty(paths)
        accepted = 0
        for path, text in zip(paths, texts):
            good = self.validator.is_valid(yaml.safe_load(text))
            # whether a family has a distribution of that mean and sd is beyond a schema
            if good != (path not in faulty) and not (good and "mean: 0.3, sd: 0.1}" in text):
                with self.subTest(text=text):
                    self.fail("the schema finds it %s, the parser does not" % ("good" if good else "bad"))
            accepted += good
        self.assertTrue(100 < accepted < len(texts) - 100)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_assumptions.py REHEARSE")
    REHEARSE = os.path.abspath(sys.argv.pop(1))
    unittest.main()

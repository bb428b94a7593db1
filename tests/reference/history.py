"""history.h5 (docs/import.md) as rows and tables of plain values."""
import datetime
from fractions import Fraction

import h5py

import settle_oracle as oracle

MISSING = -2**63
NO_DAY = -2**31
WINDOWS = ("month", "quarter", "half", "year", "program")
EPOCH = datetime.date(1970, 1, 1)


def texts(file, path):
    """A dictionary: UTF-8 with a NUL behind each text."""
    return file[path][()].tobytes().decode().split("\0")[:-1]


def scaled(value):
    """A whole number of 10⁻⁴ as the number that it means."""
    return None if value == MISSING else Fraction(int(value), 10**4)


class Row:
    """A line of the ledger, as the settlement oracle has it, with its cost."""

    def __init__(self, partner, day, measure, product):
        self.partner, self.measure, self.product = partner, measure, product
        self.month = oracle.month_of(day)
        self.amount = self.quantity = self.cost = None
        self.cells = {}


class History:
    """The three files; an oracle.History from history.h5."""

    def __init__(self, path):
        with h5py.File(path) as file:
            self.read_partners(file)
            self.read_ledger(file)
            self.read_targets(file)
        self.first = min(row.month for row in self.rows)
        self.last = max(row.month for row in self.rows)

    def read_partners(self, file):
        ids = texts(file, "partners/partner_id")
        self.partners, self.joined, self.margin = {}, {}, {}
        columns = {name: (texts(file, f"names/{name}"), file[f"partners/{name}"][()])
                   for name in ("segment", "region", "tier", "parent", "currency")}
        for k, name in enumerate(texts(file, "partners/further/name")):
            columns[name] = texts(file, f"partners/further/values_{k}"), file[f"partners/further/code_{k}"][()]
        for i, partner in enumerate(ids):
            self.partners[partner] = {name: values[codes[i]] for name, (values, codes) in columns.items()}
            self.partners[partner]["partner_id"] = partner
            day = int(file["partners/joined"][i])
            self.joined[partner] = None if day == NO_DAY else EPOCH + datetime.timedelta(days=day)
            self.margin[partner] = float(file["partners/margin"][i])
        self.segments, self.regions = columns["segment"][0], columns["region"][0]

    def read_ledger(self, file):
        ids, measures, products = list(self.partners), texts(file, "names/measure"), texts(file, "names/product")
        self.measures = measures
        ledger = {name: file[f"ledger/{name}"][()]
                  for name in ("partner", "date", "measure", "product", "quantity", "amount", "cost", "days")}
        further = [(name, texts(file, f"ledger/further/values_{k}"), file[f"ledger/further/code_{k}"][()])
                   for k, name in enumerate(texts(file, "ledger/further/name"))]
        self.rows = []
        for k, partner in enumerate(ledger["partner"]):
            row = Row(ids[partner], EPOCH + datetime.timedelta(days=int(ledger["date"][k])),
                      measures[ledger["measure"][k]], products[ledger["product"][k]])
            row.quantity, row.amount = scaled(ledger["quantity"][k]), scaled(ledger["amount"][k])
            row.cost, days = scaled(ledger["cost"][k]), scaled(ledger["days"][k])
            row.cells = {name: values[codes[k]] for name, values, codes in further}
            row.cells["days"] = "" if days is None else str(float(days))
            self.rows.append(row)
        money = file["names/measure_is_money"][()]
        self.money = {name for name, is_money in zip(measures, money) if is_money}

    def read_targets(self, file):
        ids, self.targets = list(self.partners), {}
        for k, partner in enumerate(file["targets/partner"][()] if "targets" in file else []):
            start = EPOCH + datetime.timedelta(days=int(file["targets/window_start"][k]))
            key = (ids[partner], self.measures[file["targets/measure"][k]], WINDOWS[file["targets/window"][k]],
                   start.isoformat())
            self.targets[key] = scaled(file["targets/target"][k])

    def is_money(self, measure):
        return measure in oracle.ALWAYS_MONEY or measure in self.money

    def cell(self, partner, column):
        return self.partners[partner].get(column) or ""

    def ids(self):
        return sorted(self.partners, key=lambda partner: partner.encode())

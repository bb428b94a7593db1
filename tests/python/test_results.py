#!/usr/bin/python3
"""test_results.py WRITE_EXAMPLE: results.h5 as h5py, netCDF-4 and xarray see it.

The numbers of the example are functions of where they stand; tests/build_results.h has the same functions.
"""
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import netCDF4
    import numpy as np
    import xarray as xr
except ImportError as missing:
    print(f"SKIPPED: {missing}; needs python3-h5py, python3-netcdf4 and python3-xarray", file=sys.stderr)
    sys.exit(77)

REPLICATIONS = 1000
SCENARIOS = ["none", "Volume tiers", "Prämie"]
LABELS = {
    "month": ["2023-11", "2023-12", "2024-01", "2024-02"],
    "segment": ["Grocery", "Café/Bar"],
    "region": ["North", "South", "Île"],
    "tier": ["", "Gold"],
    "product": ["Core", "Plus"],
    "incentive": ["rebate"],
}
PARTNERS = ["P1", "P2", "Ünal & Söhne"]
OUTCOMES = ["gain", "change", "lift", "payout"]
CUTS = ["month", "segment", "region", "tier", "product", "incentive"]
KPIS = [  # in the order of the table
    "revenue", "eligible_revenue", "incremental_revenue", "pulled_forward", "displaced", "returned",
    "incremental_margin", "earned", "paid", "breakage", "windfall", "cost", "cash", "net_benefit", "roi",
    "cost_to_incentive", "incremental_per_cost", "participation", "enrolled", "earning", "baseline_earning", "time_to_payout", "sale_to_cash",
    "payout_accuracy", "trust_index", "attrition", "budget_used", "exhausted_month", "partner_gain",
]
UNITS = {
    "revenue": "currency",
    "paid": "currency",
    "net_benefit": "currency",
    "roi": "1",
    "participation": "1",
    "time_to_payout": "day",
    "exhausted_month": "month",
}
IN_CUT = {"month": "paid", "segment": "net_benefit", "region": "revenue", "tier": "cost", "product": "revenue", "incentive": "paid"}
R = np.arange(REPLICATIONS)


def noise(salt):
    return (R * 7919 + salt * 104729 + R * R) % 9973 / 9973.0


def kpi(scenario, name):
    k = KPIS.index(name)
    out = 100.0 * (k + 1) + 10.0 * scenario * noise(1) + noise(2 + k)
    if name == "exhausted_month":
        out[R % 3 == 0] = np.nan
    if name == "roi" and scenario == 0:
        out[:] = np.nan
    return out


def in_cut(scenario, cut, name, num_labels):
    head = np.float32(1000 * cut + 100 * scenario + KPIS.index(name))
    labels = np.arange(num_labels, dtype=np.float32) / 8
    return head + labels[None, :] + (R % 1024).astype(np.float32)[:, None] / np.float32(8192)


def outcome(scenario, partner, name):
    return 100.0 * (scenario + 1) * (partner - 1) + OUTCOMES.index(name) + noise(7 + partner) - 0.5


class Results(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "results.h5")
        subprocess.run([WRITER, cls.path, str(REPLICATIONS)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def open(self, group):
        return xr.open_dataset(self.path, group=group)

    def test_xarray_kpi(self):
        with self.open("kpi") as data:
            self.assertEqual(dict(data.sizes), {"scenario": 3, "replication": REPLICATIONS})
            self.assertEqual(list(data.data_vars), KPIS)
            self.assertEqual(list(data.scenario.values), SCENARIOS)
            np.testing.assert_array_equal(data.replication, R)
            for name, units in UNITS.items():
                self.assertEqual(data[name].dims, ("scenario", "replication"))
                self.assertEqual(data[name].dtype, np.float64)
                self.assertEqual(data[name].attrs["units"], units)
                for s in range(3):
                    np.testing.assert_array_equal(data[name].isel(scenario=s), kpi(s, name))
            tiers = data.sel(scenario="Volume tiers")["net_benefit"]
            np.testing.assert_array_equal(tiers, kpi(1, "net_benefit"))
            for variable in data.data_vars.values():
                for attribute in ("units", "long_name", "description"):
                    self.assertIsInstance(variable.attrs[attribute], str)
                    self.assertTrue(variable.attrs[attribute])

    def test_xarray_cuts(self):
        for i, cut in enumerate(CUTS):
            with self.open(f"by_{cut}") as data:
                name = IN_CUT[cut]
                self.assertEqual(data[name].dims, ("scenario", "replication", cut))
                self.assertEqual(data[name].dtype, np.float32)
                self.assertEqual(list(data[cut].values), LABELS[cut])
                for s in range(3):
                    np.testing.assert_array_equal(data[name].isel(scenario=s),
                                                  in_cut(s, i, name, len(LABELS[cut])))

    def test_xarray_root(self):
        with self.open(None) as data:
            self.assertEqual(list(data.scenario.values), SCENARIOS)
            for cut in CUTS:
                self.assertEqual(list(data[cut].values), LABELS[cut])
            self.assertEqual(list(data.scenario_description.values), ["", "Three tiers per quarter.", "Flat 3% rebate."])
            self.assertEqual(data.attrs["format"], "rehearse-results")
            self.assertEqual(data.attrs["format_version"], 1)
            self.assertEqual(data.attrs["title"], "Example – Übung")
            self.assertEqual(data.attrs["currency"], "EUR")
            self.assertEqual(data.attrs["seed"], str(2**64 - 1))
            self.assertEqual(data.attrs["replications"], REPLICATIONS)
            self.assertEqual(data.attrs["complete"], 1)

    def test_xarray_summary_and_difference(self):
        with self.open("summary") as data:
            cost = data["net_benefit"].sel(scenario="Volume tiers")
            values = kpi(1, "net_benefit")
            np.testing.assert_allclose(cost.sel(statistic="mean"), values.mean(), rtol=1e-13)
            np.testing.assert_allclose(cost.sel(statistic="sd"), values.std(ddof=1), rtol=1e-12)
            np.testing.assert_allclose(cost.sel(statistic="mean_se"), values.std(ddof=1) / REPLICATIONS**0.5, rtol=1e-12)
            for level in (1, 5, 10, 25, 50, 75, 90, 95, 99):
                name = f"p{level:02}"
                np.testing.assert_allclose(cost.sel(statistic=name), np.percentile(values, level), rtol=1e-14)
                low, high = (float(cost.sel(statistic=f"{name}_{end}")) for end in ("low", "high"))
                if level in (1, 99) and (np.isnan(low) or np.isnan(high)):
                    self.fail("1,000 values are enough for an interval")
                self.assertLessEqual(low, float(cost.sel(statistic=name)))
                self.assertGreaterEqual(high, float(cost.sel(statistic=name)))
            self.assertEqual(float(cost.sel(statistic="p95_low")), np.sort(values)[935])
            self.assertEqual(float(cost.sel(statistic="p95_high")), np.sort(values)[963])
            missing = data["exhausted_month"].sel(statistic="missing", scenario="none")
            np.testing.assert_allclose(missing, (R % 3 == 0).mean())
            with self.open("kpi") as each:
                ratio, below = each["roi"][1], each["cost"][1]
                np.testing.assert_allclose(data["roi"].sel(scenario="Volume tiers", statistic="mean"),
                                           (ratio * below).mean() / below.mean(), rtol=1e-13)
        with self.open("difference") as data:
            self.assertEqual(data["cost"].dims, ("scenario", "versus", "statistic"))
            self.assertEqual(list(data.versus.values), SCENARIOS)
            pair = data["net_benefit"].sel(scenario="Prämie", versus="none")
            expected = kpi(2, "net_benefit") - kpi(0, "net_benefit")
            np.testing.assert_allclose(pair.sel(statistic="mean"), expected.mean(), rtol=1e-12)
            np.testing.assert_allclose(pair.sel(statistic="p05"), np.percentile(expected, 5), rtol=1e-12)
            np.testing.assert_allclose(pair.sel(statistic="p_positive"), (expected > 0).mean() + (expected == 0).mean() / 2)
            self.assertEqual(float(data["net_benefit"].sel(scenario="none", versus="none", statistic="mean")), 0.0)

    def test_xarray_partners(self):
        with self.open("partner") as data:
            self.assertEqual(dict(data.sizes), {"scenario": 3, "partner": 3})
            self.assertEqual(list(data.partner.values), PARTNERS)
            self.assertEqual(list(data.partner_segment.values), ["Grocery", "Café/Bar", ""])
            self.assertEqual(list(data.partner_region.values), ["North", "Île", ""])
            self.assertEqual(list(data.partner_tier.values), ["", "Gold", ""])
            self.assertEqual(data.lift_p05.attrs["units"], "currency")
            self.assertEqual(data.p_gain.attrs["units"], "1")
            for s in range(3):
                for i in range(3):
                    one = data.isel(scenario=s, partner=i)
                    for name in OUTCOMES:
                        values = outcome(s, i, name)
                        np.testing.assert_allclose(one[f"{name}_mean"], values.mean(), atol=1e-4)
                        np.testing.assert_allclose(one[f"{name}_sd"], values.std(ddof=1), atol=1e-4)
                        for level in (5, 50, 95) if name in ("lift", "payout") else ():
                            exact = np.percentile(values, level, method="lower")
                            np.testing.assert_allclose(one[f"{name}_p{level:02}"], exact, rtol=0.01, atol=1e-4)
                    for name, above, below in (("gain", one.p_gain, one.p_loss), ("change", one.p_better, one.p_worse)):
                        np.testing.assert_allclose(above, (outcome(s, i, name) > 0.5e-4).mean())
                        np.testing.assert_allclose(below, (outcome(s, i, name) < -0.5e-4).mean())

    def test_xarray_extra_and_parameters(self):
        with self.open("extra") as data:
            self.assertEqual(list(data.data_vars), ["demo:visit", "scenario_"])
            self.assertEqual(data["demo:visit"].attrs["long_name"], "demo/visit")
            np.testing.assert_array_equal(data["scenario_"][2], 21.0 + R % 5)
        with self.open("parameters") as data:
            self.assertEqual(list(data.data_vars), ["effort_elasticity:Grocery", "pass_through"])
            self.assertEqual(data["pass_through"].dims, ("replication",))
            np.testing.assert_array_equal(data["pass_through"], 1 + noise(51))

    def test_xarray_provenance(self):
        with self.open("provenance") as data:
            self.assertEqual(list(data["input"].values), ["study.yaml", "history.h5"])
            self.assertEqual(list(data["input_text"].values), ["title: Example\n", ""])
            self.assertEqual(list(data["input_sha256"].values), ["00ff", "11ee"])
            self.assertEqual(list(data["parameter"].values), ["effort_elasticity/Grocery", "claim_cost", "pass_through"])
            self.assertEqual(list(data["parameter_drawn"].values), ["yes", "no", "yes"])
            self.assertEqual(list(data["parameter_origin"].values), ["prior", "assumptions.yaml:12", "prior"])
            self.assertEqual(list(data["parameter_mechanism"].values), ["effort", "claims", "price"])
            self.assertEqual(list(data["unused"].values), ["spif.typo"])
            self.assertEqual(list(data["unused_reason"].values), ["no program has it"])
            self.assertEqual(len(data["note"]), 2)
            self.assertEqual(list(data["extra"].values), ["demo/visit", "scenario"])

    def test_finance(self):
        """Again from the months and the windows of the example."""
        windows = [(1, 0, 1), (1, 2, 3), (2, 0, 2)]
        with self.open("finance") as data:
            self.assertEqual(data.accrual.dims, ("scenario", "month", "statistic"))
            self.assertEqual(data.true_up.attrs["units"], "currency")
            self.assertEqual(data.budget_used.attrs["units"], "1")
            for s in range(3):
                sales, cost, cash, earned = (in_cut(s, 0, name, 4).astype(float) for name in
                                             ("eligible_revenue", "cost", "cash", "earned"))
                accrual, true_up = np.zeros((REPLICATIONS, 4)), cost.copy()
                other = cost.mean(0)
                for w, (scenario, first, last) in enumerate(windows):
                    if scenario == s:
                        mean = (100.0 * (w + 1) + R % 7).mean()
                        accrued = mean / sales.mean(0)[first:last + 1].sum() * sales[:, first:last + 1]
                        accrual[:, first:last + 1] += accrued
                        true_up[:, last] -= accrued.sum(1)
                        other[last] -= mean
                accrual, true_up = accrual + other, true_up - other
                used = kpi(s, "budget_used")[:, None] * np.cumsum(earned, 1) / kpi(s, "earned")[:, None]
                for name, value in (("accrual", accrual), ("true_up", true_up), ("cash", cash), ("earned", earned),
                                    ("eligible_revenue", sales),
                                    ("liability", np.cumsum(accrual + true_up - cash, 1)), ("budget_used", used)):
                    found = data[name].isel(scenario=s)
                    np.testing.assert_allclose(found.sel(statistic="mean"), value.mean(0), rtol=1e-9, atol=1e-9)
                    np.testing.assert_allclose(found.sel(statistic="sd"), value.std(0, ddof=1), rtol=1e-6, atol=1e-9)
                    np.testing.assert_allclose(found.sel(statistic="p95"), np.quantile(value, 0.95, axis=0), rtol=1e-9,
                                               atol=1e-9)

    def test_netcdf4(self):
        with netCDF4.Dataset(self.path) as file:
            self.assertEqual(file.title, "Example – Übung")
            self.assertEqual(set(file.groups), {"kpi", "by_month", "by_segment", "by_region", "by_tier", "by_product",
                                                "by_incentive", "partner", "extra", "parameters", "summary", "difference",
                                                "finance", "provenance"})
            for name, group in file.groups.items():
                for variable in group.variables.values():
                    for attribute in ("units", "long_name", "description"):
                        self.assertIsInstance(variable.getncattr(attribute), str, f"{name}/{variable.name}")
                        self.assertTrue(variable.getncattr(attribute), f"{name}/{variable.name}")
                    for dimension in variable.dimensions:
                        self.assertIn(dimension, group.variables)
                        self.assertFalse(group.dimensions[dimension].isunlimited())
            cost = file["by_month/paid"]
            self.assertEqual(cost.dimensions, ("scenario", "replication", "month"))
            self.assertEqual(cost.units, "currency")
            self.assertTrue(np.isnan(cost._FillValue))
            self.assertEqual(list(file["by_month/month"][:]), LABELS["month"])
            self.assertIsInstance(file["by_segment/segment"][1], str)
            roi = file["kpi/roi"][:]
            self.assertTrue(np.ma.getmaskarray(roi)[0].all())
            np.testing.assert_array_equal(roi[1], kpi(1, "roi"))

    def test_h5py(self):
        with h5py.File(self.path, "r") as file:
            def check(name, thing):
                if isinstance(thing, h5py.Dataset):
                    for attribute in ("units", "long_name", "description"):
                        self.assertIsInstance(thing.attrs[attribute], str, name)
                    if thing.dtype.kind == "f":
                        self.assertTrue(np.isnan(thing.attrs["_FillValue"]), name)
                        self.assertTrue(np.isnan(thing.fillvalue), name)
                        self.assertTrue(thing.fletcher32 and thing.shuffle, name)
                        self.assertEqual((thing.compression, thing.compression_opts), ("gzip", 1), name)
            file.visititems(check)
            cost = file["kpi/cost"]
            self.assertEqual([d[0].name for d in cost.dims], ["/kpi/scenario", "/kpi/replication"])
            self.assertEqual(file["kpi/scenario"].asstr()[2], "Prämie")
            self.assertEqual(file.attrs["currency"], "EUR")
            self.assertEqual(file.attrs["first_month"], "2023-11")
            self.assertEqual(int(file.attrs["margin_assumed"]), 1)
            self.assertEqual(list(file["kpi"])[:3], ["scenario", "replication", "revenue"])
            np.testing.assert_array_equal(file["kpi/time_to_payout"][2], kpi(2, "time_to_payout"))

    def test_same_bytes_in_another_process(self):
        other = os.path.join(self.folder.name, "other.h5")
        subprocess.run([WRITER, other, str(REPLICATIONS)], check=True)
        with open(self.path, "rb") as a, open(other, "rb") as b:
            self.assertEqual(a.read(), b.read())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_results.py WRITE_EXAMPLE")
    WRITER = sys.argv.pop(1)
    unittest.main()

//! Which short series have been reported as wrong in public?

/// A short series from a bug report, asked as `whole` and with a sliding window.
pub(super) struct Reported {
    pub(super) name: &'static str,
    pub(super) window: usize,
    pub(super) values: &'static [f64],
}

/// The report of each is named before it.
#[rustfmt::skip]
pub(super) const REPORTED: &[Reported] = &[
    // pandas#48950
    Reported { name: "head-1e5", window: 3, values: &[100000.0, 0.1, 0.2, 0.3, 0.4] },
    // found while planning this project
    Reported { name: "outlier-1e6-left", window: 4, values: &[1_000_000.0, 1.0, 2.0, 3.0, 4.0, 5.0] },
    // polars#21677
    Reported { name: "1-then-1e-7-then-0", window: 5, values: &[
        1.0, 1e-07, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    ] },
    // pandas#47721
    Reported { name: "1e17-head", window: 2, values: &[1e+17, 1.0, 1.0, 2.0, 3.0, 1.0, 1.0] },
    // pandas#52407
    Reported { name: "tiny-mixed", window: 3, values: &[
        0.0, 0.0, 3.16188252e-18, 2.95781651e-16, 2.23153542e-51, 0.0, 0.0, 5.39943432e-48, 1.3820626e-73,
        0.0
    ] },
    // pandas#38874
    Reported { name: "1e-8-scale", window: 10, values: &[
        1e-08, -1.1e-08, 1.2e-08, -1.1e-08, 1e-08, -1.1e-08, 1.2e-08, -1.1e-08, 1e-08, -1.1e-08, 1.2e-08,
        -1.1e-08, 1e-08, -1.1e-08, 1.2e-08, -1.1e-08, 1e-08, -1.1e-08, 1.2e-08, -1.1e-08
    ] },
    // pandas#39872
    Reported { name: "5e-7-prices", window: 2, values: &[5.4e-07, 5.3e-07, 5.4e-07] },
    // polars#9383
    Reported { name: "volumes", window: 3, values: &[
        1_574_669_000.0, 1_574_669_000.0, 1_976_946_000.0, 2_313_781_000.0, 2_313_781_000.0, 2_295_767_000.0,
        2_295_767_000.0, 2_306_270_000.0, 2_306_270_000.0, 2_257_469_000.0, 2_219_556_000.0, 2_219_556_000.0,
        2_169_984_000.0, 2_169_984_000.0, 2_820_376_000.0, 2_820_376_000.0, 2_820_376_000.0
    ] },
    // polars#28290
    Reported { name: "5000-then-noise", window: 10, values: &[
        5000.0, 0.01, -0.02, 0.015, 0.005, -0.01, 0.02, 0.01, -0.03, 0.0, 0.01, 0.01, -0.02, 0.015, 0.005,
        -0.01, 0.02, 0.01, -0.03, 0.0, 0.01, 0.01, -0.02, 0.015, 0.005, -0.01, 0.02, 0.01, -0.03, 0.0, 0.01,
    ] },
    // polars#12682/#12685, xarray#8811
    Reported { name: "inf-leaves", window: 2, values: &[
        1.0, 2.0, 3.0, f64::INFINITY, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0
    ] },
    // NIST StRD NumAcc1
    Reported { name: "nist-numacc1", window: 3, values: &[10_000_001.0, 10_000_003.0, 10_000_002.0] },
    // Wikipedia / Arrow stability test idiom
    Reported { name: "1e9-and-4-7-13-16", window: 4, values: &[
        1_000_000_001.0, 1_000_000_004.0, 1_000_000_007.0, 1_000_000_013.0, 1_000_000_016.0
    ] },
    // pandas#54518
    Reported { name: "1.3e17-leaves", window: 2, values: &[1200.0, 1.3e+17, 1.5e+17, 1995.0, 1990.0] },
    // pandas, test_rolling_var_correctness
    Reported { name: "1e10-among-small", window: 6, values: &[
        1.0, -1.0, 0.0, 1.0, 3.0, 2.0, -2.0, 10_000_000_000.0, 1.0, 2.0, 0.0, -2.0, 1.0, 3.0, 0.0, 1.0
    ] },
    // found while planning this project
    Reported { name: "1e12-left", window: 4, values: &[1_000_000_000_000.0, 1.0, 2.0, 3.0, 4.0, 5.0] },
    // polars#8167
    Reported { name: "zero-run", window: 4, values: &[
        0.792, 0.0, 2.014, 0.496, 0.325, 0.0, 0.0, 0.0, 0.0, 0.0, 1.027, 1.925, 1.774
    ] },
    // after pandas#46049
    Reported { name: "small-integers", window: 5, values: &[
        -3.0, -3.0, -4.0, -5.0, -4.0, -3.0, -4.0, -5.0, -5.0, -5.0, -5.0, -5.0, -5.0
    ] },
    // bottleneck, test_move_std_sqrt
    Reported { name: "one-then-equal", window: 3, values: &[
        0.0011448196318903589, 0.00028718669878572767, 0.00028718669878572767, 0.00028718669878572767,
        0.00028718669878572767
    ] },
    // crate#19760
    Reported { name: "milliseconds", window: 5, values: &[
        1_783_468_800_000.0, 1_783_468_800_000.0, 1_783_468_800_000.0, 1_783_468_800_000.0,
        1_783_468_800_000.0
    ] },
    // after pandas#28244
    Reported { name: "nan-between", window: 3, values: &[954_000_000.0, 0.6225, f64::NAN, 0.0, 1.14, 0.0] },
];

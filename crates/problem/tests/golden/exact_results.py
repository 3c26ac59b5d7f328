"""Writes exact_results.csv: standard deviations by Python's statistics module, exact since Python 3.11.

    python3 exact_results.py > exact_results.csv

One row: ddof; the exact result, correctly rounded; the values. Numbers are shortest decimals that read
back as the same double. The module raises OverflowError where the result rounds to infinity.
"""

import random
import statistics
import sys

assert sys.version_info >= (3, 11), "statistics is correctly rounded from 3.11 on"
largest, smallest = sys.float_info.max, 5e-324
draw = random.Random(2019)

tables = [
    [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0],
    [0.1] * 25,
    [0.1] * 100,
    [-0.087] * 3,
    [6715266981.538051] * 10,
    [float(45**10)] * 7,
    [0.0, -0.0],
    [1.0],
    # the ends of the exponent range
    [1e200, -1e200, 1e200],
    [1e-200, -1e-200, 1e-200],
    [smallest, 0.0, smallest, 0.0],
    [smallest, 0.0],
    [smallest, 0.0, 0.0],
    [3 * smallest, 0.0],
    [smallest, -smallest],
    [2.2250738585072014e-308, 0.0],
    [2.2250738585072014e-308, -2.225073858507201e-308],
    [largest, -largest],
    [largest, -largest, largest],
    [largest, 0.0],
    [largest, largest, 0.0, 0.0, 0.0],
    [largest, smallest],
    [largest, 1.0, 1e-300],
    [largest, -largest, smallest],
    [1e300, 1.0, 1e-300, -1e-300],
    [1.0, 1.0 + 2**-52],
    [1.0, 1.0, 1.0 + 2**-52],
    [1e16, 1e16 + 2, 1e16 + 4],
    [2.0**k for k in range(-40, 40)],
    [0.5**k for k in range(60)],
    [10.0**-k for k in range(30)],
    [1e9 + k for k in (4, 7, 13, 16)],
    [1e12, 1.0, 2.0, 3.0],
    [10000001.0, 10000003.0, 10000002.0],
]
for n in (2, 3, 5, 8, 17):
    tables.append([draw.random() for _ in range(n)])
    tables.append([1e9 + draw.gauss(0, 1) for _ in range(n)])
    tables.append([draw.gauss(0, 1e-310) for _ in range(n)])
    tables.append([draw.choice((-1, 1)) * draw.random() * 2.0 ** draw.randint(-1074, 1023) for _ in range(n)])
    tables.append([draw.randint(0, 9) * smallest for _ in range(n)])
    # few bits: squares, roots and ties come out exact more often than by chance
    tables.append([float(draw.randint(-4, 4)) for _ in range(n)])

for values in tables:
    for ddof, function in enumerate((statistics.pstdev, statistics.stdev)):
        if len(values) <= ddof:
            continue
        try:
            exact = function(values)
        except OverflowError:
            exact = float("inf")
        print(ddof, repr(exact), " ".join(map(repr, values)), sep=";")

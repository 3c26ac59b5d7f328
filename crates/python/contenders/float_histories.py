# The bank on histories of floats, as the talk's C++ must have them: it reads each item as a float, whatever it
# is. Replaces the one of pipeline.py, from which it differs by float() alone.

from math import floor


def bank(samples):
    m = [0] * len(samples)
    samples = [float(sample) for sample in samples]
    for width in range(NARROWEST, WIDEST + 1):
        history = samples[:width]
        for row in range(width, len(samples)):
            window = history[row - width:row]
            mu = mean(window)
            sd = standard_deviation(window)
            m[row] += floor(16 * sd + 0.5)
            limit = 2.0 * max(sd, 8.0)
            excess = samples[row] - mu
            if excess > limit:
                history.append(float(floor(mu + (limit + 0.5 * (excess - limit)) + 0.5)))
            elif excess < -limit:
                history.append(float(floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5)))
            else:
                history.append(samples[row])
    return m

/* A shared library for `breakeven compare libmine.so:std`: cc -O2 -shared -fPIC -o libmine.so mine.c -lm */
#include <math.h>
#include <stddef.h>

double std(const double *values, size_t length) {
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < length; i++) sum += values[i];
    const double mean = sum / (double)length;
    for (size_t i = 0; i < length; i++) squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)length);
}

/* One number per full window: length - window + 1 of them. */
void rolling(const double *values, size_t length, size_t window, double *output) {
    for (size_t i = 0; i + window <= length; i++) output[i] = std(values + i, window);
}

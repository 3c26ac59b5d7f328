/* The population standard deviation in C, as `breakeven` calls it. */
#include <math.h>
#include <stddef.h>

double deviation(const double *values, size_t length) {
    double mean = 0, squares = 0;
    for (size_t i = 0; i < length; i++)
        mean += values[i];
    mean /= length;
    for (size_t i = 0; i < length; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / length);
}

# The same program, with the standard library's function in place of the talk's.

from statistics import pstdev as standard_deviation

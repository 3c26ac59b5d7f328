"""Functions of ours under the names and with the arguments of other packages, for programs that move over."""

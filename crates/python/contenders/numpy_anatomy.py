# np.std, cut short. The functions are compiled from the source of the NumPy that is installed, with a `return`
# put in after the statement that ends a step: what a step does is NumPy's own, and so are its lines.

import ast
import types

import numpy as np
from numpy._core import _methods, fromnumeric
from numpy._core.overrides import array_function_dispatch

# step: the function it ends in, and how the statement begins after which it ends
ENDS = {
    "np-dispatch": ("std", ""),
    "np-arguments": ("_var", ""),
    "np-conversion": ("_var", "arr = asanyarray(a)"),
    "np-checks": ("_var", "if dtype is None and issubclass"),
    "np-mean-sum": ("_var", "arrmean = umr_sum("),
    "np-mean": ("_var", "arrmean = um.true_divide("),
    "np-deviations": ("_var", "x = um.subtract("),
    "np-squares": ("_var", "x = um.square("),
    "np-square-sum": ("_var", "ret = umr_sum("),
    "np-division": ("_var", "ret = ret.dtype.type(ret / rcount)"),
    "np-root": (None, None),
}


def definition(module, name):
    """The function of this name as its module's file has it, without decorators and text."""
    with open(module.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                del node.body[0]
            return node
    raise LookupError(f"this NumPy has no {name} in {module.__name__}")


def statements(node):
    """Every list of statements in a function, outermost first."""
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if block:
            yield block
            for statement in list(block):
                yield from statements(statement)


def cut(node, start):
    """Puts a `return` behind the first statement that begins so; at once where nothing is to be done."""
    nothing = ast.Return(value=None)
    if not start:
        node.body.insert(0, nothing)
        return node.lineno
    for block in statements(node):
        for place, statement in enumerate(block):
            if ast.unparse(statement).startswith(start):
                block.insert(place + 1, nothing)
                return statement.end_lineno
    raise LookupError(f"this NumPy's {node.name} has no {start!r}: its anatomy is another one")


def compiled(module, node, names):
    """The function, in a copy of its module where some names mean something else."""
    ast.fix_missing_locations(node)
    space = dict(vars(module), **names)
    exec(compile(ast.Module([node], []), module.__file__, "exec"), space)
    return space[node.name]


def build(step):
    """np.std up to the end of a step, and the line where that is."""
    function, start = ENDS[step]
    nodes = {name: definition(_methods, name) for name in ("_var", "_std")}
    nodes["std"] = definition(fromnumeric, "std")
    line = cut(nodes[function], start) if function else nodes["_std"].end_lineno
    if function == "_var":
        cut(nodes["_std"], "ret = _var(")
    methods = types.ModuleType("_methods")
    var = compiled(_methods, nodes["_var"], {})
    vars(methods).update(vars(_methods), _var=var)
    methods._std = compiled(_methods, nodes["_std"], {"_var": var})
    std = compiled(fromnumeric, nodes["std"], {"_methods": methods})
    dispatched = array_function_dispatch(fromnumeric._std_dispatcher, module="numpy")(std)
    return dispatched, line


def make(step):
    built = build(step)[0]
    values = [0.5, 0.25, 0.125, 1.0, 0.75]
    due = np.std(values) if step == "np-root" else None
    if built(values) != due:
        raise AssertionError(f"np.std as far as {step} gives {built(values)!r} instead of {due!r}")
    return built

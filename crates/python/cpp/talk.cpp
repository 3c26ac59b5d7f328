// The talk's extension, as on its slides: METH_VARARGS, a list copied into a vector without looking at the
// items' types, the mean of the squares less the square of the mean.
//
// scripts/prepare builds it twice into .venv: as the slides have it, with the sum from 0.0, and as the
// repository published it, with the sum from 1.0.
//   MODULE   name of the module
//   START    what the sum starts from
//   BUILD    text: compiler and flags, shown as the contender's version

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cmath>
#include <numeric>
#include <vector>

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define JOINED(first, second) first##second
#define INIT(name) JOINED(PyInit_, name)

static double standardDeviation(std::vector<double> v)
{
    double sum = std::accumulate(v.begin(), v.end(), START);
    double mean = sum / v.size();

    double squareSum = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    return std::sqrt(squareSum / v.size() - mean * mean);
}

static PyObject *std_standard_dev(PyObject *, PyObject *args)
{
    PyObject *input;
    if (!PyArg_ParseTuple(args, "O", &input)) {
        return NULL;
    }
    Py_ssize_t size = PyList_Size(input);
    if (size < 0) {
        return NULL; // no list
    }
    std::vector<double> list;
    list.resize(size);
    for (Py_ssize_t i = 0; i < size; i++) {
        list[i] = PyFloat_AS_DOUBLE(PyList_GET_ITEM(input, i));
    }
    return PyFloat_FromDouble(standardDeviation(list));
}

static PyMethodDef methods[] = {
    {"standard_dev", std_standard_dev, METH_VARARGS, "Return the standard deviation of a list of floats."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, TEXT(MODULE), NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC INIT(MODULE)(void)
{
    PyObject *made = PyModule_Create(&module);
    if (made != NULL && PyModule_AddStringConstant(made, "__version__", BUILD) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}

/* Nothing: a library to link against whose name at run time is the path of the machine's BLAS. */
typedef int nothing;

/* --save-arrays: the folder of a cell's arrays, FOLDER/arrays/CELL. A worker writes into a folder
 * of another name, which is renamed when it is whole. */
#ifndef WK_RUN_CELL_ARRAYS_H
#define WK_RUN_CELL_ARRAYS_H

#include "base/hash.h"

#include <stdbool.h>

/* Longer than any path of arrays in a folder that holds a store. */
enum { WK_CELL_ARRAYS_PATH = 4200 };

/* Are the cell's arrays there, whole? */
bool wk_cell_arrays_exist(const char *folder, const wk_hash *key);

/* Makes an empty folder for the worker; `full` is its absolute path. */
wk_status wk_cell_arrays_begin(const char *folder, const wk_hash *key,
                               char full[WK_CELL_ARRAYS_PATH], wk_error *err) WK_CHECKED;

/* What the worker wrote becomes the cell's arrays, in place of earlier ones. */
wk_status wk_cell_arrays_keep(const char *folder, const wk_hash *key, wk_error *err) WK_CHECKED;

/* Removes what the worker wrote. */
void wk_cell_arrays_drop(const char *folder, const wk_hash *key);

#endif

/* The output folder: is it ours, and are we the only one who writes there? */
#ifndef WK_RUN_FOLDER_H
#define WK_RUN_FOLDER_H

#include "base/error.h"

#include <stdbool.h>

/* SQLite application id of our stores: "wck1". */
enum { WK_FOLDER_APPLICATION = 0x77636b31 };

/* Makes the folder if need be and locks it. WK_BAD_INPUT, with nothing changed: it cannot be made
 * or written, it is not empty and not an output folder of widecheck, or another run holds it (its
 * pid is named). On success *lock is a descriptor for
 * wk_folder_release. */
wk_status wk_folder_claim(const char *folder, int *lock, wk_error *err) WK_CHECKED;
/* Removes what killed runs left: temporary files, arrays of cells that did not end. For the holder
 * of the lock. */
void wk_folder_sweep(const char *folder);
void wk_folder_release(int lock); /* or turn; -1 is allowed */

/* WK_BAD_INPUT if the store's path would be longer than SQLite takes. */
wk_status wk_folder_check_length(const char *folder, wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT if the store, or a folder in which files are made and removed, is a symbolic link or
 * not what it should be: nothing outside the output folder is to be touched. */
wk_status wk_folder_check_parts(const char *folder, wk_error *err) WK_CHECKED;

/* One report at a time: waits for that of another process, and says so on stderr unless `quiet`.
 * Who reads the store after this and writes files before wk_folder_release(*turn) replaces no newer
 * report. Also checks the parts, and removes temporary files that a killed report left. */
wk_status wk_folder_take_turn(const char *folder, bool quiet, int *turn, wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT if a run could not write there; changes nothing. */
wk_status wk_folder_check(const char *folder, wk_error *err) WK_CHECKED;

#endif

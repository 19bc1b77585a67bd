/* The output folder: is it ours, and are we the only one who writes there? */
#ifndef WK_RUN_FOLDER_H
#define WK_RUN_FOLDER_H

#include "base/error.h"

/* Makes the folder if need be and locks it. WK_BAD_INPUT, with nothing changed: it cannot be made
 * or written, it is not empty and not an output folder of widecheck, or another run holds it (its
 * pid is named). Temporary files of killed runs are removed. On success *lock is a descriptor for
 * wk_folder_release. */
wk_status wk_folder_claim(const char *folder, int *lock, wk_error *err) WK_CHECKED;
void wk_folder_release(int lock); /* -1 is allowed */

/* WK_BAD_INPUT if a run could not write there; changes nothing. */
wk_status wk_folder_check(const char *folder, wk_error *err) WK_CHECKED;

#endif

/* --backend: the BLAS and LAPACK of cells that name none. */
#ifndef WK_RUN_CHOOSE_H
#define WK_RUN_CHOOSE_H

#include "study/opened.h"

/* `asked` is the "NAME" of one of opened->backends, or "NAME=PATH". If it is NULL, the system
 * chooses what is loaded, and *backend is NULL. WK_BAD_INPUT for a name that is none, or that
 * cannot be used. */
wk_status wk_choose_find(const wk_opened *opened, const char *asked, wk_arena *arena,
                         const wk_backend **backend, wk_error *err) WK_CHECKED;

/* Where workers find the libraries of a run into `folder`, which is ours by now. */
wk_status wk_choose_folder(const char *folder, char out[4096], wk_error *err) WK_CHECKED;

/* Removes the links, when no worker is left. */
void wk_choose_end(const char *folder);

#endif

/* --backend: the BLAS and LAPACK that the workers of a run load. */
#ifndef WK_CLI_CHOOSE_H
#define WK_CLI_CHOOSE_H

#include "run/backends.h"
#include "run/request.h"

/* asked: "NAME" of one that is installed, or "NAME=PATH"; NULL: what the system loads, *backend is
 * then NULL. Lives in `arena`. WK_BAD_INPUT for a name that is none, or that cannot be used. */
wk_status wk_choose_find(const char *asked, wk_arena *arena, const wk_backend **backend,
                         wk_error *err) WK_CHECKED;

/* Makes links in folder/backends, where workers find the libraries; the folder is ours by now.
 * *like is what every worker's request has in common: libraries and settings. */
wk_status wk_choose_link(const wk_backend *backend, const char *folder, wk_arena *arena,
                         wk_request *like, wk_error *err) WK_CHECKED;

/* Removes the links, when no worker is left. */
void wk_choose_end(const char *folder);

#endif

/* Confirmation: the same suite with other base seeds (`confirm:` in the suite), each in a folder of
 * its own, DIR/confirm/SEED, with a store like any other. A report shows what each says, and a
 * verdict that is not the same everywhere is inconclusive. */
#ifndef WK_CLI_CONFIRM_H
#define WK_CLI_CONFIRM_H

#include "cli/publish.h"

/* "DIR/confirm/SEED" */
wk_status wk_confirm_folder(const char *folder, uint64_t seed, char out[4096],
                            wk_error *err) WK_CHECKED;

/* What stands in `folder`'s confirmations and belongs to the same suite, overrides, data files and
 * numerics goes into publication->report, and its judgements are folded by it (wk_claim_confirm).
 * Others are named in publication->passed_over. */
wk_status wk_confirm_load(wk_store *store, const char *folder, wk_arena *arena,
                          wk_publication *publication, wk_error *err) WK_CHECKED;

#endif

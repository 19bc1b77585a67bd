/* From an output folder to a study that can be judged. */
#ifndef WK_RUN_LOAD_H
#define WK_RUN_LOAD_H

#include "run/store.h"
#include "study/judge.h"

/* Opens the suite of the store again and reads its current plan with the results, as of one moment,
 * and the facts of the run; and the same from the stores of other base seeds that lie below
 * `folder`, where they are of the same suite, overrides, data files and numerics version. Those
 * that are not are named in study->passed_over. Everything lives in `arena`. */
wk_status wk_load_study(wk_store *store, const char *folder, wk_arena *arena, wk_study *study,
                        wk_error *err) WK_CHECKED;

/* Where the run with another base seed lies: "FOLDER/confirm/SEED", in `arena`. */
const char *wk_load_confirmation_folder(const char *folder, uint64_t seed, wk_arena *arena);

#endif

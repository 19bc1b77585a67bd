/* --set KEY=VALUE: changes a suite's YAML before it is read by type.
 *
 * KEY is a path from the top ("seed", "experiments.drift.train.step", "claims.x.test.at.t"); a
 * component may be `*`, all children. A path whose first component is no top-level key of
 * `document` is meant below every experiment ("model.width" = "experiments.*.model.width"). VALUE
 * is YAML ("[64, 128]"). A `*` or a named component that is not there is refused; the last
 * component may be new.
 *
 * Names may hold dots: the longest key that is there is meant. `*` goes through lists too. Each
 * place gets a copy of VALUE of its own. Only what stands in `root` is found: merge `defaults:`
 * before. On failure `root` may be changed in part.
 *
 * Errors are "--set:1:COLUMN: …", column counted in KEY=VALUE.
 */
#ifndef WK_SUITE_OVERRIDE_H
#define WK_SUITE_OVERRIDE_H

#include "base/param.h"
#include "suite/yaml.h"

wk_status wk_override_apply(wk_yaml *root, const char *key_value, const wk_group *document,
                            wk_arena *arena, wk_error *err) WK_CHECKED;

#endif

/* Finds the backend that --backend names, and where its links go. */
#include "run/choose.h"

#include "base/text.h"
#include "blas/backends.h"

#include <stdio.h>
#include <string.h>

static wk_status unknown(const wk_backends *backends, const char *name, wk_error *err) {
    char names[512], shown[WK_TEXT_SHOWN];
    wk_backends_list(backends, names, sizeof names);
    return wk_fail(err, WK_BAD_INPUT, "--backend:1:1: no backend '%s' here (there are: %s)",
                   wk_text_show(name, shown), names);
}

wk_status wk_choose_folder(const char *folder, char out[4096], wk_error *err) {
    return snprintf(out, 4096, "%s/backends", folder) < 4096
               ? WK_OK
               : wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", folder);
}

wk_status wk_choose_find(const wk_opened *opened, const char *asked, wk_arena *arena,
                         const wk_backend **out, wk_error *err) {
    *out = NULL;
    if (!asked)
        return WK_OK;
    const char *name = wk_arena_span(arena, asked, strcspn(asked, "="));
    *out = wk_backends_named(&opened->backends, name);
    if (!*out)
        return unknown(&opened->backends, name, err);
    if ((*out)->unusable)
        return wk_fail(err, WK_BAD_INPUT, "--backend:1:1: '%s' cannot be used: %s", name,
                       (*out)->unusable);
    return WK_OK;
}

void wk_choose_end(const char *folder) {
    char links[4096];
    wk_error unused;
    if (wk_choose_folder(folder, links, &unused) == WK_OK)
        wk_backend_unlink_all(links);
}

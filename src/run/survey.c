/* Looks at each backend of a machine through workers that load it. */
#include "run/survey.h"

#include "run/environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wk_status look_at(const wk_backend *backend, const char *folder, wk_arena *arena,
                         wk_surveyed *out, wk_error *err) {
    wk_request like;
    WK_TRY(wk_probe_backend(backend, folder, "", 1, NULL, arena, &like, &out->one, err));
    return wk_probe_backend(backend, folder, "", wk_environment_cores(), NULL, arena, &like,
                            &out->all, err);
}

wk_status wk_survey(const wk_backends *backends, void (*tell)(const wk_surveyed *one),
                    wk_arena *arena, wk_surveyed *found, wk_error *err) {
    const char *parent = getenv("TMPDIR");
    char folder[4096];
    if (!parent || !*parent)
        parent = "/tmp";
    if (snprintf(folder, sizeof folder, "%s/widecheck-backends.XXXXXX", parent) >=
            (int)sizeof folder ||
        !mkdtemp(folder))
        return wk_fail(err, WK_CANNOT, "cannot make a folder for links in '%.200s': %s", parent,
                       strerror(errno));
    for (size_t i = 0; i < backends->n; i++) {
        wk_error trouble = {0};
        const wk_backend *backend = &backends->all[i];
        found[i] = (wk_surveyed){.backend = backend};
        const wk_status status = backend->unusable
                                     ? wk_fail(&trouble, WK_CANNOT, "%s", backend->unusable)
                                     : look_at(backend, folder, arena, &found[i], &trouble);
        found[i].one.trouble = status == WK_OK ? "" : wk_arena_text(arena, trouble.message);
        if (tell)
            tell(&found[i]);
    }
    wk_backend_unlink_all(folder);
    return WK_OK;
}

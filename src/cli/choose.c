#include "cli/choose.h"

#include "base/text.h"
#include "run/backends.h"

#include <stdio.h>
#include <string.h>

static wk_status unknown(const wk_backends *backends, const char *name, wk_error *err) {
    char names[512] = "", shown[WK_TEXT_SHOWN];
    size_t used = 0;
    for (size_t i = 0; i < backends->n && used < sizeof names; i++)
        if (!backends->all[i].unusable)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     backends->all[i].name);
    return wk_fail(err, WK_BAD_INPUT, "--backend:1:1: no backend '%s' here (there are: %s)",
                   wk_text_show(name, shown), names);
}

static wk_status links_folder(const char *folder, char out[4096], wk_error *err) {
    return snprintf(out, 4096, "%s/backends", folder) < 4096
               ? WK_OK
               : wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", folder);
}

wk_status wk_choose_find(const char *asked, wk_arena *arena, const wk_backend **out,
                         wk_error *err) {
    *out = NULL;
    if (!asked)
        return WK_OK;
    const char *equals = strchr(asked, '=');
    const char *name =
        wk_arena_span(arena, asked, equals ? (size_t)(equals - asked) : strlen(asked), err);
    wk_backends backends;
    if (!name)
        return WK_CANNOT;
    WK_TRY(wk_backends_find(&asked, equals != NULL, arena, &backends, err));
    *out = wk_backends_named(&backends, name);
    if (!*out)
        return unknown(&backends, name, err);
    if ((*out)->unusable)
        return wk_fail(err, WK_BAD_INPUT, "--backend:1:1: '%s' cannot be used: %s", name,
                       (*out)->unusable);
    return WK_OK;
}

wk_status wk_choose_link(const wk_backend *backend, const char *folder, wk_arena *arena,
                         wk_request *like, wk_error *err) {
    char links[4096];
    const char *search = NULL;
    *like = (wk_request){.threads = 1};
    if (!backend)
        return WK_OK;
    WK_TRY(links_folder(folder, links, err));
    WK_TRY(wk_backend_link(backend, links, arena, &search, err));
    like->blas = backend->blas;
    like->lapack = backend->lapack;
    return wk_backend_settings(search, NULL, 1, arena, &like->settings, &like->nsettings, err);
}

void wk_choose_end(const char *folder) {
    char links[4096];
    wk_error unused;
    if (links_folder(folder, links, &unused) == WK_OK)
        wk_backend_unlink_all(links);
}

/* Reading gzipped or plain files, with nothing let through that is damaged. */
#include "model/data/unpack.h"

#include "base/file.h"
#include "base/heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 16, GZIP = 16, LARGEST = 1 << 30 };

struct wk_unpack {
    const char *path;
    int descriptor;
    size_t file_bytes, total; /* on disk; handed out so far */
    bool packed, ended;       /* ended: the file has been read to its end */
    bool within;              /* a member has begun and not ended */
    z_stream stream;          /* its input is what of `chunk` is left */
    unsigned char chunk[CHUNK];
};

/* Fills an empty chunk. */
static wk_status refill(wk_unpack *in, wk_error *err) {
    while (in->stream.avail_in == 0 && !in->ended) {
        const ssize_t got = read(in->descriptor, in->chunk, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wk_fail(err, WK_BAD_INPUT, "cannot read '%s': %s", in->path, strerror(errno));
        in->ended = got == 0;
        in->stream.next_in = in->chunk;
        in->stream.avail_in = (unsigned)got;
    }
    return WK_OK;
}

wk_status wk_unpack_open(const char *path, wk_unpack **out, wk_error *err) {
    int descriptor = -1;
    size_t bytes = 0;
    WK_TRY(wk_file_open_plain(path, &descriptor, &bytes, err));
    wk_unpack *in = wk_allocate_zeroed(1, sizeof *in);
    *in = (wk_unpack){.path = path, .descriptor = descriptor, .file_bytes = bytes};
    const wk_status status = refill(in, err);
    if (status != WK_OK) {
        close(descriptor);
        free(in);
        return status;
    }
    in->packed = in->stream.avail_in >= 2 && in->chunk[0] == 0x1f && in->chunk[1] == 0x8b;
    if (in->packed && inflateInit2(&in->stream, MAX_WBITS + GZIP) != Z_OK)
        wk_out_of_memory(0);
    in->within = in->packed;
    *out = in;
    return WK_OK;
}

void wk_unpack_close(wk_unpack *in) {
    if (!in)
        return;
    if (in->packed)
        inflateEnd(&in->stream);
    close(in->descriptor);
    free(in);
}

bool wk_unpack_is_packed(const wk_unpack *in) {
    return in->packed;
}

size_t wk_unpack_file_bytes(const wk_unpack *in) {
    return in->file_bytes;
}

static wk_status read_plain(wk_unpack *in, unsigned char *bytes, size_t room, size_t *got,
                            wk_error *err) {
    while (*got < room) {
        WK_TRY(refill(in, err));
        if (in->stream.avail_in == 0)
            break;
        const size_t left = room - *got;
        const unsigned n = left < in->stream.avail_in ? (unsigned)left : in->stream.avail_in;
        memcpy(bytes + *got, in->stream.next_in, n);
        in->stream.next_in += n;
        in->stream.avail_in -= n;
        *got += n;
    }
    return WK_OK;
}

/* Behind a member: another one, zeros that pad the file, or its end. */
static wk_status pass_to_member(wk_unpack *in, wk_error *err) {
    bool zeros = false;
    for (;;) {
        WK_TRY(refill(in, err));
        if (in->stream.avail_in == 0)
            return WK_OK;
        if (*in->stream.next_in != 0)
            break;
        zeros = true;
        in->stream.next_in++;
        in->stream.avail_in--;
    }
    if (zeros || *in->stream.next_in != 0x1f)
        return wk_fail(err, WK_BAD_INPUT,
                       "'%s' is damaged: more bytes stand behind its gzipped data", in->path);
    if (inflateReset2(&in->stream, MAX_WBITS + GZIP) != Z_OK)
        wk_out_of_memory(0);
    in->within = true;
    return WK_OK;
}

static wk_status check_ratio(const wk_unpack *in, size_t total, wk_error *err) {
    enum { HEADERS = 4096 }; /* of a reader that has looked at the sizes in them itself */
    if (total > WK_UNPACK_BOMB_LEAST + HEADERS && total / WK_UNPACK_BOMB_RATIO > in->file_bytes)
        return wk_fail(
            err, WK_BAD_INPUT,
            "'%s' unpacks to more than %zu bytes but has %zu: no data shrink so far when "
            "gzipped (if these do, unpack the file)",
            in->path, total, in->file_bytes);
    return WK_OK;
}

/* What inflate said after one call. */
static wk_status settle(wk_unpack *in, int code, wk_error *err) {
    if (code == Z_MEM_ERROR)
        wk_out_of_memory(0);
    if (code == Z_STREAM_END) {
        in->within = false;
        return pass_to_member(in, err);
    }
    if (code == Z_OK || code == Z_BUF_ERROR)
        return WK_OK;
    return wk_fail(err, WK_BAD_INPUT, "cannot read '%s': its gzipped data are damaged: %s",
                   in->path, in->stream.msg ? in->stream.msg : "no such stream");
}

static wk_status read_packed(wk_unpack *in, unsigned char *bytes, size_t room, size_t *got,
                             wk_error *err) {
    while (*got < room && in->within) {
        WK_TRY(refill(in, err));
        if (in->stream.avail_in == 0)
            return wk_fail(err, WK_BAD_INPUT,
                           "'%s' is truncated: its gzipped data end before their checksum",
                           in->path);
        const size_t left = room - *got;
        in->stream.next_out = bytes + *got;
        in->stream.avail_out = left < LARGEST ? (unsigned)left : LARGEST;
        const unsigned before = in->stream.avail_out;
        const int code = inflate(&in->stream, Z_NO_FLUSH);
        *got += before - in->stream.avail_out;
        WK_TRY(check_ratio(in, in->total + *got, err));
        WK_TRY(settle(in, code, err));
    }
    return WK_OK;
}

wk_status wk_unpack_read(wk_unpack *in, void *bytes, size_t room, size_t *got, wk_error *err) {
    *got = 0;
    WK_TRY((in->packed ? read_packed : read_plain)(in, bytes, room, got, err));
    in->total += *got;
    return WK_OK;
}

double wk_unpack_expected(const char *path) {
    wk_unpack *in = NULL;
    unsigned char tail[4] = {0};
    if (wk_unpack_open(path, &in, NULL) != WK_OK)
        return 0;
    double bytes = (double)in->file_bytes;
    if (in->packed && in->file_bytes > sizeof tail &&
        pread(in->descriptor, tail, sizeof tail, (off_t)(in->file_bytes - sizeof tail)) == 4) {
        const double told = tail[0] + 256.0 * tail[1] + 65536.0 * tail[2] + 16777216.0 * tail[3];
        bytes = told > bytes ? told : bytes;
    }
    wk_unpack_close(in);
    return bytes;
}

/* Three kinds of wrong (docs/design.md):
 *   a bug                       WK_ASSERT: prints and aborts, in every build type;
 *   something cannot be done    a wk_status with one sentence in a wk_error; must be checked;
 *   a claim that is not met     a verdict (claim/claim.h), never an error.
 * Exhausted memory is none of them: it ends the process (base/heap.h).
 */
#ifndef WK_BASE_ERROR_H
#define WK_BASE_ERROR_H

/* The value of a status is the exit code of a program that ends because of it. */
typedef enum wk_status {
    WK_OK = 0,
    WK_BAD_INPUT = 2, /* usage, suite file or data file is wrong: the user can mend it */
    WK_CANNOT = 3,    /* disk, LAPACK, a crashed worker: could not be measured */
} wk_status;

/* The message: lower case, no full stop, the offending text quoted; one line, control characters as
 * '?'. Filled only on failure. */
typedef struct wk_error {
    wk_status status;
    char message[1024];
} wk_error;

#define WK_CHECKED __attribute__((warn_unused_result))
#define WK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills `err` (may be NULL) and returns `status`, so that `return wk_fail(err, WK_CANNOT, ...)`
 * reads well. */
wk_status wk_fail(wk_error *err, wk_status status, const char *format, ...) WK_PRINTF(3, 4);

/* Puts "prefix: " before the message that `err` already holds; returns its status. */
wk_status wk_fail_within(wk_error *err, const char *format, ...) WK_PRINTF(2, 3);

/* What an errno of opening or making something means: WK_CANNOT when the machine lacks room, memory
 * or descriptors, or fails; else WK_BAD_INPUT. */
wk_status wk_status_of_errno(int number);

_Noreturn void wk_bug(const char *file, int line, const char *format, ...) WK_PRINTF(3, 4);

#define WK_ASSERT(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            wk_bug(__FILE__, __LINE__, "assertion failed: %s", #condition);                        \
    } while (0)

#define WK_ASSERT_EQ(a, b)                                                                         \
    do {                                                                                           \
        const unsigned long long wk_a_ = (unsigned long long)(a);                                  \
        const unsigned long long wk_b_ = (unsigned long long)(b);                                  \
        if (wk_a_ != wk_b_)                                                                        \
            wk_bug(__FILE__, __LINE__, "%s is %llu, but %s is %llu", #a, wk_a_, #b, wk_b_);        \
    } while (0)

/* Hands a failed status on to the caller. */
#define WK_TRY(call)                                                                               \
    do {                                                                                           \
        const wk_status wk_status_ = (call);                                                       \
        if (wk_status_ != WK_OK)                                                                   \
            return wk_status_;                                                                     \
    } while (0)

#endif

/* One worker process, as its parent sees it: listened to, watched, asked to stop. The worker pool
 * (run/workers.h) holds many. */
#ifndef WK_RUN_WORKER_PROCESS_H
#define WK_RUN_WORKER_PROCESS_H

#include "run/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    WK_WORKER_TAIL = 2000,              /* bytes of its stderr that are kept */
    WK_WORKER_LARGEST_ANSWER = 1 << 28, /* bytes */
    WK_WORKER_ENDS = 3,                 /* descriptors that may be waited for */
    WK_WORKER_LINGER_S = 5              /* between the end of its output and its own */
};

/* Why a worker is to end before it has answered. */
typedef enum wk_worker_fault {
    WK_WORKER_SOUND,
    WK_WORKER_STOPPED,
    WK_WORKER_TIMED_OUT,
    WK_WORKER_TOO_LARGE,
    WK_WORKER_EXHAUSTED,
    WK_WORKER_TALKATIVE,
    WK_WORKER_LINGERING,
    WK_WORKER_GARBLED
} wk_worker_fault;

typedef struct wk_worker_process {
    pid_t pid; /* 0: free seat */
    size_t ticket, threads;
    int out, err; /* our ends of its pipes; -1 when closed */
    int process;  /* readable when the process has ended; -1: not to be had (before Linux 5.3) */
    bool ended;   /* so it was seen */
    bool talks;   /* has written while it was at work: is listened to at once */
    wk_job job;
    unsigned char *answer; /* what it wrote */
    size_t length, room;
    char tail[WK_WORKER_TAIL + 1]; /* the end of its stderr */
    size_t tail_length;
    double started, asked_to_stop, silent_since, dead_since, looked; /* wall clock; 0: not yet */
    unsigned looks;                                                  /* at its memory */
    bool has_children;
    wk_worker_fault fault;          /* the first one */
    double most;                    /* bytes that it may hold; 0: any */
    double asked;                   /* bytes that it asked for in vain */
    double seen, said, handed_down; /* bytes: seen at most; its own word at the end; ours when it
                                       was started, which Linux counts as its own */
} wk_worker_process;

/* What there is to be waited for; returns how many descriptors `ends` holds. */
size_t wk_worker_ends(const wk_worker_process *worker, int ends[WK_WORKER_ENDS]);

/* One of these descriptors is readable: takes what there is. */
void wk_worker_hear(wk_worker_process *worker, int descriptor);

/* Takes what it has written since, on both pipes. */
void wk_worker_hear_all(wk_worker_process *worker);

/* Looks at its memory and its pipes, if the last look is some time ago. */
void wk_worker_look_at(wk_worker_process *worker, double now);

/* Has it ended, but has not yet been waited for, so that its process id and its group are still its
 * own? What poll tells of that is as old as the last call of wk_worker_hear: who wants to be `sure`
 * asks. */
bool wk_worker_has_ended(const wk_worker_process *worker, bool sure);

/* Asks it to stop; when it has had time to, ends it. */
void wk_worker_stop(wk_worker_process *worker, double now);

/* Closes our end of its output; of everything. */
void wk_worker_close_output(wk_worker_process *worker);
void wk_worker_close(wk_worker_process *worker);

#endif

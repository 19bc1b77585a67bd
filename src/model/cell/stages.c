/* The stop-watch of a cell: wall time, CPU time and operations per stage. */
#include "model/cell/stages.h"

#include "base/clock.h"

#include <string.h>

void wk_stages_begin(wk_stages *stages, const char *name) {
    size_t i = 0;
    while (i < stages->n && strcmp(stages->stage[i].name, name) != 0)
        i++;
    if (i == stages->n) {
        WK_ASSERT(stages->n < WK_STAGES_MOST);
        stages->stage[stages->n++] = (wk_stage){.name = name};
    }
    stages->current = i;
    stages->wall = wk_clock_wall();
    stages->cpu = wk_clock_cpu();
}

void wk_stages_end(wk_stages *stages, double flops) {
    wk_stage *stage = &stages->stage[stages->current];
    stage->wall_s += wk_clock_wall() - stages->wall;
    stage->cpu_s += wk_clock_cpu() - stages->cpu;
    stage->flops += flops;
}

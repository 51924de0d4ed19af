/* A load of the rules in a process of its own: `weir load-rules`, which reads the packs, compiles them, runs their
 * examples and hands back what it compiled. Whatever a pack makes it do, the daemon only learns that it failed.
 *
 *   daemon --spawn--> weir load-rules OPTIONS -- PATHS     under limits of memory, time and file size
 *      ^---- compiled bytes (memfd), messages (memfd), exit status
 *
 * Private to run; used by the thread that called it first. */
#ifndef WEIR_RUN_LOADER_H
#define WEIR_RUN_LOADER_H

#include "weir/compiled.h"
#include "weir/settings.h"

#include <sys/types.h>

struct loader {
    pid_t pid; /* 0: none runs */
    int files[2];
    struct weir_text seen[2]; /* the files, mapped when it has ended */
    int64_t started_ms;       /* monotonic */
    bool is_late;             /* it was killed for that */
};

enum loader_state {
    LOADER_RUNNING,
    LOADER_DONE,    /* loader_compiled holds what it worked out */
    LOADER_REFUSED, /* the rules are wrong or cannot be read; loader_messages says what and where */
    LOADER_BROKE,   /* it died or was killed; the error says how */
};

/* Starts it for the rules of these paths, with the fields, limits and cache of the settings. */
enum weir_status loader_start(struct loader *loader, const char *const *paths, size_t path_count,
                              const struct weir_settings *settings, int64_t now_ms,
                              struct weir_error *error) WEIR_MUST_CHECK;
/* Looks after it. After anything but LOADER_RUNNING, loader_close is due. */
enum loader_state loader_poll(struct loader *loader, int64_t now_ms, struct weir_error *error);
/* For weir_compiled_read, and what it had to say; valid until loader_close; perhaps empty. */
struct weir_text loader_compiled(const struct loader *loader);
struct weir_text loader_messages(const struct loader *loader);
/* Kills it, if it still runs, and forgets it. */
void loader_close(struct loader *loader);

#endif

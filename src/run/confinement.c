/* What the daemon gives up at its start, for good: it needs none of it, and whoever got into it could. */
#include "weir/run.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAY_HIDE 0 /* the leak check at the end is a debugger of its own */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define MAY_HIDE 0
#endif
#endif
#ifndef MAY_HIDE
#define MAY_HIDE 1
#endif

void weir_confine(void)
{
    const struct rlimit none = {0, 0};
    umask(S_IRWXG | S_IRWXO);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &none); /* inherited, unlike the next */
    if (MAY_HIDE)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

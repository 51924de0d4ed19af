/* The process of a load, as its parent sees it: started, waited for without blocking, killed when it takes too long. */
#include "loader.h"

#include "weir/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/proc/self/exe" /* the very binary, also when its file was replaced */
#define DEADLINE_MS (10 * 60 * 1000)

enum { COMPILED, MESSAGES };

extern char **environ;

/* weir load-rules --hits N --evidence N [--cache FOLDER] --field NAME... -- PATH... */
static char **make_arguments(struct weir_arena *arena, const char *const *paths, size_t path_count,
                             const struct weir_settings *settings)
{
    const struct weir_field_names *fields = &settings->fields;
    const char **arguments = weir_arena_array(arena, 10 + 2 * fields->count + path_count, sizeof(const char *));
    size_t count = 0;
    if (!arguments)
        return NULL;
    arguments[count++] = "weir";
    arguments[count++] = WEIR_LOAD_RULES;
    arguments[count++] = "--hits";
    arguments[count++] = weir_arena_format(arena, "%zu", settings->limits.hits);
    arguments[count++] = "--evidence";
    arguments[count++] = weir_arena_format(arena, "%zu", settings->limits.evidence);
    if (settings->rules_cache) {
        arguments[count++] = "--cache";
        arguments[count++] = settings->rules_cache;
    }
    for (size_t i = 0; i < fields->count; i++) {
        arguments[count++] = "--field";
        arguments[count++] = fields->at[i];
    }
    arguments[count++] = "--";
    for (size_t i = 0; i < path_count; i++)
        arguments[count++] = paths[i];
    for (size_t i = 0; i < count; i++)
        if (!arguments[i])
            return NULL;
    arguments[count] = NULL;
    return (char **)(uintptr_t)arguments; /* posix_spawn does not write to them */
}

/* Signals as a new program expects them; of the descriptors, only the two files and nothing to read. */
static int spawn(struct loader *loader, char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, loader->files[MESSAGES], STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, loader->files[COMPILED], WEIR_LOAD_RULES_OUT);
    posix_spawn_file_actions_addclosefrom_np(&actions, WEIR_LOAD_RULES_OUT + 1);
    int failed = posix_spawn(&loader->pid, SELF, &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

enum weir_status loader_start(struct loader *loader, const char *const *paths, size_t path_count,
                              const struct weir_settings *settings, int64_t now_ms, struct weir_error *error)
{
    *loader = (struct loader){.started_ms = now_ms};
    loader->files[COMPILED] = memfd_create("weir-compiled", MFD_CLOEXEC);
    loader->files[MESSAGES] = memfd_create("weir-messages", MFD_CLOEXEC);
    struct weir_arena *arena = weir_arena_new(0);
    char **arguments = arena ? make_arguments(arena, paths, path_count, settings) : NULL;
    int failed = arguments ? 0 : ENOMEM;
    if (!failed && (loader->files[COMPILED] < 0 || loader->files[MESSAGES] < 0))
        failed = errno;
    if (!failed)
        failed = spawn(loader, arguments);
    weir_arena_free(arena);
    if (!failed)
        return WEIR_OK;
    loader->pid = 0;
    loader_close(loader);
    return weir_error_set(error, WEIR_UNAVAILABLE, "cannot start a process to load the rules: %s", strerror(failed));
}

static struct weir_text see(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0 || about.st_size <= 0)
        return (struct weir_text){"", 0};
    void *seen = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    return seen == MAP_FAILED ? (struct weir_text){"", 0} : (struct weir_text){seen, (size_t)about.st_size};
}

static enum loader_state judge_end(struct loader *loader, int ended, struct weir_error *error)
{
    for (int i = 0; i < 2; i++)
        loader->seen[i] = see(loader->files[i]);
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0 && loader->seen[COMPILED].length > 0)
        return LOADER_DONE;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) != 0 && loader->seen[MESSAGES].length > 0)
        return LOADER_REFUSED;
    if (loader->is_late)
        weir_error_set(error, WEIR_UNAVAILABLE, "loading took longer than %d s; load fewer or simpler rules",
                       DEADLINE_MS / 1000);
    else if (WIFSIGNALED(ended) && (WTERMSIG(ended) == SIGXCPU || WTERMSIG(ended) == SIGKILL))
        weir_error_set(error, WEIR_UNAVAILABLE,
                       "loading was stopped at its limit of processor time or memory; load fewer or simpler rules");
    else if (WIFSIGNALED(ended))
        weir_error_set(error, WEIR_UNAVAILABLE, "loading died of signal %d; report this, with the rules",
                       WTERMSIG(ended));
    else
        weir_error_set(error, WEIR_UNAVAILABLE, "loading ended with status %d and said nothing", WEXITSTATUS(ended));
    return LOADER_BROKE;
}

enum loader_state loader_poll(struct loader *loader, int64_t now_ms, struct weir_error *error)
{
    int ended;
    if (now_ms - loader->started_ms > DEADLINE_MS && !loader->is_late) {
        loader->is_late = true;
        kill(loader->pid, SIGKILL);
    }
    pid_t answer = waitpid(loader->pid, &ended, WNOHANG);
    if (answer == 0 || (answer < 0 && errno == EINTR))
        return LOADER_RUNNING;
    if (answer < 0) { /* somebody else waited for it */
        weir_error_set(error, WEIR_UNAVAILABLE, "cannot wait for the process that loads the rules: %s",
                       strerror(errno));
        loader->pid = 0;
        return LOADER_BROKE;
    }
    loader->pid = 0;
    return judge_end(loader, ended, error);
}

struct weir_text loader_compiled(const struct loader *loader)
{
    return loader->seen[COMPILED];
}

struct weir_text loader_messages(const struct loader *loader)
{
    return loader->seen[MESSAGES];
}

void loader_close(struct loader *loader)
{
    if (loader->pid > 0) {
        kill(loader->pid, SIGKILL);
        while (waitpid(loader->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    for (int i = 0; i < 2; i++) {
        if (loader->seen[i].length > 0)
            munmap((void *)(uintptr_t)loader->seen[i].data, loader->seen[i].length);
        if (loader->files[i] >= 0)
            close(loader->files[i]);
    }
    *loader = (struct loader){.files = {-1, -1}};
}

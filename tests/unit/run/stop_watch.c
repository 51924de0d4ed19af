/* The deadline of a stop: it ends a process whose threads hang, and only that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/stop_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HANGS_S 30

/* The child's exit status; what it logged goes to `log_path`. */
static int run_child(const char *log_path, int deadline_ms, bool is_asked, bool hangs)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct weir_log log = {
            .descriptor = open(log_path, O_WRONLY), .clock = weir_clock_system(), .level = WEIR_LOG_INFO};
        struct weir_stop_watch watch;
        if (log.descriptor < 0 || !weir_stop_watch_open(&watch, &log, deadline_ms))
            _exit(9);
        if (is_asked)
            weir_stop_watch_start(&watch);
        if (hangs)
            sleep(HANGS_S);
        weir_stop_watch_close(&watch);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void stop__hangs__ends_at_the_deadline_and_says_so(void **state)
{
    (void)state;
    char path[] = "/tmp/weir-stop-XXXXXX";
    char line[512] = "";
    close(mkstemp(path));
    time_t start = time(NULL);
    assert_int_equal(run_child(path, 300, true, true), 3);
    assert_true(time(NULL) - start < HANGS_S / 2);
    FILE *file = fopen(path, "r");
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    unlink(path);
    assert_non_null(strstr(line, "stop_deadline_passed"));
    assert_non_null(strstr(line, "deadline_ms=300"));
}

static void stop__in_time__ends_well(void **state)
{
    (void)state;
    assert_int_equal(run_child("/dev/null", HANGS_S * 1000, true, false), 0);
}

static void stop__nobody_asked__has_no_deadline(void **state)
{
    (void)state;
    assert_int_equal(run_child("/dev/null", 1, false, false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop__hangs__ends_at_the_deadline_and_says_so),
        cmocka_unit_test(stop__in_time__ends_well),
        cmocka_unit_test(stop__nobody_asked__has_no_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

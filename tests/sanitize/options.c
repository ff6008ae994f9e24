/*
 * How the sanitizers behave in every program of ours. Compiled in, not in the environment: exeatd rebuilds its
 * environment, and what starts in a sandbox gets none of it.
 */
#include <unistd.h>

/* Both are asked for before the sanitizers' own start: nothing here may call a function that they intercept. */
const char* __asan_default_options(void);
const char* __ubsan_default_options(void);

#define EVERYWHERE                                                                                                     \
    "abort_on_error=1:halt_on_error=1:detect_leaks=1:strict_string_checks=1:check_initialization_order=1:"             \
    "allocator_may_return_null=1:external_symbolizer_path=/usr/bin/llvm-symbolizer-19"

/* Reports of daemons would be read by nobody, so they go to a folder that tests/run looks into afterwards. A process
   that cannot write there, inside a sandbox, reports on stderr; it ends by SIGABRT, which its test notices. */
const char* __asan_default_options(void) {
    return access(EXEAT_SANITIZER_REPORTS, W_OK) == 0 ? EVERYWHERE ":log_exe_name=1:log_path=" EXEAT_SANITIZER_REPORTS
                                                                   "/report"
                                                      : EVERYWHERE;
}

const char* __ubsan_default_options(void) {
    return "print_stacktrace=1";
}

#pragma once

#include <string>
#include <vector>

/** What is the same of a command wherever it runs: a script that starts sh through the helper, and what it must say. */
struct MirrorRow {
    const char* name;
    std::string script;
    const char* expected;
    const char* ofCopy = nullptr; ///< instead, where the script is one that an agent could write
};

inline std::vector<MirrorRow> mirrorRows() {
    static const std::string h = "\"$EXEC_WRAPPER\" ";
    return {
        {"exit code", h + "/bin/sh sh -c 'exit 7'; echo rc=$?", "rc=7"},
        {"death by signal", h + "/bin/sh sh -c 'kill -9 $$'; echo rc=$?", "rc=137"},
        {"signal forwarded",
         h + "/bin/sh sh -c 'trap \"echo got; exit 3\" TERM; echo up >&4; while :; do sleep 0.05; done' 4>up & "
             "p=$!; until [ -s up ]; do sleep 0.02; done; kill -TERM $p; wait $p; echo rc=$?",
         "got\nrc=3"},
        {"fd 9", h + "/bin/sh sh -c 'echo nine >&9' 9>&1", "nine"},
        {"overlapping fds", h + "/bin/sh sh -c 'echo a >&3; echo b >&4' 3>&1 4>&2 1>/dev/null", "a\nb"},
        {"closed stdin", h + "/bin/sh sh -c 'ls /proc/self/fd/0 2>/dev/null && echo open || echo closed' <&- | tail -1",
         ""},
        {"umask", "umask 027; " + h + "/bin/sh sh -c umask", "0027"},
        {"rlimit", "ulimit -n 77; " + h + "/bin/sh sh -c 'ulimit -n'", "77"},
        {"argv[0]", h + "/bin/sh other -c 'echo $0; tr \"\\0\" \" \" < /proc/$$/cmdline'", "other"},
        {"relative file in workdir",
         "mkdir d; printf '#!/bin/sh\\necho rel $0\\n' > d/sh; chmod +x d/sh; cd d; " + h + "./sh sh", "rel ./sh",
         "rel /proc/self/fd/63"},
        {"text without #!", "printf 'echo plain $0 $1\\n' > ./sh; chmod +x sh; " + h + "./sh sh one", "plain ./sh one",
         "plain /proc/self/fd/63 one"},
        {"bytes that are no UTF-8", h + "/bin/sh sh -c 'printf %s \"$1\" | od -An -tx1' sh $'\\xff\\xfe'", "ff fe"},
        {"pipe", "echo in | " + h + "/bin/sh sh -c cat", "in"},
        {"no group or terminal of ours", h + "/bin/sh sh -c 'kill -0 0 && echo mine; kill -TERM 0'; echo rc=$?",
         "rc=143"},
    };
}

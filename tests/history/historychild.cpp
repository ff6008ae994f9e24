#include "service/history/history.h"

#include <QCoreApplication>

#include <cstdio>

/** Records runs and says so, for ever; tst_history kills it in the middle. Argument: the history file. */
int main(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    auto history = exeat::History::open(argv[argc - 1]);
    if (!history)
        return 1;
    for (int i = 0;; ++i) {
        exeat::RunSummary run;
        run.run.value = "run-" + std::to_string(i);
        run.startedAt = i + 1;
        if (!(*history)->runStarted(run))
            return 1;
        exeat::ExecRecord record;
        record.run = run.run;
        record.exec.value = 1;
        (*history)->execs({record});
        std::printf("%s\n", run.run.value.c_str());
        std::fflush(stdout);
    }
}

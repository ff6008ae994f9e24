#include "service/gate/sandbox/runmounts.h"

#include "service/gate/sandbox/privileges.h"
#include "service/gate/sandbox/zygoteprotocol.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <fcntl.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

Result<void> carryOut(const MountStep& step) {
    auto place = openExact(step.path);
    auto file = place ? identityOf(*place) : std::unexpected(place.error());
    if (!file || *file != step.file)
        return std::unexpected(changedMeanwhile(step.path));
    const std::string empty = emptyThings;
    switch (step.kind) {
    case MountKind::Writable:
        return bindOnItself(*place, BindAccess::Writable);
    case MountKind::Pin:
    case MountKind::Link:
        return bindOnItself(*place, BindAccess::AsIs);
    case MountKind::ReadOnly:
        return bindOnItself(*place, BindAccess::ReadOnly);
    case MountKind::Show: {
        auto source = openExact(step.source);
        auto shown = source ? identityOf(*source) : std::unexpected(source.error());
        if (!shown || *shown != step.sourceFile)
            return std::unexpected(changedMeanwhile(step.source));
        return bindOver(*source, *place);
    }
    case MountKind::HideFolder:
    case MountKind::HideFile: {
        auto source = openExact(empty + (step.kind == MountKind::HideFolder ? "/folder" : "/file"));
        return source ? bindOver(*source, *place) : std::unexpected(source.error());
    }
    }
    return fail(ErrorKind::Invalid, "unknown kind of mount");
}

/** RLIMIT_NPROC does not bind uid 0; newer kernels (6.14) count pids per namespace. */
void limitPids() {
    const UniqueFd file(::open("/proc/sys/kernel/pid_max", O_WRONLY | O_CLOEXEC));
    if (file)
        (void)writeAll(file.get(), std::to_string(limits::processesPerSandbox));
}

/** The files of /proc that belong to the machine obey uid 0 without any capability. proc(5). */
Result<void> protectMachine() {
    for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi",
                             "/proc/scsi", "/proc/mtrr", "/proc/timer_list"}) {
        auto place = openExact(path);
        if (!place)
            continue;
        if (auto done = bindOnItself(*place, BindAccess::ReadOnly); !done)
            return done;
    }
    return {};
}

} // namespace

Result<void> mountForRun(const std::vector<MountStep>& steps, SandboxMode mode) {
    if (auto done = mountPlain("proc", "/proc", ""); !done)
        return done;
    limitPids();
    if (outsideIds().user == 0) {
        if (auto done = protectMachine(); !done)
            return done;
    }
    if (mode == SandboxMode::WorkspaceWrite) {
        if (auto done = mountPlain("tmpfs", "/dev/shm", "mode=1777"); !done)
            return done;
    }
    for (const auto& step : steps) {
        if (auto done = carryOut(step); !done) {
            auto error = done.error();
            if (error.errnum == ENOENT)
                return std::unexpected(changedMeanwhile(step.path)); // removed after it was opened: move_mount(2)
            if (error.kind == ErrorKind::System)
                error.text += " (" + visible(step.path) + ")";
            return std::unexpected(error);
        }
    }
    return {};
}

} // namespace exeat::gate

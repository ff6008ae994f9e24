#include "service/gate/sandbox/buildfailure.h"

#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

namespace exeat::gate {

namespace {

bool settingIs(const char* path, std::string_view value) {
    const auto content = readFile(path, 64);
    return content && content->substr(0, content->find('\n')) == value;
}

std::string cure() {
    if (settingIs("/proc/sys/kernel/unprivileged_userns_clone", "0"))
        return "User namespaces are switched off for users. As root: sysctl -w kernel.unprivileged_userns_clone=1";
    if (settingIs("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
        return "AppArmor keeps user namespaces from programs without a profile. As root: sysctl -w "
               "kernel.apparmor_restrict_unprivileged_userns=0, or give bwrap a profile that allows userns";
    if (settingIs("/proc/sys/user/max_user_namespaces", "0"))
        return "User namespaces are switched off. As root: sysctl -w user.max_user_namespaces=15000";
    return "In a container, user namespaces, mounts and a new /proc must be permitted (for instance podman run "
           "--security-opt seccomp=unconfined --security-opt unmask=ALL); exeat doctor tells more";
}

} // namespace

Error explainBuildFailure(std::string_view complaint) {
    std::string text = "The sandbox could not be built, so nothing was run. ";
    if (!complaint.empty())
        text += "bubblewrap said: " + visible(complaint.substr(0, complaint.find_last_not_of("\r\n") + 1), 1000) + ". ";
    return {ErrorKind::Missing, text + cure() + ".", 0};
}

Error explainMissingBubblewrap(const std::string& path) {
    return {ErrorKind::Missing,
            "There is no bubblewrap at " + visible(path) +
                ", and without a sandbox nothing is run. Install the package bubblewrap.",
            0};
}

} // namespace exeat::gate

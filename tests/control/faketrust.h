#pragma once

#include "service/control/controltrust.h"

namespace exeat::test {

/** Records what it is told; knows the one project /w with the content "now". */
class FakeTrust : public TrustAccess {
public:
    std::vector<TrustStatus> projects() override { return {{"/w", TrustState::NotTrusted, 1, 0}}; }
    Result<TrustView> view(const std::string& directory) override {
        if (directory != "/w")
            return fail(ErrorKind::Missing, "no rules");
        return TrustView{projects().front(), "now", {}, {}, {}};
    }
    Result<void> accept(const std::string& directory, const std::string& hash, const std::string& who) override {
        if (hash != "now")
            return fail(ErrorKind::Refused, "changed");
        said = "accept " + directory + " by " + who;
        return {};
    }
    std::vector<FileConfirmation> files() override { return {{"/home/me/tool", "aa", 5, "me"}}; }
    Result<void> confirm(const std::string& path, const std::string& sha256, const std::string& who) override {
        said = "confirm " + path + " " + sha256 + " by " + who;
        return {};
    }
    Result<void> revoke(const std::string& path) override {
        said = "revoke " + path;
        return {};
    }
    std::string said;
};

} // namespace exeat::test

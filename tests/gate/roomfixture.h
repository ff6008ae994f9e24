#pragma once

#include "tests/gate/gatedriver.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <memory>

/** A gate, a project `ws` with a `.git`, and beside it a hidden folder `secret`. */
class RoomFixture {
public:
    RoomFixture() : m_folder(QStringLiteral("/var/tmp/exeat-gate-XXXXXX")), here(m_folder.path().toStdString()) {
        std::filesystem::create_directories(here + "/ws/.git");
        std::filesystem::create_directories(here + "/secret");
        write("secret/key", "key\n");
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString(here + "/state"));
        driver = std::make_unique<GateDriver>();
        driver->setWorkspace(sandbox(exeat::SandboxMode::WorkspaceWrite));
    }

    exeat::SandboxSpec sandbox(exeat::SandboxMode mode) const {
        exeat::SandboxSpec spec;
        spec.mode = mode;
        if (mode == exeat::SandboxMode::FullAccess)
            return spec;
        if (mode == exeat::SandboxMode::WorkspaceWrite)
            spec.writableRoots = {here + "/ws"};
        spec.protectedNames = {".git", ".codex"};
        spec.hiddenPaths = {here + "/secret"};
        return spec;
    }

    exeat::RunId start(exeat::SandboxMode mode, const std::string& script) {
        return driver->startRun(script, {}, here + "/ws", sandbox(mode));
    }
    std::string outputOf(exeat::SandboxMode mode, const std::string& script) {
        const exeat::RunId run = start(mode, script);
        return driver->runToEnd(run) ? driver->output(run) + driver->refusal() : "the run did not end";
    }

    void write(const std::string& file, const std::string& text) const { std::ofstream(here + "/" + file) << text; }
    std::string read(const std::string& file) const {
        return exeat::readFile(here + "/" + file, 1 << 20).value_or(std::string());
    }
    /** In the command line of every process that is to be found again. */
    std::string mark() const { return here.substr(here.rfind('/') + 1); }

private:
    QTemporaryDir m_folder;

public:
    std::string here; ///< the folder of all
    std::unique_ptr<GateDriver> driver;
};

inline std::string viaHelper(const std::string& words) {
    return "\"$EXEC_WRAPPER\" " + words;
}

inline exeat::PrefixRule into(const std::string& word, exeat::RuleSandbox sandbox,
                              exeat::RuleDecision decision = exeat::RuleDecision::Allow) {
    exeat::PrefixRule made = rule(word, decision);
    made.sandbox = sandbox;
    return made;
}

/** The network namespace that this test is in. */
inline std::string ownNetwork() {
    return std::filesystem::read_symlink("/proc/self/ns/net").string();
}

/**
 * What rules cost: loading them from the disk through the service's store, making a gate's policy of them, one
 * decision. Numbers, not verdicts. Prints one line each; run it alone, in a release build.
 */
#include "rules/policyindex.h"
#include "service/gate/judge/policystate.h"
#include "service/policy/policystore.h"
#include "tests/bench/manyrules.h"
#include "tests/bench/measure.h"
#include "tests/policy/testtree.h"

#include <QCoreApplication>

#include <cstdlib>
#include <fstream>
#include <functional>

using namespace exeat;
using bench::measure;
using bench::Shape;

namespace {

constexpr int files = 20;

class RulesBench {
public:
    void load() const {
        const PolicySnapshot snapshot = snapshotOf(Shape::ProgramsApart, 10000);
        std::unique_ptr<PolicyStore> policies;
        PolicySnapshot made;
        const auto loadAll = [&] {
            policies = store();
            made = policies->snapshot({});
        };
        const auto forget = [&] {
            policies.reset();
            made = {};
        };
        bench::print("load 10000 rules in 20 files", measure(25, 1, loadAll, forget));
        bench::print("load them for the very first time", measure(9, 1, loadAll, [&] {
                         forget();
                         std::filesystem::remove_all(m_tree.at("last-good-rules"));
                     }));
        const auto loaded = store();
        bench::print("snapshot of 10000 loaded rules", measure(15, 1, [&] { loaded->snapshot({}); }));
        bench::print("index of 10000 rules, their copy included",
                     measure(15, 1, [&] { rules::PolicyIndex{snapshot}; }));
    }

    void decide() const {
        decisions(Shape::ProgramsApart, 10);
        decisions(Shape::ProgramsApart, 10000);
        decisions(Shape::OneProgram, 10000);
        paths();
    }

private:
    std::string folder() const { return m_tree.at("home/.config/exeat/rules"); }

    std::unique_ptr<PolicyStore> store() const { return PolicyStore::create(m_tree.runtimePaths(), {}); }

    PolicySnapshot snapshotOf(Shape shape, int rules) const {
        bench::writeRules(folder(), shape, rules, std::min(rules, files));
        PolicySnapshot snapshot = store()->snapshot({});
        if (static_cast<int>(snapshot.rules.size()) != rules || !snapshot.brokenNote.empty()) {
            std::fprintf(stderr, "%zu rules instead of %d: %s\n", snapshot.rules.size(), rules,
                         snapshot.brokenNote.c_str());
            std::exit(1); // NOLINT(concurrency-mt-unsafe): one thread
        }
        return snapshot;
    }

    /** Every command by a program of the system that a name may let out. */
    static void judge(const std::string& of, const rules::PolicyIndex& index, const std::vector<std::string>& argv) {
        rules::ProgramFacts program;
        program.calledAs = program.realPath = "/usr/bin/" + argv.front();
        program.names = {argv.front()};
        program.unplantable = true;
        bench::print("decision, " + of, measure(501, 100, [&] { rules::judge(index, program, argv); }));
    }

    void decisions(Shape shape, int rules) const {
        const rules::PolicyIndex index(snapshotOf(shape, rules));
        const std::string among = std::to_string(rules) + " rules";
        if (shape == Shape::OneProgram) {
            judge(among + " of one program, none matches", index, {"git", "status", "--short"});
            judge(among + " of one program, one matches", index, {"git", "sub7", "arg4507", "x"});
            return;
        }
        judge(among + ", none matches", index, {"cc", "-O2", "-c", "main.c"});
        judge(among + ", one matches", index, {"tool7", "start", "--all", "now"});
    }

    /** A gate's whole judgement, with what it asks of the file system. */
    void paths() const {
        const PolicySnapshot snapshot = snapshotOf(Shape::Paths, 10000);
        bench::print("gate's policy of 10000 rules with absolute paths",
                     measure(5, 1, [&] { gate::PolicyState{snapshot}; }));
        gate::PolicyState policy(snapshot);
        gate::Resolution resolution;
        resolution.calledAs = resolution.command.realPath = "/usr/bin/env";
        resolution.command.argv = {"env", "-i"};
        resolution.command.names = {"env"};
        struct stat facts = {};
        if (::stat("/usr/bin/env", &facts) == 0)
            resolution.command.identity = gate::identityOf(facts);
        // For more than half a second, so that paths are looked at again meanwhile.
        bench::print("gate's judgement, 10000 absolute paths, none matches",
                     measure(200000, 1, [&] { policy.judge(resolution, gate::NameTrust::PathsAndNames, {"/", {}}); }));
    }

    TestTree m_tree;
};

} // namespace

/** `rules_bench load`: only that, for a profiler. */
int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    std::ifstream load("/proc/loadavg");
    std::string words;
    std::getline(load, words);
    std::printf("load of this machine: %s\n", words.c_str());
    const RulesBench bench;
    bench.load();
    if (QCoreApplication::arguments().value(1) != QLatin1String("load"))
        bench.decide();
    return 0;
}

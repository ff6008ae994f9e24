#include "tests/bench/manyrules.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace bench {
namespace {

std::string ruleText(Shape shape, int number) {
    const std::string n = std::to_string(number);
    switch (shape) {
    case Shape::OneProgram:
        return "prefix_rule([\"git\", \"sub" + std::to_string(number % 100) + "\", \"arg" + n + "\"], \"prompt\")\n";
    case Shape::Paths:
        return "prefix_rule([\"/opt/tools/bin/tool" + n + "\", \"run\"], \"forbidden\")\n";
    case Shape::ProgramsApart:
        break;
    }
    return "prefix_rule(\n    pattern = [\"tool" + n + "\", [\"run\", \"start\"], \"--all\"],\n" +
           "    decision = \"prompt\",\n    justification = \"It reaches machine " + n + ".\",\n" + //
           "    match = [\"tool" + n + " run --all now\"],\n)\n";
}

} // namespace

void writeRules(const std::string& folder, Shape shape, int rules, int files) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    for (int file = 0; file < files; ++file) {
        std::ofstream out(folder + "/part" + std::to_string(100 + file) + ".rules");
        for (int number = file; number < rules; number += files)
            out << ruleText(shape, number);
        if (!out.flush()) {
            std::cerr << "cannot write to " << folder << '\n';
            std::exit(1); // NOLINT(concurrency-mt-unsafe): one thread
        }
    }
}

} // namespace bench

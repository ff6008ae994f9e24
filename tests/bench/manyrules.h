#pragma once

#include <string>

/** Generated rules files. */
namespace bench {

enum class Shape {
    ProgramsApart, ///< each rule its own program, some with alternatives, examples and justification, as people write
    OneProgram,    ///< all rules about `git`, told apart by later words
    Paths,         ///< as ProgramsApart, each program by its absolute path
};

/** `rules` rules in `files` files of `folder`, which is made. Exits where the disk refuses. */
void writeRules(const std::string& folder, Shape shape, int rules, int files);

} // namespace bench

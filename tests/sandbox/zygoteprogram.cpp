#include "service/gate/sandbox/sandboxpool.h"

#include <cstdlib>

/** Stands for exeat-gate, whose main() does the same with these arguments. */
int main(int argc, char** argv) {
    return argc == 3 ? exeat::gate::zygoteMain(std::atoi(argv[2])) : 2;
}

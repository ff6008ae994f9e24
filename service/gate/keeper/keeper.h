#pragma once

namespace exeat::gate {

/**
 * The life of a keeper: the parent of everything that one run starts outside, and, as a subreaper, of its orphans.
 * Entered right after fork() with the socket to the gate; when that ends, everything below is killed and reaped. Never
 * returns.
 */
[[noreturn]] void keeperMain(int gateSocket);

} // namespace exeat::gate

#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define EXEAT_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EXEAT_SANITIZED
#endif

namespace exeat::test {

/** By how much a bound in time is wider where a sanitizer watches every memory access. */
#ifdef EXEAT_SANITIZED
inline constexpr int slowdown = 20;
#else
inline constexpr int slowdown = 1;
#endif

} // namespace exeat::test

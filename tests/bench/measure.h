#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <time.h>

/** Times of what is done again and again. Medians: others use this machine, too. */
namespace bench {

/** Of one call, in microseconds. */
struct Times {
    double median = 0;
    double worst = 0;
    double processor = 0; ///< median of what this process used of a processor meanwhile, whoever else wanted it
};

inline double processorMicroseconds() {
    timespec time = {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/** `samples` times `batch` calls of `work`, each time `before` it, which is not measured. */
template<class Work, class Before>
Times measure(int samples, int batch, Work work, Before before) {
    std::vector<double> wall;
    std::vector<double> processor;
    for (int i = 0; i < samples; ++i) {
        before();
        const double used = processorMicroseconds();
        const auto begin = std::chrono::steady_clock::now();
        for (int k = 0; k < batch; ++k)
            work();
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
        processor.push_back((processorMicroseconds() - used) / batch);
        wall.push_back(taken.count() / batch);
    }
    std::sort(wall.begin(), wall.end());
    std::sort(processor.begin(), processor.end());
    return {wall[wall.size() / 2], wall.back(), processor[processor.size() / 2]};
}

template<class Work>
Times measure(int samples, int batch, Work work) {
    return measure(samples, batch, work, [] {});
}

inline void print(const std::string& what, const Times& times) {
    std::printf("%-58s %10.2f us   (worst %.2f; processor %.2f)\n", what.c_str(), times.median, times.worst,
                times.processor);
    std::fflush(stdout);
}

} // namespace bench

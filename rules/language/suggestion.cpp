#include "rules/language/suggestion.h"

#include <algorithm>
#include <cstddef>

namespace exeat::rules {
namespace {

/** Longer names are not misspelt, they are something else; the work stays small too. */
constexpr std::size_t longestName = 40;

/** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

} // namespace

std::string didYouMean(std::string_view wrong, std::span<const std::string_view> candidates) {
    if (wrong.size() > longestName)
        return {};
    // One slip in a short word, two in a longer one; more is another word.
    std::size_t best = wrong.size() < 3 ? 1 : wrong.size() < 6 ? 2 : 3;
    std::string_view found;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > longestName)
            continue;
        const std::size_t slips = distance(wrong, candidate);
        if (slips < best) {
            best = slips;
            found = candidate;
        }
    }
    return found.empty() ? std::string() : "; did you mean `" + std::string(found) + "`?";
}

} // namespace exeat::rules

#pragma once

#include <cerrno> // before <compare>: moc 6.4 cannot read <concepts> without the macros that this brings
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace exeat {

/** A number that names one kind of thing; two kinds do not mix. 0 means none. */
template<class Tag>
struct NumberId {
    std::uint64_t value = 0;
    auto operator<=>(const NumberId&) const = default;
    explicit operator bool() const { return value != 0; }
};

/** A text that names one kind of thing (random handles, so that they cannot be guessed). Empty means none. */
template<class Tag>
struct TextId {
    std::string value;
    auto operator<=>(const TextId&) const = default;
    explicit operator bool() const { return !value.empty(); }
};

} // namespace exeat

template<class Tag>
struct std::hash<exeat::NumberId<Tag>> {
    std::size_t operator()(const exeat::NumberId<Tag>& id) const noexcept {
        return std::hash<std::uint64_t>{}(id.value);
    }
};
template<class Tag>
struct std::hash<exeat::TextId<Tag>> {
    std::size_t operator()(const exeat::TextId<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};

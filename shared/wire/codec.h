#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/strongid.h"

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/**
 * Values <-> bytes for our own sockets. A struct is the sequence of its members in the order of its declaration, so a
 * message is declared once, as a plain aggregate, and nothing can be forgotten. Integers are little-endian 64 bit,
 * strings and lists carry a u32 count. Both ends are built together; the hello of each protocol carries
 * `protocolVersion`, and another version is refused with words.
 */
namespace exeat::wire {

inline constexpr std::uint32_t protocolVersion = 3;

/** The last enumerator, so that a decoder can refuse what does not exist. Specialise beside each message file. */
template<class E>
    requires std::is_enum_v<E>
struct LastOf;

namespace detail {

struct Any {
    template<class T>
    operator T() const; // NOLINT: only named in unevaluated code
};

template<class T, class... Args>
consteval std::size_t fieldCount() {
    if constexpr (requires { T{std::declval<Args>()..., std::declval<Any>()}; })
        return fieldCount<T, Args..., Any>();
    else
        return sizeof...(Args);
}

// clang-format off
template<class T, class F>
constexpr decltype(auto) withFields(T& v, F&& f) {
    constexpr std::size_t n = fieldCount<std::remove_const_t<T>>();
    static_assert(n <= 24, "add a line below");
    if constexpr (n == 0) { return f(); }
    else if constexpr (n == 1) { auto& [a] = v; return f(a); }
    else if constexpr (n == 2) { auto& [a,b] = v; return f(a,b); }
    else if constexpr (n == 3) { auto& [a,b,c] = v; return f(a,b,c); }
    else if constexpr (n == 4) { auto& [a,b,c,d] = v; return f(a,b,c,d); }
    else if constexpr (n == 5) { auto& [a,b,c,d,e] = v; return f(a,b,c,d,e); }
    else if constexpr (n == 6) { auto& [a,b,c,d,e,g] = v; return f(a,b,c,d,e,g); }
    else if constexpr (n == 7) { auto& [a,b,c,d,e,g,h] = v; return f(a,b,c,d,e,g,h); }
    else if constexpr (n == 8) { auto& [a,b,c,d,e,g,h,i] = v; return f(a,b,c,d,e,g,h,i); }
    else if constexpr (n == 9) { auto& [a,b,c,d,e,g,h,i,j] = v; return f(a,b,c,d,e,g,h,i,j); }
    else if constexpr (n == 10) { auto& [a,b,c,d,e,g,h,i,j,k] = v; return f(a,b,c,d,e,g,h,i,j,k); }
    else if constexpr (n == 11) { auto& [a,b,c,d,e,g,h,i,j,k,l] = v; return f(a,b,c,d,e,g,h,i,j,k,l); }
    else if constexpr (n == 12) { auto& [a,b,c,d,e,g,h,i,j,k,l,m] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m); }
    else if constexpr (n == 13) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o); }
    else if constexpr (n == 14) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p); }
    else if constexpr (n == 15) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q); }
    else if constexpr (n == 16) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r); }
    else if constexpr (n == 17) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s); }
    else if constexpr (n == 18) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t); }
    else if constexpr (n == 19) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u); }
    else if constexpr (n == 20) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w); }
    else if constexpr (n == 21) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x); }
    else if constexpr (n == 22) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y); }
    else if constexpr (n == 23) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y,z] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y,z); }
    else if constexpr (n == 24) { auto& [a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y,z,A] = v; return f(a,b,c,d,e,g,h,i,j,k,l,m,o,p,q,r,s,t,u,w,x,y,z,A); }
}
// clang-format on

template<class T>
struct IsVector : std::false_type {};
template<class T>
struct IsVector<std::vector<T>> : std::true_type {};
template<class T>
struct IsOptional : std::false_type {};
template<class T>
struct IsOptional<std::optional<T>> : std::true_type {};

} // namespace detail

class Writer {
public:
    template<class T>
    void put(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            number(value ? 1 : 0);
        } else if constexpr (std::is_enum_v<T>) {
            number(static_cast<std::uint64_t>(value));
        } else if constexpr (std::integral<T>) {
            number(static_cast<std::uint64_t>(value));
        } else if constexpr (std::is_same_v<T, std::string>) {
            count(value.size());
            m_bytes += value;
        } else if constexpr (detail::IsVector<T>::value) {
            count(value.size());
            for (const auto& item : value)
                put(item);
        } else if constexpr (detail::IsOptional<T>::value) {
            put(value.has_value());
            if (value)
                put(*value);
        } else {
            detail::withFields(value, [&](const auto&... field) { (put(field), ...); });
        }
    }
    std::string take() { return std::move(m_bytes); }

private:
    void number(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            m_bytes += static_cast<char>((value >> shift) & 0xFFU);
    }
    void count(std::size_t value) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            m_bytes += static_cast<char>((value >> shift) & 0xFFU);
    }
    std::string m_bytes;
};

/** Every read is bounded by what is really there; the first fault makes all later reads fail. */
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_rest(bytes) {}

    template<class T>
    bool get(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            std::uint64_t raw = 0;
            if (!number(raw) || raw > 1)
                return broken();
            value = raw == 1;
        } else if constexpr (std::is_enum_v<T>) {
            std::uint64_t raw = 0;
            if (!number(raw) || raw > static_cast<std::uint64_t>(LastOf<T>::value))
                return broken();
            value = static_cast<T>(raw);
        } else if constexpr (std::integral<T>) {
            std::uint64_t raw = 0;
            if (!number(raw))
                return broken();
            value = static_cast<T>(raw);
            if (static_cast<std::uint64_t>(value) != raw)
                return broken();
        } else if constexpr (std::is_same_v<T, std::string>) {
            std::size_t size = 0;
            if (!count(size) || size > m_rest.size())
                return broken();
            value.assign(m_rest.substr(0, size));
            m_rest.remove_prefix(size);
        } else if constexpr (detail::IsVector<T>::value) {
            std::size_t size = 0;
            // Every item takes at least four bytes, so a count cannot make us hold more than the frame itself.
            if (!count(size) || size > limits::listItems || size > m_rest.size() / 4)
                return broken();
            value.clear();
            for (std::size_t i = 0; i < size; ++i) {
                if (!get(value.emplace_back()))
                    return false;
            }
        } else if constexpr (detail::IsOptional<T>::value) {
            bool there = false;
            if (!get(there))
                return false;
            value.reset();
            if (there && !get(value.emplace()))
                return false;
        } else {
            return detail::withFields(value, [&](auto&... field) { return (get(field) && ...); });
        }
        return m_good;
    }
    bool atEnd() const { return m_good && m_rest.empty(); }

private:
    bool broken() {
        m_good = false;
        m_rest = {};
        return false;
    }
    bool number(std::uint64_t& value) {
        if (m_rest.size() < 8)
            return false;
        value = 0;
        for (unsigned i = 0; i < 8; ++i)
            value |= std::uint64_t{static_cast<unsigned char>(m_rest[i])} << (8 * i);
        m_rest.remove_prefix(8);
        return true;
    }
    bool count(std::size_t& value) {
        if (m_rest.size() < 4)
            return false;
        value = 0;
        for (unsigned i = 0; i < 4; ++i)
            value |= std::size_t{static_cast<unsigned char>(m_rest[i])} << (8 * i);
        m_rest.remove_prefix(4);
        return true;
    }
    std::string_view m_rest;
    bool m_good = true;
};

/** A message is a variant; on the wire its index, then the fields. */
template<class... Messages>
std::string encodeVariant(const std::variant<Messages...>& message) {
    Writer writer;
    writer.put(static_cast<std::uint64_t>(message.index()));
    std::visit([&](const auto& m) { writer.put(m); }, message);
    return writer.take();
}

template<class Variant, std::size_t I = 0>
Result<Variant> decodeVariant(std::string_view bytes) {
    if constexpr (I == std::variant_size_v<Variant>) {
        return fail(ErrorKind::Invalid, "a message of an unknown kind");
    } else {
        Reader reader(bytes);
        std::uint64_t index = 0;
        if (!reader.get(index))
            return fail(ErrorKind::Invalid, "a message without a kind");
        if (index != I)
            return decodeVariant<Variant, I + 1>(bytes);
        std::variant_alternative_t<I, Variant> message{};
        if (!reader.get(message) || !reader.atEnd())
            return fail(ErrorKind::Invalid, "a message whose content does not fit its kind");
        return Variant(std::in_place_index<I>, std::move(message));
    }
}

} // namespace exeat::wire

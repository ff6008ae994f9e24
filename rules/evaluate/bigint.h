#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace exeat::rules {

/**
 * A whole number of up to limits::rulesIntegerBits bits. What would be larger is nullopt, before it is computed.
 * Boost.Multiprecision does the work and is seen by bigint.cpp only.
 */
class BigInt {
public:
    explicit BigInt(std::int64_t value);
    ~BigInt();
    BigInt(BigInt&&) noexcept;
    BigInt& operator=(BigInt&&) noexcept;
    BigInt(const BigInt&) = delete;
    BigInt& operator=(const BigInt&) = delete;

    /** Digits of `base` (2 to 36) only, no sign; at least one. */
    static std::optional<BigInt> parse(std::string_view digits, unsigned base);
    /** The whole part of a finite number. */
    static BigInt truncated(double value);

    std::optional<std::int64_t> small() const;
    double toDouble() const; ///< infinite where it is too large
    /** `base` is 8, 10 or 16, with a minus where it is negative. */
    std::string text(unsigned base) const;
    std::size_t bits() const;
    bool negative() const;
    std::strong_ordering operator<=>(const BigInt& other) const;
    bool operator==(const BigInt& other) const;

    BigInt negated() const;
    std::optional<BigInt> plus(const BigInt& other) const;
    std::optional<BigInt> minus(const BigInt& other) const;
    std::optional<BigInt> times(const BigInt& other) const;
    /** Rounded down, as Starlark's `//`; `other` is not 0. */
    BigInt dividedBy(const BigInt& other) const;
    /** With the sign of `other`, as Starlark's `%`; `other` is not 0. */
    BigInt modulo(const BigInt& other) const;
    /** As of two's complement of endless width. */
    BigInt bitAnd(const BigInt& other) const;
    BigInt bitOr(const BigInt& other) const;
    BigInt bitXor(const BigInt& other) const;
    std::optional<BigInt> shiftedLeft(std::size_t bits) const;
    BigInt shiftedRight(std::size_t bits) const;

private:
    struct Number;
    explicit BigInt(Number number);
    std::unique_ptr<Number> m_number;
};

} // namespace exeat::rules

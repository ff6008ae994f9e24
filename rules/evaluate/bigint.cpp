#include "rules/evaluate/bigint.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <ios>
#include <limits>

namespace exeat::rules {

struct BigInt::Number {
    boost::multiprecision::cpp_int value;
};

namespace {

using Integer = boost::multiprecision::cpp_int;

bool fits(std::size_t bits) {
    return bits <= limits::rulesIntegerBits;
}

std::size_t bitsOf(const Integer& value) {
    return value.is_zero() ? 0 : static_cast<std::size_t>(msb(abs(value))) + 1;
}

unsigned digitValue(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

} // namespace

BigInt::BigInt(std::int64_t value) : m_number(std::make_unique<Number>(Number{Integer(value)})) {}
BigInt::BigInt(Number number) : m_number(std::make_unique<Number>(std::move(number))) {}
BigInt::~BigInt() = default;
BigInt::BigInt(BigInt&&) noexcept = default;
BigInt& BigInt::operator=(BigInt&&) noexcept = default;

std::optional<BigInt> BigInt::parse(std::string_view digits, unsigned base) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    // log2(base) bits a digit, rounded down: what is longer is surely too large.
    std::size_t bitsPerDigit = 1;
    while ((2U << bitsPerDigit) <= base)
        ++bitsPerDigit;
    if (!fits(digits.size() * bitsPerDigit))
        return std::nullopt;
    Integer value;
    for (const char c : digits)
        value = value * base + digitValue(c);
    if (!fits(bitsOf(value)))
        return std::nullopt;
    return BigInt(Number{std::move(value)});
}

BigInt BigInt::truncated(double value) {
    return BigInt(Number{Integer(std::trunc(value))});
}

std::optional<std::int64_t> BigInt::small() const {
    if (m_number->value < std::numeric_limits<std::int64_t>::min() ||
        m_number->value > std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return static_cast<std::int64_t>(m_number->value);
}

double BigInt::toDouble() const {
    if (bits() > std::numeric_limits<double>::max_exponent)
        return negative() ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return m_number->value.convert_to<double>();
}

std::string BigInt::text(unsigned base) const {
    const Integer magnitude = abs(m_number->value);
    const auto flags = base == 16 ? std::ios_base::hex : base == 8 ? std::ios_base::oct : std::ios_base::dec;
    return (negative() ? "-" : "") + magnitude.str(0, flags);
}

std::size_t BigInt::bits() const {
    return bitsOf(m_number->value);
}
bool BigInt::negative() const {
    return m_number->value.sign() < 0;
}
std::strong_ordering BigInt::operator<=>(const BigInt& other) const {
    return m_number->value.compare(other.m_number->value) <=> 0;
}
bool BigInt::operator==(const BigInt& other) const {
    return m_number->value == other.m_number->value;
}

BigInt BigInt::negated() const {
    return BigInt(Number{-m_number->value});
}

std::optional<BigInt> BigInt::plus(const BigInt& other) const {
    if (!fits(std::max(bits(), other.bits()) + 1))
        return std::nullopt;
    return BigInt(Number{m_number->value + other.m_number->value});
}

std::optional<BigInt> BigInt::minus(const BigInt& other) const {
    if (!fits(std::max(bits(), other.bits()) + 1))
        return std::nullopt;
    return BigInt(Number{m_number->value - other.m_number->value});
}

std::optional<BigInt> BigInt::times(const BigInt& other) const {
    if (!fits(bits() + other.bits()))
        return std::nullopt;
    return BigInt(Number{m_number->value * other.m_number->value});
}

BigInt BigInt::dividedBy(const BigInt& other) const {
    Integer quotient;
    Integer rest;
    divide_qr(m_number->value, other.m_number->value, quotient, rest);
    if (!rest.is_zero() && (rest.sign() < 0) != other.negative())
        --quotient;
    return BigInt(Number{std::move(quotient)});
}

BigInt BigInt::modulo(const BigInt& other) const {
    Integer rest = m_number->value % other.m_number->value;
    if (!rest.is_zero() && (rest.sign() < 0) != other.negative())
        rest += other.m_number->value;
    return BigInt(Number{std::move(rest)});
}

BigInt BigInt::bitAnd(const BigInt& other) const {
    return BigInt(Number{m_number->value & other.m_number->value});
}
BigInt BigInt::bitOr(const BigInt& other) const {
    return BigInt(Number{m_number->value | other.m_number->value});
}
BigInt BigInt::bitXor(const BigInt& other) const {
    return BigInt(Number{m_number->value ^ other.m_number->value});
}

std::optional<BigInt> BigInt::shiftedLeft(std::size_t count) const {
    if (m_number->value.is_zero())
        return BigInt(0);
    if (count > limits::rulesIntegerBits || !fits(bits() + count))
        return std::nullopt;
    return BigInt(Number{m_number->value << count});
}

BigInt BigInt::shiftedRight(std::size_t count) const {
    if (count >= bits())
        return BigInt(negative() ? -1 : 0);
    if (!negative())
        return BigInt(Number{m_number->value >> count});
    // Down, not to zero: -1 - ((-1 - x) >> n).
    return BigInt(Number{-1 - ((-1 - m_number->value) >> count)});
}

} // namespace exeat::rules

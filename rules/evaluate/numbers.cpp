#include "rules/evaluate/numbers.h"

#include "rules/evaluate/evaluation.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace exeat::rules {
namespace {

/** An int of either kind as BigInt; small ones are copied in. */
class Wide {
public:
    explicit Wide(Value integer) : m_copy(integer.is(Kind::Int) ? integer.integer() : 0), m_value(integer) {}
    const BigInt& operator*() const { return m_value.is(Kind::Int) ? m_copy : m_value.as<BigIntObject>().number; }

private:
    BigInt m_copy;
    Value m_value;
};

bool isZero(Value number) {
    return number.is(Kind::Float) ? number.real() == 0 : number.is(Kind::Int) && number.integer() == 0;
}

/** The work of an operation on large numbers: at worst the product of their lengths. */
Raisable<void> payFor(Evaluation& evaluation, const BigInt& left, const BigInt& right) {
    return evaluation.spend((left.bits() / 64 + 1) * (right.bits() / 64 + 1) / Evaluation::bytesPerStep);
}

Outcome shift(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    const bool toLeft = op == BinaryOperator::ShiftLeft;
    if (right.is(Kind::Int) ? right.integer() < 0 : right.as<BigIntObject>().number.negative())
        return evaluation.raise("a shift by a negative number means nothing");
    const Wide wide(left);
    const std::size_t bits =
        right.is(Kind::Int) ? static_cast<std::size_t>(right.integer()) : std::numeric_limits<std::size_t>::max();
    return evaluation.integer(toLeft ? (*wide).shiftedLeft(bits) : (*wide).shiftedRight(bits));
}

std::optional<Value> smallResult(BinaryOperator op, std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    switch (op) {
    case BinaryOperator::Add:
        return __builtin_add_overflow(left, right, &result) ? std::nullopt : std::optional(Value::of(result));
    case BinaryOperator::Subtract:
        return __builtin_sub_overflow(left, right, &result) ? std::nullopt : std::optional(Value::of(result));
    case BinaryOperator::Multiply:
        return __builtin_mul_overflow(left, right, &result) ? std::nullopt : std::optional(Value::of(result));
    case BinaryOperator::FloorDivide:
        if (right == -1)
            return std::nullopt; // may not fit
        result = left / right;
        if (left % right != 0 && (left < 0) != (right < 0))
            --result;
        return Value::of(result);
    case BinaryOperator::Modulo:
        if (right == -1)
            return Value::of(std::int64_t{0});
        result = left % right;
        if (result != 0 && (result < 0) != (right < 0))
            result += right;
        return Value::of(result);
    case BinaryOperator::And:
        return Value::of(left & right);
    case BinaryOperator::Or:
        return Value::of(left | right);
    case BinaryOperator::Xor:
        return Value::of(left ^ right);
    default:
        return std::nullopt;
    }
}

Outcome integers(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    if (op == BinaryOperator::ShiftLeft || op == BinaryOperator::ShiftRight)
        return shift(evaluation, op, left, right);
    if (left.is(Kind::Int) && right.is(Kind::Int)) {
        if (const auto result = smallResult(op, left.integer(), right.integer()))
            return *result;
    }
    const Wide a(left);
    const Wide b(right);
    if (auto paid = payFor(evaluation, *a, *b); !paid)
        return std::unexpected(paid.error());
    switch (op) {
    case BinaryOperator::Add:
        return evaluation.integer((*a).plus(*b));
    case BinaryOperator::Subtract:
        return evaluation.integer((*a).minus(*b));
    case BinaryOperator::Multiply:
        return evaluation.integer((*a).times(*b));
    case BinaryOperator::FloorDivide:
        return evaluation.integer((*a).dividedBy(*b));
    case BinaryOperator::Modulo:
        return evaluation.integer((*a).modulo(*b));
    case BinaryOperator::And:
        return evaluation.integer((*a).bitAnd(*b));
    case BinaryOperator::Or:
        return evaluation.integer((*a).bitOr(*b));
    default:
        return evaluation.integer((*a).bitXor(*b));
    }
}

/** With the sign of the divisor, as Starlark's `%`. */
double floatModulo(double left, double right) {
    const double rest = std::fmod(left, right);
    return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
}

std::optional<Outcome> floats(BinaryOperator op, double left, double right) {
    switch (op) {
    case BinaryOperator::Add:
        return Value::of(left + right);
    case BinaryOperator::Subtract:
        return Value::of(left - right);
    case BinaryOperator::Multiply:
        return Value::of(left * right);
    case BinaryOperator::Divide:
        return Value::of(left / right);
    case BinaryOperator::FloorDivide:
        return Value::of(std::floor(left / right));
    case BinaryOperator::Modulo:
        return Value::of(floatModulo(left, right));
    default:
        return std::nullopt;
    }
}

} // namespace

double toDouble(Value number) {
    if (number.is(Kind::Float))
        return number.real();
    return number.is(Kind::Int) ? static_cast<double>(number.integer()) : number.as<BigIntObject>().number.toDouble();
}

std::optional<Outcome> arithmetic(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    const bool divides =
        op == BinaryOperator::Divide || op == BinaryOperator::FloorDivide || op == BinaryOperator::Modulo;
    if (divides && isZero(right))
        return evaluation.raise("division by zero");
    if (left.isInteger() && right.isInteger() && op != BinaryOperator::Divide)
        return integers(evaluation, op, left, right);
    return floats(op, toDouble(left), toDouble(right));
}

std::optional<Outcome> arithmetic(Evaluation& evaluation, UnaryOperator op, Value operand) {
    switch (op) {
    case UnaryOperator::Plus:
        return operand;
    case UnaryOperator::Minus:
        if (operand.is(Kind::Float))
            return Value::of(-operand.real());
        return integers(evaluation, BinaryOperator::Subtract, Value::of(std::int64_t{0}), operand);
    case UnaryOperator::Invert:
        if (operand.is(Kind::Float))
            return std::nullopt;
        return integers(evaluation, BinaryOperator::Subtract, Value::of(std::int64_t{-1}), operand);
    case UnaryOperator::Not:
        break;
    }
    return std::nullopt;
}

std::string floatText(double real, char format) {
    if (std::isnan(real))
        return "nan";
    if (std::isinf(real))
        return real > 0 ? "+inf" : "-inf";
    std::array<char, 400> buffer{}; // %f of the largest double has 309 digits before the point
    std::snprintf(buffer.data(), buffer.size(), format == 'e' ? "%.6e" : "%.6f", real);
    return buffer.data();
}

std::string floatText(double real) {
    if (!std::isfinite(real))
        return floatText(real, 'e');
    // As Codex prints: exactly where the exponent is small, else rounded to six digits behind the point.
    const double size = std::abs(real);
    std::array<char, 64> buffer{};
    if (size == 0 || (size >= 1e-5 && size < 1e6)) {
        for (int digits = 1; digits <= 25; ++digits) {
            std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, real);
            if (std::strtod(buffer.data(), nullptr) == real)
                break;
        }
        return buffer.data();
    }
    std::snprintf(buffer.data(), buffer.size(), "%.6e", real);
    std::string text = buffer.data();
    const auto exponent = text.find('e');
    const auto last = text.find_last_not_of("0", exponent - 1);
    text.erase(text[last] == '.' ? last : last + 1, exponent - (text[last] == '.' ? last : last + 1));
    return text;
}

Outcome integerLiteral(Evaluation& evaluation, std::string_view text) {
    unsigned base = 10;
    if (text.size() > 2 && text[0] == '0') {
        base = (text[1] | 0x20) == 'x' ? 16 : (text[1] | 0x20) == 'o' ? 8 : 2;
        text.remove_prefix(2);
    }
    return evaluation.integer(BigInt::parse(text, base));
}

Value floatLiteral(std::string_view text) {
    return Value::of(std::strtod(std::string(text).c_str(), nullptr));
}

} // namespace exeat::rules

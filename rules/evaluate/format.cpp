#include "rules/evaluate/format.h"

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/numbers.h"
#include "rules/evaluate/text.h"
#include "shared/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

namespace exeat::rules {
namespace {

using Done = Raisable<void>;

class PercentFormat {
public:
    PercentFormat(Evaluation& evaluation, std::span<const Value> values)
        : m_evaluation(evaluation), m_values(values), m_out(evaluation) {}

    Outcome format(std::string_view text) {
        while (!text.empty()) {
            const auto percent = std::min(text.find('%'), text.size());
            if (auto added = m_out.add(text.substr(0, percent)); !added)
                return std::unexpected(added.error());
            text.remove_prefix(percent);
            if (text.empty())
                break;
            if (text.size() < 2)
                return m_evaluation.raise("the format ends in a `%` alone; write `%%`");
            if (auto added = one(text[1], text.substr(1)); !added)
                return std::unexpected(added.error());
            text.remove_prefix(2);
        }
        if (!m_values.empty())
            return m_evaluation.raise("there are more values than `%` in the format");
        return m_evaluation.string(m_out.take());
    }

private:
    Done one(char kind, std::string_view rest) {
        if (kind == '%')
            return m_out.add("%");
        if (std::string_view("srdoxXefg").find(kind) == std::string_view::npos)
            return m_evaluation.raise("the format `%" + visible(rest.substr(0, characterLength(rest[0]))) +
                                      "` is not known; there are %s %r %d %o %x %X %e %f %g and %%");
        if (m_values.empty())
            return m_evaluation.raise("there are fewer values than `%` in the format");
        const Value value = m_values.front();
        m_values = m_values.subspan(1);
        if (kind == 's')
            return m_out.addStr(value);
        if (kind == 'r')
            return m_out.addRepr(value);
        return kind == 'e' || kind == 'f' || kind == 'g' ? real(kind, value) : integer(kind, value);
    }

    std::unexpected<Raised> wrongKind(char kind, Value value) {
        return m_evaluation.raise(std::string("`%") + kind + "` takes a number, not " + std::string(value.type()));
    }

    Done real(char kind, Value value) {
        if (!value.isNumber())
            return wrongKind(kind, value);
        return m_out.add(kind == 'g' ? floatText(toDouble(value)) : floatText(toDouble(value), kind));
    }

    Done integer(char kind, Value value) {
        if (kind == 'd' && value.is(Kind::Float) && std::isfinite(value.real())) {
            const auto whole = m_evaluation.integer(BigInt::truncated(value.real()));
            if (!whole)
                return std::unexpected(whole.error());
            value = *whole;
        }
        if (!value.isInteger())
            return wrongKind(kind, value);
        if (kind == 'd')
            return m_out.addRepr(value);
        const unsigned base = kind == 'o' ? 8 : 16;
        std::string text =
            value.is(Kind::Int) ? BigInt(value.integer()).text(base) : value.as<BigIntObject>().number.text(base);
        for (char& c : text)
            c = kind == 'X' && c >= 'a'               ? static_cast<char>(c - 0x20)
                : kind == 'x' && c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20)
                                                      : c;
        return m_out.add(text);
    }

    Evaluation& m_evaluation;
    std::span<const Value> m_values;
    TextBuilder m_out;
};

class BraceFormat {
public:
    BraceFormat(Evaluation& evaluation, const NativeCall& call)
        : m_evaluation(evaluation), m_call(call), m_out(evaluation) {}

    Outcome format(std::string_view text) {
        while (!text.empty()) {
            const auto brace = std::min(text.find_first_of("{}"), text.size());
            if (auto added = m_out.add(text.substr(0, brace)); !added)
                return std::unexpected(added.error());
            text.remove_prefix(brace);
            if (text.empty())
                break;
            if (text.size() > 1 && text[1] == text[0]) {
                if (auto added = m_out.add(text.substr(0, 1)); !added)
                    return std::unexpected(added.error());
                text.remove_prefix(2);
                continue;
            }
            const auto close = text.find('}');
            if (text[0] == '}')
                return m_evaluation.raise("a `}` stands alone in the format; write `}}`");
            if (close == std::string_view::npos)
                return m_evaluation.raise("a `{` of the format is never closed; write `{{` for the brace itself");
            if (auto added = field(text.substr(1, close - 1)); !added)
                return std::unexpected(added.error());
            text.remove_prefix(close + 1);
        }
        return m_evaluation.string(m_out.take());
    }

private:
    Done field(std::string_view text) {
        const auto bang = std::min(text.find('!'), text.size());
        const std::string_view name = text.substr(0, bang);
        const std::string_view conversion = text.substr(bang);
        if (!conversion.empty() && conversion != "!r" && conversion != "!s")
            return m_evaluation.raise("`" + visible(conversion, 64) + "` is no conversion; there are `!r` and `!s`");
        const auto value = valueOf(name);
        if (!value)
            return std::unexpected(value.error());
        return conversion == "!r" ? m_out.addRepr(*value) : m_out.addStr(*value);
    }

    Outcome valueOf(std::string_view name) {
        if (name.find_first_of(".[]{},") != std::string_view::npos)
            return m_evaluation.raise("`{" + visible(name, 64) +
                                      "}` is no field of a format; there are `{}`, `{0}` and "
                                      "`{name}`");
        const bool counted = !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
        if (!name.empty() && !counted)
            return named(name);
        if (counted ? m_automatic : m_manual)
            return m_evaluation.raise("a format has either `{}` or `{0}`, not both");
        (counted ? m_manual : m_automatic) = true;
        std::size_t index = m_next;
        if (counted && std::from_chars(name.data(), name.data() + name.size(), index).ec != std::errc())
            index = m_call.rest.size();
        if (!counted)
            ++m_next;
        if (index >= m_call.rest.size())
            return m_evaluation.raise("the format asks for more values than the " + std::to_string(m_call.rest.size()) +
                                      " there are");
        return m_call.rest[index];
    }

    Outcome named(std::string_view name) {
        const auto found = std::find_if(m_call.named.begin(), m_call.named.end(),
                                        [&](const ArgumentValue& argument) { return argument.name == name; });
        if (found == m_call.named.end())
            return m_evaluation.raise("the format asks for `" + visible(name, 64) + "`, but no argument has that name");
        return found->value;
    }

    Evaluation& m_evaluation;
    const NativeCall& m_call;
    TextBuilder m_out;
    std::size_t m_next = 0;
    bool m_automatic = false;
    bool m_manual = false;
};

} // namespace

Outcome formatPercent(Evaluation& evaluation, std::string_view text, Value values) {
    if (values.is(Kind::Tuple))
        return PercentFormat(evaluation, values.as<TupleObject>().items).format(text);
    return PercentFormat(evaluation, std::span(&values, 1)).format(text);
}

Outcome formatBraces(Evaluation& evaluation, std::string_view text, const NativeCall& call) {
    return BraceFormat(evaluation, call).format(text);
}

} // namespace exeat::rules

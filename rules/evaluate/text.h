#pragma once

#include "rules/evaluate/outcome.h"

#include <string>
#include <string_view>
#include <vector>

/** Values as text. */
namespace exeat::rules {

class Evaluation;

/** Text under construction. What it grows to is bounded by the run's memory. */
class TextBuilder {
public:
    explicit TextBuilder(Evaluation& evaluation) : m_evaluation(evaluation) {}
    Raisable<void> add(std::string_view text);
    Raisable<void> addStr(Value value);
    /** As written in a file. What holds itself is shown as `[...]` or `{...}`. */
    Raisable<void> addRepr(Value value);
    std::string take() { return std::move(m_text); }

private:
    Raisable<void> addItems(std::string_view open, const std::vector<Value>& items, std::string_view close);
    Raisable<void> addDict(Value dict);
    Raisable<void> addContainer(Value container);

    Evaluation& m_evaluation;
    std::string m_text;
    std::vector<const class Object*> m_open; ///< containers that are being written
};

/** As str() and repr() give it. */
Raisable<std::string> strOf(Evaluation& evaluation, Value value);
Raisable<std::string> reprOf(Evaluation& evaluation, Value value);

/** The quotes and escapes of repr(). */
std::string quotedText(std::string_view text);

} // namespace exeat::rules

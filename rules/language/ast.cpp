#include "rules/language/ast.h"

namespace exeat::rules {

void EndExpression::operator()(Expression* expression) const {
    std::destroy_at(expression);
}

Position positionOf(const Expression& expression, std::span<const std::size_t> path) {
    const Expression* at = &expression;
    for (const std::size_t index : path) {
        const auto* list = at->as<ListExpression>();
        if (list == nullptr || index >= list->items.size())
            break;
        at = list->items[index].get();
    }
    return at->at;
}

} // namespace exeat::rules

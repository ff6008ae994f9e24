#include "rules/language/ast.h"

namespace exeat::rules {

Position positionOf(const Expression& expression, const std::vector<std::size_t>& path) {
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

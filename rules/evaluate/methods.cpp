#include "rules/evaluate/methods.h"

#include "rules/evaluate/evaluation.h"
#include "rules/language/suggestion.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {

const std::vector<Native>& methodsOf(Kind kind) {
    static const std::vector<Native> none;
    switch (kind) {
    case Kind::String:
        return stringMethods();
    case Kind::List:
        return listMethods();
    case Kind::Dict:
        return dictMethods();
    case Kind::Bytes:
        return bytesMethods();
    default:
        return none;
    }
}

const Native* findMethod(Kind kind, std::string_view name) {
    const auto& methods = methodsOf(kind);
    const auto found = std::lower_bound(methods.begin(), methods.end(), name,
                                        [](const Native& method, std::string_view n) { return method.name < n; });
    return found != methods.end() && found->name == name ? &*found : nullptr;
}

Outcome attributeOf(Evaluation& evaluation, Value object, std::string_view name) {
    if (const Native* method = findMethod(object.kind(), name))
        return Value::of(&evaluation.make<MethodObject>(object, *method));
    std::vector<std::string_view> names;
    for (const auto& method : methodsOf(object.kind()))
        names.push_back(method.name);
    return evaluation.raise(withArticle(object.type()) + " has no attribute `" + visible(name, 64) + "`" +
                            didYouMean(name, names));
}

} // namespace exeat::rules

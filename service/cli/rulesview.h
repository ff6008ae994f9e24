#pragma once

#include "shared/wire/rulesmessages.h"

#include <string>

/** Answers about rules as text for a terminal, all made visible. */
namespace exeat {

std::string listingText(const wire::RulesListing& listing);
std::string explanationText(const wire::Explanation& explanation);
/** Hints last, so that they bury nothing. */
std::string findingsText(const wire::RulesFindings& findings);
/** The lines that go and come, as diff(1) marks them. */
std::string planText(const wire::RulesEditPlan& plan);

} // namespace exeat

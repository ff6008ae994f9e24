#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/command.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/run.h"
#include "shared/domain/sandboxspec.h"
#include "shared/domain/trust.h"
#include "shared/domain/verdict.h"
#include "shared/wire/codec.h"

/** The last enumerator of every enum that travels; a decoder refuses what lies beyond. */
namespace exeat::wire {

// clang-format off
template<> struct LastOf<ErrorKind>     { static constexpr auto value = ErrorKind::Changed; };
template<> struct LastOf<RuleSandbox>   { static constexpr auto value = RuleSandbox::Network; };
template<> struct LastOf<RuleDecision>  { static constexpr auto value = RuleDecision::Forbidden; };
template<> struct LastOf<Verdict>       { static constexpr auto value = Verdict::Inside; };
template<> struct LastOf<Layer>         { static constexpr auto value = Layer::Requirements; };
template<> struct LastOf<SandboxMode>   { static constexpr auto value = SandboxMode::FullAccess; };
template<> struct LastOf<NetworkAccess> { static constexpr auto value = NetworkAccess::On; };
template<> struct LastOf<FileOrigin>    { static constexpr auto value = FileOrigin::AgentWritable; };
template<> struct LastOf<RunEnd>        { static constexpr auto value = RunEnd::Unprotected; };
template<> struct LastOf<ApprovalKind>  { static constexpr auto value = ApprovalKind::WiderSandbox; };
template<> struct LastOf<AnswerKind>    { static constexpr auto value = AnswerKind::DenyAlways; };
template<> struct LastOf<AnswerSource>  { static constexpr auto value = AnswerSource::Rule; };
template<> struct LastOf<RuleChangeKind>   { static constexpr auto value = RuleChangeKind::Changes; };
template<> struct LastOf<RuleChangeEffect> { static constexpr auto value = RuleChangeEffect::Loosens; };
template<> struct LastOf<TrustState>    { static constexpr auto value = TrustState::Trusted; };
// clang-format on

} // namespace exeat::wire

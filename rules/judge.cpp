#include "rules/matching.h"
#include "rules/places.h"
#include "rules/policyindex.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

namespace exeat::rules {
namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool containsCaseless(const PrefixRule& rule, const std::vector<std::string>& words, std::string_view word) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& other) { return wordMatches(rule, word, other); });
}

bool isAbsolute(std::string_view path) {
    return path.starts_with('/');
}

/** How a rule's first token names the program; a better proof beats a worse one. */
enum class NamedBy { Nothing, RelativePath, Name, CalledPath, FileItself };

struct ProgramMatch {
    NamedBy by = NamedBy::Nothing;
    std::string_view token;
};

NamedBy namedBy(const PrefixRule& rule, std::string_view token, const ProgramFacts& program,
                const std::vector<std::string>& argv) {
    if (isAbsolute(token) && contains(program.equalPaths, token))
        return NamedBy::FileItself;
    // Caseless, a path proves nothing: the file system knows the difference.
    if (isAbsolute(token) && (wordMatches(rule, token, program.calledAs) || wordMatches(rule, token, program.realPath)))
        return NamedBy::CalledPath;
    if (containsCaseless(rule, program.names, token))
        return NamedBy::Name;
    // "./deploy" in a rule: what argv[0] says proves nothing, so it can only tighten.
    if (token.find('/') != std::string_view::npos && !isAbsolute(token) && !argv.empty() && argv.front() == token)
        return NamedBy::RelativePath;
    return NamedBy::Nothing;
}

/** Of equal proofs, the first that was looked at. */
void improve(ProgramMatch& best, NamedBy by, std::string_view token) {
    if (by > best.by)
        best = {by, token};
}

std::string cure(std::string_view name) {
    return "; add host_executable(name=\"" + visible(name, 64) +
           "\", paths=[…]) with its absolute path to your rules, or confirm the file (exeat trust file)";
}

void addAbsolute(const PatternToken& first, std::vector<std::string>& paths) {
    std::copy_if(first.anyOf.begin(), first.anyOf.end(), std::back_inserter(paths), isAbsolute);
}

class Judge {
public:
    Judge(const PolicyIndex& index, const ProgramFacts& program, const std::vector<std::string>& argv)
        : m_index(index), m_program(program), m_argv(argv), m_confirmed(isConfirmed()) {}

    Judgement judge(std::span<const Candidate> found) {
        for (auto first = found.begin(); first != found.end();) {
            const auto next =
                std::find_if(first, found.end(), [&](const Candidate& other) { return other.rule != first->rule; });
            tryRule(m_index.snapshot().rules[first->rule], std::span(first, next));
            first = next;
        }
        answerPrompts();
        decide();
        refuseWhatIsUnknown();
        return std::move(m_result);
    }

private:
    void tryRule(const PrefixRule& rule, std::span<const Candidate> alternatives) {
        if (!argumentsMatch(rule, m_argv) || !bindsAt(rule.owner, m_program.places))
            return;
        ProgramMatch match;
        for (const Candidate& candidate : alternatives) {
            const auto& token = rule.pattern.front().anyOf[candidate.alternative];
            improve(match, namedBy(rule, token, m_program, m_argv), token);
        }
        if (match.by == NamedBy::Nothing || excepted(rule))
            return;
        TraceStep step{rule.layer,         rule.file, rule.line, rule.decision, coveredWords(rule, match.token, m_argv),
                       rule.justification, true,      {}};
        if (rule.decision == RuleDecision::Allow) {
            if (auto note = whyNotCounted(rule, match)) {
                step.counted = false;
                step.note = std::move(*note);
                if (countsIfConfirmed(rule, match))
                    addConfirmable(rule);
            }
        }
        m_result.trace.push_back(std::move(step));
        m_rules.push_back(&rule);
    }

    /**
     * An exception to an allow tightens, so a name is enough for it. One to a prompt or forbidden loosens: it must name
     * the program as surely as an allow would have to.
     */
    bool excepted(const PrefixRule& rule) const {
        return isExcepted(rule, m_argv, [&](const PatternToken& first) {
            ProgramMatch match;
            for (const auto& token : first.anyOf)
                improve(match, namedBy(rule, token, m_program, m_argv), token);
            return match.by != NamedBy::Nothing && (rule.decision == RuleDecision::Allow || !whyNoProof(match));
        });
    }

    /** What `owner` declares may loosen here. */
    bool frees(const std::string& owner) const {
        return owner.empty() || (contains(m_index.snapshot().projectLayers, owner) && freesAt(owner, m_program.places));
    }

    /** Nothing if the allow counts. DESIGN.md §4.2: tightening needs only a name, loosening needs proof. */
    std::optional<std::string> whyNotCounted(const PrefixRule& rule, const ProgramMatch& match) const {
        if (!rule.loosens) {
            return rule.layer == Layer::Project
                       ? "this repository's rules may not loosen until you trust them" +
                             (rule.owner.empty() ? "" : " (exeat trust show " + visible(rule.owner, 512) + ")")
                       : "rules of this place may only tighten";
        }
        if (!rule.workdir.empty() && (m_program.places.empty() || m_program.places.back() != rule.workdir))
            return "a person allowed it in the folder " + visible(rule.workdir, 512) + " only";
        if (!frees(rule.owner))
            return "the rules of " + visible(rule.owner, 512) +
                   " free only what a session of that project calls and runs below it";
        if (onlyTightens(rule))
            return std::nullopt;
        if (!m_program.calledByOwnName)
            return "it is called by another name than its file's, and many programs act by that name; call it by its "
                   "own";
        if (!rule.confirmedPath.empty()) {
            if (rule.confirmedPath != m_program.realPath)
                return "this was confirmed for " + visible(rule.confirmedPath, 256) + ", but the file is " +
                       visible(m_program.realPath, 256) + "; let a person confirm it";
            if (rule.confirmedSha256.empty() || rule.confirmedSha256 != m_program.sha256)
                return "the file has changed since a person confirmed it; let a person confirm it again";
            return std::nullopt;
        }
        if (rule.confirmedOnly && !m_confirmed)
            return visible(m_program.realPath, 256) +
                   " is not what a person confirmed, and the rule counts for that "
                   "only" +
                   (m_program.confirmable ? " (exeat trust file)" : "");
        return whyNoProof(match);
    }

    /** A person's answer does more than its sandbox says: prompts end by it. */
    bool onlyTightens(const PrefixRule& rule) const {
        return rule.layer != Layer::Session && rule.confirmedPath.empty() && !rule.answersPrompts &&
               !rule.confirmedOnly && !isWider(rule.sandbox, m_program.reach);
    }

    const ConfirmedFile* confirmation() const {
        const auto found =
            std::find_if(m_index.snapshot().confirmedFiles.begin(), m_index.snapshot().confirmedFiles.end(),
                         [&](const ConfirmedFile& file) { return file.path == m_program.realPath; });
        // One in root's home, which only root can have confirmed, needs it where a rule asks for that.
        const bool mayBe = m_program.confirmable || m_program.unplantable;
        return mayBe && found != m_index.snapshot().confirmedFiles.end() ? &*found : nullptr;
    }

    bool isConfirmed() const {
        const ConfirmedFile* file = confirmation();
        return file != nullptr && !file->sha256.empty() && file->sha256 == m_program.sha256;
    }

    bool countsIfConfirmed(const PrefixRule& rule, const ProgramMatch& match) {
        if (!m_program.confirmable || m_confirmed)
            return false;
        m_confirmed = true;
        const bool counts = !whyNotCounted(rule, match);
        m_confirmed = false;
        return counts;
    }

    /** With the confirmation all of them count: the narrowest of their sandboxes, and all their variables. */
    void addConfirmable(const PrefixRule& rule) {
        m_sandboxIfConfirmed = m_confirmable == nullptr ? rule.sandbox : narrowest(m_sandboxIfConfirmed, rule.sandbox);
        if (m_confirmable == nullptr)
            m_confirmable = &rule;
        addNames(rule, m_passIfConfirmed);
    }

    static void addNames(const PrefixRule& rule, std::vector<std::string>& names) {
        std::copy_if(rule.passEnvironment.begin(), rule.passEnvironment.end(), std::back_inserter(names),
                     [&](const std::string& name) { return !contains(names, name); });
    }

    RuleSandbox narrowest(RuleSandbox a, RuleSandbox b) const { return narrower(a, b, m_program.reach); }

    std::optional<std::string> whyNoProof(const ProgramMatch& match) const {
        switch (match.by) {
        case NamedBy::FileItself:
            return std::nullopt;
        case NamedBy::CalledPath:
            return "the path is the same, but outside the sandbox another file lies there; run that one, or name this "
                   "file's real path in the rule";
        case NamedBy::RelativePath:
            return "the rule names a relative path, where anything may lie; write the absolute path";
        case NamedBy::Name:
            return whyNameIsNoProof(match.token);
        case NamedBy::Nothing:
            break;
        }
        return "the program is not named by this rule";
    }

    std::optional<std::string> whyNameIsNoProof(std::string_view name) const {
        if (m_program.namesOnlyByPath)
            return "names free no program here (--preserve-program-paths); write the absolute path in the rule";
        const HostEntry* deciding = nullptr;
        for (const HostEntry& host : m_index.hostEntries(name)) {
            if (!bindsAt(host.owner, m_program.places))
                continue;
            const bool loosens = host.loosens && frees(host.owner);
            const bool listed = host.paths.holdsAny(m_program.equalPaths);
            // A layer that may only tighten can narrow the list, never replace it.
            if (!loosens && !listed)
                return "a host_executable entry of this repository does not list this file";
            if (loosens)
                deciding = &host;
        }
        if (deciding != nullptr) {
            if (deciding->paths.holdsAny(m_program.equalPaths))
                return std::nullopt;
            return "host_executable(name=\"" + visible(name, 64) +
                   "\") does not list this file; add its absolute path there, or run the listed one";
        }
        if (m_program.unplantable || m_confirmed)
            return std::nullopt;
        return "only the name matches, and " + visible(m_program.realPath, 256) +
               " lies where somebody other than root may write, so it may be something else of that name" + cure(name);
    }

    /**
     * A person's answer for the session is the answer to the prompts of the files, and so is a rule of the user's own
     * that says so, but to no administrator's. Neither beats a forbidden.
     */
    void answerPrompts() {
        const auto grant = std::find_if(m_result.trace.begin(), m_result.trace.end(), [](const TraceStep& step) {
            return step.counted && step.layer == Layer::Session && step.decision == RuleDecision::Allow;
        });
        if (grant != m_result.trace.end())
            m_grant = &*grant;
        const TraceStep* lasting = lastingAnswer();
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            auto& step = m_result.trace[i];
            if (step.decision != RuleDecision::Prompt)
                continue;
            if (m_grant != nullptr)
                step.note = "a person has answered this for the session";
            else if (lasting != nullptr && !isAdministrators(step.layer))
                step.note = "answered for good by " + visible(lasting->file, 512) + ":" + std::to_string(lasting->line);
            else
                continue;
            step.counted = false;
            m_promptAnswered = true;
            m_sandbox = narrowest(m_sandbox, m_rules[i]->sandbox); // where it runs was not what was answered
        }
    }

    const TraceStep* lastingAnswer() const {
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (m_result.trace[i].counted && mayAnswerPrompts(*m_rules[i]))
                return &m_result.trace[i];
        }
        return nullptr;
    }

    const TraceStep* strictest() const {
        const TraceStep* found = nullptr;
        for (const auto& step : m_result.trace) {
            if (step.counted && (found == nullptr || step.decision >= found->decision))
                found = &step;
        }
        return found;
    }

    void findSandbox() {
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (m_result.trace[i].counted)
                m_sandbox = narrowest(m_sandbox, m_rules[i]->sandbox);
        }
    }

    void decide() {
        findSandbox();
        const TraceStep* step = strictest();
        if (step == nullptr || step->decision == RuleDecision::Allow) {
            if (m_program.outside)
                goesOnOutside();
            else if (step == nullptr)
                staysInside();
            else
                allowed(*step);
            return;
        }
        const bool forbidden = step->decision == RuleDecision::Forbidden;
        m_result.verdict = forbidden ? Verdict::Deny : Verdict::Ask;
        if (forbidden) {
            m_result.reason = sentence(*step, "is forbidden");
            return;
        }
        m_result.reason = sentence(*step, withPlace("needs a person's approval", " to run "));
        collectEnvironment(RuleDecision::Prompt);
        m_result.sandbox = m_sandbox;
    }

    void allowed(const TraceStep& step) {
        collectEnvironment(RuleDecision::Allow);
        m_result.sandbox = m_sandbox;
        // What a person granted for the session rests on no file. DESIGN.md §5 is about allow rules.
        if (!m_index.snapshot().brokenNote.empty() && m_grant == nullptr && isWider(m_sandbox, m_program.reach)) {
            m_result.verdict = Verdict::Ask;
            m_result.reason = "a rule allows this, but a person must approve it until a broken rules file is mended: " +
                              visible(m_index.snapshot().brokenNote, limits::messageBytes);
            return;
        }
        m_result.verdict = Verdict::Escalate;
        m_result.reason = sentence(m_grant != nullptr ? *m_grant : step, withPlace("is allowed", " "));
    }

    /** A rule that nobody could look at may forbid it: what no rule refuses is refused for that. */
    void refuseWhatIsUnknown() {
        if (m_result.verdict == Verdict::Deny)
            return;
        const auto& missing = m_index.snapshot().missing;
        const auto binding = std::find_if(missing.begin(), missing.end(), [&](const MissingRules& rules) {
            return bindsAt(rules.owner, m_program.places);
        });
        if (binding == missing.end())
            return;
        m_result.verdict = Verdict::Deny;
        m_result.confirmsFile = false;
        m_result.passEnvironment.clear();
        m_result.sandbox = RuleSandbox::None;
        m_result.reason = "nothing may run here, because not all rules that hold can be looked at: " +
                          visible(binding->why, limits::messageBytes);
    }

    void goesOnOutside() {
        m_result.verdict = Verdict::Escalate;
        m_result.reason = "the caller runs outside the sandbox already, and no rule forbids or asks";
    }

    /** Not for a file that an agent could write: it would ask about each that is called by the right name. */
    void asksToConfirm() {
        m_result.verdict = Verdict::Ask;
        m_result.confirmsFile = true;
        m_result.sandbox = m_sandboxIfConfirmed;
        m_result.passEnvironment = std::move(m_passIfConfirmed);
        m_result.reason =
            visible(m_confirmable->file, 512) + ":" + std::to_string(m_confirmable->line) +
            (m_confirmable->confirmedOnly ? " allows this while its content is the confirmed one, and "
                                          : " allows a program of this name, but a name alone proves nothing, and ") +
            visible(m_program.realPath, 512) + " is a file of yours, which " +
            (confirmation() != nullptr ? "has changed since you confirmed it" : "you never confirmed") +
            "; \"always\" confirms its content, and the rule counts until that changes";
    }

    void staysInside() {
        if (m_confirmable != nullptr)
            return asksToConfirm();
        m_result.verdict = Verdict::Inside;
        m_result.reason = "no rule matches, so it stays in the sandbox";
        if (!m_result.trace.empty())
            m_result.reason = "a rule allows this name, but it does not count: " + m_result.trace.back().note;
    }

    /** Outside is what everybody expects. */
    std::string withPlace(std::string what, std::string_view between) const {
        return m_sandbox == RuleSandbox::None ? what : what.append(between).append(placeOf(m_sandbox));
    }

    static std::string sentence(const TraceStep& step, std::string_view what) {
        std::string text = "`" + visibleCommand(step.matchedPrefix, 256) + "` " + std::string(what) + " by ";
        if (step.layer == Layer::Session)
            text += "an answer for this session";
        else
            text += visible(step.file, 512) + ":" + std::to_string(step.line);
        if (!step.justification.empty())
            text += ": " + visible(step.justification, limits::messageBytes);
        return text;
    }

    /** What a person answered was shown with the asking rules' variables, not with those of an allow beside them. */
    bool wasShown(const PrefixRule& rule) const {
        return !m_promptAnswered || rule.decision != RuleDecision::Allow || rule.layer == Layer::Session ||
               mayAnswerPrompts(rule);
    }

    /** Of the rules that led to the decision; a layer that may not loosen lets nothing out. */
    void collectEnvironment(RuleDecision decision) {
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (!m_result.trace[i].counted || m_rules[i]->decision != decision || !m_rules[i]->loosens ||
                !frees(m_rules[i]->owner) || !wasShown(*m_rules[i]))
                continue;
            addNames(*m_rules[i], m_result.passEnvironment);
        }
    }

    const PolicyIndex& m_index;
    const ProgramFacts& m_program;
    const std::vector<std::string>& m_argv;
    std::vector<const PrefixRule*> m_rules; ///< beside m_result.trace
    Judgement m_result;
    bool m_confirmed;                          ///< a person confirmed exactly this file
    const PrefixRule* m_confirmable = nullptr; ///< an allow that only lacks that
    const TraceStep* m_grant = nullptr;        ///< of m_result.trace: a person's answer that counts
    bool m_promptAnswered = false;             ///< something asked, and an earlier answer settled it
    RuleSandbox m_sandboxIfConfirmed = RuleSandbox::None;
    std::vector<std::string> m_passIfConfirmed; ///< the variables of all that only lack that
    RuleSandbox m_sandbox = RuleSandbox::None;  ///< the narrowest of all that count
};

} // namespace

std::vector<std::string> mentionedPaths(const PolicySnapshot& snapshot) {
    std::vector<std::string> paths;
    for (const auto& rule : snapshot.rules) {
        if (rule.pattern.empty())
            continue;
        addAbsolute(rule.pattern.front(), paths);
        for (const auto& exception : rule.unless) {
            if (!exception.empty())
                addAbsolute(exception.front(), paths);
        }
    }
    for (const auto& host : snapshot.hostExecutables)
        paths.insert(paths.end(), host.paths.begin(), host.paths.end());
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

Judgement judge(const PolicyIndex& index, const ProgramFacts& program, const std::vector<std::string>& argv) {
    return judgeAmong(index, index.candidates(program, argv), program, argv);
}

Judgement judgeAmong(const PolicyIndex& index, std::span<const Candidate> candidates, const ProgramFacts& program,
                     const std::vector<std::string>& argv) {
    return Judge(index, program, argv).judge(candidates);
}

Judgement judge(const PolicySnapshot& snapshot, const ProgramFacts& program, const std::vector<std::string>& argv) {
    return judge(PolicyIndex(snapshot), program, argv);
}

} // namespace exeat::rules
